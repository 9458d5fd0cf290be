//! The result in words and numbers, as it stands in docs/recognition.md.

use std::fmt::Write;

use urna_simulator::Damage;
use urna_simulator::pen::Kind;

use super::count::{Counts, Mark, Positions, Sheets};

/// A cut corner cancels a ballot, and nobody can say what is under a streak through a target.
const MUST_BE_REFUSED: [Damage; 2] = [Damage::CutCorner, Damage::Streak];

/// Everything that was counted, as Markdown.
pub fn markdown(counts: &Counts, seed: u64) -> String {
    let mut text = String::new();
    // Writing to a String can't fail.
    let _ = by_all(&mut text, counts, seed);
    text
}

fn by_all(text: &mut String, counts: &Counts, seed: u64) -> std::fmt::Result {
    writeln!(
        text,
        "{} positions on {} sheets, seed {seed}: {} wrong. {} positions were on sheets that were refused.",
        counts.positions(),
        counts.sheets(),
        counts.wrong(),
        counts.refused_positions()
    )?;
    let flawed = counts.within(|damage| !MUST_BE_REFUSED.contains(&damage));
    let all = flawed.read + flawed.refused;
    writeln!(
        text,
        "Within the specification, but for cut corners and streaks: {} of {all} sheets refused, {} of {} positions marginal.\n",
        share(flawed.refused, all),
        share(flawed.positions.marginal, flawed.positions.all()),
        flawed.positions.all()
    )?;
    writeln!(text, "Sheets within the specification, and beyond it:\n")?;
    writeln!(
        text,
        "| damage | sheets | refused | wrong | marginal | beyond: sheets | refused | wrong | marginal | why refused |"
    )?;
    writeln!(text, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |")?;
    for (damage, [within, beyond]) in &counts.damage {
        writeln!(
            text,
            "| {} | {} | {} | {} |",
            words(damage),
            sheets(within),
            sheets(beyond),
            codes([within, beyond])
        )?;
    }
    writeln!(
        text,
        "\nPositions on sheets that were read, within the specification and beyond it:\n"
    )?;
    writeln!(
        text,
        "| mark | right | marginal | wrong | scores | beyond: right | marginal | wrong | scores |"
    )?;
    writeln!(text, "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")?;
    for (mark, [within, beyond]) in &counts.marks {
        let name = match mark {
            Mark::Untouched => "untouched".to_owned(),
            Mark::SpilledInto => "spilled into".to_owned(),
            Mark::Lost => "lost to black and white".to_owned(),
            Mark::Drawn(kind, tool) => format!("{}, {}", kind_words(*kind), words(tool)),
        };
        writeln!(text, "| {name} | {} | {} |", positions(within), positions(beyond))?;
    }
    if !counts.findings.is_empty() {
        writeln!(text, "\nRead wrongly:\n")?;
        for finding in &counts.findings {
            writeln!(text, "- {}", finding.text)?;
        }
    }
    Ok(())
}

fn kind_words(kind: Kind) -> String {
    let word = words(&kind);
    if kind.is_vote() { word } else { format!("{word} (no vote)") }
}

/// An enum's name as words.
pub fn words(name: &impl std::fmt::Debug) -> String {
    let mut text = String::new();
    for letter in format!("{name:?}").chars() {
        if letter.is_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.extend(letter.to_lowercase());
    }
    text
}

fn sheets(sheets: &Sheets) -> String {
    let all = sheets.read + sheets.refused;
    let Positions { wrong, marginal, .. } = sheets.positions;
    format!("{all} | {} | {wrong} | {marginal}", share(sheets.refused, all))
}

fn positions(positions: &Positions) -> String {
    let scores = positions.scores.map_or_else(String::new, |(low, high)| format!("{low}–{high}"));
    format!("{} | {} | {} | {scores}", positions.right, positions.marginal, positions.wrong)
}

/// A count, with its share in hundredths of a percent where there is one.
fn share(count: u64, all: u64) -> String {
    if count == 0 || all == 0 {
        return "0".to_owned();
    }
    let hundredths = count * 10_000 / all;
    format!("{count} ({}.{:02} %)", hundredths / 100, hundredths % 100)
}

fn codes(sheets: [&Sheets; 2]) -> String {
    let mut all = std::collections::BTreeMap::new();
    for (code, count) in sheets.iter().flat_map(|sheets| &sheets.codes) {
        *all.entry(code.as_str()).or_insert(0_u64) += count;
    }
    let told: Vec<String> = all.iter().map(|(code, count)| format!("{code} {count}")).collect();
    told.join(", ")
}
