//! The board: what is published now, held in memory, and the one way to put a report on it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, watch};
use urna_core::seal::{Digest, SealError, SealedReport, VerifiedReport, verify_report};

use crate::campaign::Campaign;
use crate::clock::Clock;
use crate::figures::{CampaignFigures, StoredReport, hour_of};
use crate::intake::is_plausible;
use crate::store::{Admission, Received, Store, StoreError, StoredRow};

/// What is published at one moment.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Counts the changes since the start.
    pub seq: u64,
    /// The campaigns in the order in which they were given.
    pub campaigns: Vec<Arc<CampaignFigures>>,
    /// Stored reports that did not verify at the start: someone changed the database. They are not shown.
    pub unverifiable: u64,
}

impl Snapshot {
    /// The figures of an election.
    pub fn campaign(&self, election: &str) -> Option<&Arc<CampaignFigures>> {
        self.campaigns.iter().find(|f| f.campaign.definition().id.as_str() == election)
    }
}

/// The published figures and the reports behind them.
#[derive(Debug)]
pub struct Board {
    store: Store,
    clock: Clock,
    campaigns: Vec<Arc<Campaign>>,
    snapshot: watch::Sender<Arc<Snapshot>>,
    reports: RwLock<BTreeMap<Digest, Arc<StoredReport>>>,
    /// The last submission that was read back; held while anything is put on the board.
    last: Mutex<i64>,
}

impl Board {
    /// Reads all reports back from the store and verifies each again: the database is not trusted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn load(
        campaigns: Vec<Campaign>,
        store: Store,
        clock: Clock,
    ) -> Result<Self, StoreError> {
        let campaigns: Vec<_> = campaigns.into_iter().map(Arc::new).collect();
        let empty = |campaign: &Arc<Campaign>| Arc::new(CampaignFigures::empty(campaign.clone()));
        let figures = campaigns.iter().map(empty).collect();
        let snapshot = Snapshot { seq: 0, campaigns: figures, unverifiable: 0 };
        let board = Board {
            store,
            clock,
            campaigns,
            snapshot: watch::Sender::new(Arc::new(snapshot)),
            reports: RwLock::default(),
            last: Mutex::new(0),
        };
        board.catch_up().await?;
        Ok(board)
    }

    /// What is published now.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.borrow().clone()
    }

    /// Tells of every change.
    pub fn changes(&self) -> watch::Receiver<Arc<Snapshot>> {
        self.snapshot.subscribe()
    }

    /// The campaigns.
    pub fn campaigns(&self) -> &[Arc<Campaign>] {
        &self.campaigns
    }

    /// The store behind the board.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The calendar and clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// A report by its identity.
    pub fn report(&self, digest: &Digest) -> Option<Arc<StoredReport>> {
        self.reports.read().unwrap_or_else(PoisonError::into_inner).get(digest).cloned()
    }

    /// Writes down a verified report and publishes it if it is new. What is published is on disk.
    ///
    /// # Errors
    /// [`StoreError`]. What was written and not published is published with the next report.
    pub async fn admit(
        &self,
        received: &Received<'_>,
        sealed: &[u8],
        verified: &VerifiedReport,
    ) -> Result<Admission, StoreError> {
        let admission = self.store.admit(received, sealed, verified).await?;
        if matches!(admission, Admission::New(_)) {
            // Whoever comes first publishes for all who wrote meanwhile: adding up once for many.
            self.catch_up().await?;
        }
        Ok(admission)
    }

    /// Publishes what was written since the last time, by this collector or another one on the same
    /// database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let mut last = self.last.lock().await;
        loop {
            let rows = self.store.reports_behind(*last).await?;
            let Some(end) = rows.last().map(|row| row.submission) else {
                return Ok(());
            };
            self.publish(rows);
            *last = end;
        }
    }

    fn publish(&self, rows: Vec<StoredRow>) {
        let mut new: Vec<Vec<Arc<StoredReport>>> = vec![Vec::new(); self.campaigns.len()];
        let mut unverifiable = 0;
        for row in rows {
            let submission = row.submission;
            match self.verify(row) {
                Ok(Some((at, stored))) => new[at].push(Arc::new(stored)),
                // A report of a campaign that is not served any more.
                Ok(None) => {}
                Err(fault) => {
                    tracing::error!(submission, %fault, "a stored report does not verify");
                    unverifiable += 1;
                }
            }
        }
        let mut reports = self.reports.write().unwrap_or_else(PoisonError::into_inner);
        reports.extend(new.iter().flatten().map(|stored| (stored.digest, stored.clone())));
        drop(reports);
        self.snapshot.send_modify(|snapshot| {
            let mut next = Snapshot::clone(snapshot);
            for (figures, reports) in next.campaigns.iter_mut().zip(new) {
                if !reports.is_empty() {
                    *figures = Arc::new(figures.with(reports));
                }
            }
            next.seq += 1;
            next.unverifiable += unverifiable;
            *snapshot = Arc::new(next);
        });
    }

    fn verify(&self, row: StoredRow) -> Result<Option<(usize, StoredReport)>, SealError> {
        let sealed = SealedReport::from_bytes(&row.sealed)?;
        let mut fault = None;
        for (at, campaign) in self.campaigns.iter().enumerate() {
            let verified = verify_report(&sealed, &campaign.root, &campaign.package);
            match verified.and_then(|verified| is_plausible(&verified.report).map(|()| verified)) {
                Ok(verified) => return Ok(Some((at, self.stored(campaign, row, verified)?))),
                Err(SealError::WrongKey { .. }) => {}
                Err(SealError::Mismatch(urna_core::seal::Mismatch::Election)) => {}
                Err(other) => fault = Some(other),
            }
        }
        fault.map_or(Ok(None), Err)
    }

    fn stored(
        &self,
        campaign: &Campaign,
        row: StoredRow,
        verified: VerifiedReport,
    ) -> Result<StoredReport, SealError> {
        Ok(StoredReport {
            digest: verified.digest,
            submission: row.submission,
            received_at: row.received_at,
            standing: row.standing,
            sealed: row.sealed,
            signed_by: verified.enrolment.key()?.fingerprint(),
            hour: hour_of(campaign, &self.clock, &verified.report),
            report: verified.report,
        })
    }
}
