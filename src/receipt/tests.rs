//! Reports of all kinds, in all languages, on both rolls: printed on the simulated printer, looked at, and
//! their codes read back.

use std::path::PathBuf;

use image::imageops::crop_imm;
use image::{GrayImage, ImageFormat};
use urna_core::definition::{ElectionDefinition, ElectionMode};
use urna_core::report::{
    Incidents, PrivacyMeans, PrivacyTest, REPORT_VERSION, Report, ReportKind, Scanners, VoteTurnout,
};
use urna_core::rules::VoidRule;
use urna_core::seal::{
    Digest, Enrolment, SealedReport, SecretKey, Signer, from_qr_texts, to_qr_texts,
};
use urna_core::software::build_code;
use urna_core::tally::{Alternative, BallotRecord, Band, RecordedContest, Sensitivity, Tally};
use urna_core::{Lang, PrecinctId, ScannerIdentity};
use urna_printer::{Event, Roll};
use urna_printer_sim::{End, Options};
use urna_receipt::Width;
use urna_verify::qr_texts_of_photo;

use super::{Content, draw, fonts};
use crate::i18n::Texts;

#[path = "../../crates/printer/tests/support/mod.rs"]
mod bench;

const DEFINITION: &str = include_str!("../../assets/demo/definition.json");
const PRECINCT: &str = "1301";

/// A report, its sealed bytes and the texts of its codes.
struct Issued {
    definition: ElectionDefinition,
    report: Report,
    digest: Digest,
    sealed: Vec<u8>,
    codes: Vec<String>,
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(&[seed; 32]).expect("a key")
}

/// Sheets of every style of the precinct, marked in every way.
fn count(definition: &ElectionDefinition, sheets: usize) -> (Tally, Band) {
    let precinct = PrecinctId::from(PRECINCT);
    let mut tally = Tally::zero(definition, &precinct);
    let mut band = Band::as_counted(&tally, &definition.thresholds.band_permille);
    let styles: Vec<usize> = definition
        .styles
        .iter()
        .enumerate()
        .filter(|(_, style)| style.precincts.is_empty() || style.precincts.contains(&precinct))
        .map(|(at, _)| at)
        .collect();
    for number in 0..sheets {
        let at = styles[number % styles.len()];
        let style = &definition.styles[at];
        let contests = style.contests.iter().map(|id| {
            let options = definition.contest(id).expect("a contest").options.len();
            let one = u16::try_from(number * number % options).expect("an option");
            let has_numbers = id.as_str() == "parties" && usize::from(one) + 1 < options;
            match number % 17 {
                3 => RecordedContest::Blank,
                7 => RecordedContest::Overvoted,
                11 => RecordedContest::Void { rule: VoidRule::MarginalMark },
                _ => RecordedContest::Valid {
                    options: vec![one],
                    preference: (has_numbers && number % 3 > 0)
                        .then(|| u16::try_from(number % 54 + 1).expect("a number")),
                },
            }
        });
        let contests: Vec<RecordedContest> = contests.collect();
        let alternatives = if number % 9 == 0 && contests[0] != RecordedContest::Blank {
            let outcome = RecordedContest::Blank;
            vec![Alternative { threshold: 3, contest: 0, outcome }]
        } else {
            Vec::new()
        };
        let style = u16::try_from(at).expect("a style");
        let invalid = number % 17 == 3;
        let record = BallotRecord { style, invalid, contests, alternatives };
        tally.add(definition, &record).expect("a sheet");
        band.add(definition, &record).expect("a sheet");
    }
    (tally, band)
}

fn issued(kind: ReportKind, mode: ElectionMode, sheets: usize) -> Issued {
    let mut definition: ElectionDefinition =
        serde_json::from_str(DEFINITION).expect("a definition");
    definition.mode = mode;
    let (tally, band) = count(&definition, sheets);
    let turnout = tally.votes.iter();
    let turnout = turnout.map(|v| VoteTurnout { vote: v.vote.clone(), sheets: v.sheets }).collect();
    let package = Digest::of(b"package");
    let enrolment = Enrolment {
        election: definition.id.clone(),
        package,
        device: "scanner-1".into(),
        precinct: PRECINCT.into(),
        device_key: key(2).public_key().to_sec1(),
    };
    let has_registers = kind != ReportKind::Turnout;
    let report = Report {
        version: REPORT_VERSION,
        kind,
        mode,
        election: definition.id.clone(),
        package,
        precinct: PRECINCT.into(),
        device: "scanner-1".into(),
        number: 4,
        issued_at: 1_800_043_200,
        opened_at: (kind != ReportKind::Zero).then_some(1_800_000_000),
        closed_at: (kind == ReportKind::Final).then_some(1_800_043_100),
        turnout,
        sensitivity: has_registers.then(|| Sensitivity::of(&band, &tally)),
        tally: has_registers.then_some(tally),
        thresholds: definition.thresholds.clone(),
        incidents: Incidents { not_accepted: 3, starts: 2, ..Incidents::default() },
        log_events: 1_234,
        log_head: Digest::of(b"head"),
        software: "Urna 0.1.0".to_owned(),
        count: None,
        scanners: Some(Scanners {
            used: vec![ScannerIdentity::new("FUJITSU fi-7160", "0A00", "A36DC12345")],
            changes: 0,
        }),
        privacy: (kind != ReportKind::Turnout)
            .then(|| PrivacyTest::new(1_000, &PrivacyMeans::ALL, &[])),
        build: Some(Digest::of(b"build")),
    };
    report.check().expect("it adds up");
    let enrolment = enrolment.seal(&key(1)).expect("an enrolment");
    let sealed = SealedReport::seal(&report, enrolment, &key(2)).expect("a sealed report");
    let sealed = sealed.to_bytes().expect("bytes");
    let codes = to_qr_texts(&sealed).expect("codes");
    Issued { definition, report, digest: Digest::of(&sealed), sealed, codes }
}

impl Issued {
    fn draw(&self, lang: Lang, width: Width) -> urna_receipt::Bitmap {
        let texts = Texts::new(lang);
        let precinct = PrecinctId::from(PRECINCT);
        let content = Content {
            report: &self.report,
            digest: self.digest,
            codes: &self.codes,
            definition: &self.definition,
            precinct: self.definition.precinct(&precinct),
            texts: &texts,
            date_time: &|at| format!("24.01.2027, 20:{:02}:00", at / 100 % 60),
        };
        draw(&content, (1, 2), width).expect("it fits")
    }
}

/// What a camera that is moved along the paper sees.
fn read_codes(paper: &GrayImage) -> Vec<String> {
    let (window, step) = (1_400, 700);
    let mut texts = Vec::new();
    for top in (0..paper.height()).step_by(step) {
        let height = window.min(paper.height() - top);
        let mut png = std::io::Cursor::new(Vec::new());
        let part = crop_imm(paper, 0, top, paper.width(), height).to_image();
        part.write_to(&mut png, ImageFormat::Png).expect("a picture");
        texts.extend(qr_texts_of_photo(&png.into_inner()));
    }
    texts.sort();
    texts.dedup();
    texts
}

/// For people who want to look: `URNA_RECEIPTS=folder cargo test -p urna-kiosk receipt`.
fn show(name: &str, paper: &GrayImage) {
    if let Some(folder) = std::env::var_os("URNA_RECEIPTS") {
        paper.save(PathBuf::from(folder).join(format!("{name}.png"))).expect("a file");
    }
}

/// Prints a report; the piece of paper that was cut off, as a picture.
fn printed(issued: &Issued, lang: Lang, width: Width) -> GrayImage {
    let bitmap = issued.draw(lang, width);
    // The bench is made of whole days: here the paper may fly.
    let options = Options { dots: width.dots(), speed: 400, ..Options::default() };
    let mut bench = bench::Bench::connected(options, "");
    assert_eq!(bench.print(&bitmap), Event::Printed(Roll::Fine));
    assert_eq!(bench::whole(&bench.sim, &bitmap), 1);
    let pieces = bench.sim.pieces();
    let report = pieces.iter().rfind(|piece| piece.end == End::Cut && !piece.is_blank());
    report.expect("a report").picture()
}

const LANGS: [Lang; 3] = [Lang::Ky, Lang::Ru, Lang::En];

#[test]
fn every_report_is_printed_in_every_language_and_its_codes_carry_it() {
    let all = [
        ("zero", issued(ReportKind::Zero, ElectionMode::Official, 0)),
        ("turnout", issued(ReportKind::Turnout, ElectionMode::Official, 400)),
        ("final", issued(ReportKind::Final, ElectionMode::Official, 4_000)),
        ("training", issued(ReportKind::Turnout, ElectionMode::Training, 40)),
    ];
    for (name, issued) in &all {
        for (lang, width) in LANGS.into_iter().flat_map(|l| [(l, Width::Mm80), (l, Width::Mm58)]) {
            let name = format!("{name}-{}-{}", lang.tag(), width.dots());
            let paper = printed(issued, lang, width);
            show(&name, &paper);
            if lang != Lang::Ky {
                // The codes carry no language: they are the same.
                continue;
            }
            let (builds, texts): (Vec<_>, Vec<_>) =
                read_codes(&paper).into_iter().partition(|text| text.starts_with("URNA-B1:"));
            assert_eq!(builds, [build_code(&Digest::of(b"build"))], "{name}");
            assert_eq!(texts.len(), issued.codes.len(), "{name}");
            let read = from_qr_texts(&texts.join("\n")).expect("a whole report");
            assert_eq!(read, issued.sealed, "{name}");
        }
    }
}

#[test]
fn the_longest_report_of_the_demonstration_leaves_room() {
    let issued = issued(ReportKind::Final, ElectionMode::Official, 4_000);
    for width in [Width::Mm80, Width::Mm58] {
        let height = issued.draw(Lang::Ru, width).height();
        assert!(height * 3 < urna_receipt::MAX_ROWS, "{width:?}: {height} rows");
    }
}

#[test]
fn the_same_report_gives_the_same_dots_and_another_one_others() {
    let mut issued = issued(ReportKind::Turnout, ElectionMode::Official, 40);
    let first = issued.draw(Lang::Ky, Width::Mm80);
    assert_eq!(first, issued.draw(Lang::Ky, Width::Mm80));
    for (lang, width) in [(Lang::Ru, Width::Mm80), (Lang::Ky, Width::Mm58)] {
        assert_ne!(first, issued.draw(lang, width));
    }
    let build = issued.report.build;
    for other in [None, Some(Digest::of(b"another"))] {
        issued.report.build = other;
        assert_ne!(first, issued.draw(Lang::Ky, Width::Mm80));
    }
    issued.report.build = build;
    for scanners in [None, Some(Scanners::default())] {
        issued.report.scanners = scanners;
        assert_ne!(first, issued.draw(Lang::Ky, Width::Mm80));
    }
    let draw = |found: &[PrivacyMeans], issued: &mut Issued| {
        issued.report.privacy = Some(PrivacyTest::new(9, &PrivacyMeans::ALL, found));
        issued.draw(Lang::Ky, Width::Mm80)
    };
    assert_ne!(draw(&[], &mut issued), draw(&PrivacyMeans::ALL[..1], &mut issued));
}

/// No letter of a text is the font's sign for a letter that it lacks.
#[test]
fn the_fonts_have_every_letter_of_every_text() {
    let fonts = fonts();
    let texts = [
        include_str!("../../assets/i18n/ky.ftl"),
        include_str!("../../assets/i18n/ru.ftl"),
        include_str!("../../assets/i18n/en.ftl"),
        DEFINITION,
        "=/·№‰",
    ];
    let letters: std::collections::BTreeSet<char> =
        texts.iter().flat_map(|text| text.chars()).filter(|c| !c.is_control()).collect();
    let lacking: String = letters.into_iter().filter(|&letter| !fonts.has(letter)).collect();
    assert_eq!(lacking, "");
}
