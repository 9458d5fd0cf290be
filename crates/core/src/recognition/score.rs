//! Ink inside the targets that the blank page does not have.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates and counts, bounded by the page"
)]

use super::frame::FINE;
use super::gray::{GrayPage, percentile};
use super::patch::{Region, Template};
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::register::Registration;
use super::stroke::{Sight, Strokes, follow};
use super::transform::Point;
use super::{MarkVerdict, TargetReading};
use crate::definition::Thresholds;
use crate::design::{Target, TargetShape};

/// The inner area starts this far inside the printed outline's outer box, in millimetres.
const INSET_MM: f32 = 0.55;
/// What surrounds a target, in fine pixels (2.5 mm): its outline, and what is printed beside it.
const SURROUND: i32 = 15;
/// How far a target may lie from the field, in fine pixels (0.8 mm).
const REACH: usize = 5;
/// A shift must be worth it: 4 pixels cost 0.05 of correlation.
const SHIFT_PENALTY: f32 = 0.003;
/// Below this correlation of its surroundings a target was not found.
const MIN_CORRELATION: f32 = 0.35;
/// Ink is darker than paper by this share of the page's contrast.
const INK_SHARE: f32 = 0.33;
/// Less contrast than this, in grey levels, is no print.
const MIN_CONTRAST: u32 = 48;
/// Share of the print beside a target that must be what the design has there, in percent
/// (docs/recognition.md): else the page may name somebody else there.
const MIN_LABEL_PERCENT: u32 = 70;
/// Paper and outline of a target must differ by this share of the page's contrast: where a scan is
/// washed out or burnt in, a mark could be there and not be seen.
const MIN_LOCAL_CONTRAST_PERCENT: u32 = 50;
/// Printed ink of the blank page and this many pixels around it are not looked at.
const PRINT_MARGIN: i32 = 1;

/// What scoring needs of a target, worked out once.
pub(super) struct TargetPlan {
    /// Top left pixel of the surroundings.
    pub left: i32,
    pub top: i32,
    template: Template,
    /// Which pixels of the surroundings are inner area without print, row by row.
    inner: Vec<bool>,
    inner_count: u32,
    /// First and last column and row with inner pixels: left, top, right, bottom.
    inner_extent: (usize, usize, usize, usize),
    /// Levels below this are print on the blank page.
    print: u8,
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
        let ink = ink_level(&histogram_of(fine, left, top, size));
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
        Some(TargetPlan { left, top, template, inner, inner_count, inner_extent, print: ink })
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

/// Scores every target of a registered page.
///
/// # Errors
/// [`Refusal::LowContrast`] or [`Refusal::TargetUncertain`].
pub fn score(
    design: &PreparedDesign,
    registration: &Registration<'_>,
    thresholds: &Thresholds,
) -> Result<Vec<TargetReading>, Refusal> {
    let page = Page::new(design, registration)?;
    let targets = 0..design.design().targets.len();
    targets.clone().try_for_each(|at| page.check_label(at))?;
    targets.map(|at| page.target(at, thresholds)).collect()
}

/// Scores the targets of a page that may have been refused: each by itself.
///
/// # Errors
/// [`Refusal::LowContrast`].
pub(super) fn score_each(
    design: &PreparedDesign,
    registration: &Registration<'_>,
    thresholds: &Thresholds,
) -> Result<Vec<Result<TargetReading, Refusal>>, Refusal> {
    let page = Page::new(design, registration)?;
    let targets = 0..design.design().targets.len();
    let each = |at| page.check_label(at).and_then(|()| page.target(at, thresholds));
    Ok(targets.map(each).collect())
}

/// A registered page and its grey levels.
struct Page<'a> {
    design: &'a PreparedDesign,
    registration: &'a Registration<'a>,
    black: u8,
    contrast: u32,
}

impl<'a> Page<'a> {
    fn new(
        design: &'a PreparedDesign,
        registration: &'a Registration<'a>,
    ) -> Result<Self, Refusal> {
        let histogram = registration.frame.fine.histogram(registration.frame.paper, 3);
        let (black, white) = (percentile(&histogram, 0.01), percentile(&histogram, 0.7));
        let contrast = u32::from(white.saturating_sub(black));
        if contrast < MIN_CONTRAST {
            return Err(Refusal::LowContrast { contrast });
        }
        Ok(Page { design, registration, black, contrast })
    }

    /// Ballots of two districts may differ by nothing but names.
    fn check_label(&self, at: usize) -> Result<(), Refusal> {
        let design = self.design.design();
        let label = self.registration.field.labels.get(at).copied().unwrap_or_default();
        if design.exact && label.found * 100 < label.expected * MIN_LABEL_PERCENT {
            return Err(uncertain(&design.targets[at]));
        }
        Ok(())
    }

    fn target(&self, at: usize, thresholds: &Thresholds) -> Result<TargetReading, Refusal> {
        let target = &self.design.design().targets[at];
        let plan = &self.design.targets[at];
        let fine = &self.registration.frame.fine;
        let (width, height) = (plan.template.width, plan.template.height);
        let map = self.registration.field.local(plan.centre());
        let reach = REACH as f32 - 0.5;
        let size = (width + 2 * REACH, height + 2 * REACH);
        let first = Point { x: plan.left as f32 - reach, y: plan.top as f32 - reach };
        let region = map.region(fine, first, 1.0, size);
        let fit = plan.template.climb(&region, REACH, SHIFT_PENALTY);
        if fit.correlation < MIN_CORRELATION {
            return Err(uncertain(target));
        }
        let (dx, dy) = (fit.offset.x.round(), fit.offset.y.round());
        let shift = |v: f32| (v as i32 + REACH as i32).clamp(0, 2 * REACH as i32) as usize;
        let ink = self.ink_level(&region).ok_or_else(|| uncertain(target))?;
        let mut inked = 0_u32;
        for (y, row) in plan.inner_rows().enumerate() {
            let start = (y + shift(dy)) * region.width + shift(dx);
            let levels = &region.levels[start..start + width];
            let dark = row
                .iter()
                .zip(levels)
                .filter(|&(&is_inner, &level)| is_inner && f32::from(level) < ink);
            inked += dark.count() as u32;
        }
        let share = |pixels: u32| u16::try_from(pixels * 1000 / plan.inner_count).unwrap_or(1000);
        let mut strokes = Strokes::default();
        if share(inked) >= thresholds.marginal_permille {
            let sight = Sight {
                blank: &self.design.fine,
                page: fine,
                map: map.shifted(Point { x: dx, y: dy }),
                print: plan.print,
                ink,
                is_upright: self.registration.rotation_deg().is_multiple_of(180),
            };
            strokes = follow(at, &self.design.targets, &sight);
        }
        if share(strokes.streak) >= thresholds.marginal_permille {
            let (contest, option) = (target.contest.to_string(), target.option.to_string());
            return Err(Refusal::StreakAcrossTarget { contest, option });
        }
        let foreign = strokes.spilled + strokes.streak + strokes.fold;
        let score_permille = share(inked.saturating_sub(foreign));
        let verdict = match MarkVerdict::of(score_permille, thresholds) {
            MarkVerdict::Marked if strokes.is_doubtful => MarkVerdict::Marginal,
            verdict => verdict,
        };
        Ok(TargetReading {
            contest: target.contest.clone(),
            option: target.option.clone(),
            score_permille,
            spilled_permille: share(strokes.spilled),
            is_doubtful: strokes.is_doubtful,
            verdict,
        })
    }

    /// Below this level there is ink, by the paper around a target; `None` where paper and print can't
    /// be told apart.
    fn ink_level(&self, region: &Region) -> Option<f32> {
        let mut counts = [0; 256];
        for row in region.levels.chunks_exact(region.width) {
            row.iter().for_each(|&level| counts[usize::from(level.clamp(0, 255) as u8)] += 1);
        }
        let (dark, paper) = (percentile(&counts, 0.02), percentile(&counts, 0.8));
        let contrast = u32::from(paper.saturating_sub(dark));
        let paper = f32::from(paper);
        (contrast * 100 >= self.contrast * MIN_LOCAL_CONTRAST_PERCENT)
            .then(|| paper - INK_SHARE * (paper - f32::from(self.black)).max(MIN_CONTRAST as f32))
    }
}

fn uncertain(target: &Target) -> Refusal {
    Refusal::TargetUncertain {
        contest: target.contest.to_string(),
        option: target.option.to_string(),
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

fn is_near_print(page: &GrayPage, x: i32, y: i32, ink: u8) -> bool {
    let dark = |x: i32, y: i32| {
        let row = page.row(y.max(0) as u32);
        row.get(x.max(0) as usize).is_some_and(|&level| level < ink)
    };
    let around = -PRINT_MARGIN..=PRINT_MARGIN;
    around.clone().any(|dy| around.clone().any(|dx| dark(x + dx, y + dy)))
}
