//! What a revocation changes in the figures: the device's reports stay, and leave every sum.

use std::collections::BTreeSet;
use std::sync::Arc;

use urna_core::counts::CountKey;
use urna_core::report::ReportKind;
use urna_core::seal::{Digest, Revocation};

use super::CampaignFigures;
use crate::figures::device::StoredReport;
use crate::figures::precinct::PrecinctFigures;
use crate::store::Standing;

/// A verified revocation with what the collector knows of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRevocation {
    /// Its identity.
    pub digest: Digest,
    /// When it came, seconds since 1970 UTC.
    pub received_at: i64,
    /// The sealed bytes as they came.
    pub sealed: Vec<u8>,
    /// The content.
    pub revocation: Revocation,
}

impl CampaignFigures {
    /// All revocations, in the order in which they came.
    pub fn revocations(&self) -> &[Arc<StoredRevocation>] {
        &self.revocations
    }

    /// The report, marked if a revocation that is known applies to it.
    pub fn marked(&self, stored: StoredReport) -> StoredReport {
        let received_at = u64::try_from(stored.received_at).unwrap_or(0);
        let (device, key) = (&stored.report.device, &stored.signed_by);
        let mut all = self.revocations.iter();
        match all.find(|known| known.revocation.applies_to(device, key, received_at)) {
            Some(known) => StoredReport {
                standing: Standing::Revoked,
                revocation: Some(Arc::clone(known)),
                ..stored
            },
            None => stored,
        }
    }

    /// The figures with this revocation too, and the reports that it marks.
    #[must_use = "the old figures stay as they are"]
    pub fn with_revocation(&self, new: Arc<StoredRevocation>) -> (Self, Vec<Arc<StoredReport>>) {
        let mut next = self.clone();
        next.hours = Default::default();
        next.files = Default::default();
        next.version = Digest::of(&[&next.version.0[..], &new.digest.0[..]].concat());
        let device = new.revocation.device.clone();
        next.revocations.push(new);
        let places = next.devices.get(&device).cloned().unwrap_or_default();
        let mut changed = Vec::new();
        let mut of_places = Vec::new();
        for id in &places {
            let known = next.precincts.get(id).into_iter().flat_map(|figures| figures.reports());
            let mut reports = Vec::new();
            for stored in known {
                let marked = next.marked(StoredReport::clone(stored));
                if marked.standing == stored.standing {
                    reports.push(Arc::clone(stored));
                } else {
                    let marked = Arc::new(marked);
                    changed.push(Arc::clone(&marked));
                    reports.push(marked);
                }
            }
            of_places.push((id.clone(), reports));
        }
        // Of its counts those stay disputed that still have a final report too many.
        let disputes = |stored: &&Arc<StoredReport>| {
            stored.report.device == device
                && stored.report.kind == ReportKind::Final
                && stored.standing == Standing::Conflict
        };
        let reports = of_places.iter().flat_map(|(_, reports)| reports);
        let still: BTreeSet<CountKey> =
            reports.filter(disputes).map(|stored| CountKey::of(&stored.report)).collect();
        next.disputed.retain(|key| key.device != device || still.contains(key));
        for (id, reports) in of_places {
            let disputed = |key: &CountKey| next.disputed.contains(key);
            let figures = PrecinctFigures::new(&next.campaign, &id, &reports, disputed);
            next.precincts.insert(id, Arc::new(figures));
        }
        next.add_up_regions(Some(&places));
        (next, changed)
    }
}
