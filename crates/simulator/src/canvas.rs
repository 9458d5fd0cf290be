//! A sheet of paper as pixels, and ink on it.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates and grey levels of a page that decode has bounded"
)]

use serde::{Deserialize, Serialize};
use urna_core::recognition::GrayPage;

use crate::Random;

/// A place on a sheet, in millimetres from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spot {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Spot {
    /// A place.
    pub fn new(x: f32, y: f32) -> Self {
        Spot { x, y }
    }

    pub(crate) fn towards(self, other: Spot, share: f32) -> Spot {
        Spot::new(self.x + (other.x - self.x) * share, self.y + (other.y - self.y) * share)
    }
}

/// What a pen leaves on paper.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ink {
    /// Grey level of the ink itself: 0 is black.
    pub level: f32,
    /// Width of the stroke in millimetres.
    pub width: f32,
    /// How uneven it is: 0 like a marker, 1 like a dry ballpoint or a pencil on rough paper.
    pub grain: f32,
}

/// A sheet of paper: the print on it and what was drawn since.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub(crate) page: GrayPage,
    /// Pixels to the millimetre.
    pub(crate) density: f32,
}

impl Sheet {
    /// A printed sheet, from a picture of it that is `width_mm` wide.
    pub fn new(page: GrayPage, width_mm: f32) -> Self {
        let density = page.width() as f32 / width_mm.max(1.0);
        Sheet { page, density }
    }

    /// Width in millimetres.
    pub fn width_mm(&self) -> f32 {
        self.page.width() as f32 / self.density
    }

    /// Height in millimetres.
    pub fn height_mm(&self) -> f32 {
        self.page.height() as f32 / self.density
    }

    /// The picture of the sheet.
    pub fn page(&self) -> &GrayPage {
        &self.page
    }

    /// Draws a line with round ends.
    pub fn line(&mut self, from: Spot, to: Spot, ink: Ink, random: &mut Random) {
        let radius = (ink.width / 2.0).max(0.02) * self.density;
        let [a, b] = [from, to].map(|p| Spot::new(p.x * self.density, p.y * self.density));
        let (dx, dy) = (b.x - a.x, b.y - a.y);
        let length_squared = (dx * dx + dy * dy).max(1e-6);
        let (width, height) = (self.page.width() as i32, self.page.height() as i32);
        let low = |a: f32, b: f32| ((a.min(b) - radius - 1.0).floor() as i32).max(0);
        let high =
            |a: f32, b: f32, most: i32| ((a.max(b) + radius + 1.0).ceil() as i32).min(most - 1);
        for y in low(a.y, b.y)..=high(a.y, b.y, height) {
            for x in low(a.x, b.x)..=high(a.x, b.x, width) {
                let (px, py) = (x as f32 + 0.5 - a.x, y as f32 + 0.5 - a.y);
                let along = ((px * dx + py * dy) / length_squared).clamp(0.0, 1.0);
                let distance = (px - along * dx).hypot(py - along * dy);
                let cover = (radius + 0.5 - distance).clamp(0.0, 1.0);
                if cover > 0.0 {
                    let grain = 1.0 - ink.grain * 0.5 * random.unit();
                    let level = 255.0 - cover * grain * (255.0 - ink.level);
                    let pixel = &mut self.page.pixels_mut()[(y * width + x) as usize];
                    *pixel = (*pixel).min(level as u8);
                }
            }
        }
    }

    /// Draws line after line.
    pub fn path(&mut self, spots: &[Spot], ink: Ink, random: &mut Random) {
        for pair in spots.windows(2) {
            self.line(pair[0], pair[1], ink, random);
        }
    }

    /// Draws a circle or an ellipse.
    pub fn ring(&mut self, centre: Spot, (rx, ry): (f32, f32), ink: Ink, random: &mut Random) {
        const CORNERS: usize = 32;
        let spots: Vec<Spot> = (0..=CORNERS)
            .map(|at| at as f32 / CORNERS as f32 * std::f32::consts::TAU)
            .map(|angle| Spot::new(centre.x + rx * angle.cos(), centre.y + ry * angle.sin()))
            .collect();
        self.path(&spots, ink, random);
    }
}
