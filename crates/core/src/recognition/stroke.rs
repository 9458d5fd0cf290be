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
use super::patch::Region;
use super::score::TargetPlan;
use super::transform::{Affine, Point};

/// How far around a target strokes are followed, in fine pixels (10 mm).
pub(super) const WINDOW: i32 = 60;
/// Print that a stroke may run under, in fine pixels (0.8 mm): an outline and its blur.
const BRIDGE: u8 = 5;
/// Stroke inside both: the smaller share must be less than this of the larger to be a spill.
const SPILL_SHARE: f32 = 0.5;
/// How far a spill may reach into the other target, as a share of its inner side. Legible spills
/// reach 0.3; the rest is for blur and for the pen's width.
const SPILL_DEPTH: f32 = 0.42;
/// Ink in a target, as a share of its stroke, below which the stroke is about something else.
const OWN_SHARE: f32 = 0.2;
/// A line that crosses the whole window is at most this wide on average, in fine pixels (1.3 mm).
const LINE_WIDTH: f32 = 8.0;
/// And leaves its straight course by at most this, in fine pixels (2.5 mm).
const LINE_BEND: i32 = 15;
/// Where a line is looked for beyond the window, in fine pixels (2.5 mm), at how many places without
/// print at least, and the share of these where it must be, in percent.
const LINE_STEP: i32 = 15;
const LINE_PLACES: i32 = 10;
const LINE_PERCENT: i32 = 75;

/// What the strokes in a target turned out to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Strokes {
    /// Inner pixels that belong to the mark of a neighbour.
    pub spilled: u32,
    /// Inner pixels of a straight line across everything along the page: dirt on the scanner's glass.
    pub streak: u32,
    /// Inner pixels of a straight line across everything from side to side: a fold, as a rule.
    pub fold: u32,
    /// Nobody can say whose a stroke is.
    pub is_doubtful: bool,
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
    /// Whether the paper was fed along the design's height.
    pub is_upright: bool,
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
    let mut reached = vec![0_u8; window.states.len()];
    for start in 0..window.states.len() {
        if labels[start] != own || window.states[start] != MARK || reached[start] != 0 {
            continue;
        }
        let stroke = window.stroke(start, own, &labels, &mut reached);
        match stroke.judged(&window, plan, plans, sight) {
            Owner::This => {}
            Owner::Neighbour => strokes.spilled += stroke.own,
            Owner::Glass => strokes.streak += stroke.own,
            Owner::Fold => strokes.fold += stroke.own,
            Owner::Unclear => strokes.is_doubtful = true,
        }
    }
    strokes
}

enum Owner {
    This,
    Neighbour,
    Glass,
    Fold,
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

    fn judged(
        &self,
        window: &Window,
        plan: &TargetPlan,
        plans: &[TargetPlan],
        sight: &Sight,
    ) -> Owner {
        let (Some(all), Some(inside)) = (self.all, self.inside) else {
            return Owner::This;
        };
        if let Some(owner) = self.as_line(window, all, sight) {
            return owner;
        }
        let most = self.others.iter().max_by_key(|(_, mass)| *mass);
        let Some((neighbour, mass)) =
            most.and_then(|&(label, mass)| Some((plans.get(usize::from(label) - 1)?, mass)))
        else {
            return self.alone(window, plan);
        };
        if mass < self.own {
            return Owner::This;
        }
        let centroid = self.centroid(window);
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
        if is_far && is_little { Owner::Unclear } else { Owner::This }
    }

    fn centroid(&self, window: &Window) -> Point {
        let mean = |sum: u64, from: i32| sum as f32 / self.mass.max(1) as f32 + from as f32 + 0.5;
        Point { x: mean(self.sum.0, window.left), y: mean(self.sum.1, window.top) }
    }

    /// A thin straight line from one edge of the window to the other: of the paper or the scanner if it
    /// goes on across the page, else of a pen.
    fn as_line(&self, window: &Window, all: Extent, sight: &Sight) -> Option<Owner> {
        let (width, height) = (window.width as i32, window.height as i32);
        let thin = |length: i32| (self.mass as f32) < LINE_WIDTH * length as f32;
        let is_across =
            all.x0 == 0 && all.x1 == width - 1 && all.y1 - all.y0 <= LINE_BEND && thin(width);
        let is_along =
            all.y0 == 0 && all.y1 == height - 1 && all.x1 - all.x0 <= LINE_BEND && thin(height);
        if !is_across && !is_along {
            return None;
        }
        let middle = Point {
            x: (window.left * 2 + all.x0 + all.x1) as f32 / 2.0,
            y: (window.top * 2 + all.y0 + all.y1) as f32 / 2.0,
        };
        if !sight.goes_on(middle, is_across) {
            return Some(Owner::Unclear);
        }
        Some(if is_along == sight.is_upright { Owner::Glass } else { Owner::Fold })
    }
}

impl Sight<'_> {
    /// Whether a line through `at` is dark wherever the blank page leaves it visible, across the page
    /// or along it.
    fn goes_on(&self, at: Point, is_across: bool) -> bool {
        let length = if is_across { self.blank.width() } else { self.blank.height() } as i32;
        let (mut seen, mut dark) = (0, 0);
        for step in (LINE_STEP..length - LINE_STEP).step_by(LINE_STEP as usize) {
            let place = |off: i32| {
                if is_across {
                    Point { x: step as f32, y: at.y + off as f32 }
                } else {
                    Point { x: at.x + off as f32, y: step as f32 }
                }
            };
            let off = -LINE_BEND..=LINE_BEND;
            let level = |p: Point| self.blank.sample(p.x, p.y);
            if off.clone().any(|off| level(place(off)) < f32::from(self.print)) {
                continue;
            }
            seen += 1;
            dark += i32::from(off.into_iter().any(|off| {
                let p = self.map.apply(place(off));
                self.page.sample(p.x, p.y) < self.ink
            }));
        }
        seen >= LINE_PLACES && dark * 100 >= seen * LINE_PERCENT
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
