//! The tally: what one device counted, register by register, and the identities that must hold.

mod identity;
mod record;
mod registers;

pub use identity::{Identity, IdentityFailure};
pub use record::{BallotRecord, RecordError, RecordedContest};
pub use registers::{
    ChoiceTally, ContestTally, StyleCount, Tally, TallyError, VoidCount, VoteTally,
};
