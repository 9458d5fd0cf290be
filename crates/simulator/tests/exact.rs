//! Marks of an exact size are of that size.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use urna_core::recognition::GrayPage;
use urna_simulator::pen::{Box, Kind, Spilled, draw_exact};
use urna_simulator::{Ink, Random, Sheet, Spot};

/// Pixels to the millimetre.
const DENSITY: u32 = 20;

fn ink(width: f32) -> Ink {
    Ink { level: 0.0, width, grain: 0.0 }
}

fn target(x: f32) -> Box {
    Box { at: Spot::new(x, 5.0), w: 7.5, h: 7.5 }
}

/// A sheet of 40 × 20 mm with one mark in the left target.
fn drawn(kind: Kind, width: f32, spilled: Option<Spilled>) -> Sheet {
    let (w, h) = (40 * DENSITY, 20 * DENSITY);
    let page = GrayPage::new(w, h, vec![255; (w * h) as usize]).unwrap();
    let mut sheet = Sheet::new(page, 40.0);
    draw_exact(&mut sheet, &target(5.0), (kind, ink(width)), spilled, &mut Random::new(9));
    sheet
}

fn area_mm2(sheet: &Sheet) -> f32 {
    let dark: f32 = sheet.page().pixels().iter().map(|&level| f32::from(255 - level) / 255.0).sum();
    dark / (DENSITY * DENSITY) as f32
}

#[test]
fn dots_and_lines_are_as_wide_as_asked() {
    for width in [0.4, 1.0, 2.0, 3.0] {
        let dot = std::f32::consts::FRAC_PI_4 * width * width;
        for kind in [Kind::Dot, Kind::Hesitation] {
            let found = area_mm2(&drawn(kind, width, None));
            assert!((found / dot - 1.0).abs() < 0.05, "{kind:?} {width}: {found} of {dot}");
        }
        // A line of 96 % of the square with round ends, more or less tilted.
        let line = 7.2 * width + dot;
        let found = area_mm2(&drawn(Kind::Line, width, None));
        assert!((found / line - 1.0).abs() < 0.03, "line {width}: {found} of {line}");
    }
}

#[test]
fn a_tail_goes_as_deep_as_asked() {
    let into = target(16.0);
    for depth in [0.1, 0.5, 1.0] {
        let sheet = drawn(Kind::Spill, 0.6, Some(Spilled { into, depth }));
        let dark = |x: u32| (0..20 * DENSITY).any(|y| sheet.page().row(y)[x as usize] < 128);
        let end = (0..40 * DENSITY).rev().find(|&x| dark(x)).unwrap();
        let end_mm = end as f32 / DENSITY as f32;
        // The inner side begins 0.55 mm inside the outline.
        let wanted = 16.0 + 0.55 + depth * (7.5 - 1.1);
        assert!((end_mm - wanted).abs() < 0.15, "{depth}: {end_mm} and not {wanted}");
    }
}
