//! Every register, zeros included, and the equations that tie them together.

use urna_core::definition::Contest;
use urna_core::tally::{Band, ChoiceTally, ContestBand, ContestTally, VoteTally};
use urna_receipt::{Receipt, Style};

use super::{Content, heading};
use crate::components::{register_name, void_name};

/// All of one vote.
pub fn vote(receipt: &mut Receipt, content: &Content, tally: &VoteTally, band: Option<&Band>) {
    let Content { definition, texts, .. } = *content;
    let title = definition.vote(&tally.vote);
    heading(receipt, title.map_or(tally.vote.as_str(), |vote| texts.of(&vote.title)));
    receipt.row(&texts.get("report-sheets"), &tally.sheets.to_string());
    receipt.row(&texts.get("report-valid-sheets"), &tally.valid.to_string());
    receipt.row(&texts.get("report-invalid-sheets"), &tally.invalid.to_string());
    for style in &tally.styles {
        let name = format!("{} {}", texts.get("report-style"), style.style);
        receipt.row(&name, &style.sheets.to_string());
    }
    let parts = [tally.valid.into(), tally.invalid.into()];
    equation(receipt, &texts.get("report-identity-sheets"), &parts, tally.sheets.into());
    for counted in &tally.contests {
        let Some(known) = definition.contest(&counted.contest) else { continue };
        contest(receipt, content, known, counted);
        if let Some(band) = band.and_then(|band| band.contest(&counted.contest)) {
            other_thresholds(receipt, content, known, counted, band);
        }
    }
}

fn contest(receipt: &mut Receipt, content: &Content, contest: &Contest, tally: &ContestTally) {
    let texts = content.texts;
    receipt.gap(super::SPACE);
    receipt.text(Style::Bold, texts.of(&contest.title));
    for (option, choice) in contest.options.iter().zip(&tally.choices) {
        receipt.row(texts.of(&option.name), &choice.votes.to_string());
        preferences(receipt, content, choice);
    }
    for (key, count) in [
        ("report-ballots", tally.ballots.into()),
        ("report-valid", tally.valid.into()),
        ("report-blank", tally.blank.into()),
        ("report-overvoted", tally.overvoted.into()),
        ("report-undervotes", tally.undervotes),
    ] {
        receipt.row(&texts.get(key), &count.to_string());
    }
    for count in &tally.void {
        receipt.row(&void_name(texts, count.rule), &count.ballots.to_string());
    }
    let void: u64 = tally.void.iter().map(|count| u64::from(count.ballots)).sum();
    let votes: u64 = tally.choices.iter().map(|choice| u64::from(choice.votes)).sum();
    let allowed = u64::from(tally.votes_allowed);
    equation(
        receipt,
        &texts.get("report-identity-ballots"),
        &[tally.valid.into(), tally.blank.into(), tally.overvoted.into(), void],
        tally.ballots.into(),
    );
    equation(
        receipt,
        &texts.get("report-identity-votes"),
        &[votes, tally.undervotes, tally.overvotes(), allowed.saturating_mul(void)],
        allowed.saturating_mul(tally.ballots.into()),
    );
}

/// Preferences of one party, each number with its count, zeros included.
fn preferences(receipt: &mut Receipt, content: &Content, choice: &ChoiceTally) {
    if choice.preferences.is_empty() {
        return;
    }
    let cells = choice.preferences.iter().zip(1_u32..);
    let cells: Vec<_> =
        cells.map(|(count, number)| (number.to_string(), count.to_string())).collect();
    receipt.grid(&cells);
    let without = content.texts.get("report-without-number");
    receipt.technical(&without, &choice.without_preference.to_string());
    receipt.gap(super::SPACE / 2);
}

/// What one contest's figures would be at other thresholds: only what would not be the same.
fn other_thresholds(
    receipt: &mut Receipt,
    content: &Content,
    contest: &Contest,
    tally: &ContestTally,
    band: &ContestBand,
) {
    let texts = content.texts;
    let changed = band.changed_rows(tally);
    if changed.is_empty() {
        let thresholds = band.thresholds();
        let words = [("thresholds", thresholds.as_str().into())];
        return receipt.text(Style::Small, &texts.with("report-band-same", &words));
    }
    receipt.text(Style::SmallBold, &texts.get("report-band"));
    let columns = band.at.iter().map(|figures| format!("{} ‰", figures.permille));
    let head: Vec<String> =
        std::iter::once(texts.get("report-band-counted")).chain(columns).collect();
    let rows = changed.into_iter().map(|row| {
        let figures = std::iter::once(row.counted).chain(row.at);
        let name = register_name(texts, contest, &row.register);
        (name, figures.map(|figure| figure.to_string()).collect())
    });
    receipt.table(&head, &rows.collect::<Vec<_>>());
    receipt.text(Style::Small, &texts.get("report-band-rest"));
}

/// `a + b + … = sum`, or `=/=` where it does not hold: the fonts have no other sign for that.
fn equation(receipt: &mut Receipt, name: &str, parts: &[u64], sum: u64) {
    let words: Vec<String> = parts.iter().map(u64::to_string).collect();
    let total = parts.iter().fold(0_u64, |total, &part| total.saturating_add(part));
    let (sign, style) = if total == sum { ("=", Style::Small) } else { ("=/=", Style::Bold) };
    receipt.text(style, &format!("{name}: {} {sign} {sum}", words.join(" + ")));
}
