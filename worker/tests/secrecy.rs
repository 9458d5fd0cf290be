//! Nothing stored or said tells the order of votes, or how anyone voted while polls are open.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use serde_json::Value;
use support::{CHAIR, SECRETARY, Station, TRIAL_SHEETS, shown};
use urna_core::journal::{Event, EventKind, PollState};
use urna_core::report::{PrivacyMeans, PrivacyTest, ReportKind};
use urna_core::vault_api::{Command, Reply, VaultError};
use urna_vault::FileName;

/// Ten valid sheets; the other day has as many with other choices, on the same ballot styles.
const ONE: [&str; 10] = [
    "general a d yes",
    "lists p1 no-1",
    "general a e yes",
    "general b d no",
    "lists p1 no-2",
    "general a d yes",
    "general c f no",
    "lists p2",
    "general a g yes",
    "general a +d -e no",
];
const OTHER: [&str; 10] = [
    "general c f no",
    "lists p3",
    "general b g no",
    "general c f yes",
    "lists p2 no-5",
    "general b e no",
    "general b d yes",
    "lists p3 no-4",
    "general c e no",
    "general b +g yes",
];

/// Every answer between opening and closing, to every command that may be asked then.
fn answers_while_open(sheets: &[&'static str]) -> Vec<Value> {
    let mut station = Station::new(7, sheets);
    station.work_to(PollState::Open);
    let mut answers = Vec::new();
    for (number, sheet) in (0..).zip(sheets) {
        let mut ask = |command: Command, buffers: Vec<Vec<u8>>| {
            let answer = station.vault.handle(command, buffers);
            answers.push(shown(&answer));
        };
        ask(Command::CountSheet, vec![sheet.as_bytes().to_vec()]);
        ask(Command::CountSheet, vec![b"general".to_vec(), b"lists".to_vec()]);
        ask(Command::TakePart { sheet: number, side: 0 }, vec![sheet.as_bytes().to_vec()]);
        ask(Command::ReadSide { sheet: number, side: 0 }, vec![Vec::new()]);
        ask(Command::CountRead { sheet: number, sides: 1 }, Vec::new());
        ask(Command::Status, Vec::new());
        ask(Command::Log { from: 0, most: 1_000 }, Vec::new());
        ask(Command::SealedResult, Vec::new());
        ask(Command::IssueReport { kind: ReportKind::Turnout }, Vec::new());
        ask(Command::IssueReport { kind: ReportKind::Zero }, Vec::new());
        ask(Command::IssueReport { kind: ReportKind::Final }, Vec::new());
        ask(Command::TestSheet, vec![sheet.as_bytes().to_vec()]);
        ask(Command::Pause, Vec::new());
        ask(Command::Status, Vec::new());
        let (chair_pin, secretary_pin) = (CHAIR.to_owned(), SECRETARY.to_owned());
        ask(Command::Resume { chair_pin, secretary_pin }, Vec::new());
    }
    answers
}

#[test]
fn while_polls_are_open_no_answer_depends_on_the_choices() {
    let (one, other) = (answers_while_open(&ONE), answers_while_open(&OTHER));
    assert_eq!(one.len(), other.len());
    for (one, other) in one.iter().zip(&other) {
        assert_eq!(one, other);
    }
    let slips = one.iter().filter(|answer| answer["type"] == "report").count();
    assert_eq!(slips, ONE.len(), "only turnout slips come out");
    for figures in ["tally", "sensitivity"] {
        assert!(one.iter().all(|answer| answer["content"]["report"][figures].is_null()));
    }
}

#[test]
fn the_log_is_the_same_whatever_was_chosen_and_in_whichever_order() {
    let log = |sheets: &[&'static str]| {
        let mut station = Station::new(7, sheets);
        station.work_to(PollState::Closed);
        let answer = station.vault.handle(Command::Log { from: 0, most: 1_000 }, Vec::new());
        (shown(&answer), station.vault.disk_mut().durable_mut(FileName::Log).clone())
    };
    let (one, bytes) = log(&ONE);
    let (other, other_bytes) = log(&OTHER);
    assert_eq!(one, other);
    // The hash chain aside, the very bytes have the same length event by event.
    let used = |bytes: &[u8]| bytes.iter().rposition(|&byte| byte != 0).unwrap();
    assert_eq!(used(&bytes), used(&other_bytes));
    // An invalid sheet leaves the same events as a valid one.
    let mut invalid = ONE;
    invalid[3] = "general a b no";
    assert_eq!(one, log(&invalid).0);
    // So does one whose marks are faint.
    let mut faint = ONE;
    faint[3] = "general +b -a no";
    assert_eq!(one, log(&faint).0);
}

/// Slots that changed from one state of the records file to the next.
fn written(before: &[u8], after: &[u8]) -> Vec<usize> {
    assert_eq!(before.len(), after.len(), "the file never grows");
    let slot = before.len() / urna_vault::SLOTS;
    let slots = before.chunks(slot).zip(after.chunks(slot)).enumerate();
    slots.filter(|(_, (a, b))| a != b).map(|(at, _)| at).collect()
}

#[test]
fn records_lie_anywhere_and_look_like_empty_slots() {
    let mut places = Vec::new();
    for seed in 0..4 {
        let mut station = Station::new(seed, &ONE);
        station.work_to(PollState::Open);
        let mut before = station.vault.disk_mut().durable_mut(FileName::Records).clone();
        for _ in ONE {
            let sheets = station.status().sheets;
            station.work(|status| status.sheets > sheets);
            let after = station.vault.disk_mut().durable_mut(FileName::Records).clone();
            let changed = written(&before, &after);
            assert_eq!(changed.len(), 1, "one record is one slot");
            places.push(changed[0]);
            before = after;
        }
        // Neither the full slots nor the empty ones have a byte that stands out.
        let mut counts = [0_u32; 256];
        before.iter().for_each(|&byte| counts[usize::from(byte)] += 1);
        let mean = u32::try_from(before.len() / 256).unwrap();
        assert!(counts.iter().all(|&count| count.abs_diff(mean) < mean / 4));
    }
    // Ascending order would have a chance of 1 in 40!; anything near it is a fault. Kendall's tau.
    let pairs =
        places.iter().enumerate().flat_map(|(at, a)| places[at + 1..].iter().map(move |b| a < b));
    let (mut up, mut all) = (0, 0);
    pairs.for_each(|is_up| {
        up += i32::from(is_up);
        all += 1;
    });
    assert!((2 * up - all).abs() < all / 3, "{up} of {all} pairs ascend: {places:?}");
    // Each day draws places of its own, in every quarter of the file.
    let distinct: std::collections::BTreeSet<_> = places.iter().collect();
    assert!(distinct.len() > 36, "{places:?}");
    for quarter in 0..4 {
        let inside = places.iter().filter(|&&place| place * 4 / urna_vault::SLOTS == quarter);
        assert!(inside.count() > 2, "{places:?}");
    }
}

#[test]
fn the_order_of_feeding_leaves_no_trace_in_what_the_keys_open() {
    let mut reversed = ONE;
    reversed.reverse();
    let tally = |sheets: &[&'static str]| {
        let mut station = Station::new(3, sheets);
        station.work_to(PollState::Reported);
        let report = station.result().report;
        assert!(!report.sensitivity.as_ref().unwrap().contests.is_empty());
        (report.tally, report.sensitivity, report.turnout)
    };
    assert_eq!(tally(&ONE), tally(&reversed));
}

/// Events of the self-test: sheets and what was found, of trials and of looks at what is stored.
fn self_tests(station: &mut Station) -> Vec<(u32, Vec<PrivacyMeans>)> {
    let answer = station.vault.handle(Command::Log { from: 0, most: 1_000 }, Vec::new());
    let Reply::Log { events, .. } = answer.reply else { panic!() };
    let of_kind = |event: Event| match event.kind {
        EventKind::PrivacyTried { sheets, found } | EventKind::PrivacyChecked { sheets, found } => {
            Some((sheets, found))
        }
        _ => None,
    };
    events.into_iter().filter_map(of_kind).collect()
}

#[test]
fn the_self_test_is_on_the_zero_report_and_on_the_final_one() {
    let mut station = Station::new(11, &ONE);
    station.work_to(PollState::Tested);
    let answer = station.ask(Command::IssueReport { kind: ReportKind::Zero }, Vec::new()).unwrap();
    let zero = support::verify(&answer.buffers[0]).report;
    assert_eq!(zero.privacy, Some(PrivacyTest::new(TRIAL_SHEETS, &PrivacyMeans::ALL, &[])));
    assert_eq!(self_tests(&mut station), [(TRIAL_SHEETS, vec![])]);
    station.work_to(PollState::Reported);
    let stored = station.result().report.privacy.unwrap();
    assert_eq!((stored.sheets, stored.passed.len(), stored.found.len()), (10, 4, 0));
    assert_eq!(self_tests(&mut station).last(), Some(&(10, vec![])));
}

#[test]
fn where_the_order_shows_no_zero_report_is_made_and_polls_stay_closed() {
    let mut station = Station::new(12, &ONE);
    // A zero report that was printed before is worth nothing once the order shows.
    station.work(|status| status.zero_printed);
    station.restart().unwrap();
    let (chair_pin, secretary_pin) = (CHAIR.to_owned(), SECRETARY.to_owned());
    station.ask(Command::Unlock { chair_pin, secretary_pin }, Vec::new()).unwrap();
    station.is_weak.set(true);
    let found = vec![PrivacyMeans::Generator];
    let refused = station.ask(Command::IssueReport { kind: ReportKind::Zero }, Vec::new());
    assert_eq!(refused.unwrap_err(), VaultError::OrderShows { found: found.clone() });
    assert_eq!(self_tests(&mut station).last(), Some(&(TRIAL_SHEETS, found)));
    let open = |station: &mut Station| {
        let (chair_pin, secretary_pin) = (CHAIR.to_owned(), SECRETARY.to_owned());
        station.ask(Command::Open { chair_pin, secretary_pin }, Vec::new())
    };
    assert!(!station.status().zero_printed);
    assert_eq!(open(&mut station).unwrap_err(), VaultError::ZeroNotPrinted);
    let printed = Command::ConfirmPrinted { kind: ReportKind::Zero, copies: 1 };
    assert!(station.ask(printed, Vec::new()).is_err(), "there is nothing to confirm");
    // It stays so after a start, and ends with a trial that passes.
    station.restart().unwrap();
    assert!(!station.status().zero_printed);
    station.is_weak.set(false);
    station.work(|status| status.zero_printed);
    open(&mut station).unwrap();
}

#[test]
fn pins_and_keys_are_stored_nowhere_in_the_clear() {
    let mut station = Station::new(5, &ONE);
    station.work_to(PollState::Closed);
    for file in FileName::ALL {
        let bytes = station.vault.disk_mut().durable_mut(file).clone();
        for secret in [CHAIR, SECRETARY] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{}", file.as_str());
        }
    }
    let answer = station.vault.handle(Command::Status, Vec::new());
    assert!(matches!(answer.reply, Reply::Status(_)));
}
