//! All figures of a campaign, with only the touched ones derived anew when a report comes.

mod revoked;

pub use revoked::StoredRevocation;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use urna_core::counts::CountKey;
use urna_core::report::ReportKind;
use urna_core::seal::Digest;
use urna_core::{DeviceId, PrecinctId, RegionId};

use super::area::AreaFigures;
use super::by_hour::{HourFigures, by_hour};
use super::device::StoredReport;
use super::precinct::PrecinctFigures;
use crate::campaign::Campaign;
use crate::store::Standing;

/// Everything that the portal shows of a campaign. Never changed: a new report makes a new one, which
/// shares what the report did not touch.
#[derive(Clone, Debug)]
pub struct CampaignFigures {
    /// The campaign.
    pub campaign: Arc<Campaign>,
    /// Its precincts.
    pub precincts: BTreeMap<PrecinctId, Arc<PrecinctFigures>>,
    /// Its regions.
    pub regions: BTreeMap<RegionId, Arc<AreaFigures>>,
    /// Everything.
    pub total: Arc<AreaFigures>,
    /// Names the state of the figures: it changes with every report, and a restart does not change it.
    pub version: Digest,
    devices: BTreeMap<DeviceId, BTreeSet<PrecinctId>>,
    disputed: BTreeSet<CountKey>,
    revocations: Vec<Arc<StoredRevocation>>,
    hours: OnceLock<Vec<HourFigures>>,
    files: [OnceLock<Vec<u8>>; 4],
}

/// An open-data file of the whole campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DataFile {
    /// `results.json`
    ResultsJson,
    /// `results.csv`
    ResultsCsv,
    /// `turnout.csv`
    TurnoutCsv,
    /// `counts.csv`
    CountsCsv,
}

impl CampaignFigures {
    /// A campaign that nothing has been reported of.
    pub fn empty(campaign: Arc<Campaign>) -> Self {
        let definition = campaign.definition();
        let silent = |id: &PrecinctId| PrecinctFigures::new(&campaign, id, &[], |_| false);
        let precincts =
            definition.precincts.iter().map(|p| (p.id.clone(), Arc::new(silent(&p.id))));
        let mut figures = CampaignFigures {
            precincts: precincts.collect(),
            regions: BTreeMap::new(),
            total: Arc::new(AreaFigures::empty(&campaign)),
            version: campaign.at_zero(),
            devices: BTreeMap::new(),
            disputed: BTreeSet::new(),
            revocations: Vec::new(),
            hours: OnceLock::new(),
            files: Default::default(),
            campaign,
        };
        figures.add_up_regions(None);
        figures
    }

    /// The figures with these reports too.
    #[must_use = "the old figures stay as they are"]
    pub fn with(&self, reports: Vec<Arc<StoredReport>>) -> Self {
        let mut next = self.clone();
        next.hours = OnceLock::new();
        next.files = Default::default();
        let mut touched = BTreeSet::new();
        let mut new: BTreeMap<PrecinctId, Vec<Arc<StoredReport>>> = BTreeMap::new();
        for stored in reports {
            let report = &stored.report;
            let places = next.devices.entry(report.device.clone()).or_default();
            places.insert(report.precinct.clone());
            if report.kind == ReportKind::Final && stored.standing == Standing::Conflict {
                // The dispute shows wherever the device has reported.
                next.disputed.insert(CountKey::of(report));
                touched.extend(places.iter().cloned());
            }
            touched.insert(report.precinct.clone());
            next.version = chained(next.version, &stored);
            new.entry(report.precinct.clone()).or_default().push(stored);
        }
        for id in &touched {
            next.derive(id, new.remove(id).unwrap_or_default());
        }
        next.add_up_regions(Some(&touched));
        next
    }

    /// The figures of one precinct.
    pub fn precinct(&self, id: &PrecinctId) -> Option<&Arc<PrecinctFigures>> {
        self.precincts.get(id)
    }

    /// The precincts of one region, in the order of the definition.
    pub fn precincts_of(&self, region: &RegionId) -> impl Iterator<Item = &Arc<PrecinctFigures>> {
        let places = self.campaign.definition().precincts.iter();
        places.filter(move |p| p.region == *region).filter_map(|p| self.precincts.get(&p.id))
    }

    /// How many reports of a device there are.
    pub fn reports_of(&self, device: &DeviceId) -> usize {
        let places = self.devices.get(device).into_iter().flatten();
        let figures = places.filter_map(|id| self.precincts.get(id));
        let devices = figures.flat_map(|precinct| &precinct.devices);
        devices.filter(|figures| figures.device == *device).map(|f| f.reports.len()).sum()
    }

    /// The content of a file, made once for each state of the figures however often it is asked for.
    pub fn file(&self, file: DataFile, make: fn(&Self) -> Vec<u8>) -> &[u8] {
        self.files[file as usize].get_or_init(|| make(self))
    }

    /// Turnout over the day.
    pub fn hours(&self) -> &[HourFigures] {
        let derive = || by_hour(&self.campaign, self.precincts.values().map(AsRef::as_ref));
        self.hours.get_or_init(derive)
    }

    fn derive(&mut self, id: &PrecinctId, new: Vec<Arc<StoredReport>>) {
        let known = self.precincts.get(id).map(|figures| figures.reports().cloned());
        let reports: Vec<_> = known.into_iter().flatten().chain(new).collect();
        let disputed = |key: &CountKey| self.disputed.contains(key);
        let figures = PrecinctFigures::new(&self.campaign, id, &reports, disputed);
        self.precincts.insert(id.clone(), Arc::new(figures));
    }

    /// Adds up the regions that hold a touched precinct, or all, and then the total.
    fn add_up_regions(&mut self, touched: Option<&BTreeSet<PrecinctId>>) {
        let campaign = Arc::clone(&self.campaign);
        let stale = |region: &RegionId| {
            touched.is_none_or(|ids| {
                ids.iter().any(|id| campaign.precinct(id).is_some_and(|p| p.region == *region))
            })
        };
        let mut total = AreaFigures::empty(&campaign);
        for region in &campaign.definition().regions {
            if stale(&region.id) {
                let mut sum = AreaFigures::empty(&campaign);
                for precinct in self.precincts_of(&region.id) {
                    sum.add_precinct(&campaign, precinct);
                }
                self.regions.insert(region.id.clone(), Arc::new(sum));
            }
            if let Some(sum) = self.regions.get(&region.id) {
                total.add_area(sum);
            }
        }
        self.total = Arc::new(total);
    }
}

fn chained(version: Digest, stored: &StoredReport) -> Digest {
    let standing = u8::from(stored.standing == Standing::Published);
    Digest::of(&[&version.0[..], &stored.digest.0[..], &[standing]].concat())
}
