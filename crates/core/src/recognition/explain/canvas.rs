//! A colour picture and the few strokes that an explain image is drawn with.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a picture of at most a few thousand pixels"
)]

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};

use super::glyphs;
use crate::recognition::gray::GrayPage;
use crate::recognition::transform::Point;

/// Red, green and blue.
pub(super) type Rgb = [u8; 3];

/// What is further away than this from the picture is not drawn, in pixels.
const FARTHEST: f32 = 20_000.0;
/// How large a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Size {
    Small,
    Large,
}

impl Size {
    /// Side of the font's dots, in pixels.
    const fn dot(self) -> usize {
        match self {
            Size::Small => 2,
            Size::Large => 3,
        }
    }

    /// Height of a line of text, in pixels.
    pub const fn height(self) -> usize {
        glyphs::HEIGHT * self.dot()
    }

    /// Width of a text, in pixels.
    pub fn width(self, text: &str) -> usize {
        (text.chars().count() * (glyphs::WIDTH + 1)).saturating_sub(1) * self.dot()
    }
}

/// How a line is interrupted: told apart without colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Solid,
    Dashed,
    Dotted,
    DashDot,
}

impl Line {
    /// Whether there is ink `along` the line, in pixels from its start.
    fn has_ink(self, along: f32) -> bool {
        match self {
            Line::Solid => true,
            Line::Dashed => along % 12.0 < 7.0,
            Line::Dotted => along % 6.0 < 2.5,
            Line::DashDot => along % 22.0 < 12.0 || (16.0..18.5).contains(&(along % 22.0)),
        }
    }
}

/// Colour, width in pixels and kind of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pen {
    pub color: Rgb,
    pub width: f32,
    pub line: Line,
}

/// A box in pixels: left, top, right, bottom.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub x0: f32,
    pub y0: f32,
    pub x1: f32,
    pub y1: f32,
}

impl Frame {
    /// The box made larger by `by` pixels on each side.
    pub fn grown(self, by: f32) -> Frame {
        Frame { x0: self.x0 - by, y0: self.y0 - by, x1: self.x1 + by, y1: self.y1 + by }
    }

    pub fn overlaps(self, other: Frame) -> bool {
        self.x0 < other.x1 && other.x0 < self.x1 && self.y0 < other.y1 && other.y0 < self.y1
    }

    fn corners(self) -> [Point; 4] {
        let Frame { x0, y0, x1, y1 } = self;
        [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| Point { x, y })
    }
}

/// The picture.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    /// A white picture.
    pub fn new(width: usize, height: usize) -> Canvas {
        Canvas { width, height, pixels: vec![255; width * height * 3] }
    }

    /// Puts a page there with its top left pixel at (`left`, `top`), paled so that colours stand out.
    pub fn put_pale(&mut self, page: &GrayPage, left: usize, top: usize) {
        for (y, row) in (0..page.height()).zip(top..self.height) {
            let start = (row * self.width + left) * 3;
            let end = ((row + 1) * self.width) * 3;
            let targets = self.pixels[start..end].chunks_exact_mut(3);
            for (target, &level) in targets.zip(page.row(y)) {
                target.fill(255 - (u32::from(255 - level) * 11 / 20) as u8);
            }
        }
    }

    pub fn fill(&mut self, area: Frame, color: Rgb) {
        let side = |v: f32, most: usize| (v.max(0.0).round() as usize).min(most);
        let (x0, x1) = (side(area.x0, self.width), side(area.x1, self.width));
        for y in side(area.y0, self.height)..side(area.y1, self.height) {
            for x in x0..x1 {
                self.set(x as i32, y as i32, color);
            }
        }
    }

    pub fn line(&mut self, from: Point, to: Point, pen: Pen) {
        let parts = [from.x, from.y, to.x, to.y];
        if parts.iter().any(|v| !v.is_finite() || v.abs() > FARTHEST) {
            return;
        }
        let length = (to.x - from.x).hypot(to.y - from.y);
        let steps = (length * 2.0).ceil().max(1.0) as usize;
        for step in 0..=steps {
            let share = step as f32 / steps as f32;
            if pen.line.has_ink(share * length) {
                let x = from.x + share * (to.x - from.x);
                self.dab(Point { x, y: from.y + share * (to.y - from.y) }, pen.width, pen.color);
            }
        }
    }

    pub fn polygon(&mut self, corners: &[Point], pen: Pen) {
        for (&from, &to) in corners.iter().zip(corners.iter().cycle().skip(1)) {
            self.line(from, to, pen);
        }
    }

    pub fn frame(&mut self, area: Frame, pen: Pen) {
        self.polygon(&area.corners(), pen);
    }

    pub fn cross(&mut self, at: Point, reach: f32, pen: Pen) {
        let place = |dx: f32, dy: f32| Point { x: at.x + dx * reach, y: at.y + dy * reach };
        self.line(place(-1.0, -1.0), place(1.0, 1.0), pen);
        self.line(place(1.0, -1.0), place(-1.0, 1.0), pen);
    }

    /// A line with a head at its end.
    pub fn arrow(&mut self, from: Point, to: Point, pen: Pen) {
        self.line(from, to, pen);
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = dx.hypot(dy);
        if length < 4.0 {
            return;
        }
        let (ux, uy) = (dx / length, dy / length);
        for side in [0.5, -0.5] {
            let back = |along: f32, beside: f32| Point {
                x: to.x - along * ux - beside * uy,
                y: to.y - along * uy + beside * ux,
            };
            self.line(to, back(6.0, 6.0 * side), pen);
        }
    }

    pub fn text(&mut self, (left, top): (f32, f32), size: Size, text: &str, color: Rgb) {
        let dot = size.dot() as f32;
        for (at, character) in text.chars().enumerate() {
            let x = left.round() + (at * (glyphs::WIDTH + 1)) as f32 * dot;
            for (row, bits) in glyphs::rows(character).into_iter().enumerate() {
                let y = top.round() + row as f32 * dot;
                for column in
                    (0..glyphs::WIDTH).filter(|c| bits >> (glyphs::WIDTH - 1 - c) & 1 == 1)
                {
                    let x0 = x + column as f32 * dot;
                    self.fill(Frame { x0, y0: y, x1: x0 + dot, y1: y + dot }, color);
                }
            }
        }
    }

    /// Mean grey level of a box; 0 where any of it is beside the picture.
    pub fn mean_level(&self, area: Frame) -> u32 {
        let Frame { x0, y0, x1, y1 } = area;
        if x0 < 0.0 || y0 < 0.0 || x1 > self.width as f32 || y1 > self.height as f32 {
            return 0;
        }
        let (mut sum, mut count) = (0_u32, 0_u32);
        for y in y0 as usize..y1 as usize {
            let row = &self.pixels[(y * self.width + x0 as usize) * 3..];
            let inside = x1 as usize - x0 as usize;
            for pixel in row.chunks_exact(3).take(inside) {
                sum += pixel.iter().map(|&part| u32::from(part)).min().unwrap_or(0);
                count += 1;
            }
        }
        sum / count.max(1)
    }

    /// The picture as a PNG; empty if it can't be encoded, which only want of memory could cause.
    pub fn to_png(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let (width, height) = (self.width as u32, self.height as u32);
        let encoded = PngEncoder::new(&mut bytes).write_image(
            &self.pixels,
            width,
            height,
            ExtendedColorType::Rgb8,
        );
        if encoded.is_ok() { bytes } else { Vec::new() }
    }

    fn dab(&mut self, at: Point, width: f32, color: Rgb) {
        let radius = width / 2.0;
        for y in (at.y - radius).floor() as i32..=(at.y + radius).ceil() as i32 {
            for x in (at.x - radius).floor() as i32..=(at.x + radius).ceil() as i32 {
                let (dx, dy) = (x as f32 + 0.5 - at.x, y as f32 + 0.5 - at.y);
                if dx * dx + dy * dy <= (radius * radius).max(0.5) {
                    self.set(x, y, color);
                }
            }
        }
    }

    fn set(&mut self, x: i32, y: i32, color: Rgb) {
        let inside = x >= 0 && y >= 0 && (x as usize) < self.width && (y as usize) < self.height;
        if inside {
            let at = (y as usize * self.width + x as usize) * 3;
            self.pixels[at..at + 3].copy_from_slice(&color);
        }
    }
}
