//! The reports of one count of one device, put in order.

use std::sync::Arc;

use urna_core::counts::{Claim, CountKey, HeldBecause, Standing as Place};
use urna_core::report::{Count, CountPurpose, Report, ReportKind};
use urna_core::seal::Digest;
use urna_core::tally::Band;
use urna_core::{DeviceId, VoteId};

use super::{Notice, StoredRevocation};
use crate::store::Standing;

/// A verified report with what the collector knows of it.
#[derive(Clone, Debug)]
pub struct StoredReport {
    /// Its identity.
    pub digest: Digest,
    /// Its place among all submissions.
    pub submission: i64,
    /// When it came, seconds since 1970 UTC.
    pub received_at: i64,
    /// Whether its figures are published.
    pub standing: Standing,
    /// The sealed bytes as they came.
    pub sealed: Vec<u8>,
    /// Fingerprint of the key that signed it.
    pub signed_by: String,
    /// The turnout hour that it belongs to, by the device's clock.
    pub hour: Option<u8>,
    /// The revocation that applies to it; exactly where it stands as revoked.
    pub revocation: Option<Arc<StoredRevocation>>,
    /// The report.
    pub report: Report,
}

/// The reports of one count of one device for one precinct.
#[derive(Clone, Debug)]
pub struct DeviceFigures {
    /// Which device.
    pub device: DeviceId,
    /// Which of its counts.
    pub number: u32,
    /// Whether it goes into the sums; what a re-scan replaces does not.
    pub place: Place,
    /// All its reports, by number and then in the order in which they came.
    pub reports: Vec<Arc<StoredReport>>,
    /// Whether another final result of this count exists.
    pub disputed: bool,
}

impl DeviceFigures {
    /// Puts the reports of one count in order.
    pub fn new(key: CountKey, mut reports: Vec<Arc<StoredReport>>, disputed: bool) -> Self {
        reports.sort_by_key(|stored| (stored.report.number, stored.submission));
        let CountKey { device, number } = key;
        DeviceFigures { device, number, place: Place::Awaited, reports, disputed }
    }

    /// Which count of which device.
    pub fn key(&self) -> CountKey {
        CountKey { device: self.device.clone(), number: self.number }
    }

    /// What the count is for, by its latest report; none for a device's ordinary day.
    pub fn count(&self) -> Option<&Count> {
        let latest = self.final_report().or(self.reports.last());
        latest.and_then(|stored| stored.report.count.as_ref())
    }

    /// What its reports say of its place among others.
    pub fn claim(&self) -> Claim {
        let reports = self.reports.iter().map(|stored| stored.digest).collect();
        Claim::new(self.key(), reports, self.final_report().map(|stored| &stored.report))
    }

    /// The final result that is in the sums.
    pub fn counted_report(&self) -> Option<&Arc<StoredReport>> {
        self.final_report().filter(|_| self.place == Place::Counted)
    }

    /// Whether another count stands in its place.
    pub fn is_replaced(&self) -> bool {
        matches!(self.place, Place::Replaced { .. })
    }

    /// Whether its reports are of ballots that others have counted.
    pub fn is_rescan(&self) -> bool {
        self.count().is_some_and(|count| count.purpose == CountPurpose::Rescan)
    }

    /// The published final result.
    pub fn final_report(&self) -> Option<&Arc<StoredReport>> {
        let is_final = |stored: &&Arc<StoredReport>| {
            stored.report.kind == ReportKind::Final && stored.standing == Standing::Published
        };
        self.reports.iter().find(is_final)
    }

    /// What its published final result would be at other thresholds; none where there is no band.
    pub fn band(&self) -> Option<Band> {
        // The intake has checked that it fits: a report is not stored otherwise.
        self.final_report().and_then(|stored| stored.report.band().ok().flatten())
    }

    /// Whether all that it sent is revoked.
    pub fn is_revoked(&self) -> bool {
        self.reports.iter().all(|stored| stored.standing == Standing::Revoked)
    }

    /// The report that tells how many sheets were counted: the final one, or the latest slip.
    pub fn turnout_report(&self) -> Option<&Arc<StoredReport>> {
        let is_revoked = |stored: &&Arc<StoredReport>| stored.standing == Standing::Revoked;
        let mut latest_first = self.reports.iter().rev().filter(|stored| !is_revoked(stored));
        self.final_report()
            .or_else(|| latest_first.find(|stored| stored.report.kind == ReportKind::Turnout))
    }

    /// Whether its zero report came.
    pub fn has_zero(&self) -> bool {
        self.reports.iter().any(|stored| stored.report.kind == ReportKind::Zero)
    }

    /// Sheets of `vote` by the latest report. A re-scan has none of its own before it is in its place: until then
    /// those that it counts are counted elsewhere.
    pub fn sheets(&self, vote: &VoteId) -> u64 {
        let stored = match self.place {
            Place::Counted => self.final_report(),
            Place::Awaited if !self.is_rescan() => self.turnout_report(),
            Place::Awaited | Place::Replaced { .. } | Place::Held(_) => None,
        };
        stored.map_or(0, |stored| sheets_of(&stored.report, vote))
    }

    /// Why it is held, if it is.
    pub fn held(&self) -> Option<HeldBecause> {
        match self.place {
            Place::Held(why) => Some(why),
            Place::Counted | Place::Awaited | Place::Replaced { .. } => None,
        }
    }

    /// What does not fit together among the reports.
    pub fn notices(&self) -> Vec<Notice> {
        let mut notices = Vec::new();
        let device = || self.device.clone();
        if let Some(because) = self.held() {
            notices.push(Notice::RescanHeld { device: device(), count: self.number, because });
        }
        if self.is_replaced() {
            // Nobody adds what stands there any more.
            return notices;
        }
        if self.disputed {
            notices.push(Notice::Conflict { device: device() });
        }
        if let Some(known) = self.reports.iter().find_map(|stored| stored.revocation.as_ref()) {
            notices.push(Notice::Revoked { device: device(), reason: known.revocation.reason });
        }
        // Beside a final result that is disputed the order says nothing more.
        let ordered: Vec<_> =
            self.reports.iter().filter(|stored| stored.standing == Standing::Published).collect();
        for pair in ordered.windows(2) {
            let (earlier, later) = (&pair[0].report, &pair[1].report);
            if earlier.number == later.number {
                notices.push(Notice::SameNumber { device: device(), number: later.number });
            }
            let fewer = later
                .turnout
                .iter()
                .any(|turnout| u64::from(turnout.sheets) < sheets_of(earlier, &turnout.vote));
            if fewer {
                notices.push(Notice::FewerSheets { device: device(), number: later.number });
            }
            if earlier.kind == ReportKind::Final {
                notices.push(Notice::AfterFinal { device: device(), number: later.number });
            }
        }
        notices
    }
}

/// Sheets of `vote` that a report tells of.
pub fn sheets_of(report: &Report, vote: &VoteId) -> u64 {
    let turnout = report.turnout.iter().find(|turnout| turnout.vote == *vote);
    turnout.map_or(0, |turnout| turnout.sheets.into())
}
