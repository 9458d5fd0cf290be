//! Ballots to paper and to pixels: one SVG, from which both the printed page and the blank page's
//! picture are made.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context;
use image::{GrayImage, ImageFormat};
use resvg::{tiny_skia, usvg};
use serde_json::json;
use urna_core::StyleId;
use urna_core::ballot::{Ballot, lay_out};
use urna_core::definition::{Contest, ContestKind, ElectionDefinition};
use urna_core::design::PageDesign;

use crate::files;

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf");
/// Pixels per micrometre of the blank page: 200 dpi.
const PER_UM: f32 = 200.0 / 25_400.0;

/// A rendered ballot.
pub struct Rendered {
    /// The page as a browser prints it; text has become outlines, so no font is needed.
    pub svg: String,
    /// The design with its blank page.
    pub design: PageDesign,
}

/// Renders every style of a definition file into a folder.
pub fn to_folder(definition: &Path, folder: &Path) -> anyhow::Result<()> {
    let definition = files::read_definition(definition)?;
    write_ballots(&definition, &ballots(&definition)?, folder)
}

/// Renders every ballot style.
pub fn ballots(definition: &ElectionDefinition) -> anyhow::Result<Vec<Rendered>> {
    definition.styles.iter().map(|style| ballot(definition, &style.id)).collect()
}

/// Renders the ballot of one style.
pub fn ballot(definition: &ElectionDefinition, style: &StyleId) -> anyhow::Result<Rendered> {
    render(&lay_out(definition, style)?)
}

/// Writes `<design>.svg`, and a folder that `urna interpret --design` reads.
pub fn write_ballots(
    definition: &ElectionDefinition,
    ballots: &[Rendered],
    folder: &Path,
) -> anyhow::Result<()> {
    for ballot in ballots {
        let design = &ballot.design;
        write_design(definition, design, folder)?;
        files::write(&folder.join(format!("{}.svg", design.id)), ballot.svg.as_bytes())?;
    }
    Ok(())
}

/// Writes a folder that `urna interpret --design` reads. Contests that the definition lacks have no title,
/// and as many votes as there are targets.
pub fn write_design(
    definition: &ElectionDefinition,
    design: &PageDesign,
    folder: &Path,
) -> anyhow::Result<()> {
    let place = folder.join(design.id.as_str());
    files::make_folder(&place)?;
    files::write(&place.join("blank.png"), &design.blank_png)?;
    let json = serde_json::to_string_pretty(&design_json(definition, design)?)?;
    files::write(&place.join("design.json"), json.as_bytes())
}

fn render(ballot: &Ballot) -> anyhow::Result<Rendered> {
    let tree = tree(&ballot.to_svg())?;
    let outlined = tree.to_string(&usvg::WriteOptions::default());
    // usvg writes sizes without units; the browser must print at true size.
    let (width, height) = (mm(ballot.width_um), mm(ballot.height_um));
    let size = tree.size();
    let svg = outlined.replacen(
        &format!("width=\"{}\" height=\"{}\"", size.width(), size.height()),
        &format!(
            "width=\"{width}mm\" height=\"{height}mm\" viewBox=\"0 0 {} {}\"",
            size.width(),
            size.height()
        ),
        1,
    );
    anyhow::ensure!(svg.contains("mm\""), "the size of the printed ballot is not set");
    let blank_png = rasterise(&tree, (ballot.width_um, ballot.height_um))?;
    Ok(Rendered { svg, design: ballot.design(blank_png) })
}

/// The picture of an SVG in the ballots' fonts that fills a page of this size, in micrometres.
pub fn picture(svg: &str, size_um: (u32, u32)) -> anyhow::Result<Vec<u8>> {
    rasterise(&tree(svg)?, size_um)
}

fn tree(svg: &str) -> anyhow::Result<usvg::Tree> {
    let mut options = usvg::Options::default();
    let fonts = Arc::make_mut(&mut options.fontdb);
    fonts.load_font_data(REGULAR.to_vec());
    fonts.load_font_data(BOLD.to_vec());
    usvg::Tree::from_str(svg, &options).context("the ballot's SVG")
}

fn rasterise(tree: &usvg::Tree, (width_um, height_um): (u32, u32)) -> anyhow::Result<Vec<u8>> {
    let px = |um: u32| -> anyhow::Result<u32> {
        let pixels = u64::from(um) * 200 * 2 / 25_400;
        Ok(u32::try_from(pixels.div_ceil(2))?)
    };
    let (width, height) = (px(width_um)?, px(height_um)?);
    let mut pixmap = tiny_skia::Pixmap::new(width, height).context("the page is too large")?;
    pixmap.fill(tiny_skia::Color::WHITE);
    // usvg measures in CSS pixels of 1/96 inch.
    let scale = PER_UM * 25_400.0 / 96.0;
    let transform = tiny_skia::Transform::from_scale(scale, scale);
    resvg::render(tree, transform, &mut pixmap.as_mut());
    let levels = pixmap.pixels().iter().map(|pixel| {
        let sum = u16::from(pixel.red()) + u16::from(pixel.green()) + u16::from(pixel.blue());
        u8::try_from(sum / 3).unwrap_or(u8::MAX)
    });
    let page = GrayImage::from_raw(width, height, levels.collect()).context("the page's pixels")?;
    let mut png = Cursor::new(Vec::new());
    page.write_to(&mut png, ImageFormat::Png)?;
    Ok(png.into_inner())
}

fn design_json(
    definition: &ElectionDefinition,
    design: &PageDesign,
) -> anyhow::Result<serde_json::Value> {
    let blank = urna_core::recognition::decode(&design.blank_png)?;
    let x = |um: u32| f64::from(um) * f64::from(blank.width()) / f64::from(design.width_um);
    let y = |um: u32| f64::from(um) * f64::from(blank.height()) / f64::from(design.height_um);
    let mut contests: Vec<_> = design.targets.iter().map(|target| &target.contest).collect();
    contests.dedup();
    let contests: Vec<_> = contests
        .into_iter()
        .map(|id| {
            let contest = definition.contest(id);
            let title = contest.map_or("", |contest| &contest.title.en);
            let allowed = contest.map_or(design.targets.len(), |c| usize::from(c.votes_allowed()));
            let mut json = json!({"id": id, "title": title, "votes_allowed": allowed});
            if let Some(Contest { kind: ContestKind::PartyPreference { rules }, .. }) = contest {
                json["preference"] = json!(rules);
            }
            if let Some(against_all) = contest.and_then(|contest| contest.against_all.as_ref()) {
                json["against_all"] = json!(against_all);
            }
            json
        })
        .collect();
    let targets = design.targets.iter().map(|target| {
        let area = target.area;
        json!({
            "contest": target.contest, "option": target.option, "shape": target.shape,
            "x": x(area.x), "y": y(area.y), "w": x(area.w), "h": y(area.h),
        })
    });
    Ok(json!({
        "id": design.id,
        "page_mm": {"width": mm(design.width_um), "height": mm(design.height_um)},
        "blank_px": {"width": blank.width(), "height": blank.height()},
        "contests": contests,
        "exact": design.exact,
        "targets": targets.collect::<Vec<_>>(),
    }))
}

fn mm(um: u32) -> f64 {
    f64::from(um) / 1000.0
}
