//! Points, and maps from a code's modules to pixels as a camera makes them.

/// A point or a displacement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Point {
    /// To the right.
    pub x: f64,
    /// Down.
    pub y: f64,
}

impl Point {
    pub(super) fn plus(self, step: Point, times: f64) -> Point {
        Point { x: self.x + step.x * times, y: self.y + step.y * times }
    }

    pub(super) fn to(self, other: Point) -> Point {
        Point { x: other.x - self.x, y: other.y - self.y }
    }

    pub(super) fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    /// Positive if `other` is to the right of this displacement.
    pub(super) fn turn(self, other: Point) -> f64 {
        self.x * other.y - self.y * other.x
    }
}

/// x' = (a·x + b·y + c) / (g·x + h·y + 1), and y' alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Map {
    pub x: [f64; 3],
    pub y: [f64; 3],
    pub far: [f64; 2],
}

impl Map {
    pub(super) fn apply(&self, p: Point) -> Point {
        let part = |of: [f64; 3]| of[0] * p.x + of[1] * p.y + of[2];
        let depth = self.far[0] * p.x + self.far[1] * p.y + 1.0;
        // Behind the camera is nothing; so far away is no pixel.
        let depth = if depth < 1e-3 { 1e-3 } else { depth };
        Point { x: part(self.x) / depth, y: part(self.y) / depth }
    }

    /// The map that fits pairs of points best, by least squares; `None` if they do not say enough.
    pub(super) fn fitted(pairs: &[Pair]) -> Option<Map> {
        let first = pairs.first()?;
        // Near the origin and of like size, or the squares lose all digits.
        let (from, to) = (first.from, first.to);
        let largest = |of: fn(&Pair) -> Point, start: Point| {
            pairs.iter().map(|pair| start.to(of(pair)).length()).fold(1e-6, f64::max)
        };
        let (from_size, to_size) = (largest(|p| p.from, from), largest(|p| p.to, to));
        let mut sums = [[0.0; 9]; 8];
        for pair in pairs {
            let scaled = |point: Point, start: Point, size: f64| {
                let moved = start.to(point);
                Point { x: moved.x / size, y: moved.y / size }
            };
            let (p, q) = (scaled(pair.from, from, from_size), scaled(pair.to, to, to_size));
            let across = [p.x, p.y, 1.0, 0.0, 0.0, 0.0, -p.x * q.x, -p.y * q.x, q.x];
            let down = [0.0, 0.0, 0.0, p.x, p.y, 1.0, -p.x * q.y, -p.y * q.y, q.y];
            for equation in [across, down] {
                for (sums, &factor) in sums.iter_mut().zip(&equation) {
                    for (sum, &value) in sums.iter_mut().zip(&equation) {
                        *sum += pair.weight * factor * value;
                    }
                }
            }
        }
        let [a, b, c, d, e, f, g, h] = solved(sums)?;
        let scaled = Map { x: [a, b, c], y: [d, e, f], far: [g, h] };
        scaled.moved((from, from_size), (to, to_size))
    }

    /// The same map for points that were not moved and scaled.
    fn moved(&self, from: (Point, f64), to: (Point, f64)) -> Option<Map> {
        let (start, size) = from;
        let unscaled = |of: [f64; 3]| {
            let (a, b) = (of[0] / size, of[1] / size);
            [a, b, of[2] - a * start.x - b * start.y]
        };
        let depth = unscaled([self.far[0], self.far[1], 1.0]);
        let row = |of: [f64; 3], offset: f64| {
            let of = unscaled(of);
            [0, 1, 2].map(|k| (of[k] * to.1 + depth[k] * offset) / depth[2])
        };
        (depth[2].abs() > 1e-6).then(|| Map {
            x: row(self.x, to.0.x),
            y: row(self.y, to.0.y),
            far: [depth[0] / depth[2], depth[1] / depth[2]],
        })
    }
}

/// A module's place and the pixel that shows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pair {
    pub from: Point,
    pub to: Point,
    pub weight: f64,
}

/// Eight equations of eight unknowns, the ninth column on the other side.
fn solved(mut rows: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for at in 0..8 {
        let pivot = (at..8).max_by(|&a, &b| rows[a][at].abs().total_cmp(&rows[b][at].abs()))?;
        rows.swap(at, pivot);
        let row = rows[at];
        if row[at].abs() < 1e-12 || !row[at].is_finite() {
            return None;
        }
        for (other, values) in rows.iter_mut().enumerate() {
            let factor = if other == at { 0.0 } else { values[at] / row[at] };
            for (value, &own) in values.iter_mut().zip(&row) {
                *value -= factor * own;
            }
        }
    }
    let mut solution = [0.0; 8];
    for (at, value) in solution.iter_mut().enumerate() {
        *value = rows[at][8] / rows[at][at];
    }
    solution.iter().all(|value| value.is_finite()).then_some(solution)
}
