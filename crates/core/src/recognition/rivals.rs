//! Two designs that both explain a page: which one it is, by the places where they differ.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates, bounded by the page"
)]

use super::field::Field;
use super::frame::Frame;
use super::patch::Template;
use super::prepared::{ANCHOR, PreparedDesign};
use super::transform::Point;

/// Mean difference of a place's grey levels from which two blank pages differ there.
const DIFFERENT: u32 = 4;
/// A place is on the side of the design that it is more like, by this much of correlation, and only if it
/// is what that design has there: a third edition is like neither.
const CLEAR: f32 = 0.05;
const ALIKE: f32 = 0.75;
/// How far from the field a place is looked for, in fine pixels (0.5 mm).
const REACH: usize = 3;
/// Places that a design must be ahead of its rival, and how many times more it must have.
const MIN_LEAD: usize = 4;
const TIMES: usize = 3;
/// Places that are enough to say: two editions of a page differ in three times as many or in few.
const ENOUGH: usize = 24;
/// How far apart two targets may be for them to be the same one, in micrometres.
const SAME_TARGET_UM: u32 = 1_000;

/// How many places speak for each of two designs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    pub own: usize,
    pub other: usize,
}

impl Evidence {
    /// Whether it is certainly the first design.
    pub fn is_clear(self) -> bool {
        self.own >= self.other + MIN_LEAD && self.own >= TIMES * self.other
    }
}

/// Whether a page means the same under both designs: the same options in the same places. Then it does
/// not matter which one it is read with.
pub(super) fn mean_the_same(a: &PreparedDesign, b: &PreparedDesign) -> bool {
    let (a, b) = (a.design(), b.design());
    let near = |a: u32, b: u32| a.abs_diff(b) <= SAME_TARGET_UM;
    a.page == b.page
        && a.targets.len() == b.targets.len()
        && a.targets.iter().zip(&b.targets).all(|(a, b)| {
            let (p, q) = (a.area, b.area);
            let is_there = near(p.x, q.x) && near(p.y, q.y) && near(p.w, q.w) && near(p.h, q.h);
            a.contest == b.contest && a.option == b.option && a.shape == b.shape && is_there
        })
}

/// Compares the page with both designs where these differ. `field` is the first design's; the second
/// one explains the page as well, so it lies in the same way.
pub(super) fn evidence(
    own: &PreparedDesign,
    other: &PreparedDesign,
    frame: &Frame,
    field: &Field,
) -> Evidence {
    let mut evidence = Evidence::default();
    for anchor in own.anchors.iter().chain(&other.anchors) {
        if is_near_target(anchor.at, own) || !differ(own, other, anchor.at) {
            continue;
        }
        let [of_own, of_other] = likeness([own, other], anchor.at, frame, field);
        if of_own >= ALIKE && of_own - of_other >= CLEAR {
            evidence.own += 1;
        } else if of_other >= ALIKE && of_other - of_own >= CLEAR {
            evidence.other += 1;
        }
        if evidence.own + evidence.other >= ENOUGH {
            break;
        }
    }
    evidence
}

/// Whether a voter may have marked the place.
fn is_near_target(at: Point, design: &PreparedDesign) -> bool {
    let half = ANCHOR as f32 / 2.0;
    design.targets.iter().any(|plan| {
        let centre = plan.centre();
        let reach_x = half + plan.width() as f32 / 2.0;
        let reach_y = half + plan.height() as f32 / 2.0;
        (centre.x - at.x).abs() < reach_x && (centre.y - at.y).abs() < reach_y
    })
}

/// Upper left pixel of a place.
fn corner(at: Point) -> (i32, i32) {
    ((at.x - ANCHOR as f32 / 2.0) as i32, (at.y - ANCHOR as f32 / 2.0) as i32)
}

/// Whether the blank pages show something different there.
fn differ(a: &PreparedDesign, b: &PreparedDesign, at: Point) -> bool {
    // Beside the paper there is nothing.
    fn row(design: &PreparedDesign, x: i32, y: i32) -> impl Iterator<Item = u8> {
        let row = design.fine.row(y.max(0) as u32).get(x.max(0) as usize..).unwrap_or_default();
        row.iter().copied().chain(std::iter::repeat(u8::MAX)).take(ANCHOR)
    }
    let (x, y) = corner(at);
    let difference =
        |y: i32| row(a, x, y).zip(row(b, x, y)).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>();
    let sum: u32 = (y..y + ANCHOR as i32).map(difference).sum();
    sum >= DIFFERENT * (ANCHOR * ANCHOR) as u32
}

/// How much the page looks like each of two designs there: the correlation with what is printed, or, with
/// a design that has nothing there, whether the page is bare.
fn likeness(designs: [&PreparedDesign; 2], at: Point, frame: &Frame, field: &Field) -> [f32; 2] {
    let (x, y) = corner(at);
    let template = |d: &PreparedDesign| Template::new(&d.fine, x, y, (ANCHOR, ANCHOR), |_, _| true);
    let templates = designs.map(template);
    let side = ANCHOR + 2 * REACH;
    let half = (ANCHOR / 2 + REACH) as f32 - 0.5;
    let first = Point { x: at.x - half, y: at.y - half };
    let region = field.local(at).region(&frame.fine, first, 1.0, (side, side));
    let of_print = templates.iter().flatten().map(Template::deviation).fold(0.0, f32::max);
    let bare = if region.deviation() * 4.0 < of_print { 1.0 } else { 0.0 };
    let correlation = |template: &Template| template.climb(&region, REACH, 0.0).correlation;
    templates.each_ref().map(|template| template.as_ref().map_or(bare, correlation))
}
