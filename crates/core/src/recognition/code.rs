//! What the QR code on a page says about which page it is.
//!
//! A code only helps: a page whose code can't be read is told by its print. What a code says is
//! believed where it names one of the designs, and where it is of our own kind and names none of them.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a page"
)]

use super::finder::{FoundCode, codes_in};
use super::frame::{COARSE, FINE, Frame};
use super::gray::{Area, GrayPage};
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::transform::{Affine, Point};
use crate::PageCode;

/// Places that are looked at for a code, at most: designs of one make have it in the same one.
const MAX_PLACES: usize = 4;
/// Codes whose middles are as close as this are in one place, in millimetres.
const SAME_PLACE_MM: f32 = 2.0;
/// How far around its place a code is looked for, in millimetres: before anything is known of how the
/// paper lies, and under a pose (paper twists by up to 1.5).
const FAR_MM: f32 = 8.0;
const NEAR_MM: f32 = 3.0;
/// Rows of a module that are looked at: its patterns are three modules high.
const ROWS_A_MODULE: f32 = 2.0;

/// The code on a blank page.
pub(super) struct PrintedCode {
    bytes: Vec<u8>,
    /// What it says, if it is on a ballot of our own.
    own: Option<PageCode>,
    /// Middle and half of its side, and side of a module, in fine pixels.
    middle: Point,
    half: f32,
    module: f32,
}

impl PrintedCode {
    /// What it says.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Looks for a code on a blank page that is `fine_width` fine pixels wide; of several the first of
    /// our own kind, or the largest.
    pub fn find(blank: &GrayPage, fine_width: u32) -> Option<PrintedCode> {
        let scale = fine_width as f32 / blank.width() as f32;
        let whole = Area { x0: 0.0, y0: 0.0, x1: blank.width() as f32, y1: blank.height() as f32 };
        let printed = |found: FoundCode| PrintedCode {
            own: own_code(&found.bytes),
            bytes: found.bytes,
            middle: Point { x: found.middle.x * scale, y: found.middle.y * scale },
            half: found.half * scale,
            module: found.module * scale,
        };
        let codes = codes_in(blank, whole, whole_page_step(blank)).into_iter().map(printed);
        codes.max_by(|a, b| a.own.is_some().cmp(&b.own.is_some()).then(a.half.total_cmp(&b.half)))
    }
}

fn own_code(bytes: &[u8]) -> Option<PageCode> {
    PageCode::parse(std::str::from_utf8(bytes).ok()?)
}

/// Every second row of a page of 200 dpi, and as close on finer ones.
fn whole_page_step(page: &GrayPage) -> u32 {
    (page.width().min(page.height()) / 800).max(1)
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Said {
    /// No code, or none that says anything here.
    Nothing,
    /// A code of somebody else's whose designs the page is not.
    Unhelpful,
    /// One of these designs.
    Designs {
        /// Their places in the list.
        among: Vec<usize>,
        /// Whether the code is of our own kind: then it is none of the others.
        is_own: bool,
    },
    /// A page that is not in the list.
    Another(Refusal),
}

impl Said {
    fn of(bytes: &[u8], designs: &[PreparedDesign]) -> Said {
        let own = own_code(bytes);
        let coded = designs.iter().enumerate().filter_map(|(at, d)| Some((at, d.code.as_ref()?)));
        let among: Vec<usize> =
            coded.filter(|(_, code)| code.bytes == bytes).map(|(at, _)| at).collect();
        if !among.is_empty() {
            return Said::Designs { among, is_own: own.is_some() };
        }
        own.and_then(|own| another(&own, designs)).map_or(Said::Nothing, Said::Another)
    }
}

/// What a code of our own kind is of, if not of any of the designs.
fn another(said: &PageCode, designs: &[PreparedDesign]) -> Option<Refusal> {
    let own = designs.iter().filter_map(|d| Some((d, d.code.as_ref()?.own.as_ref()?)));
    let mut of_election = own.clone().filter(|(_, own)| own.election == said.election).peekable();
    // Without a code of our own among the designs nobody can say whose the page is.
    own.clone().next()?;
    if of_election.peek().is_none() {
        return Some(Refusal::WrongElection { election: said.election.clone() });
    }
    let page = said.page;
    let of_style = of_election.find(|(_, own)| own.style == said.style);
    Some(match of_style {
        Some((design, _)) => Refusal::OtherPage { style: design.design().style.to_string(), page },
        None => Refusal::UnknownStyle { style: said.style.clone(), page },
    })
}

/// Reads the code where the designs have theirs, as if the paper filled the frame.
pub(super) fn read_by_frame(
    page: &GrayPage,
    frame: &Frame,
    designs: &[&PreparedDesign],
    all: &[PreparedDesign],
) -> Said {
    let scale = COARSE / FINE;
    let whole = Point { x: frame.coarse.width() as f32, y: frame.coarse.height() as f32 };
    first_said(places(designs).flat_map(|(_, code)| {
        let at = Point { x: code.middle.x * scale, y: code.middle.y * scale };
        let turned = Point { x: whole.x - at.x, y: whole.y - at.y };
        [at, turned].map(|middle| read_at(page, frame, code, middle, FAR_MM, all))
    }))
}

/// Reads the code where the designs have theirs under the pose that `map` tells: from coarse pixels of
/// the design, turned if `half_turn`, to those of the frame.
pub(super) fn read_by_pose(
    page: &GrayPage,
    frame: &Frame,
    (map, half_turn): (&Affine, bool),
    designs: &[&PreparedDesign],
    all: &[PreparedDesign],
) -> Said {
    let scale = COARSE / FINE;
    first_said(places(designs).map(|(design, code)| {
        let size = (design.fine.width() as f32, design.fine.height() as f32);
        let at = code.middle;
        let at = if half_turn { Point { x: size.0 - at.x, y: size.1 - at.y } } else { at };
        let middle = map.apply(Point { x: at.x * scale, y: at.y * scale });
        read_at(page, frame, code, middle, NEAR_MM, all)
    }))
}

/// Reads a code anywhere on the page: too slow for each sheet, and worth it to say why one is refused.
pub(super) fn read_anywhere(page: &GrayPage, designs: &[PreparedDesign]) -> Said {
    if designs.iter().all(|design| design.code.is_none()) {
        return Said::Nothing;
    }
    let whole = Area { x0: 0.0, y0: 0.0, x1: page.width() as f32, y1: page.height() as f32 };
    let codes = codes_in(page, whole, whole_page_step(page));
    first_said(codes.iter().map(|code| Said::of(&code.bytes, designs)))
}

fn first_said(mut all: impl Iterator<Item = Said>) -> Said {
    all.find(|said| *said != Said::Nothing).unwrap_or(Said::Nothing)
}

/// The different places of the designs' codes, each with a design that has it there.
fn places<'d>(
    designs: &[&'d PreparedDesign],
) -> impl Iterator<Item = (&'d PreparedDesign, &'d PrintedCode)> + use<'d> {
    let mut places: Vec<(&PreparedDesign, &PrintedCode)> = Vec::new();
    for &design in designs {
        let Some(code) = &design.code else { continue };
        let limit = SAME_PLACE_MM * FINE;
        let is_known = places.iter().any(|(other, known)| {
            let same_page = other.design().height_um == design.design().height_um;
            same_page && known.middle.distance_squared(code.middle) < limit * limit
        });
        if !is_known && places.len() < MAX_PLACES {
            places.push((design, code));
        }
    }
    places.into_iter()
}

/// Reads the code around a place in coarse pixels of the frame.
fn read_at(
    page: &GrayPage,
    frame: &Frame,
    code: &PrintedCode,
    middle: Point,
    reach_mm: f32,
    all: &[PreparedDesign],
) -> Said {
    // Scans of 300 dpi are halved for the marks; a code needs every pixel.
    let scale = page.width() as f32 / frame.fine.width() as f32;
    let at = frame.fine_from_coarse.apply(middle);
    let per_mm = COARSE * frame.fine_from_coarse.x[0].hypot(frame.fine_from_coarse.x[1]) * scale;
    // Half its diagonal, at any angle at which paper is fed.
    let half = (code.half / FINE * 1.1 + reach_mm) * per_mm;
    let (x, y) = (at.x * scale, at.y * scale);
    let area = Area { x0: x - half, y0: y - half, x1: x + half, y1: y + half };
    let step = (code.module / FINE * per_mm / ROWS_A_MODULE).round().max(1.0);
    let codes = codes_in(page, area, step as u32);
    first_said(codes.iter().map(|code| Said::of(&code.bytes, all)))
}
