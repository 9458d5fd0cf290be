//! Why a submission is not taken: codes that kiosks translate and that therefore never change.

use urna_core::seal::{Digest, Mismatch, QrError, SealError};

/// A stable code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// Not a sealed report, or damaged.
    NotSealed,
    /// Sealed, but not a report.
    WrongKind,
    /// Signed by a key that this collector does not know.
    WrongKey,
    /// Changed after it was signed.
    BadSignature,
    /// Signed, and not readable.
    BadContent,
    /// The links of the chain do not fit together.
    Mismatch,
    /// The figures do not add up.
    Figures,
    /// Of an election that is not collected here.
    UnknownElection,
    /// Made in training mode.
    Training,
    /// Another final result of this device was here first.
    Conflict,
    /// The authority has revoked the device.
    Revoked,
    /// The device has sent more reports than a device can have.
    TooMany,
    /// Not the text of a report's QR codes.
    QrForeign,
    /// QR codes of several reports.
    QrMixed,
    /// QR codes are missing.
    QrIncomplete,
    /// The content of the QR codes is damaged.
    QrDamaged,
    /// Longer than a report can be.
    TooLarge,
    /// It came too slowly.
    Timeout,
    /// Neither bytes nor text.
    UnsupportedType,
    /// Too many at once; try again.
    Busy,
    /// The collector has a fault; try again.
    Internal,
}

impl Code {
    /// All codes.
    pub const ALL: [Code; 21] = [
        Code::NotSealed,
        Code::WrongKind,
        Code::WrongKey,
        Code::BadSignature,
        Code::BadContent,
        Code::Mismatch,
        Code::Figures,
        Code::UnknownElection,
        Code::Training,
        Code::Conflict,
        Code::Revoked,
        Code::TooMany,
        Code::QrForeign,
        Code::QrMixed,
        Code::QrIncomplete,
        Code::QrDamaged,
        Code::TooLarge,
        Code::Timeout,
        Code::UnsupportedType,
        Code::Busy,
        Code::Internal,
    ];

    /// The code as it is sent.
    pub fn as_str(self) -> &'static str {
        self.parts().0
    }

    /// The HTTP status that goes with it.
    pub fn status(self) -> u16 {
        self.parts().1
    }

    /// Whether the submission holds a verified report, or can't be written down at all: then there is
    /// no refusal to note.
    pub fn is_of_report(self) -> bool {
        matches!(self, Code::Conflict | Code::Revoked | Code::Internal)
    }

    fn parts(self) -> (&'static str, u16) {
        match self {
            Code::NotSealed => ("not_sealed", 400),
            Code::WrongKind => ("wrong_kind", 400),
            Code::WrongKey => ("wrong_key", 403),
            Code::BadSignature => ("bad_signature", 403),
            Code::BadContent => ("bad_content", 422),
            Code::Mismatch => ("mismatch", 422),
            Code::Figures => ("figures", 422),
            Code::UnknownElection => ("unknown_election", 404),
            Code::Training => ("training", 422),
            Code::Conflict => ("conflict", 409),
            Code::Revoked => ("revoked", 409),
            Code::TooMany => ("too_many", 429),
            Code::QrForeign => ("qr_foreign", 400),
            Code::QrMixed => ("qr_mixed", 400),
            Code::QrIncomplete => ("qr_incomplete", 400),
            Code::QrDamaged => ("qr_damaged", 400),
            Code::TooLarge => ("too_large", 413),
            Code::Timeout => ("timeout", 408),
            Code::UnsupportedType => ("unsupported_type", 415),
            Code::Busy => ("busy", 503),
            Code::Internal => ("internal", 500),
        }
    }
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The stable code.
    pub code: Code,
    /// The particulars, in English, for a protocol.
    pub detail: String,
    /// The report's identity, where it was verified.
    pub digest: Option<Digest>,
}

impl Refusal {
    /// A refusal of something that was not verified.
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        Refusal { code, detail: detail.into(), digest: None }
    }

    /// A verified final result that contradicts an earlier one.
    pub fn conflict(digest: Digest) -> Self {
        let detail = "another final result of this device was here first; this one is kept and \
                      shown as a conflict";
        Refusal { code: Code::Conflict, detail: detail.to_owned(), digest: Some(digest) }
    }

    /// A verified report of a device that the authority has revoked.
    pub fn revoked(digest: Digest) -> Self {
        let detail =
            "the authority has revoked this device; the report is kept, shown and not counted";
        Refusal { code: Code::Revoked, detail: detail.to_owned(), digest: Some(digest) }
    }
}

impl From<SealError> for Refusal {
    fn from(fault: SealError) -> Self {
        let code = match &fault {
            SealError::NotSealed => Code::NotSealed,
            SealError::WrongKind { .. } => Code::WrongKind,
            SealError::WrongKey { .. } => Code::WrongKey,
            SealError::BadSignature => Code::BadSignature,
            SealError::BadContent(_) => Code::BadContent,
            SealError::Mismatch(Mismatch::Figures(_)) => Code::Figures,
            SealError::Mismatch(_) => Code::Mismatch,
        };
        Refusal::new(code, fault.to_string())
    }
}

impl From<QrError> for Refusal {
    fn from(fault: QrError) -> Self {
        let code = match &fault {
            QrError::Foreign => Code::QrForeign,
            QrError::Mixed => Code::QrMixed,
            QrError::Incomplete { .. } => Code::QrIncomplete,
            QrError::Damaged => Code::QrDamaged,
            QrError::TooLong => Code::TooLarge,
        };
        Refusal::new(code, fault.to_string())
    }
}
