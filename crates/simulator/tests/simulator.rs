//! Simulated pages: the same seed makes the same page, marks lie where the truth says, damage does what
//! its name says.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

use urna_core::design::{PageDesign, RectUm, Target, TargetShape};
use urna_core::recognition::GrayPage;
use urna_core::{ContestId, DesignId, OptionId, StyleId};
use urna_simulator::pen::{Kind, Tool};
use urna_simulator::{Blank, Damage, MarkedTarget, Random, Scan, Truth, mark_targets, scan};

/// A white A6 page with three squares of 7.5 mm below each other, 4 mm apart.
fn design() -> PageDesign {
    let square = |at: u32| Target {
        contest: ContestId("c".to_owned()),
        option: OptionId(format!("o-{at}")),
        area: RectUm { x: 50_000, y: 30_000 + at * 11_500, w: 7_500, h: 7_500 },
        shape: TargetShape::Square,
    };
    PageDesign {
        id: DesignId("d".to_owned()),
        style: StyleId("s".to_owned()),
        page: 1,
        width_um: 105_000,
        height_um: 148_000,
        targets: (0..3).map(square).collect(),
        blank_png: png(&GrayPage::filled(827, 1_165, 255)),
        exact: false,
    }
}

fn png(page: &GrayPage) -> Vec<u8> {
    use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(page.pixels(), page.width(), page.height(), ExtendedColorType::L8)
        .unwrap();
    bytes
}

fn blank() -> Blank {
    Blank::new(&design()).unwrap()
}

fn marked(target: usize, kind: Kind) -> MarkedTarget {
    MarkedTarget { target, kind, tool: Tool::Gel, ink: None, spilled: None }
}

fn made(marks: &[MarkedTarget], damage: Damage, strength: f32, seed: u64) -> Scan {
    scan(&blank(), marks, (damage, strength), seed).unwrap()
}

/// Dark pixels in a band of the page, in millimetres from the top.
fn dark(page: &GrayPage, from_mm: u32, to_mm: u32) -> usize {
    let row = |mm: u32| mm * 7_874 / 1_000;
    let rows = (row(from_mm)..row(to_mm)).flat_map(|y| page.row(y).iter());
    rows.filter(|&&level| level < 130).count()
}

#[test]
fn the_same_seed_makes_the_same_page_and_another_one_another() {
    let marks = [marked(0, Kind::Cross), marked(2, Kind::Tick)];
    for damage in Damage::ALL {
        let first = made(&marks, damage, 1.0, 7);
        assert_eq!(first.page, made(&marks, damage, 1.0, 7).page, "{damage:?}");
        assert_ne!(first.page, made(&marks, damage, 1.0, 8).page, "{damage:?}");
    }
}

#[test]
fn a_page_can_be_made_at_every_strength() {
    let mut random = Random::new(3);
    for damage in Damage::ALL {
        for strength in [0.0, 0.5, 1.0, 1.5, 2.0] {
            let marks = mark_targets(&blank(), 0.7, &Kind::ALL, &mut random);
            let scan = made(&marks, damage, strength, 11);
            assert_eq!(scan.truth.len(), 3);
            assert!(scan.page.width() >= 800 && scan.page.height() >= 800, "{damage:?}");
        }
    }
}

#[test]
fn ink_lies_where_the_truth_says() {
    for kind in Kind::ALL {
        let scan = made(&[marked(1, kind)], Damage::Clean, 0.0, 5);
        assert_eq!(scan.truth, [Truth::Untouched, Truth::Drawn(kind), Truth::Untouched]);
        // A rubbed out trace is not dark; a ring reaches around its square.
        let (above, own) = (dark(&scan.page, 20, 36), dark(&scan.page, 39, 53));
        assert_eq!(own > 0, kind != Kind::Erased, "{kind:?}");
        assert!(above == 0 || kind == Kind::Circle, "{kind:?}: {above}");
    }
}

#[test]
fn a_tail_ends_in_the_neighbour_as_deep_as_it_says() {
    let spill = |depth| MarkedTarget { spilled: Some((0, depth)), ..marked(1, Kind::Spill) };
    let reaches = |depth: f32| {
        let scan = made(&[spill(depth)], Damage::Clean, 0.0, 5);
        assert_eq!(scan.truth, [Truth::SpilledInto, Truth::Drawn(Kind::Spill), Truth::Untouched]);
        dark(&scan.page, 30, 37)
    };
    assert!(reaches(0.05) < reaches(0.3));
    assert!(reaches(0.3) > 0);
}

#[test]
fn black_and_white_has_two_levels_and_loses_pale_ink() {
    let pencil = MarkedTarget { tool: Tool::Pencil, ..marked(1, Kind::Cross) };
    let mut lost = 0;
    for seed in 0..40 {
        let scan = made(&[pencil], Damage::OneBit, 2.0, seed);
        assert!(scan.page.pixels().iter().all(|&level| level == 0 || level == 255));
        lost += usize::from(scan.truth[1] == Truth::Lost(Kind::Cross));
    }
    assert!(lost > 0 && lost < 40, "{lost}");
}

#[test]
fn a_cut_corner_shows_the_background_and_no_other_does() {
    let page = made(&[], Damage::CutCorner, 0.5, 9).page;
    let (width, height) = (page.width(), page.height());
    // 9 mm from both edges of the scan: 4 mm inside the paper.
    let at = |x: u32, y: u32| page.row(y)[usize::try_from(x).unwrap()];
    assert!(at(width - 71, height - 71) < 60);
    for (x, y) in [(71, 71), (width - 71, 71), (71, height - 71)] {
        assert!(at(x, y) > 180, "{x} {y}");
    }
}

#[test]
fn no_two_marks_meet_in_one_target() {
    let mut random = Random::new(1);
    for _ in 0..500 {
        let marks = mark_targets(&blank(), 1.0, &Kind::ALL, &mut random);
        let own = marks.iter().map(|mark| mark.target);
        let spilled = marks.iter().filter_map(|mark| mark.spilled.map(|(near, _)| near));
        let mut all: Vec<usize> = own.chain(spilled).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
