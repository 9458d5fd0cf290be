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
        Ok(BallotRecord { style, invalid, contests: contests.collect::<Result<_, _>>()? })
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
        let longest = definition
            .styles
            .iter()
            .map(|style| {
                let contests = style.contests.iter().filter_map(|id| definition.contest(id));
                // CBOR: at most 3 bytes for a position, 12 for a contest's framing, number and rule.
                contests.map(|c| 12 + 3 * usize::from(c.votes_allowed())).sum::<usize>()
            })
            .max();
        // 3 bytes of array head, style and flag, 3 of the contests' head, rounded up.
        (longest.unwrap_or(0) + 8).next_multiple_of(PAD)
    }
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
