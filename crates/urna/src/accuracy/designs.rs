//! The ballots that are simulated: our own, a dense one, and one of a foreign kind.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use urna_core::ballot::escape;
use urna_core::definition::{ContestKind, ElectionDefinition};
use urna_core::design::{PageDesign, RectUm, Target, TargetShape};
use urna_core::recognition::PreparedDesign;
use urna_core::{ContestId, DesignId, OptionId, StyleId};
use urna_simulator::Blank;

use super::Form;
use crate::{demo, files, render};

/// Options and numbered squares of the dense ballot: as many as fit A4.
const DENSE_OPTIONS: usize = 4;
const DENSE_NUMBERS: u16 = 140;

/// The demonstration's ballots, its party list with more numbers, a sheet with ovals in two columns, and
/// those in `folders`.
pub fn forms(folders: &[PathBuf]) -> anyhow::Result<Vec<Form>> {
    let mut designs = own()?;
    for folder in folders {
        designs.push(files::read_design(folder)?.design);
    }
    designs.into_iter().map(form).collect()
}

/// Writes those that need no folder, and a back of the one in columns, a folder each.
pub fn write(folder: &Path) -> anyhow::Result<()> {
    let mut designs = own()?;
    designs.push(ovals(2)?);
    let definition = demo::definition()?;
    designs.iter().try_for_each(|design| render::write_design(&definition, design, folder))
}

fn own() -> anyhow::Result<Vec<PageDesign>> {
    let definition = demo::definition()?;
    let mut designs: Vec<PageDesign> =
        render::ballots(&definition)?.into_iter().map(|ballot| ballot.design).collect();
    designs.push(dense(&definition)?);
    designs.push(ovals(1)?);
    Ok(designs)
}

fn form(design: PageDesign) -> anyhow::Result<Form> {
    let name = design.id.to_string();
    let blank = Blank::new(&design).with_context(|| name.clone())?;
    let prepared = [PreparedDesign::new(&design).with_context(|| name.clone())?];
    Ok(Form { name, blank, prepared })
}

fn dense(definition: &ElectionDefinition) -> anyhow::Result<PageDesign> {
    let mut definition = definition.clone();
    let mut party_list = None;
    for vote in &mut definition.votes {
        for contest in &mut vote.contests {
            if let ContestKind::PartyPreference { rules } = &mut contest.kind {
                rules.numbers = DENSE_NUMBERS;
                contest.options.truncate(DENSE_OPTIONS);
                contest.against_all = None;
                party_list = Some(contest.id.clone());
            }
        }
    }
    let contest = party_list.context("the demonstration has a party list")?;
    let style = definition.styles.iter().find(|style| style.contests.contains(&contest));
    let style = style.context("the party list has a ballot")?.id.clone();
    let mut design = render::ballot(&definition, &style)?.design;
    design.id = DesignId("dense".to_owned());
    Ok(design)
}

const WIDTH: u32 = 215_900;
const HEIGHT: u32 = 279_400;
const ROWS: u32 = 38;
const PITCH: u32 = 6_300;

/// Letter paper with two columns of ovals, 4.8 × 3.2 mm, to the left of names, others on each page.
fn ovals(page: u32) -> anyhow::Result<PageDesign> {
    let first = (page - 1) * 2;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" \
         viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"Noto Sans\" fill=\"#000\">\
         <rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>",
        f64::from(WIDTH) / 1000.0,
        f64::from(HEIGHT) / 1000.0,
    );
    let mut targets = Vec::new();
    write!(
        svg,
        "<text x=\"15000\" y=\"16000\" font-size=\"6000\" font-weight=\"700\">General Ballot, District 4</text>"
    )?;
    for column in 0..2_u32 {
        let x = 15_000 + column * 95_000;
        write!(svg, "<rect x=\"{}\" y=\"22000\" width=\"90000\" height=\"700\"/>", x - 2_000)?;
        for row in 0..ROWS {
            let y = 26_000 + row * PITCH;
            let name = name((first + column) * ROWS + row);
            write!(
                svg,
                "<ellipse cx=\"{}\" cy=\"{}\" rx=\"2250\" ry=\"1450\" fill=\"none\" stroke=\"#000\" \
                 stroke-width=\"300\"/><text x=\"{}\" y=\"{}\" font-size=\"3400\">{}</text>",
                x + 2_400,
                y + 1_600,
                x + 7_000,
                y + 2_800,
                escape(&name)
            )?;
            targets.push(Target {
                contest: ContestId(format!("contest-{}", first + column)),
                option: OptionId(format!("option-{row}")),
                area: RectUm { x, y, w: 4_800, h: 3_200 },
                shape: TargetShape::Oval,
            });
        }
    }
    svg.push_str("</svg>");
    let id = if page == 1 { "ovals".to_owned() } else { format!("ovals-{page}") };
    Ok(PageDesign {
        id: DesignId(id.clone()),
        style: StyleId(id),
        page: 1,
        width_um: WIDTH,
        height_um: HEIGHT,
        targets,
        blank_png: render::picture(&svg, (WIDTH, HEIGHT))?,
        exact: false,
    })
}

/// A name like no other on the page.
fn name(number: u32) -> String {
    const FIRST: [&str; 10] =
        ["Ada", "Bruno", "Cleo", "Dmitri", "Elif", "Farid", "Greta", "Hugo", "Iris", "Jamal"];
    const LAST: [&str; 8] = [
        "Abdullin",
        "Brightwater",
        "Castellano",
        "Dorn",
        "Eriksson",
        "Fenwick",
        "Gulbrandsen",
        "Hoa",
    ];
    let pick = |list: &[&'static str], at: u32| {
        usize::try_from(at).ok().and_then(|at| list.get(at % list.len()).copied()).unwrap_or("")
    };
    format!(
        "{} {}. {}",
        pick(&FIRST, number * 7),
        char::from(b'A' + (number % 26) as u8),
        pick(&LAST, number / 3)
    )
}
