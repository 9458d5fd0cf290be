//! Finder patterns: dark and light as 1 : 1 : 3 : 1 : 1, across and down.
#![allow(clippy::cast_precision_loss, reason = "pixel coordinates of a picture")]
#![allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "they are not below 0")]

use super::ink::Ink;
use super::map::Point;

/// Patterns of one picture that are kept: those of 20 codes and some that are none.
pub(super) const MAX_PATTERNS: usize = 64;
/// Places noted while looking; more are noise.
const MAX_NOTED: usize = 400;
/// Places looked at closely, at most.
const MAX_LOOKS: usize = 200_000;
/// Fewest pixels across a finder pattern: 1.5 to a module.
const MIN_PATTERN: usize = 10;

/// A finder pattern.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pattern {
    pub at: Point,
    /// Side of a module in pixels, as rows and columns cut it: up to 1.4 times its length.
    pub module: f64,
    /// Rows that it was seen in.
    seen: f64,
}

/// The finder patterns of a picture, those that were seen in most rows.
pub(super) fn patterns_in(ink: &Ink) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let mut looks = 0;
    for y in 0..ink.height {
        let mut runs = [0_usize; 5];
        let (mut was_dark, mut end) = (false, 0);
        // One light pixel more, so that a run at the edge ends too.
        for is_dark in ink.row(y).chain([false]) {
            if is_dark != was_dark {
                // The runs alternate, so that the last of five is dark whenever the first is.
                if was_dark && module_of(runs).is_some() && looks < MAX_LOOKS {
                    looks += 1;
                    let middle = end - (runs[4] + runs[3]) - runs[2].div_ceil(2);
                    let found = pattern(ink, middle, y);
                    found.into_iter().for_each(|found| note(&mut patterns, found));
                }
                runs.rotate_left(1);
                runs[4] = 0;
                was_dark = is_dark;
            }
            runs[4] += 1;
            end += 1;
        }
    }
    patterns.sort_by(|a, b| (b.seen / b.module).total_cmp(&(a.seen / a.module)));
    patterns.truncate(MAX_PATTERNS);
    patterns
}

/// The pattern through a place in its middle square.
fn pattern(ink: &Ink, x: usize, y: usize) -> Option<Pattern> {
    let down = cut(y, ink.height, |y| ink.is_dark(x, y))?;
    let across = cut(x, ink.width, |x| ink.is_dark(x, down.0 as usize))?;
    let is_square = across.1 < 1.7 * down.1 && down.1 < 1.7 * across.1;
    let at = Point { x: across.0, y: down.0 };
    is_square.then_some(Pattern { at, module: (across.1 + down.1) / 2.0, seen: 1.0 })
}

/// Middle and module of the pattern along a line of pixels.
fn cut(from: usize, end: usize, is_dark: impl Fn(usize) -> bool) -> Option<(f64, f64)> {
    if from >= end || !is_dark(from) {
        return None;
    }
    let before = three_runs((0..=from).rev().map(&is_dark));
    let after = three_runs((from..end).map(&is_dark));
    // The starting pixel is in both.
    let inner = before[0] + after[0] - 1;
    let module = module_of([before[2], before[1], inner, after[1], after[2]])?;
    let start = (from + 1 - before[0]) as f64;
    Some((start + inner as f64 / 2.0, module))
}

/// Lengths of the first three runs, the first one dark.
fn three_runs(pixels: impl Iterator<Item = bool>) -> [usize; 3] {
    let mut runs = [0; 3];
    let mut at = 0;
    for is_dark in pixels {
        at += usize::from(is_dark != (at % 2 == 0));
        match runs.get_mut(at) {
            Some(run) => *run += 1,
            None => break,
        }
    }
    runs
}

/// The module's side if dark and light runs are as 1 : 1 : 3 : 1 : 1, with more than half a module of print
/// that spread or of a pixel that was cut.
fn module_of(runs: [usize; 5]) -> Option<f64> {
    let total: usize = runs.iter().sum();
    if total < MIN_PATTERN || runs.contains(&0) {
        return None;
    }
    let module = total as f64 / 7.0;
    let fits = |run: usize, count: f64| (run as f64 - count * module).abs() <= 0.6 * count * module;
    let [a, b, c, d, e] = runs;
    let is_pattern = [a, b, d, e].into_iter().all(|run| fits(run, 1.0)) && fits(c, 3.0);
    is_pattern.then_some(module)
}

/// Adds a pattern, or what it says to one that was seen before.
fn note(patterns: &mut Vec<Pattern>, found: Pattern) {
    let is_same = |known: &&mut Pattern| {
        known.at.to(found.at).length() < 2.0 * known.module.max(found.module)
    };
    let is_full = patterns.len() >= MAX_NOTED;
    match patterns.iter_mut().find(is_same) {
        Some(known) => {
            let seen = known.seen + 1.0;
            let mean = |a: f64, b: f64| (a * known.seen + b) / seen;
            let at = Point { x: mean(known.at.x, found.at.x), y: mean(known.at.y, found.at.y) };
            *known = Pattern { at, module: mean(known.module, found.module), seen };
        }
        None if is_full => {}
        None => patterns.push(found),
    }
}
