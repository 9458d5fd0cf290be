//! One stroke: how much of it lies where, and whose it therefore is.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a window of a page"
)]

use super::{Extent, Window};
use crate::recognition::target::TargetPlan;
use crate::recognition::transform::Point;

/// Stroke inside both: the smaller share must be less than this of the larger to be a spill.
const SPILL_SHARE: f32 = 0.5;
/// How far a spill may reach into the other target, as a share of its inner side. Legible spills
/// reach 0.3; the rest is for blur and for the pen's width.
const SPILL_DEPTH: f32 = 0.42;
/// Ink in a target, as a share of its stroke, below which the stroke is about something else.
const OWN_SHARE: f32 = 0.2;
/// And below which it only grazes the target, wherever its middle is: a ring around the next one.
const GRAZE_SHARE: f32 = 0.1;
/// Ink that is shorter than this in every direction is a speck, in fine pixels (1.3 mm): dust, or the
/// dot of a pen that rested.
const SPECK: i32 = 8;
/// Ink along a side of a target that is no wider than this may be its outline, in fine pixels (0.7 mm).
const RIM: i32 = 4;
/// A stroke of this length is meant by somebody, in fine pixels (2.5 mm).
const DRAWN: i32 = 15;

/// Whose a stroke is.
pub(super) enum Owner {
    This,
    Neighbour,
    Unclear,
}

/// Pixels that hang together.
#[derive(Default)]
pub(super) struct Stroke {
    mass: u32,
    sum: (u64, u64),
    /// Least and greatest column and row, of all of it and of what is inside the target.
    all: Option<Extent>,
    inside: Option<Extent>,
    /// Pixels inside the target.
    pub own: u32,
    /// Pixels inside other targets, by label.
    others: Vec<(u16, u32)>,
}

impl Stroke {
    pub fn add(&mut self, at: usize, width: usize, own: u16, label: u16) {
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

    pub fn judged(&self, window: &Window, plan: &TargetPlan, plans: &[TargetPlan]) -> Owner {
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
        let away = |plan: &TargetPlan| plan.centre().distance_squared(centroid);
        let (here, there) = (away(plan), away(neighbour));
        // Of two targets the stroke is this one's only where the other one's share would be a spill.
        if (mass as f32) < SPILL_SHARE * self.own as f32 && here < there {
            return Owner::This;
        }
        let by_mass = (self.own as f32) < SPILL_SHARE * mass as f32;
        let by_end = depth(window, plan, neighbour, inside) <= SPILL_DEPTH;
        if by_mass && there < here && by_end { Owner::Neighbour } else { Owner::Unclear }
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
    pub fn is_meant(&self, plan: &TargetPlan) -> bool {
        let is_long = |all: Extent| all.x1 - all.x0 >= DRAWN || all.y1 - all.y0 >= DRAWN;
        // An outline that is a pixel off is long too, and no more than that wide.
        let is_wide = |inside: Extent| inside.x1 - inside.x0 > 1 && inside.y1 - inside.y0 > 1;
        self.own >= plan.min_ink()
            && self.all.is_some_and(is_long)
            && self.inside.is_some_and(is_wide)
    }

    /// Whether ink in a target lies along one of its sides as the outline does: it may be the outline,
    /// where a fold draws the paper in.
    pub fn is_rim(&self, window: &Window, plan: &TargetPlan) -> bool {
        let Some(inside) = self.inside else {
            return false;
        };
        let Extent { x0, y0, x1, y1 } = window.inner_of(plan);
        let is_at = |first: i32, last: i32, from: i32, to: i32| {
            to - from < RIM && (from <= first + 1 || to >= last - 1)
        };
        let is_long =
            |first: i32, last: i32, from: i32, to: i32| (to - from) * 3 >= (last - first) * 2;
        (is_at(y0, y1, inside.y0, inside.y1) && is_long(x0, x1, inside.x0, inside.x1))
            || (is_at(x0, x1, inside.x0, inside.x1) && is_long(y0, y1, inside.y0, inside.y1))
    }

    pub fn is_speck(&self) -> bool {
        self.all.is_some_and(|all| all.x1 - all.x0 < SPECK && all.y1 - all.y0 < SPECK)
    }
}

/// How far the stroke reaches into `plan`, coming from `neighbour`, as a share of the inner side.
fn depth(window: &Window, plan: &TargetPlan, neighbour: &TargetPlan, inside: Extent) -> f32 {
    let Extent { x0, y0, x1, y1 } = window.inner_of(plan);
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
