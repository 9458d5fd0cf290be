//! QR codes in a part of a page: their finder patterns by the runs of a few rows, then the modules.
//!
//! A reader of its own, since what a voter prints must not be able to stop the vault: `rqrr` finds codes
//! too and panics on some pictures. Only its error correction is used, on a square of bits.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a page"
)]

use rqrr::{Grid, SimpleGrid};

use super::gray::{Area, GrayPage, percentile};
use super::transform::{Affine, Point};

/// Versions that are read, by their modules along a side: 1 to 10. A page's name is not longer.
const FIRST_MODULES: usize = 21;
const LAST_MODULES: usize = 57;
/// Patterns on one page; with more of them it is a picture, not a ballot.
const MAX_PATTERNS: usize = 48;
/// Squares of bits that are tried to be decoded, at most: each costs a tenth of a millisecond or so.
const MAX_TRIES: usize = 12;
/// Codes of one page that are read, at most.
const MAX_CODES: usize = 4;
/// Fewest pixels across a finder pattern: 1.5 to a module.
const MIN_PATTERN: u32 = 11;
/// Less than this between dark and light is no print, in grey levels.
const MIN_CONTRAST: u8 = 40;

/// A code that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct FoundCode {
    /// What it says.
    pub bytes: Vec<u8>,
    /// Its middle, in pixels.
    pub middle: Point,
    /// Half its side, in pixels.
    pub half: f32,
    /// Side of a module, in pixels.
    pub module: f32,
}

/// The codes that can be read within `area`, looking at every `step`-th row.
pub(super) fn codes_in(page: &GrayPage, area: Area, step: u32) -> Vec<FoundCode> {
    let Some(part) = Part::of(page, area) else {
        return Vec::new();
    };
    let patterns = part.patterns(step.max(1) as usize);
    let mut codes: Vec<FoundCode> = Vec::new();
    let mut tries = 0;
    for corner in corners(&patterns) {
        for modules in corner.sizes() {
            if tries == MAX_TRIES || codes.len() == MAX_CODES {
                return codes;
            }
            let known = |code: &FoundCode| {
                code.middle.distance_squared(corner.middle()) < code.half * code.half
            };
            if codes.iter().any(known) {
                break;
            }
            tries += 1;
            let bytes = corner.map(modules).and_then(|map| part.decoded(&map, modules));
            codes.extend(bytes.map(|bytes| corner.found(bytes, modules)));
        }
    }
    codes
}

/// A finder pattern: its middle and the side of its modules, in pixels.
#[derive(Clone, Copy)]
struct Pattern {
    at: Point,
    module: f32,
    /// Rows that it was seen in.
    seen: u16,
}

/// Part of a page in black and white.
struct Part<'a> {
    page: &'a GrayPage,
    left: usize,
    top: usize,
    right: usize,
    bottom: usize,
    /// Darker than this is print.
    limit: u8,
}

impl<'a> Part<'a> {
    fn of(page: &'a GrayPage, area: Area) -> Option<Part<'a>> {
        let within = |v: f32, side: u32| (v.max(0.0) as usize).min(side as usize);
        let (left, right) = (within(area.x0, page.width()), within(area.x1, page.width()));
        let (top, bottom) = (within(area.y0, page.height()), within(area.y1, page.height()));
        if right < left + 2 || bottom < top + 2 {
            return None;
        }
        let levels = page.histogram(area, 3);
        let (dark, paper) = (percentile(&levels, 0.02), percentile(&levels, 0.7));
        let contrast = paper.saturating_sub(dark);
        let limit = dark + contrast / 2;
        (contrast >= MIN_CONTRAST).then_some(Part { page, left, top, right, bottom, limit })
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.page.row(y as u32).get(x).is_some_and(|&level| level < self.limit)
    }

    /// Finder patterns: seen across in one of the rows, and down through the same middle.
    fn patterns(&self, step: usize) -> Vec<Pattern> {
        let mut patterns: Vec<Pattern> = Vec::new();
        for y in (self.top..self.bottom).step_by(step) {
            let row = &self.page.row(y as u32)[self.left..self.right];
            let mut runs = [0_u32; 5];
            let mut start = 0;
            // The runs alternate, so that the last of five is dark whenever the first is.
            for run in row.chunk_by(|&a, &b| (a < self.limit) == (b < self.limit)) {
                runs.rotate_left(1);
                runs[4] = run.len() as u32;
                start += run.len();
                let is_dark = run.first().is_some_and(|&level| level < self.limit);
                if is_dark && module_of(runs).is_some() {
                    let middle = start - (runs[4] + runs[3]) as usize - runs[2] as usize / 2;
                    let found = self.pattern(self.left + middle.saturating_sub(1), y);
                    found.into_iter().for_each(|found| note(&mut patterns, found));
                }
            }
            if patterns.len() > MAX_PATTERNS {
                return Vec::new();
            }
        }
        patterns
    }

    /// The pattern through a place in its middle square.
    fn pattern(&self, x: usize, y: usize) -> Option<Pattern> {
        let down = self.across(x, y, Direction::Down)?;
        let across = self.across(x, down.0.round() as usize, Direction::Right)?;
        let (wide, high) = (across.1, down.1);
        let is_square = wide < 1.5 * high && high < 1.5 * wide;
        let at = Point { x: across.0 + 0.5, y: down.0 + 0.5 };
        is_square.then_some(Pattern { at, module: (wide + high) / 2.0, seen: 1 })
    }

    /// Middle and module of the pattern along a line through (`x`, `y`), as pixel positions.
    fn across(&self, x: usize, y: usize, direction: Direction) -> Option<(f32, f32)> {
        let (from, first, last) = match direction {
            Direction::Right => (x, self.left, self.right),
            Direction::Down => (y, self.top, self.bottom),
        };
        let is_dark = |at: usize| match direction {
            Direction::Right => self.is_dark(at, y),
            Direction::Down => self.is_dark(x, at),
        };
        if !(first..last).contains(&from) || !is_dark(from) {
            return None;
        }
        let before = three_runs((first..=from).rev().map(is_dark));
        let after = three_runs((from..last).map(is_dark));
        // The starting pixel is in both.
        let inner = before[0] + after[0] - 1;
        let runs = [before[2], before[1], inner, after[1], after[2]];
        let module = module_of(runs)?;
        let start = from as f32 - (before[0] - 1) as f32;
        Some((start + (inner - 1) as f32 / 2.0, module))
    }

    /// What a code says whose modules `map` takes to pixels.
    fn decoded(&self, map: &Affine, modules: usize) -> Option<Vec<u8>> {
        let grid = SimpleGrid::from_func(modules, |x, y| {
            let (x, y) = (x as f32 + 0.5, y as f32 + 0.5);
            let around = [(0.0, 0.0), (0.2, 0.2), (-0.2, 0.2), (0.2, -0.2), (-0.2, -0.2)];
            let level = |(dx, dy): (f32, f32)| {
                let at = map.apply(Point { x: x + dx, y: y + dy });
                self.page.sample(at.x, at.y)
            };
            around.into_iter().map(level).sum::<f32>() < 5.0 * f32::from(self.limit)
        });
        let mut bytes = Vec::new();
        Grid::new(grid).decode_to(&mut bytes).ok()?;
        (!bytes.is_empty()).then_some(bytes)
    }
}

#[derive(Clone, Copy)]
enum Direction {
    Right,
    Down,
}

/// Lengths of the first three runs, the first one dark.
fn three_runs(pixels: impl Iterator<Item = bool>) -> [u32; 3] {
    let mut runs = [0_u32; 3];
    let mut at = 0;
    for is_dark in pixels {
        if is_dark != (at % 2 == 0) {
            at += 1;
        }
        match runs.get_mut(at) {
            Some(run) => *run = run.wrapping_add(1),
            None => break,
        }
    }
    runs
}

/// The module's side if dark and light runs are as 1 : 1 : 3 : 1 : 1, with half a module of print that
/// spread or of a pixel that was cut.
fn module_of(runs: [u32; 5]) -> Option<f32> {
    let total = runs.iter().fold(0_u32, |sum, &run| sum.saturating_add(run));
    if total < MIN_PATTERN || runs.contains(&0) {
        return None;
    }
    let module = total as f32 / 7.0;
    let fits = |run: u32, count: f32| (run as f32 - count * module).abs() <= count * module / 2.0;
    let [a, b, c, d, e] = runs;
    let is_pattern = [a, b, d, e].into_iter().all(|run| fits(run, 1.0)) && fits(c, 3.0);
    is_pattern.then_some(module)
}

/// Adds a pattern, or what it says to one that was seen before.
fn note(patterns: &mut Vec<Pattern>, found: Pattern) {
    let is_same = |known: &&mut Pattern| {
        known.at.distance_squared(found.at) < (2.0 * known.module) * (2.0 * known.module)
    };
    match patterns.iter_mut().find(is_same) {
        Some(known) => {
            let (old, new) = (f32::from(known.seen), f32::from(known.seen.saturating_add(1)));
            let mean = |a: f32, b: f32| (a * old + b) / new;
            let at = Point { x: mean(known.at.x, found.at.x), y: mean(known.at.y, found.at.y) };
            let module = mean(known.module, found.module);
            *known = Pattern { at, module, seen: known.seen.saturating_add(1) };
        }
        None => patterns.push(found),
    }
}

/// Three patterns that could be those of one code.
struct Corner {
    corner: Point,
    right: Point,
    below: Point,
    module: f32,
    /// How far from a square, 0 for one.
    skew: f32,
}

/// Every three patterns that lie like the corners of a square, the best first.
fn corners(patterns: &[Pattern]) -> Vec<Corner> {
    let mut found = Vec::new();
    for a in patterns {
        for b in patterns {
            found.extend(patterns.iter().filter_map(|c| Corner::of(a, b, c)));
        }
    }
    found.sort_by(|a, b| a.skew.total_cmp(&b.skew));
    found
}

impl Corner {
    fn of(a: &Pattern, b: &Pattern, c: &Pattern) -> Option<Corner> {
        let module = (a.module + b.module + c.module) / 3.0;
        let alike = |m: f32| (0.6..1.6).contains(&(m / module));
        if ![a, b, c].iter().all(|pattern| alike(pattern.module)) {
            return None;
        }
        let (right, down) = (a.at.to(b.at), a.at.to(c.at));
        let (wide, high) = (right.x.hypot(right.y), down.x.hypot(down.y));
        // A right turn, so that each three are taken once.
        let turn = right.x * down.y - right.y * down.x;
        let least = (FIRST_MODULES - 8) as f32 * module;
        if wide < least || high < least || turn < 0.9 * wide * high {
            return None;
        }
        let skew = (wide / high - 1.0).abs() + (1.0 - turn / (wide * high));
        (skew < 0.25).then_some(Corner { corner: a.at, right: b.at, below: c.at, module, skew })
    }

    /// The modules along a side that are likely, the likeliest first.
    fn sizes(&self) -> impl Iterator<Item = usize> {
        let (right, down) = (self.corner.to(self.right), self.corner.to(self.below));
        let side = (right.x.hypot(right.y) + down.x.hypot(down.y)) / 2.0;
        let modules = side / self.module + 7.0;
        let version = ((modules - 17.0) / 4.0).round().max(1.0) as usize;
        let sizes = [version, version + 1, version.saturating_sub(1)].map(|v| 17 + 4 * v);
        sizes.into_iter().filter(|size| (FIRST_MODULES..=LAST_MODULES).contains(size))
    }

    fn middle(&self) -> Point {
        Point { x: (self.right.x + self.below.x) / 2.0, y: (self.right.y + self.below.y) / 2.0 }
    }

    /// From modules to pixels: the patterns' middles are three and a half modules from the edges.
    fn map(&self, modules: usize) -> Option<Affine> {
        let between = (modules - 7) as f32;
        let (right, down) = (self.corner.to(self.right), self.corner.to(self.below));
        let (x, y) = ([right.x / between, down.x / between], [right.y / between, down.y / between]);
        let start = |step: [f32; 2], at: f32| at - 3.5 * (step[0] + step[1]);
        Some(Affine {
            x: [x[0], x[1], start(x, self.corner.x)],
            y: [y[0], y[1], start(y, self.corner.y)],
        })
    }

    fn found(&self, bytes: Vec<u8>, modules: usize) -> FoundCode {
        let (right, down) = (self.corner.to(self.right), self.corner.to(self.below));
        let between = (right.x.hypot(right.y) + down.x.hypot(down.y)) / 2.0;
        let module = between / (modules - 7) as f32;
        FoundCode { bytes, middle: self.middle(), half: module * modules as f32 / 2.0, module }
    }
}

impl Point {
    fn to(self, other: Point) -> Point {
        Point { x: other.x - self.x, y: other.y - self.y }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
mod tests {
    use fast_qr::{ECL, QRBuilder};
    use rqrr::{Grid, SimpleGrid};

    use super::super::feature::Sequence;
    use super::{FIRST_MODULES, LAST_MODULES, codes_in};
    use crate::recognition::GrayPage;
    use crate::recognition::gray::Area;

    const SIDE: u32 = 300;
    const WHOLE: Area = Area { x0: 0.0, y0: 0.0, x1: SIDE as f32, y1: SIDE as f32 };
    const TEXT: &str = "URNA-P1:0123456789:ABCDEF0123:1";

    /// A code turned by an angle, its modules `module` pixels wide, with noise.
    fn drawn(text: &str, module: f32, degrees: f32, noise: u64) -> GrayPage {
        let code = QRBuilder::new(text).ecl(ECL::H).build().unwrap();
        let (sin, cos) = degrees.to_radians().sin_cos();
        let middle = SIDE as f32 / 2.0;
        let half = code.size as f32 / 2.0;
        let is_dark = |x: f32, y: f32| {
            let (x, y) = ((x - middle) / module, (y - middle) / module);
            let (x, y) = (cos * x + sin * y + half, cos * y - sin * x + half);
            let inside = |v: f32| v >= 0.0 && (v as usize) < code.size;
            inside(x) && inside(y) && code[y as usize][x as usize].value()
        };
        let mut random = Sequence(7);
        let mut level = |x: u32, y: u32| {
            // Four samples a pixel: the edges are grey.
            let quarters = [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)];
            let dark = quarters.iter().filter(|(dx, dy)| is_dark(x as f32 + dx, y as f32 + dy));
            let level = 230 - 50 * dark.count() as u64 + random.below(noise + 1);
            level.min(255) as u8
        };
        let pixels = (0..SIDE * SIDE).map(|at| level(at % SIDE, at / SIDE));
        GrayPage::new(SIDE, SIDE, pixels.collect()).unwrap()
    }

    #[test]
    fn a_code_is_read_at_any_size_and_angle_of_a_scan() {
        for module in [2.5, 3.0, 3.9, 5.9, 8.0] {
            for turn in [0.0, 90.0, 180.0, 270.0] {
                for skew in [-3.0, -1.3, 0.0, 0.7, 3.0] {
                    let page = drawn(TEXT, module, turn + skew, 25);
                    let codes = codes_in(&page, WHOLE, 1);
                    let found: Vec<&[u8]> = codes.iter().map(|code| &code.bytes[..]).collect();
                    assert_eq!(found, [TEXT.as_bytes()], "{module} px, {turn}° {skew}°");
                    let middle = codes[0].middle;
                    assert!((middle.x - 150.0).abs() < module && (middle.y - 150.0).abs() < module);
                    assert!((codes[0].module / module - 1.0).abs() < 0.05, "{}", codes[0].module);
                }
            }
        }
    }

    #[test]
    fn half_a_code_is_none() {
        let page = drawn(TEXT, 4.0, 1.0, 10);
        for x1 in [0.0, 1.0, 150.0, 190.0] {
            assert_eq!(codes_in(&page, Area { x1, ..WHOLE }, 1), []);
        }
        for area in [(-50.0, -90.0), (f32::NAN, f32::NAN), (400.0, 500.0)] {
            let beside = Area { x0: area.0, y0: area.0, x1: area.1, y1: area.1 };
            assert_eq!(codes_in(&page, beside, 1), []);
        }
    }

    /// The decoder under it takes any bits: a page can carry whatever somebody printed.
    #[test]
    fn no_bits_stop_the_decoder() {
        let mut random = Sequence(1);
        for case in 0..4_000_u64 {
            let versions = (LAST_MODULES - FIRST_MODULES) / 4 + 1;
            let size = FIRST_MODULES + 4 * (case as usize % versions);
            let share = 1 + random.below(9);
            let bits: Vec<bool> = (0..size * size).map(|_| random.below(10) < share).collect();
            let grid = SimpleGrid::from_func(size, |x, y| bits[y * size + x]);
            let mut bytes = Vec::new();
            let _ = Grid::new(grid).decode_to(&mut bytes);
            // Version 10 at level L holds 652 digits.
            assert!(bytes.len() <= 652);
        }
        // Sound codes with a few bits turned, so that all parts behind the correction are reached.
        for case in 0..400_u64 {
            let text: String =
                (0..random.below(60)).map(|_| random.below(10).to_string()).collect();
            let code = QRBuilder::new(format!("{text}{}", "q".repeat(case as usize % 3)));
            let code = { code }.ecl(ECL::L).build().unwrap();
            let mut flips: Vec<usize> = Vec::new();
            for _ in 0..case % 40 {
                flips.push(random.below((code.size * code.size) as u64) as usize);
            }
            let grid = SimpleGrid::from_func(code.size, |x, y| {
                code[y][x].value() != flips.contains(&(y * code.size + x))
            });
            let _ = Grid::new(grid).decode_to(Vec::new());
        }
    }
}
