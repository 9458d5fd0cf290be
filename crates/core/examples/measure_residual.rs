//! What the limit of the registration's residual is good for: pages are distorted by waves of growing
//! height until targets are not where they are taken to be, and then until marks are read wrong.
//!
//! The table of docs/recognition.md comes from here:
//! `cargo run --release -p urna-core --example measure_residual`
#![allow(clippy::expect_used, reason = "a measuring tool stops where there is nothing to measure")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel coordinates of a drawn page"
)]

#[path = "../tests/support/form.rs"]
#[allow(dead_code, reason = "the other forms are for tests")]
mod form;

use std::collections::BTreeMap;

use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{
    GrayPage, MarkVerdict, PreparedDesign, Refusal, decode, register_within, score,
};

const PX_A_MM: f32 = 200.0 / 25.4;
/// Lengths of the waves, in millimetres. Longer ones are followed by the smooth field.
const LENGTHS_MM: [f32; 5] = [40.0, 60.0, 90.0, 130.0, 200.0];
/// Step and number of steps of the waves' height, in millimetres.
const STEP_MM: f32 = 0.1;
const STEPS: u32 = 25;
/// Width of the rows of the table, in micrometres.
const ROW_UM: u32 = 25;

/// Where a page is moved by a wave: `by` in pixels at a distance in pixels.
#[derive(Clone, Copy)]
struct Wave {
    height_px: f32,
    length_px: f32,
    /// Whether it moves lines up and down, as uneven feeding does, or sideways.
    is_along: bool,
}

/// What came of all pages with about the same residual.
#[derive(Default)]
struct Row {
    pages: u32,
    worst_mm: f32,
    off: u32,
    refused: u32,
    marginal: u32,
    wrong: u32,
}

fn main() {
    let mut rows: BTreeMap<u32, Row> = BTreeMap::new();
    let mut unfound = BTreeMap::new();
    for design in [form::form(), form::dense_form(), form::district_form(5)] {
        let prepared = PreparedDesign::new(&design).expect("a usable design");
        for seed in 1..=2 {
            let marked: Vec<usize> = (0..design.targets.len()).step_by(3).collect();
            let marks = form::marks(&design, &marked, Stroke::Tick);
            let sample = Sample { marks, upside_down: false, seed };
            let flat = sample_page(&design, &sample).expect("a page");
            let flat = decode(&flat).expect("a page");
            let places = places(&flat, &design, &prepared).expect("the flat page is found");
            for wave in waves() {
                let page = wave.over(&flat);
                match measured(&page, &design, &prepared, &marked, &places, wave) {
                    Ok((rms_um, found)) => rows.entry(rms_um / ROW_UM).or_default().add(&found),
                    Err(refusal) => *unfound.entry(refusal.code()).or_insert(0) += 1,
                }
            }
        }
    }
    println!(
        "residual µm | pages | worst place mm | off by more than 0.55 mm | refused | marginal | wrong"
    );
    for (from, row) in rows {
        println!(
            "{:4} to {:4} | {:4} | {:.2} | {} | {} | {} | {}",
            from * ROW_UM,
            (from + 1) * ROW_UM,
            row.pages,
            row.worst_mm,
            row.off,
            row.refused,
            row.marginal,
            row.wrong
        );
    }
    println!("not registered: {unfound:?}");
}

fn waves() -> impl Iterator<Item = Wave> {
    LENGTHS_MM.into_iter().flat_map(|length| {
        (0..STEPS).flat_map(move |step| {
            [false, true].map(|is_along| Wave {
                height_px: step as f32 * STEP_MM * PX_A_MM,
                length_px: length * PX_A_MM,
                is_along,
            })
        })
    })
}

impl Wave {
    fn at(self, y: f32) -> f32 {
        self.height_px * (y / self.length_px * std::f32::consts::TAU).sin()
    }

    fn over(self, page: &GrayPage) -> GrayPage {
        let mut waved = page.clone();
        let width = page.width() as usize;
        for (y, row) in waved.pixels_mut().chunks_exact_mut(width).enumerate() {
            let y = y as f32 + 0.5;
            let by = self.at(y);
            for (x, level) in row.iter_mut().enumerate() {
                let x = x as f32 + 0.5;
                let (x, y) = if self.is_along { (x, y + by) } else { (x + by, y) };
                *level = page.sample(x, y) as u8;
            }
        }
        waved
    }

    /// Where a place of the flat page went.
    fn moved(self, (x, y): (f32, f32)) -> (f32, f32) {
        if !self.is_along {
            return (x - self.at(y), y);
        }
        // The place whose source is y, by fixed-point steps: the waves are flat enough for that.
        let went = (0..40).fold(y, |went, _| y - self.at(went));
        (x, went)
    }
}

/// The middles of the targets, in pixels.
fn places(
    page: &GrayPage,
    design: &PageDesign,
    prepared: &PreparedDesign,
) -> Result<Vec<(f32, f32)>, Refusal> {
    let registration = register_within(page, std::slice::from_ref(prepared), u32::MAX)?;
    let middle = |start: u32, size: u32| start as f32 + size as f32 / 2.0;
    let place = |target: &urna_core::design::Target| {
        let area = target.area;
        let (x, y) = registration.place_of(middle(area.x, area.w), middle(area.y, area.h));
        (x * page.width() as f32, y * page.height() as f32)
    };
    Ok(design.targets.iter().map(place).collect())
}

fn measured(
    page: &GrayPage,
    design: &PageDesign,
    prepared: &PreparedDesign,
    marked: &[usize],
    flat: &[(f32, f32)],
    wave: Wave,
) -> Result<(u32, Row), Refusal> {
    let registration = register_within(page, std::slice::from_ref(prepared), u32::MAX)?;
    let found = places(page, design, prepared)?;
    let distance = |(found, flat): (&(f32, f32), &(f32, f32))| {
        let true_place = wave.moved(*flat);
        (found.0 - true_place.0).hypot(found.1 - true_place.1) / PX_A_MM
    };
    let worst_mm = found.iter().zip(flat).map(distance).fold(0.0, f32::max);
    let mut row = Row { pages: 1, worst_mm, off: u32::from(worst_mm > 0.55), ..Row::default() };
    match score(prepared, &registration, &Thresholds::default()) {
        Err(_) => row.refused = 1,
        Ok(readings) => {
            let expected = |at: usize| marked.contains(&at);
            let is_wrong = |(at, verdict): (usize, MarkVerdict)| match verdict {
                MarkVerdict::Marked => !expected(at),
                MarkVerdict::Unmarked => expected(at),
                MarkVerdict::Marginal => false,
            };
            let verdicts: Vec<_> = readings.iter().map(|r| r.verdict).enumerate().collect();
            row.wrong = u32::from(verdicts.iter().copied().any(is_wrong));
            let marginal = verdicts.iter().any(|(_, v)| *v == MarkVerdict::Marginal);
            row.marginal = u32::from(marginal);
        }
    }
    Ok((registration.rms_um(), row))
}

impl Row {
    fn add(&mut self, other: &Row) {
        self.pages += other.pages;
        self.worst_mm = self.worst_mm.max(other.worst_mm);
        self.off += other.off;
        self.refused += other.refused;
        self.marginal += other.marginal;
        self.wrong += other.wrong;
    }
}
