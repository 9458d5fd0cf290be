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

use super::gray::GrayPage;
use super::line::{Cause, Line, find};
use super::patch::Region;
use super::target::TargetPlan;
use super::transform::{Affine, Point};

/// How far around a target strokes are followed, in fine pixels (10 mm).
pub(super) const WINDOW: i32 = 60;
/// Print that a stroke may run under, in fine pixels (1.3 mm): an outline, its blur, at a slant.
const BRIDGE: u8 = 8;
/// Stroke inside both: the smaller share must be less than this of the larger to be a spill.
const SPILL_SHARE: f32 = 0.5;
/// How far a spill may reach into the other target, as a share of its inner side. Legible spills
/// reach 0.3; the rest is for blur and for the pen's width.
const SPILL_DEPTH: f32 = 0.42;
/// Ink in a target, as a share of its stroke, below which the stroke is about something else.
const OWN_SHARE: f32 = 0.2;
/// And below which it only grazes the target, wherever its middle is: a ring around the next one.
const GRAZE_SHARE: f32 = 0.1;
/// A line across a target that is wider than this on average may hide a mark, in fine pixels (0.8 mm).
const LINE_WIDTH: f32 = 5.0;
/// From the inner area to beyond the printed outline, in fine pixels (0.8 mm).
const OUTLINE: i32 = 5;
/// How far beside a target a line across it must show already, in fine pixels (1.2 mm).
const BESIDE: i32 = 7;
/// Ink that is shorter than this in every direction is a speck, in fine pixels (1.3 mm): dust, or the
/// dot of a pen that rested.
const SPECK: i32 = 8;

/// Ink along a side of a target that is no wider than this may be its outline, in fine pixels (0.7 mm).
const RIM: i32 = 4;
/// A stroke of this length is meant by somebody, in fine pixels (2.5 mm).
const DRAWN: i32 = 15;

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
    /// Nobody can say whose a stroke is.
    pub is_doubtful: bool,
    /// A stroke that belongs to the target is longer than what is in it: most of it may have missed.
    pub is_drawn: bool,
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
        let (taken, is_wide) = window.take_out(&line, &labels, own);
        match line.cause {
            Cause::Glass => strokes.streak += taken,
            Cause::Fold => strokes.fold += taken,
            Cause::Pen => strokes.is_doubtful |= taken > 0,
        }
        strokes.is_doubtful |= is_wide;
    }
    let mut reached = vec![0_u8; window.states.len()];
    for start in 0..window.states.len() {
        if labels[start] != own || window.states[start] != MARK || reached[start] != 0 {
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

enum Owner {
    This,
    Neighbour,
    Unclear,
}

const NOTHING: u8 = 0;
const MARK: u8 = 1;
/// Dark where the blank page has print: a stroke may pass under it.
const PRINT: u8 = 2;

/// A part of the design with what the scan shows there.
struct Window {
    left: i32,
    top: i32,
    width: usize,
    height: usize,
    states: Vec<u8>,
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
        let states = region.levels.iter().zip(&is_print).map(|(&level, &is_print)| {
            match (f32::from(level) < sight.ink, is_print) {
                (false, _) => NOTHING,
                (true, false) => MARK,
                (true, true) => PRINT,
            }
        });
        Window { left, top, width, height, states: states.collect() }
    }

    /// For each pixel the target whose inner area it is in, counted from 1, or 0.
    fn labels(&self, plans: &[TargetPlan]) -> Vec<u16> {
        let mut labels = vec![0; self.states.len()];
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

    /// Lines that cross the target and go on beyond it.
    fn lines(&self, plan: &TargetPlan, sight: &Sight) -> Vec<Line> {
        let (x0, y0, x1, y1) = plan.inner_extent();
        let [x0, x1] = [x0, x1].map(|x| x as i32 + plan.left - self.left);
        let [y0, y1] = [y0, y1].map(|y| y as i32 + plan.top - self.top);
        let outer = BESIDE + OUTLINE;
        let shows = |x: i32, y: i32| {
            let inside =
                x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
            // What can't be seen may be there.
            !inside || self.states[y as usize * self.width + x as usize] != NOTHING
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

    /// Takes a line out of the window; how many pixels of the target `own` were on it, and whether it
    /// was so wide there that it may hide a mark.
    fn take_out(&mut self, line: &Line, labels: &[u16], own: u16) -> (u32, bool) {
        let (mut taken, mut length) = (0_u32, Vec::new());
        for ((at, state), &label) in self.states.iter_mut().enumerate().zip(labels) {
            let (x, y) = ((at % self.width) as i32, (at / self.width) as i32);
            if *state != MARK || !line.covers(x + self.left, y + self.top) {
                continue;
            }
            *state = NOTHING;
            if label == own {
                taken += 1;
                length.push(if line.is_across { x } else { y });
            }
        }
        length.sort_unstable();
        length.dedup();
        (taken, taken as f32 > LINE_WIDTH * length.len() as f32)
    }

    /// Everything that hangs together with `start`, passing under print for a short way.
    fn stroke(&self, start: usize, own: u16, labels: &[u16], reached: &mut [u8]) -> Stroke {
        let mut stroke = Stroke::default();
        reached[start] = BRIDGE + 1;
        let mut open = vec![start];
        stroke.add(start, self.width, own, labels[start]);
        while let Some(at) = open.pop() {
            let (x, y) = (at % self.width, at / self.width);
            for near_y in y.saturating_sub(1)..=(y + 1).min(self.height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(self.width - 1) {
                    let near = near_y * self.width + near_x;
                    let left = match self.states[near] {
                        MARK => BRIDGE + 1,
                        PRINT => reached[at] - 1,
                        _ => 0,
                    };
                    if left <= reached[near] {
                        continue;
                    }
                    if self.states[near] == MARK {
                        stroke.add(near, self.width, own, labels[near]);
                    }
                    reached[near] = left;
                    open.push(near);
                }
            }
        }
        stroke
    }
}

/// Pixels that hang together.
#[derive(Default)]
struct Stroke {
    mass: u32,
    sum: (u64, u64),
    /// Least and greatest column and row, of all of it and of what is inside the target.
    all: Option<Extent>,
    inside: Option<Extent>,
    own: u32,
    /// Pixels inside other targets, by label.
    others: Vec<(u16, u32)>,
}

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

impl Stroke {
    fn add(&mut self, at: usize, width: usize, own: u16, label: u16) {
        let (x, y) = (at % width, at / width);
        self.mass += 1;
        self.sum = (self.sum.0 + x as u64, self.sum.1 + y as u64);
        self.all = Extent::with(self.all, x as i32, y as i32);
        if label == own {
            self.own += 1;
            self.inside = Extent::with(self.inside, x as i32, y as i32);
        } else if label != 0 {
            match self.others.iter_mut().find(|(other, _)| *other == label) {
                Some((_, mass)) => *mass += 1,
                None => self.others.push((label, 1)),
            }
        }
    }

    fn judged(&self, window: &Window, plan: &TargetPlan, plans: &[TargetPlan]) -> Owner {
        let Some(inside) = self.inside else {
            return Owner::This;
        };
        let most = self.others.iter().max_by_key(|(_, mass)| *mass);
        let Some((neighbour, mass)) =
            most.and_then(|&(label, mass)| Some((plans.get(usize::from(label) - 1)?, mass)))
        else {
            return self.alone(window, plan);
        };
        let centroid = self.centroid(window);
        // Of two targets the stroke is this one's only where the other one's share would be a spill.
        let is_more_here = (mass as f32) < SPILL_SHARE * self.own as f32;
        if is_more_here
            && plan.centre().distance_squared(centroid)
                < neighbour.centre().distance_squared(centroid)
        {
            return Owner::This;
        }
        let by_mass = (self.own as f32) < SPILL_SHARE * mass as f32;
        let by_centroid = neighbour.centre().distance_squared(centroid)
            < plan.centre().distance_squared(centroid);
        let by_end = depth(window, plan, neighbour, inside) <= SPILL_DEPTH;
        if by_mass && by_centroid && by_end { Owner::Neighbour } else { Owner::Unclear }
    }

    /// A stroke that touches no other target: it is this one's, unless most of it is far away, like a
    /// line through a name.
    fn alone(&self, window: &Window, plan: &TargetPlan) -> Owner {
        let centre = plan.centre();
        let reach = plan.width().max(plan.height()) as f32 / 2.0;
        let is_far = self.centroid(window).distance_squared(centre) > reach * reach;
        let is_little = (self.own as f32) < OWN_SHARE * self.mass as f32;
        let is_next_to_nothing = (self.own as f32) < GRAZE_SHARE * self.mass as f32;
        if is_far && is_little || is_next_to_nothing { Owner::Unclear } else { Owner::This }
    }

    fn centroid(&self, window: &Window) -> Point {
        let mean = |sum: u64, from: i32| sum as f32 / self.mass.max(1) as f32 + from as f32 + 0.5;
        Point { x: mean(self.sum.0, window.left), y: mean(self.sum.1, window.top) }
    }

    /// Long enough to be meant, and with more than a touch in the target.
    fn is_meant(&self, plan: &TargetPlan) -> bool {
        let is_long = |all: Extent| all.x1 - all.x0 >= DRAWN || all.y1 - all.y0 >= DRAWN;
        // An outline that is a pixel off is long too, and no more than that wide.
        let is_wide = |inside: Extent| inside.x1 - inside.x0 > 1 && inside.y1 - inside.y0 > 1;
        self.own >= plan.min_ink()
            && self.all.is_some_and(is_long)
            && self.inside.is_some_and(is_wide)
    }

    /// Whether ink in a target lies along one of its sides as the outline does: it may be the outline,
    /// where a fold draws the paper in.
    fn is_rim(&self, window: &Window, plan: &TargetPlan) -> bool {
        let Some(inside) = self.inside else {
            return false;
        };
        let (x0, y0, x1, y1) = plan.inner_extent();
        let [x0, x1] = [x0, x1].map(|x| x as i32 + plan.left - window.left);
        let [y0, y1] = [y0, y1].map(|y| y as i32 + plan.top - window.top);
        let is_at = |first: i32, last: i32, from: i32, to: i32| {
            to - from < RIM && (from <= first + 1 || to >= last - 1)
        };
        let is_long =
            |first: i32, last: i32, from: i32, to: i32| (to - from) * 3 >= (last - first) * 2;
        (is_at(y0, y1, inside.y0, inside.y1) && is_long(x0, x1, inside.x0, inside.x1))
            || (is_at(x0, x1, inside.x0, inside.x1) && is_long(y0, y1, inside.y0, inside.y1))
    }

    fn is_speck(&self) -> bool {
        self.all.is_some_and(|all| all.x1 - all.x0 < SPECK && all.y1 - all.y0 < SPECK)
    }
}

/// How far the stroke reaches into `plan`, coming from `neighbour`, as a share of the inner side.
fn depth(window: &Window, plan: &TargetPlan, neighbour: &TargetPlan, inside: Extent) -> f32 {
    let inner = plan.inner_extent();
    let (left, top) = (plan.left - window.left, plan.top - window.top);
    let (x0, x1) = (inner.0 as i32 + left, inner.2 as i32 + left);
    let (y0, y1) = (inner.1 as i32 + top, inner.3 as i32 + top);
    let (own, other) = (plan.centre(), neighbour.centre());
    let (dx, dy) = (other.x - own.x, other.y - own.y);
    let (reached, side) = if dy.abs() >= dx.abs() {
        let reached = if dy > 0.0 { y1 - inside.y0 } else { inside.y1 - y0 };
        (reached, y1 - y0)
    } else {
        let reached = if dx > 0.0 { x1 - inside.x0 } else { inside.x1 - x0 };
        (reached, x1 - x0)
    };
    (reached + 1) as f32 / (side + 1).max(1) as f32
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
