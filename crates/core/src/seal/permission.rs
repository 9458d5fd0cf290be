//! The authority's word that a precinct may close before the hour.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::cose::{Mismatch, SealError, SealKind, open, seal};
use super::key::{PublicKey, Signer};
use super::payload::{Digest, Enrolment, decode, encode};
use crate::{ElectionId, PrecinctId};

/// Leave to close, for one precinct and one package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct ClosingPermission {
    /// The election.
    #[n(0)]
    pub election: ElectionId,
    /// Digest of the sealed package.
    #[n(1)]
    pub package: Digest,
    /// The precinct.
    #[n(2)]
    pub precinct: PrecinctId,
    /// From when on, in seconds since 1970 UTC.
    #[n(3)]
    pub from: u64,
}

impl ClosingPermission {
    /// Seals the permission with the authority's key.
    ///
    /// # Errors
    /// [`SealError::BadContent`]; nothing is known to cause it.
    pub fn seal(&self, authority: &dyn Signer) -> Result<Vec<u8>, SealError> {
        seal(SealKind::ClosingPermission, encode(self)?, authority)
    }

    /// Opens a permission with the authority's root key.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(sealed: &[u8], root: &PublicKey) -> Result<Self, SealError> {
        decode(&open(SealKind::ClosingPermission, sealed, root)?)
    }

    /// Whether it is for the device that was enrolled so.
    ///
    /// # Errors
    /// [`SealError::Mismatch`], naming what differs.
    pub fn check_enrolment(&self, enrolment: &Enrolment) -> Result<(), SealError> {
        let mismatch = if self.election != enrolment.election {
            Mismatch::Election
        } else if self.package != enrolment.package {
            Mismatch::Package
        } else if self.precinct != enrolment.precinct {
            Mismatch::Precinct
        } else {
            return Ok(());
        };
        Err(SealError::Mismatch(mismatch))
    }
}
