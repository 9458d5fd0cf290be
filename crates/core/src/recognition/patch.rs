//! Small pictures that are looked for near their expected place, by normalised cross-correlation.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "sums over patches of at most 200 × 200 grey levels fit 32 bits"
)]

use super::gray::GrayPage;
use super::transform::Point;

/// A patch of the design: grey levels less their mean, zero where masked out.
pub(super) struct Template {
    pub width: usize,
    pub height: usize,
    levels: Vec<i16>,
    /// One where a pixel matters, zero elsewhere; `None` where all do.
    mask: Option<Vec<i16>>,
    count: i32,
    sum: i32,
    norm: f32,
}

/// Grey levels of the page around a patch's expected place, resampled into the design's grid.
pub(super) struct Region {
    pub width: usize,
    pub levels: Vec<i16>,
}

/// Where a template fits best in its region, and how well (1 is perfect).
#[derive(Clone, Copy, Debug)]
pub(super) struct Fit {
    pub offset: Point,
    pub correlation: f32,
}

impl Template {
    /// The patch of `page` with its top left pixel at (`x`, `y`); `keep` says which pixels matter.
    /// `None` where the page does not cover it or it has no texture.
    pub fn new(
        page: &GrayPage,
        x: i32,
        y: i32,
        (width, height): (usize, usize),
        keep: impl Fn(usize, usize) -> bool,
    ) -> Option<Template> {
        let inside = x >= 0
            && y >= 0
            && x as usize + width <= page.width() as usize
            && y as usize + height <= page.height() as usize;
        if !inside {
            return None;
        }
        let mut raw = Vec::with_capacity(width * height);
        let mut mask = Vec::with_capacity(width * height);
        for row in 0..height {
            let source = &page.row((y as usize + row) as u32)[x as usize..x as usize + width];
            raw.extend(source.iter().map(|&level| i16::from(level)));
            mask.extend((0..width).map(|column| i16::from(keep(column, row))));
        }
        let count: i32 = mask.iter().map(|&m| i32::from(m)).sum();
        let total: i32 = raw.iter().zip(&mask).map(|(&v, &m)| i32::from(v) * i32::from(m)).sum();
        if count < 16 {
            return None;
        }
        let mean = (total / count) as i16;
        let levels: Vec<i16> = raw.iter().zip(&mask).map(|(&v, &m)| (v - mean) * m).collect();
        let sum: i32 = levels.iter().map(|&v| i32::from(v)).sum();
        let squares: i32 = levels.iter().map(|&v| i32::from(v) * i32::from(v)).sum();
        let variance = squares as f32 - (sum as f32).powi(2) / count as f32;
        let mask = mask.contains(&0).then_some(mask);
        // Less than about two grey levels of contrast is paper.
        (variance > 4.0 * count as f32).then(|| Template {
            width,
            height,
            levels,
            mask,
            count,
            sum,
            norm: variance.sqrt(),
        })
    }

    /// Correlation with the region at an offset from its top left corner.
    fn correlation(&self, region: &Region, x: usize, y: usize) -> f32 {
        let (mut dot, mut sum, mut squares) = (0_i32, 0_i32, 0_i32);
        for row in 0..self.height {
            let own = row * self.width..(row + 1) * self.width;
            let start = (y + row) * region.width + x;
            let other = &region.levels[start..start + self.width];
            let levels = &self.levels[own.clone()];
            let (d, s, q) = match &self.mask {
                None => row_sums(levels, other),
                Some(mask) => masked_row_sums(levels, &mask[own], other),
            };
            dot += d;
            sum += s;
            squares += q;
        }
        let count = self.count as f32;
        let variance = squares as f32 - (sum as f32).powi(2) / count;
        if variance < 4.0 * count {
            return 0.0;
        }
        (dot as f32 - self.sum as f32 * sum as f32 / count) / (self.norm * variance.sqrt())
    }

    /// The best place within `reach` pixels of the middle of the region, which must be larger than the
    /// template by `reach` on each side. Places far from the middle must fit better by
    /// `penalty` × distance² to win.
    pub fn search(&self, region: &Region, reach: usize, penalty: f32) -> Fit {
        let side = 2 * reach + 1;
        let mut scores = vec![0.0_f32; side * side];
        let mut best = (f32::MIN, reach, reach);
        for y in 0..side {
            for x in 0..side {
                let score = self.correlation(region, x, y);
                scores[y * side + x] = score;
                let (dx, dy) = (x as f32 - reach as f32, y as f32 - reach as f32);
                let judged = score - penalty * (dx * dx + dy * dy);
                if judged > best.0 {
                    best = (judged, x, y);
                }
            }
        }
        let (_, x, y) = best;
        let at = |x: usize, y: usize| scores[y * side + x];
        let inner = |v: usize| v > 0 && v + 1 < side;
        let peak = at(x, y);
        let fraction_x = if inner(x) { vertex(at(x - 1, y), peak, at(x + 1, y)) } else { 0.0 };
        let fraction_y = if inner(y) { vertex(at(x, y - 1), peak, at(x, y + 1)) } else { 0.0 };
        let offset = Point {
            x: x as f32 - reach as f32 + fraction_x,
            y: y as f32 - reach as f32 + fraction_y,
        };
        Fit { offset, correlation: peak }
    }
}

impl Region {
    /// Samples `page` on a grid of `width` × `height`: grid point (i, j) is at `place(i, j)`.
    pub fn sampled(
        page: &GrayPage,
        (width, height): (usize, usize),
        place: impl Fn(f32, f32) -> Point,
    ) -> Region {
        let mut levels = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let at = place(x as f32, y as f32);
                levels.push(page.sample(at.x, at.y) as i16);
            }
        }
        Region { width, levels }
    }
}

/// Dot product, sum and sum of squares. Integers without overflow checks, so that the loop becomes
/// vector instructions: a row has at most 400 pixels, and 400 × 255² is far from 2³¹.
fn row_sums(template: &[i16], region: &[i16]) -> (i32, i32, i32) {
    let (mut dot, mut sum, mut squares) = (0_i32, 0_i32, 0_i32);
    for (&t, &r) in template.iter().zip(region) {
        let (t, r) = (i32::from(t), i32::from(r));
        dot = dot.wrapping_add(t.wrapping_mul(r));
        sum = sum.wrapping_add(r);
        squares = squares.wrapping_add(r.wrapping_mul(r));
    }
    (dot, sum, squares)
}

/// The same of the pixels that matter; the template is zero elsewhere.
fn masked_row_sums(template: &[i16], mask: &[i16], region: &[i16]) -> (i32, i32, i32) {
    let (mut dot, mut sum, mut squares) = (0_i32, 0_i32, 0_i32);
    for ((&t, &m), &r) in template.iter().zip(mask).zip(region) {
        let kept = i32::from(r & m.wrapping_neg());
        dot = dot.wrapping_add(i32::from(t).wrapping_mul(i32::from(r)));
        sum = sum.wrapping_add(kept);
        squares = squares.wrapping_add(kept.wrapping_mul(kept));
    }
    (dot, sum, squares)
}

/// Where the parabola through three equidistant values has its peak, from the middle one.
fn vertex(left: f32, middle: f32, right: f32) -> f32 {
    let curvature = left - 2.0 * middle + right;
    if curvature > -1e-6 { 0.0 } else { (0.5 * (left - right) / curvature).clamp(-0.5, 0.5) }
}
