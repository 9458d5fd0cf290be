//! The feeder, the lamp and the camera: from a sheet to a picture of it.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates and grey levels of a page that decode has bounded"
)]

use urna_core::recognition::GrayPage;

use crate::canvas::{Sheet, Spot};
use crate::paper::Fold;
use crate::random::Random;

/// How a sheet lies under the camera while it is fed.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// Dots per inch of the scan.
    pub dpi: f32,
    /// Beyond the paper's edges, on each side, in millimetres.
    pub border_mm: f32,
    /// Grey level of what is beyond them.
    pub background: u8,
    /// Turned clockwise, in degrees.
    pub turn_deg: f32,
    /// Quarter turns clockwise on top of that: 0 to 3.
    pub quarter_turns: u8,
    /// Moved right and down, in millimetres.
    pub shift_mm: Spot,
    /// Size of print on the paper: 1.0 is true.
    pub scale: f32,
    /// Length against width: 1.0 is true.
    pub stretch: f32,
    /// How far the paper wanders sideways and runs ahead on one side while it is fed, in millimetres.
    pub twist_mm: [f32; 4],
    /// How much smaller the far end looks, as a share, sideways and along: a camera held at a slant.
    pub perspective: Spot,
    /// Height of the waves of crumpled paper, in millimetres on the picture.
    pub crumple_mm: f32,
    /// Folds that draw the paper in.
    pub folds: Vec<Fold>,
}

impl Default for Feed {
    fn default() -> Self {
        Feed {
            dpi: 200.0,
            border_mm: 0.0,
            background: 255,
            turn_deg: 0.0,
            quarter_turns: 0,
            shift_mm: Spot::default(),
            scale: 1.0,
            stretch: 1.0,
            twist_mm: [0.0; 4],
            perspective: Spot::default(),
            crumple_mm: 0.0,
            folds: Vec::new(),
        }
    }
}

/// A vertical line of dirt on the glass: it stands still while the paper passes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Streak {
    /// Where, as a share of the width.
    pub at: f32,
    /// How wide, in millimetres.
    pub width_mm: f32,
    /// Its grey level: dark dirt, or light where it hides what is printed.
    pub level: u8,
    /// From where to where along the feed, as shares of the length.
    pub span: (f32, f32),
}

/// What lamp, lens and sensor add.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Optics {
    /// Standard deviation of the blur in millimetres.
    pub blur_mm: f32,
    /// Standard deviation of the noise in grey levels.
    pub noise: f32,
    /// Loss of light towards one side and one end, as shares.
    pub shade: Spot,
    /// Specks: how many, and the largest radius in millimetres.
    pub dust: (usize, f32),
    /// Lines along the feed.
    pub streaks: Vec<Streak>,
    /// Black and white only: everything below this level is black.
    pub one_bit: Option<u8>,
}

/// Feeds the sheet past the camera.
pub fn feed(sheet: &Sheet, feed: &Feed, random: &mut Random) -> GrayPage {
    let per_mm = feed.dpi / 25.4;
    let side = |mm: f32| ((mm + 2.0 * feed.border_mm) * per_mm).round().max(1.0) as u32;
    let (width, height) = (side(sheet.width_mm()), side(sheet.height_mm()));
    let map = Map::new(sheet, feed, random);
    let mut scan = GrayPage::filled(width, height, feed.background);
    // The map is smooth: it is worked out on a grid and interpolated between.
    let columns = width as usize / GRID + 2;
    let row_of_nodes = |grid_y: usize| -> Vec<Spot> {
        let y = (grid_y * GRID) as f32 + 0.5;
        (0..columns)
            .map(|grid_x| {
                let x = (grid_x * GRID) as f32 + 0.5;
                let from_middle = |v: f32, side: u32| (v - side as f32 / 2.0) / per_mm;
                map.sheet_from(Spot::new(from_middle(x, width), from_middle(y, height)))
            })
            .collect()
    };
    let (mut above, mut below) = (row_of_nodes(0), row_of_nodes(1));
    for (y, row) in scan.pixels_mut().chunks_exact_mut(width as usize).enumerate() {
        if y > 0 && y % GRID == 0 {
            above = below;
            below = row_of_nodes(y / GRID + 1);
        }
        let share = (y % GRID) as f32 / GRID as f32;
        let node = |at: usize| above[at].towards(below[at], share);
        for (at, part) in row.chunks_mut(GRID).enumerate() {
            sample_run(&sheet.page, node(at), node(at + 1), feed.background, part);
        }
    }
    match feed.quarter_turns % 4 {
        1 => scan.turned_90(),
        2 => scan.turned_180(),
        3 => scan.turned_180().turned_90(),
        _ => scan,
    }
}

const GRID: usize = 16;

/// Fills `part` with what lies on the sheet between two places [`GRID`] pixels apart, bilinear.
fn sample_run(page: &GrayPage, from: Spot, to: Spot, background: u8, part: &mut [u8]) {
    let (width, height) = (page.width() as i32, page.height() as i32);
    let fixed = |v: f32| (v * 65_536.0) as i64;
    let (mut x, mut y) = (fixed(from.x - 0.5), fixed(from.y - 0.5));
    let step = |a: f32, b: f32| fixed((b - a) / GRID as f32);
    let (step_x, step_y) = (step(from.x, to.x), step(from.y, to.y));
    let (stride, pixels) = (page.width() as usize, page.pixels());
    for pixel in part {
        let (px, py) = ((x >> 16) as i32, (y >> 16) as i32);
        let is_inside = px >= 0 && py >= 0 && px < width - 1 && py < height - 1;
        *pixel = if is_inside {
            let (fx, fy) = ((x >> 8) as u32 & 255, (y >> 8) as u32 & 255);
            let at = py as usize * stride + px as usize;
            let level = |index: usize| u32::from(pixels[index]);
            let upper = level(at) * (256 - fx) + level(at + 1) * fx;
            let lower = level(at + stride) * (256 - fx) + level(at + stride + 1) * fx;
            ((upper * (256 - fy) + lower * fy) >> 16) as u8
        } else {
            background
        };
        x += step_x;
        y += step_y;
    }
}

/// From millimetres around the middle of the scan to pixels of the sheet.
struct Map<'a> {
    feed: &'a Feed,
    density: f32,
    half: Spot,
    sin_cos: (f32, f32),
    /// Direction, phase and length of each wave of crumpled paper.
    waves: Vec<[f32; 4]>,
}

impl<'a> Map<'a> {
    fn new(sheet: &Sheet, feed: &'a Feed, random: &mut Random) -> Map<'a> {
        let half = Spot::new(sheet.width_mm() / 2.0, sheet.height_mm() / 2.0);
        let mut wave = || {
            let angle = random.unit() * std::f32::consts::TAU;
            let per_mm = std::f32::consts::TAU / random.between(35.0, 110.0);
            [angle.cos() * per_mm, angle.sin() * per_mm, random.unit() * 6.3, random.around(1.0)]
        };
        let waves = if feed.crumple_mm > 0.0 { (0..6).map(|_| wave()).collect() } else { vec![] };
        let sin_cos = feed.turn_deg.to_radians().sin_cos();
        Map { feed, density: sheet.density, half, sin_cos, waves }
    }

    fn sheet_from(&self, p: Spot) -> Spot {
        let feed = self.feed;
        let (x, y) = (p.x - feed.shift_mm.x, p.y - feed.shift_mm.y);
        let (sin, cos) = self.sin_cos;
        let (mut x, mut y) = (x * cos + y * sin, y * cos - x * sin);
        let slant = 1.0
            + feed.perspective.x * x / self.half.x.max(1.0)
            + feed.perspective.y * y / self.half.y.max(1.0);
        (x, y) = (x / slant.max(0.2) / feed.scale, y / slant.max(0.2) / feed.scale / feed.stretch);
        let (u, v) = (x / self.half.x.max(1.0), y / self.half.y.max(1.0));
        let [wander, sway, ahead, bow] = feed.twist_mm;
        x += wander * (v * v * v - v) * 2.6 + sway * (v * v - 0.5);
        y += ahead * u * v + bow * u * v * v;
        for &[dx, dy, phase, weight] in &self.waves {
            let rise = feed.crumple_mm / 3.0 * weight * (x * dx + y * dy + phase).sin();
            x += rise * dx.signum();
            y += rise * dy.signum();
        }
        for fold in &feed.folds {
            let (along, across, half) = if fold.is_across {
                (u, y + self.half.y, true)
            } else {
                (v, x + self.half.x, false)
            };
            if across > fold.at_mm + fold.tilt_mm * along {
                if half { y += fold.kink_mm } else { x += fold.kink_mm }
            }
        }
        Spot::new((x + self.half.x) * self.density, (y + self.half.y) * self.density)
    }
}

/// Lets the light, the lens, the dirt and the sensor do their part.
pub fn expose(scan: &mut GrayPage, optics: &Optics, dpi: f32, random: &mut Random) {
    let per_mm = dpi / 25.4;
    if optics.blur_mm > 0.0 {
        blur(scan, optics.blur_mm * per_mm);
    }
    let (specks, largest) = optics.dust;
    for _ in 0..specks {
        speck(scan, largest * per_mm * random.between(0.2, 1.0), random);
    }
    for streak in &optics.streaks {
        draw_streak(scan, streak, per_mm);
    }
    let (width, height) = (scan.width() as usize, scan.height() as f32);
    let fixed = |share: f32| ((1.0 - share) * 4096.0) as u32;
    let columns: Vec<u32> =
        (0..width).map(|x| fixed(optics.shade.x * x as f32 / width as f32)).collect();
    let noise = noise_table(optics.noise, random);
    let is_shaded = optics.shade != Spot::default();
    for (y, row) in scan.pixels_mut().chunks_exact_mut(width).enumerate() {
        if is_shaded {
            let end = fixed(optics.shade.y * y as f32 / height);
            for (level, side) in row.iter_mut().zip(&columns) {
                *level = ((u32::from(*level) * ((side * end) >> 12)) >> 12) as u8;
            }
        }
        if !noise.is_empty() {
            let start = random.below(noise.len() / 2);
            for (level, &grain) in row.iter_mut().zip(&noise[start..]) {
                *level = level.saturating_add_signed(grain);
            }
        }
        if let Some(limit) = optics.one_bit {
            row.iter_mut().for_each(|level| *level = if *level < limit { 0 } else { 255 });
        }
    }
}

/// Long enough that no row repeats another, of which each starts somewhere else.
fn noise_table(deviation: f32, random: &mut Random) -> Vec<i8> {
    if deviation <= 0.0 {
        return Vec::new();
    }
    // Two 16-bit numbers of one draw; the sum of four bytes of each is close to normal.
    let grain = |bits: u64| {
        let sum: u32 = bits.to_le_bytes().iter().map(|&byte| u32::from(byte)).sum();
        // Eight bytes: mean 1,020, deviation 209.
        ((sum as f32 - 1_020.0) / 209.0 * deviation).clamp(-127.0, 127.0) as i8
    };
    (0..NOISE).map(|_| grain(random.next_u64())).collect()
}

const NOISE: usize = 40_000;

fn speck(scan: &mut GrayPage, radius: f32, random: &mut Random) {
    let (width, height) = (scan.width() as i32, scan.height() as i32);
    let (cx, cy) = (random.unit() * width as f32, random.unit() * height as f32);
    let level = random.between(20.0, 110.0);
    let reach = radius.ceil() as i32 + 1;
    for y in (cy as i32 - reach).max(0)..=(cy as i32 + reach).min(height - 1) {
        for x in (cx as i32 - reach).max(0)..=(cx as i32 + reach).min(width - 1) {
            let distance = (x as f32 + 0.5 - cx).hypot(y as f32 + 0.5 - cy);
            let cover = (radius + 0.5 - distance).clamp(0.0, 1.0);
            let pixel = &mut scan.pixels_mut()[(y * width + x) as usize];
            *pixel = (*pixel).min((255.0 - cover * (255.0 - level)) as u8);
        }
    }
}

fn draw_streak(scan: &mut GrayPage, streak: &Streak, per_mm: f32) {
    let (width, height) = (scan.width() as usize, scan.height() as f32);
    let wide = ((streak.width_mm * per_mm).round() as usize).clamp(1, width);
    let left = ((streak.at * width as f32) as usize).min(width - wide);
    let rows = (streak.span.0 * height) as usize..(streak.span.1 * height) as usize;
    for (y, row) in scan.pixels_mut().chunks_exact_mut(width).enumerate() {
        if rows.contains(&y) {
            row[left..left + wide].fill(streak.level);
        }
    }
}

/// Gaussian blur as three box blurs in each direction (Wells, 1986); `sigma` in pixels.
fn blur(scan: &mut GrayPage, sigma: f32) {
    // Three boxes of 2r + 1 have a variance of r² + r.
    let radius = ((sigma * sigma + 0.25).sqrt() - 0.5).round().max(0.0) as usize;
    if radius == 0 {
        soften(scan, sigma);
        return;
    }
    let (width, height) = (scan.width() as usize, scan.height() as usize);
    let mut line = vec![0_u8; width.max(height)];
    for _ in 0..3 {
        for row in scan.pixels_mut().chunks_exact_mut(width) {
            line[..width].copy_from_slice(row);
            box_blur(&line[..width], row.iter_mut(), radius);
        }
        for x in 0..width {
            let pixels = scan.pixels_mut();
            for (y, level) in line[..height].iter_mut().enumerate() {
                *level = pixels[y * width + x];
            }
            let column = pixels[x..].iter_mut().step_by(width);
            box_blur(&line[..height], column, radius);
        }
    }
}

fn box_blur<'a>(line: &[u8], out: impl Iterator<Item = &'a mut u8>, radius: usize) {
    let last = line.len() - 1;
    let at = |index: isize| u32::from(line[(index.max(0) as usize).min(last)]);
    let reach = radius as isize;
    let mut sum: u32 = (-reach..=reach).map(at).sum();
    let count = 2 * radius as u32 + 1;
    for (index, level) in (0_isize..).zip(out) {
        *level = (sum / count) as u8;
        sum = sum + at(index + reach + 1) - at(index - reach);
    }
}

/// Less blur than the smallest box gives: each pixel with a share of its four neighbours.
fn soften(scan: &mut GrayPage, sigma: f32) {
    let share = ((sigma * sigma / 2.0).min(0.2) * 256.0) as u32;
    let (width, height) = (scan.width() as usize, scan.height() as usize);
    if width < 3 || height < 3 {
        return;
    }
    let source = scan.clone();
    let level = |index: usize| u32::from(source.pixels()[index]);
    for y in 1..height - 1 {
        for x in 1..width - 1 {
            let at = y * width + x;
            let around = level(at - 1) + level(at + 1) + level(at - width) + level(at + width);
            let own = level(at) * (256 - 4 * share);
            scan.pixels_mut()[at] = ((own + around * share) >> 8) as u8;
        }
    }
}
