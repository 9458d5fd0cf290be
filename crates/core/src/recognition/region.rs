//! What a page shows in a part of it, resampled into the design's grid.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates and grey levels, bounded by decode's limits"
)]

use super::gray::{GrayPage, percentile};
use super::transform::Point;

/// Rows are compared in pieces of so many pixels: that many beyond the last may be asked for.
pub(super) const PIECE: usize = 8;

/// Grey levels of a part of the page, row by row.
pub(super) struct Region {
    pub width: usize,
    /// Followed by [`PIECE`] zeros.
    levels: Vec<i16>,
}

impl Region {
    /// The levels, row by row.
    pub fn levels(&self) -> &[i16] {
        &self.levels[..self.levels.len() - PIECE]
    }

    /// The same from a pixel on, with the zeros that follow the last.
    pub fn from(&self, x: usize, y: usize) -> &[i16] {
        &self.levels[y * self.width + x..]
    }

    fn with_zeros(width: usize, mut levels: Vec<i16>) -> Region {
        levels.extend([0; PIECE]);
        Region { width, levels }
    }

    /// Standard deviation of its levels.
    pub fn deviation(&self) -> f32 {
        let count = self.levels().len().max(1) as f32;
        let mean = self.levels().iter().map(|&level| f32::from(level)).sum::<f32>() / count;
        let squares = self.levels().iter().map(|&level| (f32::from(level) - mean).powi(2));
        (squares.sum::<f32>() / count).sqrt()
    }

    /// The grey levels below which these shares of the pixels lie.
    pub fn percentiles<const N: usize>(&self, shares: [f32; N]) -> [u8; N] {
        let mut counts = [0; 256];
        self.levels().iter().for_each(|&level| counts[usize::from(level.clamp(0, 255) as u8)] += 1);
        shares.map(|share| percentile(&counts, share))
    }

    /// Whether a pixel or one that it shares a side with is darker than `ink`.
    pub fn is_dark_near(&self, x: usize, y: usize, ink: f32) -> bool {
        let is_dark = |x: usize, y: usize| {
            let level = self.levels().get(y * self.width + x).filter(|_| x < self.width);
            level.is_some_and(|&level| f32::from(level) < ink)
        };
        is_dark(x, y)
            || is_dark(x + 1, y)
            || is_dark(x, y + 1)
            || (x > 0 && is_dark(x - 1, y))
            || (y > 0 && is_dark(x, y - 1))
    }
}

/// Places of a page in rows and columns: those of a design as a map takes them there.
///
/// Levels between pixels are bilinear, in 256ths of a pixel; beyond the edge they are those of the
/// nearest pixel.
pub(super) struct Grid<'a> {
    page: &'a GrayPage,
    origin: Point,
    right: Point,
    down: Point,
    width: usize,
    height: usize,
    /// Whether all of it is on the page, and not at its very edge.
    is_inside: bool,
}

impl<'a> Grid<'a> {
    /// Place (i, j) is at `origin` + i · `right` + j · `down`, all in pixels of the page.
    pub fn new(
        page: &'a GrayPage,
        (width, height): (usize, usize),
        origin: Point,
        right: Point,
        down: Point,
    ) -> Grid<'a> {
        let mut grid = Grid { page, origin, right, down, width, height, is_inside: false };
        let corners = [(0, 0), (width, 0), (0, height), (width, height)];
        let inside = |at: f32, side: u32| at > 1.0 && at < side as f32 - 2.0;
        grid.is_inside = corners.into_iter().all(|(i, j)| {
            let at = grid.place(i, j);
            inside(at.x, page.width()) && inside(at.y, page.height())
        });
        grid
    }

    /// The levels of all places.
    pub fn region(&self) -> Region {
        let mut levels = Vec::with_capacity(self.width * self.height + PIECE);
        for j in 0..self.height {
            if !self.is_inside {
                levels.extend((0..self.width).map(|i| self.level(i, j)));
                continue;
            }
            let (step_x, step_y) = (fixed(self.right.x), fixed(self.right.y));
            let (mut x, mut y) = self.start(j);
            levels.extend((0..self.width).map(|_| {
                let level = self.between(x, y);
                x = x.wrapping_add(step_x);
                y = y.wrapping_add(step_y);
                level
            }));
        }
        Region::with_zeros(self.width, levels)
    }

    /// The level of one place: the same as in [`Grid::region`].
    pub fn level(&self, i: usize, j: usize) -> i16 {
        if !self.is_inside {
            let at = self.place(i, j);
            return self.page.sample(at.x, at.y) as i16;
        }
        let (x, y) = self.start(j);
        let along = |start: i32, step: f32| start.wrapping_add(fixed(step).wrapping_mul(i as i32));
        self.between(along(x, self.right.x), along(y, self.right.y))
    }

    fn place(&self, i: usize, j: usize) -> Point {
        Point {
            x: self.origin.x + i as f32 * self.right.x + j as f32 * self.down.x,
            y: self.origin.y + i as f32 * self.right.y + j as f32 * self.down.y,
        }
    }

    fn start(&self, j: usize) -> (i32, i32) {
        let start = self.place(0, j);
        (fixed(start.x - 0.5), fixed(start.y - 0.5))
    }

    /// The level between four pixels; the place is counted from the middle of the first pixel. Without
    /// overflow checks: the place is on the page.
    fn between(&self, x: i32, y: i32) -> i16 {
        let (pixels, stride) = (self.page.pixels(), self.page.width() as usize);
        let at = ((y >> 16) as usize).wrapping_mul(stride).wrapping_add((x >> 16) as usize);
        let (fx, fy) = ((x >> 8) & 255, (y >> 8) & 255);
        let four = &pixels[at..at.wrapping_add(stride).wrapping_add(2)];
        let mix = |left: u8, right: u8| {
            let (a, b) = (i32::from(left), i32::from(right));
            (a << 8).wrapping_add(fx.wrapping_mul(b.wrapping_sub(a)))
        };
        let (a, b) = (mix(four[0], four[1]), mix(four[stride], four[stride + 1]));
        ((a << 8).wrapping_add(fy.wrapping_mul(b.wrapping_sub(a))) >> 16) as i16
    }
}

/// With 16 bits of fraction, which hold every coordinate below 32,768; decode allows 16,000.
fn fixed(v: f32) -> i32 {
    (v * 65_536.0) as i32
}

#[cfg(test)]
mod tests {
    use super::super::transform::Affine;
    use super::*;

    #[test]
    fn one_place_is_what_the_region_has_there() {
        let mut page = GrayPage::filled(90, 70, 0);
        let levels = page.pixels_mut().iter_mut().enumerate();
        levels.for_each(|(at, level)| *level = (at * 37 % 251) as u8);
        let map = Affine { x: [1.31, 0.05, 3.0], y: [-0.04, 1.29, 5.0] };
        // Within the page, across its edge, and beyond it.
        for first in
            [Point { x: 3.5, y: 4.5 }, Point { x: 45.0, y: 30.0 }, Point { x: -90.0, y: 2.0 }]
        {
            let grid = map.grid(&page, first, 1.0, (30, 25));
            let region = grid.region();
            assert_eq!(region.levels().len(), 30 * 25);
            for (at, &level) in region.levels().iter().enumerate() {
                let (i, j) = (at % 30, at / 30);
                assert_eq!(grid.level(i, j), level);
                let place = map.apply(Point { x: first.x + i as f32, y: first.y + j as f32 });
                assert!((f32::from(level) - page.sample(place.x, place.y)).abs() < 3.0);
            }
        }
    }
}
