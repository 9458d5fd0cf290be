//! The identities that every set of figures must satisfy, wherever it is shown.

use serde::{Deserialize, Serialize};

use super::registers::{ContestTally, Tally, VoteTally};

/// An equation between registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Identity {
    /// sheets = valid + invalid
    SheetsAreValidOrInvalid,
    /// sheets = Σ sheets of the styles
    SheetsAreOfStyles,
    /// ballots with the contest ≤ sheets of the vote
    BallotsWithinSheets,
    /// ballots = valid + blank + overvoted + Σ void
    BallotsAreAccountedFor,
    /// Σ votes + undervotes + overvotes + votes allowed × void = votes allowed × ballots
    VotesAreAccountedFor,
    /// on a party list: Σ preferences + without preference = votes of the party
    PreferencesAreVotes,
}

/// An identity that does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{identity:?} does not hold in {place}: {left} is not {right}")]
pub struct IdentityFailure {
    /// Which equation.
    pub identity: Identity,
    /// Which vote, contest or option.
    pub place: String,
    /// Value of its left side.
    pub left: u64,
    /// Value of its right side.
    pub right: u64,
}

impl Tally {
    /// Checks every identity of every vote and contest; empty means that all hold.
    #[must_use = "figures that don't add up must not be used"]
    pub fn check(&self) -> Vec<IdentityFailure> {
        let mut failures = Vec::new();
        for vote in &self.votes {
            check_vote(vote, &mut failures);
            for contest in &vote.contests {
                check_contest(vote, contest, &mut failures);
            }
        }
        failures
    }
}

/// One contest's figures without their division by rule, number or option.
pub(super) struct Sums {
    pub allowed: u16,
    pub ballots: u32,
    pub valid: u32,
    pub blank: u32,
    pub overvoted: u32,
    pub void: u64,
    pub votes: u64,
    pub undervotes: u64,
}

/// Checks that all ballots and all votes of a contest are accounted for.
pub(super) fn check_sums(place: &str, sums: &Sums, failures: &mut Vec<IdentityFailure>) {
    let ballots = u64::from(sums.ballots);
    let kinds = [sums.valid, sums.blank, sums.overvoted].map(u64::from);
    let parts = total(kinds.into_iter().chain([sums.void]));
    equal(failures, Identity::BallotsAreAccountedFor, place, ballots, parts);
    let allowed = u64::from(sums.allowed);
    let lost = allowed.saturating_mul(sums.void.saturating_add(sums.overvoted.into()));
    let given = sums.votes.saturating_add(sums.undervotes).saturating_add(lost);
    let possible = allowed.saturating_mul(ballots);
    equal(failures, Identity::VotesAreAccountedFor, place, given, possible);
}

fn check_vote(vote: &VoteTally, failures: &mut Vec<IdentityFailure>) {
    let sheets = u64::from(vote.sheets);
    let parts = u64::from(vote.valid) + u64::from(vote.invalid);
    equal(failures, Identity::SheetsAreValidOrInvalid, vote.vote.as_str(), sheets, parts);
    let styles = total(vote.styles.iter().map(|style| u64::from(style.sheets)));
    equal(failures, Identity::SheetsAreOfStyles, vote.vote.as_str(), sheets, styles);
}

fn check_contest(vote: &VoteTally, contest: &ContestTally, failures: &mut Vec<IdentityFailure>) {
    let place = contest.contest.as_str();
    let ballots = u64::from(contest.ballots);
    if contest.ballots > vote.sheets {
        let sheets = u64::from(vote.sheets);
        equal(failures, Identity::BallotsWithinSheets, place, ballots, sheets);
    }
    let sums = Sums {
        allowed: contest.votes_allowed,
        ballots: contest.ballots,
        valid: contest.valid,
        blank: contest.blank,
        overvoted: contest.overvoted,
        void: total(contest.void.iter().map(|count| u64::from(count.ballots))),
        votes: total(contest.choices.iter().map(|choice| u64::from(choice.votes))),
        undervotes: contest.undervotes,
    };
    check_sums(place, &sums, failures);
    for choice in contest.choices.iter().filter(|choice| !choice.preferences.is_empty()) {
        let preferred = total(choice.preferences.iter().map(|&count| u64::from(count)));
        let parts = preferred.saturating_add(choice.without_preference.into());
        let place = format!("{place}/{}", choice.option);
        let votes = u64::from(choice.votes);
        equal(failures, Identity::PreferencesAreVotes, &place, parts, votes);
    }
}

/// Saturates: a hostile tally must fail its identity, not wrap around to satisfy it.
pub(super) fn total(counts: impl Iterator<Item = u64>) -> u64 {
    counts.fold(0, u64::saturating_add)
}

fn equal(
    failures: &mut Vec<IdentityFailure>,
    identity: Identity,
    place: &str,
    left: u64,
    right: u64,
) {
    if left != right {
        failures.push(IdentityFailure { identity, place: place.to_owned(), left, right });
    }
}
