//! 8-bit grey pictures and the few operations on them that recognition needs.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates and grey levels, bounded by decode's limits"
)]

/// A grey picture: 0 is black, 255 white.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrayPage {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl GrayPage {
    /// Takes pixels row by row; `None` if their number is not width × height or one of these is 0.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Option<Self> {
        let expected = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
        (expected > 0 && pixels.len() == expected).then_some(GrayPage { width, height, pixels })
    }

    /// A picture of one grey level.
    pub fn filled(width: u32, height: u32, level: u8) -> Self {
        let (width, height) = (width.max(1), height.max(1));
        GrayPage { width, height, pixels: vec![level; width as usize * height as usize] }
    }

    /// Width in pixels.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels, row by row, to draw on.
    pub fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// Row `y`; empty beyond the picture.
    pub fn row(&self, y: u32) -> &[u8] {
        let start = y as usize * self.width as usize;
        self.pixels.get(start..start + self.width as usize).unwrap_or_default()
    }

    /// Grey level between pixels, bilinear; beyond the edge the nearest pixel. Pixel (0, 0) covers
    /// 0..1 in both directions, so its centre is (0.5, 0.5).
    pub fn sample(&self, x: f32, y: f32) -> f32 {
        let (max_x, max_y) = ((self.width - 1) as f32, (self.height - 1) as f32);
        let x = (x - 0.5).clamp(0.0, max_x);
        let y = (y - 0.5).clamp(0.0, max_y);
        let (x0, y0) = (x as usize, y as usize);
        let x1 = (x0 + 1).min(self.width as usize - 1);
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let width = self.width as usize;
        let top = y0 * width;
        let bottom = (y0 + 1).min(self.height as usize - 1) * width;
        let at = |index: usize| f32::from(self.pixels[index]);
        let upper = at(top + x0) + fx * (at(top + x1) - at(top + x0));
        let lower = at(bottom + x0) + fx * (at(bottom + x1) - at(bottom + x0));
        upper + fy * (lower - upper)
    }

    /// Turns the picture by 180°.
    pub fn turned_180(&self) -> GrayPage {
        let mut pixels = self.pixels.clone();
        pixels.reverse();
        GrayPage { pixels, ..*self }
    }

    /// Turns the picture clockwise by 90°.
    pub fn turned_90(&self) -> GrayPage {
        let (width, height) = (self.height, self.width);
        let mut pixels = Vec::with_capacity(self.pixels.len());
        for y in 0..height as usize {
            for x in 0..width as usize {
                pixels.push(self.pixels[(width as usize - 1 - x) * height as usize + y]);
            }
        }
        GrayPage { width, height, pixels }
    }

    /// The part within `area` of the picture resampled to `width` × `height`, each new pixel the mean
    /// of the area it covers (box filter), or interpolated where the picture is enlarged.
    pub fn resampled(&self, area: Area, width: u32, height: u32) -> GrayPage {
        let columns = Spans::new(area.x0, area.x1, width, self.width);
        let rows = Spans::new(area.y0, area.y1, height, self.height);
        let fixed = columns.fixed();
        let mut pixels = vec![0_u8; width as usize * height as usize];
        let mut sums = vec![0_u16; self.width as usize + TAPS];
        for (y, target) in pixels.chunks_exact_mut(width as usize).enumerate() {
            sums.fill(0);
            let (first, weights) = rows.at(y);
            for (row, &weight) in (first as u32..).zip(weights) {
                // The weights add up to 256, so that the sums fit 16 bits; without overflow checks
                // this becomes vector instructions.
                for (sum, &level) in sums.iter_mut().zip(self.row(row)) {
                    *sum = sum.wrapping_add(u16::from(level).wrapping_mul(weight));
                }
            }
            match &fixed {
                Some(fixed) => {
                    for (pixel, (first, weights)) in target.iter_mut().zip(fixed) {
                        let taps = sums.get(*first..).and_then(|sums| sums.first_chunk::<TAPS>());
                        *pixel = taps.map_or(0, |taps| mean(weights, taps));
                    }
                }
                None => {
                    for (x, pixel) in target.iter_mut().enumerate() {
                        let (first, weights) = columns.at(x);
                        *pixel = mean(weights, &sums[first..]);
                    }
                }
            }
        }
        GrayPage { width, height, pixels }
    }

    /// Half the size, each pixel the mean of four.
    pub fn halved(&self) -> GrayPage {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        if self.width < 2 || self.height < 2 {
            return self.clone();
        }
        let mut pixels = vec![0_u8; width as usize * height as usize];
        for (y, target) in (0..height).zip(pixels.chunks_exact_mut(width as usize)) {
            let (upper, lower) = (self.row(2 * y), self.row(2 * y + 1));
            let fours = upper.chunks_exact(2).zip(lower.chunks_exact(2));
            for (pixel, (a, b)) in target.iter_mut().zip(fours) {
                // Four bytes fit 16 bits; without overflow checks this becomes vector instructions.
                let upper = u16::from(a[0]).wrapping_add(u16::from(a[1]));
                let lower = u16::from(b[0]).wrapping_add(u16::from(b[1]));
                *pixel = (upper.wrapping_add(lower).wrapping_add(2) / 4) as u8;
            }
        }
        GrayPage { width, height, pixels }
    }

    /// How many pixels within `area` have each grey level, counting every `step`-th pixel of every
    /// `step`-th row.
    pub fn histogram(&self, area: Area, step: usize) -> [u32; 256] {
        let mut counts = [0; 256];
        let step = step.max(1);
        let end = (area.x1.max(0.0) as usize).min(self.width as usize);
        let start = (area.x0.max(0.0) as usize).min(end);
        for y in (area.y0.max(0.0) as u32..area.y1.max(0.0) as u32).step_by(step) {
            let row = self.row(y).get(start..end).unwrap_or_default();
            for &pixel in row.iter().step_by(step) {
                counts[usize::from(pixel)] += 1;
            }
        }
        counts
    }
}

/// A part of a picture in pixels, from the left and top edges of its first pixel.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x0: f32,
    /// Top edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Bottom edge.
    pub y1: f32,
}

/// The grey level below which a share of the counted pixels lies.
pub(super) fn percentile(histogram: &[u32; 256], share: f32) -> u8 {
    let total: u32 = histogram.iter().sum();
    let wanted = (total as f32 * share) as u32;
    let mut seen = 0;
    for (level, count) in (0_u8..=255).zip(histogram) {
        seen += count;
        if seen > wanted {
            return level;
        }
    }
    255
}

/// Source pixels in a row that a resampled one covers, at most, as a rule: 300 dpi at half its size need
/// three, 200 dpi four.
const TAPS: usize = 4;

/// The weighted mean of sums of 256ths.
fn mean(weights: &[u16], sums: &[u16]) -> u8 {
    let taps = weights.iter().zip(sums);
    let sum = taps.fold(0x8000_u32, |sum, (&weight, &level)| {
        sum.wrapping_add(u32::from(weight).wrapping_mul(u32::from(level)))
    });
    (sum >> 16) as u8
}

/// The source pixels that each resampled pixel covers, with weights in 256ths that add up to 1.
struct Spans {
    /// First source pixel, and where its weights start.
    starts: Vec<(usize, usize)>,
    weights: Vec<u16>,
}

impl Spans {
    fn new(from: f32, to: f32, count: u32, limit: u32) -> Spans {
        let step = (to - from) / count as f32;
        let last_pixel = limit as usize - 1;
        let mut spans =
            Spans { starts: Vec::with_capacity(count as usize + 1), weights: Vec::new() };
        for at in 0..count {
            let (mut start, mut end) = (from + at as f32 * step, from + (at + 1) as f32 * step);
            if step < 1.0 {
                // Enlarging: one pixel's width around the centre makes it a linear interpolation.
                let centre = (start + end) / 2.0;
                (start, end) = (centre - 0.5, centre + 0.5);
            }
            let start = start.clamp(0.0, last_pixel as f32);
            let end = end.clamp(start + 1e-3, limit as f32);
            let first = (start as usize).min(last_pixel);
            let last = (end.ceil() as usize).saturating_sub(1).clamp(first, last_pixel);
            spans.starts.push((first, spans.weights.len()));
            // Each weight is the difference of two rounded shares, so that they add up exactly.
            let share = |edge: f32| ((edge - start) / (end - start) * 256.0 + 0.5) as u16;
            let mut before = 0;
            for pixel in first..=last {
                let after = if pixel == last { 256 } else { share((pixel + 1) as f32) };
                spans.weights.push(after - before);
                before = after;
            }
        }
        spans.starts.push((0, spans.weights.len()));
        spans
    }

    /// First source pixel and weights of each, if none has more than [`TAPS`]: then no loop is needed.
    fn fixed(&self) -> Option<Vec<(usize, [u16; TAPS])>> {
        let each = 0..self.starts.len() - 1;
        let fixed = each.map(|index| {
            let (first, weights) = self.at(index);
            let mut taps = [0; TAPS];
            taps.get_mut(..weights.len())?.copy_from_slice(weights);
            Some((first, taps))
        });
        fixed.collect()
    }

    fn at(&self, index: usize) -> (usize, &[u16]) {
        let (first, from) = self.starts[index];
        (first, &self.weights[from..self.starts[index + 1].1])
    }
}
