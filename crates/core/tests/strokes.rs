//! Whose a stroke is: spills into a neighbour's square, lines across the page, marks that join.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a drawn page"
)]

#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other form and its marks are for other tests")]
mod form;

use std::sync::LazyLock;

use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{
    GrayPage, MarkVerdict, PreparedDesign, Refusal, TargetReading, decode, read_page,
};

static FORM: LazyLock<(PageDesign, PreparedDesign, GrayPage)> = LazyLock::new(|| {
    let design = form::dense_form();
    let prepared = PreparedDesign::new(&design).unwrap();
    let blank = decode(&design.blank_png).unwrap();
    (design, prepared, blank)
});

/// A sheet that is written on, in pixels of 200 dpi.
struct Sheet(GrayPage);

impl Sheet {
    fn new() -> Self {
        Sheet(FORM.2.clone())
    }

    /// A place by square and share of its side.
    fn at(square: usize, x: f32, y: f32) -> (f32, f32) {
        let area = FORM.0.targets[square].area;
        let px = |um: u32, length: u32, share: f32| {
            (um as f32 + length as f32 * share) * 200.0 / 25_400.0
        };
        (px(area.x, area.w, x), px(area.y, area.h, y))
    }

    /// A line of the pen, `width` pixels wide.
    fn line(&mut self, from: (f32, f32), to: (f32, f32), width: f32) {
        let page_width = self.0.width() as usize;
        let steps = (to.0 - from.0).hypot(to.1 - from.1).ceil().max(1.0) as usize * 2;
        let reach = (width / 2.0).ceil() as i32;
        for step in 0..=steps {
            let share = step as f32 / steps as f32;
            let (x, y) = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            for dy in -reach..=reach {
                for dx in -reach..=reach {
                    let (px, py) = (x as i32 + dx, y as i32 + dy);
                    let is_near = (dx as f32).hypot(dy as f32) <= width / 2.0;
                    if is_near && px >= 0 && (px as usize) < page_width && py >= 0 {
                        let index = py as usize * page_width + px as usize;
                        if let Some(pixel) = self.0.pixels_mut().get_mut(index) {
                            *pixel = 50;
                        }
                    }
                }
            }
        }
    }

    fn cross(&mut self, square: usize) {
        self.line(Self::at(square, 0.2, 0.2), Self::at(square, 0.8, 0.8), 4.0);
        self.line(Self::at(square, 0.8, 0.2), Self::at(square, 0.2, 0.8), 4.0);
    }

    /// A tick in a square whose tail goes up into the square above, by a share of its inner side.
    fn tick_into_above(&mut self, square: usize, share: f32, pen: f32) {
        let elbow = Self::at(square, 0.35, 0.85);
        self.line(Self::at(square, 0.15, 0.5), elbow, pen);
        // The inner area ends 0.55 mm above the lower edge; half the pen's width is beyond the line.
        let bottom = Self::at(square - 1, 0.6, 1.0);
        let inner = 46.0 - 2.0 * 4.3;
        self.line(elbow, (bottom.0, bottom.1 - 4.3 - inner * share + pen / 2.0), pen);
    }

    fn read(&self) -> Result<Vec<TargetReading>, Refusal> {
        let designs = std::slice::from_ref(&FORM.1);
        read_page(&self.0, designs, &Thresholds::default()).map(|reading| reading.targets)
    }

    fn verdicts(&self) -> Vec<(usize, MarkVerdict)> {
        let targets = self.read().unwrap().into_iter().enumerate();
        let verdicts = targets.map(|(at, target)| (at, target.verdict));
        verdicts.filter(|(_, verdict)| *verdict != MarkVerdict::Unmarked).collect()
    }
}

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
fn a_pen_line_across_a_square_is_not_counted_silently() {
    let mut sheet = Sheet::new();
    let (x, y) = Sheet::at(12, 0.5, 0.5);
    sheet.line((x - 260.0, y), (x + 130.0, y), 5.0);
    assert_eq!(sheet.verdicts(), [(12, MarkVerdict::Marginal)]);
}
