//! Sample pages: a blank page marked by a pen and passed through a plausible scanner.
//!
//! For training, for voter education and for trying a kiosk without a scanner. The same seed always
//! gives the same page.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a page that decode has bounded"
)]

use image::{ExtendedColorType, ImageEncoder, codecs::jpeg::JpegEncoder};

use crate::design::{PageDesign, RectUm};
use crate::recognition::{GrayPage, Refusal, decode};
use crate::{ContestId, OptionId};

/// Dots per inch of the page that comes out.
const DPI: f32 = 200.0;
const JPEG_QUALITY: u8 = 85;

/// How a pen goes over a target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stroke {
    /// A tick.
    Tick,
    /// A cross.
    Cross,
    /// Filled in.
    Fill,
    /// A dot so small that nobody can say whether it is a mark.
    Dot,
}

/// One mark of the pen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The contest.
    pub contest: ContestId,
    /// The option.
    pub option: OptionId,
    /// How it is marked.
    pub stroke: Stroke,
}

/// What page to make.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sample {
    /// The marks on it.
    pub marks: Vec<Mark>,
    /// Whether it is fed upside down.
    pub upside_down: bool,
    /// Everything that varies from sheet to sheet follows from it.
    pub seed: u64,
}

/// Why a sample page can't be made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PenFault {
    /// The blank page of the design can't be read.
    #[error("the blank page can't be read: {0}")]
    Blank(Refusal),
    /// The design has no such target.
    #[error("there is no target {0}/{1} on this page")]
    NoTarget(ContestId, OptionId),
    /// The picture can't be encoded.
    #[error("the page can't be encoded: {0}")]
    Encode(String),
}

/// Makes a page as a scanner would send it: a grey JPEG of 200 dpi.
///
/// # Errors
/// [`PenFault`].
pub fn sample_page(design: &PageDesign, sample: &Sample) -> Result<Vec<u8>, PenFault> {
    let mut page = decode(&design.blank_png).map_err(PenFault::Blank)?;
    let mut random = Random(sample.seed);
    let per_um = (
        page.width() as f32 / design.width_um as f32,
        page.height() as f32 / design.height_um as f32,
    );
    for mark in &sample.marks {
        let same =
            |t: &&crate::design::Target| t.contest == mark.contest && t.option == mark.option;
        let missing = || PenFault::NoTarget(mark.contest.clone(), mark.option.clone());
        let target = design.targets.iter().find(same).ok_or_else(missing)?;
        draw(&mut page, target.area, per_um, mark.stroke, &mut random);
    }
    let scanned = scan(&page, design, &mut random);
    let scanned = if sample.upside_down { scanned.turned_180() } else { scanned };
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .write_image(scanned.pixels(), scanned.width(), scanned.height(), ExtendedColorType::L8)
        .map_err(|fault| PenFault::Encode(fault.to_string()))?;
    Ok(bytes)
}

fn draw(
    page: &mut GrayPage,
    area: RectUm,
    per_um: (f32, f32),
    stroke: Stroke,
    random: &mut Random,
) {
    let point = |x: f32, y: f32, random: &mut Random| {
        let (jx, jy) = (random.around(0.05), random.around(0.05));
        (
            (area.x as f32 + area.w as f32 * (x + jx)) * per_um.0,
            (area.y as f32 + area.h as f32 * (y + jy)) * per_um.1,
        )
    };
    // A ballpoint leaves 0.5 to 0.7 mm.
    let radius = (280.0 + random.around(40.0)) * per_um.0;
    let mut line = |from: (f32, f32), to: (f32, f32), random: &mut Random| {
        let (a, b) = (point(from.0, from.1, random), point(to.0, to.1, random));
        line(page, a, b, radius);
    };
    match stroke {
        Stroke::Tick => {
            line((0.2, 0.5), (0.4, 0.8), random);
            line((0.4, 0.8), (0.85, 0.2), random);
        }
        Stroke::Cross => {
            line((0.2, 0.2), (0.8, 0.8), random);
            line((0.8, 0.2), (0.2, 0.8), random);
        }
        Stroke::Fill => {
            for step in 0..9 {
                let y = 0.18 + 0.08 * step as f32;
                line((0.18, y), (0.82, y), random);
            }
        }
        Stroke::Dot => {
            // 1.2 mm across: seven hundredths of the 16 mm² that ink is compared with.
            let middle = point(0.5, 0.5, random);
            self::line(page, middle, middle, 600.0 * per_um.0);
        }
    }
}

fn line(page: &mut GrayPage, from: (f32, f32), to: (f32, f32), radius: f32) {
    let steps = ((to.0 - from.0).hypot(to.1 - from.1) * 2.0).ceil().max(1.0) as usize;
    for step in 0..=steps {
        let share = step as f32 / steps as f32;
        let (x, y) = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
        disc(page, x, y, radius);
    }
}

fn disc(page: &mut GrayPage, x: f32, y: f32, radius: f32) {
    let (width, height) = (page.width() as i32, page.height() as i32);
    let reach = radius.ceil() as i32;
    for py in (y as i32 - reach).max(0)..=(y as i32 + reach).min(height - 1) {
        for px in (x as i32 - reach).max(0)..=(x as i32 + reach).min(width - 1) {
            let (dx, dy) = (px as f32 + 0.5 - x, py as f32 + 0.5 - y);
            if dx * dx + dy * dy <= radius * radius {
                page.pixels_mut()[(py * width + px) as usize] = 45;
            }
        }
    }
}

/// A slight turn, shift and stretch, a grey that is not quite white, and noise.
fn scan(page: &GrayPage, design: &PageDesign, random: &mut Random) -> GrayPage {
    let px = |um: u32| (um as f32 / 25_400.0 * DPI).round() as u32;
    let (width, height) = (px(design.width_um), px(design.height_um));
    let mut scanned = GrayPage::filled(width, height, 255);
    let scale = page.width() as f32 / width as f32 * (1.0 + random.around(0.006));
    let angle = random.around(0.02);
    let (sin, cos) = angle.sin_cos();
    let (cx, cy) = (width as f32 / 2.0, height as f32 / 2.0);
    let shift = (random.around(8.0), random.around(8.0));
    let (pcx, pcy) = (page.width() as f32 / 2.0, page.height() as f32 / 2.0);
    let paper = 244.0 + random.around(6.0);
    for (y, row) in (0_u16..).zip(scanned.pixels_mut().chunks_exact_mut(width as usize)) {
        for (x, pixel) in (0_u16..).zip(row.iter_mut()) {
            let (dx, dy) = (f32::from(x) + 0.5 - cx + shift.0, f32::from(y) + 0.5 - cy + shift.1);
            let level = page
                .sample(pcx + scale * (cos * dx - sin * dy), pcy + scale * (sin * dx + cos * dy));
            let noisy = level / 255.0 * (paper - 30.0) + 30.0 + random.around(5.0);
            *pixel = noisy.clamp(0.0, 255.0) as u8;
        }
    }
    scanned
}

/// SplitMix64.
struct Random(u64);

impl Random {
    /// Evenly between −`reach` and `reach`.
    fn around(&mut self, reach: f32) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let unit = ((z ^ (z >> 31)) >> 40) as f32 / (1_u64 << 24) as f32;
        (2.0 * unit - 1.0) * reach
    }
}
