//! One station report from the sealed results of all its devices and counts: a sum of signed parts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::counts::{Claim, CountKey, HeldBecause, Standing, Unknown, resolve};
use crate::report::{Count, ReportKind, VoteTurnout};
use crate::seal::{Digest, VerifiedReport};
use crate::tally::{Band, Sensitivity, Tally};
use crate::{DeviceId, PrecinctId};

/// Most reports that are put together: no station has so many devices.
pub const MAX_STATION_PARTS: usize = 64;

/// A station's figures, put together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationSum {
    /// The station.
    pub precinct: PrecinctId,
    /// The final reports that were given, by device and count.
    pub parts: Vec<StationPart>,
    /// Sheets by vote, of the parts that are added.
    pub turnout: Vec<VoteTurnout>,
    /// Every register, likewise.
    pub tally: Tally,
    /// What differs at other thresholds; none without a band.
    pub sensitivity: Option<Sensitivity>,
}

/// One signed final report among those of the station.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StationPart {
    /// The device.
    pub device: DeviceId,
    /// Which of its counts, and what for; none for its ordinary day.
    pub count: Option<Count>,
    /// Digest of the report.
    pub digest: Digest,
    /// Sheets that it counted.
    pub sheets: u64,
    /// Device and number of the count in its place: then it is not added.
    pub replaced_by: Option<(DeviceId, u32)>,
}

/// Why there is no station report.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StationFault {
    /// Nothing, or more than any station has.
    #[error("there are {0} reports")]
    HowMany(usize),
    /// A report of another election or package.
    #[error("a report of {0} is of another election package")]
    OtherPackage(DeviceId),
    /// A report of another precinct.
    #[error("a report of {0} is of another precinct")]
    OtherPrecinct(DeviceId),
    /// Two different final reports of one count.
    #[error("there are two final reports of count {number} of {device}")]
    Twice {
        /// The device.
        device: DeviceId,
        /// The count.
        number: u32,
    },
    /// The final report of a count is missing, and none stands in its place.
    #[error("the final report of count {number} of {device} is missing")]
    Missing {
        /// The device.
        device: DeviceId,
        /// The count.
        number: u32,
    },
    /// Two re-scans claim the same place, or each other's.
    #[error("count {number} of {device} and another one replace the same count")]
    Disputed {
        /// The device.
        device: DeviceId,
        /// The count.
        number: u32,
    },
    /// The figures can't be added up.
    #[error("the figures do not add up: {0}")]
    Figures(String),
}

impl StationFault {
    /// A code that never changes, for the translations.
    pub fn code(&self) -> &'static str {
        match self {
            StationFault::HowMany(_) => "how_many",
            StationFault::OtherPackage(_) => "other_package",
            StationFault::OtherPrecinct(_) => "other_precinct",
            StationFault::Twice { .. } => "twice",
            StationFault::Missing { .. } => "missing",
            StationFault::Disputed { .. } => "disputed",
            StationFault::Figures(_) => "figures",
        }
    }
}

/// Puts together verified reports of one station. The same report may be given more than once. Beside final
/// reports there may be others, which show to which count a re-scan's name belongs.
///
/// # Errors
/// [`StationFault`].
pub fn station_sum(
    precinct: &PrecinctId,
    package: Digest,
    reports: &[VerifiedReport],
) -> Result<StationSum, StationFault> {
    if reports.is_empty() || reports.len() > MAX_STATION_PARTS {
        return Err(StationFault::HowMany(reports.len()));
    }
    let mut counts: BTreeMap<CountKey, Vec<&VerifiedReport>> = BTreeMap::new();
    for verified in reports {
        let report = &verified.report;
        if report.package != package {
            return Err(StationFault::OtherPackage(report.device.clone()));
        }
        if report.precinct != *precinct {
            return Err(StationFault::OtherPrecinct(report.device.clone()));
        }
        let known = counts.entry(CountKey::of(report)).or_default();
        if known.iter().all(|other| other.digest != verified.digest) {
            known.push(verified);
        }
    }
    let mut claims = Vec::new();
    for (key, known) in &counts {
        let reports = known.iter().map(|verified| verified.digest).collect();
        let last = final_of(key, known)?;
        claims.push(Claim::new(key.clone(), reports, last.map(|verified| &verified.report)));
    }
    let mut sum = Sum::default();
    let mut parts = Vec::new();
    for (standing, (key, known)) in resolve(&claims, Unknown::Passes).into_iter().zip(&counts) {
        let last = final_of(key, known)?;
        let (device, number) = (key.device.clone(), key.number);
        let replaced_by = match standing {
            Standing::Counted => None,
            Standing::Replaced { by } => Some((by.device, by.number)),
            Standing::Awaited => return Err(StationFault::Missing { device, number }),
            Standing::Held(
                HeldBecause::PlaceTaken | HeldBecause::NamesItself | HeldBecause::NamesUnknown,
            ) => return Err(StationFault::Disputed { device, number }),
        };
        let Some(last) = last else { continue };
        let tally = last.report.tally.as_ref();
        if let (None, Some(tally)) = (&replaced_by, tally) {
            sum.add(tally, last.report.band().map_err(StationFault::Figures)?)?;
        }
        parts.push(StationPart {
            device: key.device.clone(),
            count: last.report.count.clone(),
            digest: last.digest,
            sheets: tally.map_or(0, Tally::sheets),
            replaced_by,
        });
    }
    let (tally, band) = sum.checked()?;
    let turnout = tally.votes.iter();
    let turnout =
        turnout.map(|vote| VoteTurnout { vote: vote.vote.clone(), sheets: vote.sheets }).collect();
    let sensitivity = band.map(|band| Sensitivity::of(&band, &tally));
    Ok(StationSum { precinct: precinct.clone(), parts, turnout, tally, sensitivity })
}

/// The one final report of a count, if it is among the known ones.
fn final_of<'a>(
    key: &CountKey,
    known: &[&'a VerifiedReport],
) -> Result<Option<&'a VerifiedReport>, StationFault> {
    let mut finals = known.iter().filter(|verified| verified.report.kind == ReportKind::Final);
    match (finals.next(), finals.next()) {
        (first, None) => Ok(first.copied()),
        (_, Some(_)) => {
            let (device, number) = (key.device.clone(), key.number);
            Err(StationFault::Twice { device, number })
        }
    }
}

/// Registers and band so far.
#[derive(Default)]
struct Sum {
    tally: Option<Tally>,
    band: Option<Band>,
}

impl Sum {
    fn add(&mut self, tally: &Tally, band: Option<Band>) -> Result<(), StationFault> {
        let figures = |fault: crate::tally::TallyError| StationFault::Figures(fault.to_string());
        self.tally = Some(match &self.tally {
            Some(sum) => sum.merge(tally).map_err(figures)?,
            None => tally.clone(),
        });
        match (&mut self.band, band) {
            (Some(sum), Some(part)) => sum.add_part(&part).map_err(figures)?,
            (none @ None, part) => *none = part,
            (Some(_), None) => {}
        }
        Ok(())
    }

    /// The sums, once they satisfy the identities.
    fn checked(self) -> Result<(Tally, Option<Band>), StationFault> {
        let tally = self.tally.ok_or(StationFault::HowMany(0))?;
        let in_tally = tally.check().into_iter();
        let in_band = self.band.iter().flat_map(|band| band.check(&tally));
        match in_tally.chain(in_band).next() {
            Some(failure) => Err(StationFault::Figures(failure.to_string())),
            None => Ok((tally, self.band)),
        }
    }
}
