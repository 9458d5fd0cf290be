//! What looking for the right one of many designs costs: time of `register` by their number, for pages
//! whose code is read, whose code is smudged, and that have none.
//!
//! `cargo run --release -p urna-core --example bench_designs`
#![allow(clippy::expect_used, reason = "a measuring tool stops where there is nothing to measure")]

#[path = "../tests/support/form.rs"]
#[allow(dead_code, reason = "the other forms are for tests")]
mod form;

use std::time::Instant;

use urna_core::PageCode;
use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::design::PageDesign;
use urna_core::recognition::{GrayPage, PreparedDesign, decode, register};

const MOST: usize = 100;
const SAMPLES: u32 = 10;
const ROUNDS: usize = 5;

/// Seen in the upper right corner of a page.
#[derive(Clone, Copy)]
enum Code {
    Read,
    Smudged,
    None,
}

fn main() {
    for (code, name) in [(Code::Read, "read"), (Code::Smudged, "smudged"), (Code::None, "none")] {
        measure(code, name);
    }
}

fn measure(code: Code, name: &str) {
    let designs: Vec<_> = (0..100).map(|at| design(at, code)).collect();
    let start = Instant::now();
    let prepared: Vec<_> =
        designs.iter().map(|d| PreparedDesign::new(d).expect("a usable design")).collect();
    println!("code {name}: prepare {MOST} designs: {:.1} s", start.elapsed().as_secs_f64());
    let samples: Vec<_> = (0..SAMPLES).map(|at| (at as usize * 11 % MOST, at)).collect();
    let samples: Vec<_> =
        samples.into_iter().map(|(own, at)| (own, page(&designs[own], code, at))).collect();
    for count in [1, 10, MOST] {
        let mut times = Vec::new();
        for _ in 0..ROUNDS {
            for (own, page) in &samples {
                let first = (*own).min(MOST - count);
                let start = Instant::now();
                let found = register(page, &prepared[first..first + count]).expect("a ballot");
                times.push(start.elapsed().as_secs_f64() * 1e3);
                assert_eq!(first + found.design_index(), *own);
            }
        }
        times.sort_by(f64::total_cmp);
        let (median, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
        // The least is what it takes on a machine that does nothing else.
        let least = times.first().copied().unwrap_or_default();
        println!(
            "  register among {count:3} designs: least {least:.1} ms, median {median:.1}, p95 {p95:.1}"
        );
    }
}

fn design(at: u32, code: Code) -> PageDesign {
    let design = form::district_form(at);
    let text = PageCode::new(&"election".into(), &design.style, 1).to_string();
    match code {
        Code::Read | Code::Smudged => form::with_code(design, &text),
        Code::None => design,
    }
}

fn page(design: &PageDesign, code: Code, at: u32) -> GrayPage {
    let mut printed = design.clone();
    if let Code::Smudged = code {
        let mut blank = decode(&design.blank_png).expect("a picture");
        let (left, top, side) = form::CODE;
        let width = blank.width();
        for y in top..top + side {
            let start = (y * width + left) as usize;
            blank.pixels_mut()[start..start + side as usize].fill(60);
        }
        printed.blank_png = form::png(width, blank.height(), blank.pixels());
    }
    let marks = form::marks(design, &[1, 5], Stroke::Cross);
    let sample = Sample { marks, upside_down: at % 2 == 1, seed: u64::from(at) };
    decode(&sample_page(&printed, &sample).expect("a page")).expect("a page")
}
