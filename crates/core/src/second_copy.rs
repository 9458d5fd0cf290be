//! The second copy on a stick or disk: how it stands, what went wrong with it, what it says before the PINs.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::Text;
use crate::seal::Digest;
use crate::vault_api::EnrolledAs;

/// Why the second copy fell out of step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum CopyFault {
    /// Stick or folder is not there.
    #[n(0)]
    Gone,
    /// The browser may not write there, or not any more.
    #[n(1)]
    NotAllowed,
    /// There is no room.
    #[n(2)]
    Full,
    /// Writing or reading failed.
    #[n(3)]
    Failed,
    /// What is read back is not what was written.
    #[n(4)]
    Different,
    /// The stick does not answer in time.
    #[n(5)]
    Slow,
    /// A copy of this device is there that says more than this device knows: another device goes on from it.
    #[n(6)]
    Ahead,
}

impl CopyFault {
    /// All of them, by their numbers.
    pub const ALL: [Self; 7] = [
        Self::Gone,
        Self::NotAllowed,
        Self::Full,
        Self::Failed,
        Self::Different,
        Self::Slow,
        Self::Ahead,
    ];
}

/// How far the second copy is that was confirmed last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CopyStanding {
    /// None was confirmed since the start, or since it fell out of step.
    #[default]
    Behind,
    /// Poll state, sheets and reports are in it; something that does not weigh is not.
    InStep,
    /// All that happened is in it.
    Current,
}

/// How the device stands to its second copy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyStatus {
    /// Whether nothing is counted without it.
    pub required: bool,
    /// How far it is.
    pub standing: CopyStanding,
}

impl CopyStatus {
    /// Whether a sheet must wait for the copy.
    pub fn holds_up(self) -> bool {
        self.required && self.standing == CopyStanding::Behind
    }
}

/// What a copy says of itself. Until the PINs have opened it, nobody vouches for any of this but the package's seal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CopyFacts {
    /// Fingerprint of the authority's key, to be compared with its announcement.
    pub root_fingerprint: String,
    /// Digest of the package.
    pub package: Digest,
    /// Title of the election.
    pub title: Text,
    /// Of which device it is the copy.
    pub enrolled: Option<EnrolledAs>,
    /// Sheets counted.
    pub sheets: u32,
    /// Events in its log.
    pub events: u64,
    /// Hash of the last one.
    pub head: Digest,
    /// When that happened, by the old device's clock.
    pub at: u64,
}
