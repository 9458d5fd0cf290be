//! The report model: what a zero report, a turnout slip and a final report say.
//!
//! The same structure is shown, printed, sealed, put into QR codes and sent.

mod count;

pub use count::{Count, CountPurpose, MAX_COUNTS, MAX_REPLACED};
mod privacy;

pub use privacy::{PrivacyMeans, PrivacyTest};

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::definition::{ElectionDefinition, ElectionMode, Thresholds};
use crate::seal::Digest;
use crate::tally::{Band, Sensitivity, Tally};
use crate::{DeviceId, ElectionId, PrecinctId, ScannerIdentity, VoteId};

/// Version of the report format; a verifier refuses a higher one. The band, the scanners and the build did
/// not raise it: who does not know their keys skips them, and everything else means what it meant.
pub const REPORT_VERSION: u32 = 1;

/// Version of a report of a count besides the ordinary day. Whoever knows only [`REPORT_VERSION`] would add up a
/// re-scan, so it must refuse it.
pub const COUNT_REPORT_VERSION: u32 = 2;

/// Most scanners that a report names; how often they were changed is counted beyond that.
pub const MAX_SCANNERS: usize = 4;

/// Which report.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ReportKind {
    /// Before opening: every register at zero.
    #[n(0)]
    Zero,
    /// While polls are open: counts of sheets, no choices.
    #[n(1)]
    Turnout,
    /// After closing: every register.
    #[n(2)]
    Final,
}

/// A report of one device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Report {
    /// [`Report::version_for`].
    #[n(0)]
    pub version: u32,
    /// Which report.
    #[n(1)]
    pub kind: ReportKind,
    /// Whether the figures count.
    #[n(2)]
    pub mode: ElectionMode,
    /// The election.
    #[n(3)]
    pub election: ElectionId,
    /// Digest of the sealed election package.
    #[n(4)]
    pub package: Digest,
    /// The precinct.
    #[n(5)]
    pub precinct: PrecinctId,
    /// The device.
    #[n(6)]
    pub device: DeviceId,
    /// Reports that this device has issued, this one included.
    #[n(7)]
    pub number: u32,
    /// When it was issued, seconds since 1970 UTC by the device's clock, which is not evidence.
    #[n(8)]
    pub issued_at: u64,
    /// When polls were opened, likewise.
    #[n(9)]
    pub opened_at: Option<u64>,
    /// When polls were closed, likewise.
    #[n(10)]
    pub closed_at: Option<u64>,
    /// Sheets counted, by vote.
    #[n(11)]
    pub turnout: Vec<VoteTurnout>,
    /// Every register; none on a turnout slip.
    #[n(12)]
    pub tally: Option<Tally>,
    /// Thresholds in force.
    #[n(13)]
    pub thresholds: Thresholds,
    /// What happened besides counting.
    #[n(14)]
    pub incidents: Incidents,
    /// Events in the log when the report was made.
    #[n(15)]
    pub log_events: u64,
    /// Hash of the last of them.
    #[n(16)]
    pub log_head: Digest,
    /// Version of the program.
    #[n(17)]
    pub software: String,
    /// What the votes would be at the thresholds of the band; none on a turnout slip, or without a band.
    #[n(18)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sensitivity: Option<Sensitivity>,
    /// Which scanners were connected; none in reports of programs that did not note it.
    #[n(19)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scanners: Option<Scanners>,
    /// Which of the device's counts this is, and what for; none for its ordinary day.
    #[n(21)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub count: Option<Count>,
    /// Outcome of the self-test of the secrecy of the vote; none on a turnout slip, nor in reports of programs
    /// without it.
    #[n(20)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub privacy: Option<PrivacyTest>,
    /// Digest of the build that made the report, as it found its own files at its start; none where it did not
    /// find them as they were published.
    #[n(22)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub build: Option<Digest>,
}

/// Which scanners were connected, by their own word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Scanners {
    /// On a zero report the one that is connected; on others each that was, from the last zero report to the
    /// closing, in the order of coming, up to [`MAX_SCANNERS`].
    #[n(0)]
    pub used: Vec<ScannerIdentity>,
    /// How often, since the zero report, another one came than the last.
    #[n(1)]
    pub changes: u32,
}

impl Scanners {
    fn check(&self, kind: ReportKind) -> Result<(), String> {
        let most = if kind == ReportKind::Zero { 1 } else { MAX_SCANNERS };
        if self.used.len() > most || (kind == ReportKind::Zero && self.changes > 0) {
            return Err("the report names more scanners than it can".to_owned());
        }
        Ok(())
    }
}

/// Sheets counted in one vote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct VoteTurnout {
    /// Which vote.
    #[n(0)]
    pub vote: VoteId,
    /// Sheets, ballot box and invalid section together.
    #[n(1)]
    pub sheets: u32,
}

/// Counts of what happened besides counting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Incidents {
    /// Sheets given back.
    #[n(0)]
    pub not_accepted: u32,
    /// Contests that are void because of a marginal mark; a sheet may have several.
    #[n(1)]
    pub marginal: u32,
    /// Faults of the scanner.
    #[n(2)]
    pub scanner_faults: u32,
    /// Starts of the program since provisioning.
    #[n(3)]
    pub starts: u32,
    /// Wrong PINs.
    #[n(4)]
    pub wrong_pins: u32,
    /// Times a network was seen while polls were open.
    #[n(5)]
    pub network_seen: u32,
}

impl Report {
    /// Version of a report of this count.
    pub fn version_for(count: Option<&Count>) -> u32 {
        if count.is_some() { COUNT_REPORT_VERSION } else { REPORT_VERSION }
    }

    /// Checks that the report is of a kind, complete and adds up by itself, without the definition.
    ///
    /// # Errors
    /// The first fault, in words for a protocol.
    pub fn check(&self) -> Result<(), String> {
        let version = Report::version_for(self.count.as_ref());
        if self.version != version {
            return Err(format!("report version {} is not {version}", self.version));
        }
        self.count.as_ref().map_or(Ok(()), Count::check)?;
        self.thresholds.validate().map_err(|fault| fault.to_string())?;
        self.scanners.as_ref().map_or(Ok(()), |scanners| scanners.check(self.kind))?;
        self.privacy.as_ref().map_or(Ok(()), |privacy| privacy.check(self.kind))?;
        match (self.kind, &self.tally) {
            (ReportKind::Turnout, None) if self.sensitivity.is_none() => Ok(()),
            (ReportKind::Turnout, _) => Err("a turnout slip carries choices".to_owned()),
            (ReportKind::Zero | ReportKind::Final, None) => {
                Err("the registers are missing".to_owned())
            }
            (ReportKind::Zero, Some(tally)) if !tally.is_zero() => {
                Err("a zero report is not zero".to_owned())
            }
            (ReportKind::Zero | ReportKind::Final, Some(tally)) => self.check_tally(tally),
        }
    }

    /// Checks that the report has exactly the registers that `definition` gives its precinct.
    ///
    /// # Errors
    /// What is missing or foreign.
    pub fn fits(&self, definition: &ElectionDefinition) -> Result<(), String> {
        if self.election != definition.id || self.mode != definition.mode {
            return Err("the report is of another election".to_owned());
        }
        if definition.precinct(&self.precinct).is_none() {
            return Err("the precinct is not of this election".to_owned());
        }
        if self.thresholds != definition.thresholds {
            return Err("the thresholds are not those of the election".to_owned());
        }
        let zero = Tally::zero(definition, &self.precinct);
        let votes = zero.votes.iter().map(|vote| &vote.vote);
        if !votes.eq(self.turnout.iter().map(|turnout| &turnout.vote)) {
            return Err("the votes are not those of the precinct".to_owned());
        }
        match &self.tally {
            // Registers that can be merged with the zero ones are the same registers.
            Some(tally) => zero.merge(tally).map(|_| ()).map_err(|fault| fault.to_string()),
            None => Ok(()),
        }
    }

    /// The whole band: every contest at every alternative threshold. None without registers or thresholds.
    ///
    /// # Errors
    /// Where the band is missing, too much, or does not fit the registers.
    pub fn band(&self) -> Result<Option<Band>, String> {
        let thresholds = &self.thresholds.band_permille;
        let Some(tally) = self.tally.as_ref().filter(|_| !thresholds.is_empty()) else {
            return match &self.sensitivity {
                Some(_) => Err("there is a band and nothing that it could be of".to_owned()),
                None => Ok(None),
            };
        };
        let sensitivity = self.sensitivity.as_ref().ok_or("the band is missing")?;
        sensitivity.band(tally, thresholds).map(Some)
    }

    fn check_tally(&self, tally: &Tally) -> Result<(), String> {
        if let Some(failure) = tally.check().first() {
            return Err(failure.to_string());
        }
        let counted = tally.votes.iter().map(|vote| (&vote.vote, vote.sheets));
        if !counted.eq(self.turnout.iter().map(|turnout| (&turnout.vote, turnout.sheets))) {
            return Err("turnout and registers differ".to_owned());
        }
        let failures = self.band()?.map(|band| band.check(tally)).unwrap_or_default();
        failures.first().map_or(Ok(()), |failure| Err(failure.to_string()))
    }
}
