//! What `make bench` measures with:
//!
//!     urna-bench scans PAGES READINGS              times of each real scan, as JSON
//!     urna-bench sheets DECK READINGS DECODINGS    times of each simulated sheet, as JSON
//!     urna-bench deck FORMS OUT                    makes the simulated sheets
//!     urna-bench samples DESIGNS OUT               draws ballots for want of real scans
//!
//! PAGES has a folder for each design: `design.json`, `blank.png`, and `scans/` with images and,
//! beside each, a JSON file that says what is marked.

mod deck;
mod files;
mod samples;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context, bail};
use serde::Serialize;
use urna_bench::{Measured, Rounds, Side, measure};
use urna_core::recognition::{MarkVerdict, PreparedDesign};

/// A sheet, what it is read with, and what came out: all that the browser needs to do the same.
#[derive(Serialize)]
struct Task {
    name: String,
    /// Folders of the designs that each side may be.
    designs: Vec<String>,
    /// The files of each side.
    sides: Vec<Vec<String>>,
    measured: Measured,
    /// What the targets came to, where it is known.
    judged: Option<Judged>,
}

/// Targets by what became of them.
#[derive(Default, Serialize)]
struct Judged {
    right: u32,
    marginal: u32,
    wrong: u32,
    refused: u32,
}

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let tasks = match words[..] {
        ["scans", pages, readings] => measure_scans(Path::new(pages), readings.parse()?)?,
        ["sheets", deck, readings, decodings] => {
            let rounds = Rounds { readings: readings.parse()?, decodings: decodings.parse()? };
            measure_sheets(Path::new(deck), rounds)?
        }
        ["deck", forms, out] => return deck::make(Path::new(forms), Path::new(out)),
        ["samples", designs, out] => return samples::draw(Path::new(designs), Path::new(out)),
        _ => bail!("usage: urna-bench scans|sheets|deck|samples …"),
    };
    println!("{}", serde_json::to_string(&tasks)?);
    Ok(())
}

/// Each scan with its design.
fn measure_scans(pages: &Path, readings: u32) -> anyhow::Result<Vec<Task>> {
    let rounds = Rounds { readings, decodings: readings };
    let mut tasks = Vec::new();
    for folder in files::design_folders(pages)? {
        let designs = [prepared(&folder)?];
        for scan in files::scans(&folder)? {
            let name = files::name_in(pages, &scan)?;
            let measured = timed(&designs, &[vec![fs::read(&scan)?]], rounds)?;
            let (designs, sides) =
                (vec![files::name_in(pages, &folder)?], vec![vec![name.clone()]]);
            tasks.push(Task { name, designs, sides, measured, judged: None });
        }
    }
    Ok(tasks)
}

/// Each sheet with the designs of its two sides, of which a side may be either.
fn measure_sheets(folder: &Path, rounds: Rounds) -> anyhow::Result<Vec<Task>> {
    let list = fs::read_to_string(folder.join("deck.json")).context("the list of sheets")?;
    let sheets: Vec<deck::Sheet> = serde_json::from_str(&list)?;
    let mut known: BTreeMap<Vec<String>, Vec<PreparedDesign>> = BTreeMap::new();
    let mut tasks = Vec::new();
    for deck::Sheet { name, designs, sides, votes } in sheets {
        if !known.contains_key(&designs) {
            let all = designs.iter().map(|design| prepared(&folder.join(design)));
            known.insert(designs.clone(), all.collect::<anyhow::Result<_>>()?);
        }
        let read_all =
            |files: &Vec<String>| files.iter().map(|f| fs::read(folder.join(f))).collect();
        let files: Vec<Side> = sides.iter().map(read_all).collect::<std::io::Result<_>>()?;
        let measured = timed(&known[&designs], &files, rounds)?;
        let judged = Some(judged(&votes, &measured));
        tasks.push(Task { name, designs, sides, measured, judged });
    }
    Ok(tasks)
}

fn prepared(folder: &Path) -> anyhow::Result<PreparedDesign> {
    Ok(PreparedDesign::new(&files::read_design(folder)?)?)
}

fn timed(designs: &[PreparedDesign], sides: &[Side], rounds: Rounds) -> anyhow::Result<Measured> {
    let start = Instant::now();
    Ok(measure(designs, sides, rounds, || start.elapsed().as_secs_f64() * 1e3)?)
}

fn judged(votes: &[Vec<Option<bool>>], measured: &Measured) -> Judged {
    let mut judged = Judged::default();
    for (votes, side) in votes.iter().zip(&measured.sides) {
        for (at, vote) in votes.iter().enumerate() {
            let verdict = side.targets.get(at).map(|target| target.verdict);
            let count = match (vote, verdict) {
                (_, None) => &mut judged.refused,
                (_, Some(MarkVerdict::Marginal)) => &mut judged.marginal,
                (Some(true), Some(MarkVerdict::Unmarked))
                | (Some(false), Some(MarkVerdict::Marked)) => &mut judged.wrong,
                _ => &mut judged.right,
            };
            *count += 1;
        }
    }
    judged
}
