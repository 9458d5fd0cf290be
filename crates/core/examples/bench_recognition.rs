//! Accuracy by page and time by stage over the folder of real scans, on this machine.
//!
//! `cargo run --release -p urna-core --example bench_recognition [REPEATS]`
#![allow(clippy::expect_used, reason = "a measuring tool stops where there is nothing to measure")]

#[path = "../tests/support/realscans.rs"]
mod realscans;

use std::time::Instant;

use urna_core::definition::Thresholds;
use urna_core::recognition::{MarkVerdict, PreparedDesign, decode, register, score};

fn main() {
    let Some(folder) = realscans::folder() else {
        println!("No folder of real scans here: nothing to measure.");
        return;
    };
    let repeats = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(5_usize);
    let mut times: [Vec<f64>; 4] = Default::default();
    let mut totals = [0_usize; 5];
    println!(
        "{:42} {:>4} {:>4} {:>5} {:>5} {:>6} {:>4}  {:>6} {:>8} {:>6} {:>7}",
        "page",
        "targ",
        "mark",
        "right",
        "wrong",
        "missed",
        "marg",
        "lowest",
        "highest",
        "rms um",
        "ms"
    );
    for design in realscans::designs(&folder) {
        let start = Instant::now();
        let prepared = PreparedDesign::new(&design.imported.design).expect("a usable design");
        times[3].push(start.elapsed().as_secs_f64() * 1e3);
        for scan in &design.scans {
            report(&prepared, scan, repeats, &mut times, &mut totals);
        }
    }
    let [pages, marked, wrong, missed, marginal] = totals;
    println!(
        "TOTAL {pages} pages, {marked} marked, {wrong} wrong, {missed} missed, {marginal} marginal"
    );
    for (stage, times) in ["decode", "register", "score", "prepare"].iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        let at = |share: usize| {
            times.get((times.len() * share / 100).min(times.len() - 1)).unwrap_or(&0.0)
        };
        println!(
            "{stage:9} median {:7.1} ms   p95 {:7.1} ms   (n = {})",
            at(50),
            at(95),
            times.len()
        );
    }
}

fn report(
    prepared: &PreparedDesign,
    scan: &realscans::Scan,
    repeats: usize,
    times: &mut [Vec<f64>; 4],
    totals: &mut [usize; 5],
) {
    let thresholds = Thresholds::default();
    let mut last = None;
    for _ in 0..repeats {
        let start = Instant::now();
        let page = decode(&scan.bytes).expect("an image");
        let decoded = Instant::now();
        let registration = register(&page, std::slice::from_ref(prepared));
        let registered = Instant::now();
        let readings = registration.and_then(|r| {
            let targets = score(prepared, &r, &thresholds)?;
            Ok((r.rotation_deg(), r.rms_um(), targets))
        });
        let scored = Instant::now();
        let stages = [decoded - start, registered - decoded, scored - registered];
        for (times, stage) in times.iter_mut().zip(stages) {
            times.push(stage.as_secs_f64() * 1e3);
        }
        last = Some((readings, (scored - start).as_secs_f64() * 1e3));
    }
    totals[0] += 1;
    match last {
        Some((Ok((rotation_deg, rms_um, targets)), ms)) => {
            if rotation_deg != scan.rotation_deg {
                println!("{:42} read as turned by {rotation_deg}°", scan.name);
            }
            let (mut right, mut wrong, mut missed, mut marginal) = (0, 0, 0, 0);
            let (mut lowest, mut highest) = (1000, 0);
            for target in &targets {
                let key = (target.contest.to_string(), target.option.to_string());
                if scan.unsure.contains(&key) {
                    continue;
                }
                let is_marked = scan.marked.contains(&key);
                if is_marked {
                    lowest = lowest.min(target.score_permille);
                } else {
                    highest = highest.max(target.score_permille);
                }
                match (is_marked, target.verdict) {
                    (true, MarkVerdict::Marked) => right += 1,
                    (true, MarkVerdict::Unmarked) => missed += 1,
                    (false, MarkVerdict::Marked) => wrong += 1,
                    (_, MarkVerdict::Marginal) => marginal += 1,
                    (false, MarkVerdict::Unmarked) => {}
                }
            }
            let marked = scan.marked.len();
            for (total, count) in totals[1..].iter_mut().zip([marked, wrong, missed, marginal]) {
                *total += count;
            }
            println!(
                "{:42} {:4} {marked:4} {right:5} {wrong:5} {missed:6} {marginal:4}  {lowest:6} {highest:8} {:6} {ms:7.1}",
                scan.name,
                targets.len(),
                rms_um,
            );
        }
        Some((Err(refusal), ms)) => {
            totals[3] += scan.marked.len();
            println!("{:42} REFUSED {refusal} ({ms:.1} ms)", scan.name);
        }
        None => {}
    }
}
