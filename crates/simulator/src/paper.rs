//! What happens to paper before it is scanned.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates and grey levels of a page that decode has bounded"
)]

use urna_core::recognition::GrayPage;

use crate::canvas::{Sheet, Spot};
use crate::random::Random;

/// A corner of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corner {
    /// Upper left.
    UpperLeft,
    /// Upper right.
    UpperRight,
    /// Lower left.
    LowerLeft,
    /// Lower right: cut off to cancel an unused ballot.
    LowerRight,
}

/// A fold from edge to edge.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fold {
    /// Whether it runs from left to right; else from top to bottom.
    pub is_across: bool,
    /// Where it is in the middle of the sheet, in millimetres from the top or the left.
    pub at_mm: f32,
    /// By how much it is off at the edges, in millimetres.
    pub tilt_mm: f32,
    /// Width of its shadow in millimetres.
    pub width_mm: f32,
    /// How much darker the crease is, in grey levels.
    pub shade: f32,
    /// By how much the paper beyond it is drawn in, in millimetres.
    pub kink_mm: f32,
}

/// Lets the toner fade in blots: `loss` is the share of print that goes in the worst places.
pub fn fade(sheet: &mut Sheet, loss: f32, random: &mut Random) {
    let (width, height) = (sheet.width_mm(), sheet.height_mm());
    for _ in 0..12 {
        let centre = Spot::new(random.unit() * width, random.unit() * height);
        let radius = random.between(10.0, 40.0);
        let weight = loss * random.between(0.5, 1.0);
        each_pixel_near(sheet, centre, radius, |level, share| {
            255.0 - (255.0 - level) * (1.0 - weight * share)
        });
    }
}

/// Lets what is on the back show through: `share` of its darkness.
pub fn bleed_through(sheet: &mut Sheet, back: &GrayPage, share: f32) {
    let width = sheet.page.width() as usize;
    let back_width = back.width() as usize;
    let weight = (share * 256.0) as u32;
    let rows = sheet.page.pixels_mut().chunks_exact_mut(width);
    for (row, behind) in rows.zip(back.pixels().chunks_exact(back_width)) {
        for (level, &other) in row.iter_mut().zip(behind.iter().rev()) {
            let ghost = ((255 - u32::from(other)) * weight) >> 8;
            *level = level.saturating_sub(ghost as u8);
        }
    }
}

/// Draws the shadow of a fold; what it does to the shape of the paper is the scanner's to say.
pub fn crease(sheet: &mut Sheet, fold: &Fold, random: &mut Random) {
    let density = sheet.density;
    let (width, height) = (sheet.page.width() as usize, sheet.page.height() as usize);
    let (along, across) = if fold.is_across { (width, height) } else { (height, width) };
    let half = (fold.width_mm * density / 2.0).max(0.5);
    for step in 0..along {
        let share = step as f32 / along as f32 * 2.0 - 1.0;
        let middle = (fold.at_mm + fold.tilt_mm * share) * density;
        let first = (middle - half - 1.0).max(0.0) as usize;
        let last = ((middle + half + 1.0).max(0.0) as usize).min(across.saturating_sub(1));
        let shade = fold.shade * random.between(0.7, 1.0);
        for at in first..=last {
            let cover = (half + 0.5 - (at as f32 + 0.5 - middle).abs()).clamp(0.0, 1.0);
            let index = if fold.is_across { at * width + step } else { step * width + at };
            if let Some(pixel) = sheet.page.pixels_mut().get_mut(index) {
                *pixel = (f32::from(*pixel) - cover * shade).max(0.0) as u8;
            }
        }
    }
}

/// Makes paper greyer and print paler: white becomes `paper`, black becomes `paper` − `contrast`.
pub fn tint(sheet: &mut Sheet, paper: f32, contrast: f32) {
    let table: Vec<u8> = (0_u8..=255)
        .map(|level| {
            (paper - (255.0 - f32::from(level)) / 255.0 * contrast).clamp(0.0, 255.0) as u8
        })
        .collect();
    for pixel in sheet.page.pixels_mut() {
        *pixel = table[usize::from(*pixel)];
    }
}

/// Takes a corner off: a triangle whose legs are `legs_mm` long shows `background`. With a `ragged`
/// edge it is torn, else cut.
pub fn take_corner(
    sheet: &mut Sheet,
    corner: Corner,
    legs_mm: f32,
    ragged_mm: f32,
    background: u8,
    random: &mut Random,
) {
    let legs = legs_mm * sheet.density;
    let (width, height) = (sheet.page.width() as usize, sheet.page.height() as usize);
    let rows = (legs.ceil() as usize).min(height);
    let mut ragged = 0.0_f32;
    for down in 0..rows {
        ragged = (ragged + random.around(0.3)).clamp(-1.0, 1.0);
        let columns = (legs - down as f32 + ragged * ragged_mm * sheet.density).max(0.0);
        let columns = (columns as usize).min(width);
        let is_lower = matches!(corner, Corner::LowerLeft | Corner::LowerRight);
        let is_right = matches!(corner, Corner::UpperRight | Corner::LowerRight);
        let y = if is_lower { height - 1 - down } else { down };
        let row = &mut sheet.page.pixels_mut()[y * width..(y + 1) * width];
        let part = if is_right { &mut row[width - columns..] } else { &mut row[..columns] };
        part.fill(background);
    }
}

fn each_pixel_near(
    sheet: &mut Sheet,
    centre: Spot,
    radius_mm: f32,
    change: impl Fn(f32, f32) -> f32,
) {
    let density = sheet.density;
    let (width, height) = (sheet.page.width() as usize, sheet.page.height() as usize);
    let (cx, cy, radius) = (centre.x * density, centre.y * density, radius_mm * density);
    let low = |v: f32| (v - radius).max(0.0) as usize;
    let high = |v: f32, most: usize| ((v + radius).max(0.0) as usize).min(most);
    for y in low(cy)..high(cy, height) {
        for x in low(cx)..high(cx, width) {
            let distance = (x as f32 - cx).hypot(y as f32 - cy) / radius;
            if distance < 1.0 {
                let pixel = &mut sheet.page.pixels_mut()[y * width + x];
                *pixel = change(f32::from(*pixel), 1.0 - distance).clamp(0.0, 255.0) as u8;
            }
        }
    }
}
