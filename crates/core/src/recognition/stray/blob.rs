//! A blob of stray ink, and the line that it may be a part of.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel coordinates of a page, bounded by the design's size"
)]

use super::{LINE_REACH, StrayMark};
use crate::design::RectUm;
use crate::recognition::frame::FINE;

/// Pixels of ink that hang together.
pub(super) struct Blob {
    pub mass: u32,
    pub x0: u32,
    pub y0: u32,
    pub x1: u32,
    pub y1: u32,
    /// Of these inside a target, within the outline of one, and at the edge of the page.
    pub inner: u32,
    pub boxed: u32,
    pub edge: u32,
    /// Sums of x, y, x², y² and xy.
    sums: [f64; 5],
}

impl Default for Blob {
    fn default() -> Self {
        let (x0, y0) = (u32::MAX, u32::MAX);
        Blob { mass: 0, x0, y0, x1: 0, y1: 0, inner: 0, boxed: 0, edge: 0, sums: [0.0; 5] }
    }
}

impl Blob {
    pub fn add(&mut self, x: u32, y: u32) {
        self.mass += 1;
        (self.x0, self.x1) = (self.x0.min(x), self.x1.max(x));
        (self.y0, self.y1) = (self.y0.min(y), self.y1.max(y));
        let (x, y) = (f64::from(x), f64::from(y));
        for (sum, value) in self.sums.iter_mut().zip([x, y, x * x, y * y, x * y]) {
            *sum += value;
        }
    }

    /// Whether it reaches into a target, or lies on the outline of one.
    pub fn is_of_target(&self) -> bool {
        self.inner > 0 || self.boxed * 2 > self.mass
    }

    /// The straight line through it.
    pub fn course(&self, is_across: bool) -> Option<Course> {
        let [x, y, xx, yy, xy] = self.sums;
        let (along, across, squares) = if is_across { (x, y, xx) } else { (y, x, yy) };
        let n = f64::from(self.mass);
        let spread = squares * n - along * along;
        if spread <= 0.0 {
            return None;
        }
        let slope = (xy * n - along * across) / spread;
        Some(Course { is_across, slope, start: (across - slope * along) / n })
    }

    pub fn mark(&self) -> StrayMark {
        let um = |px: u32| (f64::from(px) * 1000.0 / f64::from(FINE)).round() as u32;
        let (x, y) = (um(self.x0), um(self.y0));
        let area = RectUm { x, y, w: um(self.x1 + 1) - x, h: um(self.y1 + 1) - y };
        let milli_mm2 = u64::from(self.mass) * 1000 / 36;
        StrayMark { area, ink_milli_mm2: u32::try_from(milli_mm2).unwrap_or(u32::MAX) }
    }
}

/// A straight line: y over x if it goes across the page, else x over y.
pub(super) struct Course {
    is_across: bool,
    slope: f64,
    start: f64,
}

impl Course {
    pub fn at(&self, along: f64) -> f64 {
        self.slope * along + self.start
    }

    /// Whether all of a blob lies close to the line.
    pub fn holds(&self, blob: &Blob) -> bool {
        let [x0, y0, x1, y1] = [blob.x0, blob.y0, blob.x1, blob.y1].map(f64::from);
        let ((along, to), (low, high)) =
            if self.is_across { ((x0, x1), (y0, y1)) } else { ((y0, y1), (x0, x1)) };
        let (least, most) = (self.at(along).min(self.at(to)), self.at(along).max(self.at(to)));
        let reach = f64::from(LINE_REACH);
        low >= least - reach && high <= most + reach
    }
}
