//! The dirt test: what a blank white sheet shows of the scanner's glass.
//!
//! A sheet-fed scanner draws a speck on its glass out into a line along the way of the paper; a speck on
//! the background roller, the paper or a flatbed's glass stays a speck. Both are looked for on a sheet on
//! which nothing is printed, and a page with print on it is told apart: it says nothing of the glass.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a sheet of at most 0.5 × 1.4 m"
)]

mod sheet;
mod specks;
mod streaks;

use serde::{Deserialize, Serialize};

use self::sheet::Sheet;
use super::gray::GrayPage;

/// A streak that darkens the paper by this many of 255 grey levels, on the mean along it, makes the
/// glass dirty. Ink is darker than paper by about 75; a quarter of that is a long way off still.
pub const STREAK_LIMIT: u8 = 20;
/// A speck this large makes the glass dirty, in thousandths of a square millimetre. In the smallest squares
/// in use, of 5.8 mm, twice as much would make an unmarked target marginal.
pub const SPECK_LIMIT_MILLI_MM2: u32 = 500;
/// More specks than this make the glass dirty, however small they are.
pub const SPECKS_LIMIT: usize = 15;
/// Most streaks and specks that are listed: the worst of each.
const MAX_LISTED: usize = 50;

/// Which way a streak goes on the scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreakCourse {
    /// From the scan's top to its bottom: the way of the paper.
    Down,
    /// From side to side: a fold of the sheet, or a scan that was turned.
    Across,
}

/// A straight dark line exactly along the scan. Lengths are in micrometres of the sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Streak {
    /// Which way it goes.
    pub course: StreakCourse,
    /// Its middle: from the left edge of what the scan shows as paper, or from the top for one across.
    pub at_um: u32,
    /// Its width.
    pub width_um: u32,
    /// Where it begins, along its course.
    pub from_um: u32,
    /// Where it ends.
    pub to_um: u32,
    /// How much darker than the paper beside it, on the mean, in grey levels of 255.
    pub darkness: u8,
}

/// A dark spot. Lengths are in micrometres of the sheet, from the left and top edges of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Speck {
    /// Its middle, from the left.
    pub x_um: u32,
    /// Its middle, from the top.
    pub y_um: u32,
    /// Width of the box around it.
    pub width_um: u32,
    /// Height of the box around it.
    pub height_um: u32,
    /// Its area, in thousandths of a square millimetre.
    pub area_milli_mm2: u32,
}

/// Why a sheet says nothing of the glass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotBlank {
    /// There is print or writing on it.
    Print,
    /// The paper is too dark, or is no paper.
    Dark,
    /// It is longer than three times its width.
    Shape,
}

/// What made the glass dirty.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DirtReason {
    /// A streak as dark as [`STREAK_LIMIT`].
    Streak,
    /// A speck as large as [`SPECK_LIMIT_MILLI_MM2`].
    LargeSpeck,
    /// More specks than [`SPECKS_LIMIT`].
    ManySpecks,
}

/// What the sheet says of the glass.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum GlassVerdict {
    /// Nothing that could disturb the reading of a ballot; fainter streaks may be listed all the same.
    Clean,
    /// It must be cleaned.
    Dirty {
        /// Why; at least one reason.
        reasons: Vec<DirtReason>,
    },
    /// Nothing can be said: the test needs a blank white sheet.
    NotBlank {
        /// Why.
        reason: NotBlank,
    },
}

/// The result of the dirt test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dirt {
    /// What it comes to.
    pub verdict: GlassVerdict,
    /// Width of what the scan shows as paper, in micrometres.
    pub width_um: u32,
    /// Its height, in micrometres.
    pub height_um: u32,
    /// Streaks, the darkest first: 50 at most.
    pub streaks: Vec<Streak>,
    /// Specks, the largest first: 50 at most.
    pub specks: Vec<Speck>,
}

/// Looks for dirt on a scanned sheet whose shorter side is `short_side_um` micrometres long (taken as
/// 50 to 450 mm); a scan does not say how large the paper is.
pub fn dirt(page: &GrayPage, short_side_um: u32) -> Dirt {
    let Some(sheet) = Sheet::new(page, short_side_um.clamp(50_000, 450_000)) else {
        return not_blank(NotBlank::Shape, (0, 0));
    };
    let size = sheet.size_um();
    if sheet.is_dark() {
        return not_blank(NotBlank::Dark, size);
    }
    let found = streaks::find(&sheet);
    let Some(specks) = specks::find(&sheet, &found) else {
        return not_blank(NotBlank::Print, size);
    };
    let mut streaks: Vec<Streak> = found.into_iter().map(|found| found.streak).collect();
    let mut reasons = Vec::new();
    if streaks.iter().any(|streak| streak.darkness >= STREAK_LIMIT) {
        reasons.push(DirtReason::Streak);
    }
    if specks.iter().any(|speck| speck.area_milli_mm2 >= SPECK_LIMIT_MILLI_MM2) {
        reasons.push(DirtReason::LargeSpeck);
    }
    if specks.len() > SPECKS_LIMIT {
        reasons.push(DirtReason::ManySpecks);
    }
    streaks.truncate(MAX_LISTED);
    let specks = specks.into_iter().take(MAX_LISTED).collect();
    let verdict = match reasons.is_empty() {
        true => GlassVerdict::Clean,
        false => GlassVerdict::Dirty { reasons },
    };
    Dirt { verdict, width_um: size.0, height_um: size.1, streaks, specks }
}

fn not_blank(reason: NotBlank, (width_um, height_um): (u32, u32)) -> Dirt {
    let verdict = GlassVerdict::NotBlank { reason };
    Dirt { verdict, width_um, height_um, streaks: Vec::new(), specks: Vec::new() }
}
