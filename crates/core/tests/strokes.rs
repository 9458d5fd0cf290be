//! Whose a stroke is: spills into a neighbour's square, lines across the page, marks that join.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other form and its marks are for other tests")]
mod form;

#[path = "support/sheet.rs"]
#[allow(dead_code, reason = "rings and what is marked are for other tests")]
mod sheet;

use urna_core::definition::Thresholds;
use urna_core::recognition::MarkVerdict;

use sheet::Sheet;

/// Share of the neighbour's inner side that a tail reaches into, and the width of the pen in pixels.
const SPILLS: [(f32, f32); 8] = [
    (0.0, 4.0),
    (0.1, 4.0),
    (0.2, 4.0),
    (0.3, 4.0),
    (0.0, 9.0),
    (0.1, 9.0),
    (0.2, 9.0),
    (0.3, 9.0),
];

#[test]
fn a_tick_that_spills_into_the_square_above_is_of_its_own_square() {
    for square in [4, 11, 22] {
        for (share, pen) in SPILLS {
            let mut sheet = Sheet::new();
            sheet.tick_into_above(square, share, pen);
            assert_eq!(sheet.verdicts(), [(square, MarkVerdict::Marked)], "{share} {pen}");
        }
        let mut sheet = Sheet::new();
        sheet.tick_into_above(square, 0.3, 8.0);
        let spilled = sheet.read().unwrap()[square - 1].spilled_permille;
        assert!(
            spilled >= Thresholds::default().marginal_permille,
            "{spilled} shows in the reading"
        );
    }
}

#[test]
fn a_stroke_that_is_as_much_in_one_square_as_in_the_other_is_nobodys_vote() {
    for share in [0.6, 0.8, 1.0] {
        let mut sheet = Sheet::new();
        sheet.tick_into_above(9, share, 5.0);
        let verdicts = sheet.verdicts();
        assert!(!verdicts.contains(&(8, MarkVerdict::Marked)), "{share}: {verdicts:?}");
        assert!(verdicts.contains(&(8, MarkVerdict::Marginal)), "{share}: {verdicts:?}");
    }
    // A little more of it above than below: it is not the upper square's for that.
    for share in [0.7, 0.85, 1.0] {
        let mut sheet = Sheet::new();
        let bottom = Sheet::at(8, 0.5, 1.0).1;
        sheet.line(Sheet::at(9, 0.5, 0.75), (Sheet::at(8, 0.5, 0.0).0, bottom - 42.0 * share), 5.0);
        let verdicts = sheet.verdicts();
        assert!(!verdicts.contains(&(8, MarkVerdict::Marked)), "{share}: {verdicts:?}");
    }
    let mut sheet = Sheet::new();
    sheet.line(Sheet::at(9, 0.5, 0.8), Sheet::at(8, 0.5, 0.2), 5.0);
    let verdicts = sheet.verdicts();
    assert!(verdicts.iter().any(|(_, verdict)| *verdict == MarkVerdict::Marginal), "{verdicts:?}");
}

#[test]
fn two_marks_apart_are_two_marks() {
    let mut sheet = Sheet::new();
    sheet.cross(14);
    sheet.cross(15);
    assert_eq!(sheet.verdicts(), [(14, MarkVerdict::Marked), (15, MarkVerdict::Marked)]);
}

#[test]
fn a_spill_does_not_take_a_neighbours_own_mark() {
    let mut sheet = Sheet::new();
    sheet.tick_into_above(15, 0.2, 5.0);
    // A cross in the upper half of the square above, apart from the tail.
    sheet.line(Sheet::at(14, 0.15, 0.15), Sheet::at(14, 0.5, 0.5), 4.0);
    sheet.line(Sheet::at(14, 0.5, 0.15), Sheet::at(14, 0.15, 0.5), 4.0);
    assert_eq!(sheet.verdicts(), [(14, MarkVerdict::Marked), (15, MarkVerdict::Marked)]);
}

#[test]
fn dirt_on_the_glass_across_a_target_refuses_the_page() {
    for width in [2.5, 4.0, 7.0] {
        let mut sheet = Sheet::new();
        let (x, _) = Sheet::at(0, 0.5, 0.5);
        sheet.line((x, 0.0), (x + 12.0, 2_338.0), width);
        assert_eq!(sheet.read().unwrap_err().code(), "streak_across_target", "{width}");
    }
    // Beside the squares it does no harm.
    let mut sheet = Sheet::new();
    sheet.cross(7);
    sheet.line((1_300.0, 0.0), (1_300.0, 2_338.0), 4.0);
    assert_eq!(sheet.verdicts(), [(7, MarkVerdict::Marked)]);
}

#[test]
fn a_fold_across_the_page_is_no_mark() {
    for slope in [-10.0, 0.0, 14.0] {
        let mut sheet = Sheet::new();
        let (_, y) = Sheet::at(12, 0.5, 0.5);
        sheet.line((0.0, y), (1_653.0, y + slope), 4.0);
        sheet.cross(20);
        assert_eq!(sheet.verdicts(), [(20, MarkVerdict::Marked)], "{slope}");
    }
}

#[test]
fn a_mark_on_a_fold_is_not_passed_over() {
    let fold = |slope: f32| {
        let mut sheet = Sheet::new();
        let (_, y) = Sheet::at(12, 0.5, 0.5);
        sheet.level = 150;
        sheet.line((0.0, y), (1_653.0, y + slope), 3.0);
        sheet
    };
    assert_eq!(fold(0.0).verdicts(), []);
    // A line as wide as the fold, only darker; and one that is wider.
    for (level, width) in [(60, 3.0), (60, 6.0), (140, 8.0)] {
        for slope in [0.0, 8.0] {
            let mut sheet = fold(slope);
            let (_, y) = Sheet::at(12, 0.5, 0.5);
            let along = |share: f32| {
                let (x, _) = Sheet::at(12, share, 0.5);
                (x, y + slope * x / 1_653.0)
            };
            sheet.level = level;
            sheet.line(along(0.15), along(0.85), width);
            assert_eq!(sheet.verdicts(), [(12, MarkVerdict::Marginal)], "{level} {width} {slope}");
        }
    }
    // A cross is seen beside the line.
    let mut sheet = fold(4.0);
    sheet.level = 60;
    sheet.cross(12);
    assert_eq!(sheet.verdicts(), [(12, MarkVerdict::Marked)]);
}

#[test]
fn a_pen_line_across_a_square_is_not_counted_silently() {
    let mut sheet = Sheet::new();
    let (x, y) = Sheet::at(12, 0.5, 0.5);
    sheet.line((x - 260.0, y), (x + 130.0, y), 5.0);
    assert_eq!(sheet.verdicts(), [(12, MarkVerdict::Marginal)]);
}

/// A cross of a pen that takes this share of the paper's light in thousandths, in square 12 of a page
/// whose black is 20 and whose paper 255.
fn pale_cross(permille: u16) -> Vec<(usize, MarkVerdict)> {
    let mut sheet = Sheet::new();
    sheet.level = u8::try_from(255 - 235 * u32::from(permille) / 1000).unwrap();
    sheet.cross(12);
    sheet.verdicts()
}

#[test]
fn a_faint_mark_is_not_passed_over_silently_and_not_counted() {
    for permille in [270, 300, 320, 345, 370, 400] {
        assert_eq!(pale_cross(permille), [(12, MarkVerdict::Marginal)], "{permille}");
    }
    // Pencil is darker, and what is left of a rubbed out mark paler.
    for permille in [450, 500, 700, 1000] {
        assert_eq!(pale_cross(permille), [(12, MarkVerdict::Marked)], "{permille}");
    }
    for permille in [0, 100, 200, 230] {
        assert_eq!(pale_cross(permille), [], "{permille}");
    }
}

#[test]
fn a_faint_tail_of_a_neighbours_tick_is_no_mark() {
    let mut sheet = Sheet::new();
    sheet.level = 185;
    sheet.tick_into_above(12, 0.3, 9.0);
    assert_eq!(sheet.verdicts(), [(12, MarkVerdict::Marginal)]);
}

/// Words of the back, as dark as `level`, in every eighth of the lines of the page.
fn with_back_showing(level: u8) -> Sheet {
    let mut sheet = Sheet::new();
    sheet.level = level;
    sheet.cross(12);
    for line in 0..36_u8 {
        let y = 70.0 + 60.0 * f32::from(line);
        for word in 0..8_u8 {
            let x = 700.0 + 110.0 * f32::from(word);
            sheet.line((x, y), (x + 70.0, y), 14.0);
        }
    }
    sheet
}

#[test]
fn a_page_whose_back_shows_through_is_refused() {
    for level in [60, 120, 170] {
        let refusal = with_back_showing(level).read().unwrap_err();
        assert_eq!(refusal.code(), "not_bare", "{level}");
    }
    // As pale as the paper specification allows, it is no ink.
    let shown = with_back_showing(210);
    assert_eq!(shown.read().map(|targets| targets.len()), Ok(30));
}

#[test]
fn a_few_words_in_the_margin_are_nobodys_business() {
    let mut sheet = Sheet::new();
    sheet.cross(12);
    for word in 0..3_u8 {
        let x = 900.0 + 110.0 * f32::from(word);
        sheet.line((x, 1_000.0), (x + 70.0, 1_020.0), 5.0);
        sheet.line((x + 70.0, 1_020.0), (x + 80.0, 980.0), 5.0);
    }
    assert_eq!(sheet.verdicts(), [(12, MarkVerdict::Marked)]);
}
