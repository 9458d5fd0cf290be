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

use self::single::{Owner, Stroke};
use super::flood::{Pixel, flood};
use super::gray::GrayPage;
use super::line::{Cause, Line, find};
use super::patch::Region;
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
    let mut window = Window::around(plan, sight);
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
    let mut reached = vec![0_u8; window.pixels.len()];
    for start in 0..window.pixels.len() {
        if labels[start] != own || window.pixels[start] != Pixel::Mark || reached[start] != 0 {
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

/// A part of the design with what the scan shows there.
struct Window {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
    /// Marks, and dark places where the blank page has print.
    pixels: Vec<Pixel>,
    /// Whether there is anything at all, be it faint.
    shows: Vec<bool>,
}

impl Window {
    fn around(plan: &TargetPlan, sight: &Sight) -> Window {
        let (right, bottom) = (plan.left + plan.width() as i32, plan.top + plan.height() as i32);
        let left = (plan.left - WINDOW).max(0);
        let top = (plan.top - WINDOW).max(0);
        let right = (right + WINDOW).min(sight.blank.width() as i32);
        let bottom = (bottom + WINDOW).min(sight.blank.height() as i32);
        let (width, height) = ((right - left) as usize, (bottom - top) as usize);
        let first = Point { x: left as f32 + 0.5, y: top as f32 + 0.5 };
        let region: Region = sight.map.region(sight.page, first, 1.0, (width, height));
        let is_print = near_print(sight.blank, (left, top), (width, height), sight.print);
        let pixels = region.levels.iter().zip(&is_print).map(|(&level, &is_print)| {
            match (f32::from(level) < sight.ink, is_print) {
                (false, _) => Pixel::Clear,
                (true, false) => Pixel::Mark,
                (true, true) => Pixel::Bridge,
            }
        });
        let shows = region.levels.iter().map(|&level| f32::from(level) < sight.faint).collect();
        Window { left, top, width, height, pixels: pixels.collect(), shows }
    }

    /// For each pixel the target whose inner area it is in, counted from 1, or 0.
    fn labels(&self, plans: &[TargetPlan]) -> Vec<u16> {
        let mut labels = vec![0; self.pixels.len()];
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
            !inside || self.shows[y as usize * self.width + x as usize]
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
    fn take_out(&mut self, line: &Line, heavier: &[bool], labels: &[u16], own: u16) -> OnLine {
        let (mut taken, mut hidden, mut length) = (0_u32, 0_u32, Vec::new());
        for ((at, state), &label) in self.pixels.iter_mut().enumerate().zip(labels) {
            let (x, y) = ((at % self.width) as i32, (at / self.width) as i32);
            let place = (x + self.left, y + self.top);
            if *state != Pixel::Mark || !line.covers(place.0, place.1) {
                continue;
            }
            *state = Pixel::Clear;
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
            |at| self.pixels[at],
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

/// Which pixels of a part of the blank page are print or touch it.
fn near_print(
    blank: &GrayPage,
    (left, top): (i32, i32),
    (width, height): (usize, usize),
    print: u8,
) -> Vec<bool> {
    let columns = left as usize..left as usize + width;
    // Print on each row, widened by a pixel to both sides; then each row with those around it.
    let wide = |y: i32| {
        let row = blank.row(y.max(0) as u32).get(columns.clone()).unwrap_or_default();
        let dark = |x: usize| row.get(x).is_some_and(|&level| level < print);
        (0..width).map(|x| dark(x) || dark(x + 1) || (x > 0 && dark(x - 1))).collect::<Vec<bool>>()
    };
    let rows: Vec<Vec<bool>> = (top - 1..=top + height as i32).map(wide).collect();
    let mut near = Vec::with_capacity(width * height);
    for three in rows.windows(3) {
        near.extend((0..width).map(|x| three.iter().any(|row| row[x])));
    }
    near
}
