//! Test decks for the logic-and-accuracy test before an election: images of ballots that mark every target
//! and take every branch of every rule, the truth beside each, and the totals that they must come to.

mod draw;
mod expect;
mod plan;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};
use urna_core::definition::{BallotStyle, ElectionDefinition};
use urna_core::design::PageDesign;
use urna_core::seal::Package;
use urna_simulator::{Blank, Damage, MarkedTarget, Random};

use crate::{demo, files, keys, render};
use draw::{Fate, Format};
use expect::{Drawn, Paper, Place, SheetMeaning};
use plan::Planned;

/// What to make.
#[derive(clap::Args)]
pub struct Options {
    /// The election package; without it and without a definition, the demonstration's election.
    #[arg(long, requires = "root")]
    package: Option<PathBuf>,
    /// The authority's public key (PEM), for the package.
    #[arg(long, requires = "package")]
    root: Option<PathBuf>,
    /// An election definition (JSON) instead: its ballots are rendered.
    #[arg(long, conflicts_with = "package")]
    definition: Option<PathBuf>,
    /// The precinct whose device is tested; without it, the first one that takes most styles.
    #[arg(long)]
    precinct: Option<String>,
    /// Folder to write to; it must be empty.
    #[arg(long)]
    out: PathBuf,
    /// Everything follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// What happens to every sheet: clean, turn, fold, dust, jpeg, combined and so on.
    #[arg(long, default_value = "clean", value_parser = damage)]
    damage: Damage,
    /// How bad the damage is: 1 is as bad as the paper specification allows.
    #[arg(long, default_value_t = 0.5, value_parser = strength)]
    strength: f32,
    /// File format of the images.
    #[arg(long, value_enum, default_value_t = Format::Png)]
    format: Format,
}

/// A sheet that was made.
struct Made<'a> {
    drawn: Drawn<'a>,
    meaning: SheetMeaning,
}

/// Makes the deck and says what to expect of it.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let (definition, designs) = election(options)?;
    let precinct = precinct(&definition, options.precinct.as_deref())?;
    files::make_folder(&options.out)?;
    let mut inside = std::fs::read_dir(&options.out)
        .with_context(|| format!("{} can't be read", options.out.display()))?;
    anyhow::ensure!(inside.next().is_none(), "{} is not empty", options.out.display());
    let white = draw::white(designs.first().context("the election has no ballot")?)?;
    let mut random = Random::new(options.seed);
    let mut made = Vec::new();
    for design in &designs {
        let blank = Blank::new(design).with_context(|| design.id.to_string())?;
        for planned in plan::of_design(&definition, design, &precinct) {
            let number = made.len() + 1;
            made.push(one(options, &definition, &precinct, &planned, &blank, number, &mut random)?);
        }
    }
    let purpose = "white paper".to_owned();
    let planned = Planned { purpose, paper: Paper::White, design: &white, marks: Vec::new() };
    let (blank, number) = (Blank::new(&white)?, made.len() + 1);
    made.push(one(options, &definition, &precinct, &planned, &blank, number, &mut random)?);
    let total = expected(options, &definition, &precinct, &made);
    write_json(&options.out.join("expected.json"), &total)?;
    summary(options, &definition, &precinct, &made);
    Ok(())
}

/// Makes one sheet: its image and its truth.
fn one<'a>(
    options: &Options,
    definition: &'a ElectionDefinition,
    precinct: &str,
    planned: &Planned<'a>,
    blank: &Blank,
    number: usize,
    random: &mut Random,
) -> anyhow::Result<Made<'a>> {
    let Options { damage, strength, format, .. } = *options;
    let fate = Fate { damage, strength };
    let thresholds = &definition.thresholds;
    let image = draw::image(planned, blank, thresholds, fate, format, &mut random.fork())
        .with_context(|| format!("sheet {number}, {}", planned.purpose))?;
    let (design, paper) = (planned.design, planned.paper);
    let style = style_of(definition, design)?;
    let marks = planned.marks.iter().filter_map(|&(at, weight)| {
        let target = design.targets.get(at)?;
        Some((target.contest.as_str(), target.option.as_str(), weight))
    });
    let drawn = Drawn { paper, style, marks: marks.collect() };
    let meaning = expect::sheet(definition, precinct, &drawn);
    let name = format!("{number:04}.{}", format.extension());
    let is_white = paper == Paper::White;
    let truth = json!({
        "image": name,
        "purpose": planned.purpose,
        "paper": paper,
        "style": (!is_white).then_some(&style.id),
        "design": (!is_white).then_some(&design.id),
        "marks": marks_json(&drawn, &image.marks),
        "expected": meaning,
    });
    files::write(&options.out.join(&name), &image.bytes)?;
    write_json(&options.out.join(format!("{number:04}.json")), &truth)?;
    Ok(Made { drawn, meaning })
}

fn marks_json(drawn: &Drawn, marks: &[MarkedTarget]) -> Vec<Value> {
    let both = drawn.marks.iter().zip(marks);
    both.map(|((contest, option, weight), mark)| {
        json!({
            "contest": contest, "option": option, "weight": weight,
            "kind": mark.kind, "tool": mark.tool,
            "diameter_mm": mark.ink.map(|ink| (f64::from(ink.width) * 100.0).round() / 100.0),
        })
    })
    .collect()
}

fn expected(
    options: &Options,
    definition: &ElectionDefinition,
    precinct: &str,
    made: &[Made],
) -> Value {
    let sheets: Vec<expect::Expected> =
        made.iter().map(|made| (&made.drawn, &made.meaning)).collect();
    json!({
        "election": definition.id,
        "precinct": precinct,
        "thresholds": definition.thresholds,
        "seed": options.seed,
        "damage": options.damage,
        "strength": options.strength,
        "sheets": {
            "fed": made.len(),
            "ballot_box": at(made, Place::BallotBox),
            "invalid_section": at(made, Place::InvalidSection),
            "given_back": at(made, Place::GivenBack),
        },
        "votes": expect::totals(definition, precinct, &sheets),
    })
}

fn summary(options: &Options, definition: &ElectionDefinition, precinct: &str, made: &[Made]) {
    let mut styles: BTreeMap<&str, Vec<&Made>> = BTreeMap::new();
    for sheet in made {
        let is_white = sheet.drawn.paper == Paper::White;
        let style = if is_white { "(white paper)" } else { sheet.drawn.style.id.as_str() };
        styles.entry(style).or_default().push(sheet);
    }
    println!("Test deck for {}, precinct {precinct}, in {}", definition.id, options.out.display());
    println!("{:24} sheets  ballot box  invalid section  given back", "ballot style");
    let line = |name: &str, sheets: &[&Made]| {
        let at = |place| sheets.iter().filter(|made| made.meaning.place == place).count();
        println!(
            "{name:24} {:6}  {:10}  {:15}  {:10}",
            sheets.len(),
            at(Place::BallotBox),
            at(Place::InvalidSection),
            at(Place::GivenBack)
        );
    };
    for (style, sheets) in &styles {
        line(style, sheets);
    }
    line("all", &made.iter().collect::<Vec<_>>());
    println!(
        "Feed the images to a device of this precinct, in any order. Its final report must say what \
         expected.json says, register by register; what each sheet is for is in the file beside it."
    );
}

fn at(made: &[Made], place: Place) -> usize {
    made.iter().filter(|made| made.meaning.place == place).count()
}

fn election(options: &Options) -> anyhow::Result<(ElectionDefinition, Vec<PageDesign>)> {
    if let (Some(package), Some(root)) = (&options.package, &options.root) {
        let opened = Package::open(&files::read(package)?, &keys::read_public(root)?);
        let package = opened.with_context(|| format!("{} can't be used", package.display()))?;
        return Ok((package.package.definition, package.package.designs));
    }
    let definition = match &options.definition {
        Some(path) => files::read_definition(path)?,
        None => demo::definition()?,
    };
    let ballots = render::ballots(&definition)?;
    Ok((definition, ballots.into_iter().map(|ballot| ballot.design).collect()))
}

/// The precinct that was asked for, or the first of those that take most styles.
fn precinct(definition: &ElectionDefinition, asked: Option<&str>) -> anyhow::Result<String> {
    let styles =
        |id: &str| definition.styles.iter().filter(|style| expect::takes(id, style)).count();
    let all = definition.precincts.iter().map(|precinct| precinct.id.as_str());
    let chosen = match asked {
        Some(asked) => all.clone().find(|&id| id == asked),
        // The last of equals is taken: so backwards.
        None => all.rev().max_by_key(|id| styles(id)),
    };
    let chosen = chosen.with_context(|| format!("there is no precinct {}", asked.unwrap_or("")))?;
    anyhow::ensure!(styles(chosen) > 0, "precinct {chosen} takes no ballot");
    Ok(chosen.to_owned())
}

fn style_of<'a>(
    definition: &'a ElectionDefinition,
    design: &PageDesign,
) -> anyhow::Result<&'a BallotStyle> {
    let style = definition.styles.iter().find(|style| style.id == design.style);
    style.with_context(|| format!("page design {} is of an unknown style", design.id))
}

fn damage(text: &str) -> Result<Damage, String> {
    let known = || {
        let all = Damage::ALL.iter().filter_map(|damage| serde_json::to_value(damage).ok());
        let names = all.filter_map(|name| name.as_str().map(str::to_owned));
        format!("known are: {}", names.collect::<Vec<_>>().join(", "))
    };
    match serde_json::from_value(Value::from(text)) {
        Ok(Damage::CutCorner) => Err("that cancels every sheet".to_owned()),
        Ok(damage) => Ok(damage),
        Err(_) => Err(known()),
    }
}

fn strength(text: &str) -> Result<f32, String> {
    let number: f32 = text.parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=2.0).contains(&number) { Ok(number) } else { Err("from 0 to 2".to_owned()) }
}

fn write_json(path: &Path, value: &Value) -> anyhow::Result<()> {
    files::write(path, format!("{}\n", serde_json::to_string_pretty(value)?).as_bytes())
}
