//! A whole sheet: its contests' outcomes, and the verdict of the election's policy.

use serde::{Deserialize, Serialize};

use super::contest::{Outcome, VoidRule, interpret_contest};
use crate::definition::{BallotStyle, ElectionDefinition, FaultPolicy, MarginalPolicy};
use crate::recognition::{MarkVerdict, TargetReading};
use crate::{ContestId, OptionId, StyleId, VoteId};

/// The marks found in one contest, over all pages of the sheet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestMarks {
    /// Options with a definite mark.
    pub marked: Vec<OptionId>,
    /// Options with a marginal mark.
    pub marginal: Vec<OptionId>,
}

impl ContestMarks {
    /// Collects the marks of `contest` from the readings of a sheet's targets.
    pub fn of_contest(contest: &ContestId, readings: &[TargetReading]) -> Self {
        Self::by(contest, readings, |reading| reading.verdict)
    }

    fn by(
        contest: &ContestId,
        readings: &[TargetReading],
        verdict_of: impl Fn(&TargetReading) -> MarkVerdict,
    ) -> Self {
        let with = |verdict| {
            let of_verdict = |r: &&TargetReading| r.contest == *contest && verdict_of(r) == verdict;
            readings.iter().filter(of_verdict).map(|r| r.option.clone()).collect()
        };
        ContestMarks { marked: with(MarkVerdict::Marked), marginal: with(MarkVerdict::Marginal) }
    }
}

/// One contest's outcome on a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContestOutcome {
    /// The contest.
    pub contest: ContestId,
    /// What the marks mean.
    pub outcome: Outcome,
}

/// The votes on one sheet, as they would be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetVotes {
    /// The vote that the sheet belongs to.
    pub vote: VoteId,
    /// The ballot style of the sheet.
    pub style: StyleId,
    /// Its contests in the order of the style.
    pub contests: Vec<ContestOutcome>,
}

/// What becomes of a sheet that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Verdict {
    /// Counted; into the ballot box.
    Accepted,
    /// Counted as invalid; into the invalid section.
    Invalid {
        /// At least one.
        reasons: Vec<InvalidReason>,
    },
    /// Not counted; given back.
    NotAccepted {
        /// At least one.
        reasons: Vec<GiveBackReason>,
    },
}

/// Why a sheet is invalid.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum InvalidReason {
    /// Nothing is marked in the contest.
    Blank {
        /// Which contest.
        contest: ContestId,
    },
    /// Too much is marked in the contest.
    Overvoted {
        /// Which contest.
        contest: ContestId,
    },
    /// A rule of the contest makes it void.
    Void {
        /// Which contest.
        contest: ContestId,
        /// Which rule.
        rule: VoidRule,
    },
}

/// Why a sheet that was read is given back. The same faults as [`InvalidReason`], under a policy
/// that lets the voter try again.
pub type GiveBackReason = InvalidReason;

/// Judges one sheet of `style`: reads each contest by its rules and applies the election's policy.
///
/// A contest with a marginal mark is never interpreted: it is void by [`VoidRule::MarginalMark`].
/// On an invalid sheet the contests without a fault of their own are void by
/// [`VoidRule::SheetInvalid`], so that they count for nobody and the registers still add up.
pub fn judge_sheet(
    definition: &ElectionDefinition,
    style: &BallotStyle,
    readings: &[TargetReading],
) -> (SheetVotes, Verdict) {
    let Judged { mut contests, invalid, give_back } =
        judge_contests(definition, style, readings, |reading| reading.verdict);
    let verdict = if !give_back.is_empty() {
        Verdict::NotAccepted { reasons: give_back }
    } else if !invalid.is_empty() {
        void_the_rest(&mut contests);
        Verdict::Invalid { reasons: invalid }
    } else {
        Verdict::Accepted
    };
    (votes_of(style, contests), verdict)
}

/// The votes that one sheet would have had with a single threshold: marked from `permille` on, unmarked
/// below. A target whose stroke may be somebody else's stays marginal where it is not below.
///
/// The same rules and the same policy as [`judge_sheet`], but for one thing: the sheet is in the box, so
/// a fault that would have given it back leaves the contest with its outcome, and the sheet counted.
pub fn judge_sheet_at(
    definition: &ElectionDefinition,
    style: &BallotStyle,
    readings: &[TargetReading],
    permille: u16,
) -> SheetVotes {
    let verdict_of = |reading: &TargetReading| match reading.score_permille >= permille {
        false => MarkVerdict::Unmarked,
        true if reading.is_doubtful => MarkVerdict::Marginal,
        true => MarkVerdict::Marked,
    };
    let Judged { mut contests, invalid, .. } =
        judge_contests(definition, style, readings, verdict_of);
    if !invalid.is_empty() {
        void_the_rest(&mut contests);
    }
    votes_of(style, contests)
}

/// Contests as their own marks make them, and what the policy says of their faults.
struct Judged {
    contests: Vec<ContestOutcome>,
    invalid: Vec<InvalidReason>,
    give_back: Vec<GiveBackReason>,
}

fn judge_contests(
    definition: &ElectionDefinition,
    style: &BallotStyle,
    readings: &[TargetReading],
    verdict_of: impl Fn(&TargetReading) -> MarkVerdict,
) -> Judged {
    let policy = &definition.policy;
    let mut contests = Vec::with_capacity(style.contests.len());
    let (mut invalid, mut give_back) = (Vec::new(), Vec::new());
    for contest in style.contests.iter().filter_map(|id| definition.contest(id)) {
        let marks = ContestMarks::by(&contest.id, readings, &verdict_of);
        let id = contest.id.clone();
        let (outcome, fault) = if marks.marginal.is_empty() {
            let outcome = interpret_contest(contest, &marks.marked);
            let fault = match &outcome {
                Outcome::Valid { .. } => None,
                Outcome::Blank => Some((policy.blank, InvalidReason::Blank { contest: id })),
                Outcome::Overvoted => {
                    Some((policy.overvote, InvalidReason::Overvoted { contest: id }))
                }
                Outcome::Void { rule } => {
                    Some((policy.void, InvalidReason::Void { contest: id, rule: *rule }))
                }
            };
            (outcome, fault)
        } else {
            let rule = VoidRule::MarginalMark;
            let reason = InvalidReason::Void { contest: id, rule };
            (Outcome::Void { rule }, Some((marginal_as_fault(policy.marginal), reason)))
        };
        match fault {
            Some((FaultPolicy::Invalid, reason)) => invalid.push(reason),
            Some((FaultPolicy::GiveBack, reason)) => give_back.push(reason),
            Some((FaultPolicy::Accept, _)) | None => {}
        }
        contests.push(ContestOutcome { contest: contest.id.clone(), outcome });
    }
    Judged { contests, invalid, give_back }
}

fn votes_of(style: &BallotStyle, contests: Vec<ContestOutcome>) -> SheetVotes {
    SheetVotes { vote: style.vote.clone(), style: style.id.clone(), contests }
}

fn marginal_as_fault(policy: MarginalPolicy) -> FaultPolicy {
    match policy {
        MarginalPolicy::Invalid => FaultPolicy::Invalid,
        MarginalPolicy::GiveBack => FaultPolicy::GiveBack,
    }
}

fn void_the_rest(contests: &mut [ContestOutcome]) {
    for contest in contests {
        if matches!(contest.outcome, Outcome::Valid { .. }) {
            contest.outcome = Outcome::Void { rule: VoidRule::SheetInvalid };
        }
    }
}
