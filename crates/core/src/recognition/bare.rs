//! Places of a page where nothing is printed and nothing need be written: where these are dark, the
//! other side shows through, or dirt or a copy of something else lies over the page.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a page"
)]

use super::frame::FINE;
use super::gray::GrayPage;
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::register::Registration;
use super::score::{FAINT_SHARE, INK_SHARE, darker_by};
use super::transform::Point;
use crate::design::Target;

/// Between two places, in fine pixels (2 mm).
const STEP: usize = 12;
/// Distance from print and from the edges of the paper, in fine pixels (0.7 mm and 5 mm).
const FROM_PRINT: i32 = 4;
const FROM_EDGE: usize = 30;
/// Distance from a target, in fine pixels (3 mm): marks may go over its edge.
const FROM_TARGET: f32 = 18.0;
/// Fewest places that say something.
const MIN_PLACES: usize = 200;
/// Share of the places that may be dark, in thousandths: a few words written on a ballot stay below 5.
const MAX_DARK_PERMILLE: usize = 20;
/// And that may be pale, like the print of a back that shows through: darker than faint ink, and less
/// dark than this share of the page's contrast. Pens are darker. Folds and streaks stay below 3 as a
/// rule, a back that shows through by a third of its darkness or more does not.
const MAX_PALE_PERMILLE: usize = 3;
const PALE_SHARE: f32 = 0.5;

/// Places that are bare on the blank page, in fine pixels.
pub(super) fn bare_places(fine: &GrayPage, targets: &[Target]) -> Vec<Point> {
    let (width, height) = (fine.width() as usize, fine.height() as usize);
    let px = |um: u32| um as f32 / 1000.0 * FINE;
    let is_by_target = |x: f32, y: f32| {
        targets.iter().any(|target| {
            let area = target.area;
            let (x0, y0) = (px(area.x) - FROM_TARGET, px(area.y) - FROM_TARGET);
            let (x1, y1) =
                (x0 + px(area.w) + 2.0 * FROM_TARGET, y0 + px(area.h) + 2.0 * FROM_TARGET);
            (x0..=x1).contains(&x) && (y0..=y1).contains(&y)
        })
    };
    let is_clear = |x: usize, y: usize| {
        (-FROM_PRINT..=FROM_PRINT).step_by(2).all(|dy| {
            let row = fine.row((y as i32 + dy) as u32);
            let part = row.get(x - FROM_PRINT as usize..=x + FROM_PRINT as usize);
            part.is_some_and(|levels| levels.iter().all(|&level| level > CLEAR))
        })
    };
    let rows = (FROM_EDGE..height.saturating_sub(FROM_EDGE)).step_by(STEP);
    let places = rows.flat_map(|y| {
        (FROM_EDGE..width.saturating_sub(FROM_EDGE)).step_by(STEP).map(move |x| (x, y))
    });
    places
        .filter(|&(x, y)| is_clear(x, y) && !is_by_target(x as f32, y as f32))
        .map(|(x, y)| Point { x: x as f32 + 0.5, y: y as f32 + 0.5 })
        .collect()
}

/// Paper on the picture of a blank page.
const CLEAR: u8 = 200;

/// Refuses a page that is dark in too many places where it has to be bare.
///
/// # Errors
/// [`Refusal::NotBare`].
pub(super) fn check_bare(
    design: &PreparedDesign,
    registration: &Registration<'_>,
) -> Result<(), Refusal> {
    let page = &registration.frame.fine;
    let (width, height) = (page.width() as f32, page.height() as f32);
    let field = &registration.field;
    // The light may fall off towards a side, so paper is what is light around a place: the lightest of
    // the places of a tile.
    let levels = design.bare.iter().filter_map(|&place| {
        let at = field.place(place);
        let is_on_page = at.x > 1.0 && at.y > 1.0 && at.x < width - 1.0 && at.y < height - 1.0;
        is_on_page.then(|| (tile_of(place), page.sample(at.x, at.y)))
    });
    let levels: Vec<(usize, f32)> = levels.collect();
    if levels.len() < MIN_PLACES {
        return Ok(());
    }
    let mut paper = vec![0.0_f32; TILES * TILES];
    for &(tile, level) in &levels {
        if let Some(lightest) = paper.get_mut(tile) {
            *lightest = lightest.max(level);
        }
    }
    let black = registration.frame.levels().black;
    let (mut dark, mut pale) = (0, 0);
    for (tile, level) in &levels {
        let paper = paper.get(*tile).copied().unwrap_or(255.0);
        let below = |share| darker_by(share, paper, black);
        dark += usize::from(*level < below(INK_SHARE));
        pale += usize::from((below(PALE_SHARE)..below(FAINT_SHARE)).contains(level));
    }
    let permille = |count: usize| count * 1000 / levels.len();
    if permille(dark) > MAX_DARK_PERMILLE || permille(pale) > MAX_PALE_PERMILLE {
        return Err(Refusal::NotBare { permille: permille(dark.max(pale)) as u32 });
    }
    Ok(())
}

/// Tiles of 40 mm, on pages of up to 640 mm.
const TILES: usize = 16;

fn tile_of(place: Point) -> usize {
    let side = 40.0 * FINE;
    let tile = |v: f32| ((v / side) as usize).min(TILES - 1);
    tile(place.y) * TILES + tile(place.x)
}
