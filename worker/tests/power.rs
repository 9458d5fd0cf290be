//! The power fails at every single write and flush of a whole day. Whenever it does, each sheet is counted
//! once or not at all, the screen can say which, and the day goes on to the right result.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

mod support;

use proptest::prelude::*;
use support::Station;
use urna_core::journal::PollState;
use urna_core::tally::{Sensitivity, Tally};
use urna_core::vault_api::Recovery;
use urna_vault::Power;

/// Registers and band of a report.
type Result = (Option<Tally>, Option<Sensitivity>);

/// One of each kind: valid, invalid, faint, on two ballot styles.
const SHEETS: [&str; 5] =
    ["general a d e +yes", "lists p2 no-3", "general a b yes", "lists p2 -p3", "general b ?d no"];

/// The right result, from a day without any fault, and the writes and flushes that it took.
fn undisturbed() -> (Result, usize) {
    let mut station = Station::new(1, &SHEETS);
    station.work_to(PollState::Transmitted);
    let report = station.result().report;
    let band = report.band().unwrap().unwrap();
    let tally = report.tally.unwrap();
    let sheets: Vec<_> = tally.votes.iter().map(|v| (v.sheets, v.valid, v.invalid)).collect();
    assert_eq!(sheets, [(3, 1, 2), (2, 2, 0)]);
    assert_eq!(tally.votes[1].contests[0].choices[1].votes, 2);
    assert_eq!(tally.votes[1].contests[0].choices[1].preferences, [0, 0, 1, 0, 0]);
    // At 60 ‰ d is no mark, so the "no" beside it counts; at 120 ‰ "yes" is none; at 40 ‰ two parties are
    // one too many.
    let votes = |contest: usize, at: usize| -> Vec<u32> {
        band.contests[contest].at[at].votes.iter().map(|votes| votes.votes).collect()
    };
    assert_eq!((votes(2, 1), votes(2, 2)), (vec![1, 1], vec![0, 1]));
    assert_eq!((votes(3, 0), votes(3, 1)), (vec![0, 1, 0, 0], vec![0, 2, 0, 0]));
    assert_eq!(band.contests[3].at[0].overvoted, 1);
    ((Some(tally), report.sensitivity), station.vault.disk().steps())
}

/// Starts again and checks what the start says of the sheet that was in the scanner.
fn restart_and_check(station: &mut Station) {
    station.restart().unwrap();
    let acknowledged = station.acknowledged;
    station.work(|status| status.key_fingerprint.is_none() || status.unlocked);
    let status = station.status();
    let expected = match status.state {
        PollState::Open | PollState::Paused if status.sheets == acknowledged + 1 => {
            Some(Recovery::LastCounted)
        }
        PollState::Open | PollState::Paused => Some(Recovery::LastNotCounted),
        _ => None,
    };
    // Where the answer may have been lost, the word leaves it to the count, which is right.
    let compares = expected.is_some() && status.recovery == Some(Recovery::CompareCount);
    assert!(status.recovery == expected || compares, "{status:?}");
    assert!((acknowledged..=acknowledged + 1).contains(&status.sheets), "{status:?}");
    station.acknowledged = status.sheets;
}

#[test]
fn a_cut_at_any_write_loses_nothing_and_counts_nothing_twice() {
    let (right, steps) = undisturbed();
    assert!(steps > 60, "a day has {steps} writes and flushes");
    for step in 0..steps {
        for power in [Power::LoseUnflushed(step), Power::TearLast(step)] {
            let mut station = Station::new(step as u64 + 100, &SHEETS);
            station.vault.disk_mut().set_power(power);
            station.work(|_| false);
            assert!(station.vault.disk().is_off(), "{power:?} was not reached");
            restart_and_check(&mut station);
            station.work_to(PollState::Transmitted);
            let report = station.result().report;
            assert_eq!((report.tally, report.sensitivity), right, "{power:?}");
            assert_eq!(station.acknowledged as usize, SHEETS.len(), "{power:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Several cuts on one day, the starts after them included.
    #[test]
    fn cuts_upon_cuts(cuts in prop::collection::vec((any::<bool>(), 0_usize..25), 1..6), seed: u64) {
        let (right, _) = undisturbed();
        let mut station = Station::new(seed, &SHEETS);
        for (tears, step) in cuts {
            let power = if tears { Power::TearLast(step) } else { Power::LoseUnflushed(step) };
            station.vault.disk_mut().set_power(power);
            station.work(|_| false);
            let mut disk = station.vault.disk().after_restart();
            // The start itself is cut too, early on.
            disk.set_power(Power::TearLast(step % 3));
            if station.restart_with(disk.clone()).is_err() || station.vault.disk().is_off() {
                station.restart_with(disk.after_restart()).unwrap();
            } else {
                station.work(|_| false);
                station.restart().unwrap();
            }
            station.work(|status| status.key_fingerprint.is_none() || status.unlocked);
            prop_assert!(station.status().sheets >= station.acknowledged);
            station.acknowledged = station.status().sheets;
        }
        station.work_to(PollState::Transmitted);
        let report = station.result().report;
        prop_assert_eq!((report.tally, report.sensitivity), right);
    }
}
