//! The core of Urna: everything that decides a vote, a total, a state or a seal.
//!
//! Pure Rust: no I/O, no browser, no clock, no randomness. What a second implementation would need
//! to agree on is here and in `docs/formats.md`.

pub mod ballot;
pub mod counts;
pub mod definition;
pub mod design;
mod ids;
pub mod journal;
mod page_code;
pub mod recognition;
pub mod report;
pub mod rules;
mod scanner;
pub mod seal;
mod second_copy;
pub mod software;
pub mod station;
pub mod tally;
mod text;
pub mod vault_api;

pub use ids::{
    ContestId, DesignId, DeviceId, ElectionId, MAX_ID_BYTES, OptionId, PrecinctId, RegionId,
    StyleId, VoteId,
};
pub use page_code::{MAX_PAGE_CODE_LEN, PageCode};
pub use scanner::{DeviceText, MAX_DEVICE_TEXT, ScannerIdentity};
pub use second_copy::{CopyFacts, CopyFault, CopyStanding, CopyStatus};
pub use text::{Lang, Text};
