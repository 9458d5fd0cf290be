//! Commands and replies survive the way between page and worker.
#![allow(clippy::unwrap_used, reason = "tests")]

use serde::Serialize;
use serde::de::DeserializeOwned;
use urna_core::design::RectUm;
use urna_core::journal::{PollState, PrintWay, PrinterFault, ScannerFault};
use urna_core::recognition::{
    Dirt, DirtReason, GlassVerdict, NotBlank, Speck, StrayMark, Streak, StreakCourse,
};
use urna_core::report::{Count, CountPurpose, PrivacyMeans, ReportKind};
use urna_core::rules::{InvalidReason, VoidRule};
use urna_core::seal::Digest;
use urna_core::software::BuildCheck;
use urna_core::station::{StationPart, StationSum};
use urna_core::tally::{Sensitivity, Tally};
use urna_core::vault_api::{
    Command, EnrolledAs, Place, Recovery, Reply, ReportedCount, SheetReply, Status, TestReading,
    VaultError,
};
use urna_core::{CopyFacts, CopyFault, CopyStanding, CopyStatus, ScannerIdentity, Text};

fn returns<T: Serialize + DeserializeOwned + std::fmt::Debug>(value: &T) {
    let text = serde_json::to_string(value).unwrap();
    let back: T = serde_json::from_str(&text).unwrap_or_else(|fault| panic!("{text}: {fault}"));
    assert_eq!(format!("{value:?}"), format!("{back:?}"));
}

fn rescan() -> Count {
    Count { number: 3, purpose: CountPurpose::Rescan, replaces: vec![Digest::of(b"day")] }
}

fn status() -> Status {
    Status {
        software: "Urna".to_owned(),
        state: PollState::Open,
        unlocked: true,
        definition: None,
        package: Some(Digest::of(b"package")),
        root_fingerprint: None,
        key_fingerprint: None,
        enrolled: None,
        turnout: Vec::new(),
        sheets: 7,
        drop_to_confirm: false,
        zero_printed: true,
        incidents: urna_core::report::Incidents::default(),
        scanner: Some(ScannerIdentity::new("fi-7160", "0L00", "")),
        build: Some(BuildCheck::Differs {
            build: Digest::of(b"list"),
            file: "worker.js".to_owned(),
        }),
        recovery: Some(Recovery::LastCounted),
        log_events: 3,
        log_head: Digest::of(b"head"),
        pin_delay_s: 0,
        room_for_sheets: 5_993,
        count: Some(rescan()),
        counts: vec![ReportedCount {
            number: 1,
            count: None,
            enrolled: EnrolledAs { device: "d-1".into(), precinct: "1".into() },
            sheets: 7,
            digest: Digest::of(b"day"),
            is_sent: true,
            is_replaced: false,
        }],
        copy: CopyStatus { required: true, standing: CopyStanding::InStep },
        signed_in: None,
        has_operator: false,
        closes_at: None,
    }
}

#[test]
fn every_refusal_returns_as_it_was() {
    let text = || "x".to_owned();
    for error in [
        VaultError::WrongState { state: PollState::Closed },
        VaultError::Locked,
        VaultError::PinForm,
        VaultError::WrongPin { delay_s: 2 },
        VaultError::TooSoon { delay_s: 3 },
        VaultError::Seal { code: text(), detail: text() },
        VaultError::ZeroNotPrinted,
        VaultError::NotZero,
        VaultError::DropNotConfirmed,
        VaultError::TooManyScanners,
        VaultError::TooManyCounts,
        VaultError::Station { code: text(), detail: text() },
        VaultError::CopyBehind,
        VaultError::Copy { code: text(), detail: text() },
        VaultError::OrderShows { found: PrivacyMeans::ALL.to_vec() },
        VaultError::Storage { code: text(), detail: text() },
        VaultError::Figures { detail: text() },
        VaultError::BadRequest { detail: text() },
    ] {
        returns(&error);
        returns(&Reply::Refused(error));
    }
}

#[test]
fn replies_return_as_they_were() {
    returns(&Reply::Status(status()));
    returns(&Reply::Station(Box::new(StationSum {
        precinct: "1".into(),
        parts: vec![StationPart {
            device: "d-1".into(),
            count: Some(rescan()),
            digest: Digest::of(b"x"),
            sheets: 7,
            replaced_by: Some(("d-1".into(), 3)),
        }],
        turnout: Vec::new(),
        tally: Tally { votes: Vec::new() },
        sensitivity: Some(Sensitivity::default()),
    })));
    returns(&Reply::SealedResult { digest: Digest::of(b"x") });
    returns(&Reply::Copy { name: "x".to_owned(), digest: Digest::of(b"x") });
    returns(&Reply::CopySeen(Box::new(CopyFacts {
        root_fingerprint: String::new(),
        package: Digest::of(b"p"),
        title: Text { ky: "k".to_owned(), ru: "r".to_owned(), en: "e".to_owned() },
        enrolled: None,
        sheets: 1,
        events: 2,
        head: Digest::of(b"h"),
        at: 3,
    })));
    let reasons = vec![
        InvalidReason::Blank { contest: "c".into() },
        InvalidReason::Void { contest: "c".into(), rule: VoidRule::MarginalMark },
    ];
    let give_back = Place::GiveBack { code: "blank".to_owned(), detail: String::new() };
    for place in [Place::BallotBox, Place::InvalidSection { reasons }, give_back] {
        returns(&Reply::Sheet(SheetReply {
            place,
            vote: Some("v".into()),
            status: status(),
            milliseconds: 9,
        }));
    }
}

#[test]
fn a_test_reading_returns_with_stray_marks_and_dirt() {
    let area = RectUm { x: 1, y: 2, w: 3, h: 4 };
    let streak = Streak {
        course: StreakCourse::Down,
        at_um: 100_000,
        width_um: 500,
        from_um: 0,
        to_um: 297_000,
        darkness: 90,
    };
    let speck = Speck { x_um: 1, y_um: 2, width_um: 300, height_um: 400, area_milli_mm2: u32::MAX };
    for verdict in [
        GlassVerdict::Clean,
        GlassVerdict::Dirty { reasons: vec![DirtReason::Streak, DirtReason::LargeSpeck] },
        GlassVerdict::NotBlank { reason: NotBlank::Print },
    ] {
        returns(&Reply::TestSheet(TestReading {
            place: Place::BallotBox,
            style: None,
            votes: None,
            targets: Vec::new(),
            stray: vec![StrayMark { area, ink_milli_mm2: 1_500 }],
            dirt: vec![Dirt {
                verdict,
                width_um: 210_000,
                height_um: 297_000,
                streaks: vec![streak],
                specks: vec![speck],
            }],
            milliseconds: 9,
        }));
    }
}

#[test]
fn commands_return_as_they_were() {
    let (chair_pin, secretary_pin) = ("1".to_owned(), "2".to_owned());
    for purpose in CountPurpose::ALL {
        let (chair_pin, secretary_pin) = (chair_pin.clone(), secretary_pin.clone());
        returns(&Command::StartCount { purpose, replaces: vec![1, 2], chair_pin, secretary_pin });
    }
    returns(&Command::ResultOf { count: 2 });
    returns(&Command::StationReport { precinct: "1".into() });
    returns(&Command::Status);
    returns(&Command::CountSheet);
    returns(&Command::TakePart { sheet: 7, side: 0 });
    returns(&Command::ReadSide { sheet: 7, side: 1 });
    returns(&Command::CountRead { sheet: 7, sides: 2 });
    returns(&Reply::Taken);
    returns(&Command::ConfirmCopied { digest: Digest::of(b"x") });
    for fault in CopyFault::ALL {
        returns(&Command::NoteCopyLost { fault });
    }
    for command in
        [Command::LookAtCopy, Command::MakeCopy, Command::CheckCopy, Command::CopyPackage]
    {
        returns(&command);
    }
    returns(&Command::TakeOver {
        chair_pin: chair_pin.clone(),
        secretary_pin: secretary_pin.clone(),
    });
    returns(&Command::Open { chair_pin, secretary_pin });
    returns(&Command::IssueReport { kind: ReportKind::Final });
    let kind = ReportKind::Zero;
    for fault in PrinterFault::ALL.into_iter().map(Some).chain([None]) {
        returns(&Command::NotePrint { kind, way: PrintWay::Receipt, originals: 2, fault });
    }
    let (name, firmware, serial) = ("a".to_owned(), "b".to_owned(), "c".to_owned());
    returns(&Command::NoteScanner { name, firmware, serial });
    returns(&Command::NoteScannerGone);
    returns(&Command::NoteScannerFault { fault: ScannerFault::Jam });
    returns(&Command::ConfirmTransmitted { digest: Digest::of(b"x") });
    returns(&Command::Log { from: 1, most: 2 });
}
