//! A device takes 10,000 sheets and more without slowing down, in 4 KiB for each.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::Station;
use urna_core::definition::ElectionDefinition;
use urna_core::journal::PollState;
use urna_core::vault_api::{Command, Reply, VaultError};
use urna_vault::{Disk, FileName, SLOTS, Step, bytes_per_sheet};

/// Sheets that one device must be able to count.
const SHEETS: u32 = 10_000;

/// Of the definition that is demonstrated, and of what is really on the disk.
#[test]
fn a_sheet_needs_four_kib_at_most() {
    let demo = include_bytes!("../../assets/demo/definition.json");
    let demo: ElectionDefinition = serde_json::from_slice(demo).unwrap();
    let bytes = bytes_per_sheet(&demo);
    assert!(bytes <= 4_096, "{bytes} bytes");

    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Open);
    let files = [FileName::Records, FileName::Keys, FileName::Result, FileName::Log];
    let read = |file| station.vault.disk().read(file).unwrap().len();
    let whole: usize = files.into_iter().map(read).sum();
    assert_eq!(whole.div_ceil(SLOTS), bytes_per_sheet(&support::definition()));
}

/// Each sheet asks the same of the disk, whichever number it has: two small writes, each flushed, and no reading.
#[test]
fn the_last_sheet_costs_what_the_first_did_and_a_full_device_says_so() {
    let mut station = Station::new(1, &["general a d yes"]);
    station.work_to(PollState::Open);
    let side = || vec![b"general a d yes".to_vec()];
    let mut first = None;
    for number in 1..=u32::try_from(SLOTS).unwrap() {
        let disk = station.vault.disk_mut();
        let reads = disk.reads();
        disk.start_trace();
        let reply = station.ask(Command::CountSheet, side()).unwrap().reply;
        assert!(matches!(reply, Reply::Sheet(sheet) if sheet.status.sheets == number));
        let disk = station.vault.disk();
        assert_eq!(disk.reads(), reads, "sheet {number}");
        let cost = cost(disk.trace());
        let first = first.get_or_insert(cost);
        let spare = 8; // Numbers grow by a few digits.
        assert!(cost.0 == first.0 && cost.1 <= first.1 + spare, "sheet {number}: {cost:?}");
    }
    const { assert!(SLOTS >= SHEETS as usize) };
    assert_eq!(station.status().room_for_sheets, 0);
    let full = station.ask(Command::CountSheet, side()).unwrap_err();
    assert!(matches!(full, VaultError::Storage { code, .. } if code == "full"));

    // Nothing is broken by that: the day ends as any other, after another start too.
    station.restart().unwrap();
    station.sheets.clear();
    station.work_to(PollState::Transmitted);
    let votes = station.result().report.tally.unwrap().votes;
    assert_eq!(votes[0].sheets as usize, SLOTS);
}

/// Steps, and bytes written.
fn cost(trace: &[Step]) -> (usize, usize) {
    let bytes = trace.iter().map(|step| match step {
        Step::Write(write) => write.bytes.len(),
        Step::Flush(_) => 0,
    });
    (trace.len(), bytes.sum())
}
