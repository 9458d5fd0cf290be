//! Marked ballots to measure with where there are no real scans.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Context;
use serde_json::json;
use urna_core::ballot::{Mark, Sample, Stroke, sample_page};
use urna_core::design::PageDesign;

use crate::files::{design_folders, read_design};

/// Marked ballots of each design.
const SAMPLES: u64 = 6;

/// Draws some of each design in `designs`, laid out as real scans are.
pub fn draw(designs: &Path, out: &Path) -> anyhow::Result<()> {
    for folder in design_folders(designs)? {
        let design = read_design(&folder)?;
        let name = folder.file_name().context("a folder has a name")?;
        let scans = out.join(name).join("scans");
        fs::create_dir_all(&scans)?;
        for file in ["design.json", "blank.png"] {
            fs::copy(folder.join(file), out.join(name).join(file))?;
        }
        for nth in 0..SAMPLES {
            let sample = sample(&design, nth);
            let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for mark in &sample.marks {
                expected.entry(mark.contest.as_str()).or_default().push(mark.option.as_str());
            }
            let rotation_deg = if sample.upside_down { 180 } else { 0 };
            let truth = json!({ "expected": expected, "unsure": [], "rotation_deg": rotation_deg });
            let stem = scans.join(format!("sample-{nth}"));
            fs::write(stem.with_extension("jpg"), sample_page(&design, &sample)?)?;
            fs::write(stem.with_extension("json"), truth.to_string())?;
        }
    }
    Ok(())
}

/// One mark, elsewhere and with another stroke each time; every third sheet is upside down.
fn sample(design: &PageDesign, nth: u64) -> Sample {
    let strokes = [Stroke::Tick, Stroke::Cross, Stroke::Fill];
    let pick = |count: usize, step: u64| {
        let count = u64::try_from(count).unwrap_or(1).max(1);
        usize::try_from(nth.wrapping_mul(step) % count).unwrap_or(0)
    };
    let target = design.targets.get(pick(design.targets.len(), 5));
    let marks = target.map(|target| Mark {
        contest: target.contest.clone(),
        option: target.option.clone(),
        stroke: strokes[pick(strokes.len(), 1)],
    });
    Sample { marks: marks.into_iter().collect(), upside_down: nth % 3 == 2, seed: nth + 1 }
}
