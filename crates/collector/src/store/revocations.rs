//! Revocations: written down like reports.

use urna_core::seal::VerifiedRevocation;

use super::write::{Outcome, insert_submission};
use super::{Received, Store, StoreError};

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
}
