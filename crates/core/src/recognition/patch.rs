//! Small pictures that are looked for near their expected place, by normalised cross-correlation.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "sums over patches of at most MAX_COUNT grey levels fit 32 bits"
)]

use super::gray::GrayPage;
use super::region::{PIECE, Region};

/// Most pixels of a patch that matter: 33,025 × 255² is the largest sum of squares that fits 31 bits.
const MAX_COUNT: i32 = 33_025;

/// A patch of the design: grey levels less their mean, zero where masked out.
pub(super) struct Template {
    pub width: usize,
    pub height: usize,
    /// Row by row, each filled up with zeros to whole pieces.
    pub(super) levels: Vec<i16>,
    pub(super) stride: usize,
    /// The pixels that matter.
    pub(super) kept: Vec<Kept>,
    pub(super) count: i32,
    pub(super) sum: i32,
    pub(super) norm: f32,
}

/// Pixels of a patch that matter: a rectangle of them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Kept {
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
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
        let stride = width.next_multiple_of(PIECE);
        let padded = levels
            .chunks_exact(width)
            .flat_map(|row| row.iter().copied().chain(std::iter::repeat_n(0, stride - width)));
        // Less than about two grey levels of contrast is paper.
        (variance > 4.0 * count as f32).then(|| Template {
            width,
            height,
            levels: padded.collect(),
            stride,
            kept: rectangles(&mask, width),
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
                if f32::from(self.levels[y * self.stride + x]) < limit {
                    core = (core.0 + 1, core.1 + u32::from(region.is_dark_near(x, y, ink)));
                } else {
                    let level = region.levels().get(y * region.width + x);
                    let is_dark = level.is_some_and(|&level| f32::from(level) < ink);
                    rest = (rest.0 + 1, rest.1 + u32::from(is_dark));
                }
            }
        }
        let share = |(all, dark): (u32, u32)| dark as f32 / all.max(1) as f32;
        (share(core), share(rest))
    }
}

/// The pixels of a mask that are not zero, as rectangles that don't overlap.
fn rectangles(mask: &[i16], width: usize) -> Vec<Kept> {
    let mut done: Vec<Kept> = Vec::new();
    let mut open: Vec<Kept> = Vec::new();
    for (top, row) in mask.chunks_exact(width).enumerate() {
        let mut left = 0;
        let mut runs: Vec<Kept> = Vec::new();
        for run in row.chunk_by(|a, b| a == b) {
            if run[0] != 0 {
                runs.push(Kept { left, top, width: run.len(), height: 1 });
            }
            left += run.len();
        }
        let is_same =
            |(above, run): (&Kept, &Kept)| (above.left, above.width) == (run.left, run.width);
        if open.len() == runs.len() && open.iter().zip(&runs).all(is_same) {
            open.iter_mut().for_each(|above| above.height += 1);
        } else {
            done.append(&mut open);
            open = runs;
        }
    }
    done.append(&mut open);
    done
}
