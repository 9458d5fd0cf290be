//! docs/formats.md says what is stored: its CDDL is held against the bytes of a whole day.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/cddl.rs"]
mod cddl;
mod support;

use cddl::{check, event_numbers, inside};
use support::{Station, frames};
use urna_core::journal::{
    EventKind, ExportKind, LockCause, PollState, PrintWay, PrinterFault, Role, ScannerFault,
};
use urna_core::report::{Count, CountPurpose, PrivacyMeans, ReportKind};
use urna_core::seal::Digest;
use urna_core::{CopyFault, ScannerIdentity};
use urna_vault::FileName;

const SHEETS: [&str; 3] = ["general a d e +yes", "lists p2 no-3", "general b ?d no"];

fn file(station: &mut Station, name: FileName) -> Vec<u8> {
    station.vault.disk_mut().durable_mut(name).clone()
}

#[test]
fn what_a_day_leaves_on_the_disk_is_what_the_document_says() {
    let mut station = Station::new(1, &SHEETS);
    station.work_to(PollState::Transmitted);
    let log = file(&mut station, FileName::Log);
    let events = frames(&log);
    assert!(events.len() > 12);
    for event in &events {
        check("event", event).unwrap();
    }
    let keys = file(&mut station, FileName::Keys);
    check("sealed-keys", frames(&keys)[0]).unwrap();
    check("enrolment-message", frames(&keys[2_048..])[0]).unwrap();
    let package = file(&mut station, FileName::Package);
    check("stored-package", frames(&package)[0]).unwrap();
    check("package-message", &inside(frames(&package)[0])[1]).unwrap();
    let result = file(&mut station, FileName::Result);
    check("sealed-report", frames(&result)[0]).unwrap();
    let [enrolment, report] = inside(frames(&result)[0]).try_into().unwrap();
    check("enrolment-message", &enrolment).unwrap();
    check("report-message", &report).unwrap();
    // The check can fail.
    check("event", frames(&keys)[0]).unwrap_err();
    check("sealed-report", events[0]).unwrap_err();
    // An event without its last field.
    let mut event = events[0].to_vec();
    assert_eq!(event[0], 0xa4);
    event[0] = 0xa3;
    check("event", &event).unwrap_err();
}

/// One of each kind, with everything that it may carry.
fn kinds() -> Vec<EventKind> {
    let digest = Digest::of(b"any");
    let scanner = ScannerIdentity::new("fi-7160", "0K00", "A1");
    vec![
        EventKind::Started { software: "Urna".to_owned() },
        EventKind::Provisioned { election: "e".into(), package: digest },
        EventKind::KeyMade { fingerprint: "A1B2-C3D4-E5F6-0718".to_owned() },
        EventKind::Enrolled { device: "d".into(), precinct: "p".into() },
        EventKind::TestPassed { sheets: 3 },
        EventKind::ReportIssued { kind: ReportKind::Zero, number: 1, digest },
        EventKind::ReportPrinted { kind: ReportKind::Final, copies: 2 },
        EventKind::Opened,
        EventKind::Paused,
        EventKind::Resumed,
        EventKind::Closed,
        EventKind::SheetCounted { vote: "v".into() },
        EventKind::SheetRecovered { sheets: 1 },
        EventKind::SheetNotAccepted { code: "blank".to_owned() },
        EventKind::ScannerFault { fault: ScannerFault::Jam },
        EventKind::WrongPin,
        EventKind::Unlocked,
        EventKind::NetworkSeen,
        EventKind::TailCut { bytes: 7 },
        EventKind::LogMended { event: 7 },
        EventKind::Transmitted { digest },
        EventKind::TransmissionFailed { code: "timeout".to_owned() },
        EventKind::StorageFault { what: "records".to_owned() },
        EventKind::ReportSent {
            kind: ReportKind::Final,
            way: PrintWay::Receipt,
            originals: 1,
            fault: Some(PrinterFault::PaperOut),
        },
        EventKind::ReportSent {
            kind: ReportKind::Zero,
            way: PrintWay::Browser,
            originals: 2,
            fault: None,
        },
        EventKind::ScannerConnected { scanner: scanner.clone() },
        EventKind::ScannerDisconnected,
        EventKind::ScannerChanged { scanner },
        EventKind::PrivacyTried { sheets: 9, found: PrivacyMeans::ALL.to_vec() },
        EventKind::PrivacyChecked { sheets: 9, found: Vec::new() },
        EventKind::CopyChosen,
        EventKind::CopyInStep,
        EventKind::CopyLost { fault: CopyFault::Ahead },
        EventKind::TakenOver { software: "Urna".to_owned(), sheets: 3, wrong_pins: 1 },
        EventKind::CountStarted {
            count: Count { number: 2, purpose: CountPurpose::Rescan, replaces: vec![digest] },
            device: "d".into(),
            precinct: "p".into(),
        },
        EventKind::EarlierTransmitted { digest },
        EventKind::StationSummed { parts: 2 },
        EventKind::OperatorSignedIn,
        EventKind::SignedOut { role: Role::Commission },
        EventKind::Locked { cause: LockCause::Idle },
        EventKind::WrongOperatorPin,
        EventKind::PinsChanged { generation: 1 },
        EventKind::OperatorPinSet { generation: 2, is_set: true },
        EventKind::Exported { what: ExportKind::Result },
        EventKind::ClockJumped { seconds: -3_600 },
        EventKind::StorageKept { kept: true },
        EventKind::PowerChanged { mains: false, percent: 40 },
        EventKind::PageShown { visible: false },
        EventKind::SecondRefused,
        EventKind::ClosingPermitted { permission: digest, from: 1_800_000_000 },
        EventKind::ClockNoted { utc_offset_minutes: -360 },
        EventKind::BuildKnown { build: digest },
        EventKind::BuildDiffers { build: digest, file: "index.html".to_owned() },
        EventKind::BuildUnknown,
    ]
}

#[test]
fn every_kind_of_event_is_written_as_the_document_says() {
    let mut numbers = std::collections::BTreeSet::new();
    for kind in kinds() {
        let bytes = minicbor::to_vec(&kind).unwrap();
        check("event-kind", &bytes).unwrap();
        numbers.insert(minicbor::Decoder::new(&bytes[1..]).u8().unwrap());
    }
    assert_eq!(numbers, event_numbers());
    // One number more than there are faults of a scanner.
    check("event-kind", &[0x82, 15, 0x81, 13]).unwrap_err();
}
