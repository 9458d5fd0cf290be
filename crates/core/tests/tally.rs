//! Registers move as the rules say, every identity holds for any votes, and each broken one is found.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use proptest::prelude::*;
use support::election;
use urna_core::recognition::{MarkVerdict, TargetReading};
use urna_core::rules::{Verdict, judge_sheet};
use urna_core::tally::{BallotRecord, Identity, RecordedContest, Tally, TallyError};

/// A sheet by style and the targets marked on it; positions beyond the ballot are ignored.
#[derive(Clone, Debug)]
struct Sheet {
    style: usize,
    marks: Vec<usize>,
}

fn targets(style: usize) -> Vec<(&'static str, &'static str)> {
    const GENERAL: [(&str, &str); 11] = [
        ("president", "a"),
        ("president", "b"),
        ("president", "c"),
        ("president", "against-all"),
        ("council", "d"),
        ("council", "e"),
        ("council", "f"),
        ("council", "g"),
        ("council", "against-all"),
        ("question", "yes"),
        ("question", "no"),
    ];
    const LISTS: [(&str, &str); 9] = [
        ("parties", "p1"),
        ("parties", "p2"),
        ("parties", "p3"),
        ("parties", "against-all"),
        ("parties", "no-1"),
        ("parties", "no-2"),
        ("parties", "no-3"),
        ("parties", "no-4"),
        ("parties", "no-5"),
    ];
    if style == 0 { GENERAL.to_vec() } else { LISTS.to_vec() }
}

fn record(sheet: &Sheet) -> Option<BallotRecord> {
    let election = election();
    let targets = targets(sheet.style);
    let readings: Vec<_> = sheet
        .marks
        .iter()
        .filter_map(|&at| targets.get(at))
        .map(|&(contest, option)| TargetReading {
            contest: contest.into(),
            option: option.into(),
            score_permille: 500,
            spilled_permille: 0,
            is_doubtful: false,
            verdict: MarkVerdict::Marked,
        })
        .collect();
    let (votes, verdict) = judge_sheet(&election, &election.styles[sheet.style], &readings);
    let invalid = match verdict {
        Verdict::Accepted => false,
        Verdict::Invalid { .. } => true,
        Verdict::NotAccepted { .. } => return None,
    };
    Some(BallotRecord::new(&election, &votes, invalid).unwrap())
}

fn tally_of(sheets: &[Sheet]) -> Tally {
    let election = election();
    let mut tally = Tally::zero(&election, &"1".into());
    for record in sheets.iter().filter_map(record) {
        tally.add(&election, &record).unwrap();
    }
    tally
}

/// The same count by a second, dumb road: straight from the marks of one contest, for pluralities.
fn count_president_by_hand(sheets: &[Sheet], option: usize) -> usize {
    let counts = |sheet: &&Sheet| {
        let has = |at: usize| sheet.marks.contains(&at);
        let in_range = |range: std::ops::Range<usize>| range.filter(|&at| has(at)).count();
        let council_ok = in_range(4..9) <= 2 && !(has(8) && in_range(4..8) > 0);
        sheet.style == 0 && has(option) && in_range(0..4) == 1 && council_ok && in_range(9..11) <= 1
    };
    sheets.iter().filter(counts).count()
}

fn sheets() -> impl Strategy<Value = Vec<Sheet>> {
    let sheet = (0..2_usize, prop::collection::vec(0..11_usize, 0..5));
    prop::collection::vec(sheet.prop_map(|(style, marks)| Sheet { style, marks }), 0..40)
}

proptest! {
    #[test]
    fn identities_hold_for_any_sheets(sheets in sheets()) {
        let tally = tally_of(&sheets);
        prop_assert_eq!(tally.check(), vec![]);
        prop_assert_eq!(tally.sheets(), sheets.len() as u64);
        for option in 0..4 {
            let votes = tally.votes[0].contests[0].choices[option].votes as usize;
            prop_assert_eq!(votes, count_president_by_hand(&sheets, option));
        }
    }

    #[test]
    fn order_does_not_matter_and_parts_merge(mut sheets in sheets(), cut in 0..40_usize) {
        let whole = tally_of(&sheets);
        let cut = cut.min(sheets.len());
        let merged = tally_of(&sheets[..cut]).merge(&tally_of(&sheets[cut..])).unwrap();
        prop_assert_eq!(&merged, &whole);
        sheets.reverse();
        prop_assert_eq!(tally_of(&sheets), whole);
    }

    #[test]
    fn records_have_one_size_and_come_back(sheets in sheets()) {
        let election = election();
        for record in sheets.iter().filter_map(record) {
            let bytes = record.to_padded_bytes(&election).unwrap();
            prop_assert_eq!(bytes.len(), BallotRecord::padded_len(&election));
            prop_assert_eq!(BallotRecord::from_padded_bytes(&bytes).unwrap(), record);
        }
    }

    #[test]
    fn any_bytes_are_a_record_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..128)) {
        let election = election();
        if let Ok(record) = BallotRecord::from_padded_bytes(&bytes) {
            let before = Tally::zero(&election, &"1".into());
            let mut tally = before.clone();
            match tally.add(&election, &record) {
                Ok(()) => prop_assert_eq!(tally.check(), vec![]),
                Err(_) => prop_assert_eq!(tally, before),
            }
        }
    }
}

#[test]
fn preferences_are_counted_for_the_party_that_was_chosen() {
    let tally = tally_of(&[
        Sheet { style: 1, marks: vec![1, 7] },
        Sheet { style: 1, marks: vec![1, 7] },
        Sheet { style: 1, marks: vec![1] },
        Sheet { style: 1, marks: vec![7] },
    ]);
    let contest = &tally.votes[1].contests[0];
    assert_eq!(contest.choices[1].votes, 3);
    assert_eq!(contest.choices[1].preferences, vec![0, 0, 0, 2, 0]);
    assert_eq!(contest.choices[1].without_preference, 1);
    assert_eq!(contest.void_ballots(), 1);
    assert_eq!(tally.votes[1].invalid, 1);
}

#[test]
fn a_precinct_has_only_its_own_registers() {
    let election = election();
    let mut tally = Tally::zero(&election, &"2".into());
    assert_eq!(tally.votes.len(), 1);
    let party_sheet = record(&Sheet { style: 1, marks: vec![0] }).unwrap();
    assert_eq!(tally.add(&election, &party_sheet), Err(TallyError::Foreign("vote")));
    assert!(tally.is_zero());
}

#[test]
fn a_full_register_refuses_and_changes_nothing() {
    let election = election();
    let mut tally = Tally::zero(&election, &"1".into());
    tally.votes[0].contests[0].choices[0].votes = u32::MAX;
    let before = tally.clone();
    let sheet = record(&Sheet { style: 0, marks: vec![0] }).unwrap();
    assert_eq!(tally.add(&election, &sheet), Err(TallyError::Overflow));
    assert_eq!(tally, before);
}

#[test]
fn foreign_records_are_refused() {
    let election = election();
    let mut tally = Tally::zero(&election, &"1".into());
    let record = |options: Vec<u16>, preference| BallotRecord {
        style: 1,
        invalid: false,
        contests: vec![RecordedContest::Valid { options, preference }],
        alternatives: vec![],
    };
    for bad in [
        record(vec![9], None),
        record(vec![0, 1], None),
        record(vec![], None),
        record(vec![0], Some(0)),
        record(vec![0], Some(6)),
        record(vec![3], Some(1)),
    ] {
        assert!(matches!(tally.add(&election, &bad), Err(TallyError::Foreign(_))), "{bad:?}");
    }
    assert!(tally.is_zero());
}

#[test]
fn every_broken_identity_is_found() {
    let sound =
        tally_of(&[Sheet { style: 0, marks: vec![0, 4] }, Sheet { style: 1, marks: vec![1, 7] }]);
    assert_eq!(sound.check(), vec![]);
    let broken = |change: fn(&mut Tally), identity| {
        let mut tally = sound.clone();
        change(&mut tally);
        let found = tally.check();
        assert!(found.iter().any(|failure| failure.identity == identity), "{identity:?} {found:?}");
    };
    broken(|t| t.votes[0].valid += 1, Identity::SheetsAreValidOrInvalid);
    broken(|t| t.votes[0].styles[0].sheets += 1, Identity::SheetsAreOfStyles);
    broken(|t| t.votes[0].contests[0].ballots += 1, Identity::BallotsWithinSheets);
    broken(|t| t.votes[0].contests[0].blank += 1, Identity::BallotsAreAccountedFor);
    broken(|t| t.votes[0].contests[0].choices[2].votes += 1, Identity::VotesAreAccountedFor);
    broken(|t| t.votes[0].contests[1].undervotes += 1, Identity::VotesAreAccountedFor);
    broken(
        |t| t.votes[1].contests[0].choices[1].preferences[0] += 1,
        Identity::PreferencesAreVotes,
    );
    broken(
        |t| {
            let contest = &mut t.votes[0].contests[0];
            contest.choices.iter_mut().for_each(|choice| choice.votes = u32::MAX);
            contest.undervotes = u64::MAX;
        },
        Identity::VotesAreAccountedFor,
    );
}
