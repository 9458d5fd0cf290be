//! What becomes of sheets that are not ordinary valid ones, and when a mark is a mark.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// What becomes of a sheet with a faulty contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum FaultPolicy {
    /// The sheet goes to the box; the faulty contest counts as blank, overvoted or void.
    #[n(0)]
    Accept,
    /// The whole sheet goes to the invalid section and none of its contests counts for anybody.
    #[n(1)]
    Invalid,
    /// The sheet is given back, not counted: the voter may ask for another.
    #[n(2)]
    GiveBack,
}

/// What becomes of a sheet with a mark that is neither clearly a mark nor clearly none. There is no
/// way to count it silently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum MarginalPolicy {
    /// The sheet goes to the invalid section, where people judge it in the hand count.
    #[n(0)]
    Invalid,
    /// The sheet is given back, not counted.
    #[n(1)]
    GiveBack,
}

/// The policy of the election.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct VerdictPolicy {
    /// A contest without any mark.
    #[n(0)]
    pub blank: FaultPolicy,
    /// A contest with more marks than allowed.
    #[n(1)]
    pub overvote: FaultPolicy,
    /// A contest that its own rule makes void.
    #[n(2)]
    pub void: FaultPolicy,
    /// A marginal mark anywhere on the sheet.
    #[n(3)]
    pub marginal: MarginalPolicy,
    /// Whether the clerk must confirm that a sheet went to the invalid section before the next one.
    #[n(4)]
    pub confirm_invalid_drop: bool,
    /// Whether nothing is counted while the second copy on a stick or disk is out of step.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cbor(n(5), default, skip_if = "std::ops::Not::not")]
    pub second_copy: bool,
}

/// Most alternative thresholds of the band: each one is a column on receipt paper, and room in every
/// ballot record.
pub const MAX_BAND: usize = 6;

/// Thresholds of the mark score, in thousandths. The score is the ink that the blank page does not
/// have, as a share of the target's inner area or of 16 mm² where that is larger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Thresholds {
    /// At or above this a target is marked.
    #[n(0)]
    pub definite_permille: u16,
    /// At or above this and below `definite_permille` it is marginal; below it is unmarked.
    #[n(1)]
    pub marginal_permille: u16,
    /// Alternative thresholds, ascending, up to [`MAX_BAND`]: the report says what the totals would be if
    /// a target were marked from there on and unmarked below. None: it says nothing of the kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cbor(n(2), default, skip_if = "Vec::is_empty")]
    pub band_permille: Vec<u16>,
}

impl Default for Thresholds {
    fn default() -> Self {
        let definite_permille: u16 = 110;
        Thresholds {
            definite_permille,
            marginal_permille: 50,
            // Half, three quarters, one and a half times and twice as much ink.
            band_permille: [2, 3, 6, 8].map(|quarters| definite_permille * quarters / 4).to_vec(),
        }
    }
}
