//! The second copy is in step or nothing is counted, where the policy asks for it; and two copies tell nothing.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::stick::{self, Stick, station};
use support::{CHAIR, SECRETARY, Station, events};
use urna_core::journal::{EventKind, PollState, ScannerFault};
use urna_core::seal::Digest;
use urna_core::vault_api::{Command, VaultError};
use urna_core::{CopyFault, CopyStanding};

const SHEETS: [&str; 4] = ["general a d e yes", "lists p2 no-3", "general a b yes", "general b no"];

fn both() -> (String, String) {
    (CHAIR.to_owned(), SECRETARY.to_owned())
}

fn count() -> (Command, Vec<Vec<u8>>) {
    (Command::CountSheet, vec![SHEETS[0].as_bytes().to_vec()])
}

/// What would count a sheet, or open the polls.
fn refused_by_copy(station: &mut Station) {
    let side = || vec![SHEETS[0].as_bytes().to_vec()];
    for (command, buffers) in [
        count(),
        (Command::TakePart { sheet: 900, side: 0 }, side()),
        (Command::ReadSide { sheet: 900, side: 0 }, side()),
        (Command::CountRead { sheet: 900, sides: 1 }, vec![]),
    ] {
        let before = station.status();
        assert_eq!(station.ask(command, buffers).unwrap_err(), VaultError::CopyBehind);
        assert_eq!(station.status(), before);
    }
}

#[test]
fn nothing_is_counted_while_the_copy_is_behind() {
    let (mut station, mut stick) = (station(1, &SHEETS), Stick::default());
    station.work(|status| status.state == PollState::Tested && status.zero_printed);
    let (chair_pin, secretary_pin) = both();
    let open = Command::Open { chair_pin, secretary_pin };
    assert_eq!(station.ask(open.clone(), vec![]).unwrap_err(), VaultError::CopyBehind);
    stick.keep_up(&mut station).unwrap();
    station.ask(open, vec![]).unwrap();
    refused_by_copy(&mut station);
    for sheets in 1..4 {
        assert_eq!(stick.keep_up(&mut station).unwrap().copy.standing, CopyStanding::Current);
        let (command, buffers) = count();
        station.ask(command, buffers).unwrap();
        assert_eq!(station.status().sheets, sheets);
        refused_by_copy(&mut station);
    }
    // A start knows nothing of the stick.
    stick.keep_up(&mut station).unwrap();
    station.restart().unwrap();
    station.work(|status| status.unlocked);
    refused_by_copy(&mut station);
    stick.keep_up(&mut station).unwrap();
    let (command, buffers) = count();
    station.ask(command, buffers).unwrap();
    // A broken stick keeps nobody from closing.
    station.ask(Command::NoteCopyLost { fault: CopyFault::Gone }, vec![]).unwrap();
    let (chair_pin, secretary_pin) = both();
    station.ask(Command::Close { chair_pin, secretary_pin }, vec![]).unwrap();
}

#[test]
fn without_the_policy_a_copy_may_be_made_and_holds_nothing_up() {
    let (mut station, mut stick) = (Station::new(1, &SHEETS), Stick::default());
    station.work(|status| status.sheets == 2);
    assert_eq!(stick.keep_up(&mut station).unwrap().copy.standing, CopyStanding::Current);
    station.work_to(PollState::Reported);
    assert_eq!(station.status().copy.standing, CopyStanding::Behind);
}

#[test]
fn only_what_was_read_back_whole_is_a_copy() {
    let (mut station, mut stick) = (station(1, &SHEETS), Stick::default());
    stick::work(&mut station, &mut stick, |status| status.state == PollState::Open);
    station.ask(Command::MakeCopy, vec![]).unwrap();
    let confirm = |digest| Command::ConfirmCopied { digest };
    assert!(station.ask(confirm(Digest::of(b"torn")), vec![]).is_err());
    // Nor is the copy before: the last one that was made counts, once.
    let old = Digest::of(&stick.copy);
    assert!(station.ask(confirm(old), vec![]).is_err());
    stick.keep_up(&mut station).unwrap();
    let (command, buffers) = count();
    let digest = Digest::of(&stick.copy);
    station.ask(command, buffers).unwrap();
    assert!(station.ask(confirm(digest), vec![]).is_err());
    refused_by_copy(&mut station);
}

#[test]
fn what_does_not_weigh_does_not_hold_a_sheet_up() {
    let (mut station, mut stick) = (station(1, &SHEETS), Stick::default());
    stick::work(&mut station, &mut stick, |status| status.sheets == 1);
    stick.keep_up(&mut station).unwrap();
    for note in [Command::NoteNetwork, Command::NoteScannerFault { fault: ScannerFault::Jam }] {
        station.ask(note, vec![]).unwrap();
        assert_eq!(station.status().copy.standing, CopyStanding::InStep);
    }
    let (command, buffers) = count();
    station.ask(command, buffers).unwrap();
    // A sheet that was given back is told too.
    stick.keep_up(&mut station).unwrap();
    station.ask(Command::CountSheet, vec![b"?".to_vec()]).unwrap();
    assert_eq!(station.status().copy.standing, CopyStanding::Behind);
}

#[test]
fn coming_and_going_are_events_and_a_sheet_is_none() {
    let (mut station, mut stick) = (station(1, &SHEETS), Stick::default());
    stick::work(&mut station, &mut stick, |status| status.sheets == 3);
    let of_copy = |station: &mut Station| -> Vec<EventKind> {
        let is = |kind: &EventKind| {
            matches!(
                kind,
                EventKind::CopyInStep | EventKind::CopyLost { .. } | EventKind::CopyChosen
            )
        };
        events(station).into_iter().filter(is).collect()
    };
    assert_eq!(of_copy(&mut station), [EventKind::CopyInStep]);
    for _ in 0..5 {
        station.ask(Command::NoteCopyLost { fault: CopyFault::Gone }, vec![]).unwrap();
        refused_by_copy(&mut station);
    }
    stick.keep_up(&mut station).unwrap();
    stick.keep_up(&mut station).unwrap();
    let lost = EventKind::CopyLost { fault: CopyFault::Gone };
    assert_eq!(of_copy(&mut station), [EventKind::CopyInStep, lost, EventKind::CopyInStep]);
    // A stick that comes and goes all day does not fill the log, and still holds sheets up.
    for _ in 0..3_000 {
        station.ask(Command::NoteCopyLost { fault: CopyFault::Gone }, vec![]).unwrap();
        station.ask(Command::NoteCopyLost { fault: CopyFault::Full }, vec![]).unwrap();
    }
    assert!(station.status().log_events < 2_100, "{}", station.status().log_events);
    refused_by_copy(&mut station);
    assert_eq!(stick.keep_up(&mut station).unwrap().copy.standing, CopyStanding::Current);
}

#[test]
fn two_copies_of_one_moment_have_nothing_in_common_and_one_length() {
    let (mut station, mut stick) = (station(1, &SHEETS), Stick::default());
    stick::work(&mut station, &mut stick, |status| status.sheets == 4);
    let mut made = || {
        stick.keep_up(&mut station).unwrap();
        stick.copy.clone()
    };
    let (first, second) = (made(), made());
    let (third, fourth) = (made(), made());
    // The first comes before the event that it is in step.
    assert_eq!((second.len(), third.len()), (third.len(), fourth.len()));
    assert_eq!(first.len() % (16 << 10), third.len() % (16 << 10));
    let sealed = |copy: &[u8]| copy[copy.len() - (16 << 10)..].to_vec();
    let blocks: std::collections::BTreeSet<Vec<u8>> =
        sealed(&third).windows(8).map(<[u8]>::to_vec).collect();
    assert!(!sealed(&fourth).windows(8).any(|block| blocks.contains(block)));
}

#[test]
fn the_length_of_a_copy_does_not_depend_on_the_votes() {
    let lengths = [
        ["general a", "general b d e no", "general b e yes"],
        ["general", "general", "general"],
        ["general a b d e yes no", "general a", "general a b"],
    ]
    .map(|sheets| {
        let (mut station, mut stick) = (station(1, &sheets), Stick::default());
        stick::work(&mut station, &mut stick, |status| status.sheets == 3);
        stick.keep_up(&mut station).unwrap();
        stick.copy.len()
    });
    assert_eq!(lengths[0], lengths[1]);
    assert_eq!(lengths[1], lengths[2]);
}

#[test]
fn a_locked_device_makes_no_copy_and_a_new_one_neither() {
    let mut station = station(1, &SHEETS);
    for command in [Command::MakeCopy, Command::CopyPackage] {
        assert!(station.ask(command, vec![]).is_err());
    }
    station.work(|status| status.state == PollState::Tested);
    station.restart().unwrap();
    assert_eq!(station.ask(Command::MakeCopy, vec![]).unwrap_err(), VaultError::Locked);
    let confirm = Command::ConfirmCopied { digest: Digest::default() };
    assert_eq!(station.ask(confirm, vec![]).unwrap_err(), VaultError::Locked);
}
