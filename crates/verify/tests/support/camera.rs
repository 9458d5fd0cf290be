//! Photos of codes as a phone makes them, drawn.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates and grey levels"
)]

use fast_qr::{ECL, QRBuilder, QRCode};
use image::codecs::jpeg::JpegEncoder;
use image::{GrayImage, Luma, imageops};

/// How a photo is taken.
#[derive(Clone, Copy, Debug)]
pub struct Shot {
    /// Sides of the photo, in pixels.
    pub size: (u32, u32),
    /// Pixels to a module, where the paper is nearest to the middle of the picture.
    pub module: f64,
    /// How the paper lies, in degrees: turned, and tilted away from the camera.
    pub turn: f64,
    pub tilt: f64,
    /// How far the paper is bent, in modules.
    pub bend: f64,
    /// Blur, as the deviation of a Gaussian in pixels.
    pub blur: f32,
    /// Noise, in grey levels either way.
    pub noise: u32,
    /// How much darker one side of the picture is, as a share.
    pub shade: f64,
    /// Quality of the JPEG.
    pub quality: u8,
}

pub const PLAIN: Shot = Shot {
    size: (1_000, 800),
    module: 4.0,
    turn: 0.0,
    tilt: 0.0,
    bend: 0.0,
    blur: 0.0,
    noise: 0,
    shade: 0.0,
    quality: 90,
};

/// Codes with quiet zones in rows of `columns`, on paper.
pub struct Sheet {
    codes: Vec<QRCode>,
    columns: usize,
    place: f64,
}

impl Sheet {
    pub fn new(texts: &[String], columns: usize) -> Sheet {
        let code = |text: &String| QRBuilder::new(text.as_str()).ecl(ECL::Q).build().unwrap();
        let codes: Vec<QRCode> = texts.iter().map(code).collect();
        let place = codes.iter().map(|code| code.size).max().unwrap() as f64 + 8.0;
        Sheet { codes, columns, place }
    }

    /// Size in modules.
    pub fn size(&self) -> (f64, f64) {
        let rows = self.codes.len().div_ceil(self.columns);
        (self.columns as f64 * self.place, rows as f64 * self.place)
    }

    fn is_dark(&self, x: f64, y: f64) -> bool {
        let (column, row) = ((x / self.place).floor(), (y / self.place).floor());
        if column < 0.0 || row < 0.0 || column as usize >= self.columns {
            return false;
        }
        let Some(code) = self.codes.get(row as usize * self.columns + column as usize) else {
            return false;
        };
        let module = |v: f64, at: f64| (v - at * self.place - 4.0).floor();
        let (x, y) = (module(x, column), module(y, row));
        let inside = |v: f64| v >= 0.0 && (v as usize) < code.size;
        inside(x) && inside(y) && code[y as usize][x as usize].value()
    }

    /// The photo as a JPEG.
    pub fn photographed(&self, shot: &Shot, seed: u32) -> Vec<u8> {
        let photo = self.seen(shot, seed);
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, shot.quality).encode_image(&photo).unwrap();
        jpeg
    }

    fn seen(&self, shot: &Shot, seed: u32) -> GrayImage {
        let ((width, height), (wide, high)) = (shot.size, self.size());
        let (sin, cos) = shot.turn.to_radians().sin_cos();
        let (tilt_sin, tilt_cos) = shot.tilt.to_radians().sin_cos();
        // A phone sees about as far to each side as the paper is away, at 53° in all.
        let focus = f64::from(width.max(height));
        let away = focus / shot.module;
        let is_dark = |x: f64, y: f64| {
            let (x, y) = (x - f64::from(width) / 2.0, y - f64::from(height) / 2.0);
            let down = y * away / (focus * tilt_cos - y * tilt_sin);
            let across = x * (away + down * tilt_sin) / focus;
            let bend = shot.bend * (across / wide * std::f64::consts::PI).cos();
            let (x, y) = (cos * across + sin * down, cos * down - sin * across);
            self.is_dark(x + wide / 2.0, y + high / 2.0 + bend)
        };
        let mut state = seed;
        let picture = GrayImage::from_fn(width, height, |x, y| {
            let samples = (0..9).filter(|at| {
                let part = |v: u32| (f64::from(v) + 0.5) / 3.0;
                is_dark(f64::from(x) + part(at % 3), f64::from(y) + part(at / 3))
            });
            let light = 1.0 - shot.shade * f64::from(x) / f64::from(width);
            Luma([((225.0 - 21.5 * samples.count() as f64) * light) as u8])
        });
        let mut picture =
            if shot.blur > 0.0 { imageops::blur(&picture, shot.blur) } else { picture };
        for pixel in picture.pixels_mut() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 16) % (2 * shot.noise + 1);
            let level = u32::from(pixel.0[0]) + noise;
            pixel.0[0] = level.saturating_sub(shot.noise).min(255) as u8;
        }
        picture
    }
}
