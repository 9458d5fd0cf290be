//! The ballot record: the votes of one sheet in the fewest bytes, without time, order or number.

use minicbor::{Decode, Encode};

use crate::OptionId;
use crate::definition::{Contest, ElectionDefinition};
use crate::rules::{ContestOutcome, Outcome, SheetVotes, VoidRule};

/// Records of one election are padded to a multiple of this, in bytes.
const PAD: usize = 64;

/// One sheet's votes as positions in the definition (`docs/formats.md`, `ballot-record`).
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct BallotRecord {
    /// Position of the ballot style in the definition.
    #[n(0)]
    pub style: u16,
    /// Whether the sheet went to the invalid section.
    #[n(1)]
    pub invalid: bool,
    /// The contests in the order of the style.
    #[n(2)]
    pub contests: Vec<RecordedContest>,
    /// What contests would be at other thresholds, where that is not what was counted; by threshold and
    /// then by contest. Outcomes and no scores: scores of a whole sheet are as good as a name on it.
    #[cbor(n(3), default, skip_if = "Vec::is_empty")]
    pub alternatives: Vec<Alternative>,
}

/// One contest's outcome at another threshold than the one in force.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Alternative {
    /// Position of the threshold in the band of the definition.
    #[n(0)]
    pub threshold: u8,
    /// Position of the contest in the style.
    #[n(1)]
    pub contest: u16,
    /// The outcome, without a preferred number: the band counts votes for options.
    #[n(2)]
    pub outcome: RecordedContest,
}

/// One contest's outcome as positions in the definition.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum RecordedContest {
    /// Votes for options.
    #[n(0)]
    Valid {
        /// Positions of the options in the contest, ascending.
        #[n(0)]
        options: Vec<u16>,
        /// The preferred number.
        #[n(1)]
        preference: Option<u16>,
    },
    /// No mark.
    #[n(1)]
    Blank,
    /// Too many marks.
    #[n(2)]
    Overvoted,
    /// Void by a rule.
    #[n(3)]
    Void {
        /// Which rule.
        #[n(0)]
        rule: VoidRule,
    },
}

/// Why votes can't be recorded, or a record can't be read with this definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// The votes or the record name something that the definition does not have.
    #[error("the record does not fit the election definition: {0}")]
    Foreign(&'static str),
    /// The bytes are not a record.
    #[error("the record can't be decoded")]
    Malformed,
}

impl BallotRecord {
    /// Translates votes into positions.
    ///
    /// # Errors
    /// [`RecordError::Foreign`] where the votes don't come from this definition.
    pub fn new(
        definition: &ElectionDefinition,
        votes: &SheetVotes,
        invalid: bool,
    ) -> Result<Self, RecordError> {
        let style = definition.styles.iter().position(|style| style.id == votes.style);
        let style = style.and_then(|at| u16::try_from(at).ok()).ok_or(FOREIGN_STYLE)?;
        let contests = votes.contests.iter().map(|contest| record_contest(definition, contest));
        let contests = contests.collect::<Result<_, _>>()?;
        Ok(BallotRecord { style, invalid, contests, alternatives: Vec::new() })
    }

    /// The record with what the sheet's contests would be at each threshold of the band, in its order.
    ///
    /// # Errors
    /// [`RecordError::Foreign`] where the votes are not of the same sheet and definition.
    pub fn with_band(
        mut self,
        definition: &ElectionDefinition,
        band: &[SheetVotes],
    ) -> Result<Self, RecordError> {
        self.alternatives.clear();
        for (threshold, votes) in (0_u8..).zip(band) {
            let other = BallotRecord::new(definition, votes, self.invalid)?;
            if other.style != self.style || other.contests.len() != self.contests.len() {
                return Err(FOREIGN_STYLE);
            }
            for (contest, (counted, outcome)) in
                (0_u16..).zip(self.contests.iter().zip(other.contests))
            {
                let outcome = outcome.without_preference();
                if outcome != counted.clone().without_preference() {
                    self.alternatives.push(Alternative { threshold, contest, outcome });
                }
            }
        }
        Ok(self)
    }

    /// The record in exactly [`BallotRecord::padded_len`] bytes: CBOR, then zeros.
    ///
    /// # Errors
    /// [`RecordError::Foreign`] if it does not fit, which only a foreign record can cause.
    pub fn to_padded_bytes(&self, definition: &ElectionDefinition) -> Result<Vec<u8>, RecordError> {
        let mut bytes = minicbor::to_vec(self).map_err(|_| RecordError::Malformed)?;
        let len = Self::padded_len(definition);
        if bytes.len() > len {
            return Err(RecordError::Foreign("longer than any ballot of the definition"));
        }
        bytes.resize(len, 0);
        Ok(bytes)
    }

    /// Reads a padded record.
    ///
    /// # Errors
    /// [`RecordError::Malformed`] for anything that [`BallotRecord::to_padded_bytes`] did not write.
    pub fn from_padded_bytes(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut decoder = minicbor::Decoder::new(bytes);
        let record = decoder.decode().map_err(|_| RecordError::Malformed)?;
        let padding = bytes.get(decoder.position()..).unwrap_or_default();
        if padding.iter().any(|&byte| byte != 0) {
            return Err(RecordError::Malformed);
        }
        Ok(record)
    }

    /// Bytes that the longest possible record of this election needs, so that all are equal in size.
    pub fn padded_len(definition: &ElectionDefinition) -> usize {
        let thresholds = definition.thresholds.band_permille.len();
        let longest = definition
            .styles
            .iter()
            .map(|style| {
                let contests = style.contests.iter().filter_map(|id| definition.contest(id));
                contests.map(|contest| longest_contest(contest, thresholds)).sum::<usize>()
            })
            .max();
        // 5 bytes of array head, style and flag, 3 for the head of each list, rounded up.
        let heads = if thresholds == 0 { 8 } else { 11 };
        (longest.unwrap_or(0) + heads).next_multiple_of(PAD)
    }
}

impl RecordedContest {
    /// The same without a preferred number.
    pub(super) fn without_preference(self) -> Self {
        match self {
            RecordedContest::Valid { options, .. } => {
                RecordedContest::Valid { options, preference: None }
            }
            other => other,
        }
    }
}

/// CBOR: at most 3 bytes for a position, 12 for a contest's framing, number and rule; the same again for
/// each threshold of the band, and 5 for its array head, threshold and contest.
fn longest_contest(contest: &Contest, thresholds: usize) -> usize {
    let outcome = 12 + 3 * usize::from(contest.votes_allowed());
    outcome + thresholds * (outcome + 5)
}

const FOREIGN_STYLE: RecordError = RecordError::Foreign("unknown ballot style");

fn record_contest(
    definition: &ElectionDefinition,
    outcome: &ContestOutcome,
) -> Result<RecordedContest, RecordError> {
    let contest =
        definition.contest(&outcome.contest).ok_or(RecordError::Foreign("unknown contest"))?;
    Ok(match &outcome.outcome {
        Outcome::Valid { choices, preference } => {
            let options =
                choices.iter().map(|id| position(contest, id)).collect::<Result<_, _>>()?;
            RecordedContest::Valid { options, preference: *preference }
        }
        Outcome::Blank => RecordedContest::Blank,
        Outcome::Overvoted => RecordedContest::Overvoted,
        Outcome::Void { rule } => RecordedContest::Void { rule: *rule },
    })
}

fn position(contest: &Contest, id: &OptionId) -> Result<u16, RecordError> {
    let at = contest.options.iter().position(|option| option.id == *id);
    at.and_then(|at| u16::try_from(at).ok()).ok_or(RecordError::Foreign("unknown option"))
}
