//! What can be wrong with a sheet or a scan, each in any strength.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "grey levels and counts worked out from shares"
)]

use serde::{Deserialize, Serialize};

use crate::canvas::{Sheet, Spot};
use crate::paper::{Corner, Fold, bleed_through, crease, fade, take_corner, tint};
use crate::random::Random;
use crate::scanner::{Feed, Optics, Streak};
use urna_core::recognition::GrayPage;

/// Strength up to which a sheet is within the paper specification (docs/recognition.md).
pub const SPECIFIED: f32 = 1.0;

/// Ink within this of the limit of black and white leaves only shreds on the scan.
const BARELY: f32 = 20.0;

/// What is darker than this is no rubbed out trace.
const FAINT: f32 = 150.0;

/// One thing that is wrong. At strength 1.0 it is as bad as the specification allows, at 2.0 twice
/// that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// Nothing but what every scan has: a slight turn, shift and noise.
    Clean,
    /// Turned by up to 3°.
    Turn,
    /// Fed sideways or upside down.
    Orientation,
    /// Moved by up to 8 mm.
    Shift,
    /// Printed or scanned at 95 to 103 % of its size.
    Scale,
    /// Longer or shorter than it is wide by up to 1.5 %.
    Stretch,
    /// Wandering by up to 1.5 mm while it is fed.
    Twist,
    /// Seen by a hand-held camera, up to 4 % smaller at the far end.
    Camera,
    /// Sensor noise of up to 12 grey levels.
    Noise,
    /// Blur of up to 0.15 mm.
    Blur,
    /// JPEG of quality 95 down to 50.
    Jpeg,
    /// Black and white only, the limit anywhere from 145 to 195.
    OneBit,
    /// Up to 40 % less light at one side.
    UnevenLight,
    /// Print at as little as 45 % of full contrast.
    LowContrast,
    /// Paper as dark as 170.
    Tint,
    /// Up to 20 % of the back shows through.
    BleedThrough,
    /// Up to 150 specks of up to 0.6 mm.
    Dust,
    /// Up to three lines along the feed.
    Streak,
    /// One or two folds anywhere.
    Fold,
    /// A fold through a row of targets.
    FoldThroughTargets,
    /// Crumpled, with waves of up to 0.5 mm.
    Crumple,
    /// A corner torn off, up to 10 mm, before a dark background.
    TornCorner,
    /// The lower right corner cut off by 14 to 40 mm: cancelled, at every strength.
    CutCorner,
    /// Printed up to 4 mm off its place on the paper.
    PrintOffset,
    /// Up to 45 % of the toner missing in blots.
    TonerLoss,
    /// Four of the others at once, each at a third to two thirds.
    Combined,
}

impl Damage {
    /// Every kind.
    pub const ALL: [Damage; 26] = [
        Damage::Clean,
        Damage::Turn,
        Damage::Orientation,
        Damage::Shift,
        Damage::Scale,
        Damage::Stretch,
        Damage::Twist,
        Damage::Camera,
        Damage::Noise,
        Damage::Blur,
        Damage::Jpeg,
        Damage::OneBit,
        Damage::UnevenLight,
        Damage::LowContrast,
        Damage::Tint,
        Damage::BleedThrough,
        Damage::Dust,
        Damage::Streak,
        Damage::Fold,
        Damage::FoldThroughTargets,
        Damage::Crumple,
        Damage::TornCorner,
        Damage::CutCorner,
        Damage::PrintOffset,
        Damage::TonerLoss,
        Damage::Combined,
    ];

    /// Those that add up on one sheet.
    const PARTS: [Damage; 17] = [
        Damage::Turn,
        Damage::Orientation,
        Damage::Shift,
        Damage::Scale,
        Damage::Stretch,
        Damage::Twist,
        Damage::Noise,
        Damage::Blur,
        Damage::Jpeg,
        Damage::UnevenLight,
        Damage::LowContrast,
        Damage::Tint,
        Damage::BleedThrough,
        Damage::Dust,
        Damage::Fold,
        Damage::Crumple,
        Damage::PrintOffset,
    ];
}

/// Everything that happens to one sheet, before and while it is scanned.
pub(crate) struct Fate {
    pub feed: Feed,
    pub optics: Optics,
    pub quality: Option<u8>,
    pub paper: f32,
    pub contrast: f32,
    bleed: f32,
    toner_loss: f32,
    corner: Option<(Corner, f32, f32)>,
}

impl Fate {
    /// What every scan has.
    fn new(random: &mut Random) -> Fate {
        let feed = Feed {
            turn_deg: random.around(0.6),
            shift_mm: Spot::new(random.around(1.0), random.around(1.0)),
            scale: 1.0 + random.around(0.004),
            ..Feed::default()
        };
        let optics = Optics { noise: random.between(1.0, 4.0), ..Optics::default() };
        let paper = random.between(232.0, 250.0);
        Fate {
            feed,
            optics,
            quality: None,
            paper,
            contrast: paper - random.between(15.0, 40.0),
            bleed: 0.0,
            toner_loss: 0.0,
            corner: None,
        }
    }

    /// The fate of a sheet with this damage. `targets` are the middles of the targets, for what is
    /// meant to hit them.
    pub fn of(
        damage: Damage,
        strength: f32,
        sheet: (f32, f32),
        targets: &[Spot],
        random: &mut Random,
    ) -> Fate {
        let mut fate = Fate::new(random);
        if damage == Damage::Combined {
            for _ in 0..4 {
                if let Some(part) = random.one_of(&Damage::PARTS) {
                    let part_strength = strength * random.between(0.33, 0.67);
                    fate.suffer(part, part_strength, sheet, targets, random);
                }
            }
        } else {
            fate.suffer(damage, strength, sheet, targets, random);
        }
        fate
    }

    #[allow(clippy::too_many_lines, reason = "one arm for each damage")]
    fn suffer(
        &mut self,
        damage: Damage,
        strength: f32,
        (width_mm, height_mm): (f32, f32),
        targets: &[Spot],
        random: &mut Random,
    ) {
        let s = strength;
        match damage {
            Damage::Clean | Damage::Combined => {}
            Damage::Turn => {
                self.feed.turn_deg = random.around(3.0 * s);
                self.feed.border_mm = 6.0;
                self.feed.background = if random.chance(0.5) { 255 } else { 30 };
            }
            Damage::Orientation => self.feed.quarter_turns = random.below(4) as u8,
            Damage::Shift => {
                self.feed.shift_mm = Spot::new(random.around(8.0 * s), random.around(8.0 * s));
            }
            Damage::Scale => self.feed.scale = random.between(1.0 - 0.05 * s, 1.0 + 0.03 * s),
            Damage::Stretch => self.feed.stretch = 1.0 + random.around(0.015 * s),
            Damage::Twist => {
                self.feed.twist_mm = [1.5, 0.8, 0.8, 0.8].map(|most| random.around(most * s));
            }
            Damage::Camera => {
                let slant = 0.02 * s;
                self.feed.perspective = Spot::new(random.around(slant), random.around(slant));
                self.feed.turn_deg = random.around(2.0 * s);
                self.feed.border_mm = 5.0;
                self.feed.background = 60;
                self.optics.blur_mm = random.between(0.0, 0.1 * s);
                self.optics.shade = Spot::new(random.unit() * 0.25 * s, random.unit() * 0.25 * s);
            }
            Damage::Noise => self.optics.noise = random.between(4.0, 4.0 + 8.0 * s),
            Damage::Blur => self.optics.blur_mm = random.between(0.05, 0.05 + 0.1 * s),
            Damage::Jpeg => {
                self.quality = Some(random.between(95.0 - 45.0 * s, 95.0).max(5.0) as u8);
            }
            Damage::OneBit => {
                let off = 25.0 * s;
                self.optics.one_bit = Some(random.between(170.0 - off, 170.0 + off) as u8);
            }
            Damage::UnevenLight => {
                let loss = Spot::new(random.unit() * 0.3 * s, random.unit() * 0.3 * s);
                self.optics.shade = Spot::new(loss.x.min(0.8), loss.y.min(0.8));
            }
            Damage::LowContrast => {
                self.contrast *= (1.0 - 0.55 * s * random.between(0.5, 1.0)).max(0.02);
            }
            Damage::Tint => {
                self.paper -= random.unit() * 70.0 * s;
                self.contrast = (self.paper - random.between(15.0, 40.0)).max(20.0);
            }
            Damage::BleedThrough => self.bleed = random.between(0.05, 0.2) * s,
            Damage::Dust => {
                self.optics.dust = (random.below((150.0 * s) as usize + 1), 0.3 * s);
            }
            Damage::Streak => self.streaks(s, random),
            Damage::Fold => {
                for _ in 0..=random.below(2) {
                    let is_across = random.chance(0.7);
                    let length = if is_across { height_mm } else { width_mm };
                    let at_mm = length * random.between(0.1, 0.9);
                    self.feed.folds.push(fold(is_across, at_mm, s, random));
                }
            }
            Damage::FoldThroughTargets => {
                if let Some(target) = random.one_of(targets) {
                    let is_across = random.chance(0.7);
                    let at = if is_across { target.y } else { target.x };
                    let at_mm = at + random.around(2.0);
                    self.feed.folds.push(fold(is_across, at_mm, s, random));
                }
            }
            Damage::Crumple => self.feed.crumple_mm = random.between(0.1, 0.5) * s,
            Damage::TornCorner => {
                let corners =
                    [Corner::UpperLeft, Corner::UpperRight, Corner::LowerLeft, Corner::LowerRight];
                let corner = random.one_of(&corners).unwrap_or(Corner::UpperLeft);
                self.dark_border();
                self.corner = Some((corner, random.between(3.0, 10.0) * s, 1.5));
            }
            Damage::CutCorner => {
                self.dark_border();
                self.corner = Some((Corner::LowerRight, random.between(16.0, 40.0), 0.0));
            }
            Damage::PrintOffset => {
                // The paper lies still and the print on it is off: the scan's edges are the paper's.
                self.feed.shift_mm = Spot::new(random.around(4.0 * s), random.around(4.0 * s));
            }
            Damage::TonerLoss => self.toner_loss = random.between(0.15, 0.45) * s,
        }
    }

    fn dark_border(&mut self) {
        self.feed.border_mm = 5.0;
        self.feed.background = 25;
    }

    fn streaks(&mut self, s: f32, random: &mut Random) {
        for _ in 0..=random.below(3) {
            let is_dark = random.chance(0.7);
            let level = if is_dark { random.between(30.0, 150.0) } else { 255.0 };
            let is_whole = random.chance(0.7);
            let start = if is_whole { 0.0 } else { random.between(0.0, 0.6) };
            let end = if is_whole { 1.0 } else { start + random.between(0.2, 0.4) };
            self.optics.streaks.push(Streak {
                at: random.between(0.03, 0.97),
                width_mm: random.between(0.12, 0.5 * s.max(0.3)),
                level: level as u8,
                span: (start, end.min(1.0)),
            });
        }
    }

    /// What happens to the paper itself, before it is fed. `back` is what is printed behind.
    pub fn before_marks(&self, sheet: &mut Sheet, random: &mut Random) {
        if self.toner_loss > 0.0 {
            fade(sheet, self.toner_loss.min(0.98), random);
        }
    }

    /// Whether a scan in black and white shows ink of this level as what it is: a vote as dark, a trace
    /// of something else not at all.
    pub fn keeps(&self, ink_level: f32, is_vote: bool) -> bool {
        let seen = self.paper - (255.0 - ink_level) / 255.0 * self.contrast;
        self.optics.one_bit.is_none_or(|limit| {
            let limit = f32::from(limit);
            if is_vote { seen < limit - BARELY } else { seen > limit + BARELY || ink_level < FAINT }
        })
    }

    /// What happens to it once it is marked.
    pub fn after_marks(&self, sheet: &mut Sheet, back: &GrayPage, random: &mut Random) {
        if self.bleed > 0.0 {
            bleed_through(sheet, back, self.bleed.min(0.9));
        }
        for fold in &self.feed.folds {
            crease(sheet, fold, random);
        }
        tint(sheet, self.paper, self.contrast);
        if let Some((corner, legs, ragged)) = self.corner {
            take_corner(sheet, corner, legs, ragged, self.feed.background, random);
        }
    }
}

fn fold(is_across: bool, at_mm: f32, s: f32, random: &mut Random) -> Fold {
    Fold {
        is_across,
        at_mm,
        tilt_mm: random.around(3.0),
        width_mm: random.between(0.15, 0.35) * s.max(0.5),
        shade: (random.between(30.0, 120.0) * s).min(230.0),
        kink_mm: random.between(0.0, 0.3) * s,
    }
}
