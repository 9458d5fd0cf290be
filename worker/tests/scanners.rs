//! Which scanner is connected, and which were: in the log, on the reports, over restarts and power cuts, and
//! whatever a hostile device calls itself.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

mod support;

use support::{Station, verify};
use urna_core::ScannerIdentity;
use urna_core::journal::{EventKind, PollState};
use urna_core::report::{MAX_SCANNERS, Report, ReportKind, Scanners};
use urna_core::seal::Digest;
use urna_core::vault_api::{Command, Reply, VaultError};
use urna_vault::Power;

const A: [&str; 3] = ["FUJITSU fi-7160", "0L00", "A36C001"];
const B: [&str; 3] = ["FUJITSU fi-7160", "0L00", "A36C002"];

fn identity([name, firmware, serial]: [&str; 3]) -> ScannerIdentity {
    ScannerIdentity::new(name, firmware, serial)
}

fn comes(said: [&str; 3]) -> Command {
    let [name, firmware, serial] = said.map(str::to_owned);
    Command::NoteScanner { name, firmware, serial }
}

fn note(station: &mut Station, command: Command) {
    station.ask(command, vec![]).unwrap();
}

/// The events that speak of scanners, in short.
fn events(station: &mut Station) -> Vec<String> {
    let mut found = Vec::new();
    let mut from = 0;
    loop {
        let answer = station.ask(Command::Log { from, most: 1_000 }, vec![]).unwrap();
        let Reply::Log { events, total, .. } = answer.reply else { panic!() };
        from += events.len() as u64;
        let serial = |scanner: &ScannerIdentity| {
            scanner.serial.clone().map(String::from).unwrap_or_default()
        };
        found.extend(events.iter().filter_map(|event| match &event.kind {
            EventKind::ScannerConnected { scanner } => Some(format!("+{}", serial(scanner))),
            EventKind::ScannerDisconnected => Some("-".to_owned()),
            EventKind::ScannerChanged { scanner } => Some(format!("!{}", serial(scanner))),
            _ => None,
        }));
        if from >= total {
            return found;
        }
    }
}

fn issue(station: &mut Station, kind: ReportKind) -> Report {
    let answer = station.ask(Command::IssueReport { kind }, vec![]).unwrap();
    let report = verify(&answer.buffers[0]).report;
    let Reply::Report { report: told, .. } = answer.reply else { panic!() };
    assert_eq!(*told, report, "what is shown is what is sealed");
    report
}

fn used(report: &Report) -> (Vec<ScannerIdentity>, u32) {
    let Scanners { used, changes } = report.scanners.clone().unwrap();
    (used, changes)
}

#[test]
fn coming_going_and_changing_are_events_and_no_news_is_none() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    assert_eq!(station.status().scanner, None);
    for (command, connected) in [
        (Command::NoteScannerGone, None),
        (comes(A), Some(A)),
        (comes(A), Some(A)),
        (Command::NoteScannerGone, None),
        (Command::NoteScannerGone, None),
        (comes(A), Some(A)),
        (comes(B), Some(B)),
        (Command::NoteScannerGone, None),
        (comes(A), Some(A)),
    ] {
        note(&mut station, command);
        assert_eq!(station.status().scanner, connected.map(identity));
    }
    assert_eq!(events(&mut station), ["+A36C001", "-", "+A36C001", "!A36C002", "-", "!A36C001"]);
}

#[test]
fn a_scanner_that_was_there_before_the_package_is_the_first_note() {
    let mut station = Station::new(1, &[]);
    note(&mut station, comes(A));
    assert_eq!(station.status().scanner, Some(identity(A)));
    note(&mut station, Command::NoteScannerGone);
    assert_eq!(station.status().scanner, None);
    note(&mut station, comes(B));
    station.work_to(PollState::Provisioned);
    assert_eq!(station.status().scanner, Some(identity(B)));
    assert_eq!(events(&mut station), ["+A36C002"]);
}

#[test]
fn reports_name_the_scanners_from_the_zero_report_to_the_closing() {
    let mut station = Station::new(1, &["general a yes"]);
    station.work_to(PollState::Provisioned);
    note(&mut station, comes(["tried out", "", ""]));
    station.work_to(PollState::Tested);
    note(&mut station, Command::NoteScannerGone);
    assert_eq!(used(&issue(&mut station, ReportKind::Zero)), (vec![], 0));
    note(&mut station, comes(A));
    assert_eq!(used(&issue(&mut station, ReportKind::Zero)), (vec![identity(A)], 0));
    station.work_to(PollState::Open);
    assert_eq!(used(&issue(&mut station, ReportKind::Turnout)), (vec![identity(A)], 0));
    note(&mut station, Command::NoteScannerGone);
    note(&mut station, comes(A));
    assert_eq!(used(&issue(&mut station, ReportKind::Turnout)), (vec![identity(A)], 0));
    note(&mut station, comes(B));
    note(&mut station, comes(A));
    station.ask(Command::Pause, vec![]).unwrap();
    note(&mut station, comes(B));
    let expected = (vec![identity(A), identity(B)], 3);
    assert_eq!(used(&issue(&mut station, ReportKind::Turnout)), expected);
    station.work_to(PollState::Closed);
    // Whatever comes after the closing counted nothing.
    note(&mut station, comes(["late", "", ""]));
    let first = issue(&mut station, ReportKind::Final);
    assert_eq!(used(&first), expected);
    note(&mut station, comes(["later", "", ""]));
    assert_eq!(issue(&mut station, ReportKind::Final), first);
}

#[test]
fn a_start_ends_what_was_connected_and_forgets_nothing_of_the_day() {
    let mut station = Station::new(1, &["general a yes"]);
    station.work_to(PollState::Tested);
    note(&mut station, comes(A));
    station.work_to(PollState::Open);
    note(&mut station, comes(B));
    station.restart().unwrap();
    assert_eq!(station.status().scanner, None);
    // The same one is no change, over the restart and before the PINs; another one is.
    note(&mut station, comes(B));
    station.restart().unwrap();
    note(&mut station, comes(A));
    assert_eq!(events(&mut station), ["+A36C001", "!A36C002", "+A36C002", "!A36C001"]);
    station.work_to(PollState::Reported);
    assert_eq!(used(&station.result().report), (vec![identity(A), identity(B)], 2));
}

/// Names that would deceive, break the log, or fill a report.
fn hostile() -> Vec<[String; 3]> {
    let one = |text: &str| [text.to_owned(), text.to_owned(), text.to_owned()];
    vec![
        one("\u{202e}stroper orez\u{202c}"),
        one("fi-7160\r\n\r\nALL REGISTERS ARE ZERO\u{0}\u{1b}[2J"),
        one("<script>alert(1)</script>&#8238;"),
        one(&"\u{1f5f3}".repeat(1 << 20)),
        one(&"W".repeat(1 << 20)),
        one("\u{200f}\u{200b}\u{feff}"),
        [String::new(), " ".repeat(3_000), "\u{a0}\n".to_owned()],
    ]
}

#[test]
fn a_hostile_name_is_one_short_printable_line_wherever_it_stands() {
    let mut station = Station::new(1, &["general a yes"]);
    station.work_to(PollState::Tested);
    let plain =
        |text: &str| text.bytes().all(|byte| (b' '..=b'~').contains(&byte)) && text.len() <= 48;
    let all = hostile();
    for said in &all {
        let [name, firmware, serial] = said.clone();
        note(&mut station, Command::NoteScanner { name, firmware, serial });
        let scanner = station.status().scanner.unwrap();
        let texts = [&scanner.name, &scanner.firmware, &scanner.serial];
        assert!(texts.into_iter().flatten().all(|text| plain(text.as_str())), "{scanner:?}");
        assert_eq!(used(&issue(&mut station, ReportKind::Zero)), (vec![scanner], 0));
    }
    station.work_to(PollState::Open);
    for said in &all {
        let [name, firmware, serial] = said.clone();
        note(&mut station, Command::NoteScanner { name, firmware, serial });
    }
    station.restart().unwrap();
    station.work_to(PollState::Reported);
    let report = station.result().report;
    let (used, changes) = used(&report);
    assert_eq!((used.len(), changes), (MAX_SCANNERS, all.len() as u32));
    // With the longest names the report still goes into a few codes.
    let sealed = station.ask(Command::SealedResult, vec![]).unwrap().buffers.remove(0);
    let codes = urna_core::seal::to_qr_texts(&sealed).unwrap();
    assert!(codes.len() <= 3, "{}", codes.len());
}

#[test]
fn a_loose_plug_does_not_fill_the_log() {
    let mut station = Station::new(1, &["general a yes"]);
    station.work_to(PollState::Tested);
    let before = station.status().log_events;
    for _ in 0..3_000 {
        note(&mut station, comes(A));
        assert_eq!(station.status().scanner, Some(identity(A)));
        note(&mut station, Command::NoteScannerGone);
        assert_eq!(station.status().scanner, None);
    }
    assert_eq!(station.status().log_events - before, 1_000);
    // A change is news even then, and the zero report tells who is there now.
    note(&mut station, comes(B));
    assert_eq!(station.status().log_events - before, 1_001);
    note(&mut station, Command::NoteScannerGone);
    note(&mut station, comes(B));
    assert_eq!(used(&issue(&mut station, ReportKind::Zero)), (vec![identity(B)], 0));
}

#[test]
fn a_device_that_renames_itself_without_end_is_not_taken_any_more() {
    let mut station = Station::new(1, &["general a yes"]);
    station.work_to(PollState::Tested);
    note(&mut station, comes(A));
    for number in 0..100 {
        note(&mut station, comes(["liar", "", &number.to_string()]));
    }
    let (before, last) = (station.status(), identity(["liar", "", "99"]));
    assert_eq!(station.ask(comes(A), vec![]).unwrap_err(), VaultError::TooManyScanners);
    assert_eq!(station.status(), before, "a refusal changes nothing");
    station.restart().unwrap();
    assert_eq!(station.ask(comes(A), vec![]).unwrap_err(), VaultError::TooManyScanners);
    note(&mut station, comes(["liar", "", "99"]));
    station.work_to(PollState::Reported);
    assert_eq!(used(&station.result().report).0, [last]);
}

/// The day with notes between its steps: whatever is acknowledged is in the log after a cut at any write, and
/// the figures are what they are without any scanner.
#[test]
fn a_cut_at_any_write_loses_no_note_that_was_answered() {
    const SHEETS: [&str; 2] = ["general a d e +yes", "lists p2 no-3"];
    let mut quiet = Station::new(1, &SHEETS);
    quiet.work_to(PollState::Reported);
    let right = quiet.result().report;
    let mut whole = Station::new(2, &SHEETS);
    let noted = day(&mut whole);
    let steps = whole.vault.disk().steps();
    assert!(noted >= 8 && steps >= 60, "{noted} notes, {steps} writes and flushes");
    for step in 0..steps {
        for power in [Power::LoseUnflushed(step), Power::TearLast(step)] {
            let mut station = Station::new(step as u64 + 100, &SHEETS);
            station.vault.disk_mut().set_power(power);
            let answered = day(&mut station);
            assert!(station.vault.disk().is_off(), "{power:?} was not reached");
            station.restart().unwrap();
            assert_eq!(station.status().scanner, None, "{power:?}");
            let kept = events(&mut station).len();
            // One may be durable without its answer having been given.
            assert!((answered..=answered + 1).contains(&kept), "{power:?}: {kept} of {answered}");
            check_chain(&mut station);
            station.work(|status| status.key_fingerprint.is_none() || status.unlocked);
            station.acknowledged = station.status().sheets;
            day(&mut station);
            assert_eq!(station.status().state, PollState::Reported, "{power:?}");
            let report = station.result().report;
            assert_eq!(
                (&report.tally, &report.sensitivity),
                (&right.tally, &right.sensitivity),
                "{power:?}"
            );
            let used = used(&report).0;
            assert!(
                used.iter().all(|scanner| [identity(A), identity(B)].contains(scanner)),
                "{power:?}"
            );
        }
    }
}

/// Works to the end; before each step a scanner comes or goes. The notes that are in the log and were answered.
fn day(station: &mut Station) -> usize {
    let turns = [comes(A), Command::NoteScannerGone, comes(B), comes(A)];
    let mut answered = 0;
    for turn in turns.iter().cycle() {
        let status = station.status();
        if status.state == PollState::Reported || station.vault.disk().is_off() {
            break;
        }
        let before = status.log_events;
        let noted = station.ask(turn.clone(), vec![]);
        if noted.is_ok() && station.status().log_events > before {
            answered += 1;
        }
        let events = station.status().log_events;
        let early = status.state == PollState::Unprovisioned && status.scanner.is_some();
        // One step of the commission.
        station.work(|now| {
            now.log_events > events || (early && now.state != PollState::Unprovisioned)
        });
        if status.state == PollState::Unprovisioned
            && station.status().state != PollState::Unprovisioned
        {
            // The note that had waited for the log.
            let is_answered = !station.vault.disk().is_off();
            answered += usize::from(is_answered && station.status().scanner.is_some());
        }
    }
    answered
}

fn check_chain(station: &mut Station) {
    let answer = station.ask(Command::Log { from: 0, most: 1_000 }, vec![]).unwrap();
    let Reply::Log { events, total, head } = answer.reply else { panic!() };
    assert_eq!(events.len() as u64, total);
    let mut previous = Digest::default();
    for event in &events {
        assert_eq!(event.previous, previous);
        previous = Digest::of(&minicbor::to_vec(event).unwrap());
    }
    assert_eq!(previous, head);
}
