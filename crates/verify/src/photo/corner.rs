//! Three finder patterns that could be those of one code, and what they say of its size and perspective.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
#![allow(clippy::cast_lossless, reason = "versions and modules of a code are small numbers")]

use super::ink::Ink;
use super::map::{Map, Point};
use super::pattern::Pattern;

/// Threes that are looked at, at most.
const MAX_CORNERS: usize = 3_000;
/// How many steps are taken through a finder pattern, at most.
const MAX_STEPS: u32 = 400;
/// By how much the sides of one code may seem to differ.
const MAX_SKEW: f64 = 0.15;

/// Three patterns, by their places in the list: the right angle, the one to its right, and the one below.
pub(super) struct Corner {
    pub members: [usize; 3],
    points: [Point; 3],
    /// Sides of a module at the corner and at the two ends, along the lines between them, in pixels.
    right: (f64, f64),
    below: (f64, f64),
    /// Modules between the patterns.
    between: f64,
    skew: f64,
}

/// Every three patterns that lie like the corners of a code, the best first.
pub(super) fn corners(ink: &Ink, patterns: &[Pattern]) -> Vec<Corner> {
    let sides: Vec<Vec<Option<Side>>> = patterns
        .iter()
        .map(|from| patterns.iter().map(|to| Side::between(ink, from, to)).collect())
        .collect();
    let mut found = Vec::new();
    for (a, sides) in sides.iter().enumerate() {
        for (b, right) in sides.iter().enumerate() {
            for (c, below) in sides.iter().enumerate() {
                let points = [a, b, c].map(|k| patterns[k].at);
                let corner = right.as_ref().zip(below.as_ref());
                found.extend(corner.and_then(|sides| Corner::of([a, b, c], points, sides)));
            }
        }
    }
    found.sort_by(|a, b| a.skew.total_cmp(&b.skew));
    found.truncate(MAX_CORNERS);
    found
}

/// The line between two patterns.
struct Side {
    modules: (f64, f64),
    between: f64,
}

impl Side {
    fn between(ink: &Ink, from: &Pattern, to: &Pattern) -> Option<Side> {
        let distance = from.at.to(to.at).length();
        let (a, b) = (from.module, to.module);
        // The shortest side is 14 modules, the longest 170, and rows cut a module longer than it is.
        if distance < 9.0 * a.min(b) || distance > 260.0 * a.max(b) || a > 2.5 * b || b > 2.5 * a {
            return None;
        }
        let modules = (module_along(ink, from, to.at)?, module_along(ink, to, from.at)?);
        // A camera shortens equal lengths along a line so that this mean divides it evenly.
        let between = distance / (modules.0 * modules.1).sqrt();
        (11.0..190.0).contains(&between).then_some(Side { modules, between })
    }
}

/// The side of a module of `pattern` in the direction of `target`, in pixels.
fn module_along(ink: &Ink, pattern: &Pattern, target: Point) -> Option<f64> {
    let way = pattern.at.to(target);
    let length = way.length();
    let step = Point { x: way.x / length, y: way.y / length };
    let aside = Point { x: -step.y, y: step.x };
    let limit = ink.limit(pattern.at);
    let lines = [-0.7, 0.0, 0.7].map(|line| {
        let start = pattern.at.plus(aside, line * pattern.module);
        let there = edge(ink, start, step, limit, pattern.module)?;
        let back = edge(ink, start, Point { x: -step.x, y: -step.y }, limit, pattern.module)?;
        let is_even = there < 1.7 * back && back < 1.7 * there;
        is_even.then_some((there + back) / 7.0)
    });
    let known = lines.iter().flatten();
    let count = known.clone().count();
    (count > 0).then(|| known.sum::<f64>() / count as f64)
}

/// How far the outer edge of a finder pattern is from its middle: dark, light, dark, and light again.
fn edge(ink: &Ink, start: Point, step: Point, limit: f32, module: f64) -> Option<f64> {
    const STEP: f64 = 0.5;
    let mut runs = 0;
    let mut last = ink.level(start) - limit;
    if last >= 0.0 {
        return None;
    }
    for at in 1..MAX_STEPS {
        let way = at as f64 * STEP;
        let place = start.plus(step, way);
        if way > 7.0 * module || !ink.holds(place) {
            return None;
        }
        let level = ink.level(place) - limit;
        if (level < 0.0) != (last < 0.0) {
            runs += 1;
            if runs == 3 {
                return Some(way - STEP * f64::from(level / (level - last)));
            }
        }
        last = level;
    }
    None
}

impl Corner {
    fn of(members: [usize; 3], points: [Point; 3], sides: (&Side, &Side)) -> Option<Corner> {
        let (right, below) = sides;
        let skew = (right.between / below.between).ln().abs();
        if skew > MAX_SKEW {
            return None;
        }
        let (wide, high) = (points[0].to(points[1]), points[0].to(points[2]));
        // A right turn, so that each three are taken once; a camera makes other angles of it.
        let is_turn = wide.turn(high) > 0.6 * wide.length() * high.length();
        let between = (right.between + below.between) / 2.0;
        let (right, below) = (right.modules, below.modules);
        is_turn.then_some(Corner { members, points, right, below, between, skew })
    }

    /// The modules along a side that are possible, the likeliest first, with the map of each.
    pub(super) fn sizes(&self) -> impl Iterator<Item = (usize, Map)> {
        let modules = self.between + 7.0;
        let likely = ((modules - 17.0) / 4.0).round() as i32;
        // Lengths are measured to a fiftieth or so.
        let around = if likely > 12 { 3 } else { 1 };
        let mut versions: Vec<i32> = (likely - around..=likely + around).collect();
        versions.sort_by_key(|version| (version - likely).abs());
        let sizes = versions.into_iter().filter(|version| (1..=40).contains(version));
        sizes.map(|version| {
            let modules = 17 + 4 * version as usize;
            (modules, self.map(modules))
        })
    }

    /// From modules to pixels: the patterns' middles are three and a half modules from the edges, and how
    /// much smaller modules are at one than at the other says how much further away it is.
    fn map(&self, modules: usize) -> Map {
        let between = (modules - 7) as f64;
        let far = |(near, end): (f64, f64)| ((near / end).sqrt() - 1.0).clamp(-0.5, 1.0);
        let (g, h) = (far(self.right), far(self.below));
        let [corner, right, below] = self.points;
        let row = |corner: f64, right: f64, below: f64| {
            [right * (1.0 + g) - corner, below * (1.0 + h) - corner, corner]
        };
        // First from the square between the three middles, its side 1.
        let square = Map {
            x: row(corner.x, right.x, below.x),
            y: row(corner.y, right.y, below.y),
            far: [g, h],
        };
        square.of_modules(between)
    }
}

impl Map {
    /// The map of a square's modules, `between` of which are between the middles of its patterns.
    fn of_modules(&self, between: f64) -> Map {
        let moved = |of: [f64; 3]| {
            let (a, b) = (of[0] / between, of[1] / between);
            [a, b, of[2] - 3.5 * (a + b)]
        };
        let depth = moved([self.far[0], self.far[1], 1.0]);
        // 0.5 at the least, as the clamp above has it.
        let row = |of: [f64; 3]| moved(of).map(|part| part / depth[2]);
        Map { x: row(self.x), y: row(self.y), far: [depth[0] / depth[2], depth[1] / depth[2]] }
    }
}
