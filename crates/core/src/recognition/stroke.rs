//! Whose stroke is it: ink inside a target that belongs to a neighbour's mark, to nobody, or to the glass.
//!
//! A tick that is meant for one square and runs into the next is the commonest way to spoil a ballot.
//! So ink inside a target is followed to where it comes from: what hangs together is one stroke, also
//! across printed outlines, and three things say whose it is: where most of it lies, where its centroid
//! lies, and how far its end reaches into the other target.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a window of a page"
)]

mod single;

use std::cell::Cell;

use self::single::{Owner, Stroke};
use super::flood::{Pixel, flood};
use super::gray::GrayPage;
use super::line::{Cause, Line, find};
use super::region::Grid;
use super::target::TargetPlan;
use super::transform::{Affine, Point};

/// How far around a target strokes are followed, in fine pixels (10 mm).
pub(super) const WINDOW: i32 = 60;
/// Print that a stroke may run under, in fine pixels (1.3 mm): an outline, its blur, at a slant.
const BRIDGE: u8 = 8;
/// A line across a target that is wider than this on average may hide a mark, in fine pixels (0.8 mm).
const LINE_WIDTH: f32 = 5.0;
/// From the inner area to beyond the printed outline, in fine pixels (0.8 mm).
const OUTLINE: i32 = 5;
/// How far beside a target a line across it must show already, in fine pixels (1.2 mm).
const BESIDE: i32 = 7;

/// What the strokes in a target turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Strokes {
    /// Inner pixels that belong to the mark of a neighbour.
    pub spilled: u32,
    /// Inner pixels of a straight line across everything along the page: dirt on the scanner's glass.
    pub streak: u32,
    /// Inner pixels of a straight line across everything from side to side: a fold, as a rule.
    pub fold: u32,
    /// Inner pixels of specks, and of ink along a side that may be the outline: never enough for a vote.
    pub specks: u32,
    /// Inner pixels of a line across everything where something else may lie on it: what is left without
    /// them says nothing.
    pub hidden: u32,
    /// Nobody can say whose a stroke is.
    pub is_doubtful: bool,
    /// A stroke that belongs to the target is longer than what is in it: most of it may have missed.
    pub is_drawn: bool,
}

impl Strokes {
    /// Inner pixels that are nobody's mark here.
    pub fn foreign(&self) -> u32 {
        self.spilled + self.streak + self.fold
    }
}

/// What there is to know where a target lies.
pub(super) struct Sight<'a> {
    /// The blank page and the scan, both at [`FINE`] as `map` sees it.
    pub blank: &'a GrayPage,
    pub page: &'a GrayPage,
    /// From the blank page's pixels to the scan's, exact at the target.
    pub map: Affine,
    /// Levels below these are print on the blank page, and ink on the scan.
    pub print: u8,
    pub ink: f32,
    /// Below this is what a line may fade to on its way: a fold, dirt that thins out.
    pub faint: f32,
}

/// Follows the strokes inside target `at`.
pub(super) fn follow(at: usize, plans: &[TargetPlan], sight: &Sight) -> Strokes {
    let Some(plan) = plans.get(at) else {
        return Strokes::default();
    };
    let window = Window::around(plan, sight);
    let labels = window.labels(plans);
    let own = (at + 1) as u16;
    let mut strokes = Strokes::default();
    for line in window.lines(plan, sight) {
        let OnLine { taken, hidden, is_wide } =
            window.take_out(&line, &line.heavier(sight), &labels, own);
        match line.cause {
            Cause::Glass => strokes.streak += taken,
            Cause::Fold => strokes.fold += taken,
            Cause::Pen => strokes.is_doubtful |= taken > 0,
        }
        strokes.is_doubtful |= is_wide;
        strokes.hidden += if is_wide { taken } else { hidden };
    }
    let mut reached = vec![0_u8; labels.len()];
    for start in 0..labels.len() {
        if labels[start] != own || reached[start] != 0 || window.see(start).pixel != Pixel::Mark {
            continue;
        }
        let stroke = window.stroke(start, own, &labels, &mut reached);
        match stroke.judged(&window, plan, plans) {
            Owner::This if stroke.is_speck() || stroke.is_rim(&window, plan) => {
                strokes.specks += stroke.own;
            }
            Owner::This => strokes.is_drawn |= stroke.is_meant(plan),
            Owner::Neighbour => strokes.spilled += stroke.own,
            Owner::Unclear => {
                strokes.is_doubtful = true;
                strokes.is_drawn |= stroke.is_meant(plan);
            }
        }
    }
    strokes
}

/// What of a target a line across everything covers.
struct OnLine {
    /// Inner pixels.
    taken: u32,
    /// Those of them where the line is heavier than beside the target.
    hidden: u32,
    /// So wide that it may hide a mark anywhere.
    is_wide: bool,
}

/// A part of the design with what the scan shows there. Most of it is never asked for: only what is is
/// looked at.
struct Window<'a> {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
    grid: Grid<'a>,
    sight: &'a Sight<'a>,
    /// What was looked at already.
    seen: Vec<Cell<Option<Seen>>>,
}

/// What a pixel is.
#[derive(Clone, Copy)]
struct Seen {
    /// A mark, or a dark place where the blank page has print.
    pixel: Pixel,
    /// Whether there is anything at all, be it faint.
    shows: bool,
}

impl<'a> Window<'a> {
    fn around(plan: &TargetPlan, sight: &'a Sight<'a>) -> Window<'a> {
        let (right, bottom) = (plan.left + plan.width() as i32, plan.top + plan.height() as i32);
        let left = (plan.left - WINDOW).max(0);
        let top = (plan.top - WINDOW).max(0);
        let right = (right + WINDOW).min(sight.blank.width() as i32);
        let bottom = (bottom + WINDOW).min(sight.blank.height() as i32);
        let (width, height) = ((right - left) as usize, (bottom - top) as usize);
        let first = Point { x: left as f32 + 0.5, y: top as f32 + 0.5 };
        let grid = sight.map.grid(sight.page, first, 1.0, (width, height));
        let seen = vec![Cell::new(None); width * height];
        Window { left, top, width, height, grid, sight, seen }
    }

    /// What there is at a place of the window.
    fn see(&self, at: usize) -> Seen {
        if let Some(seen) = self.seen[at].get() {
            return seen;
        }
        let (x, y) = (at % self.width, at / self.width);
        let level = f32::from(self.grid.level(x, y));
        let pixel = match level < self.sight.ink {
            false => Pixel::Clear,
            true if self.is_near_print(x, y) => Pixel::Bridge,
            true => Pixel::Mark,
        };
        let seen = Seen { pixel, shows: level < self.sight.faint };
        self.seen[at].set(Some(seen));
        seen
    }

    /// Whether the blank page has print there or right beside it.
    fn is_near_print(&self, x: usize, y: usize) -> bool {
        let columns = x.saturating_sub(1)..=(x + 1).min(self.width - 1);
        let top = self.top + y as i32;
        (top - 1..=top + 1).any(|y| {
            let row = self.sight.blank.row(y.max(0) as u32);
            let row = row.get(self.left as usize..).unwrap_or_default();
            let beside = row.get(columns.clone()).unwrap_or_default();
            beside.iter().any(|&level| level < self.sight.print)
        })
    }

    /// For each pixel the target whose inner area it is in, counted from 1, or 0.
    fn labels(&self, plans: &[TargetPlan]) -> Vec<u16> {
        let mut labels = vec![0; self.seen.len()];
        for (label, plan) in (1_u16..).zip(plans) {
            let (dx, dy) = (plan.left - self.left, plan.top - self.top);
            let (width, height) = (plan.width() as i32, plan.height() as i32);
            let beside = dx >= self.width as i32 || dx + width <= 0;
            if beside || dy >= self.height as i32 || dy + height <= 0 {
                continue;
            }
            for (y, row) in plan.inner_rows().enumerate() {
                let Some(y) = usize::try_from(dy + y as i32).ok().filter(|&y| y < self.height)
                else {
                    continue;
                };
                for (x, _) in row.iter().enumerate().filter(|(_, is_inner)| **is_inner) {
                    if let Some(x) = usize::try_from(dx + x as i32).ok().filter(|&x| x < self.width)
                    {
                        labels[y * self.width + x] = label;
                    }
                }
            }
        }
        labels
    }

    /// Where a target's inner area lies.
    fn inner_of(&self, plan: &TargetPlan) -> Extent {
        let (x0, y0, x1, y1) = plan.inner_extent();
        let [x0, x1] = [x0, x1].map(|x| x as i32 + plan.left - self.left);
        let [y0, y1] = [y0, y1].map(|y| y as i32 + plan.top - self.top);
        Extent { x0, y0, x1, y1 }
    }

    /// Lines that cross the target and go on beyond it.
    fn lines(&self, plan: &TargetPlan, sight: &Sight) -> Vec<Line> {
        let Extent { x0, y0, x1, y1 } = self.inner_of(plan);
        let outer = BESIDE + OUTLINE;
        let shows = |x: i32, y: i32| {
            let inside =
                x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
            // What can't be seen may be there.
            !inside || self.see(y as usize * self.width + x as usize).shows
        };
        let mut lines = Vec::new();
        let is_left = (y0..=y1).any(|y| shows(x0 - outer, y));
        if is_left && (y0..=y1).any(|y| shows(x1 + outer, y)) {
            let skip = (x1 - x0) / 2 + outer;
            lines.extend(find(sight, plan.centre(), true, (y1 - y0) / 2, skip));
        }
        let is_above = (x0..=x1).any(|x| shows(x, y0 - outer));
        if is_above && (x0..=x1).any(|x| shows(x, y1 + outer)) {
            let skip = (y1 - y0) / 2 + outer;
            lines.extend(find(sight, plan.centre(), false, (x1 - x0) / 2, skip));
        }
        lines
    }

    /// Takes a line out of the window; what of the target `own` was on it.
    fn take_out(&self, line: &Line, heavier: &[bool], labels: &[u16], own: u16) -> OnLine {
        let (mut taken, mut hidden, mut length) = (0_u32, 0_u32, Vec::new());
        for (at, &label) in labels.iter().enumerate() {
            let (x, y) = ((at % self.width) as i32, (at / self.width) as i32);
            let place = (x + self.left, y + self.top);
            if !line.covers(place.0, place.1) || self.see(at).pixel != Pixel::Mark {
                continue;
            }
            self.seen[at].set(Some(Seen { pixel: Pixel::Clear, ..self.see(at) }));
            if label == own {
                taken += 1;
                hidden += u32::from(line.is_within(heavier, place));
                length.push(if line.is_across { x } else { y });
            }
        }
        length.sort_unstable();
        length.dedup();
        let is_wide = taken as f32 > LINE_WIDTH * length.len() as f32;
        OnLine { taken, hidden, is_wide }
    }

    /// Everything that hangs together with `start`, passing under print for a short way.
    fn stroke(&self, start: usize, own: u16, labels: &[u16], reached: &mut [u8]) -> Stroke {
        let mut stroke = Stroke::default();
        let size = (self.width, self.height);
        flood(
            size,
            start,
            BRIDGE,
            reached,
            |at| self.see(at).pixel,
            |at| {
                stroke.add(at, self.width, own, labels[at]);
            },
        );
        stroke
    }
}

/// First and last column and row, in pixels of the window.
#[derive(Clone, Copy)]
struct Extent {
    x0: i32,
    y0: i32,
    x1: i32,
    y1: i32,
}

impl Extent {
    fn with(extent: Option<Extent>, x: i32, y: i32) -> Option<Extent> {
        let Extent { x0, y0, x1, y1 } = extent.unwrap_or(Extent { x0: x, y0: y, x1: x, y1: y });
        Some(Extent { x0: x0.min(x), y0: y0.min(y), x1: x1.max(x), y1: y1.max(y) })
    }
}
