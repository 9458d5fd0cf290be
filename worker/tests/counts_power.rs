//! The power fails at every write and flush of a day with a late box and a re-scan: no count swallows another's
//! sheets, none begins by half, and each comes to its right result.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

mod support;

use support::{Later, Station, number_of, verify};
use urna_core::journal::PollState;
use urna_core::report::CountPurpose;
use urna_core::tally::Tally;
use urna_vault::Power;

const DAY: [&str; 2] = ["general a d yes", "lists p2 no-3"];
const LATE: [&str; 2] = ["general c e no", "general b ?d no"];
const AGAIN: [&str; 2] = ["general a d no", "lists p2 no-3"];

fn station(seed: u64) -> Station {
    let mut station = Station::new(seed, &DAY);
    station.later = vec![
        Later::new(CountPurpose::LateBox, &[], &LATE),
        Later::new(CountPurpose::Rescan, &[1], &AGAIN),
    ];
    station
}

fn results(station: &mut Station) -> Vec<Tally> {
    (1..=3).map(|count| verify(&station.result_of(count)).report.tally.unwrap()).collect()
}

#[test]
fn a_cut_at_any_write_leaves_each_count_its_own_sheets() {
    cut_everywhere(Power::LoseUnflushed);
}

#[test]
fn a_write_torn_anywhere_leaves_each_count_its_own_sheets() {
    cut_everywhere(Power::TearLast);
}

fn cut_everywhere(power_at: fn(usize) -> Power) {
    let mut undisturbed = station(1);
    undisturbed.work_to(PollState::Transmitted);
    let before = undisturbed.vault.disk().steps();
    undisturbed.work_through();
    let right = results(&mut undisturbed);
    let sheets: Vec<_> = right.iter().map(Tally::sheets).collect();
    assert_eq!(sheets, [2, 2, 2]);
    let steps = undisturbed.vault.disk().steps();
    assert!(steps > before + 40, "two counts more have {} writes", steps - before);
    // Up to the first result it is a day like any other: `power.rs` cuts that.
    for step in before..steps {
        let power = power_at(step);
        let mut station = station(step as u64 + 100);
        station.vault.disk_mut().set_power(power);
        station.work(|_| false);
        assert!(station.vault.disk().is_off(), "{power:?} was not reached");
        let count = station.acknowledged_in;
        let acknowledged = station.acknowledged;
        station.restart().unwrap();
        station.work(|status| status.unlocked);
        let status = station.status();
        if number_of(&status) == count {
            let is_there = acknowledged..=acknowledged + 1;
            assert!(is_there.contains(&status.sheets), "{power:?}: {status:?}");
        } else {
            // It had begun, and nobody was told.
            assert_eq!((number_of(&status), status.sheets), (count + 1, 0), "{power:?}");
        }
        station.work_through();
        assert_eq!(results(&mut station), right, "{power:?}");
    }
}
