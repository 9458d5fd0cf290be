//! Roles, PINs, locking, the log taken out, the clock and what the page sees.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::{CHAIR, SECRETARY, Station, authority, definition, events};
use urna_core::definition::ElectionDefinition;
use urna_core::journal::{EventGroup, EventKind, ExportKind, LockCause, PollState, Role};
use urna_core::report::ReportKind;
use urna_core::seal::{ClosingPermission, Digest, LogExport, SecretKey, Signer};
use urna_core::vault_api::{Command, PageNote, Reply, VaultError};
use urna_vault::{Disk, FileName, Power};

const OPERATOR: &str = "161803";
const NEW: (&str, &str) = ("577215", "662607");

fn both() -> (String, String) {
    (CHAIR.to_owned(), SECRETARY.to_owned())
}

fn set_operator(pin: Option<&str>) -> Command {
    let (chair_pin, secretary_pin) = both();
    Command::SetOperatorPin { chair_pin, secretary_pin, operator_pin: pin.map(str::to_owned) }
}

fn change(new: (&str, &str)) -> Command {
    let (chair_pin, secretary_pin) = both();
    let (new_chair_pin, new_secretary_pin) = (new.0.to_owned(), new.1.to_owned());
    Command::ChangePins { chair_pin, secretary_pin, new_chair_pin, new_secretary_pin }
}

fn unlock(station: &mut Station, pins: (&str, &str)) -> Result<(), VaultError> {
    let (chair_pin, secretary_pin) = (pins.0.to_owned(), pins.1.to_owned());
    station.ask(Command::Unlock { chair_pin, secretary_pin }, vec![]).map(|_| ())
}

fn operator(station: &mut Station, pin: &str) -> Result<(), VaultError> {
    station.ask(Command::OperatorSignIn { pin: pin.to_owned() }, vec![]).map(|_| ())
}

fn only(station: &mut Station, command: Command) -> Result<(), VaultError> {
    station.ask(command, vec![]).map(|_| ())
}

fn count(station: &mut Station) -> Result<(), VaultError> {
    station.ask(Command::CountSheet, vec![b"general a d yes".to_vec()]).map(|_| ())
}

/// An open station with an operator's PIN.
fn with_operator() -> Station {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    only(&mut station, set_operator(Some(OPERATOR))).unwrap();
    station.work_to(PollState::Open);
    station
}

#[test]
fn an_operator_feeds_pauses_and_prints_turnout_and_nothing_else() {
    let mut station = with_operator();
    only(&mut station, Command::SignOut).unwrap();
    let status = station.status();
    assert_eq!((status.unlocked, status.signed_in, status.has_operator), (true, None, true));
    let turnout = || Command::IssueReport { kind: ReportKind::Turnout };
    for command in [turnout(), Command::Pause, Command::CountSheet, Command::ConfirmDrop] {
        let outcome = station.ask(command, vec![b"general a".to_vec()]);
        assert_eq!(outcome.unwrap_err(), VaultError::SignedOut);
    }
    operator(&mut station, OPERATOR).unwrap();
    assert_eq!(station.status().signed_in, Some(Role::Operator));
    count(&mut station).unwrap();
    only(&mut station, turnout()).unwrap();
    // Another operator takes over.
    only(&mut station, Command::SignOut).unwrap();
    operator(&mut station, OPERATOR).unwrap();
    only(&mut station, Command::Pause).unwrap();
    // Going on, and everything after, is for the two.
    let (chair_pin, secretary_pin) = both();
    only(&mut station, Command::Resume { chair_pin, secretary_pin }).unwrap();
    only(&mut station, Command::SignOut).unwrap();
    operator(&mut station, OPERATOR).unwrap();
    let (chair_pin, secretary_pin) = both();
    only(&mut station, Command::Close { chair_pin, secretary_pin }).unwrap();
    only(&mut station, Command::SignOut).unwrap();
    operator(&mut station, OPERATOR).unwrap();
    let last = Command::IssueReport { kind: ReportKind::Final };
    assert_eq!(only(&mut station, last).unwrap_err(), VaultError::CommissionOnly);
    let log = events(&mut station);
    assert!(log.contains(&EventKind::OperatorSignedIn));
    assert!(log.contains(&EventKind::SignedOut { role: Role::Operator }));
    assert!(log.contains(&EventKind::SignedOut { role: Role::Commission }));
}

#[test]
fn wrong_operator_pins_wait_by_themselves() {
    let mut station = with_operator();
    only(&mut station, Command::SignOut).unwrap();
    assert_eq!(operator(&mut station, "000000"), Err(VaultError::WrongPin { delay_s: 1 }));
    assert_eq!(operator(&mut station, OPERATOR), Err(VaultError::TooSoon { delay_s: 1 }));
    // The two are not kept out by it, and their PINs don't let an operator guess on.
    unlock(&mut station, (CHAIR, SECRETARY)).unwrap();
    assert_eq!(operator(&mut station, OPERATOR), Err(VaultError::TooSoon { delay_s: 1 }));
    station.clock.set(station.clock.get() + 1);
    assert_eq!(operator(&mut station, "000001"), Err(VaultError::WrongPin { delay_s: 2 }));
    station.clock.set(station.clock.get() + 2);
    operator(&mut station, OPERATOR).unwrap();
    assert_eq!(unlock(&mut station, (CHAIR, "000000")), Err(VaultError::WrongPin { delay_s: 1 }));
    operator(&mut station, OPERATOR).unwrap();
    let outcome = unlock(&mut station, (CHAIR, SECRETARY));
    assert_eq!(outcome, Err(VaultError::TooSoon { delay_s: 1 }), "an operator ends no wait");
    assert_eq!(station.status().incidents.wrong_pins, 3);
}

#[test]
fn an_operator_pin_has_a_form_and_is_none_of_the_two() {
    let mut station = with_operator();
    for bad in ["12345", "12345a", CHAIR, SECRETARY, "1234567890123"] {
        assert_eq!(only(&mut station, set_operator(Some(bad))), Err(VaultError::PinForm), "{bad}");
    }
    for new in [(OPERATOR, "662607"), ("577215", OPERATOR), ("577215", "577215")] {
        assert_eq!(only(&mut station, change(new)), Err(VaultError::PinForm), "{new:?}");
    }
    operator(&mut station, OPERATOR).unwrap();
    only(&mut station, set_operator(None)).unwrap();
    assert!(!station.status().has_operator);
    assert_eq!(operator(&mut station, OPERATOR), Err(VaultError::CommissionOnly));
}

#[test]
fn locking_wipes_the_keys_and_both_pins_bring_them_back() {
    let mut station = with_operator();
    count(&mut station).unwrap();
    let idle = Command::Lock { cause: LockCause::Idle };
    let refused = only(&mut station, idle.clone());
    assert!(matches!(refused, Err(VaultError::WrongState { .. })), "a voter may stand before it");
    only(&mut station, Command::Lock { cause: LockCause::Person }).unwrap();
    assert_eq!((station.status().unlocked, station.status().signed_in), (false, None));
    assert_eq!(count(&mut station), Err(VaultError::Locked));
    assert_eq!(operator(&mut station, OPERATOR), Err(VaultError::Locked));
    let before = station.status().log_events;
    only(&mut station, Command::Lock { cause: LockCause::Person }).unwrap();
    assert_eq!(station.status().log_events, before, "locking what is locked is no event");
    unlock(&mut station, (CHAIR, SECRETARY)).unwrap();
    assert_eq!(station.status().recovery, None, "nothing was interrupted");
    count(&mut station).unwrap();
    only(&mut station, Command::Pause).unwrap();
    only(&mut station, idle).unwrap();
    assert!(!station.status().unlocked);
    station.work_to(PollState::Reported);
    assert_eq!(station.result().report.turnout[0].sheets, 2);
    assert!(events(&mut station).contains(&EventKind::Locked { cause: LockCause::Idle }));
}

#[test]
fn without_an_operator_signing_out_locks() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Open);
    only(&mut station, Command::SignOut).unwrap();
    assert!(!station.status().unlocked);
}

#[test]
fn changed_pins_open_and_the_old_ones_do_not() {
    let mut station = with_operator();
    count(&mut station).unwrap();
    let bad = Command::ChangePins {
        chair_pin: CHAIR.into(),
        secretary_pin: "999999".into(),
        new_chair_pin: NEW.0.into(),
        new_secretary_pin: NEW.1.into(),
    };
    assert!(matches!(only(&mut station, bad), Err(VaultError::WrongPin { .. })));
    station.clock.set(station.clock.get() + 1);
    only(&mut station, change(NEW)).unwrap();
    for _ in 0..2 {
        let old = unlock(&mut station, (CHAIR, SECRETARY));
        assert!(matches!(old, Err(VaultError::WrongPin { .. })));
        station.clock.set(station.clock.get() + 300);
        unlock(&mut station, NEW).unwrap();
        station.restart().unwrap();
    }
    unlock(&mut station, NEW).unwrap();
    operator(&mut station, OPERATOR).unwrap();
    assert_eq!(station.status().sheets, 1);
}

/// What the old PINs sealed is gone from the file, so that they open no copy that is made from now on.
#[test]
fn an_old_sealing_does_not_stay_on_the_disk() {
    let mut station = with_operator();
    let mut seen = Vec::new();
    for round in 0..3 {
        let mut disk = station.vault.disk().after_restart();
        let keys = disk.durable_mut(FileName::Keys);
        let places = [&keys[..1_024], &keys[1_024..2_048]].map(<[u8]>::to_vec);
        let full: Vec<_> = places.into_iter().filter(|p| p.iter().any(|&b| b != 0)).collect();
        assert_eq!(full.len(), 1, "round {round}");
        assert!(!seen.contains(&full[0]), "round {round}");
        seen.extend(full);
        only(&mut station, set_operator(Some(OPERATOR))).unwrap();
    }
}

/// Power fails at each write and flush of a change: the old PINs open the keys, or the new ones do, as the log
/// says; never both, never neither.
#[test]
fn a_cut_while_pins_change_leaves_the_old_or_the_new_ones() {
    let (mut olds, mut news) = (0, 0);
    for step in 0.. {
        let mut outcomes = Vec::new();
        for power in [Power::LoseUnflushed(step), Power::TearLast(step)] {
            let mut station = Station::new(1, &["general a d yes"]);
            station.work(|status| status.sheets == 1);
            station.vault.disk_mut().set_power(power);
            let outcome = only(&mut station, change(NEW));
            let is_off = station.vault.disk().is_off();
            station.restart().unwrap();
            let is_new = unlock(&mut station, NEW).is_ok();
            station.clock.set(station.clock.get() + 300);
            let is_old = unlock(&mut station, (CHAIR, SECRETARY)).is_ok();
            assert!(is_new != is_old, "{power:?}: new {is_new}, old {is_old}");
            assert!(is_new || outcome.is_err(), "{power:?}: acknowledged and lost");
            let said =
                events(&mut station).iter().any(|e| matches!(e, EventKind::PinsChanged { .. }));
            assert_eq!(said, is_new, "{power:?}");
            // Whichever holds, the start has wiped what is left of the other.
            let keys = station.vault.disk().read(FileName::Keys).unwrap();
            let sealings = keys[..2_048].chunks(1_024);
            let full = sealings.filter(|place| place.iter().any(|&byte| byte != 0)).count();
            assert_eq!(full, 1, "{power:?}");
            assert_eq!(station.status().sheets, 1);
            outcomes.push(is_off);
            olds += u32::from(is_old);
            news += u32::from(is_new);
        }
        if outcomes.iter().all(|is_off| !is_off) {
            break;
        }
    }
    assert!(olds >= 6 && news >= 4, "{olds} times the old ones, {news} times the new ones");
}

#[test]
fn the_log_is_taken_out_by_two_and_verifies() {
    let mut station = with_operator();
    count(&mut station).unwrap();
    only(&mut station, Command::SignOut).unwrap();
    let export = |secretary: &str| Command::ExportLog {
        chair_pin: CHAIR.to_owned(),
        secretary_pin: secretary.to_owned(),
    };
    let wrong = only(&mut station, export("999999"));
    assert!(matches!(wrong, Err(VaultError::WrongPin { .. })));
    station.clock.set(station.clock.get() + 1);
    let answer = station.ask(export(SECRETARY), vec![]).unwrap();
    let Reply::LogExport { events: count, head } = answer.reply else { panic!() };
    let status = station.status();
    assert_eq!((status.log_events, status.log_head), (count, head));
    assert_eq!(status.signed_in, None, "taking the log out signs nobody in");
    let export = LogExport::from_bytes(&answer.buffers[0]).unwrap();
    let log = export.verify(Some(&authority().public_key())).unwrap();
    assert_eq!(log.head.head, head);
    let kinds: Vec<_> = log.events.into_iter().map(|event| event.kind.unwrap()).collect();
    assert_eq!(kinds, events(&mut station));
    assert_eq!(kinds.last(), Some(&EventKind::Exported { what: ExportKind::Log }));
    let other = SecretKey::from_random(&[9; 32]).unwrap().public_key();
    assert!(export.verify(Some(&other)).is_err());
    // Also while nobody has the keys in memory.
    only(&mut station, Command::Lock { cause: LockCause::Person }).unwrap();
    let (chair_pin, secretary_pin) = both();
    only(&mut station, Command::ExportLog { chair_pin, secretary_pin }).unwrap();
    assert!(!station.status().unlocked);
}

#[test]
fn events_are_found_by_group() {
    let mut station = with_operator();
    for _ in 0..5 {
        count(&mut station).unwrap();
    }
    let all = events(&mut station);
    let mut found = 0;
    for group in EventGroup::ALL {
        let expected: Vec<_> = all.iter().filter(|kind| kind.group() == group).cloned().collect();
        let (mut before, mut paged) = (u64::MAX, Vec::new());
        loop {
            let answer = station.ask(Command::LogOf { group, before, most: 2 }, vec![]).unwrap();
            let Reply::Log { events, total, head } = answer.reply else { panic!() };
            assert_eq!((total, head), (expected.len() as u64, station.status().log_head));
            let Some(first) = events.first() else { break };
            before = first.sequence;
            paged.splice(0..0, events.into_iter().map(|event| event.kind));
        }
        assert_eq!(paged, expected, "{group:?}");
        found += paged.len();
    }
    assert_eq!(found, all.len());
}

#[test]
fn a_clock_that_jumps_is_an_event_with_its_size() {
    let mut station = Station::new(1, &[]);
    let tick = |station: &mut Station| only(station, Command::Note { note: PageNote::Clock });
    tick(&mut station).unwrap();
    station.work_to(PollState::Tested);
    for (passes, set_by) in [(5, 0), (5, 3_600), (5, 3_602), (100, 3_602), (5, -60)] {
        station.clock.set(station.clock.get() + passes);
        station.set_by.set(set_by);
        tick(&mut station).unwrap();
    }
    let jumps = |station: &mut Station| -> Vec<i64> {
        let jump = |kind| match kind {
            EventKind::ClockJumped { seconds } => Some(seconds),
            _ => None,
        };
        events(station).into_iter().filter_map(jump).collect()
    };
    assert_eq!(jumps(&mut station), [3_600, -3_662]);
    let zones = events(&mut station)
        .into_iter()
        .filter(|e| *e == EventKind::ClockNoted { utc_offset_minutes: 360 });
    assert_eq!(zones.count(), 1);
    // Whoever plays with the clock does not fill the log.
    for round in 0..300 {
        station.set_by.set(if round % 2 == 0 { 1_000 } else { 0 });
        tick(&mut station).unwrap();
    }
    assert_eq!(jumps(&mut station).len(), 200);
}

#[test]
fn what_the_page_sees_is_noted_once_and_bounded() {
    let mut station = Station::new(1, &[]);
    let note = |station: &mut Station, note| only(station, Command::Note { note }).unwrap();
    note(&mut station, PageNote::Storage { kept: true });
    note(&mut station, PageNote::Power { mains: true, percent: 80 });
    station.work_to(PollState::Open);
    note(&mut station, PageNote::Storage { kept: false });
    note(&mut station, PageNote::Storage { kept: false });
    note(&mut station, PageNote::Power { mains: true, percent: 79 });
    note(&mut station, PageNote::Power { mains: false, percent: 200 });
    note(&mut station, PageNote::Page { visible: true });
    note(&mut station, PageNote::Page { visible: false });
    note(&mut station, PageNote::Page { visible: false });
    note(&mut station, PageNote::Second);
    let noted: Vec<_> = events(&mut station).into_iter().rev().take(4).collect();
    let expected = [
        EventKind::SecondRefused,
        EventKind::PageShown { visible: false },
        EventKind::PowerChanged { mains: false, percent: 100 },
        EventKind::StorageKept { kept: false },
    ];
    assert_eq!(noted, expected);
    for round in 0..1_200 {
        note(&mut station, PageNote::Page { visible: round % 2 == 0 });
        note(&mut station, PageNote::Power { mains: round % 2 == 0, percent: 50 });
        note(&mut station, PageNote::Second);
        note(&mut station, PageNote::Export { what: ExportKind::LogPaper });
        note(&mut station, PageNote::Storage { kept: round % 2 == 0 });
    }
    assert!(station.status().log_events < 1_400, "{}", station.status().log_events);
}

fn closing_at_eight() -> ElectionDefinition {
    ElectionDefinition { utc_offset_minutes: Some(360), ..definition() }
}

fn permission(
    change: impl Fn(&mut ClosingPermission),
    key: &SecretKey,
    station: &mut Station,
) -> Vec<u8> {
    let status = station.status();
    let mut permission = ClosingPermission {
        election: definition().id,
        package: status.package.unwrap(),
        precinct: "1".into(),
        from: station.clock.get(),
    };
    change(&mut permission);
    permission.seal(key).unwrap()
}

#[test]
fn closing_before_the_hour_needs_the_authority() {
    let closes_at = closing_at_eight().closes_at().unwrap();
    let mut station = Station::new(1, &[]);
    station.package = support::package_of(closing_at_eight());
    station.clock.set(closes_at - 7_200);
    station.work_to(PollState::Open);
    let close = || {
        let (chair_pin, secretary_pin) = both();
        Command::Close { chair_pin, secretary_pin }
    };
    assert_eq!(station.status().closes_at, Some(closes_at));
    let early = Err(VaultError::TooEarly { closes_at });
    assert_eq!(only(&mut station, close()), early);
    let stranger = SecretKey::from_random(&[7; 32]).unwrap();
    let refused = [
        permission(|_| {}, &stranger, &mut station),
        permission(|p| p.precinct = "2".into(), &authority(), &mut station),
        permission(|p| p.package = Digest::of(b"other"), &authority(), &mut station),
        permission(|p| p.election = "other".into(), &authority(), &mut station),
        permission(|p| p.from = u64::MAX, &authority(), &mut station),
        b"nonsense".to_vec(),
    ];
    for bad in refused {
        let outcome = station.ask(Command::PermitClosing, vec![bad]);
        assert!(matches!(outcome, Err(VaultError::Seal { .. })), "{outcome:?}");
    }
    assert_eq!(only(&mut station, close()), early);
    let later = permission(|p| p.from += 3_600, &authority(), &mut station);
    station.ask(Command::PermitClosing, vec![later]).unwrap();
    assert_eq!(only(&mut station, close()), early, "not yet");
    station.restart().unwrap();
    unlock(&mut station, (CHAIR, SECRETARY)).unwrap();
    station.clock.set(closes_at - 3_600);
    assert_eq!(station.status().closes_at, None);
    only(&mut station, close()).unwrap();
    let said = |kind: &EventKind| matches!(kind, EventKind::ClosingPermitted { .. });
    assert!(events(&mut station).iter().any(said));
}

#[test]
fn at_the_hour_polls_close_without_a_word() {
    let closes_at = closing_at_eight().closes_at().unwrap();
    let mut station = Station::new(1, &[]);
    station.package = support::package_of(closing_at_eight());
    station.clock.set(closes_at);
    station.work_to(PollState::Closed);
}

/// What fails is told by the log, if the log can still be written.
#[test]
fn a_storage_fault_is_in_the_log() {
    let mut station = with_operator();
    station.vault.disk_mut().fail_writes_to(Some(FileName::Records));
    assert!(matches!(count(&mut station), Err(VaultError::Storage { .. })));
    station.vault.disk_mut().fail_writes_to(None);
    station.restart().unwrap();
    let faults = events(&mut station)
        .into_iter()
        .filter(|e| matches!(e, EventKind::StorageFault { what } if what.contains("records.bin")));
    assert_eq!(faults.count(), 1);
    unlock(&mut station, (CHAIR, SECRETARY)).unwrap();
    assert_eq!(station.status().sheets, 0);
}
