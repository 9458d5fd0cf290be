//! Where points of a design lie on the scan, for whoever measures or shows what was found.
#![allow(clippy::cast_precision_loss, reason = "pixel coordinates of a page")]

use super::frame::FINE;
use super::register::Registration;
use super::transform::Point;

impl Registration<'_> {
    /// Where a point of the design lies, as shares of the scan's width and height. The point is given in
    /// micrometres from the upper left corner of the paper.
    pub fn place_of(&self, x_um: f32, y_um: f32) -> (f32, f32) {
        let point = Point { x: x_um / 1000.0 * FINE, y: y_um / 1000.0 * FINE };
        let at = self.field.local(point).apply(point);
        (at.x / self.frame.fine.width() as f32, at.y / self.frame.fine.height() as f32)
    }
}
