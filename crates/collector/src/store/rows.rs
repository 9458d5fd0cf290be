//! Reading back what was written down.

use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Standing, Store, StoreError};

/// Reports and revocations read at one time at a start.
const PAGE: i64 = 500;
/// A report as it lies in the database.
#[derive(Clone, Debug)]
pub struct StoredRow {
    /// Its place among all submissions.
    pub submission: i64,
    /// When it came, seconds since 1970 UTC.
    pub received_at: i64,
    /// Whether its figures are published.
    pub standing: Standing,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// A revocation as it lies in the database.
#[derive(Clone, Debug)]
pub struct RevocationRow {
    /// Its place among all submissions.
    pub submission: i64,
    /// When it came, seconds since 1970 UTC.
    pub received_at: i64,
    /// The sealed bytes.
    pub sealed: Vec<u8>,
}

/// Something that was taken.
#[derive(Clone, Debug)]
pub enum TakenRow {
    /// A report.
    Report(StoredRow),
    /// A revocation.
    Revocation(RevocationRow),
}

impl TakenRow {
    /// Its place among all submissions.
    pub fn submission(&self) -> i64 {
        match self {
            TakenRow::Report(row) => row.submission,
            TakenRow::Revocation(row) => row.submission,
        }
    }
}

/// How many submissions were ever sent, by what became of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct SubmissionCounts {
    /// Taken.
    pub accepted: i64,
    /// Sent again.
    pub already: i64,
    /// Taken, in conflict with an earlier one.
    pub conflict: i64,
    /// Not taken.
    pub refused: i64,
}

impl Store {
    /// The next reports and revocations behind `last`, in the order in which they came; empty at the end.
    /// Submissions are numbered and committed under one lock, so nothing can appear before `last` later; one
    /// statement reads both, so that none of the one kind slips between two of the other.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn taken_behind(&self, last: i64) -> Result<Vec<TakenRow>, StoreError> {
        let sql = "SELECT r.submission, s.received_at, r.standing, r.sealed \
                   FROM report r JOIN submission s ON s.id = r.submission \
                   WHERE r.submission > $1 \
                   UNION ALL SELECT v.submission, s.received_at, 'revocation', v.sealed \
                   FROM revocation v JOIN submission s ON s.id = v.submission \
                   WHERE v.submission > $1 ORDER BY 1 LIMIT $2";
        let rows = sqlx::query(sql).bind(last).bind(PAGE).fetch_all(&self.pool).await?;
        rows.iter().map(row_of).collect()
    }

    /// Counts of all submissions.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn counts(&self) -> Result<SubmissionCounts, StoreError> {
        let sql = "SELECT status, count(*) FROM submission GROUP BY status";
        let mut counts = SubmissionCounts::default();
        for row in sqlx::query(sql).fetch_all(&self.pool).await? {
            let (status, count): (String, i64) = (row.try_get(0)?, row.try_get(1)?);
            match status.as_str() {
                "accepted" => counts.accepted = count,
                "already" => counts.already = count,
                "conflict" => counts.conflict = count,
                "refused" => counts.refused = count,
                _ => return Err(StoreError::Malformed("status")),
            }
        }
        Ok(counts)
    }
}

fn row_of(row: &AnyRow) -> Result<TakenRow, StoreError> {
    let (submission, received_at) = (row.try_get(0)?, row.try_get(1)?);
    let standing: String = row.try_get(2)?;
    let sealed = row.try_get(3)?;
    Ok(if standing == "revocation" {
        TakenRow::Revocation(RevocationRow { submission, received_at, sealed })
    } else {
        let standing = Standing::from_column(&standing);
        TakenRow::Report(StoredRow { submission, received_at, standing, sealed })
    })
}
