//! What the authority and the devices sign, apart from reports.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::cose::{Mismatch, SealError, SealKind, open, peek, seal};
use super::key::{PublicKey, Signer};
use crate::definition::ElectionDefinition;
use crate::design::PageDesign;
use crate::{DeviceId, ElectionId, PrecinctId};

/// A SHA-256 digest.
#[derive(
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    Encode,
    Decode,
)]
#[serde(into = "String", try_from = "String")]
#[cbor(transparent)]
pub struct Digest(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Digest(Sha256::digest(bytes).into())
    }
}

impl std::fmt::Display for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Digest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.to_string()
    }
}

impl TryFrom<String> for Digest {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        const FAULT: &str = "a digest is 64 hexadecimal digits";
        if text.len() != 64 || !text.is_ascii() {
            return Err(FAULT);
        }
        let mut digest = [0; 32];
        for (at, byte) in digest.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&text[2 * at..2 * at + 2], 16).map_err(|_| FAULT)?;
        }
        Ok(Digest(digest))
    }
}

/// An election package: everything that a device needs to know about the election.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Package {
    /// The election.
    #[n(0)]
    pub definition: ElectionDefinition,
    /// The printed sides of all ballot styles.
    #[n(1)]
    pub designs: Vec<PageDesign>,
}

/// A package whose signature and content hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedPackage {
    /// The content.
    pub package: Package,
    /// Digest of the sealed bytes: the package's name in enrolments and reports.
    pub digest: Digest,
}

impl Package {
    /// Checks and seals the package with the authority's key.
    ///
    /// # Errors
    /// [`SealError::BadContent`], if definition or designs do not hold together.
    pub fn seal(&self, authority: &dyn Signer) -> Result<Vec<u8>, SealError> {
        self.validate()?;
        seal(SealKind::Package, encode(self)?, authority)
    }

    /// Opens a sealed package with the authority's root key and checks its content.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(sealed: &[u8], root: &PublicKey) -> Result<VerifiedPackage, SealError> {
        let package: Package = decode(&open(SealKind::Package, sealed, root)?)?;
        package.validate()?;
        Ok(VerifiedPackage { package, digest: Digest::of(sealed) })
    }

    fn validate(&self) -> Result<(), SealError> {
        let definition = &self.definition;
        definition.validate().map_err(|fault| SealError::BadContent(fault.to_string()))?;
        for style in &definition.styles {
            if !self.designs.iter().any(|design| design.style == style.id) {
                return bad(format!("ballot style {} has no page design", style.id));
            }
        }
        self.designs.iter().try_for_each(|design| check_design(definition, design))
    }
}

/// A design's targets must be exactly what its style's contests need, each on the paper.
fn check_design(definition: &ElectionDefinition, design: &PageDesign) -> Result<(), SealError> {
    let Some(style) = definition.style(&design.style) else {
        return bad(format!("page design {} is of an unknown style", design.id));
    };
    for target in &design.targets {
        let area = target.area;
        let inside = |start: u32, size: u32, whole: u32| {
            size > 0 && start.checked_add(size).is_some_and(|end| end <= whole)
        };
        if !inside(area.x, area.w, design.width_um) || !inside(area.y, area.h, design.height_um) {
            return bad(format!("page design {} has a target beside the paper", design.id));
        }
        let contest = definition.contest(&target.contest);
        let known = contest.is_some_and(|contest| {
            style.contests.contains(&contest.id)
                && (contest.option(&target.option).is_some()
                    || contest.number_of(&target.option).is_some())
        });
        if !known {
            let (contest, option) = (&target.contest, &target.option);
            return bad(format!(
                "page design {} has an unknown target {contest}/{option}",
                design.id
            ));
        }
    }
    Ok(())
}

/// A device asks to be enrolled: it proves that it holds the key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EnrolmentRequest {
    /// The device's public key, compressed SEC1 point.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub device_key: Vec<u8>,
    /// Digest of the sealed package that the device holds.
    #[n(1)]
    pub package: Digest,
}

impl EnrolmentRequest {
    /// Makes and seals the request with the device's own key.
    ///
    /// # Errors
    /// [`SealError::BadContent`]; nothing is known to cause it.
    pub fn seal(package: Digest, device: &dyn Signer) -> Result<Vec<u8>, SealError> {
        let request = EnrolmentRequest { device_key: device.public_key().to_sec1(), package };
        seal(SealKind::EnrolmentRequest, encode(&request)?, device)
    }

    /// Opens a request with the key that it names: shows that the sender holds that key.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(sealed: &[u8]) -> Result<(EnrolmentRequest, PublicKey), SealError> {
        let claimed: EnrolmentRequest = decode(&peek(sealed)?)?;
        let key = PublicKey::from_sec1(&claimed.device_key)
            .map_err(|fault| SealError::BadContent(fault.to_string()))?;
        let request = decode(&open(SealKind::EnrolmentRequest, sealed, &key)?)?;
        Ok((request, key))
    }
}

/// The authority takes a device into service for one precinct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Enrolment {
    /// The election.
    #[n(0)]
    pub election: ElectionId,
    /// Digest of the sealed package.
    #[n(1)]
    pub package: Digest,
    /// Name of the device.
    #[n(2)]
    pub device: DeviceId,
    /// The precinct whose ballots it counts.
    #[n(3)]
    pub precinct: PrecinctId,
    /// The device's public key, compressed SEC1 point.
    #[cbor(n(4), with = "minicbor::bytes")]
    pub device_key: Vec<u8>,
}

impl Enrolment {
    /// Seals the enrolment with the authority's key.
    ///
    /// # Errors
    /// [`SealError::BadContent`]; nothing is known to cause it.
    pub fn seal(&self, authority: &dyn Signer) -> Result<Vec<u8>, SealError> {
        seal(SealKind::Enrolment, encode(self)?, authority)
    }

    /// Opens an enrolment with the authority's root key.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn open(sealed: &[u8], root: &PublicKey) -> Result<Enrolment, SealError> {
        decode(&open(SealKind::Enrolment, sealed, root)?)
    }

    /// The device's key.
    ///
    /// # Errors
    /// [`SealError::BadContent`], if it is not a point of the curve.
    pub fn key(&self) -> Result<PublicKey, SealError> {
        PublicKey::from_sec1(&self.device_key)
            .map_err(|fault| SealError::BadContent(fault.to_string()))
    }

    /// Whether what its device has signed speaks of the same device, precinct, package and election.
    pub(super) fn check_named(
        &self,
        device: &DeviceId,
        precinct: &PrecinctId,
        package: Digest,
        election: &ElectionId,
    ) -> Result<(), SealError> {
        let mismatch = if *device != self.device {
            Mismatch::Device
        } else if *precinct != self.precinct {
            Mismatch::Precinct
        } else if package != self.package {
            Mismatch::Package
        } else if *election != self.election {
            Mismatch::Election
        } else {
            return Ok(());
        };
        Err(SealError::Mismatch(mismatch))
    }

    /// Whether this enrolment is for `package`.
    ///
    /// # Errors
    /// [`SealError::Mismatch`], naming what differs.
    pub fn check_package(&self, package: &VerifiedPackage) -> Result<(), SealError> {
        let definition = &package.package.definition;
        if self.election != definition.id {
            return Err(SealError::Mismatch(Mismatch::Election));
        }
        if self.package != package.digest {
            return Err(SealError::Mismatch(Mismatch::Package));
        }
        if definition.precinct(&self.precinct).is_none() {
            return Err(SealError::Mismatch(Mismatch::Precinct));
        }
        Ok(())
    }
}

/// Encodes a payload.
pub(crate) fn encode<T: Encode<()>>(value: &T) -> Result<Vec<u8>, SealError> {
    minicbor::to_vec(value).map_err(|fault| SealError::BadContent(fault.to_string()))
}

/// Decodes a payload and refuses anything behind its end.
pub(crate) fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, SealError> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let value = decoder.decode().map_err(|fault| SealError::BadContent(fault.to_string()))?;
    if decoder.position() != bytes.len() {
        return bad("there is something behind its end".to_owned());
    }
    Ok(value)
}

fn bad<T>(what: String) -> Result<T, SealError> {
    Err(SealError::BadContent(what))
}
