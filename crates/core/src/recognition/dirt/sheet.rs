//! A sheet brought to size, with how much darker than its paper each place is.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a sheet of at most 0.5 × 1.4 m"
)]

use crate::recognition::frame::{DARK_BORDER, FINE, paper};
use crate::recognition::gray::{GrayPage, percentile};

/// No sheet is longer than this many times its width.
const MOST_LONG: f32 = 3.0;
/// The sheet's edge and this much beside it is not looked at, in pixels (3 mm): shadows, rough cuts.
const MARGIN: f32 = 18.0;
/// Side of the parts of which each has one paper level, in pixels (20 mm).
const PART: usize = 120;
/// Paper as dark as this is not white, in grey levels.
const DARK_PAPER: u8 = 120;
/// Rows or columns on which the sheet's edge is looked for.
const EDGE_PLACES: usize = 101;
/// A shadow is this much darker than what is this many pixels before it, in grey levels.
const SHADOW: f32 = 20.0;
const SHADOW_REACH: usize = 4;
/// Least slope of an edge that is told from a streak (0.1°).
const ASKEW: f32 = 0.002;
/// As many bright pixels in a row are paper and not a glint.
const BRIGHT_RUN: usize = 8;

/// The sheet at [`FINE`] pixels to the millimetre.
pub(super) struct Sheet {
    pub width: usize,
    pub height: usize,
    /// Grey levels.
    pub levels: Vec<u8>,
    /// How many grey levels darker than the paper around, row by row; 0 beside the sheet.
    pub darkness: Vec<u8>,
    /// Whether a pixel is on the sheet and not close to its edge.
    pub inside: Vec<bool>,
    paper: u8,
}

impl Sheet {
    /// `None` for what is too long to be a sheet.
    pub fn new(page: &GrayPage, short_side_um: u32) -> Option<Sheet> {
        let area = paper(page);
        let (across, down) = (area.x1 - area.x0, area.y1 - area.y0);
        let (short, long) = (across.min(down), across.max(down));
        if short < 1.0 || long > MOST_LONG * short {
            return None;
        }
        let scale = short_side_um as f32 / 1000.0 * FINE / short;
        let side = |length: f32| (length * scale).round().max(1.0) as u32;
        let fine = page.resampled(area, side(across), side(down));
        let (width, height) = (fine.width() as usize, fine.height() as usize);
        let inside = inside(&fine);
        let mut levels = [0; 256];
        for (&level, _) in fine.pixels().iter().zip(&inside).filter(|(_, inside)| **inside) {
            levels[usize::from(level)] += 1;
        }
        let paper = percentile(&levels, 0.5);
        let shade = Shade::new(&fine, &inside);
        let mut darkness = Vec::with_capacity(inside.len());
        for y in 0..height {
            let row = fine.row(y as u32).iter().zip(&inside[y * width..]);
            darkness.extend(row.enumerate().map(|(x, (&level, &inside))| {
                if inside { shade.at(x, y).saturating_sub(level) } else { 0 }
            }));
        }
        Some(Sheet { width, height, levels: fine.pixels().to_vec(), darkness, inside, paper })
    }

    pub fn is_dark(&self) -> bool {
        self.paper < DARK_PAPER
    }

    pub fn size_um(&self) -> (u32, u32) {
        (um(self.width as f32), um(self.height as f32))
    }

    /// The sheet with rows and columns exchanged.
    pub fn transposed(&self) -> Sheet {
        let (width, height) = (self.height, self.width);
        let order = (0..width * height).map(|at| at % width * self.width + at / width);
        Sheet {
            width,
            height,
            levels: order.clone().map(|at| self.levels[at]).collect(),
            darkness: order.clone().map(|at| self.darkness[at]).collect(),
            inside: order.map(|at| self.inside[at]).collect(),
            paper: self.paper,
        }
    }
}

/// Pixels in micrometres.
pub(super) fn um(pixels: f32) -> u32 {
    (pixels * 1000.0 / FINE).round() as u32
}

/// What is on the sheet, by its four edges: a straight line each, by the places where a dark background
/// ends. A streak from the edge inwards is no part of the background, so this follows no dark pixels.
fn inside(fine: &GrayPage) -> Vec<bool> {
    let (width, height) = (fine.width() as usize, fine.height() as usize);
    let level = |x: usize, y: usize| fine.pixels()[y * width + x];
    let left = Edge::new(height, width, |y, x| level(x, y));
    let right = Edge::new(height, width, |y, x| level(width - 1 - x, y));
    let top = Edge::new(width, height, level);
    let bottom = Edge::new(width, height, |x, y| level(x, height - 1 - y));
    let mut inside = Vec::with_capacity(width * height);
    for y in 0..height {
        let (start, end) = (left.at(y), width as f32 - right.at(y));
        inside.extend((0..width).map(|x| {
            let (across, down) = (x as f32 + 0.5, y as f32 + 0.5);
            across > start
                && across < end
                && down > top.at(x)
                && down < height as f32 - bottom.at(x)
        }));
    }
    inside
}

/// How far from the scan's border the sheet begins, as a straight line along that border.
struct Edge {
    start: f32,
    slope: f32,
}

impl Edge {
    /// `level` takes the place along the border and the distance from it.
    fn new(along: usize, depth: usize, level: impl Fn(usize, usize) -> u8) -> Edge {
        // The corners of a turned sheet are left out.
        let places = (0..EDGE_PLACES).map(|i| along / 8 + i * (along - along / 4) / EDGE_PLACES);
        let first_bright = |at: usize| {
            let mut run = 0;
            let found = (0..depth / 2).find(|&from| {
                run = if level(at, from) > DARK_BORDER { run + 1 } else { 0 };
                run == BRIGHT_RUN
            });
            found.map(|from| (at as f32, (from + 1 - BRIGHT_RUN) as f32))
        };
        let bright = Edge::through(&places.clone().filter_map(first_bright).collect::<Vec<_>>());
        let mean = |at: usize, from: usize| {
            let near = at.saturating_sub(1)..(at + 2).min(along);
            let count = near.len() as f32;
            near.map(|at| f32::from(level(at, from))).sum::<f32>() / count
        };
        // Before a white background the sheet's edge is the first thin shadow.
        let first_shadow = |at: usize| {
            let start = bright.distance(at) as usize + SHADOW_REACH;
            let found = (start..depth / 5).find(|&from| {
                let before = mean(at, from - SHADOW_REACH).min(mean(at, from - SHADOW_REACH + 1));
                mean(at, from) + SHADOW <= before
            });
            found.map(|from| (at as f32, from as f32))
        };
        let shadows: Vec<(f32, f32)> = places.filter_map(first_shadow).collect();
        let shadow = Edge::through(&shadows);
        let near = |(at, from): &&(f32, f32)| {
            (shadow.start + shadow.slope * at - from).abs() <= SHADOW_REACH as f32
        };
        let is_line = shadows.iter().filter(near).count() * 5 >= EDGE_PLACES * 3;
        // A line exactly along the border may as well be a streak of the glass.
        if is_line && shadow.slope.abs() >= ASKEW { shadow } else { bright }
    }

    /// The line through most of some places.
    fn through(places: &[(f32, f32)]) -> Edge {
        let half = places.len() / 2;
        let slopes = places.iter().zip(&places[half..]).filter(|(a, b)| b.0 > a.0);
        let slope = middle(slopes.map(|(a, b)| (b.1 - a.1) / (b.0 - a.0)).collect());
        let start = middle(places.iter().map(|(at, from)| from - slope * at).collect());
        Edge { start, slope }
    }

    fn distance(&self, along: usize) -> f32 {
        (self.start + self.slope * along as f32).max(0.0)
    }

    fn at(&self, along: usize) -> f32 {
        self.distance(along) + MARGIN
    }
}

fn middle(mut values: Vec<f32>) -> f32 {
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}

/// The level of bare paper, part by part: light falls unevenly.
struct Shade {
    columns: usize,
    rows: usize,
    levels: Vec<f32>,
}

impl Shade {
    fn new(fine: &GrayPage, inside: &[bool]) -> Shade {
        let (width, height) = (fine.width() as usize, fine.height() as usize);
        let (columns, rows) = (width.div_ceil(PART), height.div_ceil(PART));
        let mut levels = Vec::with_capacity(columns * rows);
        let mut whole = [0_u32; 256];
        for part in 0..columns * rows {
            let (left, top) = (part % columns * PART, part / columns * PART);
            let mut counts = [0_u32; 256];
            for y in top..(top + PART).min(height) {
                for x in (left..(left + PART).min(width)).filter(|x| inside[y * width + x]) {
                    counts[usize::from(fine.pixels()[y * width + x])] += 1;
                }
            }
            whole.iter_mut().zip(&counts).for_each(|(sum, count)| *sum += count);
            let is_enough = counts.iter().sum::<u32>() > 400;
            levels.push(is_enough.then(|| f32::from(percentile(&counts, 0.7))));
        }
        let usual = f32::from(percentile(&whole, 0.7));
        let levels = levels.into_iter().map(|level| level.unwrap_or(usual)).collect();
        Shade { columns, rows, levels }
    }

    /// Between the middles of the parts, bilinear.
    fn at(&self, x: usize, y: usize) -> u8 {
        let place = |v: usize, count: usize| {
            let at = (v as f32 / PART as f32 - 0.5).clamp(0.0, (count - 1) as f32);
            let first = (at as usize).min(count.saturating_sub(2));
            (first, (first + 1).min(count - 1), at - first as f32)
        };
        let ((x0, x1, fx), (y0, y1, fy)) = (place(x, self.columns), place(y, self.rows));
        let level = |x: usize, y: usize| self.levels[y * self.columns + x];
        let upper = level(x0, y0) + fx * (level(x1, y0) - level(x0, y0));
        let lower = level(x0, y1) + fx * (level(x1, y1) - level(x0, y1));
        (upper + fy * (lower - upper)).round() as u8
    }
}
