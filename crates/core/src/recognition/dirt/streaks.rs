//! Streaks: columns or rows that are darker than those beside them over a long way.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a sheet of at most 0.5 × 1.4 m"
)]

use super::sheet::{Sheet, um};
use super::{Streak, StreakCourse};

/// Height of the bands over which a column's darkness is averaged, in pixels (10 mm).
const BAND: usize = 60;
/// Bands that a streak goes through, at least (30 mm).
const MIN_BANDS: usize = 3;
/// Rows of a band that are on the sheet, at least.
const MIN_ROWS: u32 = 20;
/// Columns beside a column that it is compared with, to either side, in pixels (8 mm): the widest streak
/// that is seen is half of both together.
const BESIDE: usize = 48;
/// A column this much darker than those beside it is dark, in grey levels: the mean of a band's noise
/// stays below 3.
const FAINT: f32 = 8.0;
/// A streak of the glass is exactly straight: from end to end its middle moves by this many pixels at
/// most, and by this share of its length (0.1°). A fold and the edge of a sheet that lies askew do more.
const WANDER: f32 = 1.5;
const WANDER_SHARE: f32 = 0.002;
/// Columns to either side that its middle is taken from, in pixels.
const WANDER_REACH: usize = 9;
/// And it has no gaps: of its parts of 1 mm so many are half as dark as the whole, in percent. A line of
/// type is dark in half of them.
const GAP: usize = 6;
const WHOLE_PERCENT: usize = 75;
/// Paper that differs by this much to the left and to the right is two papers, in grey levels: the edge
/// of a sheet on a white background.
const STEP: f32 = 5.0;

/// A streak and the pixels that it takes.
pub(super) struct Found {
    pub streak: Streak,
    /// First and last column (for one across: row), and first and last row (column).
    pub across: (usize, usize),
    pub along: (usize, usize),
}

/// All streaks, the darkest first.
pub(super) fn find(sheet: &Sheet) -> Vec<Found> {
    let mut found = of_columns(sheet, StreakCourse::Down);
    found.extend(of_columns(&sheet.transposed(), StreakCourse::Across));
    found.sort_by_key(|found| std::cmp::Reverse(found.streak.darkness));
    found
}

fn of_columns(sheet: &Sheet, course: StreakCourse) -> Vec<Found> {
    let bands: Vec<Vec<f32>> =
        (0..sheet.height.div_ceil(BAND)).map(|band| excess(sheet, band * BAND)).collect();
    let runs: Vec<Option<Run>> = (0..sheet.width).map(|x| Run::longest(&bands, x)).collect();
    let mut found = Vec::new();
    let mut x = 0;
    while x < sheet.width {
        let Some(mut run) = runs[x] else {
            x += 1;
            continue;
        };
        let first = x;
        while let Some(next) = runs.get(x + 1).copied().flatten().filter(|next| next.meets(&run)) {
            run = Run { first: run.first.min(next.first), last: run.last.max(next.last) };
            x += 1;
        }
        found.extend(judged(sheet, &bands, (first, x), run, course));
        x += 1;
    }
    found
}

/// A streak of these columns; `None` for a fold or an edge.
fn judged(
    sheet: &Sheet,
    bands: &[Vec<f32>],
    across: (usize, usize),
    run: Run,
    course: StreakCourse,
) -> Option<Found> {
    let middle_in = |band: &Vec<f32>| {
        let weight = |x: usize| band[x].max(0.0);
        let last = (across.1 + WANDER_REACH).min(sheet.width - 1);
        let columns = across.0.saturating_sub(WANDER_REACH)..=last;
        let total: f32 = columns.clone().map(weight).sum();
        columns.map(|x| x as f32 * weight(x)).sum::<f32>() / total.max(1e-3)
    };
    let wander = middle_in(&bands[run.last]) - middle_in(&bands[run.first]);
    let along = (run.first * BAND, ((run.last + 1) * BAND).min(sheet.height) - 1);
    let most = WANDER + WANDER_SHARE * (along.1 - along.0) as f32;
    if wander.abs() > most || is_edge(sheet, across, along) {
        return None;
    }
    let of_column = |x: usize| {
        let dark = bands[run.first..=run.last].iter().map(|band| band[x].max(0.0));
        dark.sum::<f32>() / (run.last - run.first + 1) as f32
    };
    let darkest = (across.0..=across.1).map(of_column).fold(0.0, f32::max);
    let core = (across.0..=across.1).filter(|&x| of_column(x) * 2.0 >= darkest).collect::<Vec<_>>();
    if !is_whole(sheet, &core, along, darkest / 2.0) {
        return None;
    }
    let streak = Streak {
        course,
        at_um: um((across.0 + across.1 + 1) as f32 / 2.0),
        width_um: um((across.1 - across.0 + 1) as f32),
        from_um: um(along.0 as f32),
        to_um: um((along.1 + 1) as f32),
        darkness: darkest.min(255.0) as u8,
    };
    Some(Found { streak, across, along })
}

/// Whether nearly all parts of some columns are at least so dark.
fn is_whole(sheet: &Sheet, columns: &[usize], along: (usize, usize), least: f32) -> bool {
    let (mut parts, mut dark) = (0_usize, 0_usize);
    for top in (along.0..=along.1).step_by(GAP) {
        let (mut sum, mut count) = (0_u32, 0_u32);
        for y in top..(top + GAP).min(along.1 + 1) {
            for at in columns.iter().map(|x| y * sheet.width + x).filter(|&at| sheet.inside[at]) {
                sum += u32::from(sheet.darkness[at]);
                count += 1;
            }
        }
        if count > 0 {
            parts += 1;
            dark += usize::from(sum as f32 >= least * count as f32);
        }
    }
    dark * 100 >= parts * WHOLE_PERCENT
}

/// How much darker each column of a band is than those beside it.
fn excess(sheet: &Sheet, top: usize) -> Vec<f32> {
    let bottom = (top + BAND).min(sheet.height);
    let mut sums = vec![(0_u32, 0_u32); sheet.width];
    for y in top..bottom {
        let row = y * sheet.width..(y + 1) * sheet.width;
        let places = sheet.darkness[row.clone()].iter().zip(&sheet.inside[row]);
        for ((sum, count), (&dark, &inside)) in sums.iter_mut().zip(places) {
            *sum += u32::from(dark);
            *count += u32::from(inside);
        }
    }
    let mean = |&(sum, count): &(u32, u32)| {
        if count < MIN_ROWS { 0.0 } else { sum as f32 / count as f32 }
    };
    let means: Vec<f32> = sums.iter().map(mean).collect();
    (0..sheet.width)
        .map(|x| {
            let beside = x.saturating_sub(BESIDE)..(x + BESIDE + 1).min(sheet.width);
            let mut beside: Vec<f32> = means[beside].iter().step_by(3).copied().collect();
            let half = beside.len() / 2;
            let (_, usual, _) = beside.select_nth_unstable_by(half, f32::total_cmp);
            means[x] - *usual
        })
        .collect()
}

/// Consecutive bands in which a column is dark.
#[derive(Clone, Copy)]
struct Run {
    first: usize,
    last: usize,
}

impl Run {
    fn longest(bands: &[Vec<f32>], x: usize) -> Option<Run> {
        let mut best: Option<Run> = None;
        let mut start = 0;
        for band in 0..=bands.len() {
            if bands.get(band).is_some_and(|band| band[x] >= FAINT) {
                continue;
            }
            let length = |run: &Run| run.last - run.first + 1;
            if band - start >= MIN_BANDS && best.as_ref().is_none_or(|b| length(b) < band - start) {
                best = Some(Run { first: start, last: band - 1 });
            }
            start = band + 1;
        }
        best
    }

    fn meets(&self, other: &Run) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

/// Whether what lies to the left is another paper than what lies to the right.
fn is_edge(sheet: &Sheet, across: (usize, usize), along: (usize, usize)) -> bool {
    let mean = |columns: std::ops::Range<usize>| {
        let (mut sum, mut count) = (0_u64, 0_u64);
        for y in (along.0..=along.1).step_by(2) {
            for x in columns.clone().filter(|x| sheet.inside[y * sheet.width + x]) {
                sum += u64::from(sheet.levels[y * sheet.width + x]);
                count += 1;
            }
        }
        (count > 0).then(|| sum as f32 / count as f32)
    };
    // 0.5 to 2.5 mm beside it.
    let left = mean(across.0.saturating_sub(15)..across.0.saturating_sub(3));
    let right = mean((across.1 + 4).min(sheet.width)..(across.1 + 16).min(sheet.width));
    matches!((left, right), (Some(left), Some(right)) if (left - right).abs() >= STEP)
}
