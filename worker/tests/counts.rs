//! Counts besides the day: each begins at zero, none is added twice, and what was counted before stays.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::{CHAIR, Later, SECRETARY, Station, enrolment_as, number_of, verify};
use urna_core::journal::{EventKind, PollState};
use urna_core::report::{CountPurpose, MAX_COUNTS, ReportKind};
use urna_core::seal::VerifiedReport;
use urna_core::station::StationSum;
use urna_core::vault_api::{Command, Reply, VaultError};
use urna_vault::FileName;

const DAY: [&str; 3] = ["general a d yes", "lists p2 no-3", "general b d no"];
const LATE: [&str; 2] = ["general a e yes", "general c d no"];

/// A device whose day is over.
fn after_the_day(seed: u64) -> Station {
    let mut station = Station::new(seed, &DAY);
    station.work_to(PollState::Transmitted);
    station
}

/// Another device of the same precinct.
fn second_device(seed: u64, sheets: &[&'static str]) -> Station {
    let mut station = Station::new(seed, sheets);
    station.device = "d-2";
    station.work_to(PollState::Transmitted);
    station
}

fn start(station: &mut Station, later: &Later) -> Result<(), VaultError> {
    station.ask(later.command(), later.buffers.clone()).map(|_| ())
}

fn sealed(station: &mut Station, count: u32) -> (Vec<u8>, VerifiedReport) {
    let bytes = station.result_of(count);
    let verified = verify(&bytes);
    (bytes, verified)
}

fn together(
    station: &mut Station,
    precinct: &str,
    others: Vec<Vec<u8>>,
) -> Result<StationSum, VaultError> {
    let command = Command::StationReport { precinct: precinct.into() };
    match station.ask(command, others)?.reply {
        Reply::Station(sum) => Ok(*sum),
        other => panic!("{other:?}"),
    }
}

fn votes_of(sum: &StationSum) -> Vec<u32> {
    sum.tally.votes[0].contests[0].choices.iter().map(|choice| choice.votes).collect()
}

fn code(error: VaultError) -> String {
    match error {
        VaultError::Station { code, .. } | VaultError::Seal { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_late_box_is_a_count_of_its_own_and_is_added() {
    let mut station = after_the_day(1);
    let (first, day) = sealed(&mut station, 1);
    assert_eq!((day.report.count.as_ref(), day.report.version), (None, 1), "as it always was");
    station.later = vec![Later::new(CountPurpose::LateBox, &[], &LATE)];
    station.work(|status| status.count.is_some());
    let status = station.status();
    assert_eq!((status.state, status.sheets, status.zero_printed), (PollState::Tested, 0, false));
    assert!(status.turnout.iter().all(|turnout| turnout.sheets == 0));
    // Its own zero report, as on the day.
    let open = Command::Open { chair_pin: CHAIR.into(), secretary_pin: SECRETARY.into() };
    assert_eq!(station.ask(open, vec![]).unwrap_err(), VaultError::ZeroNotPrinted);
    let zero = station.ask(Command::IssueReport { kind: ReportKind::Zero }, vec![]).unwrap();
    let zero = verify(&zero.buffers[0]).report;
    assert_eq!(zero.count.unwrap().number, 2);
    station.work_through();
    let (_, late) = sealed(&mut station, 2);
    let count = late.report.count.clone().unwrap();
    assert_eq!((count.number, count.purpose, late.report.version), (2, CountPurpose::LateBox, 2));
    assert_eq!(late.report.tally.as_ref().unwrap().sheets(), 2);
    assert!(late.report.number > zero.number && zero.number > day.report.number);
    assert_eq!(sealed(&mut station, 1).0, first, "the day's result is what it was");
    let sum = together(&mut station, "1", vec![]).unwrap();
    assert_eq!((votes_of(&sum)[..3].to_vec(), sum.tally.sheets()), (vec![2, 1, 1], 5));
    assert!(sum.parts.iter().all(|part| part.replaced_by.is_none()));
}

#[test]
fn another_count_begins_only_after_a_report_and_with_both_pins() {
    let late = Later::new(CountPurpose::LateBox, &[], &[]);
    for state in [PollState::Tested, PollState::Open, PollState::Closed] {
        let mut station = Station::new(1, &DAY);
        station.work_to(state);
        assert!(matches!(start(&mut station, &late), Err(VaultError::WrongState { .. })));
    }
    let mut station = after_the_day(1);
    let wrong = Command::StartCount {
        purpose: CountPurpose::LateBox,
        replaces: vec![],
        chair_pin: CHAIR.into(),
        secretary_pin: "000000".into(),
    };
    assert!(matches!(station.ask(wrong, vec![]), Err(VaultError::WrongPin { .. })));
    assert_eq!((station.status().state, station.status().count), (PollState::Transmitted, None));
    // Nothing is replaced by a late box, and it needs no file.
    station.clock.set(station.clock.get() + 1_000);
    for bad in [
        Later::new(CountPurpose::LateBox, &[1], &[]),
        Later { buffers: vec![vec![1]], ..late.clone() },
        Later::new(CountPurpose::Rescan, &[], &[]),
        Later::new(CountPurpose::Rescan, &[2], &[]),
        Later::new(CountPurpose::Rescan, &[1, 1], &[]),
        Later::new(CountPurpose::OtherStation, &[], &[]),
    ] {
        let before = station.status().log_events;
        assert!(matches!(start(&mut station, &bad), Err(VaultError::BadRequest { .. })));
        assert_eq!(station.status().log_events, before, "not even the PINs were looked at");
    }
    start(&mut station, &late).unwrap();
}

#[test]
fn ballots_of_another_station_are_that_stations() {
    let mut station = after_the_day(1);
    let request = station.ask(Command::EnrolmentRequest, vec![]).unwrap().buffers.remove(0);
    let mut other = Station::new(2, &[]);
    other.work(|status| status.key_fingerprint.is_some());
    let foreign = other.ask(Command::EnrolmentRequest, vec![]).unwrap().buffers.remove(0);
    let mut changed = enrolment_as(&request, "d-1", "2");
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let with = |enrolment: Vec<u8>, sheets: &[&'static str]| Later {
        buffers: vec![enrolment],
        ..Later::new(CountPurpose::OtherStation, &[], sheets)
    };
    let home = enrolment_as(&request, "d-1", "1");
    for bad in [enrolment_as(&foreign, "d-1", "2"), changed, home, vec![1, 2, 3]] {
        let before = station.status();
        assert!(matches!(start(&mut station, &with(bad, &[])), Err(VaultError::Seal { .. })));
        assert_eq!(station.status(), before);
    }
    let sheets = ["south a d yes", "south b e no", "general c d yes"];
    station.later = vec![with(enrolment_as(&request, "d-1", "2"), &sheets)];
    station.work_through();
    let (_, there) = sealed(&mut station, 2);
    assert_eq!(there.report.precinct.as_str(), "2");
    assert_eq!(there.enrolment.precinct.as_str(), "2");
    assert_eq!(there.report.tally.as_ref().unwrap().sheets(), 3);
    assert_eq!(sealed(&mut station, 1).1.report.precinct.as_str(), "1");
    // Each station has its own report, and neither has the other's figures.
    assert_eq!(together(&mut station, "1", vec![]).unwrap().tally.sheets(), 3);
    assert_eq!(together(&mut station, "2", vec![]).unwrap().tally.sheets(), 3);
    assert!(together(&mut station, "3", vec![]).is_err());
    // Both stations' ballots once more in one count is no count.
    let both = Later::new(CountPurpose::Rescan, &[1, 2], &[]);
    assert_eq!(code(start(&mut station, &both).unwrap_err()), "mismatch");
    // A late box is the own station's again.
    start(&mut station, &Later::new(CountPurpose::LateBox, &[], &[])).unwrap();
    assert_eq!(station.status().enrolled.unwrap().precinct.as_str(), "1");
}

#[test]
fn a_rescan_takes_the_place_of_what_it_names() {
    let mut station = after_the_day(1);
    let again = ["general a d yes", "lists p2 no-3", "general c d no"];
    station.later = vec![
        Later::new(CountPurpose::LateBox, &[], &LATE),
        Later::new(CountPurpose::Rescan, &[1], &again),
    ];
    station.work_through();
    let (_, day) = sealed(&mut station, 1);
    let (_, rescan) = sealed(&mut station, 3);
    assert_eq!(rescan.report.count.unwrap().replaces, [day.digest]);
    let sum = together(&mut station, "1", vec![]).unwrap();
    assert_eq!((votes_of(&sum)[..3].to_vec(), sum.tally.sheets()), (vec![2, 0, 2], 5));
    let replaced: Vec<_> = sum.parts.iter().map(|p| p.replaced_by.as_ref().map(|r| r.1)).collect();
    assert_eq!(replaced, [Some(3), None, None]);
    let counts: Vec<_> =
        station.status().counts.iter().map(|c| (c.number, c.is_replaced, c.is_sent)).collect();
    assert_eq!(counts, [(1, true, true), (2, false, true), (3, false, true)]);
    // What was replaced can't be replaced again; what stands can.
    let first = Later::new(CountPurpose::Rescan, &[1], &[]);
    assert!(matches!(start(&mut station, &first), Err(VaultError::BadRequest { .. })));
    station.later.push(Later::new(CountPurpose::Rescan, &[2, 3], &["general b d no"]));
    station.work_through();
    let sum = together(&mut station, "1", vec![]).unwrap();
    assert_eq!((votes_of(&sum)[..3].to_vec(), sum.tally.sheets()), (vec![0, 1, 0], 1));
}

#[test]
fn a_rescan_replaces_other_devices_too_and_a_new_device_may_begin_with_it() {
    let mut broken = after_the_day(1);
    let (broken_bytes, broken_report) = sealed(&mut broken, 1);
    let mut fresh = Station::new(9, &DAY);
    fresh.device = "d-9";
    fresh.work_to(PollState::Tested);
    let mut changed = broken_bytes.clone();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let with = |bytes: Vec<u8>| Later {
        buffers: vec![bytes],
        ..Later::new(CountPurpose::Rescan, &[], &[])
    };
    assert!(matches!(start(&mut fresh, &with(changed)), Err(VaultError::Seal { .. })));
    start(&mut fresh, &with(broken_bytes.clone())).unwrap();
    assert_eq!(number_of(&fresh.status()), 1);
    fresh.work_to(PollState::Transmitted);
    let report = fresh.result().report;
    assert_eq!(report.count.clone().unwrap().replaces, [broken_report.digest]);
    assert_eq!(report.tally.as_ref().unwrap().sheets(), 3);
    let sum = together(&mut fresh, "1", vec![broken_bytes.clone()]).unwrap();
    assert_eq!((sum.tally.sheets(), sum.parts.len()), (3, 2));
    // Without the replaced one the sum is the same: it is not in it.
    assert_eq!(together(&mut fresh, "1", vec![]).unwrap().tally.sheets(), 3);
    // A device does not name its own results by a file.
    let own = fresh.result_of(1);
    assert!(matches!(start(&mut fresh, &with(own)), Err(VaultError::BadRequest { .. })));
}

#[test]
fn a_day_that_has_a_zero_report_is_no_rescan_any_more() {
    let mut broken = after_the_day(1);
    let mut fresh = Station::new(9, &DAY);
    fresh.device = "d-9";
    fresh.work(|status| status.zero_printed);
    let rescan =
        Later { buffers: vec![broken.result_of(1)], ..Later::new(CountPurpose::Rescan, &[], &[]) };
    assert!(matches!(start(&mut fresh, &rescan), Err(VaultError::WrongState { .. })));
}

#[test]
fn a_device_counts_so_often_and_no_more_and_an_abandoned_count_leaves_nothing() {
    let mut station = after_the_day(1);
    let late = Later::new(CountPurpose::LateBox, &[], &LATE);
    start(&mut station, &Later::new(CountPurpose::Rescan, &[1], &[])).unwrap();
    assert_eq!(number_of(&station.status()), 2);
    // Begun by mistake: the right one takes the next number, and the day still stands.
    start(&mut station, &late).unwrap();
    assert_eq!(number_of(&station.status()), 3);
    let begun: Vec<_> = station.status().counts.iter().map(|c| (c.number, c.is_replaced)).collect();
    assert_eq!(begun, [(1, false)]);
    for number in 4..=MAX_COUNTS {
        start(&mut station, &late).unwrap();
        assert_eq!(number_of(&station.status()), number);
    }
    assert_eq!(start(&mut station, &late).unwrap_err(), VaultError::TooManyCounts);
    station.restart().unwrap();
    station.later = vec![late.clone(); 5];
    station.work_through();
    let sum = together(&mut station, "1", vec![]).unwrap();
    assert_eq!((sum.tally.sheets(), sum.parts.len()), (5, 2));
}

#[test]
fn earlier_records_belong_to_their_count_and_are_missed_if_they_are_gone() {
    let mut station = after_the_day(1);
    station.later = vec![Later::new(CountPurpose::LateBox, &[], &LATE)];
    let before = station.vault.disk_mut().durable_mut(FileName::Records).clone();
    station.work(|status| number_of(status) == 2 && status.sheets == 2);
    // The same day after a start: the records of each count are found in it.
    station.restart().unwrap();
    station.work(|status| status.unlocked);
    assert_eq!((station.status().sheets, station.status().state), (2, PollState::Open));
    // Slots that changed since the day are those of the late box; all others are the day's or nobody's.
    let mut disk = station.vault.disk().after_restart();
    let now = disk.durable_mut(FileName::Records);
    let slot = now.len() / urna_vault::SLOTS;
    let changed = now.chunks(slot).zip(before.chunks(slot)).filter(|(now, old)| now != old).count();
    assert_eq!(changed, 2);
    for (at, old) in before.chunks(slot).enumerate() {
        if now[at * slot..(at + 1) * slot] == *old {
            now[at * slot] ^= 1;
        }
    }
    station.restart_with(disk).unwrap();
    let (chair_pin, secretary_pin) = (CHAIR.to_owned(), SECRETARY.to_owned());
    let outcome = station.ask(Command::Unlock { chair_pin, secretary_pin }, vec![]);
    assert!(matches!(outcome, Err(VaultError::Storage { code, .. }) if code == "damaged"));
}

#[test]
fn results_that_were_not_sent_are_sent_later() {
    let mut station = Station::new(1, &DAY);
    station.work_to(PollState::Reported);
    let (_, day) = sealed(&mut station, 1);
    start(&mut station, &Later::new(CountPurpose::LateBox, &[], &LATE)).unwrap();
    let confirm = Command::ConfirmTransmitted { digest: day.digest };
    // While a count is under way nothing is sent, of whatever count.
    assert!(matches!(station.ask(confirm.clone(), vec![]), Err(VaultError::WrongState { .. })));
    let earlier = station.ask(Command::ResultOf { count: 1 }, vec![]);
    assert!(matches!(earlier, Err(VaultError::WrongState { .. })));
    station.later = vec![Later::new(CountPurpose::LateBox, &[], &LATE)];
    station.work(|status| status.state == PollState::Reported && status.count.is_some());
    station.ask(confirm.clone(), vec![]).unwrap();
    assert_eq!(station.status().state, PollState::Reported, "the late box was not sent yet");
    assert!(matches!(station.ask(confirm, vec![]), Err(VaultError::BadRequest { .. })));
    station.restart().unwrap();
    station.work(|status| status.unlocked);
    let sent: Vec<_> = station.status().counts.iter().map(|c| c.is_sent).collect();
    assert_eq!(sent, [true, false]);
    station.work_through();
}

#[test]
fn one_station_report_of_several_devices() {
    let mut first = after_the_day(1);
    let mut second = second_device(2, &["general c d yes", "lists p1"]);
    let own = first.result_of(1);
    let other = second.result_of(1);
    let sum = together(&mut first, "1", vec![other.clone(), other.clone(), own]).unwrap();
    assert_eq!((sum.tally.sheets(), sum.parts.len()), (5, 2), "given twice is added once");
    assert_eq!(votes_of(&sum)[..3], [1, 1, 1]);
    let named: Vec<_> = sum.parts.iter().map(|p| (p.device.to_string(), p.sheets)).collect();
    assert_eq!(named, [("d-1".to_owned(), 3), ("d-2".to_owned(), 2)]);
    assert_eq!(sum.parts[1].digest, verify(&other).digest);
    // The other device puts together the same.
    let own = first.result_of(1);
    assert_eq!(together(&mut second, "1", vec![own]).unwrap(), sum);
    let log = first.ask(Command::Log { from: 0, most: 1_000 }, vec![]).unwrap();
    let Reply::Log { events, .. } = log.reply else { panic!() };
    assert_eq!(events.last().unwrap().kind, EventKind::StationSummed { parts: 2 });
}

#[test]
fn a_station_report_that_would_be_wrong_is_none() {
    let mut first = after_the_day(1);
    // The same name twice: two devices, or one device with two results.
    let mut same_name = Station::new(2, &LATE);
    same_name.work_to(PollState::Transmitted);
    let twice = same_name.result_of(1);
    assert_eq!(code(together(&mut first, "1", vec![twice]).unwrap_err()), "twice");
    let mut elsewhere = after_the_day(3);
    let request = elsewhere.ask(Command::EnrolmentRequest, vec![]).unwrap().buffers.remove(0);
    elsewhere.later = vec![Later {
        buffers: vec![enrolment_as(&request, "d-3", "2")],
        ..Later::new(CountPurpose::OtherStation, &[], &["south a d yes"])
    }];
    elsewhere.work_through();
    let there = elsewhere.result_of(2);
    assert_eq!(code(together(&mut first, "1", vec![there]).unwrap_err()), "other_precinct");
    // A device that only opened is missing.
    let mut opened = Station::new(4, &[]);
    opened.device = "d-4";
    opened.work_to(PollState::Tested);
    let zero = opened.ask(Command::IssueReport { kind: ReportKind::Zero }, vec![]).unwrap();
    let zero = zero.buffers[0].clone();
    assert_eq!(code(together(&mut first, "1", vec![zero]).unwrap_err()), "missing");
    assert_eq!(code(together(&mut first, "1", vec![vec![0; 9]]).unwrap_err()), "not_sealed");
    let many = vec![Vec::new(); 65];
    let outcome = together(&mut first, "1", many);
    assert!(matches!(outcome, Err(VaultError::BadRequest { .. })));
}
