//! `urna-bench measure PAGES REPEATS` prints the times of each page as JSON; `urna-bench samples
//! DESIGNS OUT` draws marked ballots to measure with where there are no real scans.
//!
//! PAGES has a folder for each design: `design.json`, `blank.png`, and `scans/` with images and,
//! beside each, a JSON file that says what is marked.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, bail};
use serde_json::json;
use urna_bench::measure;
use urna_core::ballot::{Mark, Sample, Stroke, sample_page};
use urna_core::design::PageDesign;
use urna_core::recognition::{ImportedDesign, PreparedDesign, import_design};

/// Marked ballots of each design.
const SAMPLES: u64 = 6;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        ["measure", pages, repeats] => measure_all(Path::new(pages), repeats.parse()?),
        ["samples", designs, out] => draw_all(Path::new(designs), Path::new(out)),
        _ => bail!("usage: urna-bench measure PAGES REPEATS | samples DESIGNS OUT"),
    }
}

/// The times of every repeat and the scores of the last one, page by page.
fn measure_all(pages: &Path, repeats: usize) -> anyhow::Result<()> {
    let mut measured = BTreeMap::new();
    for folder in design_folders(pages)? {
        let design = PreparedDesign::new(&read_design(&folder)?.design)?;
        for scan in sorted(&folder.join("scans"))? {
            if scan.extension().is_some_and(|extension| extension == "json") {
                continue;
            }
            let image = fs::read(&scan)?;
            let start = Instant::now();
            let now = || start.elapsed().as_secs_f64() * 1e3;
            let runs: Vec<_> = (0..repeats).map(|_| measure(&design, &image, now)).collect();
            let name = scan.strip_prefix(pages)?.to_string_lossy().into_owned();
            measured.insert(name, runs);
        }
    }
    println!("{}", serde_json::to_string(&measured)?);
    Ok(())
}

fn draw_all(designs: &Path, out: &Path) -> anyhow::Result<()> {
    for folder in design_folders(designs)? {
        let imported = read_design(&folder)?;
        let name = folder.file_name().context("a folder has a name")?;
        let scans = out.join(name).join("scans");
        fs::create_dir_all(&scans)?;
        for file in ["design.json", "blank.png"] {
            fs::copy(folder.join(file), out.join(name).join(file))?;
        }
        for nth in 0..SAMPLES {
            let sample = sample(&imported.design, nth);
            let mut expected: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for mark in &sample.marks {
                expected.entry(mark.contest.as_str()).or_default().push(mark.option.as_str());
            }
            let rotation_deg = if sample.upside_down { 180 } else { 0 };
            let truth = json!({ "expected": expected, "unsure": [], "rotation_deg": rotation_deg });
            let stem = scans.join(format!("sample-{nth}"));
            fs::write(stem.with_extension("jpg"), sample_page(&imported.design, &sample)?)?;
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

fn read_design(folder: &Path) -> anyhow::Result<ImportedDesign> {
    let json = fs::read_to_string(folder.join("design.json"))?;
    let design = import_design(&json, fs::read(folder.join("blank.png"))?);
    design.with_context(|| format!("in {}", folder.display()))
}

fn design_folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = sorted(folder)?;
    all.retain(|path| path.join("design.json").is_file());
    Ok(all)
}

fn sorted(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
