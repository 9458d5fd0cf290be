//! Revocations: written down like reports, and read back in their place among all submissions.

use sqlx::Row;
use sqlx::any::AnyRow;
use urna_core::seal::VerifiedRevocation;

use super::write::{Outcome, insert_submission};
use super::{Received, Store, StoreError};

/// Revocations read at one time where no report limits them.
const PAGE: i64 = 500;

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

impl Store {
    /// Writes down a verified revocation; says whether it is new.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was written then.
    pub async fn admit_revocation(
        &self,
        received: &Received<'_>,
        verified: &VerifiedRevocation,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin().await?;
        let digest = verified.digest.0.to_vec();
        let known = sqlx::query("SELECT submission FROM revocation WHERE digest = $1")
            .bind(digest.clone())
            .fetch_optional(&mut *transaction)
            .await?;
        let is_new = known.is_none();
        let status = if is_new { "accepted" } else { "already" };
        let outcome = Outcome { status, refusal: None, digest: Some(verified.digest) };
        let id = insert_submission(&mut transaction, received, received.bytes, &outcome).await?;
        if is_new {
            let sql = "INSERT INTO revocation (digest, submission, election, device, sealed) \
                       VALUES ($1, $2, $3, $4, $5)";
            sqlx::query(sql)
                .bind(digest)
                .bind(id)
                .bind(verified.revocation.election.0.clone())
                .bind(verified.revocation.device.0.clone())
                .bind(received.bytes.to_vec())
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(is_new)
    }

    /// The revocations behind the submission `last` up to `end`, or the next ones where there is no end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn revocations_behind(
        &self,
        last: i64,
        end: Option<i64>,
    ) -> Result<Vec<RevocationRow>, StoreError> {
        let sql = "SELECT r.submission, s.received_at, r.sealed \
                   FROM revocation r JOIN submission s ON s.id = r.submission \
                   WHERE r.submission > $1 AND r.submission <= $2 ORDER BY r.submission LIMIT $3";
        let (end, most) = end.map_or((i64::MAX, PAGE), |end| (end, i64::MAX));
        let rows = sqlx::query(sql).bind(last).bind(end).bind(most).fetch_all(&self.pool).await?;
        rows.iter().map(row_of).collect()
    }
}

fn row_of(row: &AnyRow) -> Result<RevocationRow, StoreError> {
    Ok(RevocationRow {
        submission: row.try_get(0)?,
        received_at: row.try_get(1)?,
        sealed: row.try_get(2)?,
    })
}
