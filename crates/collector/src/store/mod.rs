//! The store: every submission ever sent, and the reports among them. One repository for SQLite and
//! PostgreSQL; the SQL is plain enough for both.

mod open;
mod revocations;
mod rows;
mod write;

pub use open::{Store, StoreError};
pub use rows::{RevocationRow, StoredRow, SubmissionCounts, TakenRow};
pub use write::{Admission, Form, Received};

/// Whether a verified report's figures are published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// They are.
    Published,
    /// Kept and shown, not counted: another final result of the same count was there first.
    Conflict,
    /// Kept and shown, not counted: the authority has revoked the device. No report is written down so: it follows
    /// from the revocations.
    Revoked,
}

impl Standing {
    /// Whether the figures are published.
    pub fn is_published(self) -> bool {
        self == Standing::Published
    }

    /// The standing as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Published => "published",
            Standing::Conflict => "conflict",
            Standing::Revoked => "revoked",
        }
    }

    fn from_column(text: &str) -> Self {
        match text {
            "published" => Standing::Published,
            _ => Standing::Conflict,
        }
    }
}
