//! The signs on an explain image: outline, registration field, targets, stray marks.
#![allow(clippy::cast_precision_loss, reason = "pixel coordinates of a page")]

use super::Place;
use super::canvas::{Canvas, Frame, Line, Pen, Rgb, Size};
use super::view::View;
use crate::design::RectUm;
use crate::recognition::frame::{FINE, paper};
use crate::recognition::gray::GrayPage;
use crate::recognition::refusal::Refusal;
use crate::recognition::stray::{Stray, StrayMark};
use crate::recognition::transform::Point;
use crate::recognition::{MarkVerdict, TargetReading};

// Colours that people with any of the usual colour blindnesses tell apart, after Okabe and Ito (2008).
pub(super) const BLUE: Rgb = [0, 84, 166];
pub(super) const ORANGE: Rgb = [230, 130, 0];
pub(super) const GREY: Rgb = [70, 70, 70];
pub(super) const RED: Rgb = [205, 50, 0];
pub(super) const PURPLE: Rgb = [145, 40, 130];
pub(super) const GREEN: Rgb = [0, 135, 100];
pub(super) const SKY: Rgb = [40, 140, 215];
const WHITE: Rgb = [255, 255, 255];
const BLACK: Rgb = [0, 0, 0];

/// How much longer displacements are drawn than they are.
pub(super) const ENLARGED: f32 = 10.0;
/// Stray marks that get their area beside them, the largest; numbers of more would hide the page.
const LABELLED: usize = 10;
/// Points on each side of the outline: a fed sheet has no straight edges.
const OUTLINE_POINTS: usize = 24;

pub(super) const OUTLINE: Pen = Pen { color: SKY, width: 3.0, line: Line::Solid };
pub(super) const PAPER: Pen = Pen { color: SKY, width: 3.0, line: Line::Dashed };
pub(super) const FOUND: Pen = Pen { color: GREEN, width: 1.4, line: Line::Solid };
pub(super) const MISSED: Pen = Pen { color: RED, width: 1.6, line: Line::Solid };
pub(super) const STRAY: Pen = Pen { color: PURPLE, width: 2.5, line: Line::DashDot };
pub(super) const ACROSS: Pen = Pen { color: GREY, ..STRAY };
pub(super) const SPILLED: Pen = Pen { color: PURPLE, width: 2.5, line: Line::Dotted };
pub(super) const DOUBTFUL: Pen = Pen { color: RED, width: 2.5, line: Line::Dashed };
pub(super) const REFUSED: Pen = Pen { color: RED, width: 3.5, line: Line::Solid };

/// The edge of the page as registration found it.
pub(super) fn outline(canvas: &mut Canvas, view: &View, found: &Place) {
    let fine = &found.design.fine;
    let (width, height) = (fine.width() as f32, fine.height() as f32);
    let corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)];
    let mut edge = Vec::with_capacity(4 * OUTLINE_POINTS);
    for (from, to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
        for step in 0..OUTLINE_POINTS {
            let share = step as f32 / OUTLINE_POINTS as f32;
            let along = |from: f32, to: f32| from + share * (to - from);
            let at = Point { x: along(from.0, to.0), y: along(from.1, to.1) };
            edge.push(view.of_design(found, at));
        }
    }
    canvas.polygon(&edge, OUTLINE);
}

/// The paper, where nothing more is known of the page.
pub(super) fn paper_alone(canvas: &mut Canvas, view: &View, page: &GrayPage) {
    let area = paper(page);
    let corners = [(area.x0, area.y0), (area.x1, area.y0), (area.x1, area.y1), (area.x0, area.y1)];
    canvas.polygon(&corners.map(|(x, y)| view.of_scan(Point { x, y })), PAPER);
}

/// Every place that registration looked for: an arrow where it was found, a cross where it was not,
/// in a square where next to nothing is printed.
pub(super) fn field(canvas: &mut Canvas, view: &View, found: &Place) {
    let field = &found.registration.field;
    let mut places: Vec<(Point, Point)> = field.displaced().collect();
    places.sort_by(|a, b| a.0.y.total_cmp(&b.0.y));
    for (at, by) in &places {
        let from = view.of_design(found, *at);
        let far = Point { x: at.x + ENLARGED * by.x, y: at.y + ENLARGED * by.y };
        canvas.arrow(from, view.of_design_near(found, *at, far), FOUND);
        canvas.fill(around(from, 2.5), GREEN);
    }
    let bare = field.bare.iter().copied().chain(std::iter::repeat(false));
    for (anchor, is_bare) in found.design.anchors.iter().zip(bare) {
        if places.iter().any(|(at, _)| *at == anchor.at) {
            continue;
        }
        let at = view.of_design(found, anchor.at);
        missed(canvas, at, is_bare);
    }
}

/// The sign of a place that was not found.
pub(super) fn missed(canvas: &mut Canvas, at: Point, is_bare: bool) {
    canvas.cross(at, 4.0, MISSED);
    if is_bare {
        canvas.frame(around(at, 6.0), MISSED);
    }
}

/// Marks outside the targets, each with its area in square millimetres, and lines across the page.
pub(super) fn stray(canvas: &mut Canvas, view: &View, found: &Place, stray: &Stray) {
    let draw = |canvas: &mut Canvas, mark: &StrayMark, pen: Pen| {
        let area = frame_of(view, found, mark.area).grown(4.0);
        canvas.frame(area, pen);
        area
    };
    for line in &stray.lines {
        draw(canvas, line, ACROSS);
    }
    let areas: Vec<Frame> = stray.marks.iter().map(|mark| draw(canvas, mark, STRAY)).collect();
    for (area, mark) in areas.into_iter().zip(&stray.marks).take(LABELLED) {
        let tenths = mark.ink_milli_mm2.saturating_add(50) / 100;
        let text = format!("{}.{}", tenths / 10, tenths % 10);
        label(canvas, area, &[], Size::Large, &text, (WHITE, PURPLE));
    }
}

/// Each target with its score and verdict; those that the page was refused for are crossed out.
pub(super) fn targets(
    canvas: &mut Canvas,
    view: &View,
    found: &Place,
    readings: &[Result<TargetReading, Refusal>],
) {
    let targets = found.design.design().targets.iter();
    let areas: Vec<Frame> = targets.map(|t| frame_of(view, found, t.area)).collect();
    for (area, reading) in areas.iter().zip(readings) {
        target(canvas, *area, reading);
    }
    for (area, reading) in areas.iter().zip(readings) {
        let (text, colors) = score_text(reading);
        let is_unmarked =
            matches!(reading, Ok(reading) if reading.verdict == MarkVerdict::Unmarked);
        let size = if is_unmarked { Size::Small } else { Size::Large };
        label(canvas, area.grown(6.0), &areas, size, &text, colors);
    }
}

/// The box of one target.
pub(super) fn target(canvas: &mut Canvas, area: Frame, reading: &Result<TargetReading, Refusal>) {
    let Ok(reading) = reading else {
        canvas.frame(area.grown(3.0), REFUSED);
        let middle = Point { x: (area.x0 + area.x1) / 2.0, y: (area.y0 + area.y1) / 2.0 };
        let reach = (area.x1 - area.x0).min(area.y1 - area.y0) / 2.0;
        canvas.cross(middle, reach, REFUSED);
        return;
    };
    canvas.frame(area.grown(2.0), verdict_pen(reading.verdict));
    if reading.spilled_permille > 0 {
        canvas.frame(area.grown(7.0), SPILLED);
    }
    if reading.is_doubtful {
        canvas.frame(area.grown(11.0), DOUBTFUL);
    }
}

fn verdict_pen(verdict: MarkVerdict) -> Pen {
    match verdict {
        MarkVerdict::Marked => Pen { color: BLUE, width: 5.0, line: Line::Solid },
        MarkVerdict::Marginal => Pen { color: ORANGE, width: 5.0, line: Line::Dashed },
        MarkVerdict::Unmarked => Pen { color: GREY, width: 1.5, line: Line::Solid },
    }
}

/// The score in thousandths, `>` and what was spilled, `?` for a doubtful stroke; `!` for a refusal.
pub(super) fn score_text(reading: &Result<TargetReading, Refusal>) -> (String, (Rgb, Rgb)) {
    let Ok(reading) = reading else {
        return ("!".to_owned(), (WHITE, RED));
    };
    let mut text = reading.score_permille.to_string();
    if reading.spilled_permille > 0 {
        text = format!("{text}>{}", reading.spilled_permille);
    }
    if reading.is_doubtful {
        text.push('?');
    }
    let colors = match reading.verdict {
        MarkVerdict::Marked => (WHITE, BLUE),
        MarkVerdict::Marginal => (BLACK, ORANGE),
        MarkVerdict::Unmarked => (GREY, WHITE),
    };
    (text, colors)
}

/// A text on a ground, beside `area` where least is printed and not over any of `others`.
fn label(
    canvas: &mut Canvas,
    area: Frame,
    others: &[Frame],
    size: Size,
    text: &str,
    (ink, ground): (Rgb, Rgb),
) {
    let pad = if size == Size::Small { 2.0 } else { 4.0 };
    let (width, height) = (size.width(text) as f32 + 2.0 * pad, size.height() as f32 + 2.0 * pad);
    let (x, y) = ((area.x0 + area.x1 - width) / 2.0, (area.y0 + area.y1 - height) / 2.0);
    let places = [
        (area.x0 - width - 1.0, y),
        (area.x1 + 1.0, y),
        (x, area.y0 - height - 1.0),
        (x, area.y1 + 1.0),
    ];
    let places = places.map(|(x, y)| Frame { x0: x, y0: y, x1: x + width, y1: y + height });
    let is_free = |place: &Frame| !others.iter().any(|other| other.overlaps(*place));
    // Of equals the first.
    let best = places.into_iter().rev().max_by_key(|at| (is_free(at), canvas.mean_level(*at)));
    let Some(place) = best else { return };
    let edge = if ground == WHITE { GREY } else { ground };
    canvas.fill(place, ground);
    canvas.frame(place, Pen { color: edge, width: 1.0, line: Line::Solid });
    canvas.text((place.x0 + pad, place.y0 + pad), size, text, ink);
}

/// The box around what a box of the design covers on the image.
fn frame_of(view: &View, found: &Place, area: RectUm) -> Frame {
    let px = |um: u32| um as f32 / 1000.0 * FINE;
    let (x0, y0) = (px(area.x), px(area.y));
    let (x1, y1) = (x0 + px(area.w), y0 + px(area.h));
    let corners = [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| {
        view.of_design_near(found, Point { x: (x0 + x1) / 2.0, y: (y0 + y1) / 2.0 }, Point { x, y })
    });
    let least = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::MAX, f32::min);
    let most = |of: fn(&Point) -> f32| corners.iter().map(of).fold(f32::MIN, f32::max);
    Frame { x0: least(|p| p.x), y0: least(|p| p.y), x1: most(|p| p.x), y1: most(|p| p.y) }
}

fn around(at: Point, reach: f32) -> Frame {
    Frame { x0: at.x - reach, y0: at.y - reach, x1: at.x + reach, y1: at.y + reach }
}
