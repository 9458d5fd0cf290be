//! The board: what is published now, held in memory, and the one way to put a report on it.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::{Mutex, watch};
use urna_core::seal::{
    Digest, Revocation, SealError, SealedReport, VerifiedReport, VerifiedRevocation, verify_report,
};

use crate::campaign::Campaign;
use crate::clock::Clock;
use crate::figures::{CampaignFigures, StoredReport, StoredRevocation, hour_of};
use crate::intake::is_plausible;
use crate::store::{Admission, Received, RevocationRow, Store, StoreError, StoredRow, TakenRow};

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

    /// Writes down a verified revocation and lets it take effect if it is new.
    ///
    /// # Errors
    /// [`StoreError`]. What was written and not published is published with the next report.
    pub async fn admit_revocation(
        &self,
        received: &Received<'_>,
        verified: &VerifiedRevocation,
    ) -> Result<bool, StoreError> {
        let is_new = self.store.admit_revocation(received, verified).await?;
        if is_new {
            self.catch_up().await?;
        }
        Ok(is_new)
    }

    /// Publishes what was written since the last time, by this collector or another one on the same
    /// database.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        let mut last = self.last.lock().await;
        loop {
            let rows = self.store.taken_behind(*last).await?;
            let Some(end) = rows.last().map(TakenRow::submission) else {
                return Ok(());
            };
            self.publish(rows);
            *last = end;
        }
    }

    /// Lets reports and revocations take effect in the order in which they came.
    fn publish(&self, rows: Vec<TakenRow>) {
        let mut next = Snapshot::clone(&self.snapshot());
        let mut reports = Vec::new();
        for row in rows {
            match row {
                TakenRow::Report(report) => reports.push(report),
                TakenRow::Revocation(revocation) => {
                    self.publish_reports(&mut next, std::mem::take(&mut reports));
                    self.publish_revocation(&mut next, revocation);
                }
            }
        }
        self.publish_reports(&mut next, reports);
        next.seq += 1;
        self.snapshot.send_replace(Arc::new(next));
    }

    fn publish_reports(&self, next: &mut Snapshot, rows: Vec<StoredRow>) {
        let mut new: Vec<Vec<Arc<StoredReport>>> = vec![Vec::new(); self.campaigns.len()];
        for row in rows {
            let submission = row.submission;
            match self.verify(row) {
                Ok(Some((at, stored))) => {
                    new[at].push(Arc::new(next.campaigns[at].marked(stored)));
                }
                // A report of a campaign that is not served any more.
                Ok(None) => {}
                Err(fault) => {
                    tracing::error!(submission, %fault, "a stored report does not verify");
                    next.unverifiable += 1;
                }
            }
        }
        self.remember(new.iter().flatten());
        for (figures, reports) in next.campaigns.iter_mut().zip(new) {
            if !reports.is_empty() {
                *figures = Arc::new(figures.with(reports));
            }
        }
    }

    fn publish_revocation(&self, next: &mut Snapshot, row: RevocationRow) {
        let mut fault = None;
        for figures in &mut next.campaigns {
            match Revocation::open(&row.sealed, &figures.campaign.root) {
                Ok(VerifiedRevocation { revocation, digest })
                    if revocation.election == figures.campaign.definition().id =>
                {
                    let RevocationRow { received_at, sealed, .. } = row;
                    let new = StoredRevocation { digest, received_at, sealed, revocation };
                    let (with, changed) = figures.with_revocation(Arc::new(new));
                    *figures = Arc::new(with);
                    self.remember(changed.iter());
                    return;
                }
                // Of another election, or of a campaign that is not served any more.
                Ok(_) | Err(SealError::WrongKey { .. }) => {}
                Err(other) => fault = Some(other),
            }
        }
        if let Some(fault) = fault {
            let submission = row.submission;
            tracing::error!(submission, %fault, "a stored revocation does not verify");
            next.unverifiable += 1;
        }
    }

    fn remember<'a>(&self, reports: impl Iterator<Item = &'a Arc<StoredReport>>) {
        let mut known = self.reports.write().unwrap_or_else(PoisonError::into_inner);
        known.extend(reports.map(|stored| (stored.digest, Arc::clone(stored))));
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
            revocation: None,
            report: verified.report,
        })
    }
}
