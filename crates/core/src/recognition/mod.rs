//! Recognition: from the bytes of one scanned side to a score and a verdict for each target.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::{ContestId, OptionId};

/// What a target's score means under the thresholds in force.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum MarkVerdict {
    /// Below the marginal threshold.
    #[n(0)]
    Unmarked,
    /// Between the thresholds: nobody may count it silently.
    #[n(1)]
    Marginal,
    /// At or above the definite threshold.
    #[n(2)]
    Marked,
}

/// One target as it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetReading {
    /// The contest it belongs to.
    pub contest: ContestId,
    /// The option it stands for.
    pub option: OptionId,
    /// Share of the inner area with ink that the blank page does not have, in thousandths.
    pub score_permille: u16,
    /// What the score means.
    pub verdict: MarkVerdict,
}
