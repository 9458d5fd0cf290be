//! Reads image files with one page design, for tuning, teaching and tests.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use serde_json::{Map, Value, json};
use urna_core::OptionId;
use urna_core::definition::{Contest, Thresholds};
use urna_core::recognition::{
    Legend, MarkVerdict, PreparedDesign, StrayMark, TargetReading, decode, explain, register,
    score, stray_marks,
};

use urna_core::rules::{Outcome, interpret_contest};

use crate::files;

/// What to read, and how to print it.
#[derive(clap::Args)]
pub struct Options {
    /// Folder with blank.png and design.json.
    #[arg(long)]
    design: PathBuf,
    /// One JSON object a line.
    #[arg(long)]
    json: bool,
    /// Draw what was read, or why not, into this PNG; of several images into OUT-1.png, OUT-2.png, … in
    /// their order. A file that is no image gets none.
    #[arg(long, value_name = "OUT.png")]
    explain: Option<PathBuf>,
    /// The scanned images (JPEG or PNG).
    #[arg(required = true)]
    images: Vec<PathBuf>,
}

/// Reads every image; a bad one does not stop the others. Exit code 1 if any was refused.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    let imported = files::read_design(&options.design)?;
    let design = PreparedDesign::new(&imported.design).context("the design")?;
    let contests = imported.contests.iter().map(|contest| contest.of_election(&imported.design));
    let contests: Vec<Contest> = contests.collect();
    let mut all_read = true;
    for (at, image) in options.images.iter().enumerate() {
        let line = read(image, &design, &contests);
        if let Some(out) = &options.explain {
            let number = (options.images.len() > 1).then_some(at + 1);
            draw(image, &design, &numbered(out, number))?;
        }
        all_read &= line["status"] == "read";
        if options.json { println!("{line}") } else { print_text(&line) }
    }
    Ok(if all_read { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Draws what is read of an image; nothing if it is none, which [`read`] has said.
fn draw(image: &Path, design: &PreparedDesign, out: &Path) -> anyhow::Result<()> {
    let Some(page) = files::read(image).ok().and_then(|bytes| decode(&bytes).ok()) else {
        return Ok(());
    };
    let designs = std::slice::from_ref(design);
    files::write(out, &explain(&page, designs, &Thresholds::default(), Legend::Words).png)
}

/// `out.png` as it is, or `out-3.png`.
fn numbered(out: &Path, number: Option<usize>) -> PathBuf {
    let Some(number) = number else {
        return out.to_owned();
    };
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    let extension = out.extension().map(|e| format!(".{}", e.to_string_lossy()));
    out.with_file_name(format!("{stem}-{number}{}", extension.unwrap_or_default()))
}

fn read(image: &Path, design: &PreparedDesign, contests: &[Contest]) -> Value {
    let name = image.display().to_string();
    let refused = |reason: &dyn std::fmt::Display, code: &str| {
        json!({
            "image": name, "status": "refused", "reason": format!("{code}: {reason}"),
            "rotation_deg": null, "registration": null, "contests": {}, "targets": [], "stray": [],
            "ms": {},
        })
    };
    let bytes = match files::read(image) {
        Ok(bytes) => bytes,
        Err(fault) => return refused(&format!("{fault:#}"), "not_readable"),
    };
    let start = Instant::now();
    let page = match decode(&bytes) {
        Ok(page) => page,
        Err(fault) => return refused(&fault, fault.code()),
    };
    let decoded = Instant::now();
    let registration = match register(&page, std::slice::from_ref(design)) {
        Ok(registration) => registration,
        Err(fault) => return refused(&fault, fault.code()),
    };
    let registered = Instant::now();
    let targets = match score(design, &registration, &Thresholds::default()) {
        Ok(targets) => targets,
        Err(fault) => return refused(&fault, fault.code()),
    };
    let scored = Instant::now();
    let stray = stray_marks(design, &registration);
    let ms = |duration: Duration| (duration.as_secs_f64() * 1e6).round() / 1e3;
    json!({
        "image": name, "status": "read", "reason": null,
        "rotation_deg": registration.rotation_deg(),
        "registration": {"rms_mm": f64::from(registration.rms_um()) / 1000.0},
        "contests": contests_json(contests, &targets),
        "targets": targets.iter().map(|target| json!({
            "contest": target.contest, "option": target.option,
            "score": f64::from(target.score_permille) / 1000.0, "verdict": target.verdict,
        })).collect::<Vec<_>>(),
        "stray": stray.marks.iter().map(stray_json).collect::<Vec<_>>(),
        "ms": {
            "decode": ms(decoded - start), "register": ms(registered - decoded),
            "score": ms(scored - registered), "total": ms(scored - start),
        },
    })
}

fn stray_json(mark: &StrayMark) -> Value {
    let thousandths = |value: u32| f64::from(value) / 1000.0;
    let area = mark.area;
    json!({
        "x_mm": thousandths(area.x), "y_mm": thousandths(area.y), "w_mm": thousandths(area.w),
        "h_mm": thousandths(area.h), "area_mm2": thousandths(mark.ink_milli_mm2),
    })
}

fn contests_json(contests: &[Contest], targets: &[TargetReading]) -> Value {
    let mut all = Map::new();
    for contest in contests {
        let with = |verdict| -> Vec<OptionId> {
            let of_verdict = |t: &&TargetReading| t.contest == contest.id && t.verdict == verdict;
            targets.iter().filter(of_verdict).map(|t| t.option.clone()).collect()
        };
        let (selected, marginal) = (with(MarkVerdict::Marked), with(MarkVerdict::Marginal));
        let allowed = usize::from(contest.votes_allowed());
        let mut value = json!({"selected": selected, "marginal": marginal});
        value["outcome"] = match interpret_contest(contest, &selected) {
            _ if !marginal.is_empty() => json!("marginal"),
            Outcome::Blank => json!("blank"),
            Outcome::Overvoted => json!("overvoted"),
            Outcome::Void { rule } => json!(rule),
            Outcome::Valid { choices, .. } if choices.len() < allowed => json!("undervoted"),
            Outcome::Valid { preference, .. } => {
                if let Some(number) = preference {
                    value["preference"] = json!(number);
                }
                json!("valid")
            }
        };
        all.insert(contest.id.to_string(), value);
    }
    Value::Object(all)
}

fn print_text(line: &Value) {
    println!("{}: {}", line["image"].as_str().unwrap_or_default(), line["status"]);
    if let Some(reason) = line["reason"].as_str() {
        println!("  {reason}");
    }
    for (contest, result) in line["contests"].as_object().into_iter().flatten() {
        println!("  {contest}: {} {}", result["outcome"], result["selected"]);
    }
}
