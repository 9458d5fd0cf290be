//! Hostile bytes: everything that fuzzing found or began with is fed to the same functions again.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a drawn page"
)]

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/pages.rs"]
mod pages;
#[path = "support/small.rs"]
mod small;

use std::path::Path;

use urna_core::definition::Thresholds;
use urna_core::design::{PageDesign, RectUm, TargetShape};
use urna_core::recognition::{DesignFault, PreparedDesign, read_page};

/// Feeds every file of a folder to a function, and says which one it was if that panics.
fn replay(folder: &str, feed: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile").join(folder);
    let mut files: Vec<_> =
        std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 3, "{} is all but empty", folder.display());
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let outcome = std::panic::catch_unwind(|| feed(&bytes));
        assert!(outcome.is_ok(), "{}", file.display());
    }
}

#[test]
fn decoding_holds() {
    replay("decode", hostile::decode);
}

#[test]
fn reading_holds() {
    replay("reader", hostile::reader);
}

/// Edits begin with pages that are read: else nothing behind the first refusal would be tried.
#[test]
fn edits_begin_with_ballots() {
    let designs = &hostile::DESIGNS.1;
    for form in 0..4_u8 {
        let page = pages::Edits::of(&[form + 4]).page();
        let reading = read_page(&page, designs, &Thresholds::default()).unwrap();
        assert_eq!(reading.design, hostile::DESIGNS.0[usize::from(form)].id);
        let inked = reading.targets.iter().filter(|target| target.score_permille > 20).count();
        assert_eq!(inked, reading.targets.len().div_ceil(2), "{form}");
    }
}

#[test]
fn damaged_jpegs_hold() {
    replay("jpeg_reader", hostile::jpeg_reader);
}

#[test]
fn foreign_designs_hold() {
    replay("design", hostile::design);
}

#[test]
fn seals_hold() {
    replay("seals", hostile::seals);
}

/// A form on which the first target is repeated, with its place and size changed.
fn with_targets(count: usize, area: RectUm, shape: TargetShape) -> Option<DesignFault> {
    let form = &hostile::DESIGNS.0[0];
    let mut target = form.targets[0].clone();
    (target.area, target.shape) = (area, shape);
    let targets = vec![target; count];
    PreparedDesign::new(&PageDesign { targets, ..form.clone() }).err()
}

#[test]
fn targets_are_bounded_in_number_and_size() {
    let area = hostile::DESIGNS.0[0].targets[0].area;
    assert_eq!(with_targets(900, area, TargetShape::Square), None);
    for count in [2_001, 70_000] {
        let fault = with_targets(count, area, TargetShape::Square);
        assert_eq!(fault, Some(DesignFault::TooManyTargets), "{count}");
    }
    // So small that their pixels alone would do.
    let small = RectUm { x: area.x + 2_400, y: area.y + 2_400, w: 2_800, h: 2_800 };
    assert_eq!(with_targets(2_000, small, TargetShape::Square), None);
    let fault = with_targets(2_001, small, TargetShape::Square);
    assert_eq!(fault, Some(DesignFault::TooManyTargets));
    let large = RectUm { x: 20_000, y: 30_000, w: 60_000, h: 60_000 };
    assert_eq!(with_targets(30, large, TargetShape::Square), None);
    assert_eq!(with_targets(60, large, TargetShape::Square), Some(DesignFault::TooManyTargets));
    // Around an oval more matters than sums of squares have room for.
    let oval = |w: u32| with_targets(1, RectUm { w, h: w, ..large }, TargetShape::Oval);
    assert_eq!(oval(30_000), None);
    assert!(matches!(oval(60_000), Some(DesignFault::Target { .. })), "{:?}", oval(60_000));
}
