//! COSE_Sign1 with ES256, the one envelope for everything sealed.

use coset::iana::Algorithm;
use coset::{
    CborSerializable, ContentType, CoseSign1, CoseSign1Builder, Header, HeaderBuilder,
    RegisteredLabelWithPrivate, TaggedCborSerializable,
};

use super::key::{PublicKey, Signer};

/// Longest sealed message that is looked at, in bytes: a package with many blank pages.
const MAX_SEALED_BYTES: usize = 256 << 20;

/// What a sealed message claims to be. It is signed along with the payload, so that an enrolment can
/// never be passed off as a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SealKind {
    /// An election package, by the authority.
    Package,
    /// A device's request for enrolment, by the device.
    EnrolmentRequest,
    /// A device's enrolment, by the authority.
    Enrolment,
    /// A zero report, turnout slip or final report, by the device.
    Report,
    /// The head of an event log that is taken out, by the device.
    LogHead,
    /// Leave to close before the hour, by the authority.
    ClosingPermission,
    /// The end of a device's service, by the authority.
    Revocation,
}

impl SealKind {
    /// The content type in the protected header.
    pub fn content_type(self) -> &'static str {
        match self {
            SealKind::Package => "application/vnd.urna.package+cbor",
            SealKind::EnrolmentRequest => "application/vnd.urna.enrolment-request+cbor",
            SealKind::Enrolment => "application/vnd.urna.enrolment+cbor",
            SealKind::Report => "application/vnd.urna.report+cbor",
            SealKind::LogHead => "application/vnd.urna.log-head+cbor",
            SealKind::ClosingPermission => "application/vnd.urna.closing-permission+cbor",
            SealKind::Revocation => "application/vnd.urna.revocation+cbor",
        }
    }
}

/// Why a sealed message is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// It is not a COSE_Sign1 message, is damaged or has something behind its end.
    #[error("this is not a sealed message, or it is damaged")]
    NotSealed,
    /// It is sealed, but is something else.
    #[error("this is not the expected kind of sealed message ({expected})")]
    WrongKind {
        /// The content type that was asked for.
        expected: &'static str,
    },
    /// Another key signed it.
    #[error("signed by another key ({found}); expected {expected}")]
    WrongKey {
        /// Fingerprint of the key that was asked for.
        expected: String,
        /// Key id in the message, hexadecimal.
        found: String,
    },
    /// The key matches and the signature does not: something was changed.
    #[error("the signature does not hold: the content was changed after it was signed")]
    BadSignature,
    /// The signature holds and the payload can't be used.
    #[error("the signed content can't be used: {0}")]
    BadContent(String),
    /// Two sealed things that should belong together do not.
    #[error("{0}")]
    Mismatch(Mismatch),
}

/// Which link of the chain of trust is broken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Mismatch {
    /// Report and enrolment name different devices.
    #[error("the report and the enrolment name different devices")]
    Device,
    /// Report and enrolment name different precincts.
    #[error("the report and the enrolment name different precincts")]
    Precinct,
    /// Made with another package than the enrolment's.
    #[error("the election package is not the one that the device was enrolled for")]
    Package,
    /// Of another election.
    #[error("this belongs to another election")]
    Election,
    /// The figures don't satisfy their identities.
    #[error("the figures do not add up: {0}")]
    Figures(String),
}

/// Seals `payload` as `kind` with the signer's key.
///
/// # Errors
/// [`SealError::BadContent`], if the message can't be encoded; no payload is known to cause it.
pub fn seal(kind: SealKind, payload: Vec<u8>, signer: &dyn Signer) -> Result<Vec<u8>, SealError> {
    let protected = HeaderBuilder::new()
        .algorithm(Algorithm::ES256)
        .content_type(kind.content_type().to_owned())
        .key_id(signer.public_key().id().to_vec())
        .build();
    let message = CoseSign1Builder::new()
        .protected(protected)
        .payload(payload)
        .create_signature(&[], |to_be_signed| signer.sign(to_be_signed).to_vec())
        .build();
    message.to_tagged_vec().map_err(|fault| SealError::BadContent(fault.to_string()))
}

/// Opens a sealed message: checks form, kind, key and signature, and returns the payload.
///
/// # Errors
/// [`SealError`], from the outermost fault inwards.
pub fn open(kind: SealKind, message: &[u8], key: &PublicKey) -> Result<Vec<u8>, SealError> {
    let message = parse(message)?;
    check_header(kind, &message.protected.header, key)?;
    message
        .verify_signature(&[], |signature, to_be_signed| {
            if key.verifies(to_be_signed, signature) {
                Ok(())
            } else {
                Err(SealError::BadSignature)
            }
        })
        .and_then(|()| message.payload.ok_or(SealError::NotSealed))
}

/// The payload of a message whose signer is named inside it, for requests that a device signs with
/// the very key that it asks to have enrolled. The caller must open the message with that key.
pub(super) fn peek(message: &[u8]) -> Result<Vec<u8>, SealError> {
    parse(message)?.payload.ok_or(SealError::NotSealed)
}

fn parse(message: &[u8]) -> Result<CoseSign1, SealError> {
    if message.len() > MAX_SEALED_BYTES {
        return Err(SealError::NotSealed);
    }
    CoseSign1::from_tagged_slice(message)
        .or_else(|_| CoseSign1::from_slice(message))
        .map_err(|_| SealError::NotSealed)
}

fn check_header(kind: SealKind, header: &Header, key: &PublicKey) -> Result<(), SealError> {
    if header.alg != Some(RegisteredLabelWithPrivate::Assigned(Algorithm::ES256)) {
        return Err(SealError::NotSealed);
    }
    if header.content_type != Some(ContentType::Text(kind.content_type().to_owned())) {
        return Err(SealError::WrongKind { expected: kind.content_type() });
    }
    if header.key_id != key.id() {
        let found = header.key_id.iter().map(|byte| format!("{byte:02X}")).collect();
        return Err(SealError::WrongKey { expected: key.fingerprint(), found });
    }
    Ok(())
}
