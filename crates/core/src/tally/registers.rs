//! The registers themselves, and how a ballot record moves them.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::record::{BallotRecord, RecordedContest};
use crate::definition::{Contest, ElectionDefinition, Vote};
use crate::rules::VoidRule;
use crate::{ContestId, OptionId, PrecinctId, StyleId, VoteId};

/// Everything that was counted, one entry for each vote of the day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Tally {
    /// The votes in the order of the definition.
    #[n(0)]
    pub votes: Vec<VoteTally>,
}

/// The registers of one vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct VoteTally {
    /// Which vote.
    #[n(0)]
    pub vote: VoteId,
    /// Sheets counted: ballot box and invalid section together.
    #[n(1)]
    pub sheets: u32,
    /// Sheets for the ballot box.
    #[n(2)]
    pub valid: u32,
    /// Sheets for the invalid section.
    #[n(3)]
    pub invalid: u32,
    /// Sheets by ballot style.
    #[n(4)]
    pub styles: Vec<StyleCount>,
    /// The contests in the order of the definition.
    #[n(5)]
    pub contests: Vec<ContestTally>,
}

/// Sheets of one ballot style.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct StyleCount {
    /// Which style.
    #[n(0)]
    pub style: StyleId,
    /// Sheets counted.
    #[n(1)]
    pub sheets: u32,
}

/// The registers of one contest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct ContestTally {
    /// Which contest.
    #[n(0)]
    pub contest: ContestId,
    /// How many options a voter may mark.
    #[n(1)]
    pub votes_allowed: u16,
    /// Sheets with this contest on them.
    #[n(2)]
    pub ballots: u32,
    /// Sheets whose votes in this contest count.
    #[n(3)]
    pub valid: u32,
    /// Sheets without a mark in this contest.
    #[n(4)]
    pub blank: u32,
    /// Sheets with too many marks in this contest.
    #[n(5)]
    pub overvoted: u32,
    /// Sheets void by a rule; every rule is listed, zeros included.
    #[n(6)]
    pub void: Vec<VoidCount>,
    /// Votes that voters could have given and did not: on valid and blank sheets.
    #[n(7)]
    pub undervotes: u64,
    /// Every option, zeros included.
    #[n(8)]
    pub choices: Vec<ChoiceTally>,
}

/// Sheets that one rule made void.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct VoidCount {
    /// Which rule.
    #[n(0)]
    pub rule: VoidRule,
    /// Sheets.
    #[n(1)]
    pub ballots: u32,
}

/// The register of one option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct ChoiceTally {
    /// Which option.
    #[n(0)]
    pub option: OptionId,
    /// Votes for it.
    #[n(1)]
    pub votes: u32,
    /// On a party list: preferences for number 1, 2, …; empty elsewhere.
    #[n(2)]
    pub preferences: Vec<u32>,
    /// On a party list: votes for the party that name no number.
    #[n(3)]
    pub without_preference: u32,
}

/// Why a record can't be added, or tallies can't be merged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TallyError {
    /// It was made with another definition.
    #[error("the figures do not belong to this election definition: {0}")]
    Foreign(&'static str),
    /// A register is full.
    #[error("a register would overflow")]
    Overflow,
}

impl Tally {
    /// All registers of the votes and contests that `precinct` takes, at zero.
    pub fn zero(definition: &ElectionDefinition, precinct: &PrecinctId) -> Self {
        let votes = definition.votes.iter().map(|vote| zero_vote(definition, vote, precinct));
        Tally { votes: votes.filter(|vote| !vote.styles.is_empty()).collect() }
    }

    /// Counts one sheet. On an error nothing has changed.
    ///
    /// # Errors
    /// [`TallyError`], where the record is not of this definition or a register is full.
    pub fn add(
        &mut self,
        definition: &ElectionDefinition,
        record: &BallotRecord,
    ) -> Result<(), TallyError> {
        let style = definition.styles.get(usize::from(record.style));
        let style = style.ok_or(TallyError::Foreign("style"))?;
        let at = self.votes.iter().position(|vote| vote.vote == style.vote);
        let at = at.ok_or(TallyError::Foreign("vote"))?;
        if record.contests.len() != style.contests.len() {
            return Err(TallyError::Foreign("number of contests"));
        }
        let mut vote = self.votes.get(at).cloned().ok_or(TallyError::Foreign("vote"))?;
        bump(&mut vote.sheets)?;
        bump(if record.invalid { &mut vote.invalid } else { &mut vote.valid })?;
        let count = vote.styles.iter_mut().find(|count| count.style == style.id);
        bump(&mut count.ok_or(TallyError::Foreign("style"))?.sheets)?;
        for (id, recorded) in style.contests.iter().zip(&record.contests) {
            let contest = vote.contests.iter_mut().find(|contest| contest.contest == *id);
            contest.ok_or(TallyError::Foreign("contest"))?.add(recorded)?;
        }
        self.votes[at] = vote;
        Ok(())
    }

    /// Adds the figures of another device of the same precinct, register by register.
    ///
    /// # Errors
    /// [`TallyError`], where the registers are not the same ones or one is full.
    pub fn merge(&self, other: &Tally) -> Result<Tally, TallyError> {
        if self.votes.len() != other.votes.len() {
            return Err(TallyError::Foreign("number of votes"));
        }
        let votes = self.votes.iter().zip(&other.votes).map(|(a, b)| a.merge(b));
        Ok(Tally { votes: votes.collect::<Result<_, _>>()? })
    }

    /// Sheets counted in all votes.
    pub fn sheets(&self) -> u64 {
        self.votes.iter().map(|vote| u64::from(vote.sheets)).sum()
    }

    /// Whether every single register is zero.
    pub fn is_zero(&self) -> bool {
        self.votes.iter().all(VoteTally::is_zero)
    }
}

impl VoteTally {
    fn merge(&self, other: &VoteTally) -> Result<VoteTally, TallyError> {
        let same = self.vote == other.vote
            && self.styles.len() == other.styles.len()
            && self.styles.iter().zip(&other.styles).all(|(a, b)| a.style == b.style)
            && self.contests.len() == other.contests.len();
        if !same {
            return Err(TallyError::Foreign("vote"));
        }
        let styles = self.styles.iter().zip(&other.styles).map(|(a, b)| {
            Ok(StyleCount { style: a.style.clone(), sheets: sum(a.sheets, b.sheets)? })
        });
        let contests = self.contests.iter().zip(&other.contests).map(|(a, b)| a.merge(b));
        Ok(VoteTally {
            vote: self.vote.clone(),
            sheets: sum(self.sheets, other.sheets)?,
            valid: sum(self.valid, other.valid)?,
            invalid: sum(self.invalid, other.invalid)?,
            styles: styles.collect::<Result<_, _>>()?,
            contests: contests.collect::<Result<_, _>>()?,
        })
    }

    fn is_zero(&self) -> bool {
        self.sheets == 0
            && self.valid == 0
            && self.invalid == 0
            && self.styles.iter().all(|style| style.sheets == 0)
            && self.contests.iter().all(ContestTally::is_zero)
    }
}

impl ContestTally {
    /// Votes lost to overvoting: each overvoted sheet loses all that its voter had.
    pub fn overvotes(&self) -> u64 {
        u64::from(self.overvoted) * u64::from(self.votes_allowed)
    }

    /// Sheets void by any rule.
    pub fn void_ballots(&self) -> u64 {
        self.void.iter().map(|count| u64::from(count.ballots)).sum()
    }

    fn add(&mut self, recorded: &RecordedContest) -> Result<(), TallyError> {
        bump(&mut self.ballots)?;
        match recorded {
            RecordedContest::Valid { options, preference } => self.add_valid(options, *preference),
            RecordedContest::Blank => {
                bump(&mut self.blank)?;
                self.add_undervotes(u64::from(self.votes_allowed))
            }
            RecordedContest::Overvoted => bump(&mut self.overvoted),
            RecordedContest::Void { rule } => {
                let count = self.void.iter_mut().find(|count| count.rule == *rule);
                bump(&mut count.ok_or(TallyError::Foreign("rule"))?.ballots)
            }
        }
    }

    fn add_valid(&mut self, options: &[u16], preference: Option<u16>) -> Result<(), TallyError> {
        let given = u64::try_from(options.len()).map_err(|_| TallyError::Overflow)?;
        let unused = u64::from(self.votes_allowed).checked_sub(given);
        let ascending = options.windows(2).all(|pair| pair[0] < pair[1]);
        if options.is_empty() || !ascending {
            return Err(TallyError::Foreign("options"));
        }
        bump(&mut self.valid)?;
        self.add_undervotes(unused.ok_or(TallyError::Foreign("more options than allowed"))?)?;
        for &option in options {
            let choice = self.choices.get_mut(usize::from(option));
            let choice = choice.ok_or(TallyError::Foreign("option"))?;
            bump(&mut choice.votes)?;
            match preference {
                Some(number) => {
                    let at = usize::from(number).checked_sub(1);
                    let register = at.and_then(|at| choice.preferences.get_mut(at));
                    bump(register.ok_or(TallyError::Foreign("number"))?)?;
                }
                None if !choice.preferences.is_empty() => bump(&mut choice.without_preference)?,
                None => {}
            }
        }
        Ok(())
    }

    fn add_undervotes(&mut self, votes: u64) -> Result<(), TallyError> {
        self.undervotes = self.undervotes.checked_add(votes).ok_or(TallyError::Overflow)?;
        Ok(())
    }

    fn merge(&self, other: &ContestTally) -> Result<ContestTally, TallyError> {
        let same = self.contest == other.contest
            && self.votes_allowed == other.votes_allowed
            && self.choices.len() == other.choices.len()
            && self.void.len() == other.void.len();
        if !same {
            return Err(TallyError::Foreign("contest"));
        }
        let void = self.void.iter().zip(&other.void).map(|(a, b)| a.merge(b));
        let choices = self.choices.iter().zip(&other.choices).map(|(a, b)| a.merge(b));
        Ok(ContestTally {
            contest: self.contest.clone(),
            votes_allowed: self.votes_allowed,
            ballots: sum(self.ballots, other.ballots)?,
            valid: sum(self.valid, other.valid)?,
            blank: sum(self.blank, other.blank)?,
            overvoted: sum(self.overvoted, other.overvoted)?,
            void: void.collect::<Result<_, _>>()?,
            undervotes: self
                .undervotes
                .checked_add(other.undervotes)
                .ok_or(TallyError::Overflow)?,
            choices: choices.collect::<Result<_, _>>()?,
        })
    }

    fn is_zero(&self) -> bool {
        let counts = [self.ballots, self.valid, self.blank, self.overvoted];
        counts.iter().all(|&count| count == 0)
            && self.undervotes == 0
            && self.void.iter().all(|count| count.ballots == 0)
            && self.choices.iter().all(ChoiceTally::is_zero)
    }
}

impl VoidCount {
    fn merge(&self, other: &VoidCount) -> Result<VoidCount, TallyError> {
        if self.rule != other.rule {
            return Err(TallyError::Foreign("rule"));
        }
        Ok(VoidCount { rule: self.rule, ballots: sum(self.ballots, other.ballots)? })
    }
}

impl ChoiceTally {
    fn merge(&self, other: &ChoiceTally) -> Result<ChoiceTally, TallyError> {
        if self.option != other.option || self.preferences.len() != other.preferences.len() {
            return Err(TallyError::Foreign("option"));
        }
        let preferences = self.preferences.iter().zip(&other.preferences).map(|(&a, &b)| sum(a, b));
        Ok(ChoiceTally {
            option: self.option.clone(),
            votes: sum(self.votes, other.votes)?,
            preferences: preferences.collect::<Result<_, _>>()?,
            without_preference: sum(self.without_preference, other.without_preference)?,
        })
    }

    fn is_zero(&self) -> bool {
        self.votes == 0
            && self.without_preference == 0
            && self.preferences.iter().all(|&count| count == 0)
    }
}

fn zero_vote(definition: &ElectionDefinition, vote: &Vote, precinct: &PrecinctId) -> VoteTally {
    let styles: Vec<_> = definition
        .styles
        .iter()
        .filter(|style| style.vote == vote.id && style.is_for(precinct))
        .collect();
    let contests = vote
        .contests
        .iter()
        .filter(|contest| styles.iter().any(|style| style.contests.contains(&contest.id)))
        .map(zero_contest)
        .collect();
    let styles =
        styles.iter().map(|style| StyleCount { style: style.id.clone(), sheets: 0 }).collect();
    VoteTally { vote: vote.id.clone(), sheets: 0, valid: 0, invalid: 0, styles, contests }
}

fn zero_contest(contest: &Contest) -> ContestTally {
    let choices = contest.options.iter().map(|option| {
        let is_against_all = contest.against_all.as_ref() == Some(&option.id);
        let numbers = if is_against_all { 0 } else { contest.preference_numbers() };
        ChoiceTally {
            option: option.id.clone(),
            votes: 0,
            preferences: vec![0; usize::from(numbers)],
            without_preference: 0,
        }
    });
    ContestTally {
        contest: contest.id.clone(),
        votes_allowed: contest.votes_allowed(),
        ballots: 0,
        valid: 0,
        blank: 0,
        overvoted: 0,
        void: VoidRule::ALL.iter().map(|&rule| VoidCount { rule, ballots: 0 }).collect(),
        undervotes: 0,
        choices: choices.collect(),
    }
}

pub(super) fn bump(register: &mut u32) -> Result<(), TallyError> {
    *register = register.checked_add(1).ok_or(TallyError::Overflow)?;
    Ok(())
}

pub(super) fn sum(a: u32, b: u32) -> Result<u32, TallyError> {
    a.checked_add(b).ok_or(TallyError::Overflow)
}
