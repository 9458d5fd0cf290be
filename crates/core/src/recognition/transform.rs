//! Points and affine maps of the page, and their least-squares fit.

use super::gray::GrayPage;
use super::region::{Grid, Region};

/// A point or a displacement.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    pub(super) fn distance_squared(self, other: Point) -> f32 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        dx * dx + dy * dy
    }
}

/// x' = a·x + b·y + c, y' = d·x + e·y + f.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Affine {
    pub(super) x: [f32; 3],
    pub(super) y: [f32; 3],
}

impl Affine {
    pub(super) fn apply(&self, p: Point) -> Point {
        Point {
            x: self.x[0] * p.x + self.x[1] * p.y + self.x[2],
            y: self.y[0] * p.x + self.y[1] * p.y + self.y[2],
        }
    }

    /// This map after `first`.
    pub(super) fn after(&self, first: &Affine) -> Affine {
        let row = |r: [f32; 3]| {
            let combined = |k: usize| r[0] * first.x[k] + r[1] * first.y[k];
            [combined(0), combined(1), combined(2) + r[2]]
        };
        Affine { x: row(self.x), y: row(self.y) }
    }

    /// The map back; `None` where it has none.
    pub(super) fn inverse(&self) -> Option<Affine> {
        let ([a, b, c], [d, e, f]) = (self.x, self.y);
        let determinant = a * e - b * d;
        (determinant.abs() > 1e-6).then(|| Affine {
            x: [e / determinant, -b / determinant, (b * f - e * c) / determinant],
            y: [-d / determinant, a / determinant, (d * c - a * f) / determinant],
        })
    }

    /// The map after its input was moved by `by`.
    pub(super) fn shifted(&self, by: Point) -> Affine {
        let row = |r: [f32; 3]| [r[0], r[1], r[0] * by.x + r[1] * by.y + r[2]];
        Affine { x: row(self.x), y: row(self.y) }
    }

    /// Samples `page`, to whose pixels this maps, on a grid that starts at `first` and goes by `step`.
    pub(super) fn region(
        &self,
        page: &GrayPage,
        first: Point,
        step: f32,
        size: (usize, usize),
    ) -> Region {
        self.grid(page, first, step, size).region()
    }

    /// The places of `page` that [`Affine::region`] samples.
    pub(super) fn grid<'a>(
        &self,
        page: &'a GrayPage,
        first: Point,
        step: f32,
        size: (usize, usize),
    ) -> Grid<'a> {
        let right = Point { x: self.x[0] * step, y: self.y[0] * step };
        let down = Point { x: self.x[1] * step, y: self.y[1] * step };
        Grid::new(page, size, self.apply(first), right, down)
    }

    /// The map with its input enlarged: what it did to p it does to p / `scale`.
    pub(super) fn of_scaled(&self, scale: f32) -> Affine {
        let row = |r: [f32; 3]| [r[0] / scale, r[1] / scale, r[2]];
        Affine { x: row(self.x), y: row(self.y) }
    }

    /// The similarity that takes two points to two others; `None` where they coincide.
    pub(super) fn similarity(from: [Point; 2], to: [Point; 2]) -> Option<Affine> {
        let (dx, dy) = (from[1].x - from[0].x, from[1].y - from[0].y);
        let (tx, ty) = (to[1].x - to[0].x, to[1].y - to[0].y);
        let length = dx * dx + dy * dy;
        if length < 1.0 {
            return None;
        }
        let (a, b) = ((dx * tx + dy * ty) / length, (dx * ty - dy * tx) / length);
        let x = [a, -b, to[0].x - a * from[0].x + b * from[0].y];
        let y = [b, a, to[0].y - b * from[0].x - a * from[0].y];
        Some(Affine { x, y })
    }

    /// The best affine map of weighted pairs; `None` for fewer than three or for pairs on one line.
    pub(super) fn fit(pairs: impl Iterator<Item = (Point, Point, f32)> + Clone) -> Option<Affine> {
        let rows = |to: fn(Point) -> f32| {
            let rows = pairs.clone().map(move |(p, q, w)| ([p.x, p.y, 1.0], to(q), w));
            least_squares::<3>(rows)
        };
        Some(Affine { x: rows(|q| q.x)?, y: rows(|q| q.y)? })
    }
}

/// Weighted linear least squares by the normal equations, solved with pivoting in `f64`.
pub(super) fn least_squares<const N: usize>(
    rows: impl Iterator<Item = ([f32; N], f32, f32)>,
) -> Option<[f32; N]> {
    let mut matrix = [[0.0_f64; N]; N];
    let mut right = [0.0_f64; N];
    for (row, value, weight) in rows {
        for i in 0..N {
            let weighted = f64::from(row[i]) * f64::from(weight);
            right[i] += weighted * f64::from(value);
            for j in 0..N {
                matrix[i][j] += weighted * f64::from(row[j]);
            }
        }
    }
    solve(matrix, right)
}

fn solve<const N: usize>(mut matrix: [[f64; N]; N], mut right: [f64; N]) -> Option<[f32; N]> {
    for column in 0..N {
        let by_size =
            |&a: &usize, &b: &usize| matrix[a][column].abs().total_cmp(&matrix[b][column].abs());
        let pivot = (column..N).max_by(by_size)?;
        if matrix[pivot][column].abs() < 1e-9 {
            return None;
        }
        matrix.swap(column, pivot);
        right.swap(column, pivot);
        for row in 0..N {
            if row != column {
                let factor = matrix[row][column] / matrix[column][column];
                let pivot_row = matrix[column];
                for (value, pivot) in matrix[row].iter_mut().zip(pivot_row) {
                    *value -= factor * pivot;
                }
                right[row] -= factor * right[column];
            }
        }
    }
    let mut solution = [0.0_f32; N];
    for i in 0..N {
        #[allow(clippy::cast_possible_truncation, reason = "millimetres and pixels")]
        let value = (right[i] / matrix[i][i]) as f32;
        solution[i] = value;
    }
    Some(solution)
}
