//! What looking for the right one of many designs costs: time of `register` by their number.
//!
//! `cargo run --release -p urna-core --example bench_designs`
#![allow(clippy::expect_used, reason = "a measuring tool stops where there is nothing to measure")]

#[path = "../tests/support/form.rs"]
#[allow(dead_code, reason = "the other forms are for tests")]
mod form;

use std::time::Instant;

use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::recognition::{PreparedDesign, decode, register};

fn main() {
    const MOST: usize = 100;
    let designs: Vec<_> = (0..100).map(form::district_form).collect();
    let start = Instant::now();
    let prepared: Vec<_> =
        designs.iter().map(|d| PreparedDesign::new(d).expect("a usable design")).collect();
    println!("prepare {MOST} designs: {:.1} s", start.elapsed().as_secs_f64());
    let samples = (0..10_u32).map(|at| {
        let design = form::district_form(at * 11 % 100);
        let marks = form::marks(&design, &[1, 5], Stroke::Cross);
        let sample = Sample { marks, upside_down: at % 2 == 1, seed: u64::from(at) };
        (
            design.id.clone(),
            decode(&sample_page(&design, &sample).expect("a page")).expect("a page"),
        )
    });
    let samples: Vec<_> = samples.collect();
    for count in [1, 10, 100] {
        let mut times = Vec::new();
        for round in 0..5 {
            for (id, page) in &samples {
                let own = prepared.iter().position(|d| d.design().id == *id).expect("it is there");
                let first = own.min(MOST - count);
                let start = Instant::now();
                let found = register(page, &prepared[first..first + count]).expect("a ballot");
                let elapsed = start.elapsed();
                assert_eq!(first + found.design_index(), own, "round {round}");
                times.push(elapsed.as_secs_f64() * 1e3);
            }
        }
        times.sort_by(f64::total_cmp);
        let (median, p95) = (times[times.len() / 2], times[times.len() * 95 / 100]);
        println!("register among {count:3} designs: median {median:.1} ms, p95 {p95:.1} ms");
    }
}
