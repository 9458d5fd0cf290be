//! Where the modules of a code are: by its alignment patterns, where it has such.
#![allow(clippy::cast_precision_loss, reason = "a code has at most 177 modules along a side")]

use super::ink::Ink;
use super::map::{Map, Pair, Point};

/// How far from its expected place an alignment pattern is looked for, in modules.
const REACH: i32 = 2;
/// Steps of a module, at first and when it was found.
const STEPS: i32 = 3;
const FINE_STEPS: i32 = 10;
/// A pattern has at least this share of the contrast at the finder pattern.
const LEAST_CONTRAST: f64 = 0.35;
/// What the finder patterns say of the fourth corner counts little beside what was seen.
const GUESS_WEIGHT: f64 = 0.01;

/// A map of a code's modules, and how far the paper is off it at some of them.
pub(super) struct Lattice {
    pub map: Map,
    offsets: Vec<(Point, Point)>,
}

impl Lattice {
    /// The lattice of a code whose finder patterns say `map`.
    pub(super) fn of(ink: &Ink, map: Map, modules: usize) -> Lattice {
        let far = modules as f64 - 3.5;
        let pair = |x: f64, y: f64, weight: f64| {
            let from = Point { x, y };
            Pair { from, to: map.apply(from), weight }
        };
        let mut pairs = vec![pair(3.5, 3.5, 1.0), pair(far, 3.5, 1.0), pair(3.5, far, 1.0)];
        pairs.push(pair(far, far, GUESS_WEIGHT));
        let mut lattice = Lattice { map, offsets: Vec::new() };
        let middle = map.apply(Point { x: 3.5, y: 3.5 });
        let contrast = 2.0 * f64::from(ink.limit(middle) - ink.level(middle));
        let lines = lines_of(modules);
        // From the corner on, so that each is near ones that are known.
        for diagonal in 1..2 * lines.len() {
            for (at, &x) in lines.iter().enumerate().take(diagonal + 1) {
                let Some(&y) = lines.get(diagonal - at) else {
                    continue;
                };
                let is_corner = [(6, modules - 7), (modules - 7, 6)].contains(&(x, y));
                let from = Point { x: x as f64 + 0.5, y: y as f64 + 0.5 };
                let least = contrast * LEAST_CONTRAST;
                let found = if is_corner { None } else { lattice.pattern(ink, from, least) };
                pairs.extend(found.map(|to| Pair { from, to, weight: 1.0 }));
            }
            lattice.map = Map::fitted(&pairs).unwrap_or(lattice.map);
        }
        let seen = pairs.iter().filter(|pair| pair.weight > GUESS_WEIGHT);
        lattice.offsets =
            seen.map(|pair| (pair.from, lattice.map.apply(pair.from).to(pair.to))).collect();
        lattice
    }

    /// The pixel that shows a place of the code. Paper is not flat: near a pattern that was seen, what it
    /// is off the map is added.
    pub(super) fn apply(&self, place: Point) -> Point {
        let (mut sum, mut weights) = (Point::default(), 0.0);
        for (from, offset) in &self.offsets {
            let way = from.to(place);
            let weight = 1.0 / (way.x * way.x + way.y * way.y + 20.0);
            sum = sum.plus(*offset, weight);
            weights += weight;
        }
        let at = self.map.apply(place);
        if weights > 0.0 { at.plus(sum, 1.0 / weights) } else { at }
    }

    /// The pixel at the middle of an alignment pattern near `expected`.
    fn pattern(&self, ink: &Ink, expected: Point, least: f64) -> Option<Point> {
        let coarse = self.best(ink, expected, f64::from(STEPS), REACH * STEPS)?;
        let fine = self.best(ink, coarse.0, f64::from(FINE_STEPS), FINE_STEPS / STEPS)?;
        (fine.1 > least).then(|| self.map.apply(fine.0))
    }

    fn best(&self, ink: &Ink, middle: Point, steps: f64, reach: i32) -> Option<(Point, f64)> {
        let places = (-reach..=reach).flat_map(|dy| (-reach..=reach).map(move |dx| (dx, dy)));
        let judged = places.map(|(dx, dy)| {
            let (dx, dy) = (f64::from(dx) / steps, f64::from(dy) / steps);
            let place = Point { x: middle.x + dx, y: middle.y + dy };
            // Of two that look alike the nearer one.
            (place, self.contrast(ink, place) * (1.0 - 0.05 * (dx * dx + dy * dy)))
        });
        judged.max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// How much like an alignment pattern the modules around a place are: a dark one in a light ring in
    /// a dark ring.
    fn contrast(&self, ink: &Ink, place: Point) -> f64 {
        let mut rings = [0.0; 3];
        for dy in -2..=2_i32 {
            for dx in -2..=2_i32 {
                let at = Point { x: place.x + f64::from(dx), y: place.y + f64::from(dy) };
                let level = f64::from(ink.level(self.map.apply(at)));
                match dx.abs().max(dy.abs()) {
                    0 => rings[0] += level,
                    1 => rings[1] += level / 8.0,
                    _ => rings[2] += level / 16.0,
                }
            }
        }
        rings[1] - rings[0].max(rings[2])
    }
}

/// The rows, and columns, of the middles of alignment patterns (ISO/IEC 18004, annex E).
fn lines_of(modules: usize) -> Vec<usize> {
    let version = modules.saturating_sub(17) / 4;
    if version < 2 {
        return Vec::new();
    }
    let count = version / 7 + 2;
    let step = match version {
        32 => 26,
        _ => (4 * version + 2 * count + 1) / (2 * count - 2) * 2,
    };
    let line = |at: usize| if at == 0 { 6 } else { modules - 7 - (count - 1 - at) * step };
    (0..count).map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::lines_of;

    #[test]
    fn alignment_patterns_are_where_the_standard_has_them() {
        let of = |version: usize| lines_of(17 + 4 * version);
        assert_eq!(of(1), [0; 0]);
        assert_eq!(of(2), [6, 18]);
        assert_eq!(of(7), [6, 22, 38]);
        assert_eq!(of(15), [6, 26, 48, 70]);
        assert_eq!(of(20), [6, 34, 62, 90]);
        assert_eq!(of(32), [6, 34, 60, 86, 112, 138]);
        assert_eq!(of(36), [6, 24, 50, 76, 102, 128, 154]);
        assert_eq!(of(40), [6, 30, 58, 86, 114, 142, 170]);
    }
}
