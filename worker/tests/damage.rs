//! Whatever stands in the files: an alarm or the right figures, never a panic, never a fresh start.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use proptest::prelude::*;
use std::sync::LazyLock;
use support::{Station, events, frames};
use urna_core::journal::{EventKind, PollState};
use urna_core::tally::Tally;
use urna_core::vault_api::VaultError;
use urna_vault::{Disk, FileName, MemoryDisk};

const SHEETS: [&str; 3] = ["general a d yes", "lists p2 no-3", "general b e no"];

static DAY: LazyLock<(MemoryDisk, Tally)> = LazyLock::new(|| {
    let mut station = Station::new(1, &SHEETS);
    station.work(|status| status.sheets == 3);
    let disk = station.vault.disk().after_restart();
    station.work_to(PollState::Reported);
    (disk, station.result().report.tally.unwrap())
});

/// A device that was provisioned, on another disk.
fn start_with(disk: MemoryDisk) -> Result<Station, VaultError> {
    let mut station = Station::new(1, &SHEETS);
    station.work(|status| status.state == PollState::Provisioned);
    station.restart_with(disk)?;
    Ok(station)
}

#[test]
fn files_that_vanished_are_an_alarm() {
    let missing = start_with(MemoryDisk::default()).err().unwrap();
    assert!(matches!(missing, VaultError::Storage { code, .. } if code == "missing"));
    for file in FileName::ALL {
        let mut disk = DAY.0.clone();
        disk.durable_mut(file).clear();
        match start_with(disk) {
            Err(VaultError::Storage { .. }) => {}
            Err(other) => panic!("{}: {other}", file.as_str()),
            // The records and the result are opened with the keys.
            Ok(mut station) => {
                let status = station.status();
                let (command, buffers) = station.next(&status).unwrap();
                let outcome = station.ask(command, buffers);
                let is_alarm = matches!(outcome, Err(VaultError::Storage { .. }));
                assert!(is_alarm || file == FileName::Result, "{}: {outcome:?}", file.as_str());
            }
        }
    }
}

/// One flipped bit anywhere in the log takes nothing away, in the last event neither; more than one is an alarm.
#[test]
fn a_flipped_bit_in_the_log_is_mended_and_noted() {
    let flipped = |places: &[usize]| {
        let mut disk = DAY.0.clone();
        places.iter().for_each(|&at| disk.durable_mut(FileName::Log)[at] ^= 1 << (at % 8));
        start_with(disk)
    };
    let expected = events(&mut flipped(&[]).unwrap());
    let bytes = DAY.0.read(FileName::Log).unwrap();
    let (mut starts, mut end) = (Vec::new(), 0);
    for payload in frames(&bytes) {
        starts.push(end);
        end += 8 + payload.len();
    }
    let places: Vec<usize> = (0..end).step_by(17).chain((end - 40..end).step_by(3)).collect();
    for &at in &places {
        let mut station = flipped(&[at]).unwrap_or_else(|fault| panic!("{at}: {fault}"));
        let event = starts.iter().filter(|&&start| start <= at).count() as u64 - 1;
        let mut with_note = expected.clone();
        with_note.insert(expected.len() - 1, EventKind::LogMended { event });
        assert_eq!(events(&mut station), with_note, "{at}");
        // It is the same on the disk again, so that the next start has nothing to say.
        let again = station.vault.disk().after_restart();
        with_note.extend(expected.last().cloned());
        assert_eq!(events(&mut start_with(again).unwrap()), with_note, "{at}");
    }
    for two in [[places[3], places[3] + 1], [places[3], places[9]]] {
        let fault = flipped(&two).err();
        assert!(
            matches!(fault, Some(VaultError::Storage { code, .. }) if code == "damaged"),
            "{two:?}"
        );
    }
}

#[test]
fn another_election_under_the_same_marker_is_an_alarm() {
    let mut station = Station::new(1, &[]);
    station.work(|status| status.state == PollState::Provisioned);
    let mut disk = station.vault.disk().after_restart();
    let vault = urna_vault::Vault::open(
        disk.clone(),
        support::TestWorld::new(1),
        support::WordReader::default(),
        Some("0000"),
    );
    assert!(matches!(vault.err(), Some(VaultError::Storage { code, .. }) if code == "damaged"));
    disk.durable_mut(FileName::Package)[20] ^= 1;
    assert!(station.restart_with(disk).is_err());
}

#[test]
fn a_record_lost_or_an_event_lost_is_an_alarm() {
    // A record that its key can't open any more.
    let mut disk = DAY.0.clone();
    let records = disk.durable_mut(FileName::Records);
    records.iter_mut().for_each(|byte| *byte ^= 1);
    let mut station = start_with(disk).unwrap();
    let status = station.status();
    let (command, buffers) = station.next(&status).unwrap();
    assert!(
        matches!(station.ask(command, buffers), Err(VaultError::Storage { code, .. }) if code == "damaged")
    );
    // An event in the middle.
    let mut disk = DAY.0.clone();
    disk.durable_mut(FileName::Log)[300] ^= 3;
    assert!(matches!(start_with(disk), Err(VaultError::Storage { code, .. }) if code == "damaged"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Flipped bits, overwritten stretches, cut ends in any file: an alarm, or the right figures.
    #[test]
    fn damage_is_an_alarm_or_harmless(
        file in prop::sample::select(FileName::ALL.to_vec()),
        at in 0.0_f64..1.0,
        near_start: bool,
        bytes in prop::collection::vec(any::<u8>(), 1..64),
        cut in prop::option::weighted(0.1, 0.0_f64..1.0),
    ) {
        let mut disk = DAY.0.clone();
        let content = disk.durable_mut(file);
        let reach = if near_start { content.len().min(4_096) } else { content.len() };
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss, reason = "a place")]
        let place = |share: f64| (share * reach as f64) as usize;
        let start = place(at);
        for (target, byte) in content[start..].iter_mut().zip(&bytes) {
            *target = *byte;
        }
        if let Some(cut) = cut {
            content.truncate(place(cut));
        }
        let Ok(mut station) = start_with(disk) else { return Ok(()) };
        for _ in 0..40 {
            let status = station.status();
            if status.state == PollState::Reported {
                let report = station.result().report;
                prop_assert_eq!(report.tally.as_ref(), Some(&DAY.1));
                break;
            }
            let Some((command, buffers)) = station.next(&status) else { break };
            if station.ask(command, buffers).is_err() {
                break;
            }
        }
    }

    /// Files of random bytes.
    #[test]
    fn random_files_never_panic(files in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..3_000), 5)) {
        let mut disk = MemoryDisk::default();
        for (file, bytes) in FileName::ALL.into_iter().zip(files) {
            *disk.durable_mut(file) = bytes;
        }
        prop_assert!(start_with(disk).is_err());
    }
}
