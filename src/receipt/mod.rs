//! A report as the dots of a receipt printer: the same facts, figures, words and codes as on the screen.

mod registers;
#[cfg(test)]
mod tests;

use urna_core::definition::{ElectionDefinition, ElectionMode, Precinct};
use urna_core::journal::PrinterFault;
use urna_core::report::Report;
use urna_core::seal::Digest;
use urna_core::software::build_code;
use urna_receipt::{Bitmap, Fonts, Receipt, Style, Width};

use crate::components::{
    build_line, count_facts, incident_counts, privacy_words, scanner_words, thresholds_line,
    title_key,
};
use crate::i18n::Texts;

const REGULAR: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../assets/fonts/NotoSans-Bold.ttf");

/// Everything that goes onto the paper.
#[derive(Clone, Copy)]
pub struct Content<'a> {
    /// What the report says.
    pub report: &'a Report,
    /// Digest of the sealed payload.
    pub digest: Digest,
    /// Texts of the QR codes.
    pub codes: &'a [String],
    /// The election.
    pub definition: &'a ElectionDefinition,
    /// The precinct.
    pub precinct: Option<&'a Precinct>,
    /// The words.
    pub texts: &'a Texts,
    /// Date and time of day in those words.
    pub date_time: &'a dyn Fn(u64) -> String,
}

/// The fonts that reports are printed in.
#[allow(clippy::expect_used, reason = "they are part of the program, and a test reads them")]
pub fn fonts() -> Fonts {
    Fonts::new(REGULAR, BOLD).expect("the fonts of the program")
}

/// One original of so many.
///
/// # Errors
/// [`PrinterFault::TooLong`].
pub fn draw(content: &Content, original: (u8, u8), width: Width) -> Result<Bitmap, PrinterFault> {
    let mut receipt = Receipt::new(&fonts(), width);
    let is_training = content.report.mode == ElectionMode::Training;
    if is_training {
        receipt.frame(&content.texts.get("training"));
    }
    head(&mut receipt, content, original);
    facts(&mut receipt, content);
    turnout(&mut receipt, content);
    // The vault has checked that it fits: it does not sign a report otherwise.
    let band = content.report.band().ok().flatten();
    for vote in content.report.tally.iter().flat_map(|tally| &tally.votes) {
        registers::vote(&mut receipt, content, vote, band.as_ref());
    }
    incidents(&mut receipt, content);
    seal(&mut receipt, content);
    signatures(&mut receipt, content);
    if is_training {
        receipt.gap(SPACE);
        receipt.frame(&content.texts.get("training"));
    }
    receipt.finish().map_err(|_| PrinterFault::TooLong)
}

/// Above a part, in dots.
const SPACE: usize = 16;

fn heading(receipt: &mut Receipt, text: &str) {
    receipt.gap(SPACE);
    receipt.text(Style::Heading, text);
    receipt.gap(SPACE / 4);
}

fn head(receipt: &mut Receipt, content: &Content, (number, of): (u8, u8)) {
    let Content { report, definition, texts, .. } = content;
    receipt.text(Style::Bold, &format!("{} · {}", texts.of(&definition.title), definition.date));
    receipt.text(Style::Title, &texts.get(title_key(report.kind)));
    let report_number = texts.with("report-number", &[("n", report.number.into())]);
    let original = texts.with("report-original", &[("n", number.into()), ("of", of.into())]);
    receipt.text(Style::Bold, &format!("{report_number} · {original}"));
    receipt.rule();
}

fn facts(receipt: &mut Receipt, content: &Content) {
    let Content { report, definition, precinct, texts, date_time, .. } = *content;
    let mut fact = |key: &str, value: String| receipt.fact(&texts.get(key), &value);
    let name = precinct.map(|precinct| texts.of(&precinct.name)).unwrap_or_default();
    fact("report-precinct", format!("{} · {name}", report.precinct));
    let region = precinct.and_then(|precinct| definition.region(&precinct.region));
    if let Some(region) = region {
        fact("report-region", texts.of(&region.name).to_owned());
    }
    if let Some(precinct) = precinct {
        fact("report-registered", precinct.registered.to_string());
    }
    fact("report-device", report.device.to_string());
    for (key, words) in count_facts(texts, report.count.as_ref()) {
        fact(key, words);
    }
    let times = [
        ("report-issued", Some(report.issued_at)),
        ("report-opened", report.opened_at),
        ("report-closed", report.closed_at),
    ];
    for (key, at) in times.into_iter().filter_map(|(key, at)| Some((key, at?))) {
        fact(key, date_time(at));
    }
    if let Some(scanners) = &report.scanners {
        for scanner in &scanners.used {
            fact("report-scanner", scanner_words(texts, scanner));
        }
        if scanners.used.is_empty() {
            fact("report-scanner", texts.get("report-scanner-none"));
        }
        if scanners.changes > 0 {
            fact("report-scanner-changes", scanners.changes.to_string());
        }
    }
    if let Some(test) = &report.privacy {
        fact("report-privacy", privacy_words(texts, report.kind, test));
    }
}

fn turnout(receipt: &mut Receipt, content: &Content) {
    heading(receipt, &content.texts.get("report-turnout"));
    for turnout in &content.report.turnout {
        let title = content.definition.vote(&turnout.vote);
        let title = title.map_or(turnout.vote.as_str(), |vote| content.texts.of(&vote.title));
        receipt.row(title, &turnout.sheets.to_string());
    }
}

fn incidents(receipt: &mut Receipt, content: &Content) {
    let Content { report, texts, .. } = *content;
    heading(receipt, &texts.get("report-incidents"));
    for (key, count) in incident_counts(&report.incidents) {
        receipt.row(&texts.get(key), &count.to_string());
    }
    receipt.text(Style::Small, &thresholds_line(texts, &report.thresholds));
    if report.sensitivity.is_some() {
        receipt.text(Style::Small, &texts.get("report-band-hint"));
    }
}

fn seal(receipt: &mut Receipt, content: &Content) {
    let Content { report, texts, codes, .. } = *content;
    heading(receipt, &texts.get("report-seal"));
    receipt.text(Style::Small, &texts.get("report-seal-hint"));
    for (code, number) in codes.iter().zip(1_usize..) {
        receipt.code(code, &format!("QR {number}/{}", codes.len()));
    }
    for (key, value) in [
        ("report-digest", content.digest.to_string()),
        ("report-package", report.package.to_string()),
        ("report-log", format!("{} · {}", report.log_events, report.log_head)),
        ("report-software", report.software.clone()),
        ("report-build", build_line(texts, report.build)),
    ] {
        receipt.technical(&texts.get(key), &value);
    }
    if let Some(build) = &report.build {
        receipt.code(&build_code(build), &texts.get("build-code"));
    }
}

fn signatures(receipt: &mut Receipt, content: &Content) {
    for key in
        ["report-sign-chair", "report-sign-secretary", "report-sign-member", "report-sign-observer"]
    {
        receipt.signature(&content.texts.get(key));
    }
}
