//! A precinct's figures: the counts of its devices merged register by register.

use std::collections::BTreeMap;
use std::sync::Arc;

use urna_core::counts::{CountKey, HeldBecause, Unknown, resolve};
use urna_core::seal::RevocationReason;
use urna_core::tally::{Band, Tally};
use urna_core::{DeviceId, PrecinctId, VoteId};

use super::device::{DeviceFigures, StoredReport};
use super::unlisted::unlisted;
use crate::campaign::Campaign;

/// How far a precinct's reports have come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PrecinctState {
    /// Nothing came.
    Silent,
    /// Zero reports came.
    Opened,
    /// Turnout slips came.
    Voting,
    /// Some devices have sent their final result, and others that are known have not.
    Partial,
    /// Every device that was ever heard of has sent its final result.
    Complete,
}

/// Something about a precinct that people must look at.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Notice {
    /// A device has more than one final result of one count.
    Conflict {
        /// Which device.
        device: DeviceId,
    },
    /// Two different reports of a device carry the same number.
    SameNumber {
        /// Which device.
        device: DeviceId,
        /// The number.
        number: u32,
    },
    /// A later report of a device has fewer sheets than an earlier one.
    FewerSheets {
        /// Which device.
        device: DeviceId,
        /// Number of the later report.
        number: u32,
    },
    /// A report of a device is numbered after its final result.
    AfterFinal {
        /// Which device.
        device: DeviceId,
        /// Number of the later report.
        number: u32,
    },
    /// A re-scan is in no sum, since it can't be put in the place of what it names.
    RescanHeld {
        /// Which device.
        device: DeviceId,
        /// Which of its counts.
        count: u32,
        /// Why.
        because: HeldBecause,
    },
    /// The authority has revoked a device.
    Revoked {
        /// Which device.
        device: DeviceId,
        /// Why.
        reason: RevocationReason,
    },
    /// A device has reports of a build that the authority's list does not have.
    UnlistedBuild {
        /// Which device.
        device: DeviceId,
    },
    /// More sheets than registered voters.
    MoreThanRegistered {
        /// In which vote.
        vote: VoteId,
    },
    /// The devices' figures can't be added up; the precinct is in no total.
    NotSummed,
}

/// The figures of one precinct.
#[derive(Clone, Debug)]
pub struct PrecinctFigures {
    /// Which precinct.
    pub id: PrecinctId,
    /// Its devices, each once for every count that it made here.
    pub devices: Vec<DeviceFigures>,
    /// How far its reports have come.
    pub state: PrecinctState,
    /// The final results that stand, merged; none before the first.
    pub tally: Option<Tally>,
    /// What they would be at other thresholds; none without a band.
    pub band: Option<Band>,
    /// Sheets by vote in the order of the definition, from final results and slips.
    pub sheets: Vec<u64>,
    /// What people must look at.
    pub notices: Vec<Notice>,
}

impl PrecinctFigures {
    /// Derives a precinct's figures from its reports. `disputed` tells which counts have more than one
    /// final result, here or elsewhere.
    pub fn new(
        campaign: &Campaign,
        id: &PrecinctId,
        reports: &[Arc<StoredReport>],
        disputed: impl Fn(&CountKey) -> bool,
    ) -> Self {
        let mut by_count: BTreeMap<CountKey, Vec<Arc<StoredReport>>> = BTreeMap::new();
        for stored in reports {
            by_count.entry(CountKey::of(&stored.report)).or_default().push(Arc::clone(stored));
        }
        let mut devices: Vec<DeviceFigures> = by_count
            .into_iter()
            .map(|(key, reports)| {
                let disputed = disputed(&key);
                DeviceFigures::new(key, reports, disputed)
            })
            .collect();
        put_in_place(&mut devices);
        let mut notices: Vec<Notice> = devices.iter().flat_map(DeviceFigures::notices).collect();
        let (tally, band) = merged(&devices).unwrap_or_else(|NotAdditive| {
            notices.push(Notice::NotSummed);
            (None, None)
        });
        let sheets = sheets_by_vote(campaign, &devices);
        notices.extend(unlisted(campaign, &devices));
        notices.extend(beyond_registered(campaign, id, &sheets));
        PrecinctFigures {
            id: id.clone(),
            state: state_of(&devices),
            devices,
            tally,
            band,
            sheets,
            notices,
        }
    }

    /// All reports of all devices.
    pub fn reports(&self) -> impl Iterator<Item = &Arc<StoredReport>> {
        self.devices.iter().flat_map(|device| &device.reports)
    }

    /// Whether a count that stands has more than one final result, or a re-scan can't be put in its place.
    pub fn is_disputed(&self) -> bool {
        let mut standing = self.devices.iter().filter(|device| !device.is_replaced());
        standing.any(|device| device.disputed || device.held().is_some())
    }
}

/// Decides which counts go into the sums. Whatever came first keeps its place where two re-scans claim it.
fn put_in_place(devices: &mut [DeviceFigures]) {
    let mut order: Vec<usize> = (0..devices.len()).collect();
    order
        .sort_by_key(|&at| devices[at].final_report().map_or(i64::MAX, |stored| stored.submission));
    let claims: Vec<_> = order.iter().map(|&at| devices[at].claim()).collect();
    for (at, place) in order.into_iter().zip(resolve(&claims, Unknown::Holds)) {
        devices[at].place = place;
    }
}

struct NotAdditive;

/// Registers and band of all counts that stand, together.
fn merged(devices: &[DeviceFigures]) -> Result<(Option<Tally>, Option<Band>), NotAdditive> {
    let counted = || devices.iter().filter(|device| device.counted_report().is_some());
    let finals = counted().filter_map(DeviceFigures::final_report);
    let mut tallies = finals.filter_map(|stored| stored.report.tally.as_ref());
    let Some(first) = tallies.next() else {
        return Ok((None, None));
    };
    let sum = tallies.try_fold(first.clone(), |sum, next| sum.merge(next));
    let sum = sum.map_err(|_| NotAdditive)?;
    let mut band: Option<Band> = None;
    for part in counted().filter_map(DeviceFigures::band) {
        match &mut band {
            Some(band) => band.add_part(&part).map_err(|_| NotAdditive)?,
            None => band = Some(part),
        }
    }
    let broken = band.as_ref().is_some_and(|band| !band.check(&sum).is_empty());
    if broken || !sum.check().is_empty() { Err(NotAdditive) } else { Ok((Some(sum), band)) }
}

fn sheets_by_vote(campaign: &Campaign, devices: &[DeviceFigures]) -> Vec<u64> {
    let votes = campaign.definition().votes.iter();
    votes.map(|vote| devices.iter().map(|device| device.sheets(&vote.id)).sum()).collect()
}

fn beyond_registered(campaign: &Campaign, id: &PrecinctId, sheets: &[u64]) -> Vec<Notice> {
    let registered = campaign.precinct(id).map_or(0, |precinct| precinct.registered.into());
    let votes = campaign.definition().votes.iter().zip(sheets);
    let beyond = votes.filter(|&(_, &sheets)| sheets > registered);
    beyond.map(|(vote, _)| Notice::MoreThanRegistered { vote: vote.id.clone() }).collect()
}

fn state_of(devices: &[DeviceFigures]) -> PrecinctState {
    let devices: Vec<&DeviceFigures> = devices.iter().filter(|d| !d.is_revoked()).collect();
    let finals = devices.iter().filter(|device| device.counted_report().is_some()).count();
    let standing = devices.iter().filter(|device| !device.is_replaced()).count();
    if devices.is_empty() {
        PrecinctState::Silent
    } else if finals == standing {
        PrecinctState::Complete
    } else if finals > 0 {
        PrecinctState::Partial
    } else if devices.iter().any(|device| device.turnout_report().is_some()) {
        PrecinctState::Voting
    } else {
        PrecinctState::Opened
    }
}
