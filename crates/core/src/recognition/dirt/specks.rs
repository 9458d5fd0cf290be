//! Specks: small dark spots; and whether what is dark on the sheet is print rather than dirt.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a sheet of at most 0.5 × 1.4 m"
)]

use super::sheet::{Sheet, um};
use super::streaks::Found;
use super::{Speck, StreakCourse};

/// Pixels this much darker than the paper are of a speck, in grey levels.
const DARK: u8 = 40;
/// Fewer pixels are noise (0.1 mm²).
const MIN_PIXELS: usize = 4;
/// Pixels beside a streak that belong to it.
const BESIDE_STREAK: usize = 3;
/// What is longer than this is no speck, in pixels (15 mm).
const LONG: usize = 90;
/// A long spot is a line if it is this many times longer than its mean width. A sheet may have a fold or
/// two, and four edges on a white background; more lines are a table or ruled paper.
const LINE_SLENDER: usize = 20;
const MOST_LINES: usize = 8;
/// Streaks along the paper are the glass's however many there are, up to this; across it they are folds,
/// and more are ruled lines. Several both ways are a frame or a table.
const MOST_DOWN: usize = 30;
const MOST_ACROSS: usize = 4;
/// More specks than this are print: glass so dirty would not pass for clean anyhow.
const MOST_SPECKS: usize = 80;
/// Spots this large may be letters, in pixels (0.8 mm); so many in a row, this near to each other and
/// this little out of line (6 and 1.5 mm), are a line of them.
const LETTER: usize = 5;
const LETTERS: usize = 6;
const NEAR: f32 = 36.0;
const OUT_OF_LINE: f32 = 9.0;

/// All specks, the largest first; `None` if there is print or writing on the sheet.
pub(super) fn find(sheet: &Sheet, streaks: &[Found]) -> Option<Vec<Speck>> {
    let across = streaks.iter().filter(|f| f.streak.course == StreakCourse::Across).count();
    let down = streaks.len() - across;
    if down > MOST_DOWN || across > MOST_ACROSS || (down > 1 && across > 1) {
        return None;
    }
    let mut dark: Vec<bool> = sheet.darkness.iter().map(|&dark| dark >= DARK).collect();
    for found in streaks {
        clear(&mut dark, sheet, found);
    }
    let mut spots = Vec::new();
    let mut lines = 0;
    for start in 0..dark.len() {
        if !dark[start] {
            continue;
        }
        let spot = Spot::taken(&mut dark, sheet, start);
        // What goes on beyond the margin is the shadow of the sheet's edge.
        if spot.mass < MIN_PIXELS || spot.is_at_margin {
            continue;
        }
        if spot.width().max(spot.height()) <= LONG {
            spots.push(spot);
        } else if spot.is_line() {
            lines += 1;
        } else {
            return None;
        }
        if spots.len() > MOST_SPECKS || lines > MOST_LINES {
            return None;
        }
    }
    if has_letters(&spots, |spot| spot.middle())
        || has_letters(&spots, |spot| {
            let (x, y) = spot.middle();
            (y, x)
        })
    {
        return None;
    }
    spots.sort_by_key(|spot| std::cmp::Reverse(spot.mass));
    Some(spots.iter().map(Spot::speck).collect())
}

fn clear(dark: &mut [bool], sheet: &Sheet, found: &Found) {
    let (across, along) = (found.across, found.along);
    let across = across.0.saturating_sub(BESIDE_STREAK)..=across.1 + BESIDE_STREAK;
    let along = along.0..=along.1;
    let (columns, rows) = match found.streak.course {
        StreakCourse::Down => (across, along),
        StreakCourse::Across => (along, across),
    };
    for y in rows.filter(|&y| y < sheet.height) {
        for x in columns.clone().filter(|&x| x < sheet.width) {
            dark[y * sheet.width + x] = false;
        }
    }
}

/// Whether spots as large as letters stand in a row.
fn has_letters(spots: &[Spot], place: impl Fn(&Spot) -> (f32, f32)) -> bool {
    let large = spots.iter().filter(|spot| spot.width().max(spot.height()) >= LETTER);
    let mut places: Vec<(f32, f32)> = large.map(place).collect();
    places.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut rows: Vec<usize> = Vec::with_capacity(places.len());
    for (at, (x, y)) in places.iter().enumerate() {
        let before = places[..at].iter().zip(&rows).filter(|((near_x, near_y), _)| {
            x - near_x > 1.0 && x - near_x <= NEAR && (y - near_y).abs() <= OUT_OF_LINE
        });
        rows.push(1 + before.map(|(_, &row)| row).max().unwrap_or(0));
    }
    rows.iter().any(|&row| row >= LETTERS)
}

/// Dark pixels that hang together.
struct Spot {
    mass: usize,
    x0: usize,
    y0: usize,
    x1: usize,
    y1: usize,
    is_at_margin: bool,
}

impl Spot {
    /// The spot at `start`; its pixels are taken out of `dark`.
    fn taken(dark: &mut [bool], sheet: &Sheet, start: usize) -> Spot {
        let (width, height) = (sheet.width, sheet.height);
        let (x, y) = (start % width, start / width);
        let mut spot = Spot { mass: 0, x0: x, y0: y, x1: x, y1: y, is_at_margin: false };
        dark[start] = false;
        let mut open = vec![start];
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            spot.mass += 1;
            (spot.x0, spot.x1) = (spot.x0.min(x), spot.x1.max(x));
            (spot.y0, spot.y1) = (spot.y0.min(y), spot.y1.max(y));
            for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
                for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                    let near = near_y * width + near_x;
                    spot.is_at_margin |= !sheet.inside[near];
                    if std::mem::take(&mut dark[near]) {
                        open.push(near);
                    }
                }
            }
        }
        spot
    }

    fn width(&self) -> usize {
        self.x1 - self.x0 + 1
    }

    fn height(&self) -> usize {
        self.y1 - self.y0 + 1
    }

    /// A fold, the edge of a sheet or all of its edges: little of it for its length.
    fn is_line(&self) -> bool {
        let length = self.width().max(self.height());
        self.mass * LINE_SLENDER <= length * length
    }

    fn middle(&self) -> (f32, f32) {
        ((self.x0 + self.x1 + 1) as f32 / 2.0, (self.y0 + self.y1 + 1) as f32 / 2.0)
    }

    fn speck(&self) -> Speck {
        let (x, y) = self.middle();
        let milli_mm2 = (self.mass * 1000).div_ceil(36);
        Speck {
            x_um: um(x),
            y_um: um(y),
            width_um: um(self.width() as f32),
            height_um: um(self.height() as f32),
            area_milli_mm2: u32::try_from(milli_mm2).unwrap_or(u32::MAX),
        }
    }
}
