//! Which build runs: an event at each start, in each report, and never by a second word.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::{Station, events, verify};
use urna_core::journal::{EventKind, PollState};
use urna_core::report::ReportKind;
use urna_core::seal::Digest;
use urna_core::software::BuildCheck;
use urna_core::vault_api::{Command, VaultError};

fn known(name: &str) -> BuildCheck {
    BuildCheck::Known { build: Digest::of(name.as_bytes()) }
}

fn differs(file: &str) -> BuildCheck {
    BuildCheck::Differs { build: Digest::of(b"list"), file: file.to_owned() }
}

fn note(station: &mut Station, check: BuildCheck) -> Result<(), VaultError> {
    station.ask(Command::NoteBuild { check }, vec![]).map(|_| ())
}

/// What the log says of builds.
fn of_builds(station: &mut Station) -> Vec<EventKind> {
    let of_build = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::BuildKnown { .. } | EventKind::BuildDiffers { .. } | EventKind::BuildUnknown
        )
    };
    events(station).into_iter().filter(of_build).collect()
}

fn reported(station: &mut Station, kind: ReportKind) -> Option<Digest> {
    let answer = station.ask(Command::IssueReport { kind }, vec![]).unwrap();
    verify(&answer.buffers[0]).report.build
}

#[test]
fn a_new_device_logs_the_build_once_it_has_a_log_and_every_report_names_it() {
    let build = Digest::of(b"one");
    let mut station = Station::new(1, &["general a yes"]);
    note(&mut station, known("one")).unwrap();
    assert_eq!(station.status().build, Some(known("one")));
    station.work_to(PollState::Tested);
    assert_eq!(of_builds(&mut station), [EventKind::BuildKnown { build }]);
    assert_eq!(reported(&mut station, ReportKind::Zero), Some(build));
    station.work_to(PollState::Open);
    assert_eq!(reported(&mut station, ReportKind::Turnout), Some(build));
    station.work_to(PollState::Transmitted);
    assert_eq!(station.result().report.build, Some(build));
}

#[test]
fn each_start_has_its_own_event_and_reports_name_the_build_that_made_them() {
    let mut station = Station::new(2, &["general a yes"]);
    note(&mut station, known("one")).unwrap();
    station.work_to(PollState::Open);
    station.restart().unwrap();
    assert_eq!(station.status().build, None, "the new start has not said anything yet");
    note(&mut station, known("two")).unwrap();
    station.work_to(PollState::Closed);
    let two = Digest::of(b"two");
    assert_eq!(reported(&mut station, ReportKind::Final), Some(two));
    let one = Digest::of(b"one");
    let both = [EventKind::BuildKnown { build: one }, EventKind::BuildKnown { build: two }];
    assert_eq!(of_builds(&mut station), both);
}

#[test]
fn a_build_that_is_not_certain_is_an_event_and_in_no_report() {
    for (check, event) in [
        (differs("worker.js"), {
            let (build, file) = (Digest::of(b"list"), "worker.js".to_owned());
            EventKind::BuildDiffers { build, file }
        }),
        (BuildCheck::Unknown, EventKind::BuildUnknown),
    ] {
        let mut station = Station::new(3, &[]);
        station.work_to(PollState::Tested);
        note(&mut station, check.clone()).unwrap();
        assert_eq!(station.status().build, Some(check));
        assert_eq!(of_builds(&mut station), [event]);
        assert_eq!(reported(&mut station, ReportKind::Zero), None);
    }
}

#[test]
fn the_page_says_it_once_and_in_plain_words() {
    let mut station = Station::new(4, &[]);
    station.work_to(PollState::Tested);
    for file in ["", "../x", "a\nb", &"x".repeat(2_000)] {
        let refused = note(&mut station, differs(file)).unwrap_err();
        assert!(matches!(refused, VaultError::BadRequest { .. }), "{file:.20}");
    }
    note(&mut station, known("one")).unwrap();
    note(&mut station, known("one")).unwrap();
    for other in [known("two"), differs("a"), BuildCheck::Unknown] {
        assert!(matches!(note(&mut station, other), Err(VaultError::BadRequest { .. })));
    }
    assert_eq!(of_builds(&mut station).len(), 1);
    assert_eq!(reported(&mut station, ReportKind::Zero), Some(Digest::of(b"one")));
}
