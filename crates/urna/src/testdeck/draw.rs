//! From a planned sheet to an image.

use std::io::Cursor;

use anyhow::Context;
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, GrayImage, ImageEncoder, ImageFormat};
use urna_core::definition::Thresholds;
use urna_core::design::{PageDesign, Target, TargetShape};
use urna_core::recognition::GrayPage;
use urna_simulator::pen::{Kind, Tool};
use urna_simulator::{Blank, Damage, Ink, MarkedTarget, Random, Truth, scan};

use super::expect::{Paper, Weight};
use super::plan::Planned;

/// Marks that nobody can overlook, one after the other.
const CLEAR: [(Kind, Tool); 8] = [
    (Kind::Cross, Tool::Ballpoint),
    (Kind::Tick, Tool::Gel),
    (Kind::Full, Tool::Pencil),
    (Kind::Line, Tool::Gel),
    (Kind::Stamp, Tool::Marker),
    (Kind::Half, Tool::Ballpoint),
    (Kind::Cross, Tool::Pencil),
    (Kind::Tick, Tool::Marker),
];
/// A threshold above this asks for more ink than a tick has, in thousandths: then squares are filled in.
const MOST_FOR_TICKS: u16 = 150;
/// Ink is compared with at most this much of a target, in mm² (docs/recognition.md).
const REFERENCE_MM2: f32 = 16.0;
/// From the printed outline's outer edge to where ink is looked for, in millimetres.
const INSET_MM: f32 = 0.6;
/// A scan blurs dots: their edge seems to lie this much further out, in millimetres.
const BLUR_MM: f32 = 0.04;
/// Black and white may lose a pale mark; another hand then draws it, this many times.
const MAX_TRIES: u32 = 32;

/// File format of the images.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Lossless.
    Png,
    /// As most scanners send it, at quality 90.
    Jpeg,
}

impl Format {
    /// The end of a file's name.
    pub fn extension(self) -> &'static str {
        match self {
            Format::Png => "png",
            Format::Jpeg => "jpg",
        }
    }
}

/// What happens to every sheet.
#[derive(Clone, Copy, Debug)]
pub struct Fate {
    pub damage: Damage,
    pub strength: f32,
}

/// An image and the marks on it.
pub struct Image {
    pub bytes: Vec<u8>,
    pub marks: Vec<MarkedTarget>,
}

/// Makes the image of a planned sheet.
pub fn image(
    planned: &Planned,
    blank: &Blank,
    thresholds: &Thresholds,
    fate: Fate,
    format: Format,
    random: &mut Random,
) -> anyhow::Result<Image> {
    let damage = match planned.paper {
        Paper::Cancelled => (Damage::CutCorner, 1.0),
        Paper::Ballot | Paper::White => (fate.damage, fate.strength),
    };
    for _ in 0..MAX_TRIES {
        let marks: Vec<MarkedTarget> = (planned.marks.iter())
            .map(|&(target, weight)| marked(planned.design, target, weight, thresholds, random))
            .collect::<anyhow::Result<_>>()?;
        let scan = scan(blank, &marks, damage, random.next_u64())?;
        if scan.truth.iter().any(|truth| matches!(truth, Truth::Lost(_))) {
            continue;
        }
        let bytes = match (format, scan.jpeg) {
            (Format::Jpeg, Some(bytes)) => bytes,
            (Format::Jpeg, None) => jpeg(&scan.page)?,
            (Format::Png, _) => png(&scan.page)?,
        };
        return Ok(Image { bytes, marks });
    }
    anyhow::bail!("no mark survives {:?} at strength {}", fate.damage, fate.strength)
}

fn marked(
    design: &PageDesign,
    at: usize,
    weight: Weight,
    thresholds: &Thresholds,
    random: &mut Random,
) -> anyhow::Result<MarkedTarget> {
    let target = design.targets.get(at).context("a target of the design")?;
    let plain = |(kind, tool)| MarkedTarget { target: at, kind, tool, ink: None, spilled: None };
    let dot = |kind, permille: f32| {
        let width = dot_mm(target, permille);
        let ink = Ink { level: 30.0, width, grain: 0.0 };
        MarkedTarget { ink: Some(ink), ..plain((kind, Tool::Gel)) }
    };
    let [marginal, definite] =
        [thresholds.marginal_permille, thresholds.definite_permille].map(f32::from);
    Ok(match weight {
        Weight::Clear if thresholds.definite_permille > MOST_FOR_TICKS => {
            plain((Kind::Full, Tool::Marker))
        }
        Weight::Clear => plain(random.one_of(&CLEAR).unwrap_or(CLEAR[0])),
        Weight::Doubtful => dot(Kind::Dot, marginal + (definite - marginal) * 0.45),
        Weight::Trace => dot(Kind::Hesitation, marginal * 0.3),
    })
}

/// Diameter of a black dot that scores this many thousandths.
fn dot_mm(target: &Target, permille: f32) -> f32 {
    let area = permille / 1000.0 * reference_mm2(target);
    ((area / std::f32::consts::PI).sqrt() * 2.0 - 2.0 * BLUR_MM).max(0.1)
}

/// The area that a mark in this target is compared with, in mm².
#[allow(clippy::cast_precision_loss, reason = "micrometres of a target")]
fn reference_mm2(target: &Target) -> f32 {
    let inner = |um: u32| (um as f32 / 1000.0 - 2.0 * INSET_MM).max(0.0);
    let (w, h) = (inner(target.area.w), inner(target.area.h));
    let area = match target.shape {
        TargetShape::Square => w * h,
        TargetShape::Oval => w * h * std::f32::consts::FRAC_PI_4,
    };
    area.min(REFERENCE_MM2)
}

/// White paper of the size of a design.
pub fn white(like: &PageDesign) -> anyhow::Result<PageDesign> {
    // A coarse picture will do: there is nothing to see on it.
    let px = |um: u32| (um / 254).max(1);
    let page = GrayImage::from_pixel(px(like.width_um), px(like.height_um), image::Luma([255]));
    let mut png = Cursor::new(Vec::new());
    page.write_to(&mut png, ImageFormat::Png)?;
    Ok(PageDesign { targets: Vec::new(), blank_png: png.into_inner(), ..like.clone() })
}

fn png(page: &GrayPage) -> anyhow::Result<Vec<u8>> {
    let picture = GrayImage::from_raw(page.width(), page.height(), page.pixels().to_vec());
    let mut bytes = Cursor::new(Vec::new());
    picture.context("the page's pixels")?.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

fn jpeg(page: &GrayPage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).write_image(
        page.pixels(),
        page.width(),
        page.height(),
        ExtendedColorType::L8,
    )?;
    Ok(bytes)
}
