//! How right recognition is: millions of ballot positions on simulated sheets, each compared with what
//! was drawn there.
//!
//! Sheet number n is made of a seed and n alone, so a run can be stopped and taken up again, shared out,
//! and any of its sheets made once more.

mod count;
mod designs;
mod edges;
mod plan;
mod plot;
mod svg;
mod table;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use urna_core::definition::Thresholds;
use urna_core::recognition::{PageReading, PreparedDesign, Refusal, read_page};
use urna_simulator::{Blank, Scan, scan};

use crate::files;
use count::{Counts, Finding};
use plan::Plan;

/// Sheets between two notes of how far the run has come.
const CHUNK: u64 = 128;
/// Wrong readings that are written down one by one; the rest is only counted.
const MAX_FINDINGS: usize = 200;

/// What to measure.
#[derive(clap::Args)]
pub struct Options {
    /// Ballot positions to reach.
    #[arg(long, default_value_t = 10_000_000)]
    positions: u64,
    /// Everything follows from it.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File that the state of the run is kept in; a run that was stopped goes on from there.
    #[arg(long)]
    state: Option<PathBuf>,
    /// Folder with blank.png and design.json of another ballot to read too; may be given several times.
    #[arg(long = "design", value_name = "DIR")]
    designs: Vec<PathBuf>,
    /// Sheets that are read at the same time.
    #[arg(long)]
    threads: Option<usize>,
    /// Writes the tables in Markdown there.
    #[arg(long, value_name = "FILE")]
    table: Option<PathBuf>,
    /// Makes only this sheet again: writes it to sheet-N.png and says what was read.
    #[arg(long, value_name = "N")]
    again: Option<u64>,
    /// Draws only the score against the size of marks, as SVG.
    #[arg(long, value_name = "SVG")]
    plot: Option<PathBuf>,
    /// Draws only what becomes of sheets as damage grows, as SVG.
    #[arg(long, value_name = "SVG")]
    edges: Option<PathBuf>,
    /// Writes only the ballots that are simulated, one folder each, as `urna interpret` takes them.
    #[arg(long, value_name = "DIR")]
    forms: Option<PathBuf>,
}

/// A page design with everything that simulating and reading it needs.
pub(crate) struct Form {
    name: String,
    blank: Blank,
    prepared: [PreparedDesign; 1],
}

/// Runs until enough positions were read. Exit code 1 if any was read wrongly.
pub fn run(options: &Options) -> anyhow::Result<ExitCode> {
    if let Some(folder) = &options.forms {
        return designs::write(folder).map(|()| ExitCode::SUCCESS);
    }
    eprintln!("Rendering the ballots");
    let forms = designs::forms(&options.designs)?;
    for form in &forms {
        eprintln!("  {}: {} positions", form.name, form.blank.targets());
    }
    if let Some(sheet) = options.again {
        return again(&forms, options.seed, sheet);
    }
    let threads = options
        .threads
        .or_else(|| std::thread::available_parallelism().ok().map(usize::from))
        .unwrap_or(1);
    if options.plot.is_some() || options.edges.is_some() {
        if let Some(path) = &options.plot {
            plot::draw(&forms, options.seed, path)?;
        }
        if let Some(path) = &options.edges {
            edges::draw(&forms, options.seed, threads, path)?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let program = program_digest(options, &forms)?;
    let mut counts =
        resumed(options.state.as_deref(), &program).unwrap_or_else(|| Counts::new(&program));
    let start = (Instant::now(), counts.positions());
    while counts.positions() < options.positions {
        let chunk = chunk(&forms, options.seed, counts.next_sheet, threads)?;
        counts.add(chunk, MAX_FINDINGS);
        counts.next_sheet += CHUNK;
        if let Some(path) = &options.state {
            save(path, &counts)?;
        }
        progress(&counts, options.positions, start);
    }
    eprintln!();
    let text = table::markdown(&counts, options.seed);
    println!("{text}");
    for Finding { text, .. } in &counts.refusals {
        eprintln!("refused: {text}");
    }
    if let Some(path) = &options.table {
        files::write(path, text.as_bytes())?;
    }
    Ok(if counts.wrong() == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// Reads a chunk of sheets, spread over the threads.
fn chunk(forms: &[Form], seed: u64, first: u64, threads: usize) -> anyhow::Result<Counts> {
    let count = u64::try_from(threads.max(1))?;
    let results = in_threads(threads, |thread| {
        let mut counts = Counts::new("");
        let thread = u64::try_from(thread)?;
        for sheet in (first..first + CHUNK).filter(|n| n % count == thread) {
            let Made { plan, simulated, reading, .. } = Made::of(forms, seed, sheet)?;
            counts.count(sheet, &plan, &simulated.truth, reading.as_ref());
        }
        Ok(counts)
    })?;
    let mut all = Counts::new("");
    results.into_iter().for_each(|counts| all.add(counts, usize::MAX));
    Ok(all)
}

/// What `work` gives for each thread's number, in order.
fn in_threads<T: Send>(
    threads: usize,
    work: impl Fn(usize) -> anyhow::Result<T> + Sync,
) -> anyhow::Result<Vec<T>> {
    let work = &work;
    std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads.max(1)).map(|thread| scope.spawn(move || work(thread))).collect();
        let joined = workers.into_iter().map(|worker| {
            worker.join().unwrap_or_else(|_| Err(anyhow::anyhow!("reading a sheet panicked")))
        });
        joined.collect()
    })
}

/// A sheet that was made and read.
struct Made<'f> {
    form: &'f Form,
    plan: Plan,
    simulated: Scan,
    reading: Result<PageReading, Refusal>,
}

impl Made<'_> {
    fn of(forms: &[Form], seed: u64, sheet: u64) -> anyhow::Result<Made<'_>> {
        let plan = Plan::of(seed, sheet, forms);
        let form = &forms[plan.form];
        let simulated = scan(&form.blank, &plan.marks, (plan.damage, plan.strength), plan.seed)?;
        let reading = read_page(&simulated.page, &form.prepared, &Thresholds::default());
        Ok(Made { form, plan, simulated, reading })
    }
}

fn again(forms: &[Form], seed: u64, sheet: u64) -> anyhow::Result<ExitCode> {
    let Made { form, plan, simulated, reading } = Made::of(forms, seed, sheet)?;
    let page = &simulated.page;
    let name = format!("sheet-{sheet}.png");
    image::save_buffer(&name, page.pixels(), page.width(), page.height(), image::ColorType::L8)?;
    println!("{name}: {}, {:?} at strength {:.2}", form.name, plan.damage, plan.strength);
    match &reading {
        Err(refusal) => println!("refused: {}: {refusal}", refusal.code()),
        Ok(reading) => {
            println!("turned by {}°, rest {} µm", reading.rotation_deg, reading.rms_um);
            for (target, truth) in reading.targets.iter().zip(&simulated.truth) {
                println!(
                    "  {}/{}: {truth:?}, read as {:?}, score {}, spilled {}, doubtful {}",
                    target.contest,
                    target.option,
                    target.verdict,
                    target.score_permille,
                    target.spilled_permille,
                    target.is_doubtful
                );
            }
        }
    }
    let mut counts = Counts::new("");
    counts.count(sheet, &plan, &simulated.truth, reading.as_ref());
    for Finding { text, .. } in &counts.findings {
        println!("WRONG {text}");
    }
    Ok(if counts.wrong() == 0 { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// A run goes on only with the program, the seed and the forms that it was begun with.
fn program_digest(options: &Options, forms: &[Form]) -> anyhow::Result<String> {
    let program = std::env::current_exe().context("this program")?;
    let mut told = files::read(&program)?;
    told.extend(options.seed.to_le_bytes());
    for form in forms {
        told.extend(form.name.as_bytes());
        told.extend(&form.prepared[0].design().width_um.to_le_bytes());
    }
    Ok(urna_core::seal::Digest::of(&told).to_string())
}

fn resumed(path: Option<&Path>, program: &str) -> Option<Counts> {
    let bytes = files::read(path?).ok()?;
    let counts: Counts = serde_json::from_slice(&bytes).ok()?;
    if counts.program == program {
        eprintln!("Going on from sheet {}", counts.next_sheet);
        return Some(counts);
    }
    eprintln!("The state is of another program, seed or set of ballots: beginning anew");
    None
}

fn save(path: &Path, counts: &Counts) -> anyhow::Result<()> {
    let new = path.with_extension("new");
    files::write(&new, &serde_json::to_vec(counts)?)?;
    std::fs::rename(&new, path).with_context(|| format!("{} can't be replaced", path.display()))
}

#[allow(clippy::cast_precision_loss, reason = "a share for the eye")]
fn progress(counts: &Counts, goal: u64, (start, before): (Instant, u64)) {
    let positions = counts.positions();
    let share = (positions as f64 / goal.max(1) as f64).min(1.0);
    let speed = (positions - before) as f64 / start.elapsed().as_secs_f64().max(1e-3);
    let rest = goal.saturating_sub(positions) as f64 / speed.max(1e-3);
    let rest = Duration::from_secs_f64(rest.clamp(0.0, 1e7)).as_secs();
    let width = 30_usize;
    let done = (0..width).filter(|&at| (at as f64) < share * width as f64).count();
    eprint!(
        "\r[{}{}] {positions} of {goal} positions, {} wrong, {} of {} sheets refused, {}:{:02} min left   ",
        "#".repeat(done),
        ".".repeat(width - done),
        counts.wrong(),
        counts.refused(),
        counts.sheets(),
        rest / 60,
        rest % 60
    );
}
