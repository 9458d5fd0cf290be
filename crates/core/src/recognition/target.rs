//! What scoring needs of a target, worked out once, and what of its print shows on a page.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates and counts, bounded by the page"
)]

use super::frame::FINE;
use super::gray::{GrayPage, percentile};
use super::patch::Template;
use super::region::Region;
use super::transform::Point;
use crate::design::{Target, TargetShape};

/// Pens don't grow with squares: ink is compared with the inner area, or with this where that is
/// larger, in fine pixels (16 mm²).
const REFERENCE: u32 = 576;
/// The inner area starts this far inside the printed outline's outer box, in millimetres.
const INSET_MM: f32 = 0.6;
/// What surrounds a target, in fine pixels (2.5 mm): its outline, and what is printed beside it.
const SURROUND: i32 = 15;
/// Printed ink of the blank page and this many pixels around it are not looked at.
const PRINT_MARGIN: i32 = 1;
/// Print on one side of a target that is enough to be looked at, in pixels, and the share of it that
/// must be dark, in percent, for ink in the target to be a mark.
const SIDE_PIXELS: u32 = 12;
const MIN_SIDE_PERCENT: u32 = 50;

/// What scoring needs of a target, worked out once.
pub(super) struct TargetPlan {
    /// Top left pixel of the surroundings.
    pub left: i32,
    pub top: i32,
    pub template: Template,
    /// Which pixels of the surroundings are inner area without print, row by row.
    inner: Vec<bool>,
    inner_count: u32,
    /// The darkest pixels of the print in the surroundings, by column and row.
    core: Vec<(u16, u16)>,
    /// Pixels of bare paper in the surroundings.
    bare: Vec<(u16, u16)>,
    /// First and last column and row with inner pixels: left, top, right, bottom.
    inner_extent: (usize, usize, usize, usize),
    /// Levels below this are print on the blank page.
    pub print: u8,
}

impl TargetPlan {
    /// `None` where the target lies beside the page, is too small, or has nothing to hold on to.
    pub fn new(fine: &GrayPage, target: &Target) -> Option<TargetPlan> {
        let px = |um: u32| um as f32 / 1000.0 * FINE;
        let (x0, y0) = (px(target.area.x), px(target.area.y));
        let (x1, y1) = (x0 + px(target.area.w), y0 + px(target.area.h));
        let left = (x0.round() as i32 - SURROUND).max(0);
        let top = (y0.round() as i32 - SURROUND).max(0);
        let right = (x1.round() as i32 + SURROUND).min(fine.width() as i32);
        let bottom = (y1.round() as i32 + SURROUND).min(fine.height() as i32);
        let (width, height) = (right - left, bottom - top);
        if x1 - x0 < 12.0
            || y1 - y0 < 12.0
            || width > 400
            || height > 400
            || width < 8
            || height < 8
        {
            return None;
        }
        let inset = INSET_MM * FINE;
        let within = |x: i32, y: i32, inset: f32| {
            let (cx, cy) = ((x0 + x1) / 2.0, (y0 + y1) / 2.0);
            let (rx, ry) = ((x1 - x0) / 2.0 - inset, (y1 - y0) / 2.0 - inset);
            let (dx, dy) = ((x as f32 + 0.5 - cx) / rx, (y as f32 + 0.5 - cy) / ry);
            match target.shape {
                TargetShape::Square => dx.abs() <= 1.0 && dy.abs() <= 1.0,
                TargetShape::Oval => dx * dx + dy * dy <= 1.0,
            }
        };
        let size = (width as usize, height as usize);
        let keep = |x: usize, y: usize| !within(left + x as i32, top + y as i32, inset * 0.8);
        let template = Template::new(fine, left, top, size, keep)?;
        let counts = histogram_of(fine, left, top, size);
        let middle = core_level(&counts);
        let (mut core, mut bare) = (Vec::new(), Vec::new());
        for (x, y) in (0..size.1).flat_map(|y| (0..size.0).map(move |x| (x, y))) {
            let row = fine.row((top as usize + y) as u32);
            let level = row.get(left as usize + x).copied().unwrap_or(u8::MAX);
            if keep(x, y) {
                let list = if level < middle { &mut core } else { &mut bare };
                list.push((x as u16, y as u16));
            }
        }
        let ink = ink_level(&counts);
        let mut inner = Vec::with_capacity(size.0 * size.1);
        for y in top..bottom {
            for x in left..right {
                inner.push(within(x, y, inset) && !is_near_print(fine, x, y, ink));
            }
        }
        let inner_count = u32::try_from(inner.iter().filter(|&&is| is).count()).ok()?;
        if inner_count < 40 {
            return None;
        }
        let places = (0..inner.len()).filter(|&at| inner[at]).map(|at| (at % size.0, at / size.0));
        let extent = |(x0, y0, x1, y1): (usize, usize, usize, usize), (x, y): (usize, usize)| {
            (x0.min(x), y0.min(y), x1.max(x), y1.max(y))
        };
        let inner_extent = places.fold((usize::MAX, usize::MAX, 0, 0), extent);
        Some(TargetPlan {
            left,
            top,
            template,
            inner,
            inner_count,
            core,
            bare,
            inner_extent,
            print: ink,
        })
    }

    /// Whether the outline shows on every side, in a region whose first pixel is that of the
    /// surroundings: ink may cover print, but where print is missing, something else was moved there.
    pub fn is_whole(&self, region: &Region, ink: f32) -> bool {
        let (middle_x, middle_y) = (self.width() as f32 / 2.0, self.height() as f32 / 2.0);
        let mut sides = [(0_u32, 0_u32); 4];
        for &(x, y) in &self.core {
            let (x, y) = (usize::from(x), usize::from(y));
            let (dx, dy) = ((x as f32 - middle_x) / middle_x, (y as f32 - middle_y) / middle_y);
            let side = match (dx.abs() > dy.abs(), dx > 0.0, dy > 0.0) {
                (true, is_right, _) => usize::from(is_right),
                (false, _, is_below) => 2 + usize::from(is_below),
            };
            let (all, dark) = sides[side];
            sides[side] = (all + 1, dark + u32::from(region.is_dark_near(x, y, ink)));
        }
        let is_there =
            |&(all, dark): &(u32, u32)| all < SIDE_PIXELS || dark * 100 >= all * MIN_SIDE_PERCENT;
        sides.iter().all(is_there)
    }

    /// How much more of the print around the target is darker than `ink` on the page than of the paper
    /// there, as shares, with the surroundings' first pixel at (`x`, `y`) of the region.
    pub fn presence(&self, region: &Region, (x, y): (usize, usize), ink: f32) -> f32 {
        let share_of = |places: &[(u16, u16)]| {
            let at = |&(column, row): &(u16, u16)| {
                (y + usize::from(row)) * region.width + x + usize::from(column)
            };
            let levels = places.iter().filter_map(|place| region.levels().get(at(place)));
            let dark = levels.filter(|&&level| f32::from(level) < ink).count();
            dark as f32 / places.len().max(1) as f32
        };
        share_of(&self.core) - share_of(&self.bare)
    }

    /// Inner pixels as a share of the inner area or of [`REFERENCE`], in thousandths, at most 1000.
    pub fn permille(&self, pixels: u32) -> u16 {
        let share = pixels * 1000 / self.inner_count.min(REFERENCE);
        u16::try_from(share).map_or(1000, |share| share.min(1000))
    }

    /// Ink in it that is looked at closely, in fine pixels: 0.3 mm², or a fortieth of the inner area.
    pub fn min_ink(&self) -> u32 {
        (self.inner_count / 40).clamp(4, 12)
    }

    pub fn width(&self) -> usize {
        self.template.width
    }

    pub fn height(&self) -> usize {
        self.template.height
    }

    /// Which pixels of the surroundings are inner area, row by row.
    pub fn inner_rows(&self) -> impl Iterator<Item = &[bool]> {
        self.inner.chunks_exact(self.template.width)
    }

    pub fn inner_extent(&self) -> (usize, usize, usize, usize) {
        self.inner_extent
    }

    pub fn centre(&self) -> Point {
        Point {
            x: self.left as f32 + self.template.width as f32 / 2.0,
            y: self.top as f32 + self.template.height as f32 / 2.0,
        }
    }
}

fn histogram_of(page: &GrayPage, left: i32, top: i32, size: (usize, usize)) -> [u32; 256] {
    let mut counts = [0; 256];
    for y in 0..size.1 {
        let row = page.row((top as usize + y) as u32);
        let part = &row[left as usize..left as usize + size.0];
        part.iter().for_each(|&level| counts[usize::from(level)] += 1);
    }
    counts
}

/// Grey level of print on the blank page: the middle of its darkest and its paper.
fn ink_level(counts: &[u32; 256]) -> u8 {
    let (dark, paper) = (percentile(counts, 0.01), percentile(counts, 0.8));
    paper - paper.saturating_sub(dark) / 4
}

/// Grey level between the print of a part of the blank page and its paper.
fn core_level(counts: &[u32; 256]) -> u8 {
    let (dark, paper) = (percentile(counts, 0.01), percentile(counts, 0.8));
    paper - paper.saturating_sub(dark) / 2
}

fn is_near_print(page: &GrayPage, x: i32, y: i32, ink: u8) -> bool {
    let dark = |x: i32, y: i32| {
        let row = page.row(y.max(0) as u32);
        row.get(x.max(0) as usize).is_some_and(|&level| level < ink)
    };
    let around = -PRINT_MARGIN..=PRINT_MARGIN;
    around.clone().any(|dy| around.clone().any(|dx| dark(x + dx, y + dy)))
}
