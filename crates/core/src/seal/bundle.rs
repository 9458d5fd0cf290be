//! A report together with the enrolment that its signature rests on: what is sent and printed.

use minicbor::{Decode, Encode};

use super::cose::{Mismatch, SealError, SealKind, open, seal};
use super::key::{PublicKey, Signer};
use super::payload::{Digest, Enrolment, VerifiedPackage, decode, encode};
use crate::report::Report;

/// A sealed report with the sealed enrolment of its device, as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SealedReport {
    /// The enrolment, sealed by the authority.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub enrolment: Vec<u8>,
    /// The report, sealed by the device.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub report: Vec<u8>,
}

/// A report whose whole chain holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedReport {
    /// The enrolment of the device.
    pub enrolment: Enrolment,
    /// The report.
    pub report: Report,
    /// Digest of the report's payload: the identity of a submission (a signature is not one, since
    /// ECDSA signatures can be altered and still hold).
    pub digest: Digest,
}

impl SealedReport {
    /// Seals `report` with the device's key and puts the enrolment beside it.
    ///
    /// # Errors
    /// [`SealError::BadContent`]; nothing is known to cause it.
    pub fn seal(
        report: &Report,
        enrolment: Vec<u8>,
        device: &dyn Signer,
    ) -> Result<Self, SealError> {
        let report = seal(SealKind::Report, encode(report)?, device)?;
        Ok(SealedReport { enrolment, report })
    }

    /// The bytes that are sent and put into QR codes.
    ///
    /// # Errors
    /// [`SealError::BadContent`]; nothing is known to cause it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SealError> {
        encode(self)
    }

    /// Reads what [`SealedReport::to_bytes`] wrote. Nothing is verified yet.
    ///
    /// # Errors
    /// [`SealError::NotSealed`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SealError> {
        decode(bytes).map_err(|_| SealError::NotSealed)
    }

    /// Verifies the chain root → enrolment → report, that both speak of the same device, precinct,
    /// election and package, and that the figures add up.
    ///
    /// # Errors
    /// [`SealError`], from the root down.
    pub fn verify(&self, root: &PublicKey) -> Result<VerifiedReport, SealError> {
        let enrolment = Enrolment::open(&self.enrolment, root)?;
        let (report, digest) = self.open_report(&enrolment)?;
        Ok(VerifiedReport { enrolment, report, digest })
    }

    /// Verifies the report under an enrolment that somebody else has vouched for, and not under the one beside it.
    ///
    /// # Errors
    /// [`SealError`].
    pub fn verify_under(&self, enrolment: &Enrolment) -> Result<Report, SealError> {
        self.open_report(enrolment).map(|(report, _)| report)
    }

    fn open_report(&self, enrolment: &Enrolment) -> Result<(Report, Digest), SealError> {
        let payload = open(SealKind::Report, &self.report, &enrolment.key()?)?;
        let report: Report = decode(&payload)?;
        let Report { device, precinct, package, election, .. } = &report;
        enrolment.check_named(device, precinct, *package, election)?;
        report.check().map_err(|fault| SealError::Mismatch(Mismatch::Figures(fault)))?;
        Ok((report, Digest::of(&payload)))
    }
}

/// Verifies a report against the package too: that its registers are the ones of that election.
///
/// # Errors
/// [`SealError`].
pub fn verify_report(
    sealed: &SealedReport,
    root: &PublicKey,
    package: &VerifiedPackage,
) -> Result<VerifiedReport, SealError> {
    let verified = sealed.verify(root)?;
    verified.enrolment.check_package(package)?;
    let fits = verified.report.fits(&package.package.definition);
    fits.map_err(|fault| SealError::Mismatch(Mismatch::Figures(fault)))?;
    Ok(verified)
}
