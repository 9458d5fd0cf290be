//! Identifiers: one newtype per thing, so that a contest can't be passed where an option is meant.

use std::fmt;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// Longest identifier, in bytes. Bounds what a hostile package can make a screen or a log carry.
pub const MAX_ID_BYTES: usize = 64;

macro_rules! string_id {
    ($(#[$doc:meta] $name:ident),+ $(,)?) => {$(
        #[$doc]
        #[derive(
            Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
        )]
        #[serde(transparent)]
        #[cbor(transparent)]
        pub struct $name(#[n(0)] pub String);

        impl $name {
            /// Takes any text; `ElectionDefinition::validate` judges length and characters.
            pub fn new(id: impl Into<String>) -> Self {
                Self(id.into())
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether it is 1 to [`MAX_ID_BYTES`] of `a-z A-Z 0-9 - _ .`.
            pub fn is_well_formed(&self) -> bool {
                is_well_formed(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self(id.to_owned())
            }
        }
    )+};
}

string_id! {
    /// One election day: one definition, one package, one or more votes.
    ElectionId,
    /// One of the votes held on the day (presidential, referendum, …).
    VoteId,
    /// A question put to the voter; unique in the election.
    ContestId,
    /// A choice within a contest; unique in its contest.
    OptionId,
    /// A ballot style: which contests are on the sheet.
    StyleId,
    /// A page design: one printed side.
    DesignId,
    /// A region (oblast, city) that precincts belong to.
    RegionId,
    /// A precinct: the polling station that a result is for.
    PrecinctId,
    /// A scanning device, named by the authority when it is enrolled.
    DeviceId,
}

fn is_well_formed(id: &str) -> bool {
    (1..=MAX_ID_BYTES).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
}
