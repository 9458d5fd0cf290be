//! The band: what the votes would be, over the same ballots, at other thresholds than the one in force.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::identity::{IdentityFailure, Sums, check_sums, total};
use super::record::{BallotRecord, RecordedContest};
use super::registers::{ContestTally, Tally, TallyError, bump, sum};
use crate::definition::{BallotStyle, ElectionDefinition};
use crate::{ContestId, OptionId};

/// Figures of every contest of a tally at every alternative threshold. Numbers of party lists are left
/// out: votes for options only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Band {
    /// The contests in the order of the tally.
    pub contests: Vec<ContestBand>,
}

/// One contest at other thresholds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct ContestBand {
    /// Which contest.
    #[n(0)]
    pub contest: ContestId,
    /// Its figures by threshold, ascending.
    #[n(1)]
    pub at: Vec<BandFigures>,
}

/// One contest's figures at one threshold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct BandFigures {
    /// A target is marked from this score on, in thousandths.
    #[n(0)]
    pub permille: u16,
    /// Ballots whose votes would count.
    #[n(1)]
    pub valid: u32,
    /// Ballots without a mark.
    #[n(2)]
    pub blank: u32,
    /// Ballots with too many marks.
    #[n(3)]
    pub overvoted: u32,
    /// Ballots void by any rule.
    #[n(4)]
    pub void: u64,
    /// Votes that could have been given on valid and blank ballots and would not have been.
    #[n(5)]
    pub undervotes: u64,
    /// Votes by option, in the order of the ballot.
    #[n(6)]
    pub votes: Vec<OptionVotes>,
}

/// Votes for one option.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct OptionVotes {
    /// Which option.
    #[n(0)]
    pub option: OptionId,
    /// Votes for it.
    #[n(1)]
    pub votes: u32,
}

impl Band {
    /// The counted figures at each of `thresholds`: over a tally at zero, a band at zero.
    pub fn as_counted(tally: &Tally, thresholds: &[u16]) -> Self {
        let contests = tally.votes.iter().flat_map(|vote| &vote.contests);
        let contests = contests.map(|contest| ContestBand {
            contest: contest.contest.clone(),
            at: thresholds.iter().map(|&permille| BandFigures::of(contest, permille)).collect(),
        });
        Band { contests: contests.collect() }
    }

    /// Counts one sheet. After an error the figures are in between: count on a copy.
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
        let thresholds = definition.thresholds.band_permille.len();
        check_alternatives(style, record, thresholds)?;
        for (at, (id, counted)) in style.contests.iter().zip(&record.contests).enumerate() {
            let contest = self.contests.iter_mut().find(|contest| contest.contest == *id);
            let contest = contest.ok_or(TallyError::Foreign("contest"))?;
            let allowed = definition.contest(id).ok_or(TallyError::Foreign("contest"))?;
            let allowed = allowed.votes_allowed();
            if contest.at.len() != thresholds {
                return Err(TallyError::Foreign("thresholds"));
            }
            for (threshold, figures) in contest.at.iter_mut().enumerate() {
                let other = record.alternatives.iter().find(|other| {
                    usize::from(other.threshold) == threshold && usize::from(other.contest) == at
                });
                figures.add(other.map_or(counted, |other| &other.outcome), allowed)?;
            }
        }
        Ok(())
    }

    /// Adds the figures of other ballots of the same election; contests that `part` lacks have none there.
    /// After an error the figures are in between: add to a copy.
    ///
    /// # Errors
    /// [`TallyError`], where `part` has contests, options or thresholds that are not here, or a register is
    /// full.
    pub fn add_part(&mut self, part: &Band) -> Result<(), TallyError> {
        for other in &part.contests {
            let contest = self.contests.iter_mut().find(|c| c.contest == other.contest);
            let contest = contest.ok_or(TallyError::Foreign("contest"))?;
            if contest.at.len() != other.at.len() {
                return Err(TallyError::Foreign("thresholds"));
            }
            let pairs = contest.at.iter_mut().zip(&other.at);
            pairs.into_iter().try_for_each(|(figures, other)| figures.add_figures(other))?;
        }
        Ok(())
    }

    /// The figures of one contest.
    pub fn contest(&self, id: &ContestId) -> Option<&ContestBand> {
        self.contests.iter().find(|contest| contest.contest == *id)
    }

    /// Checks for each contest and threshold that the very ballots and votes of `tally` are accounted
    /// for; empty means that they are.
    #[must_use = "figures that don't add up must not be used"]
    pub fn check(&self, tally: &Tally) -> Vec<IdentityFailure> {
        let mut failures = Vec::new();
        let contests = tally.votes.iter().flat_map(|vote| &vote.contests);
        for (counted, contest) in contests.zip(&self.contests) {
            for figures in &contest.at {
                let place = format!("{} at {} ‰", contest.contest, figures.permille);
                check_sums(&place, &figures.sums(counted), &mut failures);
            }
        }
        failures
    }
}

impl BandFigures {
    /// The counted figures, as if they were those of the threshold `permille`.
    pub(super) fn of(contest: &ContestTally, permille: u16) -> Self {
        let votes = contest
            .choices
            .iter()
            .map(|choice| OptionVotes { option: choice.option.clone(), votes: choice.votes });
        BandFigures {
            permille,
            valid: contest.valid,
            blank: contest.blank,
            overvoted: contest.overvoted,
            void: total(contest.void.iter().map(|count| u64::from(count.ballots))),
            undervotes: contest.undervotes,
            votes: votes.collect(),
        }
    }

    fn add(&mut self, outcome: &RecordedContest, allowed: u16) -> Result<(), TallyError> {
        let unused = match outcome {
            RecordedContest::Overvoted => return bump(&mut self.overvoted),
            RecordedContest::Void { .. } => return add_to(&mut self.void, 1),
            RecordedContest::Blank => {
                bump(&mut self.blank)?;
                u64::from(allowed)
            }
            RecordedContest::Valid { options, .. } => {
                let ascending = options.windows(2).all(|pair| pair[0] < pair[1]);
                if options.is_empty() || !ascending {
                    return Err(TallyError::Foreign("options"));
                }
                bump(&mut self.valid)?;
                for &option in options {
                    let votes = self.votes.get_mut(usize::from(option));
                    bump(&mut votes.ok_or(TallyError::Foreign("option"))?.votes)?;
                }
                let given = u64::try_from(options.len()).map_err(|_| TallyError::Overflow)?;
                let unused = u64::from(allowed).checked_sub(given);
                unused.ok_or(TallyError::Foreign("more options than allowed"))?
            }
        };
        add_to(&mut self.undervotes, unused)
    }

    fn add_figures(&mut self, other: &BandFigures) -> Result<(), TallyError> {
        if self.permille != other.permille || self.votes.len() != other.votes.len() {
            return Err(TallyError::Foreign("thresholds"));
        }
        for (register, &part) in [
            (&mut self.valid, &other.valid),
            (&mut self.blank, &other.blank),
            (&mut self.overvoted, &other.overvoted),
        ] {
            *register = sum(*register, part)?;
        }
        add_to(&mut self.void, other.void)?;
        add_to(&mut self.undervotes, other.undervotes)?;
        for (votes, part) in self.votes.iter_mut().zip(&other.votes) {
            if votes.option != part.option {
                return Err(TallyError::Foreign("option"));
            }
            votes.votes = sum(votes.votes, part.votes)?;
        }
        Ok(())
    }

    fn sums(&self, counted: &ContestTally) -> Sums {
        Sums {
            allowed: counted.votes_allowed,
            ballots: counted.ballots,
            valid: self.valid,
            blank: self.blank,
            overvoted: self.overvoted,
            void: self.void,
            votes: total(self.votes.iter().map(|votes| u64::from(votes.votes))),
            undervotes: self.undervotes,
        }
    }
}

/// Alternatives must be in order, each for a contest of the sheet and a threshold of the band.
fn check_alternatives(
    style: &BallotStyle,
    record: &BallotRecord,
    thresholds: usize,
) -> Result<(), TallyError> {
    if record.contests.len() != style.contests.len() {
        return Err(TallyError::Foreign("number of contests"));
    }
    let places = record.alternatives.iter().map(|other| (other.threshold, other.contest));
    let known = |(threshold, contest): (u8, u16)| {
        usize::from(threshold) < thresholds && usize::from(contest) < style.contests.len()
    };
    if places.clone().all(known) && places.is_sorted_by(|a, b| a < b) {
        Ok(())
    } else {
        Err(TallyError::Foreign("alternatives"))
    }
}

fn add_to(register: &mut u64, count: u64) -> Result<(), TallyError> {
    *register = register.checked_add(count).ok_or(TallyError::Overflow)?;
    Ok(())
}
