//! QR codes in a photo of a printed report.
//!
//! A reader of its own, since a picture must not be able to stop the page: `rqrr` finds codes too and
//! panics on some pictures. Only its error correction is used, on a square of bits.

mod align;
mod bits;
mod corner;
mod file;
mod find;
mod ink;
mod map;
mod pattern;

use urna_core::recognition::{Area, GrayPage};

/// Codes are looked for at this length of the longer side at most: a code with two pixels to a module
/// there is a twentieth of the picture.
const LARGEST_SIDE: u32 = 4_000;
/// And at this one, where a phone's noise is smaller.
const WORKING_SIDE: u32 = 2_000;
/// Pictures up to this length are also looked at enlarged.
const SMALL_SIDE: u32 = 1_000;

/// Texts of all QR codes found in a JPEG or PNG; empty for anything else.
pub fn qr_texts_of_photo(bytes: &[u8]) -> Vec<String> {
    let Some(photo) = file::decode(bytes) else {
        return Vec::new();
    };
    let mut texts = Vec::new();
    let mut look = |photo: &GrayPage| texts.extend(find::texts_in(photo));
    let longer = photo.width().max(photo.height());
    let photo = within(photo, LARGEST_SIDE);
    if longer > WORKING_SIDE {
        look(&photo);
    }
    let working = within(photo, WORKING_SIDE);
    look(&working);
    // Noise and the ripples that JPEG leaves along sharp edges hide the patterns of a code; a little
    // blur takes them away.
    look(&blurred(&working));
    // In a small picture the squares of a code are few pixels wide, and their runs are rounded away.
    if longer <= SMALL_SIDE {
        look(&doubled(&working));
    }
    texts.sort();
    texts.dedup();
    texts
}

/// The picture with its longer side at most `longest` pixels.
fn within(photo: GrayPage, longest: u32) -> GrayPage {
    let (width, height) = (photo.width(), photo.height());
    let longer = width.max(height);
    if longer <= longest {
        return photo;
    }
    let side = |length: u32| {
        let scaled = u64::from(length) * u64::from(longest) / u64::from(longer);
        u32::try_from(scaled).unwrap_or(1).max(1)
    };
    let side_of = |length: u32| f32::from(u16::try_from(length).unwrap_or(u16::MAX));
    let whole = Area { x0: 0.0, y0: 0.0, x1: side_of(width), y1: side_of(height) };
    photo.resampled(whole, side(width), side(height))
}

/// Each pixel a mean of the 3 × 3 around it, the nearer ones weighing more: about as much as a Gaussian of
/// 0.7 pixels.
fn blurred(photo: &GrayPage) -> GrayPage {
    let mut result = photo.clone();
    let columns = usize::try_from(photo.width()).unwrap_or(1).max(1);
    let rows = result.pixels_mut().chunks_exact_mut(columns);
    let last = photo.height().saturating_sub(1);
    let mut sums = vec![0_u16; columns];
    for (y, row) in (0_u32..).zip(rows) {
        let lines = [photo.row(y.saturating_sub(1)), photo.row(y), photo.row((y + 1).min(last))];
        let levels = lines[0].iter().zip(lines[1]).zip(lines[2]);
        for (sum, ((&a, &b), &c)) in sums.iter_mut().zip(levels) {
            *sum = u16::from(a) + 2 * u16::from(b) + u16::from(c);
        }
        for (x, pixel) in row.iter_mut().enumerate() {
            let at = |x: usize| sums.get(x).or(sums.last()).copied().unwrap_or(0);
            let sum = at(x.saturating_sub(1)) + 2 * at(x) + at(x + 1);
            *pixel = u8::try_from(sum / 16).unwrap_or(u8::MAX);
        }
    }
    result
}

/// The picture at twice its size.
fn doubled(photo: &GrayPage) -> GrayPage {
    let (width, height) = (2 * photo.width(), 2 * photo.height());
    let middle = |at: u32| f32::from(u16::try_from(at).unwrap_or(u16::MAX)) / 2.0 + 0.25;
    let mut result = GrayPage::filled(width, height, 0);
    let columns = usize::try_from(width).unwrap_or(1).max(1);
    for (y, row) in (0..height).zip(result.pixels_mut().chunks_exact_mut(columns)) {
        for (x, pixel) in (0..width).zip(row) {
            *pixel = level(photo.sample(middle(x), middle(y)));
        }
    }
    result
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within 0 to 255")]
fn level(level: f32) -> u8 {
    level.round().clamp(0.0, 255.0) as u8
}
