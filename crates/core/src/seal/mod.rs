//! Seals: what is signed, by whom, and how anyone checks it.
//!
//! Every sealed thing is a COSE_Sign1 (RFC 9052) with ES256 over the bytes of a CBOR payload. The
//! bytes are verified as received and only then parsed, so no party ever re-encodes anything.
//! Chain of trust: authority's root key → [`Package`] → [`Enrolment`] (names the device key) →
//! [`crate::report::Report`]; a [`Revocation`] ends it. Formats: `docs/formats.md`.

mod bundle;
mod cose;
mod key;
mod log;
mod payload;
mod permission;
mod qr;
mod revocation;

pub use bundle::{SealedReport, VerifiedReport, verify_report};
pub use cose::{Mismatch, SealError, SealKind, open, seal};
pub use key::{KeyError, KeyId, PublicKey, SecretKey, Signer};
pub use log::{
    Broken, BrokenLink, LogExport, LogFault, LogHead, MAX_EVENT_BYTES, ReadEvent, VerifiedLog,
};
pub use payload::{Digest, Enrolment, EnrolmentRequest, Package, VerifiedPackage};
pub use permission::ClosingPermission;
pub use qr::{QrError, QrSet, from_qr_texts, to_qr_texts};
pub use revocation::{Revocation, RevocationReason, VerifiedRevocation};
