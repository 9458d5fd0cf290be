//! What the page says of the codes that it was given.

use serde::Serialize;
use urna_core::report::Report;
use urna_core::seal::{Digest, PublicKey, QrError, QrSet, SealedReport};

/// The result of looking at the codes collected so far.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// More codes of the same report are needed; parts are counted from 1.
    Incomplete {
        /// Which are missing.
        missing: Vec<usize>,
        /// How many there are.
        parts: usize,
    },
    /// The whole chain holds: authority, device, figures.
    Verified {
        /// What the report says.
        report: Box<Report>,
        /// Digest of its payload, as the portal names it.
        digest: Digest,
        /// Fingerprint of the authority's key that everything rests on.
        root: String,
        /// Fingerprint of the device's key.
        device_key: String,
    },
    /// Something does not hold. `code` is the key of a translation.
    Refused {
        /// `bad_key`, `foreign`, `mixed`, `damaged` or `not_verified`.
        code: &'static str,
        /// What was found, in words for a protocol.
        detail: String,
    },
}

/// Verifies the texts of a report's QR codes, one a line and in any order, against the authority's
/// public key.
pub fn verify_texts(root_pem: &str, texts: &str) -> Outcome {
    let root = match PublicKey::from_pem(root_pem) {
        Ok(root) => root,
        Err(fault) => return refused("bad_key", fault),
    };
    let mut set = QrSet::default();
    for line in texts.lines().filter(|line| !line.trim().is_empty()) {
        if let Err(fault) = set.add(line) {
            return refused_codes(&set, fault);
        }
    }
    let bytes = match set.unpack() {
        Ok(bytes) => bytes,
        Err(fault) => return refused_codes(&set, fault),
    };
    let verified = SealedReport::from_bytes(&bytes).and_then(|sealed| sealed.verify(&root));
    let verified = verified.and_then(|verified| Ok((verified.enrolment.key()?, verified)));
    match verified {
        Ok((key, verified)) => Outcome::Verified {
            report: Box::new(verified.report),
            digest: verified.digest,
            root: root.fingerprint(),
            device_key: key.fingerprint(),
        },
        Err(fault) => refused("not_verified", fault),
    }
}

fn refused_codes(set: &QrSet, fault: QrError) -> Outcome {
    match fault {
        QrError::Incomplete { missing } => Outcome::Incomplete { missing, parts: set.parts() },
        QrError::Mixed => refused("mixed", fault),
        QrError::Foreign => refused("foreign", fault),
        QrError::Damaged | QrError::TooLong => refused("damaged", fault),
    }
}

fn refused(code: &'static str, fault: impl ToString) -> Outcome {
    Outcome::Refused { code, detail: fault.to_string() }
}
