//! The band says what a second, dumb count says at every threshold, and never touches what is counted.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

#[allow(dead_code, reason = "the key is for others")]
#[path = "support/sealed.rs"]
mod sealed;
mod support;

use proptest::prelude::*;
use support::{contest, election};
use urna_core::definition::{ContestKind, ElectionDefinition, FaultPolicy, MarginalPolicy};
use urna_core::recognition::{MarkVerdict, TargetReading};
use urna_core::report::VoteTurnout;
use urna_core::rules::{Verdict, judge_sheet, judge_sheet_at};
use urna_core::seal::{SealedReport, to_qr_texts};
use urna_core::tally::{
    Alternative, BallotRecord, Band, BandFigures, RecordedContest, Sensitivity, Tally, TallyError,
};

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

/// A sheet by style, with the ink in some of its targets: position, score, whether it is doubtful whose.
#[derive(Clone, Debug)]
struct Sheet {
    style: usize,
    ink: Vec<(usize, u16, bool)>,
}

impl Sheet {
    /// Score and doubt of the target at a position; the last word on it holds.
    fn ink_at(&self, at: usize) -> (u16, bool) {
        let ink = self.ink.iter().rev().find(|ink| ink.0 == at);
        ink.map_or((0, false), |&(_, score, doubtful)| (score, doubtful))
    }

    fn readings(&self, definition: &ElectionDefinition) -> Vec<TargetReading> {
        let targets: &[_] = if self.style == 0 { &GENERAL } else { &LISTS };
        let reading = |(at, &(contest, option)): (usize, &(&str, &str))| {
            let (score_permille, is_doubtful) = self.ink_at(at);
            let verdict = match MarkVerdict::of(score_permille, &definition.thresholds) {
                MarkVerdict::Marked if is_doubtful => MarkVerdict::Marginal,
                verdict => verdict,
            };
            TargetReading {
                contest: contest.into(),
                option: option.into(),
                score_permille,
                spilled_permille: 0,
                is_doubtful,
                verdict,
            }
        };
        targets.iter().enumerate().map(reading).collect()
    }

    /// As the vault does it; none where the sheet is given back.
    fn record(&self, definition: &ElectionDefinition) -> Option<BallotRecord> {
        let (style, readings) = (&definition.styles[self.style], self.readings(definition));
        let (votes, verdict) = judge_sheet(definition, style, &readings);
        let invalid = match verdict {
            Verdict::Accepted => false,
            Verdict::Invalid { .. } => true,
            Verdict::NotAccepted { .. } => return None,
        };
        let thresholds = definition.thresholds.band_permille.iter();
        let others: Vec<_> =
            thresholds.map(|&t| judge_sheet_at(definition, style, &readings, t)).collect();
        let record = BallotRecord::new(definition, &votes, invalid).unwrap();
        Some(record.with_band(definition, &others).unwrap())
    }
}

fn count(definition: &ElectionDefinition, sheets: &[Sheet]) -> (Tally, Band) {
    let mut tally = Tally::zero(definition, &"1".into());
    let mut band = Band::as_counted(&tally, &definition.thresholds.band_permille);
    for record in sheets.iter().filter_map(|sheet| sheet.record(definition)) {
        // By way of its stored form.
        let bytes = record.to_padded_bytes(definition).unwrap();
        let record = BallotRecord::from_padded_bytes(&bytes).unwrap();
        tally.add(definition, &record).unwrap();
        band.add(definition, &record).unwrap();
    }
    (tally, band)
}

/// What the dumb count makes of a contest: votes by position, or why there are none.
#[derive(Clone, Debug, PartialEq)]
enum Dumb {
    Votes(Vec<usize>),
    Blank,
    Over,
    Void,
}

/// A target as the dumb count sees it.
#[derive(Clone, Copy, PartialEq)]
enum Square {
    Empty,
    Marked,
    Unclear,
}

/// Contests of a sheet, and whether it would be given back: written from the rules in words, without the
/// code under test.
fn dumb(
    definition: &ElectionDefinition,
    style: usize,
    square: impl Fn(usize) -> Square,
) -> (Vec<Dumb>, bool) {
    let policy = &definition.policy;
    // Squares of options, how many may be chosen, and the squares of numbers behind them.
    let contests: &[(std::ops::Range<usize>, usize, std::ops::Range<usize>)] = if style == 0 {
        &[(0..4, 1, 0..0), (4..9, 2, 0..0), (9..11, 1, 0..0)]
    } else {
        &[(0..4, 1, 4..9)]
    };
    let (mut outcomes, mut invalid, mut back) = (Vec::new(), false, false);
    for (options, allowed, numbers) in contests {
        let unclear =
            options.clone().chain(numbers.clone()).any(|at| square(at) == Square::Unclear);
        let chosen: Vec<usize> =
            options.clone().filter(|&at| square(at) == Square::Marked).collect();
        let numbered = numbers.clone().any(|at| square(at) == Square::Marked);
        let against_all = options.len() > 2 && chosen.contains(&(options.end - 1));
        let outcome = if unclear {
            invalid |= policy.marginal == MarginalPolicy::Invalid;
            back |= policy.marginal == MarginalPolicy::GiveBack;
            Dumb::Void
        } else {
            let (outcome, fault) = if chosen.is_empty() && numbered {
                (Dumb::Void, policy.void)
            } else if chosen.is_empty() {
                (Dumb::Blank, policy.blank)
            } else if chosen.len() > *allowed {
                (Dumb::Over, policy.overvote)
            } else if against_all && chosen.len() > 1 {
                (Dumb::Void, policy.void)
            } else {
                let votes = chosen.iter().map(|at| at - options.start).collect();
                (Dumb::Votes(votes), FaultPolicy::Accept)
            };
            invalid |= fault == FaultPolicy::Invalid;
            back |= fault == FaultPolicy::GiveBack;
            outcome
        };
        outcomes.push(outcome);
    }
    if invalid {
        for outcome in &mut outcomes {
            if matches!(outcome, Dumb::Votes(_)) {
                *outcome = Dumb::Void;
            }
        }
    }
    (outcomes, back)
}

/// Votes, blank, overvoted and void of contest `at` of the style at a threshold.
fn dumb_count(
    definition: &ElectionDefinition,
    sheets: &[Sheet],
    (style, contest): (usize, usize),
    permille: u16,
) -> ([u64; 3], Vec<u32>) {
    let (low, high) =
        (definition.thresholds.marginal_permille, definition.thresholds.definite_permille);
    let mut votes = vec![0; [[4, 5, 2], [4, 0, 0]][style][contest]];
    let [mut blank, mut over, mut void] = [0; 3];
    for sheet in sheets.iter().filter(|sheet| sheet.style == style) {
        let in_force = |at| match sheet.ink_at(at) {
            (score, _) if score < low => Square::Empty,
            (score, false) if score >= high => Square::Marked,
            _ => Square::Unclear,
        };
        let at_threshold = |at| match sheet.ink_at(at) {
            (score, _) if score < permille => Square::Empty,
            (_, false) => Square::Marked,
            (_, true) => Square::Unclear,
        };
        if dumb(definition, style, in_force).1 {
            continue;
        }
        match &dumb(definition, style, at_threshold).0[contest] {
            Dumb::Votes(options) => options.iter().for_each(|&at| votes[at] += 1),
            Dumb::Blank => blank += 1,
            Dumb::Over => over += 1,
            Dumb::Void => void += 1,
        }
    }
    ([blank, over, void], votes)
}

fn sheets() -> impl Strategy<Value = Vec<Sheet>> {
    // Scores at the thresholds themselves, beside them, and anywhere.
    let edge = (prop::sample::select(vec![40_u16, 45, 60, 80, 120, 160]), 0..3_u16);
    let score = prop_oneof![edge.prop_map(|(edge, by)| edge + by - 1), 0..=1_000_u16];
    let ink = (0..11_usize, score, prop::bool::weighted(0.1));
    let sheet = (0..2_usize, prop::collection::vec(ink, 0..6));
    prop::collection::vec(sheet.prop_map(|(style, ink)| Sheet { style, ink }), 0..30)
}

fn elections() -> impl Strategy<Value = ElectionDefinition> {
    let fault = || {
        prop::sample::select(vec![FaultPolicy::Accept, FaultPolicy::Invalid, FaultPolicy::GiveBack])
    };
    let marginal = prop::sample::select(vec![MarginalPolicy::Invalid, MarginalPolicy::GiveBack]);
    (fault(), fault(), fault(), marginal).prop_map(|(blank, overvote, void, marginal)| {
        let mut election = election();
        let policy = &mut election.policy;
        (policy.blank, policy.overvote, policy.void) = (blank, overvote, void);
        policy.marginal = marginal;
        election
    })
}

proptest! {
    #[test]
    fn the_band_is_what_a_second_count_says(sheets in sheets(), election in elections()) {
        let (tally, band) = count(&election, &sheets);
        prop_assert_eq!(band.check(&tally), vec![]);
        for (place, contest) in [((0, 0), 0), ((0, 1), 1), ((0, 2), 2), ((1, 0), 3)] {
            for figures in &band.contests[contest].at {
                let ([blank, over, void], votes) =
                    dumb_count(&election, &sheets, place, figures.permille);
                let found: Vec<u32> = figures.votes.iter().map(|votes| votes.votes).collect();
                prop_assert_eq!(&found, &votes, "contest {} at {}", contest, figures.permille);
                let found = [figures.blank.into(), figures.overvoted.into(), figures.void];
                prop_assert_eq!(found, [blank, over, void], "contest {}", contest);
            }
        }
    }

    #[test]
    fn a_band_never_changes_what_is_counted(sheets in sheets(), election in elections()) {
        let mut without = election.clone();
        without.thresholds.band_permille.clear();
        let (tally, _) = count(&election, &sheets);
        let (plain, none) = count(&without, &sheets);
        prop_assert_eq!(tally, plain);
        prop_assert!(none.contests.iter().all(|contest| contest.at.is_empty()));
    }

    #[test]
    fn the_differences_are_the_whole_band(sheets in sheets(), election in elections()) {
        let (tally, band) = count(&election, &sheets);
        let sensitivity = Sensitivity::of(&band, &tally);
        let bytes = minicbor::to_vec(&sensitivity).unwrap();
        let again: Sensitivity = minicbor::decode(&bytes).unwrap();
        prop_assert_eq!(&again, &sensitivity);
        prop_assert_eq!(again.band(&tally, &election.thresholds.band_permille).unwrap(), band);
    }

    #[test]
    fn parts_add_up_and_order_does_not_matter(
        mut sheets in sheets(),
        cut in 0..30_usize,
        election in elections(),
    ) {
        let (_, whole) = count(&election, &sheets);
        let cut = cut.min(sheets.len());
        let (_, mut sum) = count(&election, &sheets[..cut]);
        sum.add_part(&count(&election, &sheets[cut..]).1).unwrap();
        prop_assert_eq!(&sum, &whole);
        sheets.reverse();
        prop_assert_eq!(count(&election, &sheets).1, whole);
    }

    #[test]
    fn records_have_one_size_and_no_scores(sheets in sheets(), nudge in 0..200_u16) {
        let election = election();
        let bytes = |sheet: &Sheet| {
            let record = sheet.record(&election).unwrap();
            let bytes = record.to_padded_bytes(&election).unwrap();
            assert_eq!(bytes.len(), BallotRecord::padded_len(&election));
            bytes
        };
        // Another sheet with as much ink by every threshold and a little more or less in every target.
        let edges = [0, 40, 45, 60, 80, 120, 160, 1_001];
        let nudged = |score: u16| {
            let step = edges.windows(2).find(|pair| (pair[0]..pair[1]).contains(&score)).unwrap();
            step[0] + (score - step[0] + nudge) % (step[1] - step[0])
        };
        for sheet in &sheets {
            let mut other = sheet.clone();
            other.ink.iter_mut().for_each(|ink| ink.1 = nudged(ink.1));
            prop_assert_eq!(bytes(sheet), bytes(&other));
        }
    }

    #[test]
    fn any_bytes_are_a_record_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..128)) {
        let election = election();
        if let Ok(record) = BallotRecord::from_padded_bytes(&bytes) {
            let mut tally = Tally::zero(&election, &"1".into());
            let mut band = Band::as_counted(&tally, &election.thresholds.band_permille);
            if tally.add(&election, &record).is_ok() && band.add(&election, &record).is_ok() {
                prop_assert_eq!(band.check(&tally), vec![]);
            }
        }
    }
}

/// The figures of one contest over these sheets, by threshold.
fn at(sheets: &[Sheet], contest: usize) -> Vec<BandFigures> {
    count(&election(), sheets).1.contests[contest].at.clone()
}

#[test]
fn a_faint_mark_is_a_vote_at_a_lower_threshold_only() {
    let sheet = |score| Sheet { style: 0, ink: vec![(0, score, false), (9, 900, false)] };
    let votes = |score| -> Vec<u32> {
        at(&[sheet(score)], 0).iter().map(|figures| figures.votes[0].votes).collect()
    };
    assert_eq!(votes(39), [0, 0, 0, 0]);
    assert_eq!(votes(40), [1, 0, 0, 0]);
    assert_eq!(votes(119), [1, 1, 0, 0]);
    assert_eq!(votes(160), [1, 1, 1, 1]);
}

#[test]
fn a_stroke_of_nobody_knows_whom_is_no_vote_at_any_threshold() {
    let figures = at(&[Sheet { style: 0, ink: vec![(0, 100, true)] }], 0);
    let void: Vec<u64> = figures.iter().map(|figures| figures.void).collect();
    assert_eq!(void, [1, 1, 0, 0]);
    assert!(figures.iter().all(|figures| figures.votes.iter().all(|votes| votes.votes == 0)));
}

#[test]
fn another_contest_makes_the_sheet_invalid_at_its_threshold_too() {
    // At 60 and below the second mark for president voids the sheet, and with it the question.
    let sheet = Sheet { style: 0, ink: vec![(0, 900, false), (1, 44, false), (9, 900, false)] };
    let question = at(&[sheet], 2);
    let yes: Vec<u32> = question.iter().map(|figures| figures.votes[0].votes).collect();
    assert_eq!(yes, [0, 1, 1, 1]);
    assert_eq!(question[0].void, 1);
}

#[test]
fn what_would_be_given_back_counts_with_its_outcome() {
    let mut election = election();
    election.policy.blank = FaultPolicy::GiveBack;
    let marks = [(0, 100, false), (4, 900, false), (9, 900, false)];
    let (_, band) = count(&election, &[Sheet { style: 0, ink: marks.to_vec() }]);
    // At 120 the president is blank. The sheet is in the box, so it stays counted, and the rest is valid.
    let blank: Vec<u32> = band.contests[0].at.iter().map(|figures| figures.blank).collect();
    assert_eq!(blank, [0, 0, 1, 1]);
    assert!(band.contests[1].at.iter().all(|figures| figures.votes[0].votes == 1));
}

#[test]
fn the_longest_record_fits_and_a_longer_one_is_refused() {
    let mut election = election();
    let names: Vec<String> = (0..400).map(|at| format!("m-{at}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let kind = ContestKind::Plurality { votes_allowed: 40 };
    election.votes[0].contests[1] = contest("council", kind, &names, false);
    election.validate().unwrap();
    let longest =
        || RecordedContest::Valid { options: (360..400).collect(), preference: Some(999) };
    let alternatives = (0..4).flat_map(|threshold| {
        (0..3).map(move |contest| Alternative { threshold, contest, outcome: longest() })
    });
    let mut record = BallotRecord {
        style: 65_535,
        invalid: true,
        contests: vec![longest(), longest(), longest()],
        alternatives: alternatives.collect(),
    };
    // Three contests of forty marks do not fit where only one has as many.
    assert!(record.to_padded_bytes(&election).is_err());
    let short = || RecordedContest::Valid { options: vec![399], preference: Some(999) };
    record.contests = vec![short(), longest(), short()];
    for other in &mut record.alternatives {
        if other.contest != 1 {
            other.outcome = short();
        }
    }
    let bytes = record.to_padded_bytes(&election).unwrap();
    assert!(bytes.len() <= 2_816 && bytes.len() == BallotRecord::padded_len(&election));
    assert_eq!(BallotRecord::from_padded_bytes(&bytes).unwrap(), record);
}

#[test]
fn a_record_without_a_band_is_as_it_was() {
    let mut election = election();
    election.thresholds.band_permille.clear();
    assert_eq!(BallotRecord::padded_len(&election), 64);
    let sheet = Sheet { style: 1, ink: vec![(1, 900, false)] };
    let bytes = sheet.record(&election).unwrap().to_padded_bytes(&election).unwrap();
    // [1, false, [[0, [[1]]]]]
    assert_eq!(bytes[..9], [0x83, 0x01, 0xf4, 0x81, 0x82, 0x00, 0x81, 0x81, 0x01]);
    assert!(bytes[9..].iter().all(|&byte| byte == 0));
}

#[test]
fn only_what_differs_is_recorded_and_without_preferences() {
    let election = election();
    let plain = Sheet { style: 1, ink: vec![(1, 900, false), (6, 900, false)] };
    assert_eq!(plain.record(&election).unwrap().alternatives, []);
    // A second party at 40 ‰ and a faint number: only the first is another vote for an option.
    let faint = Sheet { style: 1, ink: vec![(1, 900, false), (2, 44, false), (6, 100, false)] };
    let overvoted = Alternative { threshold: 0, contest: 0, outcome: RecordedContest::Overvoted };
    assert_eq!(faint.record(&election).unwrap().alternatives, [overvoted]);
}

#[test]
fn alternatives_that_are_not_of_the_sheet_are_refused() {
    let election = election();
    let zero = Tally::zero(&election, &"1".into());
    let blank =
        |threshold, contest| Alternative { threshold, contest, outcome: RecordedContest::Blank };
    let valid = |options| Alternative {
        threshold: 0,
        contest: 0,
        outcome: RecordedContest::Valid { options, preference: None },
    };
    let add = |alternatives| {
        let contests = vec![RecordedContest::Overvoted];
        let record = BallotRecord { style: 1, invalid: true, contests, alternatives };
        Band::as_counted(&zero, &election.thresholds.band_permille).add(&election, &record)
    };
    assert_eq!(add(vec![blank(0, 0), blank(3, 0)]), Ok(()));
    for bad in [
        vec![blank(4, 0)],
        vec![blank(0, 1)],
        vec![blank(1, 0), blank(0, 0)],
        vec![blank(0, 0), blank(0, 0)],
        vec![valid(vec![])],
        vec![valid(vec![4])],
        vec![valid(vec![0, 1])],
        vec![valid(vec![1, 0])],
    ] {
        assert!(matches!(add(bad.clone()), Err(TallyError::Foreign(_))), "{bad:?}");
    }
}

/// The codes of the demonstration's final report over `sheets` of each style, with the band and without;
/// at some threshold one sheet in `faint` differs, at two thresholds one in twice as many.
fn codes(sheets: u32, faint: u32) -> (usize, usize) {
    let (mut report, sealed) = sealed::report(1);
    let definition: ElectionDefinition = serde_json::from_str(sealed::DEFINITION).unwrap();
    let mut tally = report.tally.take().unwrap();
    let mut band = Band::as_counted(&tally, &definition.thresholds.band_permille);
    let mut state = 7_u32;
    let mut below = |limit: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        usize::try_from(state >> 8).unwrap() % limit
    };
    for (style, position) in definition.styles.iter().zip(0_u16..) {
        if !style.is_for(&report.precinct) {
            continue;
        }
        let contest = definition.contest(&style.contests[0]).unwrap();
        for sheet in 0..sheets {
            // Uneven, as votes are.
            let option = below(contest.options.len()).min(below(contest.options.len()));
            let options = vec![u16::try_from(option).unwrap()];
            let numbers = tally.votes.iter().flat_map(|v| &v.contests);
            let choice =
                &numbers.into_iter().find(|c| c.contest == contest.id).unwrap().choices[option];
            let preference = match choice.preferences.len() {
                0 => None,
                count => Some(u16::try_from(below(count) + 1).unwrap()),
            };
            let thresholds = [(faint, 3), (2 * faint, 2)].into_iter();
            let mut alternatives: Vec<_> = thresholds
                .filter(|(every, _)| sheet % every == every - 1)
                .map(|(_, threshold)| Alternative {
                    threshold,
                    contest: 0,
                    outcome: RecordedContest::Blank,
                })
                .collect();
            alternatives.reverse();
            let contests = vec![RecordedContest::Valid { options, preference }];
            let record = BallotRecord { style: position, invalid: false, contests, alternatives };
            tally.add(&definition, &record).unwrap();
            band.add(&definition, &record).unwrap();
        }
    }
    let turnout = tally.votes.iter();
    report.turnout =
        turnout.map(|v| VoteTurnout { vote: v.vote.clone(), sheets: v.sheets }).collect();
    report.sensitivity = Some(Sensitivity::of(&band, &tally));
    report.tally = Some(tally);
    report.check().unwrap();
    let codes = |report: &urna_core::report::Report| {
        let sealed = SealedReport::seal(report, sealed.enrolment.clone(), &sealed::key(2)).unwrap();
        let texts = to_qr_texts(&sealed.to_bytes().unwrap()).unwrap();
        let characters: usize = texts.iter().map(String::len).sum();
        println!("{sheets} sheets, 1 in {faint}: {characters} characters in {}", texts.len());
        texts.len()
    };
    let with_band = codes(&report);
    report.sensitivity = None;
    report.thresholds.band_permille.clear();
    (codes(&report), with_band)
}

#[test]
fn the_band_costs_one_code_at_most() {
    let (without, with) = codes(1_000, u32::MAX / 2);
    assert_eq!(with, without, "where nothing differs");
    for faint in [200, 20, 2] {
        let (without, with) = codes(1_000, faint);
        assert!(with <= without + 1, "{without} codes grew to {with}");
    }
}
