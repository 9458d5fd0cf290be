//! The authority takes a device's key out of service: it was lost, stolen or is in other hands.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::cose::{SealError, SealKind, open, seal};
use super::key::{PublicKey, Signer};
use super::payload::{Digest, decode, encode};
use crate::{DeviceId, ElectionId};

/// Why a device is revoked.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum RevocationReason {
    /// Nobody knows where it is.
    #[n(0)]
    Lost,
    /// It is in other hands.
    #[n(1)]
    Stolen,
    /// Its key or its PINs are known to others.
    #[n(2)]
    Compromised,
    /// It is broken and was replaced.
    #[n(3)]
    Broken,
    /// It was enrolled by mistake, or is not used.
    #[n(4)]
    Withdrawn,
}

impl RevocationReason {
    /// All of them, by their numbers.
    pub const ALL: [Self; 5] =
        [Self::Lost, Self::Stolen, Self::Compromised, Self::Broken, Self::Withdrawn];

    /// The name as it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Stolen => "stolen",
            Self::Compromised => "compromised",
            Self::Broken => "broken",
            Self::Withdrawn => "withdrawn",
        }
    }
}

/// A revocation: from now on reports of this device are kept and shown, and not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Revocation {
    /// The election.
    #[n(0)]
    pub election: ElectionId,
    /// Name of the device.
    #[n(1)]
    pub device: DeviceId,
    /// Fingerprint of the key that is revoked; none: every key that ever bore the name.
    #[n(2)]
    pub fingerprint: Option<String>,
    /// Why.
    #[n(3)]
    pub reason: RevocationReason,
    /// Reports that were received before this moment stay counted, seconds since 1970 UTC by the clock of whoever
    /// received them: the device's own clock is in the hands of whoever has the device. None: no report does.
    #[n(4)]
    pub since: Option<u64>,
    /// When it was made, by the authority's clock.
    #[n(5)]
    pub made_at: u64,
}

/// A revocation whose signature and content hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedRevocation {
    /// The content.
    pub revocation: Revocation,
    /// Digest of its payload: its identity.
    pub digest: Digest,
}

impl Revocation {
    /// Checks and seals the revocation with the authority's key.
    ///
    /// # Errors
    /// [`SealError::BadContent`], if a name or the fingerprint is malformed.
    pub fn seal(&self, authority: &dyn Signer) -> Result<Vec<u8>, SealError> {
        self.check()?;
        seal(SealKind::Revocation, encode(self)?, authority)
    }

    /// Opens a revocation with the authority's root key and checks its content.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(sealed: &[u8], root: &PublicKey) -> Result<VerifiedRevocation, SealError> {
        let payload = open(SealKind::Revocation, sealed, root)?;
        let revocation: Revocation = decode(&payload)?;
        revocation.check()?;
        Ok(VerifiedRevocation { revocation, digest: Digest::of(&payload) })
    }

    /// Whether a report of `device`, signed by the key with this fingerprint and received at that time, is revoked.
    pub fn applies_to(&self, device: &DeviceId, fingerprint: &str, received_at: u64) -> bool {
        self.device == *device
            && self.fingerprint.as_ref().is_none_or(|key| key == fingerprint)
            && self.since.is_none_or(|since| received_at >= since)
    }

    fn check(&self) -> Result<(), SealError> {
        let bad = |what: &str| Err(SealError::BadContent(what.to_owned()));
        if !self.device.is_well_formed() || !self.election.is_well_formed() {
            return bad("the name of the device or the election is malformed");
        }
        if !self.fingerprint.as_deref().is_none_or(is_fingerprint) {
            return bad("the fingerprint is malformed");
        }
        Ok(())
    }
}

/// Four groups of four hexadecimal digits in capitals.
fn is_fingerprint(text: &str) -> bool {
    let digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    let groups = text.split('-').filter(|group| group.len() == 4 && group.bytes().all(digit));
    text.len() == 19 && groups.count() == 4
}
