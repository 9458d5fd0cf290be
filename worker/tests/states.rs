//! What may happen in which state, who must be there, and what is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::{CHAIR, SECRETARY, Station, enrolment, package, root_pem, verify};
use urna_core::journal::{EventKind, PollState, PrintWay, PrinterFault, ScannerFault};
use urna_core::report::ReportKind;
use urna_core::seal::Digest;
use urna_core::tally::Sensitivity;
use urna_core::vault_api::{Command, Place, Reply, VaultError};

fn pins() -> (String, String) {
    (CHAIR.to_owned(), SECRETARY.to_owned())
}

/// Every command, as it would be right in its own state.
fn commands() -> Vec<(&'static str, Command, Vec<Vec<u8>>)> {
    let (chair_pin, secretary_pin) = pins();
    let both = || (chair_pin.clone(), secretary_pin.clone());
    let sheet = || vec![b"general a yes".to_vec()];
    let (a, b, c, d) = (both(), both(), both(), both());
    let over = both();
    vec![
        ("provision", Command::Provision { root_pem: root_pem() }, vec![package()]),
        ("look_at_copy", Command::LookAtCopy, vec![]),
        ("take_over", Command::TakeOver { chair_pin: over.0, secretary_pin: over.1 }, vec![]),
        ("make_key", Command::MakeKey { chair_pin: a.0, secretary_pin: a.1 }, vec![]),
        ("enrol", Command::Enrol, vec![b"x".to_vec()]),
        ("test_sheet", Command::TestSheet, sheet()),
        ("confirm_test", Command::ConfirmTest, vec![]),
        ("zero", Command::IssueReport { kind: ReportKind::Zero }, vec![]),
        ("open", Command::Open { chair_pin: b.0, secretary_pin: b.1 }, vec![]),
        ("count", Command::CountSheet, sheet()),
        ("part", Command::TakePart { sheet: 1, side: 0 }, sheet()),
        ("read", Command::ReadSide { sheet: 1, side: 0 }, sheet()),
        ("count_read", Command::CountRead { sheet: 1, sides: 1 }, vec![]),
        ("turnout", Command::IssueReport { kind: ReportKind::Turnout }, vec![]),
        ("pause", Command::Pause, vec![]),
        ("resume", Command::Resume { chair_pin: c.0, secretary_pin: c.1 }, vec![]),
        ("network", Command::NoteNetwork, vec![]),
        ("close", Command::Close { chair_pin: d.0, secretary_pin: d.1 }, vec![]),
        ("final", Command::IssueReport { kind: ReportKind::Final }, vec![]),
        ("result", Command::SealedResult, vec![]),
        ("sent", Command::ConfirmTransmitted { digest: Digest::of(b"?") }, vec![]),
    ]
}

#[test]
fn each_state_takes_its_own_commands_and_no_others() {
    // What each state may answer with anything but "wrong state".
    let allowed: [(PollState, &[&str]); 8] = [
        (PollState::Unprovisioned, &["provision", "look_at_copy", "take_over"]),
        (PollState::Provisioned, &["enrol", "test_sheet", "confirm_test"]),
        (PollState::Tested, &["test_sheet", "zero", "open"]),
        (
            PollState::Open,
            &["count", "part", "read", "count_read", "turnout", "pause", "network", "close"],
        ),
        (PollState::Paused, &["turnout", "resume", "network", "close"]),
        (PollState::Closed, &["final"]),
        (PollState::Reported, &["final", "result", "sent"]),
        (PollState::Transmitted, &["final", "result"]),
    ];
    for (state, names) in allowed {
        for (name, command, buffers) in commands() {
            let mut station = Station::new(1, &["general a yes"]);
            if state == PollState::Paused {
                station.work_to(PollState::Open);
                station.ask(Command::Pause, vec![]).unwrap();
            } else {
                station.work(|status| {
                    status.state == state
                        && (state != PollState::Provisioned || status.enrolled.is_some())
                });
            }
            let before = station.status();
            let outcome = station.ask(command, buffers).map(|answer| answer.reply);
            let is_wrong = matches!(&outcome, Err(VaultError::WrongState { .. }));
            assert_eq!(!is_wrong, names.contains(&name), "{name} in {state:?}: {outcome:?}");
            if is_wrong {
                assert_eq!(station.status(), before, "{name} in {state:?} changed something");
            }
        }
    }
}

#[test]
fn polls_open_on_zero_only_and_only_after_the_zero_report() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    let (chair_pin, secretary_pin) = pins();
    let open =
        || Command::Open { chair_pin: chair_pin.clone(), secretary_pin: secretary_pin.clone() };
    assert_eq!(station.ask(open(), vec![]).unwrap_err(), VaultError::ZeroNotPrinted);
    let confirm = Command::ConfirmPrinted { kind: ReportKind::Zero, copies: 1 };
    assert!(station.ask(confirm.clone(), vec![]).is_err(), "printed before it was made");
    let answer = station.ask(Command::IssueReport { kind: ReportKind::Zero }, vec![]).unwrap();
    let report = verify(&answer.buffers[0]).report;
    assert_eq!(report.sensitivity, Some(Sensitivity::default()), "nothing differs from zero");
    let zero = report.tally.unwrap();
    assert!(zero.is_zero());
    let options: usize =
        zero.votes.iter().flat_map(|vote| &vote.contests).map(|c| c.choices.len()).sum();
    assert_eq!(options, 4 + 5 + 2 + 4, "every register is listed");
    assert_eq!(station.ask(open(), vec![]).unwrap_err(), VaultError::ZeroNotPrinted);
    station.ask(confirm, vec![]).unwrap();
    station.ask(open(), vec![]).unwrap();
    assert_eq!(station.status().state, PollState::Open);
}

#[test]
fn a_test_sheet_is_never_counted() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    for _ in 0..3 {
        station.ask(Command::TestSheet, vec![b"general a -b +yes".to_vec()]).unwrap();
    }
    station.work_to(PollState::Reported);
    let report = station.result().report;
    assert!(report.tally.unwrap().is_zero());
    assert_eq!(report.sensitivity, Some(Sensitivity::default()));
}

#[test]
fn wrong_pins_wait_longer_each_time_and_over_a_restart() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    station.restart().unwrap();
    let unlock = |station: &mut Station, chair: &str, secretary: &str| {
        let (chair_pin, secretary_pin) = (chair.to_owned(), secretary.to_owned());
        station.ask(Command::Unlock { chair_pin, secretary_pin }, vec![]).map(|_| ())
    };
    for (expected, wrong) in [(1, "111111"), (2, "222222"), (4, "333333"), (8, "444444")] {
        let outcome = unlock(&mut station, CHAIR, wrong);
        assert_eq!(outcome, Err(VaultError::WrongPin { delay_s: expected }));
        // Even the right PINs wait.
        let outcome = unlock(&mut station, CHAIR, SECRETARY);
        assert_eq!(outcome, Err(VaultError::TooSoon { delay_s: expected }));
        station.clock.set(station.clock.get() + u64::from(expected));
    }
    // The chair's PIN alone, or swapped, opens nothing.
    assert!(matches!(unlock(&mut station, SECRETARY, CHAIR), Err(VaultError::WrongPin { .. })));
    // A start begins the wait anew, and a clock set forward does not end it.
    station.restart().unwrap();
    station.set_by.set(100_000);
    assert_eq!(unlock(&mut station, CHAIR, SECRETARY), Err(VaultError::TooSoon { delay_s: 16 }));
    station.clock.set(station.clock.get() + 15);
    station.set_by.set(-100_000);
    assert_eq!(unlock(&mut station, CHAIR, SECRETARY), Err(VaultError::TooSoon { delay_s: 1 }));
    station.clock.set(station.clock.get() + 1);
    unlock(&mut station, CHAIR, SECRETARY).unwrap();
    assert_eq!(station.status().incidents.wrong_pins, 5);
    assert_eq!(station.status().pin_delay_s, 0);
}

#[test]
fn pins_have_a_form() {
    for (chair, secretary) in [
        ("12345", "678901"),
        ("1234567890123", "678901"),
        ("12345a", "678901"),
        ("111111", "111111"),
    ] {
        let mut station = Station::new(1, &[]);
        station.work_to(PollState::Provisioned);
        let command = Command::MakeKey { chair_pin: chair.into(), secretary_pin: secretary.into() };
        assert_eq!(station.ask(command, vec![]).unwrap_err(), VaultError::PinForm);
    }
}

#[test]
fn a_package_that_does_not_hold_is_refused_and_a_good_one_taken_after_it() {
    let good = package();
    let mut station = Station::new(1, &[]);
    for at in (0..good.len()).step_by(good.len() / 40) {
        let mut changed = good.clone();
        changed[at] ^= 0x20;
        let command = Command::Provision { root_pem: root_pem() };
        let outcome = station.ask(command, vec![changed]);
        assert!(matches!(outcome, Err(VaultError::Seal { .. })), "byte {at}");
    }
    for (pem, buffers) in [
        ("nonsense".to_owned(), vec![good.clone()]),
        (root_pem(), vec![]),
        (root_pem(), vec![good.clone(), good.clone()]),
        (root_pem(), vec![good[..good.len() - 1].to_vec()]),
    ] {
        assert!(station.ask(Command::Provision { root_pem: pem }, buffers).is_err());
    }
    assert_eq!(station.status().state, PollState::Unprovisioned);
    station.ask(Command::Provision { root_pem: root_pem() }, vec![good]).unwrap();
}

#[test]
fn an_enrolment_is_for_this_device_and_this_package() {
    let mut other = Station::new(2, &[]);
    other.work(|status| status.key_fingerprint.is_some());
    let foreign = other.ask(Command::EnrolmentRequest, vec![]).unwrap().buffers.remove(0);
    let mut station = Station::new(1, &[]);
    station.work(|status| status.key_fingerprint.is_some());
    let own = station.ask(Command::EnrolmentRequest, vec![]).unwrap().buffers.remove(0);
    let mut changed = enrolment(&own);
    let last = changed.len() - 1;
    changed[last] ^= 1;
    for bad in [enrolment(&foreign), changed, own.clone(), b"nonsense".to_vec(), vec![]] {
        let outcome = station.ask(Command::Enrol, vec![bad]);
        assert!(matches!(outcome, Err(VaultError::Seal { .. })), "{outcome:?}");
    }
    station.ask(Command::Enrol, vec![enrolment(&own)]).unwrap();
    assert_eq!(station.status().enrolled.unwrap().precinct.as_str(), "1");
}

#[test]
fn sheets_go_where_they_belong() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Open);
    let mut feed = |sides: &[&str]| {
        let sides = sides.iter().map(|side| side.as_bytes().to_vec()).collect();
        let reply = station.ask(Command::CountSheet, sides)?.reply;
        let Reply::Sheet(sheet) = reply else { panic!("{reply:?}") };
        if sheet.status.drop_to_confirm {
            let next = vec![b"general a yes".to_vec()];
            assert_eq!(
                station.ask(Command::CountSheet, next).unwrap_err(),
                VaultError::DropNotConfirmed
            );
            let close =
                Command::Close { chair_pin: CHAIR.to_owned(), secretary_pin: SECRETARY.to_owned() };
            assert_eq!(station.ask(close, vec![]).unwrap_err(), VaultError::DropNotConfirmed);
            station.ask(Command::ConfirmDrop, vec![])?;
        }
        Ok::<_, VaultError>((sheet.place, sheet.status.sheets))
    };
    let code = |place: Place| match place {
        Place::GiveBack { code, .. } => code,
        other => panic!("{other:?}"),
    };
    assert_eq!(feed(&["general a d yes"]).unwrap(), (Place::BallotBox, 1));
    // The back is blank, whichever side is up.
    assert_eq!(feed(&["", "general a d yes"]).unwrap(), (Place::BallotBox, 2));
    let (place, sheets) = feed(&["general a b yes"]).unwrap();
    assert!(matches!(place, Place::InvalidSection { .. }));
    assert_eq!(sheets, 3);
    for (sides, expected) in [
        (vec![""], "blank"),
        (vec!["nothing"], "not_a_ballot"),
        (vec!["general a", "lists p1"], "two_ballots"),
        (vec!["south a d yes"], "wrong_precinct"),
        (vec!["", "south a d yes"], "wrong_precinct"),
        (vec!["general/president a"], "other_page"),
    ] {
        let (place, sheets) = feed(&sides).unwrap();
        assert_eq!((code(place).as_str(), sheets), (expected, 3));
    }
    assert!(feed(&[]).is_err());
    assert!(feed(&["general a", "general a", "general a"]).is_err());
}

#[test]
fn the_final_report_is_one_however_often_it_is_asked_for() {
    let mut station = Station::new(1, &["general a d yes", "lists p1"]);
    station.work_to(PollState::Closed);
    let issue = |station: &mut Station| {
        station
            .ask(Command::IssueReport { kind: ReportKind::Final }, vec![])
            .unwrap()
            .buffers
            .remove(0)
    };
    let first = issue(&mut station);
    assert_eq!(first, issue(&mut station));
    station.restart().unwrap();
    station.work(|status| status.unlocked);
    assert_eq!(first, issue(&mut station));
    station.work_to(PollState::Transmitted);
    assert_eq!(first, issue(&mut station));
    assert_eq!(station.status().state, PollState::Transmitted, "a copy moves nothing back");
}

#[test]
fn what_a_printer_did_is_in_the_log_and_moves_nothing() {
    let mut station = Station::new(1, &[]);
    let note =
        |kind, fault| Command::NotePrint { kind, way: PrintWay::Receipt, originals: 1, fault };
    station.work_to(PollState::Tested);
    let zero = || note(ReportKind::Zero, Some(PrinterFault::PaperOut));
    assert!(matches!(station.ask(zero(), vec![]), Err(VaultError::BadRequest { .. })));
    station.ask(Command::IssueReport { kind: ReportKind::Zero }, vec![]).unwrap();
    station.ask(zero(), vec![]).unwrap();
    station.ask(note(ReportKind::Zero, None), vec![]).unwrap();
    let other = station.ask(note(ReportKind::Final, None), vec![]);
    assert!(matches!(other, Err(VaultError::WrongState { .. })));
    assert!(!station.status().zero_printed, "only people say that it is printed");
    station.work_to(PollState::Transmitted);
    station.ask(note(ReportKind::Final, None), vec![]).unwrap();
    assert_eq!(station.status().state, PollState::Transmitted);
    station.restart().unwrap();
    let answer = station.ask(Command::Log { from: 0, most: 1_000 }, vec![]).unwrap();
    let Reply::Log { events, .. } = answer.reply else { panic!() };
    let sent = events.iter().filter_map(|event| match &event.kind {
        EventKind::ReportSent { kind, fault, .. } => Some((*kind, *fault)),
        _ => None,
    });
    let expected = [
        (ReportKind::Zero, Some(PrinterFault::PaperOut)),
        (ReportKind::Zero, None),
        (ReportKind::Final, None),
    ];
    assert_eq!(sent.collect::<Vec<_>>(), expected);
}

#[test]
fn an_acknowledgement_of_something_else_is_none() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Reported);
    let command = Command::ConfirmTransmitted { digest: Digest::of(b"something else") };
    assert!(matches!(station.ask(command, vec![]), Err(VaultError::BadRequest { .. })));
    assert_eq!(station.status().state, PollState::Reported);
}

#[test]
fn what_happens_beside_counting_is_in_the_log_and_on_the_report() {
    let mut station = Station::new(1, &["general a yes"]);
    station.work_to(PollState::Open);
    station.ask(Command::NoteScannerFault { fault: ScannerFault::Jam }, vec![]).unwrap();
    station.ask(Command::NoteNetwork, vec![]).unwrap();
    station.ask(Command::CountSheet, vec![b"nothing".to_vec()]).unwrap();
    station.work_to(PollState::Reported);
    let incidents = station.result().report.incidents;
    assert_eq!(
        (incidents.scanner_faults, incidents.network_seen, incidents.not_accepted),
        (1, 1, 1)
    );
    let answer = station.ask(Command::Log { from: 0, most: 1_000 }, vec![]).unwrap();
    let Reply::Log { events, total, head } = answer.reply else { panic!() };
    assert_eq!(events.len() as u64, total);
    let mut previous = Digest::default();
    for (at, event) in events.iter().enumerate() {
        assert_eq!((event.sequence, event.previous), (at as u64, previous));
        previous = Digest::of(&minicbor::to_vec(event).unwrap());
    }
    assert_eq!(previous, head);
    assert!(events.iter().any(|event| event.kind == EventKind::NetworkSeen));
}
