//! Why a page was not read: the cause behind places that were not found.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates and grey levels of a page"
)]

use super::field::Field;
use super::frame::Frame;
use super::gray::{Area, GrayPage, percentile};
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::transform::Point;

/// Zones of a page in one direction.
const ZONES: usize = 4;
/// Share of the places of a zone where nothing is printed on the scan, in percent, for it to be missing.
const BARE_PERCENT: usize = 75;
/// Places that a zone must have to be judged.
const ZONE_PLACES: usize = 3;
/// Share of the places that are not bare which must be found, in percent: else it is another page.
const REST_PERCENT: usize = 60;
/// Steepest edges of sharp print rise by this share of the page's contrast from pixel to pixel, at 3
/// pixels to the millimetre: real scans reach 0.85, a blur of 0.2 mm leaves 0.56 and of 0.3 mm 0.37.
const SHARP: f32 = 0.45;
/// Less than this between paper and the darkest hundredth is a page without print, in grey levels.
const PRINT_CONTRAST: u8 = 40;

/// What is behind a refusal for want of places: a missing part or blur, if one of them explains it.
pub(super) fn cause(
    refusal: Refusal,
    design: &PreparedDesign,
    frame: &Frame,
    field: &Field,
) -> Refusal {
    if is_blurred(&frame.coarse) {
        return Refusal::TooBlurred;
    }
    if has_missing_zone(design, field) { Refusal::PartMissing } else { refusal }
}

/// What is behind a page on which no design was found.
pub(super) fn cause_of_nothing(refusal: Refusal, coarse: &GrayPage) -> Refusal {
    if is_blurred(coarse) { Refusal::TooBlurred } else { refusal }
}

/// Whether a zone of the page shows bare paper or background where the design has print.
fn has_missing_zone(design: &PreparedDesign, field: &Field) -> bool {
    let (width, height) = (design.fine.width() as usize, design.fine.height() as usize);
    let elsewhere = design.anchors.len() - field.bare.iter().filter(|&&is_bare| is_bare).count();
    if field.found() * 100 < elsewhere * REST_PERCENT {
        return false;
    }
    let mut zones = [[(0_usize, 0_usize); ZONES]; ZONES];
    for (anchor, &is_bare) in design.anchors.iter().zip(&field.bare) {
        let zone = |at: f32, side: usize| (at as usize * ZONES / side.max(1)).min(ZONES - 1);
        let Point { x, y } = anchor.at;
        let (places, bare) = &mut zones[zone(y, height)][zone(x, width)];
        *places += 1;
        *bare += usize::from(is_bare);
    }
    let is_missing = |&(places, bare): &(usize, usize)| {
        places >= ZONE_PLACES && bare * 100 >= places * BARE_PERCENT
    };
    zones.iter().flatten().any(is_missing)
}

/// Whether there is print, and none of it has a sharp edge.
fn is_blurred(coarse: &GrayPage) -> bool {
    let whole = Area { x0: 0.0, y0: 0.0, x1: coarse.width() as f32, y1: coarse.height() as f32 };
    let levels = coarse.histogram(whole, 2);
    let contrast = percentile(&levels, 0.7).saturating_sub(percentile(&levels, 0.01));
    if contrast < PRINT_CONTRAST {
        return false;
    }
    let mut steps = [0_u32; 256];
    let inside = coarse.height() / 20..coarse.height() - coarse.height() / 20;
    for y in inside.step_by(2) {
        let row = coarse.row(y);
        let margin = row.len() / 20;
        for pair in row[margin..row.len() - margin].windows(2) {
            steps[usize::from(pair[0].abs_diff(pair[1]))] += 1;
        }
    }
    f32::from(percentile(&steps, 0.998)) < SHARP * f32::from(contrast)
}
