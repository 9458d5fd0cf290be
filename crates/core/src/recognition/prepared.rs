//! What reading needs of a page design, worked out once.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "micrometres and pixels of a page, bounded by MAX_SIDE_UM"
)]

use super::bare::bare_places;
use super::code::PrintedCode;
use super::decode::decode;
use super::feature::Features;
use super::frame::FINE;
use super::gray::{Area, GrayPage};
use super::patch::Template;
use super::refusal::Refusal;
use super::target::TargetPlan;
use super::transform::Point;
use crate::design::{PageDesign, Target};

/// Longest side of a page, in micrometres.
const MAX_SIDE_UM: u32 = 1_000_000;
const MIN_SIDE_UM: u32 = 50_000;
/// Side of the cells that get one anchor each, in fine pixels (11 mm).
const ANCHOR_CELL: usize = 66;
/// Side of an anchor's patch in fine pixels (5.3 mm); a multiple of 8 fills vector registers.
pub(super) const ANCHOR: usize = 32;
/// Side of the coarse patch: 8 mm at 3 px/mm.
pub(super) const COARSE_ANCHOR: usize = 24;
/// How far above or below a target the name of its option may be printed, in fine pixels (3 mm).
const LABEL_REACH: f32 = 18.0;
/// Fewest anchors that a blank page must offer.
const MIN_ANCHORS: usize = 20;
/// Most targets of one side; a party list with 999 numbers would have a thousand.
const MAX_TARGETS: usize = 2_000;
/// Most pixels of all targets with their surroundings, of which each takes ten bytes: three times as many
/// as A4 has, so that targets may touch and no more.
const MAX_TARGET_PIXELS: usize = 6 << 20;

/// Why a page design can't be read with. Blame: whoever made the design.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DesignFault {
    /// The picture of the blank page can't be used.
    #[error("the blank page of the design can't be read: {0}")]
    Blank(Refusal),
    /// The paper is not of a size that a scanner takes.
    #[error("the page size is out of range")]
    Size,
    /// A target lies beside the paper or is smaller than 2 mm.
    #[error("target {contest}/{option} is beside the paper or too small")]
    Target {
        /// Contest of the target.
        contest: String,
        /// Option of the target.
        option: String,
    },
    /// More targets than a page has room for.
    #[error("the page has more targets than there is room for")]
    TooManyTargets,
    /// There is too little on the page to register on.
    #[error("too little is printed on the page to register on: {found} places, {needed} needed")]
    Featureless {
        /// Distinct places found.
        found: u32,
        /// Distinct places needed.
        needed: u32,
    },
}

/// A page design, ready to read with.
pub struct PreparedDesign {
    design: PageDesign,
    pub(super) fine: GrayPage,
    /// Features of the page as it is, and turned by 180°.
    pub(super) features: [Features; 2],
    pub(super) anchors: Vec<Anchor>,
    pub(super) targets: Vec<TargetPlan>,
    /// Places where nothing is printed and nothing need be written.
    pub(super) bare: Vec<Point>,
    /// The QR code on the page, if there is one.
    pub(super) code: Option<PrintedCode>,
}

/// A distinct place of the blank page.
pub(super) struct Anchor {
    /// Centre in fine pixels.
    pub at: Point,
    /// The target whose option it seems to name, by its place among the targets.
    pub label_of: Option<usize>,
    pub coarse: Template,
    pub fine: Template,
}

impl PreparedDesign {
    /// Prepares a design.
    ///
    /// # Errors
    /// [`DesignFault`].
    pub fn new(design: &PageDesign) -> Result<Self, DesignFault> {
        let sides = [design.width_um, design.height_um];
        if sides.iter().any(|side| !(MIN_SIDE_UM..=MAX_SIDE_UM).contains(side)) {
            return Err(DesignFault::Size);
        }
        let blank = decode(&design.blank_png).map_err(DesignFault::Blank)?;
        let [width, height] = sides.map(|side| (side as f32 / 1000.0 * FINE).round() as u32);
        let whole = Area { x0: 0.0, y0: 0.0, x1: blank.width() as f32, y1: blank.height() as f32 };
        let fine = blank.resampled(whole, width, height);
        let coarse = fine.halved();
        let features = [Features::of(&coarse), Features::of(&fine.turned_180().halved())];
        let mut anchors = anchors(&fine, &coarse);
        for anchor in &mut anchors {
            anchor.label_of = label_of(anchor.at, &design.targets);
        }
        if anchors.len() < MIN_ANCHORS {
            let found = u32::try_from(anchors.len()).unwrap_or(0);
            return Err(DesignFault::Featureless { found, needed: MIN_ANCHORS as u32 });
        }
        let targets = target_plans(&fine, &design.targets)?;
        let bare = bare_places(&fine, &design.targets);
        let code = PrintedCode::find(&blank, width);
        let design = PageDesign { blank_png: Vec::new(), ..design.clone() };
        Ok(PreparedDesign { design, fine, features, anchors, targets, bare, code })
    }

    /// The design, without the picture of the blank page.
    pub fn design(&self) -> &PageDesign {
        &self.design
    }

    /// What the QR code on the page says, if it has one that can be read.
    pub fn code(&self) -> Option<&[u8]> {
        self.code.as_ref().map(PrintedCode::bytes)
    }

    pub(super) fn width_mm(&self) -> f32 {
        self.design.width_um as f32 / 1000.0
    }

    pub(super) fn height_mm(&self) -> f32 {
        self.design.height_um as f32 / 1000.0
    }

    pub(super) fn is_portrait(&self) -> bool {
        self.design.height_um >= self.design.width_um
    }
}

fn target_plans(fine: &GrayPage, targets: &[Target]) -> Result<Vec<TargetPlan>, DesignFault> {
    if targets.len() > MAX_TARGETS {
        return Err(DesignFault::TooManyTargets);
    }
    let mut plans = Vec::with_capacity(targets.len());
    let mut pixels = 0;
    for target in targets {
        let plan = TargetPlan::new(fine, target).ok_or_else(|| DesignFault::Target {
            contest: target.contest.to_string(),
            option: target.option.to_string(),
        })?;
        pixels += plan.width() * plan.height();
        if pixels > MAX_TARGET_PIXELS {
            return Err(DesignFault::TooManyTargets);
        }
        plans.push(plan);
    }
    Ok(plans)
}

/// The target in whose row a place is, the nearest of several; none for a place that a mark may cover.
fn label_of(at: Point, targets: &[Target]) -> Option<usize> {
    let px = |um: u32| um as f32 / 1000.0 * FINE;
    let away = |at: f32, start: u32, length: u32| {
        (px(start) - at).max(at - px(start) - px(length)).max(0.0)
    };
    let from = |target: &Target| {
        let area = target.area;
        (away(at.x, area.x, area.w), away(at.y, area.y, area.h))
    };
    let reach = ANCHOR as f32 / 2.0 + FINE;
    if targets.iter().map(from).any(|(x, y)| x <= reach && y <= reach) {
        return None;
    }
    let rows = targets.iter().map(from).enumerate().filter(|(_, (_, y))| *y <= LABEL_REACH);
    rows.min_by(|a, b| a.1.0.total_cmp(&b.1.0)).map(|(target, _)| target)
}

/// The most distinct place of each cell: the window whose structure tensor has the largest smaller
/// eigenvalue (Shi and Tomasi, 1994), so that it can be located in both directions.
fn anchors(fine: &GrayPage, coarse: &GrayPage) -> Vec<Anchor> {
    let (width, height) = (fine.width() as usize, fine.height() as usize);
    let tensor = TensorSums::new(fine);
    let margin = ANCHOR;
    let mut anchors = Vec::new();
    for cell_y in (margin..height.saturating_sub(margin + ANCHOR)).step_by(ANCHOR_CELL) {
        for cell_x in (margin..width.saturating_sub(margin + ANCHOR)).step_by(ANCHOR_CELL) {
            let mut best = (0.0, 0, 0);
            for y in (cell_y..(cell_y + ANCHOR_CELL).min(height - margin - ANCHOR)).step_by(6) {
                for x in (cell_x..(cell_x + ANCHOR_CELL).min(width - margin - ANCHOR)).step_by(6) {
                    let strength = tensor.strength(x, y, ANCHOR);
                    if strength > best.0 {
                        best = (strength, x, y);
                    }
                }
            }
            // About 200 pixels of clear edge in the weaker direction.
            if best.0 > 60_000.0 {
                anchors.extend(anchor(fine, coarse, best.1, best.2));
            }
        }
    }
    anchors
}

fn anchor(fine: &GrayPage, coarse: &GrayPage, x: usize, y: usize) -> Option<Anchor> {
    let half = ANCHOR / 2;
    let at = Point { x: (x + half) as f32, y: (y + half) as f32 };
    let coarse_left = ((x + half) / 2) as i32 - COARSE_ANCHOR as i32 / 2;
    let coarse_top = ((y + half) / 2) as i32 - COARSE_ANCHOR as i32 / 2;
    let all = |_, _| true;
    Some(Anchor {
        at,
        label_of: None,
        coarse: Template::new(
            coarse,
            coarse_left,
            coarse_top,
            (COARSE_ANCHOR, COARSE_ANCHOR),
            all,
        )?,
        fine: Template::new(fine, x as i32, y as i32, (ANCHOR, ANCHOR), all)?,
    })
}

/// Integral images of the structure tensor, at every second pixel.
struct TensorSums {
    stride: usize,
    sums: Vec<[f64; 3]>,
}

impl TensorSums {
    fn new(page: &GrayPage) -> Self {
        let (width, height) = (page.width() as usize / 2, page.height() as usize / 2);
        let stride = width + 1;
        let mut sums = vec![[0.0; 3]; stride * (height + 1)];
        for y in 0..height {
            let mut row_sum = [0.0; 3];
            for x in 0..width {
                let (px, py) = (2 * x, 2 * y);
                let row = page.row(py as u32);
                let below = page.row((py + 1) as u32);
                let dx = f64::from(row[px + 1]) - f64::from(row[px]);
                let dy = f64::from(below[px]) - f64::from(row[px]);
                row_sum[0] += dx * dx;
                row_sum[1] += dy * dy;
                row_sum[2] += dx * dy;
                let above = sums[y * stride + x + 1];
                let target = &mut sums[(y + 1) * stride + x + 1];
                for k in 0..3 {
                    target[k] = above[k] + row_sum[k];
                }
            }
        }
        TensorSums { stride, sums }
    }

    fn strength(&self, x: usize, y: usize, side: usize) -> f32 {
        let (x0, y0, x1, y1) = (x / 2, y / 2, (x + side) / 2, (y + side) / 2);
        let mut total = [0.0; 3];
        for (k, value) in total.iter_mut().enumerate() {
            let at = |x: usize, y: usize| self.sums[y * self.stride + x][k];
            *value = at(x1, y1) - at(x0, y1) - at(x1, y0) + at(x0, y0);
        }
        let [xx, yy, xy] = total;
        let middle = (xx + yy) / 2.0;
        let spread = (((xx - yy) / 2.0).powi(2) + xy * xy).sqrt();
        (middle - spread) as f32
    }
}
