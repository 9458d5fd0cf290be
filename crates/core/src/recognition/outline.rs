//! The sheet as a piece of paper: a corner cut off to cancel it, and more than one sheet at once.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a page"
)]

use super::feature::Features;
use super::frame::{COARSE, DARK_BORDER, FINE, Frame};
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::transform::{Affine, Point};

/// Legs of the triangle at each corner that is looked at, in millimetres. Unused ballots are cancelled
/// by a cut that takes more than this; a corner torn in the feeder or dog-eared loses less.
const CORNER_MM: f32 = 12.0;
/// Share of a corner that shows the background, in percent, for the corner to be gone.
const GONE_PERCENT: usize = 70;
/// Print this far beyond the edge of the page is on another sheet, in millimetres.
const BEYOND_MM: f32 = 7.0;
/// Features beyond the edge that are not dirt.
const BEYOND_FEATURES: usize = 24;
/// Paper this much longer or wider than the page is another sheet's, in millimetres.
const LONGER_MM: f32 = 18.0;

/// Refuses a cancelled sheet.
///
/// A corner that is gone shows the scanner's background. That can be told from paper only where the
/// background is dark, as it is in most sheet-fed scanners; before a white one nothing is seen.
///
/// # Errors
/// [`Refusal::Cancelled`].
pub(super) fn check_corner(
    design: &PreparedDesign,
    frame: &Frame,
    map: &Affine,
) -> Result<(), Refusal> {
    let (width, height) = (design.fine.width() as f32, design.fine.height() as f32);
    let corner = Point { x: width, y: height };
    if is_gone(frame, map, corner, Point { x: -1.0, y: -1.0 }) {
        return Err(Refusal::Cancelled);
    }
    Ok(())
}

/// Whether the triangle at `corner`, whose legs point `inward`, shows a dark background.
fn is_gone(frame: &Frame, map: &Affine, corner: Point, inward: Point) -> bool {
    let legs = (CORNER_MM * FINE) as usize;
    let (mut seen, mut dark) = (0_usize, 0_usize);
    // From the edge 2 mm are left out: paper is never cut and fed to the millimetre.
    let margin = (2.0 * FINE) as usize;
    for down in (margin..legs).step_by(3) {
        for across in (margin..legs.saturating_sub(down).max(margin)).step_by(3) {
            let place = Point {
                x: corner.x + inward.x * across as f32,
                y: corner.y + inward.y * down as f32,
            };
            let at = map.apply(place);
            let beside = at.x < 0.0
                || at.y < 0.0
                || at.x >= frame.fine.width() as f32
                || at.y >= frame.fine.height() as f32;
            if !beside {
                seen += 1;
                dark += usize::from(frame.fine.sample(at.x, at.y) < f32::from(DARK_BORDER));
            }
        }
    }
    seen > 20 && dark * 100 >= seen * GONE_PERCENT
}

/// Refuses a scan on which there is more than the page: print beyond its edges, or more paper.
///
/// # Errors
/// [`Refusal::TwoSheets`].
pub(super) fn check_alone(
    design: &PreparedDesign,
    frame: &Frame,
    features: &Features,
    coarse_from_design: &Affine,
) -> Result<(), Refusal> {
    let (width, height) = (design.fine.width() as f32, design.fine.height() as f32);
    let Some(design_from_coarse) = coarse_from_design.inverse() else {
        return Ok(());
    };
    let beyond = BEYOND_MM * FINE;
    let is_beyond = |p: Point| {
        let at = design_from_coarse.apply(p);
        at.x < -beyond || at.y < -beyond || at.x > width + beyond || at.y > height + beyond
    };
    let outside = features.places().filter(|&p| is_beyond(p)).count();
    // The paper's own edges count only where a dark background shows them.
    let longest = design.height_mm().max(design.width_mm());
    let length = frame.coarse.height().max(frame.coarse.width()) as f32 / COARSE;
    let is_longer = frame.shows_edges && length > longest + LONGER_MM;
    if outside >= BEYOND_FEATURES || is_longer {
        return Err(Refusal::TwoSheets);
    }
    Ok(())
}
