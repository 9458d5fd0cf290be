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
/// Something else lies on a line where it weighs more than this many times what it weighs beside the
/// target, and then as much as this many pixels of ink. Folds pale and darken on their way.
const HEAVIER: f32 = 1.5;
const HEAVIER_PIXELS: f32 = 2.0;
/// The share of places beside a target that weigh less than what a line weighs there.
const USUAL_SHARE: usize = 80;

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
    /// Nearer to `origin` than this, along the line, is the target.
    skip: i32,
}

impl Line {
    /// Whether a pixel of the design lies on the line or touches it.
    pub fn covers(&self, x: i32, y: i32) -> bool {
        let (along, off) = split(self.is_across, x as f32 + 0.5, y as f32 + 0.5);
        let (origin, middle) = split(self.is_across, self.origin.x, self.origin.y);
        let away = off - middle - self.offset - self.slope * (along - origin);
        away.abs() <= self.half + 1.0
    }

    /// Whether a pixel of the design lies at one of these `places`, as [`Line::heavier`] gives them.
    pub fn is_within(&self, places: &[bool], (x, y): (i32, i32)) -> bool {
        let (along, _) = split(self.is_across, x as f32 + 0.5, y as f32 + 0.5);
        let (origin, _) = split(self.is_across, self.origin.x, self.origin.y);
        let index = usize::try_from((along - origin).round() as i32 + self.skip).ok();
        index.and_then(|index| places.get(index)) == Some(&true)
    }

    /// Where within the target it is so much darker, or wider, than beside it that something else lies on
    /// it: by distance from `origin`, from -`skip` to `skip`.
    pub fn heavier(&self, sight: &Sight) -> Vec<bool> {
        let beside = (self.skip..=self.skip + LOCAL).step_by(2).flat_map(|away| [-away, away]);
        let mut beside: Vec<f32> = beside.filter_map(|along| self.weight(sight, along)).collect();
        beside.sort_by(f32::total_cmp);
        let usual = beside.get(beside.len() * USUAL_SHARE / 100).copied().unwrap_or_default();
        let most = HEAVIER * usual + HEAVIER_PIXELS * (sight.faint - sight.ink);
        let within = -self.skip..=self.skip;
        within.map(|along| self.weight(sight, along).is_some_and(|weight| weight > most)).collect()
    }

    /// How much there is on the line and right beside it: the levels below the faintest that shows, summed.
    /// `None` beyond the page and where the blank page has print.
    fn weight(&self, sight: &Sight, along: i32) -> Option<f32> {
        let reach = self.half.ceil() as i32 + 1;
        let mut weight = 0.0;
        for away in -reach..=reach {
            let along = along as f32;
            let off = self.offset + self.slope * along + away as f32;
            let level = Sample::at(sight, self.origin, self.is_across, (along, off)).level()?;
            weight += (sight.faint - level).max(0.0);
        }
        Some(weight)
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
    let line = Line { is_across, cause: Cause::Pen, origin, offset, slope, half, skip };
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

/// What the page shows at a place of the design.
#[derive(Clone, Copy, PartialEq)]
enum Sample {
    /// The place is not on the page.
    Beyond,
    /// The blank page has print there.
    Print,
    Level(f32),
}

impl Sample {
    fn at(sight: &Sight, origin: Point, is_across: bool, (along, off): (f32, f32)) -> Sample {
        let (width, height) = (sight.blank.width() as f32, sight.blank.height() as f32);
        let (x, y) = if is_across { (along, off) } else { (off, along) };
        let p = Point { x: origin.x + x, y: origin.y + y };
        if p.x < 1.0 || p.y < 1.0 || p.x >= width - 1.0 || p.y >= height - 1.0 {
            return Sample::Beyond;
        }
        if sight.blank.sample(p.x, p.y) < f32::from(sight.print) {
            return Sample::Print;
        }
        let at = sight.map.apply(p);
        Sample::Level(sight.page.sample(at.x, at.y))
    }

    fn level(self) -> Option<f32> {
        if let Sample::Level(level) = self { Some(level) } else { None }
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
        let sample = |off: i32| Sample::at(sight, origin, is_across, (along as f32, off as f32));
        if sample(0) == Sample::Beyond {
            return None;
        }
        let state = |off: i32| match sample(off).level() {
            None => State::Hidden,
            Some(level) if level < sight.faint => State::Dark,
            Some(_) => State::Clear,
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
