//! Where reading ends: what becomes of sheets as each kind of damage grows.
#![allow(clippy::cast_precision_loss, reason = "a few sheets are counted")]

use std::path::Path;

use urna_core::definition::Thresholds;
use urna_core::recognition::read_page;
use urna_simulator::pen::Kind;
use urna_simulator::{Damage, Random, SPECIFIED, mark_targets, scan};

use super::count::{Positions, judged};
use super::svg::Picture;
use super::table::words;
use super::{Form, in_threads};
use crate::files;

/// Sheets of each damage and strength.
const SHEETS: usize = 20;
/// Strengths from 0 to 2, by quarters.
const STEPS: u16 = 9;
const STEP: f32 = 0.25;
/// Share of the targets that carry something.
const SHARE: f32 = 0.2;

/// What became of a sheet, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Right,
    Marginal,
    Refused,
    Wrong,
}

impl Fate {
    const ALL: [Fate; 4] = [Fate::Right, Fate::Marginal, Fate::Refused, Fate::Wrong];

    fn words(self) -> &'static str {
        match self {
            Fate::Right => "all read right",
            Fate::Marginal => "right, with a marginal mark",
            Fate::Refused => "refused",
            Fate::Wrong => "a wrong mark",
        }
    }

    fn look(self) -> &'static str {
        match self {
            Fate::Right => "fill=\"#e3edf4\"",
            Fate::Marginal => "fill=\"#f0b35a\"",
            Fate::Refused => "fill=\"#5f7f99\"",
            Fate::Wrong => "fill=\"#000\"",
        }
    }
}

/// Draws one small diagram for each kind of damage.
pub fn draw(forms: &[Form], seed: u64, threads: usize, path: &Path) -> anyhow::Result<()> {
    let mut picture = Picture::new(4, (172.0, 84.0), 72.0);
    legend(&mut picture);
    for damage in Damage::ALL {
        let fates = sheets(forms, damage, seed, threads)?;
        let total = |fate| fates.iter().flatten().filter(|&&one| one == fate).count();
        let told = Fate::ALL.map(|fate| format!("{} {}", total(fate), fate.words())).join(", ");
        eprintln!("  {}: {told}", words(&damage));
        let panel = picture.panel(&words(&damage), "strength", &[0.0, 0.5, 1.0, 1.5, 2.0]);
        // Half a step beyond the ends belongs to the first and the last bar.
        for (step, fates) in (0..STEPS).zip(&fates) {
            let at = f32::from(step) * STEP;
            let sides = ((at - STEP / 2.0).max(0.0), (at + STEP / 2.0).min(2.0));
            let mut low = 0.0;
            for fate in Fate::ALL {
                let count = fates.iter().filter(|&&one| one == fate).count();
                let high = low + count as f32 / fates.len().max(1) as f32;
                if count > 0 {
                    picture.add(&panel.bar(sides, (low, high), fate.look()));
                }
                low = high;
            }
        }
        for (share, figure) in [(0.0, "0 %"), (0.5, "50 %"), (1.0, "100 %")] {
            picture.level(panel, share, "stroke=\"#999\" stroke-width=\".5\"", figure);
        }
        picture.upright(panel, SPECIFIED, "stroke=\"#111\" stroke-dasharray=\"3 2\"");
    }
    files::write(path, picture.finish().as_bytes())
}

/// What became of the sheets of each strength.
fn sheets(
    forms: &[Form],
    damage: Damage,
    seed: u64,
    threads: usize,
) -> anyhow::Result<Vec<Vec<Fate>>> {
    let threads = threads.max(1);
    let results = in_threads(threads, |thread| {
        let steps = (0..STEPS).filter(|&step| usize::from(step) % threads == thread);
        let of_step = |step: u16| {
            let all = (0..SHEETS).map(|sheet| one(forms, damage, step, sheet, seed));
            anyhow::Ok((step, all.collect::<anyhow::Result<Vec<Fate>>>()?))
        };
        steps.map(of_step).collect::<anyhow::Result<Vec<_>>>()
    })?;
    let mut fates: Vec<(u16, Vec<Fate>)> = results.into_iter().flatten().collect();
    fates.sort_by_key(|(step, _)| *step);
    Ok(fates.into_iter().map(|(_, fates)| fates).collect())
}

/// The same sheet at every strength: only the damage grows.
fn one(forms: &[Form], damage: Damage, step: u16, sheet: usize, seed: u64) -> anyhow::Result<Fate> {
    let number = u64::try_from(sheet)?;
    let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ number).fork();
    let form = &forms[sheet % forms.len()];
    let marks = mark_targets(&form.blank, SHARE, &Kind::ALL, &mut random);
    let strength = f32::from(step) * STEP;
    let scan = scan(&form.blank, &marks, (damage, strength), random.next_u64())?;
    let Ok(reading) = read_page(&scan.page, &form.prepared, &Thresholds::default()) else {
        return Ok(Fate::Refused);
    };
    let both = scan.truth.iter().zip(&reading.targets);
    let mut all = Positions::default();
    both.for_each(|(&truth, target)| all.add(&judged(truth, Some(target.verdict))));
    Ok(match (all.wrong, all.marginal) {
        (0, 0) => Fate::Right,
        (0, _) => Fate::Marginal,
        _ => Fate::Wrong,
    })
}

fn legend(picture: &mut Picture) {
    let title = "What becomes of sheets as damage grows";
    picture.words((46.0, 18.0), "start", "font-size=\"14\" font-weight=\"600\"", title);
    let words = format!(
        "Share of sheets, {SHEETS} for each bar, against the strength of the damage: up to {SPECIFIED} \
         (dashed) is within the specification, beyond it a sheet may well be refused"
    );
    picture.words((46.0, 34.0), "start", "", &words);
    let mut x = 46.0;
    for fate in Fate::ALL {
        picture.add(&format!(
            "<rect x=\"{x}\" y=\"45\" width=\"14\" height=\"11\" stroke=\"#999\" {}/>",
            fate.look()
        ));
        picture.words((x + 20.0, 54.5), "start", "", fate.words());
        x += 190.0;
    }
}
