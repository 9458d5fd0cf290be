//! The tally: what one device counted, register by register, and the identities that must hold.

mod band;
mod band_row;
mod identity;
mod record;
mod registers;
mod sensitivity;

pub use band::{Band, BandFigures, ContestBand, OptionVotes};
pub use band_row::{BandRegister, BandRow};
pub use identity::{Identity, IdentityFailure};
pub use record::{Alternative, BallotRecord, RecordError, RecordedContest};
pub use registers::{
    ChoiceTally, ContestTally, StyleCount, Tally, TallyError, VoidCount, VoteTally,
};
pub use sensitivity::Sensitivity;
