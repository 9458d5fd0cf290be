//! Where each point of scan and design is on an explain image.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a picture of at most 2,000 pixels"
)]

use super::canvas::Canvas;
use super::{Legend, Place, legend};
use crate::recognition::gray::{Area, GrayPage};
use crate::recognition::transform::Point;

/// Longer side of the image, in pixels.
const LONGEST: usize = 2_000;
/// A page of few pixels is enlarged by this at most.
const MOST_ENLARGED: f32 = 4.0;
/// Least width of the image, in pixels: room for the legend.
const MIN_WIDTH: usize = 1_120;

/// The page on the image: upright, to scale, between headline and legend.
pub(super) struct View {
    /// Pixels of the image for one of the scan.
    scale: f32,
    /// Clockwise quarter turns that bring the scan upright.
    turns: usize,
    /// Size of the scan.
    scan: Point,
    /// Size of the page on the image, before it is turned.
    size: (u32, u32),
    pub left: usize,
    pub top: usize,
    pub width: usize,
    pub height: usize,
}

impl View {
    pub fn new(page: &GrayPage, rotation_deg: u16, legend: Legend) -> View {
        let scan = Point { x: page.width() as f32, y: page.height() as f32 };
        let (above, below) = legend::heights(legend);
        let room = (LONGEST - above - below) as f32;
        let scale = (room / scan.x.max(scan.y)).min(MOST_ENLARGED);
        let side = |length: f32| (length * scale).round().max(1.0) as u32;
        let size = (side(scan.x), side(scan.y));
        let turns = usize::from((360 - rotation_deg % 360) / 90) % 4;
        let (across, down) = if turns % 2 == 1 { (size.1, size.0) } else { size };
        let width = (across as usize).max(MIN_WIDTH);
        let left = (width - across as usize) / 2;
        let height = above + down as usize + below;
        View { scale, turns, scan, size, left, top: above, width, height }
    }

    /// The page alone.
    pub fn canvas(&self, page: &GrayPage) -> Canvas {
        let whole = Area { x0: 0.0, y0: 0.0, x1: self.scan.x, y1: self.scan.y };
        let mut small = page.resampled(whole, self.size.0, self.size.1);
        for _ in 0..self.turns {
            small = small.turned_90();
        }
        let mut canvas = Canvas::new(self.width, self.height);
        canvas.put_pale(&small, self.left, self.top);
        canvas
    }

    /// A point of the scan.
    pub fn of_scan(&self, at: Point) -> Point {
        let (mut at, mut size) = (at, self.scan);
        for _ in 0..self.turns {
            at = Point { x: size.y - at.y, y: at.x };
            size = Point { x: size.y, y: size.x };
        }
        let (left, top) = (self.left as f32, self.top as f32);
        Point { x: at.x * self.scale + left, y: at.y * self.scale + top }
    }

    /// A point of the design, in its fine pixels, as the field has it near `centre`.
    pub fn of_design_near(&self, found: &Place, centre: Point, at: Point) -> Point {
        let frame = &found.registration.frame;
        let halved = self.scan.x / frame.fine.width() as f32;
        let at = found.registration.field.local(centre).apply(at);
        self.of_scan(Point { x: at.x * halved, y: at.y * halved })
    }

    /// A point of the design, in its fine pixels.
    pub fn of_design(&self, found: &Place, at: Point) -> Point {
        self.of_design_near(found, at, at)
    }
}
