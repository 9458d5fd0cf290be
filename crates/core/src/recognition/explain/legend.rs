//! Headline and legend of an explain image.
#![allow(clippy::cast_precision_loss, reason = "pixel coordinates of a picture")]

use super::canvas::{Canvas, Frame, Size};
use super::signs::{
    ACROSS, BLUE, ENLARGED, FOUND, GREEN, GREY, OUTLINE, PAPER, RED, STRAY, missed, target,
};
use super::view::View;
use super::{Legend, Seen};
use crate::recognition::frame::FINE;
use crate::recognition::refusal::Refusal;
use crate::recognition::transform::Point;
use crate::recognition::{MarkVerdict, TargetReading};

const TEXT_HEIGHT: usize = Size::Small.height();
const LINE_HEIGHT: usize = TEXT_HEIGHT + 16;
const HEADLINE: usize = 2 * LINE_HEIGHT;
const ROWS: usize = 5;
/// Left edges of the legend's two columns, and from there to its words, in pixels.
const COLUMNS: [f32; 2] = [16.0, 480.0];
const WORDS: f32 = 84.0;

/// Pixels above and below the page.
pub(super) fn heights(legend: Legend) -> (usize, usize) {
    match legend {
        Legend::Words => (HEADLINE, (ROWS + 1) * LINE_HEIGHT + 8),
        Legend::Scale => (0, LINE_HEIGHT + 8),
    }
}

pub(super) fn draw(canvas: &mut Canvas, view: &View, seen: &Seen, legend: Legend) {
    let (_, below) = heights(legend);
    let top = (view.height - below) as f32 + 10.0;
    if legend == Legend::Words {
        headline(canvas, seen);
        signs(canvas, top + LINE_HEIGHT as f32, seen);
    }
    scale(canvas, view, seen, top, legend);
}

fn headline(canvas: &mut Canvas, seen: &Seen) {
    let (text, color) = match &seen.outcome {
        Ok(reading) => (format!("READ: {} PAGE {}", capitals(&reading.design), reading.page), BLUE),
        Err(refusal) => (format!("REFUSED: {}", capitals(refusal.code())), RED),
    };
    canvas.text((16.0, 8.0), Size::Large, &text, color);
    if let Some(found) = &seen.located {
        let registration = &found.registration;
        let rms_um = registration.rms_um();
        let text = format!(
            "TURNED {}, PLACES FOUND {}%, REST {}.{:02} mm, STRAY MARKS {}",
            registration.rotation_deg(),
            registration.coverage_percent(),
            rms_um / 1000,
            rms_um % 1000 / 10,
            seen.stray.marks.len(),
        );
        canvas.text((16.0, 8.0 + LINE_HEIGHT as f32), Size::Small, &text, GREY);
    }
}

/// The font's small `m` is a unit.
fn capitals(name: impl ToString) -> String {
    name.to_string().to_uppercase()
}

/// An arrow as long as a displacement of one millimetre is drawn.
fn scale(canvas: &mut Canvas, view: &View, seen: &Seen, top: f32, legend: Legend) {
    let Some(found) = &seen.located else { return };
    let fine = &found.design.fine;
    let middle = Point { x: fine.width() as f32 / 2.0, y: fine.height() as f32 / 2.0 };
    let beside = Point { x: middle.x + FINE, y: middle.y };
    let from = view.of_design(found, middle);
    let to = view.of_design_near(found, middle, beside);
    let length = (to.x - from.x).hypot(to.y - from.y) * ENLARGED;
    let start = Point { x: COLUMNS[0], y: top + TEXT_HEIGHT as f32 / 2.0 };
    canvas.fill(
        Frame { x0: start.x - 2.5, y0: start.y - 2.5, x1: start.x + 2.5, y1: start.y + 2.5 },
        GREEN,
    );
    canvas.arrow(start, Point { x: start.x + length, y: start.y }, FOUND);
    let words = match legend {
        Legend::Words => ", FROM A PLACE THAT WAS FOUND: ITS DISPLACEMENT",
        Legend::Scale => "",
    };
    let text = format!("1 mm ×{ENLARGED:.0}{words}");
    canvas.text((start.x + length + 12.0, top), Size::Small, &text, GREEN);
}

/// Every sign with its meaning.
fn signs(canvas: &mut Canvas, top: f32, seen: &Seen) {
    let reading = |score_permille, spilled_permille, is_doubtful, verdict| {
        Ok(TargetReading {
            contest: "".into(),
            option: "".into(),
            score_permille,
            spilled_permille,
            is_doubtful,
            verdict,
        })
    };
    let uncertain = Refusal::TargetUncertain { contest: String::new(), option: String::new() };
    let samples = [
        (reading(0, 0, false, MarkVerdict::Marked), "MARKED: SCORE IN THOUSANDTHS"),
        (reading(0, 0, false, MarkVerdict::Marginal), "MARGINAL: POLICY DECIDES"),
        (reading(0, 0, false, MarkVerdict::Unmarked), "UNMARKED"),
        (reading(0, 1, false, MarkVerdict::Unmarked), ">N: SPILLED, NOT IN THE SCORE"),
        (reading(0, 0, true, MarkVerdict::Marginal), "N?: WHOSE STROKE IS DOUBTFUL"),
    ];
    let row = |at: usize| top + (at * LINE_HEIGHT) as f32;
    for (at, (reading, words)) in samples.iter().enumerate() {
        let x = COLUMNS[0] + 20.0;
        let y = row(at);
        let area = Frame { x0: x, y0: y + 2.0, x1: x + 30.0, y1: y + TEXT_HEIGHT as f32 - 2.0 };
        target(canvas, area, reading);
        canvas.text((COLUMNS[0] + WORDS, y), Size::Small, words, GREY);
    }
    let x = COLUMNS[1] + 20.0;
    let area =
        |at: usize| Frame { x0: x, y0: row(at), x1: x + 30.0, y1: row(at) + TEXT_HEIGHT as f32 };
    let is_found = seen.located.is_some();
    target(canvas, area(0), &Err(uncertain));
    canvas.frame(area(1), STRAY);
    missed(canvas, Point { x: x + 4.0, y: row(2) + 7.0 }, false);
    missed(canvas, Point { x: x + 26.0, y: row(2) + 7.0 }, true);
    canvas.frame(area(3), ACROSS);
    canvas.frame(area(4), if is_found { OUTLINE } else { PAPER });
    let words = [
        "!: CAUSE OF THE REFUSAL",
        "STRAY MARK, NOT COUNTED: AREA IN SQUARE mm",
        "PLACE NOT FOUND, AND NEXT TO NOTHING PRINTED",
        "LINE ACROSS THE PAGE: A FOLD OR DIRT",
        if is_found { "PAGE AS IT WAS FOUND" } else { "PAPER; NO PAGE WAS FOUND" },
    ];
    for (at, words) in words.iter().enumerate() {
        canvas.text((COLUMNS[1] + WORDS, row(at)), Size::Small, words, GREY);
    }
}
