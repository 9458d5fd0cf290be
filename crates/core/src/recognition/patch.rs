//! Small pictures that are looked for near their expected place, by normalised cross-correlation.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "sums over patches of at most MAX_COUNT grey levels fit 32 bits"
)]

use super::gray::{GrayPage, percentile};
use super::transform::Point;

/// Most pixels of a patch that matter: 33,025 × 255² is the largest sum of squares that fits 31 bits.
const MAX_COUNT: i32 = 33_025;

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
    /// `None` where the page does not cover it, it has no texture, or too many pixels matter.
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
        if !(16..=MAX_COUNT).contains(&count) {
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

    /// Standard deviation of its levels.
    pub fn deviation(&self) -> f32 {
        self.norm / (self.count as f32).sqrt()
    }

    /// Share of the template's darkest pixels, those darker than its mean by its deviation, that are
    /// darker than `ink` in a region of the same size, or beside such a one; and the share of the
    /// others that are.
    pub fn presence(&self, region: &Region, ink: f32) -> (f32, f32) {
        let limit = -self.deviation();
        let (mut core, mut rest) = ((0_u32, 0_u32), (0_u32, 0_u32));
        for y in 0..self.height {
            for x in 0..self.width {
                if f32::from(self.levels[y * self.width + x]) < limit {
                    core = (core.0 + 1, core.1 + u32::from(region.is_dark_near(x, y, ink)));
                } else {
                    let level = region.levels.get(y * region.width + x);
                    let is_dark = level.is_some_and(|&level| f32::from(level) < ink);
                    rest = (rest.0 + 1, rest.1 + u32::from(is_dark));
                }
            }
        }
        let share = |(all, dark): (u32, u32)| dark as f32 / all.max(1) as f32;
        (share(core), share(rest))
    }

    /// Correlation with the region at an offset from its top left corner.
    fn correlation(&self, region: &Region, boxes: Option<&BoxSums>, x: usize, y: usize) -> f32 {
        let (mut dot, mut sum, mut squares) = (0_i32, 0_i32, 0_i32);
        for row in 0..self.height {
            let own = row * self.width..(row + 1) * self.width;
            let start = (y + row) * region.width + x;
            let other = &region.levels[start..start + self.width];
            let levels = &self.levels[own.clone()];
            if let Some(mask) = &self.mask {
                let (d, s, q) = masked_row_sums(levels, &mask[own], other);
                dot = dot.wrapping_add(d);
                sum = sum.wrapping_add(s);
                squares = squares.wrapping_add(q);
            } else {
                dot = dot.wrapping_add(row_product(levels, other));
            }
        }
        if let Some(boxes) = boxes {
            (sum, squares) = boxes.of(x, y, self.width, self.height);
        }
        let count = self.count as f32;
        let variance = squares as f32 - (sum as f32).powi(2) / count;
        if variance < 4.0 * count {
            return 0.0;
        }
        (dot as f32 - self.sum as f32 * sum as f32 / count) / (self.norm * variance.sqrt())
    }

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
    boxes: Option<BoxSums>,
    reach: usize,
    penalty: f32,
    known: Vec<Option<f32>>,
}

impl<'a> Scores<'a> {
    fn new(template: &'a Template, region: &'a Region, reach: usize, penalty: f32) -> Scores<'a> {
        let boxes = template.mask.is_none().then(|| BoxSums::new(region));
        let known = vec![None; (2 * reach + 1) * (2 * reach + 1)];
        Scores { template, region, boxes, reach, penalty, known }
    }

    fn at(&mut self, x: usize, y: usize) -> f32 {
        let index = y * (2 * self.reach + 1) + x;
        let known = &mut self.known[index];
        *known.get_or_insert_with(|| {
            self.template.correlation(self.region, self.boxes.as_ref(), x, y)
        })
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

impl Region {
    /// Standard deviation of its levels.
    pub fn deviation(&self) -> f32 {
        let count = self.levels.len().max(1) as f32;
        let mean = self.levels.iter().map(|&level| f32::from(level)).sum::<f32>() / count;
        let squares = self.levels.iter().map(|&level| (f32::from(level) - mean).powi(2));
        (squares.sum::<f32>() / count).sqrt()
    }

    /// The grey levels below which these shares of the pixels lie.
    pub fn percentiles<const N: usize>(&self, shares: [f32; N]) -> [u8; N] {
        let mut counts = [0; 256];
        self.levels.iter().for_each(|&level| counts[usize::from(level.clamp(0, 255) as u8)] += 1);
        shares.map(|share| percentile(&counts, share))
    }

    /// Whether a pixel or one that it shares a side with is darker than `ink`.
    pub fn is_dark_near(&self, x: usize, y: usize, ink: f32) -> bool {
        let is_dark = |x: usize, y: usize| {
            let level = self.levels.get(y * self.width + x).filter(|_| x < self.width);
            level.is_some_and(|&level| f32::from(level) < ink)
        };
        is_dark(x, y)
            || is_dark(x + 1, y)
            || is_dark(x, y + 1)
            || (x > 0 && is_dark(x - 1, y))
            || (y > 0 && is_dark(x, y - 1))
    }

    /// Samples `page` on a grid of `width` × `height`: grid point (i, j) is at `origin` +
    /// i · `right` + j · `down`, all in pixels of the page. Bilinear, in 256ths of a pixel; beyond the
    /// edge the nearest pixel.
    pub fn sampled(
        page: &GrayPage,
        (width, height): (usize, usize),
        origin: Point,
        right: Point,
        down: Point,
    ) -> Region {
        let mut levels = Vec::with_capacity(width * height);
        let corner = |i: usize, j: usize| Point {
            x: origin.x + i as f32 * right.x + j as f32 * down.x,
            y: origin.y + i as f32 * right.y + j as f32 * down.y,
        };
        let corners = [(0, 0), (width, 0), (0, height), (width, height)].map(|(i, j)| corner(i, j));
        let inside = |at: f32, side: u32| at > 1.0 && at < side as f32 - 2.0;
        if !corners.iter().all(|at| inside(at.x, page.width()) && inside(at.y, page.height())) {
            for j in 0..height {
                levels.extend((0..width).map(|i| {
                    let at = corner(i, j);
                    page.sample(at.x, at.y) as i16
                }));
            }
            return Region { width, levels };
        }
        // 16 bits of fraction hold every coordinate below 32,768, and decode allows 16,000.
        let fixed = |v: f32| (v * 65_536.0) as i32;
        let (step_x, step_y) = (fixed(right.x), fixed(right.y));
        let (stride, pixels) = (page.width() as usize, page.pixels());
        for j in 0..height {
            let start = corner(0, j);
            let (mut x, mut y) = (fixed(start.x - 0.5), fixed(start.y - 0.5));
            levels.extend((0..width).map(|_| {
                let at = (y >> 16) as usize * stride + (x >> 16) as usize;
                let (fx, fy) = ((x >> 8) & 255, (y >> 8) & 255);
                x = x.wrapping_add(step_x);
                y = y.wrapping_add(step_y);
                let four = &pixels[at..at + stride + 2];
                let mix = |left: u8, right: u8| {
                    let (a, b) = (i32::from(left), i32::from(right));
                    (a << 8).wrapping_add(fx.wrapping_mul(b.wrapping_sub(a)))
                };
                let (a, b) = (mix(four[0], four[1]), mix(four[stride], four[stride + 1]));
                ((a << 8).wrapping_add(fy.wrapping_mul(b.wrapping_sub(a))) >> 16) as i16
            }));
        }
        Region { width, levels }
    }
}

/// Sums of levels and of their squares over every box of a region, from integral images (Crow, 1984).
/// They wrap, and the difference is right all the same: a patch's sum of squares fits 32 bits.
struct BoxSums {
    stride: usize,
    sums: Vec<(u32, u32)>,
}

impl BoxSums {
    fn new(region: &Region) -> BoxSums {
        let stride = region.width + 1;
        let mut sums: Vec<(u32, u32)> =
            Vec::with_capacity(stride * (region.levels.len() / region.width + 1));
        sums.resize(stride, (0, 0));
        for row in region.levels.chunks_exact(region.width) {
            let above = sums.len() - stride;
            let (mut sum, mut squares) = (0_u32, 0_u32);
            sums.push((0, 0));
            for (x, &level) in row.iter().enumerate() {
                let level = u32::from(level.unsigned_abs());
                sum = sum.wrapping_add(level);
                squares = squares.wrapping_add(level.wrapping_mul(level));
                let (s, q) = sums[above + x + 1];
                sums.push((s.wrapping_add(sum), q.wrapping_add(squares)));
            }
        }
        BoxSums { stride, sums }
    }

    fn of(&self, x: usize, y: usize, width: usize, height: usize) -> (i32, i32) {
        let at = |x: usize, y: usize| self.sums[y * self.stride + x];
        let (a, b) = (at(x, y), at(x + width, y));
        let (c, d) = (at(x, y + height), at(x + width, y + height));
        let sum = d.0.wrapping_sub(b.0).wrapping_sub(c.0).wrapping_add(a.0);
        let squares = d.1.wrapping_sub(b.1).wrapping_sub(c.1).wrapping_add(a.1);
        (sum as i32, squares as i32)
    }
}

/// Dot product. Integers without overflow checks, so that the loop becomes vector instructions: a row
/// has at most 400 pixels, and 400 × 255² is far from 2³¹.
fn row_product(template: &[i16], region: &[i16]) -> i32 {
    let products = template.iter().zip(region);
    products.fold(0, |sum, (&t, &r)| sum.wrapping_add(i32::from(t).wrapping_mul(i32::from(r))))
}

/// Dot product, sum and sum of squares of the pixels that matter; the template is zero elsewhere.
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
