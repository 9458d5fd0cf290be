//! What of a picture is dark, by the light around each place.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates and grey levels, bounded by the sides of a working picture"
)]

use urna_core::recognition::GrayPage;

use super::map::Point;

/// So much darker than its surroundings is dark, in grey levels: an even wall is not.
const MARGIN: u32 = 4;
/// The surroundings reach this share of the longer side in each direction: a finder pattern of a code
/// that fills the picture fits, and the shadow of a hand is larger.
const SHARE: usize = 12;
const LEAST_REACH: usize = 12;

/// A picture with the limit between dark and light of each pixel.
pub(super) struct Ink<'a> {
    page: &'a GrayPage,
    limits: Vec<u8>,
    pub width: usize,
    pub height: usize,
}

impl<'a> Ink<'a> {
    pub(super) fn of(page: &'a GrayPage) -> Ink<'a> {
        let (width, height) = (page.width() as usize, page.height() as usize);
        let reach = (width.max(height) / SHARE).max(LEAST_REACH);
        Ink { page, limits: limits(page, reach), width, height }
    }

    /// Whether each pixel of a row is dark; empty beyond the picture.
    pub(super) fn row(&self, y: usize) -> impl Iterator<Item = bool> {
        let limits = self.limits.get(y * self.width..).unwrap_or_default();
        self.page.row(y as u32).iter().zip(limits).map(|(level, limit)| level < limit)
    }

    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        let at = y * self.width + x;
        let pixel = self.page.pixels().get(at).zip(self.limits.get(at));
        x < self.width && pixel.is_some_and(|(level, limit)| level < limit)
    }

    /// Grey level between pixels.
    pub(super) fn level(&self, at: Point) -> f32 {
        self.page.sample(at.x as f32, at.y as f32)
    }

    /// The limit near a place; of the nearest pixel beyond the picture.
    pub(super) fn limit(&self, at: Point) -> f32 {
        let x = (at.x.max(0.0) as usize).min(self.width - 1);
        let y = (at.y.max(0.0) as usize).min(self.height - 1);
        self.limits.get(y * self.width + x).copied().map_or(0.0, f32::from)
    }

    pub(super) fn holds(&self, at: Point) -> bool {
        (0.0..self.width as f64).contains(&at.x) && (0.0..self.height as f64).contains(&at.y)
    }
}

/// The middle between the dark and the light pixels in the square around each pixel. Their mean would not do: at
/// the corner of a code most is white, and a blurred white line between two dark ones is darker than that.
fn limits(page: &GrayPage, reach: usize) -> Vec<u8> {
    let pixels = page.pixels();
    let size = (page.width() as usize, page.height() as usize);
    let mut means = Vec::with_capacity(pixels.len());
    let level = |at: usize| u32::from(pixels[at]);
    squares(size, reach, |at| [level(at)], |[sum], count| means.push((sum / count) as u8));
    let mut limits = Vec::with_capacity(pixels.len());
    let value = |at: usize| {
        let is_dark = level(at) < u32::from(means[at]);
        [level(at), u32::from(is_dark), if is_dark { level(at) } else { 0 }]
    };
    squares(size, reach, value, |[sum, darks, dark], count| {
        let (dark, light) = (dark / darks.max(1), (sum - dark) / (count - darks).max(1));
        let middle = if darks == 0 { 0 } else { (dark + light) / 2 };
        limits.push(middle.saturating_sub(MARGIN) as u8);
    });
    limits
}

/// Hands over, pixel by pixel, the sums of values in the square around it and how many these are.
fn squares<const N: usize>(
    (width, height): (usize, usize),
    reach: usize,
    value: impl Fn(usize) -> [u32; N],
    mut take: impl FnMut([u32; N], u32),
) {
    // Of each column, the values within reach of the row.
    let mut columns = vec![[0_u32; N]; width];
    let mut rows = 0;
    for y in 0..height + reach {
        if y < height {
            let row = columns.iter_mut().enumerate();
            row.for_each(|(x, sums)| change(sums, value(y * width + x), u32::wrapping_add));
            rows += 1;
        }
        let Some(middle) = y.checked_sub(reach) else {
            continue;
        };
        if let Some(left) = middle.checked_sub(reach + 1) {
            let row = columns.iter_mut().enumerate();
            row.for_each(|(x, sums)| change(sums, value(left * width + x), u32::wrapping_sub));
            rows -= 1;
        }
        along(&columns, rows, reach, &mut take);
    }
}

/// The same along one row, from the sums of the columns.
fn along<const N: usize>(
    columns: &[[u32; N]],
    rows: u32,
    reach: usize,
    take: &mut impl FnMut([u32; N], u32),
) {
    let (mut sums, mut count) = ([0_u32; N], 0_u32);
    for x in 0..columns.len() + reach {
        if let Some(&column) = columns.get(x) {
            change(&mut sums, column, u32::wrapping_add);
            count += rows;
        }
        let Some(middle) = x.checked_sub(reach) else {
            continue;
        };
        let left = middle.checked_sub(reach + 1).and_then(|left| columns.get(left));
        if let Some(&column) = left {
            change(&mut sums, column, u32::wrapping_sub);
            count -= rows;
        }
        take(sums, count.max(1));
    }
}

/// What is taken away was added before, and a square of 667 × 667 levels fits 32 bits.
fn change<const N: usize>(sums: &mut [u32; N], values: [u32; N], how: fn(u32, u32) -> u32) {
    sums.iter_mut().zip(values).for_each(|(sum, value)| *sum = how(*sum, value));
}
