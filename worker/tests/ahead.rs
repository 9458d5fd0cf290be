//! Sheets that come and are read while they move: counted as any other, once, and only whole.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::{Station, shown, training};
use urna_core::journal::{PollState, ScannerFault};
use urna_core::vault_api::{Command, Reply, VaultError};

const SHEET: &str = "general a d yes";

fn opened() -> Station {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Open);
    station
}

fn give(station: &mut Station, command: Command, bytes: &str) -> Result<(), VaultError> {
    let answer = station.ask(command, vec![bytes.as_bytes().to_vec()])?;
    assert!(matches!(answer.reply, Reply::Taken) && answer.buffers.is_empty(), "{answer:?}");
    Ok(())
}

fn part(station: &mut Station, sheet: u32, side: u8, bytes: &str) -> Result<(), VaultError> {
    give(station, Command::TakePart { sheet, side }, bytes)
}

fn read(station: &mut Station, sheet: u32, side: u8, bytes: &str) -> Result<(), VaultError> {
    give(station, Command::ReadSide { sheet, side }, bytes)
}

fn count(station: &mut Station, sheet: u32, sides: u8) -> Result<u32, VaultError> {
    let answer = station.ask(Command::CountRead { sheet, sides }, vec![])?;
    let Reply::Sheet(sheet) = answer.reply else { panic!("{answer:?}") };
    Ok(sheet.status.sheets)
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, VaultError>) {
    assert!(matches!(outcome, Err(VaultError::BadRequest { .. })), "{outcome:?}");
}

#[test]
fn it_is_the_same_as_a_sheet_that_is_given_whole() {
    for sides in [
        &[SHEET, ""][..],
        &["", "lists p1 no-1"],
        &["general a b"],
        &["general a", "lists p1"],
        &["nothing"],
    ] {
        let (mut whole, mut moving) = (opened(), opened());
        let bytes = sides.iter().map(|side| side.as_bytes().to_vec()).collect();
        let expected = whole.vault.handle(Command::CountSheet, bytes);
        for (side, words) in (0_u8..).zip(sides) {
            // In parts, of which the first bytes are said last; but what is empty has no parts.
            let half = words.len() / 2;
            if half > 0 {
                part(&mut moving, 1, side, &format!("??{}", &words[2..half])).unwrap();
                part(&mut moving, 1, side, &words[half..]).unwrap();
            }
            read(&mut moving, 1, side, if half > 0 { &words[..2] } else { words }).unwrap();
        }
        let sides = u8::try_from(sides.len()).unwrap();
        let answer = moving.vault.handle(Command::CountRead { sheet: 1, sides }, vec![]);
        assert_eq!(shown(&answer), shown(&expected));
    }
}

#[test]
fn nothing_is_counted_before_it_is_asked_for_nor_twice() {
    let mut station = opened();
    read(&mut station, 1, 0, SHEET).unwrap();
    assert_eq!(station.status().sheets, 0);
    assert_eq!(count(&mut station, 1, 1).unwrap(), 1);
    refused(count(&mut station, 1, 1));
    // Nor under the same number again, nor under one before it.
    for sheet in [0, 1] {
        refused(read(&mut station, sheet, 0, SHEET));
        refused(part(&mut station, sheet, 0, SHEET));
        refused(count(&mut station, sheet, 1));
    }
    assert_eq!(station.status().sheets, 1);
    read(&mut station, 2, 0, SHEET).unwrap();
    assert_eq!(count(&mut station, 2, 1).unwrap(), 2);
}

#[test]
fn a_sheet_counts_with_exactly_its_own_sides() {
    let mut station = opened();
    refused(count(&mut station, 1, 0));
    // One is missing.
    read(&mut station, 1, 0, SHEET).unwrap();
    refused(count(&mut station, 1, 2));
    refused(count(&mut station, 1, 1));
    // The other began and has no end.
    read(&mut station, 2, 0, SHEET).unwrap();
    part(&mut station, 2, 1, "lists").unwrap();
    refused(count(&mut station, 2, 1));
    // The front is of the sheet before, which is void.
    read(&mut station, 3, 0, SHEET).unwrap();
    read(&mut station, 4, 1, "").unwrap();
    refused(count(&mut station, 4, 2));
    read(&mut station, 5, 0, SHEET).unwrap();
    read(&mut station, 6, 0, SHEET).unwrap();
    refused(count(&mut station, 5, 1));
    // A third side, or one a second time, voids all.
    for side in [0, 2, 255] {
        let sheet = 10 + u32::from(side);
        read(&mut station, sheet, 0, SHEET).unwrap();
        refused(read(&mut station, sheet, side, SHEET));
        refused(count(&mut station, sheet, 1));
    }
    // First bytes of more than there is.
    part(&mut station, 300, 0, "g").unwrap();
    refused(read(&mut station, 300, 0, SHEET));
    assert_eq!(station.status().sheets, 0);
}

#[test]
fn after_a_fault_or_a_pause_what_moved_is_void() {
    let fault = Command::NoteScannerFault { fault: ScannerFault::DoubleFeed };
    for command in [fault, Command::NoteScannerGone, Command::CountSheet] {
        let mut station = opened();
        read(&mut station, 1, 0, SHEET).unwrap();
        station.vault.handle(command.clone(), vec![]);
        refused(count(&mut station, 1, 1));
        assert_eq!(station.status().sheets, 0, "{command:?}");
    }
}

#[test]
fn nothing_is_taken_while_a_drop_is_to_be_confirmed_or_polls_are_not_open() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    for outcome in [part(&mut station, 1, 0, SHEET), read(&mut station, 1, 0, SHEET)] {
        assert!(matches!(outcome, Err(VaultError::WrongState { .. })), "{outcome:?}");
    }
    station.work_to(PollState::Open);
    read(&mut station, 1, 0, "general a b").unwrap();
    assert_eq!(count(&mut station, 1, 1).unwrap(), 1);
    let waits = Err(VaultError::DropNotConfirmed);
    assert_eq!(part(&mut station, 2, 0, SHEET), waits);
    assert_eq!(read(&mut station, 2, 0, SHEET), waits);
    assert_eq!(count(&mut station, 2, 1).map(|_| ()), waits);
    station.ask(Command::ConfirmDrop, vec![]).unwrap();
    read(&mut station, 2, 0, SHEET).unwrap();
    assert_eq!(count(&mut station, 2, 1).unwrap(), 2);
}

#[test]
fn a_side_has_an_end() {
    let mut station = opened();
    let part = |station: &mut Station, bytes: usize| {
        station.ask(Command::TakePart { sheet: 1, side: 0 }, vec![vec![b' '; bytes]])
    };
    part(&mut station, 60 << 20).unwrap();
    part(&mut station, 4 << 20).unwrap();
    refused(part(&mut station, 1));
    refused(count(&mut station, 1, 1));
}

#[test]
fn only_a_training_shows_what_was_read() {
    for (package, shows) in [(None, false), (Some(training()), true)] {
        let mut station = Station::new(1, &[]);
        station.package = package.unwrap_or_else(|| station.package.clone());
        station.work_to(PollState::Open);
        let before = station.explained.get();
        read(&mut station, 1, 0, SHEET).unwrap();
        read(&mut station, 1, 1, "").unwrap();
        let answer = station.ask(Command::CountRead { sheet: 1, sides: 2 }, vec![]).unwrap();
        assert_eq!(answer.buffers, if shows { vec![SHEET.as_bytes().to_vec()] } else { vec![] });
        assert_eq!(station.explained.get() > before, shows);
    }
}
