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
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::region::Region;
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
/// How much more of the print around a target than of the paper must be dark on the scan, as shares,
/// where correlation does not say that the target is there: a mark covers print and never takes it away.
const MIN_PRESENCE: f32 = 0.5;
/// Correlation above which nobody looks at what is present.
const SURE_CORRELATION: f32 = 0.6;
/// Ink is darker than paper by this share of the page's contrast.
pub(super) const INK_SHARE: f32 = 0.33;
/// What would be a mark if this share made ink is a faint one: nobody can tell it from a trace. What is
/// left of rubbed out pencil, and a back that shows through within the specification, keep below 0.2.
pub(super) const FAINT_SHARE: f32 = 0.25;
/// What would be none if only this share made ink may be the print of a back that shows through.
const FULL_SHARE: f32 = 0.42;
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
    /// Inner pixels by how dark they are.
    dark: Dark,
    strokes: Strokes,
    /// Strokes of the faint ones among them, where there are enough to make a mark.
    faint: Option<Strokes>,
    /// Whether its outline is where it has to be.
    is_whole: bool,
}

/// Pixels of three degrees of darkness, each with those that are darker still.
#[derive(Clone, Copy, Default)]
struct Dark {
    faint: u32,
    ink: u32,
    full: u32,
}

/// The grey levels below which pixels are that dark.
struct Limits {
    faint: f32,
    ink: f32,
    full: f32,
}

impl Dark {
    /// Inner pixels, with the surroundings' first pixel at (`x`, `y`) of the region.
    fn within(plan: &TargetPlan, region: &Region, (x, y): (usize, usize), limits: &Limits) -> Dark {
        let mut dark = Dark::default();
        for (row, inner) in plan.inner_rows().enumerate() {
            let start = (y + row) * region.width + x;
            let levels = &region.levels()[start..start + plan.width()];
            for (_, &level) in inner.iter().zip(levels).filter(|(is_inner, _)| **is_inner) {
                let level = f32::from(level);
                dark.faint += u32::from(level < limits.faint);
                dark.ink += u32::from(level < limits.ink);
                dark.full += u32::from(level < limits.full);
            }
        }
        dark
    }
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
        let found = self.look(at, thresholds).ok_or_else(|| uncertain(target))?;
        let share = |pixels: u32| plan.permille(pixels);
        let Ink { dark, strokes, faint, is_whole } = found;
        if share(strokes.streak) >= thresholds.marginal_permille {
            let (contest, option) = (target.contest.to_string(), target.option.to_string());
            return Err(Refusal::StreakAcrossTarget { contest, option });
        }
        let score_permille = share(dark.ink.saturating_sub(strokes.foreign()));
        // Specks add up to a doubt and never to a vote.
        let drawn = share(dark.ink.saturating_sub(strokes.foreign() + strokes.specks));
        let is_specks = drawn < thresholds.definite_permille && strokes.specks > 0;
        let is_pale = score_permille >= thresholds.marginal_permille
            && share(dark.full) < thresholds.marginal_permille;
        let is_doubtful = strokes.is_doubtful || is_specks || is_pale || !is_whole;
        let is_faint = faint.is_some_and(|strokes| {
            let drawn = dark.faint.saturating_sub(strokes.foreign() + strokes.specks);
            share(drawn) >= thresholds.definite_permille
        });
        // What lies on a line that was taken out may be the mark, or the rest of it.
        let is_hidden = strokes.hidden > 0
            && score_permille + share(strokes.hidden) >= thresholds.marginal_permille;
        let verdict = match MarkVerdict::of(score_permille, thresholds) {
            MarkVerdict::Marked if is_doubtful => MarkVerdict::Marginal,
            MarkVerdict::Unmarked if strokes.is_drawn || is_faint || is_hidden => {
                MarkVerdict::Marginal
            }
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
    fn look(&self, at: usize, thresholds: &Thresholds) -> Option<Ink> {
        let plan = &self.design.targets[at];
        let fine = &self.registration.frame.fine;
        let (width, height) = (plan.width(), plan.height());
        let map = self.registration.field.local(plan.centre());
        let reach = REACH as f32 - 0.5;
        let size = (width + 2 * REACH, height + 2 * REACH);
        let first = Point { x: plan.left as f32 - reach, y: plan.top as f32 - reach };
        let region = map.region(fine, first, 1.0, size);
        let limits = self.limits(&region)?;
        let (dx, dy) = self.shift(plan, &region, limits.ink)?;
        let is_faint = |dark: Dark| plan.permille(dark.faint) >= thresholds.definite_permille;
        let is_little = |dark: Dark| dark.ink < plan.min_ink() && !is_faint(dark);
        let nothing = |dark| {
            let strokes = Strokes::default();
            Some(Ink { dark, strokes, faint: None, is_whole: true })
        };
        let dark = Dark::within(plan, &region, (whole(dx), whole(dy)), &limits);
        if is_little(dark) {
            return nothing(dark);
        }
        // Half a pixel of an outline along a whole side would be ink: once more, to the fraction.
        let first = Point { x: plan.left as f32 + 0.5 + dx, y: plan.top as f32 + 0.5 + dy };
        let exact = map.region(fine, first, 1.0, (width, height));
        let dark = Dark::within(plan, &exact, (0, 0), &limits);
        if is_little(dark) {
            return nothing(dark);
        }
        let map = map.shifted(Point { x: dx, y: dy });
        let strokes_of = |ink| {
            let (blank, print, faint) = (&self.design.fine, plan.print, limits.faint);
            let sight = Sight { blank, page: fine, map, print, ink, faint };
            follow(at, &self.design.targets, &sight)
        };
        let has_ink = dark.ink >= plan.min_ink();
        let strokes = if has_ink { strokes_of(limits.ink) } else { Strokes::default() };
        let score = plan.permille(dark.ink.saturating_sub(strokes.foreign()));
        let is_unmarked = MarkVerdict::of(score, thresholds) == MarkVerdict::Unmarked;
        let faint = (is_unmarked && is_faint(dark)).then(|| strokes_of(limits.faint));
        let is_whole = !has_ink || plan.is_whole(&exact, limits.ink);
        Some(Ink { dark, strokes, faint, is_whole })
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

    /// The levels of ink by the paper around a target; `None` where paper and print can't be told apart.
    fn limits(&self, region: &Region) -> Option<Limits> {
        let [dark, paper] = region.percentiles([0.02, 0.8]);
        let contrast = u32::from(paper.saturating_sub(dark));
        let below = |share| darker_by(share, f32::from(paper), self.black);
        (contrast * 100 >= self.contrast * MIN_LOCAL_CONTRAST_PERCENT).then(|| Limits {
            faint: below(FAINT_SHARE),
            ink: below(INK_SHARE),
            full: below(FULL_SHARE),
        })
    }
}

/// The first pixel of a target in a region that reaches [`REACH`] further, for a shift.
fn whole(shift: f32) -> usize {
    (shift.round() as i32 + REACH as i32).clamp(0, 2 * REACH as i32) as usize
}

/// Below this level there is ink, by the paper around and the black of the page.
pub(super) fn ink_below(paper: f32, black: u8) -> f32 {
    darker_by(INK_SHARE, paper, black)
}

/// What is darker than paper by a share of the page's contrast is below this level.
pub(super) fn darker_by(share: f32, paper: f32, black: u8) -> f32 {
    paper - share * (paper - f32::from(black)).max(MIN_CONTRAST as f32)
}

fn uncertain(target: &Target) -> Refusal {
    Refusal::TargetUncertain {
        contest: target.contest.to_string(),
        option: target.option.to_string(),
    }
}
