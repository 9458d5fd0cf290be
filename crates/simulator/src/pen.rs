//! What voters do in a square: marks that are votes, and traces that are none.
#![allow(clippy::cast_precision_loss, reason = "a few strokes are counted")]

use serde::{Deserialize, Serialize};

use crate::canvas::{Ink, Sheet, Spot};
use crate::random::Random;

/// What a voter drew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The square filled in.
    Full,
    /// Half of it filled in.
    Half,
    /// A tick.
    Tick,
    /// A cross.
    Cross,
    /// A line 1 mm wide across the square (VVSG 2.0, 1.1.6-H).
    Line,
    /// A dot of 2 to 3 mm that somebody meant.
    Dot,
    /// The imprint of a rubber stamp.
    Stamp,
    /// A tick whose tail ends in the neighbour's square, up to 30 % deep.
    Spill,
    /// A circle around the square, and nothing in it.
    Circle,
    /// A pencil mark that was rubbed out.
    Erased,
    /// A dot of at most 0.8 mm where a pen rested.
    Hesitation,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 11] = [
        Kind::Full,
        Kind::Half,
        Kind::Tick,
        Kind::Cross,
        Kind::Line,
        Kind::Dot,
        Kind::Stamp,
        Kind::Spill,
        Kind::Circle,
        Kind::Erased,
        Kind::Hesitation,
    ];

    /// Whether the voter meant it.
    pub fn is_vote(self) -> bool {
        !matches!(self, Kind::Circle | Kind::Erased | Kind::Hesitation)
    }
}

/// What a voter draws with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// 0.45 to 0.75 mm, uneven.
    Ballpoint,
    /// 0.5 to 0.8 mm, dark.
    Gel,
    /// A #2 pencil: 0.5 to 0.9 mm, grey, uneven.
    Pencil,
    /// 1.2 to 2.2 mm.
    Marker,
}

impl Tool {
    /// Every tool.
    pub const ALL: [Tool; 4] = [Tool::Ballpoint, Tool::Gel, Tool::Pencil, Tool::Marker];

    fn ink(self, random: &mut Random) -> Ink {
        let (width, level, grain) = match self {
            Tool::Ballpoint => ((0.45, 0.75), (25.0, 95.0), (0.3, 0.8)),
            Tool::Gel => ((0.5, 0.8), (15.0, 50.0), (0.0, 0.2)),
            Tool::Pencil => ((0.5, 0.9), (70.0, 125.0), (0.5, 1.0)),
            Tool::Marker => ((1.2, 2.2), (30.0, 85.0), (0.0, 0.1)),
        };
        Ink {
            width: random.between(width.0, width.1),
            level: random.between(level.0, level.1),
            grain: random.between(grain.0, grain.1),
        }
    }
}

/// A box on the sheet, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Box {
    /// Upper left corner.
    pub at: Spot,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

impl Box {
    /// A place in the box by shares of its sides.
    pub fn spot(&self, x: f32, y: f32) -> Spot {
        Spot::new(self.at.x + self.w * x, self.at.y + self.h * y)
    }

    pub(crate) fn centre(&self) -> Spot {
        self.spot(0.5, 0.5)
    }

    /// Gap between two boxes, sideways and up or down; 0 where they overlap in that direction.
    pub(crate) fn gap(&self, other: &Box) -> (f32, f32) {
        let gap = |a: f32, a_side: f32, b: f32, b_side: f32| (b - a - a_side).max(a - b - b_side);
        let x = gap(self.at.x, self.w, other.at.x, other.w);
        let y = gap(self.at.y, self.h, other.at.y, other.h);
        (x.max(0.0), y.max(0.0))
    }
}

/// Where a tail ends: in which box, and how deep, as a share of its inner side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spilled {
    /// The neighbour.
    pub into: Box,
    /// Share of its inner side, 0 to 0.3.
    pub depth: f32,
}

/// Draws a mark of `kind` with `tool` over `target`, and tells what ink it was. A spill without a
/// neighbour is a plain tick.
pub fn draw(
    sheet: &mut Sheet,
    target: &Box,
    (kind, tool): (Kind, Tool),
    spilled: Option<Spilled>,
    random: &mut Random,
) -> Ink {
    let mut ink = tool.ink(random);
    let small = target.w.min(target.h);
    // Nobody takes a broad marker to a small oval and leaves it half empty.
    if !matches!(kind, Kind::Full | Kind::Line) {
        ink.width = ink.width.min(small * 0.3);
    }
    match kind {
        Kind::Full => scribble(sheet, target, (0.12, 0.88), ink, random),
        Kind::Half => scribble(sheet, target, (0.12, 0.52), ink, random),
        Kind::Tick => tick(sheet, target, ink, random),
        Kind::Cross => cross(sheet, target, ink, random),
        Kind::Line => {
            ink.width = 1.0;
            line(sheet, target, ink, random);
        }
        Kind::Dot => {
            let size = random.between(2.0, 3.0).min(small * 0.8);
            blot(sheet, jittered(target, 0.12, random), size, ink, random);
        }
        Kind::Stamp => stamp(sheet, target, ink, random),
        Kind::Spill => match spilled {
            Some(spilled) => spill(sheet, target, spilled, ink, random),
            None => tick(sheet, target, ink, random),
        },
        Kind::Circle => circle(sheet, target, ink, random),
        Kind::Erased => {
            ink.level = random.between(205.0, 240.0);
            cross(sheet, target, ink, random);
        }
        Kind::Hesitation => {
            let dot = Ink { width: random.between(0.3, 0.8).min(small * 0.25), ..ink };
            let at = jittered(target, 0.25, random);
            sheet.line(at, at, dot, random);
        }
    }
    ink
}

/// Draws a mark of `kind` with exactly this ink: a dot is as wide as the stroke, and only the hand's
/// aim is left to chance.
pub fn draw_exact(
    sheet: &mut Sheet,
    target: &Box,
    (kind, ink): (Kind, Ink),
    spilled: Option<Spilled>,
    random: &mut Random,
) {
    match (kind, spilled) {
        (Kind::Full, _) => scribble(sheet, target, (0.12, 0.88), ink, random),
        (Kind::Half, _) => scribble(sheet, target, (0.12, 0.52), ink, random),
        (Kind::Spill, Some(spilled)) => spill(sheet, target, spilled, ink, random),
        (Kind::Tick | Kind::Spill, _) => tick(sheet, target, ink, random),
        (Kind::Cross | Kind::Erased, _) => cross(sheet, target, ink, random),
        (Kind::Line, _) => line(sheet, target, ink, random),
        (Kind::Dot | Kind::Hesitation, _) => {
            let at = jittered(target, 0.1, random);
            sheet.line(at, at, ink, random);
        }
        (Kind::Stamp, _) => stamp(sheet, target, ink, random),
        (Kind::Circle, _) => circle(sheet, target, ink, random),
    }
}

fn jittered(target: &Box, reach: f32, random: &mut Random) -> Spot {
    target.spot(0.5 + random.around(reach), 0.5 + random.around(reach))
}

fn line(sheet: &mut Sheet, target: &Box, ink: Ink, random: &mut Random) {
    let tilt = random.around(0.06);
    let (from, to) = (target.spot(0.02, 0.5 - tilt), target.spot(0.98, 0.5 + tilt));
    sheet.line(from, to, ink, random);
}

fn circle(sheet: &mut Sheet, target: &Box, ink: Ink, random: &mut Random) {
    let away = random.between(0.9, 1.4) + ink.width / 2.0;
    // Around the corners of a square, or around an oval.
    let round = if target.w < target.h * 1.3 { 1.42 } else { 1.0 };
    let radii = (target.w / 2.0 * round + away, target.h / 2.0 * round + away);
    sheet.ring(target.centre(), radii, ink, random);
}

fn tick(sheet: &mut Sheet, target: &Box, ink: Ink, random: &mut Random) {
    let start = target.spot(random.between(0.1, 0.25), random.between(0.35, 0.6));
    let elbow = target.spot(random.between(0.3, 0.5), random.between(0.75, 0.92));
    let end = target.spot(random.between(0.75, 1.0), random.between(0.05, 0.3));
    sheet.path(&[start, elbow, end], ink, random);
}

fn cross(sheet: &mut Sheet, target: &Box, ink: Ink, random: &mut Random) {
    let mut corner = |x: f32, y: f32| target.spot(x + random.around(0.1), y + random.around(0.1));
    let corners = [corner(0.2, 0.2), corner(0.8, 0.8), corner(0.8, 0.2), corner(0.2, 0.8)];
    sheet.line(corners[0], corners[1], ink, random);
    sheet.line(corners[2], corners[3], ink, random);
}

/// Back and forth from one side to a share of the width, as loosely as people fill in squares.
fn scribble(
    sheet: &mut Sheet,
    target: &Box,
    (left, right): (f32, f32),
    ink: Ink,
    random: &mut Random,
) {
    let step = ink.width * random.between(0.7, 1.5) / target.h;
    let mut spots = Vec::new();
    let (mut y, mut to_right) = (0.14, true);
    while y < 0.88 && spots.len() < 200 {
        let (near, far) = if to_right { (left, right) } else { (right, left) };
        spots.push(target.spot(near + random.around(0.03), y));
        spots.push(target.spot(far + random.around(0.03), y + step * 0.5));
        y += step;
        to_right = !to_right;
    }
    sheet.path(&spots, ink, random);
}

fn blot(sheet: &mut Sheet, at: Spot, size: f32, ink: Ink, random: &mut Random) {
    let dot = Ink { width: size * 0.7, ..ink };
    for _ in 0..4 {
        let reach = size * 0.15;
        let spot = Spot::new(at.x + random.around(reach), at.y + random.around(reach));
        sheet.line(spot, spot, dot, random);
    }
}

/// A ring with a cross in it, unevenly inked.
fn stamp(sheet: &mut Sheet, target: &Box, ink: Ink, random: &mut Random) {
    let size = target.w.min(target.h) * random.between(0.3, 0.38);
    let at = jittered(target, 0.06, random);
    let rubber = Ink { width: (size * 0.28).max(0.4), grain: random.between(0.5, 1.0), ..ink };
    sheet.ring(at, (size, size), rubber, random);
    let arm = size * 0.6;
    sheet.line(Spot::new(at.x - arm, at.y), Spot::new(at.x + arm, at.y), rubber, random);
    sheet.line(Spot::new(at.x, at.y - arm), Spot::new(at.x, at.y + arm), rubber, random);
}

/// The printed outline and what is beside it: a tail is measured from here inwards.
const OUTLINE_MM: f32 = 0.55;

fn spill(sheet: &mut Sheet, target: &Box, spilled: Spilled, ink: Ink, random: &mut Random) {
    let (own, other) = (target.centre(), spilled.into.centre());
    let start = target.spot(random.between(0.1, 0.25), random.between(0.35, 0.6));
    let elbow = target.spot(random.between(0.3, 0.5), random.between(0.7, 0.9));
    // The round end of the pen goes half its width further.
    let reach =
        |side: f32| OUTLINE_MM + spilled.depth * (side - 2.0 * OUTLINE_MM) - ink.width / 2.0;
    let (gap_x, gap_y) = target.gap(&spilled.into);
    let end = if gap_y >= gap_x {
        let deep = reach(spilled.into.h);
        let x = other.x + random.around(0.25) * spilled.into.w;
        let is_above = other.y < own.y;
        let bottom = spilled.into.at.y + spilled.into.h;
        Spot::new(x, if is_above { bottom - deep } else { spilled.into.at.y + deep })
    } else {
        let deep = reach(spilled.into.w);
        let y = other.y + random.around(0.25) * spilled.into.h;
        let is_left = other.x < own.x;
        let right = spilled.into.at.x + spilled.into.w;
        Spot::new(if is_left { right - deep } else { spilled.into.at.x + deep }, y)
    };
    sheet.path(&[start, elbow, end], ink, random);
}
