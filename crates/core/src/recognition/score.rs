//! Ink inside the targets that the blank page does not have.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates and counts, bounded by the page"
)]

use super::bare::check_bare;
use super::frame::Levels;
use super::patch::Region;
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::register::Registration;
use super::stroke::{Sight, Strokes, follow};
use super::target::TargetPlan;
use super::transform::Point;
use super::{MarkVerdict, TargetReading};
use crate::definition::Thresholds;
use crate::design::Target;

/// How far a target may lie from the field, in fine pixels (0.8 mm).
const REACH: usize = 5;
/// A shift must be worth it: 4 pixels cost 0.05 of correlation.
const SHIFT_PENALTY: f32 = 0.003;
/// Below this correlation of its surroundings a target was not found.
const MIN_CORRELATION: f32 = 0.35;
/// Pens don't grow with squares: ink is compared with the inner area, or with this where that is
/// larger, in fine pixels (16 mm²).
const REFERENCE: u32 = 576;
/// How much more of the print around a target than of the paper must be dark on the scan, as shares,
/// where correlation does not say that the target is there: a mark covers print and never takes it away.
const MIN_PRESENCE: f32 = 0.5;
/// Correlation above which nobody looks at what is present.
const SURE_CORRELATION: f32 = 0.6;
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
    check_bare(design, registration)?;
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

/// What there is in a target.
struct Ink {
    /// Inner pixels that are dark.
    inked: u32,
    strokes: Strokes,
    /// Whether its outline is where it has to be.
    is_whole: bool,
}

/// Inner pixels darker than `ink`, with the surroundings' first pixel at (`x`, `y`) of the region.
fn inked(plan: &TargetPlan, region: &Region, (x, y): (usize, usize), ink: f32) -> u32 {
    let mut inked = 0_u32;
    for (row, inner) in plan.inner_rows().enumerate() {
        let start = (y + row) * region.width + x;
        let levels = &region.levels[start..start + plan.width()];
        let both = inner.iter().zip(levels);
        let dark = both.filter(|&(&is_inner, &level)| is_inner && f32::from(level) < ink);
        inked += dark.count() as u32;
    }
    inked
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
        let Levels { black, paper } = registration.frame.levels();
        let contrast = u32::from(paper.saturating_sub(black));
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
        let found = self.look(at).ok_or_else(|| uncertain(target))?;
        let share = |pixels: u32| {
            u16::try_from(pixels * 1000 / plan.inner_count.min(REFERENCE))
                .map_or(1000, |share| share.min(1000))
        };
        let Ink { inked, strokes, is_whole } = found;
        if share(strokes.streak) >= thresholds.marginal_permille {
            let (contest, option) = (target.contest.to_string(), target.option.to_string());
            return Err(Refusal::StreakAcrossTarget { contest, option });
        }
        let foreign = strokes.spilled + strokes.streak + strokes.fold;
        let score_permille = share(inked.saturating_sub(foreign));
        // Specks add up to a doubt and never to a vote.
        let drawn = share(inked.saturating_sub(foreign + strokes.specks));
        let is_specks = drawn < thresholds.definite_permille && strokes.specks > 0;
        let is_doubtful = strokes.is_doubtful || is_specks || !is_whole;
        let verdict = match MarkVerdict::of(score_permille, thresholds) {
            MarkVerdict::Marked if is_doubtful => MarkVerdict::Marginal,
            MarkVerdict::Unmarked if strokes.is_drawn => MarkVerdict::Marginal,
            verdict => verdict,
        };
        Ok(TargetReading {
            contest: target.contest.clone(),
            option: target.option.clone(),
            score_permille,
            spilled_permille: share(strokes.spilled),
            is_doubtful,
            verdict,
        })
    }

    /// Finds a target, the ink in it and what the ink is; `None` where it is not found.
    fn look(&self, at: usize) -> Option<Ink> {
        let plan = &self.design.targets[at];
        let fine = &self.registration.frame.fine;
        let (width, height) = (plan.width(), plan.height());
        let map = self.registration.field.local(plan.centre());
        let reach = REACH as f32 - 0.5;
        let size = (width + 2 * REACH, height + 2 * REACH);
        let first = Point { x: plan.left as f32 - reach, y: plan.top as f32 - reach };
        let region = map.region(fine, first, 1.0, size);
        let ink = self.ink_level(&region)?;
        let (dx, dy) = self.shift(plan, &region, ink)?;
        let nothing = |inked| Ink { inked, strokes: Strokes::default(), is_whole: true };
        let inked = inked(plan, &region, (whole(dx), whole(dy)), ink);
        if inked < plan.min_ink() {
            return Some(nothing(inked));
        }
        // Half a pixel of an outline along a whole side would be ink: once more, to the fraction.
        let first = Point { x: plan.left as f32 + 0.5 + dx, y: plan.top as f32 + 0.5 + dy };
        let exact = map.region(fine, first, 1.0, (width, height));
        let inked = self::inked(plan, &exact, (0, 0), ink);
        if inked < plan.min_ink() {
            return Some(nothing(inked));
        }
        let map = map.shifted(Point { x: dx, y: dy });
        let sight = Sight { blank: &self.design.fine, page: fine, map, print: plan.print, ink };
        let strokes = follow(at, &self.design.targets, &sight);
        Some(Ink { inked, strokes, is_whole: plan.is_whole(&exact, ink) })
    }

    /// How far a target lies from where the field says, in pixels; `None` where it is not found.
    fn shift(&self, plan: &TargetPlan, region: &Region, ink: f32) -> Option<(f32, f32)> {
        let fit = plan.template.climb(region, REACH, SHIFT_PENALTY);
        let by_fit = (fit.offset.x, fit.offset.y);
        if fit.correlation >= SURE_CORRELATION {
            return Some(by_fit);
        }
        // A heavy mark spoils the correlation, or draws the fit towards itself.
        let presence = |(dx, dy)| plan.presence(region, (whole(dx), whole(dy)), ink);
        let present = [by_fit, (0.0, 0.0)].map(presence);
        if present[0].max(present[1]) >= MIN_PRESENCE {
            return Some(if present[0] > present[1] { by_fit } else { (0.0, 0.0) });
        }
        (fit.correlation >= MIN_CORRELATION).then_some(by_fit)
    }

    /// Below this level there is ink, by the paper around a target; `None` where paper and print can't
    /// be told apart.
    fn ink_level(&self, region: &Region) -> Option<f32> {
        let [dark, paper] = region.percentiles([0.02, 0.8]);
        let contrast = u32::from(paper.saturating_sub(dark));
        let paper = f32::from(paper);
        (contrast * 100 >= self.contrast * MIN_LOCAL_CONTRAST_PERCENT)
            .then(|| ink_below(paper, self.black))
    }
}

/// The first pixel of a target in a region that reaches [`REACH`] further, for a shift.
fn whole(shift: f32) -> usize {
    (shift.round() as i32 + REACH as i32).clamp(0, 2 * REACH as i32) as usize
}

/// Below this level there is ink, by the paper around and the black of the page.
pub(super) fn ink_below(paper: f32, black: u8) -> f32 {
    paper - INK_SHARE * (paper - f32::from(black)).max(MIN_CONTRAST as f32)
}

fn uncertain(target: &Target) -> Refusal {
    Refusal::TargetUncertain {
        contest: target.contest.to_string(),
        option: target.option.to_string(),
    }
}
