//! Each rule of each contest kind, and each policy, by name.

mod support;

use support::{contest, election, preference};
use urna_core::OptionId;
use urna_core::definition::{Contest, ContestKind, FaultPolicy, MarginalPolicy, PreferenceFault};
use urna_core::recognition::{MarkVerdict, TargetReading};
use urna_core::rules::{InvalidReason, Outcome, Verdict, VoidRule, interpret_contest, judge_sheet};

fn marks(ids: &[&str]) -> Vec<OptionId> {
    ids.iter().map(|&id| id.into()).collect()
}

fn valid(ids: &[&str], preference: Option<u16>) -> Outcome {
    Outcome::Valid { choices: marks(ids), preference }
}

fn read(contest: &Contest, ids: &[&str]) -> Outcome {
    interpret_contest(contest, &marks(ids))
}

#[test]
fn plurality_one() {
    let contest = contest("c", ContestKind::Plurality { votes_allowed: 1 }, &["a", "b"], true);
    assert_eq!(read(&contest, &["b"]), valid(&["b"], None));
    assert_eq!(read(&contest, &["against-all"]), valid(&["against-all"], None));
    assert_eq!(read(&contest, &[]), Outcome::Blank);
    assert_eq!(read(&contest, &["a", "b"]), Outcome::Overvoted);
    assert_eq!(read(&contest, &["a", "against-all"]), Outcome::Overvoted);
    assert_eq!(read(&contest, &["a", "a"]), valid(&["a"], None), "a repeated mark is one mark");
    assert_eq!(read(&contest, &["unknown"]), Outcome::Blank, "foreign marks are not votes");
}

#[test]
fn plurality_several() {
    let contest = contest("c", ContestKind::Plurality { votes_allowed: 2 }, &["a", "b", "d"], true);
    assert_eq!(read(&contest, &["d", "a"]), valid(&["a", "d"], None), "in printed order");
    assert_eq!(read(&contest, &["a"]), valid(&["a"], None), "an undervote is valid");
    assert_eq!(read(&contest, &["a", "b", "d"]), Outcome::Overvoted);
    let both = Outcome::Void { rule: VoidRule::AgainstAllWithOption };
    assert_eq!(read(&contest, &["a", "against-all"]), both);
}

#[test]
fn referendum() {
    let contest = contest("c", ContestKind::Referendum, &["yes", "no"], false);
    assert_eq!(read(&contest, &["no"]), valid(&["no"], None));
    assert_eq!(read(&contest, &["yes", "no"]), Outcome::Overvoted);
}

#[test]
fn party_with_preference() {
    let contest = contest("c", preference(PreferenceFault::PartyOnly), &["p", "q"], true);
    assert_eq!(read(&contest, &["p", "no-5"]), valid(&["p"], Some(5)));
    assert_eq!(read(&contest, &["p"]), valid(&["p"], None));
    assert_eq!(read(&contest, &["p", "no-1", "no-2"]), valid(&["p"], None));
    assert_eq!(read(&contest, &["against-all", "no-1"]), valid(&["against-all"], None));
    assert_eq!(read(&contest, &["against-all"]), valid(&["against-all"], None));
    assert_eq!(read(&contest, &["p", "q", "no-1"]), Outcome::Overvoted);
    assert_eq!(read(&contest, &[]), Outcome::Blank);
    let alone = Outcome::Void { rule: VoidRule::NumberWithoutParty };
    assert_eq!(read(&contest, &["no-3"]), alone);
    assert_eq!(read(&contest, &["p", "no-6"]), valid(&["p"], None), "no-6 is not on this ballot");
}

#[test]
fn party_with_strict_preference() {
    let contest = contest("c", preference(PreferenceFault::Void), &["p", "q"], true);
    let void = |rule| Outcome::Void { rule };
    assert_eq!(read(&contest, &["p"]), void(VoidRule::PartyWithoutNumber));
    assert_eq!(read(&contest, &["p", "no-1", "no-2"]), void(VoidRule::SeveralNumbers));
    assert_eq!(read(&contest, &["against-all", "no-1"]), void(VoidRule::AgainstAllWithNumber));
    assert_eq!(read(&contest, &["against-all"]), valid(&["against-all"], None));
}

fn reading(contest: &str, option: &str, verdict: MarkVerdict) -> TargetReading {
    TargetReading {
        contest: contest.into(),
        option: option.into(),
        score_permille: 0,
        spilled_permille: 0,
        is_doubtful: false,
        verdict,
    }
}

fn marked(pairs: &[(&str, &str)]) -> Vec<TargetReading> {
    pairs.iter().map(|(contest, option)| reading(contest, option, MarkVerdict::Marked)).collect()
}

#[test]
fn an_ordinary_sheet_is_accepted() {
    let election = election();
    let readings = marked(&[("president", "a"), ("council", "d"), ("question", "yes")]);
    let (votes, verdict) = judge_sheet(&election, &election.styles[0], &readings);
    assert_eq!(verdict, Verdict::Accepted);
    assert_eq!(votes.contests.len(), 3);
    assert_eq!(votes.contests[0].outcome, valid(&["a"], None));
}

#[test]
fn an_invalid_sheet_counts_for_nobody() {
    let election = election();
    let readings = marked(&[("president", "a"), ("president", "b"), ("question", "yes")]);
    let (votes, verdict) = judge_sheet(&election, &election.styles[0], &readings);
    let reason = InvalidReason::Overvoted { contest: "president".into() };
    assert_eq!(verdict, Verdict::Invalid { reasons: vec![reason] });
    assert_eq!(votes.contests[0].outcome, Outcome::Overvoted);
    assert_eq!(votes.contests[1].outcome, Outcome::Blank);
    assert_eq!(votes.contests[2].outcome, Outcome::Void { rule: VoidRule::SheetInvalid });
}

#[test]
fn a_marginal_mark_is_never_counted_either_way() {
    for with_definite in [false, true] {
        let mut election = election();
        let mut readings = vec![reading("president", "b", MarkVerdict::Marginal)];
        if with_definite {
            readings.extend(marked(&[("president", "a")]));
        }
        let (votes, verdict) = judge_sheet(&election, &election.styles[0], &readings);
        assert!(matches!(verdict, Verdict::Invalid { .. }));
        assert_eq!(votes.contests[0].outcome, Outcome::Void { rule: VoidRule::MarginalMark });
        election.policy.marginal = MarginalPolicy::GiveBack;
        let (_, verdict) = judge_sheet(&election, &election.styles[0], &readings);
        assert!(matches!(verdict, Verdict::NotAccepted { .. }));
    }
}

#[test]
fn policy_decides_blank_and_overvoted_sheets() {
    let mut election = election();
    let cases = [FaultPolicy::Accept, FaultPolicy::Invalid, FaultPolicy::GiveBack];
    for policy in cases {
        election.policy.blank = policy;
        election.policy.overvote = policy;
        for readings in [vec![], marked(&[("question", "yes"), ("question", "no")])] {
            let (_, verdict) = judge_sheet(&election, &election.styles[0], &readings);
            let as_expected = match policy {
                FaultPolicy::Accept => verdict == Verdict::Accepted,
                FaultPolicy::Invalid => matches!(verdict, Verdict::Invalid { .. }),
                FaultPolicy::GiveBack => matches!(verdict, Verdict::NotAccepted { .. }),
            };
            assert!(as_expected, "{policy:?} {verdict:?}");
        }
    }
}
