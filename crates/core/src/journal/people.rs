//! Who may do what, and what ends that.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum Role {
    /// Feeds sheets, pauses, prints turnout slips.
    #[n(0)]
    Operator,
    /// Chair and secretary together.
    #[n(1)]
    Commission,
}

/// What made the vault wipe its keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum LockCause {
    /// Somebody asked for it.
    #[n(0)]
    Person,
    /// Nobody had used the kiosk for a while.
    #[n(1)]
    Idle,
}

/// What was taken out of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ExportKind {
    /// The whole event log, signed, as a file.
    #[n(0)]
    Log,
    /// A list of events, on paper.
    #[n(1)]
    LogPaper,
    /// The enrolment request, as a file.
    #[n(2)]
    EnrolmentRequest,
    /// The sealed result, as a file.
    #[n(3)]
    Result,
}
