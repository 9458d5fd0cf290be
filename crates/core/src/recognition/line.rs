//! Straight lines across a target that nobody drew for it: a fold, dirt on the scanner's glass, a pen
//! that struck something out.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a page"
)]

use super::stroke::Sight;
use super::transform::{Point, least_squares};

/// Between two places where a line is looked for, in fine pixels (1 mm).
const STEP: i32 = 6;
/// How far to both sides of a target it is looked for, in fine pixels (30 mm).
const LOCAL: i32 = 180;
/// How far it must go on without a gap to each side, and to both together, in places without print
/// (4 mm and 15 mm). A tick or a cross that leaves its square is shorter, or leaves it on one side.
const EACH_SIDE: i32 = 4;
const BOTH_SIDES: i32 = 15;
/// Steepest line that is looked for: a page is turned by less, and so is a fold.
const MAX_SLOPE: f32 = 0.06;
const SLOPE_STEP: f32 = 0.005;
/// Places without print that must be seen on the whole page, where a fold fades and a page bends, and
/// the share of them that must be dark, in percent.
const PAGE_PLACES: i32 = 20;
const PAGE_PERCENT: i32 = 70;
/// How far a line may leave its straight course over the whole page, in fine pixels (1.2 mm).
const PAGE_BEND: i32 = 7;
/// A line is at most this wide to both sides of a place in it, in fine pixels (1.3 mm).
const WIDEST: i32 = 8;
/// Dirt on the glass stands still: on the scan its line is upright to this, as a slope.
const UPRIGHT: f32 = 0.003;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// Dirt on the glass: upright on the scan.
    Glass,
    /// From one edge of the page to the other: a fold, as a rule.
    Fold,
    /// A pen.
    Pen,
}

/// A line across a target: `offset` + `slope` × distance from `origin` along it, in fine pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub is_across: bool,
    pub cause: Cause,
    origin: Point,
    offset: f32,
    slope: f32,
    half: f32,
}

impl Line {
    /// Whether a pixel of the design lies on the line or touches it.
    pub fn covers(&self, x: i32, y: i32) -> bool {
        let (along, off) = split(self.is_across, x as f32 + 0.5, y as f32 + 0.5);
        let (origin, middle) = split(self.is_across, self.origin.x, self.origin.y);
        let away = off - middle - self.offset - self.slope * (along - origin);
        away.abs() <= self.half + 1.0
    }
}

fn split(is_across: bool, x: f32, y: f32) -> (f32, f32) {
    if is_across { (x, y) } else { (y, x) }
}

/// What there is at a place beside the line that was followed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Clear,
    Dark,
    /// The blank page has print there: nobody can tell.
    Hidden,
}

/// Looks for a line through a target with the middle `origin`, from left to right if `is_across`, that
/// passes within `reach` pixels of it. `skip` pixels around the middle are not looked at: there is the
/// target itself.
pub(super) fn find(
    sight: &Sight,
    origin: Point,
    is_across: bool,
    reach: i32,
    skip: i32,
) -> Option<Line> {
    let span = reach + (MAX_SLOPE * LOCAL as f32).ceil() as i32 + 1;
    let strips = |side: i32| -> Vec<Option<Strip>> {
        let places = (skip..=LOCAL + skip).step_by(STEP as usize);
        places.map(|away| Strip::new(sight, origin, is_across, side * away, span)).collect()
    };
    let sides = [strips(-1), strips(1)];
    let slopes = (MAX_SLOPE / SLOPE_STEP) as i32;
    let mut best: Option<(i32, f32, f32)> = None;
    for offset in -reach..=reach {
        for slope in -slopes..=slopes {
            let (offset, slope) = (offset as f32, slope as f32 * SLOPE_STEP);
            let [before, after] = sides.each_ref().map(|strips| run(strips, offset, slope));
            let dark = before.min(LOCAL) + after.min(LOCAL);
            let is_long = before >= EACH_SIDE && after >= EACH_SIDE && dark >= BOTH_SIDES;
            if is_long && best.is_none_or(|(most, ..)| dark > most) {
                best = Some((dark, offset, slope));
            }
        }
    }
    let (_, offset, slope) = best?;
    let (offset, slope, half) = centred(&sides, offset, slope);
    let line = Line { is_across, cause: Cause::Pen, origin, offset, slope, half };
    Some(Line { cause: line.cause_on(sight), ..line })
}

/// In how many places without print a line shows, from the target outwards, until it is missing in two
/// that follow each other. What lies beyond the page would be dark.
fn run(strips: &[Option<Strip>], offset: f32, slope: f32) -> i32 {
    let (mut dark, mut missing) = (0, 0);
    for strip in strips {
        let Some(strip) = strip else {
            return dark.max(EACH_SIDE);
        };
        match strip.state(offset + slope * strip.along as f32, 1) {
            State::Hidden => {}
            State::Dark => (dark, missing) = (dark + 1, 0),
            State::Clear => missing += 1,
        }
        if missing > 1 {
            break;
        }
    }
    dark
}

/// The middle of a line that was found roughly, its slope, and half its width (the median).
fn centred(sides: &[Vec<Option<Strip>>; 2], offset: f32, slope: f32) -> (f32, f32, f32) {
    let strips = || sides.iter().flatten().flatten();
    let found = strips().filter_map(|strip| {
        let (middle, width) = strip.dark_at(offset + slope * strip.along as f32)?;
        Some((strip.along as f32, middle, width))
    });
    let found: Vec<(f32, f32, f32)> = found.collect();
    let rows = found.iter().map(|&(along, middle, _)| ([1.0, along], middle, 1.0));
    let [offset, slope] = least_squares::<2>(rows).unwrap_or([offset, slope]);
    let mut widths: Vec<f32> = found.iter().map(|&(.., width)| width).collect();
    widths.sort_by(f32::total_cmp);
    (offset, slope, widths.get(widths.len() / 2).map_or(1.0, |width| width / 2.0))
}

impl Line {
    fn cause_on(&self, sight: &Sight) -> Cause {
        let at = |along: f32| {
            let off = self.offset + self.slope * along;
            let p = if self.is_across {
                Point { x: self.origin.x + along, y: self.origin.y + off }
            } else {
                Point { x: self.origin.x + off, y: self.origin.y + along }
            };
            sight.map.apply(p)
        };
        let (a, b) = (at(-(LOCAL as f32)), at(LOCAL as f32));
        if (a.x - b.x).abs() <= UPRIGHT * (a.y - b.y).abs() + 1.0 {
            return Cause::Glass;
        }
        let (width, height) = (sight.blank.width() as i32, sight.blank.height() as i32);
        let (length, start) =
            if self.is_across { (width, self.origin.x) } else { (height, self.origin.y) };
        let (mut seen, mut dark) = (0, 0);
        let span = (MAX_SLOPE * length as f32) as i32 + PAGE_BEND + self.offset.abs() as i32;
        for along in (2 * STEP..length - 2 * STEP).step_by(2 * STEP as usize) {
            let along = along - start as i32;
            let strip = Strip::new(sight, self.origin, self.is_across, along, span);
            let off = self.offset + self.slope * along as f32;
            match strip.map_or(State::Hidden, |strip| strip.state(off, PAGE_BEND)) {
                State::Hidden => {}
                state => {
                    seen += 1;
                    dark += i32::from(state == State::Dark);
                }
            }
        }
        let is_whole = seen >= PAGE_PLACES && dark * 100 >= seen * PAGE_PERCENT;
        if is_whole { Cause::Fold } else { Cause::Pen }
    }
}

/// What the page shows on a short line at right angles to the one that is followed.
struct Strip {
    along: i32,
    span: i32,
    states: Vec<State>,
}

impl Strip {
    /// `None` beyond the page.
    fn new(sight: &Sight, origin: Point, is_across: bool, along: i32, span: i32) -> Option<Strip> {
        let (width, height) = (sight.blank.width() as f32, sight.blank.height() as f32);
        let place = |off: i32| {
            let (along, off) = (along as f32, off as f32);
            if is_across {
                Point { x: origin.x + along, y: origin.y + off }
            } else {
                Point { x: origin.x + off, y: origin.y + along }
            }
        };
        let is_on_page =
            |p: Point| p.x >= 1.0 && p.y >= 1.0 && p.x < width - 1.0 && p.y < height - 1.0;
        if !is_on_page(place(0)) {
            return None;
        }
        let state = |off: i32| {
            let p = place(off);
            if !is_on_page(p) || sight.blank.sample(p.x, p.y) < f32::from(sight.print) {
                return State::Hidden;
            }
            let at = sight.map.apply(p);
            if sight.page.sample(at.x, at.y) < sight.faint { State::Dark } else { State::Clear }
        };
        Some(Strip { along, span, states: (-span..=span).map(state).collect() })
    }

    /// Middle and width of what is dark around `off`.
    fn dark_at(&self, off: f32) -> Option<(f32, f32)> {
        let middle = off.round() as i32;
        let is_dark = |off: i32| {
            let index = usize::try_from(off + self.span).ok();
            index.and_then(|index| self.states.get(index)) == Some(&State::Dark)
        };
        let start = [middle, middle - 1, middle + 1].into_iter().find(|&off| is_dark(off))?;
        let first = (start - WIDEST..=start).rev().take_while(|&off| is_dark(off)).last()?;
        let last = (start..=start + WIDEST).take_while(|&off| is_dark(off)).last()?;
        Some(((first + last) as f32 / 2.0, (last - first + 1) as f32))
    }

    /// Dark if anything within `tolerance` of `off` is, hidden if print is there.
    fn state(&self, off: f32, tolerance: i32) -> State {
        let middle = off.round() as i32;
        let at = |off: i32| {
            let index = usize::try_from(off + self.span).ok();
            index.and_then(|index| self.states.get(index)).copied().unwrap_or(State::Hidden)
        };
        let mut found = State::Clear;
        for off in middle - tolerance..=middle + tolerance {
            match at(off) {
                State::Dark => return State::Dark,
                State::Hidden => found = State::Hidden,
                State::Clear => {}
            }
        }
        found
    }
}
