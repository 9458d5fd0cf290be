//! Where a small picture fits best near its expected place, by normalised cross-correlation.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_precision_loss,
    reason = "sums over patches of at most MAX_COUNT grey levels fit 32 bits"
)]

use super::patch::{Kept, Template};
use super::prepared::{ANCHOR, COARSE_ANCHOR};
use super::region::{PIECE, Region};
use super::transform::Point;

/// Where a template fits best in its region, and how well (1 is perfect).
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub offset: Point,
    pub correlation: f32,
}

impl Template {
    /// The best place within `reach` pixels of the middle of the region, which must be larger than the
    /// template by `reach` on each side.
    pub fn search(&self, region: &Region, reach: usize) -> Fit {
        let mut scores = Scores::new(self, region, reach, 0.0);
        let mut best = (f32::MIN, reach, reach);
        for y in 0..=2 * reach {
            for x in 0..=2 * reach {
                let score = scores.judged(x, y);
                if score > best.0 {
                    best = (score, x, y);
                }
            }
        }
        scores.fit(best.1, best.2)
    }

    /// The nearest place to the middle of the region that fits better than those around it, at most
    /// `reach` away. Places far from the middle must fit better by `penalty` × distance² to win.
    pub fn climb(&self, region: &Region, reach: usize, penalty: f32) -> Fit {
        let mut scores = Scores::new(self, region, reach, penalty);
        let (mut x, mut y) = (reach, reach);
        loop {
            let mut best = (scores.judged(x, y), x, y);
            for near_y in y.saturating_sub(1)..=(y + 1).min(2 * reach) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(2 * reach) {
                    let score = scores.judged(near_x, near_y);
                    if score > best.0 {
                        best = (score, near_x, near_y);
                    }
                }
            }
            if (best.1, best.2) == (x, y) {
                return scores.fit(x, y);
            }
            (x, y) = (best.1, best.2);
        }
    }
}

/// Correlations of a template at the offsets within reach, each worked out once and when it is needed.
struct Scores<'a> {
    template: &'a Template,
    region: &'a Region,
    boxes: BoxSums,
    reach: usize,
    penalty: f32,
    known: Vec<Option<f32>>,
}

impl<'a> Scores<'a> {
    fn new(template: &'a Template, region: &'a Region, reach: usize, penalty: f32) -> Scores<'a> {
        let boxes = BoxSums::new(region);
        let known = vec![None; (2 * reach + 1) * (2 * reach + 1)];
        Scores { template, region, boxes, reach, penalty, known }
    }

    fn at(&mut self, x: usize, y: usize) -> f32 {
        let index = y * (2 * self.reach + 1) + x;
        let known = &mut self.known[index];
        *known.get_or_insert_with(|| correlation(self.template, self.region, &self.boxes, x, y))
    }

    fn judged(&mut self, x: usize, y: usize) -> f32 {
        let (dx, dy) = (x as f32 - self.reach as f32, y as f32 - self.reach as f32);
        self.at(x, y) - self.penalty * (dx * dx + dy * dy)
    }

    /// The fit at an offset, to a fraction of a pixel.
    fn fit(&mut self, x: usize, y: usize) -> Fit {
        let inner = |v: usize| v > 0 && v < 2 * self.reach;
        let (across, along) = (inner(x), inner(y));
        let peak = self.at(x, y);
        let fraction_x =
            if across { vertex(self.at(x - 1, y), peak, self.at(x + 1, y)) } else { 0.0 };
        let fraction_y =
            if along { vertex(self.at(x, y - 1), peak, self.at(x, y + 1)) } else { 0.0 };
        let from_middle = |v: usize, fraction: f32| v as f32 - self.reach as f32 + fraction;
        let offset = Point { x: from_middle(x, fraction_x), y: from_middle(y, fraction_y) };
        Fit { offset, correlation: peak }
    }
}

/// Correlation of a template with the region at an offset from its top left corner.
fn correlation(template: &Template, region: &Region, boxes: &BoxSums, x: usize, y: usize) -> f32 {
    let dot = product(template, region, x, y);
    let (mut sum, mut squares) = (0_i32, 0_i32);
    for Kept { left, top, width, height } in &template.kept {
        let (s, q) = boxes.of(x + left, y + top, *width, *height);
        sum = sum.wrapping_add(s);
        squares = squares.wrapping_add(q);
    }
    let count = template.count as f32;
    let variance = squares as f32 - (sum as f32).powi(2) / count;
    if variance < 4.0 * count {
        return 0.0;
    }
    (dot as f32 - template.sum as f32 * sum as f32 / count) / (template.norm * variance.sqrt())
}

/// Dot product of a template and the region at an offset.
fn product(template: &Template, region: &Region, x: usize, y: usize) -> i32 {
    let others = region.from(x, y).chunks(region.width);
    match template.stride {
        COARSE_ANCHOR => product_of_rows::<COARSE_ANCHOR>(&template.levels, others),
        ANCHOR => product_of_rows::<ANCHOR>(&template.levels, others),
        stride => {
            let rows = template.levels.chunks_exact(stride).zip(others);
            rows.fold(0, |sum, (own, other)| {
                let pieces = own.as_chunks::<PIECE>().0.iter().zip(other.as_chunks::<PIECE>().0);
                pieces.fold(sum, |sum, (own, other)| sum.wrapping_add(row_product(own, other)))
            })
        }
    }
}

/// Dot product of rows whose length is known, so that they become vector instructions without a loop.
fn product_of_rows<'r, const LENGTH: usize>(
    own: &[i16],
    others: impl Iterator<Item = &'r [i16]>,
) -> i32 {
    let (own, _) = own.as_chunks::<LENGTH>();
    let others = others.filter_map(|other| other.first_chunk::<LENGTH>());
    own.iter().zip(others).fold(0, |sum, (own, other)| sum.wrapping_add(row_product(own, other)))
}

/// Dot product. Integers without overflow checks, so that the loop becomes vector instructions: a row
/// has at most 400 pixels, and 400 × 255² is far from 2³¹.
fn row_product<const LENGTH: usize>(own: &[i16; LENGTH], other: &[i16; LENGTH]) -> i32 {
    let products = own.iter().zip(other);
    products.fold(0, |sum, (&a, &b)| sum.wrapping_add(i32::from(a).wrapping_mul(i32::from(b))))
}

/// Sums of levels and of their squares over every box of a region, from an integral image (Crow, 1984).
///
/// Both are in one number, the squares below: a region has fewer than 2¹⁸ pixels, so that all squares
/// together take 34 bits and all levels 26.
struct BoxSums {
    stride: usize,
    sums: Vec<u64>,
}

/// Bits of the squares.
const SQUARES: u32 = 36;

impl BoxSums {
    fn new(region: &Region) -> BoxSums {
        let stride = region.width + 1;
        let rows = region.levels().chunks_exact(region.width);
        let mut sums = vec![0_u64; stride * (rows.len() + 1)];
        let mut rest = sums.as_mut_slice();
        for row in rows {
            let (above, below) = rest.split_at_mut(stride);
            let mut sum = 0_u64;
            for ((&level, &above), below) in row.iter().zip(&above[1..]).zip(&mut below[1..]) {
                let level = u64::from(level.unsigned_abs());
                sum = sum.wrapping_add((level << SQUARES).wrapping_add(level.wrapping_mul(level)));
                *below = above.wrapping_add(sum);
            }
            rest = below;
        }
        BoxSums { stride, sums }
    }

    fn of(&self, x: usize, y: usize, width: usize, height: usize) -> (i32, i32) {
        let (upper, lower) = (y * self.stride + x, (y + height) * self.stride + x);
        let [a, b] = [upper, upper + width].map(|at| self.sums[at]);
        let [c, d] = [lower, lower + width].map(|at| self.sums[at]);
        let both = d.wrapping_sub(b).wrapping_sub(c).wrapping_add(a);
        ((both >> SQUARES) as i32, (both & ((1 << SQUARES) - 1)) as i32)
    }
}

/// Where the parabola through three equidistant values has its peak, from the middle one.
fn vertex(left: f32, middle: f32, right: f32) -> f32 {
    let curvature = left - 2.0 * middle + right;
    if curvature > -1e-6 { 0.0 } else { (0.5 * (left - right) / curvature).clamp(-0.5, 0.5) }
}

#[cfg(test)]
mod tests {
    use super::super::feature::Sequence;
    use super::super::gray::GrayPage;
    use super::super::transform::Affine;
    use super::*;

    fn noise(side: u32) -> GrayPage {
        let mut random = Sequence(u64::from(side));
        let mut page = GrayPage::filled(side, side, 0);
        page.pixels_mut().iter_mut().for_each(|level| *level = random.below(256) as u8);
        page
    }

    /// What [`correlation`] is by its definition, pixel by pixel.
    fn by_definition(
        template: &Template,
        levels: impl Fn(usize, usize) -> f64,
        region: impl Fn(usize, usize) -> f64,
        keep: impl Fn(usize, usize) -> bool,
    ) -> f64 {
        let places = (0..template.height).flat_map(|y| (0..template.width).map(move |x| (x, y)));
        let kept: Vec<(f64, f64)> = places
            .filter(|&(x, y)| keep(x, y))
            .map(|(x, y)| (levels(x, y), region(x, y)))
            .collect();
        let mean =
            |of: fn(&(f64, f64)) -> f64| kept.iter().map(of).sum::<f64>() / kept.len() as f64;
        let (a, b) = (mean(|pair| pair.0), mean(|pair| pair.1));
        let sum =
            |of: &dyn Fn(f64, f64) -> f64| kept.iter().map(|p| of(p.0 - a, p.1 - b)).sum::<f64>();
        sum(&|p, q| p * q) / (sum(&|p, _| p * p) * sum(&|_, q| q * q)).sqrt()
    }

    #[test]
    fn correlation_is_what_its_definition_says() {
        let (design, scan) = (noise(120), noise(121));
        let level = |page: &GrayPage, x: usize, y: usize| f64::from(page.row(y as u32)[x]);
        for (width, height) in [(24, 24), (32, 32), (37, 30), (70, 61), (8, 9)] {
            let oval = |x: usize, y: usize| {
                let of = |v: usize, side: usize| (v as f32 * 2.0 + 1.0) / side as f32 - 1.0;
                of(x, width).powi(2) + of(y, height).powi(2) > 0.5
            };
            let window = |x: usize, y: usize| x < 3 || y < 4 || x + 3 > width || y + 2 > height;
            let masks: [&dyn Fn(usize, usize) -> bool; 3] = [&|_, _| true, &oval, &window];
            for keep in masks {
                let template = Template::new(&design, 5, 7, (width, height), keep).unwrap();
                let map = Affine { x: [1.0, 0.0, 0.0], y: [0.0, 1.0, 0.0] };
                let size = (width + 6, height + 6);
                let region = map.region(&scan, Point { x: 10.5, y: 12.5 }, 1.0, size);
                let boxes = BoxSums::new(&region);
                for (x, y) in [(0, 0), (6, 6), (3, 1), (6, 0)] {
                    let found = correlation(&template, &region, &boxes, x, y);
                    let expected = by_definition(
                        &template,
                        |i, j| level(&design, 5 + i, 7 + j),
                        |i, j| level(&scan, 10 + x + i, 12 + y + j),
                        keep,
                    );
                    assert!((f64::from(found) - expected).abs() < 1e-4, "{found} {expected}");
                }
            }
        }
    }
}
