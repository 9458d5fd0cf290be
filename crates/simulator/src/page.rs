//! One simulated page: a blank, marks on it, its fate, and the truth.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "micrometres of a page, and pixels at 200 dpi"
)]

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};
use serde::{Deserialize, Serialize};
use urna_core::design::PageDesign;
use urna_core::recognition::{Area, GrayPage, Refusal, decode};

use crate::canvas::{Ink, Sheet, Spot};
use crate::damage::{Damage, Fate};
use crate::pen::{Box, Kind, Spilled, Tool, draw, draw_exact};
use crate::random::Random;
use crate::scanner::{expose, feed};

/// Dots per inch at which sheets are kept and scanned.
const DPI: f32 = 200.0;
/// Neighbours further than this are out of a tail's reach, in millimetres.
const TAIL_MM: f32 = 5.0;

/// Why a page can't be simulated.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SimulatorFault {
    /// The blank page of the design can't be read.
    #[error("the blank page of the design can't be read: {0}")]
    Blank(Refusal),
    /// The picture can't be encoded or is not decoded again.
    #[error("the page can't be encoded: {0}")]
    Encode(String),
}

/// A design, ready to be marked and scanned many times.
pub struct Blank {
    sheet: Sheet,
    /// The targets of the design, in its order, in millimetres.
    targets: Vec<Box>,
    /// For each target the neighbours that a tail can reach.
    neighbours: Vec<Vec<usize>>,
}

/// A target that carries something, or into which something spilled.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MarkedTarget {
    /// Which one, in the order of the design.
    pub target: usize,
    /// What was drawn.
    pub kind: Kind,
    /// With what.
    pub tool: Tool,
    /// Exactly with this ink, where that is not left to chance.
    pub ink: Option<Ink>,
    /// The neighbour that its tail ends in, and how deep, as a share of its inner side.
    pub spilled: Option<(usize, f32)>,
}

/// What is true of one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Nobody touched it.
    Untouched,
    /// Nobody marked it, but a neighbour's tail ends in it.
    SpilledInto,
    /// This was drawn on it; [`Kind::is_vote`] says whether it counts.
    Drawn(Kind),
    /// This was drawn on it, and black and white made something else of it: nothing or shreds of a
    /// pale vote, black of a rubbed out trace. No reader can be asked for it.
    Lost(Kind),
}

impl Truth {
    /// Whether it is a vote.
    pub fn is_vote(self) -> bool {
        matches!(self, Truth::Drawn(kind) if kind.is_vote())
    }
}

/// A simulated scan.
pub struct Scan {
    /// As it comes out of the decoder.
    pub page: GrayPage,
    /// The file, where the damage is one of the file's format.
    pub jpeg: Option<Vec<u8>>,
    /// What is true of each target, in the order of the design.
    pub truth: Vec<Truth>,
}

impl Blank {
    /// Prepares a design.
    ///
    /// # Errors
    /// [`SimulatorFault::Blank`].
    pub fn new(design: &PageDesign) -> Result<Blank, SimulatorFault> {
        let blank = decode(&design.blank_png).map_err(SimulatorFault::Blank)?;
        let px = |um: u32| (um as f32 / 25_400.0 * DPI).round() as u32;
        let whole = Area { x0: 0.0, y0: 0.0, x1: blank.width() as f32, y1: blank.height() as f32 };
        let page = blank.resampled(whole, px(design.width_um), px(design.height_um));
        let mm = |um: u32| um as f32 / 1000.0;
        let targets: Vec<Box> = design
            .targets
            .iter()
            .map(|target| Box {
                at: Spot::new(mm(target.area.x), mm(target.area.y)),
                w: mm(target.area.w),
                h: mm(target.area.h),
            })
            .collect();
        let neighbours = targets.iter().enumerate().map(|(own, target)| {
            let near = |(other, place): (usize, &Box)| {
                let (x, y) = target.gap(place);
                let is_straight = x == 0.0 || y == 0.0;
                (other != own && is_straight && x.max(y) <= TAIL_MM).then_some(other)
            };
            targets.iter().enumerate().filter_map(near).collect()
        });
        let neighbours = neighbours.collect();
        Ok(Blank { sheet: Sheet::new(page, mm(design.width_um)), targets, neighbours })
    }

    /// How many targets there are.
    pub fn targets(&self) -> usize {
        self.targets.len()
    }

    /// The targets that a tail from this one can reach.
    pub fn neighbours(&self, target: usize) -> &[usize] {
        self.neighbours.get(target).map_or(&[], Vec::as_slice)
    }
}

/// Marks about this share of the targets, each in some way. No two marks are drawn into one target,
/// and no tail goes into a target with a mark of its own.
pub fn mark_targets(
    blank: &Blank,
    share: f32,
    kinds: &[Kind],
    random: &mut Random,
) -> Vec<MarkedTarget> {
    let mut taken = vec![false; blank.targets.len()];
    let mut marks = Vec::new();
    for target in 0..blank.targets.len() {
        if taken[target] || !random.chance(share) {
            continue;
        }
        let kind = random.one_of(kinds).unwrap_or(Kind::Cross);
        let tool = match kind {
            Kind::Line => Some(Tool::Pencil),
            Kind::Erased => Some(Tool::Pencil),
            _ => random.one_of(&Tool::ALL),
        };
        let free: Vec<usize> = match kind {
            Kind::Spill => {
                blank.neighbours[target].iter().copied().filter(|&near| !taken[near]).collect()
            }
            _ => Vec::new(),
        };
        let spilled = random.one_of(&free).map(|near| (near, random.between(0.05, 0.3)));
        taken[target] = true;
        if let Some((near, _)) = spilled {
            taken[near] = true;
        }
        let tool = tool.unwrap_or(Tool::Ballpoint);
        marks.push(MarkedTarget { target, kind, tool, ink: None, spilled });
    }
    marks
}

/// Draws the marks, lets the damage happen and scans.
///
/// # Errors
/// [`SimulatorFault::Encode`].
pub fn scan(
    blank: &Blank,
    marks: &[MarkedTarget],
    (damage, strength): (Damage, f32),
    seed: u64,
) -> Result<Scan, SimulatorFault> {
    let mut random = Random::new(seed);
    let middles: Vec<Spot> = blank.targets.iter().map(Box::centre).collect();
    let size = (blank.sheet.width_mm(), blank.sheet.height_mm());
    let fate = Fate::of(damage, strength, size, &middles, &mut random);
    let mut sheet = blank.sheet.clone();
    fate.before_marks(&mut sheet, &mut random);
    let mut truth = vec![Truth::Untouched; blank.targets.len()];
    for mark in marks {
        let Some(target) = blank.targets.get(mark.target) else { continue };
        let spilled = mark.spilled.and_then(|(near, depth)| {
            truth[near] = Truth::SpilledInto;
            blank.targets.get(near).map(|&into| Spilled { into, depth })
        });
        let ink = match mark.ink {
            None => draw(&mut sheet, target, (mark.kind, mark.tool), spilled, &mut random),
            Some(ink) => {
                draw_exact(&mut sheet, target, (mark.kind, ink), spilled, &mut random);
                ink
            }
        };
        // On average the grain takes a quarter of its share of the darkness.
        let level = 255.0 - (255.0 - ink.level) * (1.0 - ink.grain / 4.0);
        let is_kept = fate.keeps(level, mark.kind.is_vote());
        let drawn = if is_kept { Truth::Drawn } else { Truth::Lost };
        truth[mark.target] = drawn(mark.kind);
    }
    fate.after_marks(&mut sheet, &blank.sheet.page, &mut random);
    let mut page = feed(&sheet, &fate.feed, &mut random);
    expose(&mut page, &fate.optics, fate.feed.dpi, &mut random);
    let jpeg = fate.quality.map(|quality| encode(&page, quality)).transpose()?;
    if let Some(bytes) = &jpeg {
        page = decode(bytes).map_err(|fault| SimulatorFault::Encode(fault.to_string()))?;
    }
    Ok(Scan { page, jpeg, truth })
}

fn encode(page: &GrayPage, quality: u8) -> Result<Vec<u8>, SimulatorFault> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, quality)
        .write_image(page.pixels(), page.width(), page.height(), ExtendedColorType::L8)
        .map_err(|fault| SimulatorFault::Encode(fault.to_string()))?;
    Ok(bytes)
}
