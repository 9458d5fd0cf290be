//! Writing down what was sent.

use sqlx::{Any, Row, Transaction};
use urna_core::counts::CountKey;
use urna_core::report::ReportKind;
use urna_core::seal::{Digest, VerifiedReport};

use super::{Standing, Store, StoreError};

/// Most bytes kept of a submission that was refused. A real report is shorter; rubbish need not be
/// kept whole to be remembered.
const KEPT_OF_REFUSED: usize = 64 << 10;

/// How a submission came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The bytes of a sealed report.
    Sealed,
    /// Texts of QR codes.
    Qr,
    /// Nothing that could be read to its end.
    None,
}

/// A submission as it was received.
#[derive(Clone, Debug)]
pub struct Received<'a> {
    /// When, seconds since 1970 UTC.
    pub at: i64,
    /// How.
    pub form: Form,
    /// The bytes.
    pub bytes: &'a [u8],
}

/// What became of a verified report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// New, and it stands so.
    New(Standing),
    /// It was there before, and stands so.
    Already(Standing),
}

impl Store {
    /// Writes down a refused submission.
    ///
    /// # Errors
    /// [`StoreError`].
    pub async fn record_refusal(
        &self,
        received: &Received<'_>,
        code: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let mut transaction = self.begin().await?;
        let kept = &received.bytes[..received.bytes.len().min(KEPT_OF_REFUSED)];
        let outcome = Outcome { status: "refused", refusal: Some((code, detail)), digest: None };
        insert_submission(&mut transaction, received, kept, &outcome).await?;
        Ok(transaction.commit().await?)
    }

    /// Writes down a submission that holds a verified report, and the report if it is new.
    ///
    /// # Errors
    /// [`StoreError`]; nothing was written then.
    pub async fn admit(
        &self,
        received: &Received<'_>,
        sealed: &[u8],
        verified: &VerifiedReport,
    ) -> Result<Admission, StoreError> {
        let mut transaction = self.begin().await?;
        let admission = judge(&mut transaction, verified).await?;
        let status = match admission {
            Admission::New(Standing::Published) => "accepted",
            // What is judged here is never revoked: that follows later.
            Admission::New(Standing::Conflict | Standing::Revoked) => "conflict",
            Admission::Already(_) => "already",
        };
        let outcome = Outcome { status, refusal: None, digest: Some(verified.digest) };
        let id = insert_submission(&mut transaction, received, received.bytes, &outcome).await?;
        if let Admission::New(standing) = admission {
            insert_report(&mut transaction, id, sealed, verified, standing).await?;
        }
        transaction.commit().await?;
        Ok(admission)
    }
}

pub(super) struct Outcome<'a> {
    pub status: &'static str,
    pub refusal: Option<(&'a str, &'a str)>,
    pub digest: Option<Digest>,
}

/// The first final result of each count of a device is published; another one is a conflict.
async fn judge(
    transaction: &mut Transaction<'static, Any>,
    verified: &VerifiedReport,
) -> Result<Admission, StoreError> {
    let known = sqlx::query("SELECT standing FROM report WHERE digest = $1")
        .bind(verified.digest.0.to_vec())
        .fetch_optional(&mut **transaction)
        .await?;
    if let Some(row) = known {
        let standing: String = row.try_get(0)?;
        return Ok(Admission::Already(Standing::from_column(&standing)));
    }
    let report = &verified.report;
    if report.kind != ReportKind::Final {
        return Ok(Admission::New(Standing::Published));
    }
    let sql = "SELECT submission FROM report \
               WHERE election = $1 AND device = $2 AND count_number = $3 \
               AND kind = 'final' AND standing = 'published'";
    let first = sqlx::query(sql)
        .bind(report.election.0.clone())
        .bind(report.device.0.clone())
        .bind(i64::from(CountKey::of(report).number))
        .fetch_optional(&mut **transaction)
        .await?;
    let standing = if first.is_some() { Standing::Conflict } else { Standing::Published };
    Ok(Admission::New(standing))
}

pub(super) async fn insert_submission(
    transaction: &mut Transaction<'static, Any>,
    received: &Received<'_>,
    kept: &[u8],
    outcome: &Outcome<'_>,
) -> Result<i64, StoreError> {
    let sha256 = Digest::of(received.bytes).0.to_vec();
    // The same bytes may first have been refused and cut, and be taken once their campaign is known.
    let sql = "INSERT INTO content (sha256, bytes) VALUES ($1, $2) \
               ON CONFLICT (sha256) DO UPDATE SET bytes = excluded.bytes \
               WHERE length(excluded.bytes) > length(content.bytes)";
    sqlx::query(sql).bind(sha256.clone()).bind(kept.to_vec()).execute(&mut **transaction).await?;
    let form = match received.form {
        Form::Sealed => "sealed",
        Form::Qr => "qr",
        Form::None => "none",
    };
    let sql = "INSERT INTO submission \
               (received_at, form, length, sha256, status, code, detail, digest) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id";
    let row = sqlx::query(sql)
        .bind(received.at)
        .bind(form)
        .bind(i64::try_from(received.bytes.len()).unwrap_or(i64::MAX))
        .bind(sha256)
        .bind(outcome.status)
        .bind(outcome.refusal.map(|(code, _)| code.to_owned()))
        .bind(outcome.refusal.map(|(_, detail)| printable(detail)))
        .bind(outcome.digest.map(|digest| digest.0.to_vec()))
        .fetch_one(&mut **transaction)
        .await?;
    Ok(row.try_get(0)?)
}

async fn insert_report(
    transaction: &mut Transaction<'static, Any>,
    submission: i64,
    sealed: &[u8],
    verified: &VerifiedReport,
    standing: Standing,
) -> Result<(), StoreError> {
    let report = &verified.report;
    let kind = match report.kind {
        ReportKind::Zero => "zero",
        ReportKind::Turnout => "turnout",
        ReportKind::Final => "final",
    };
    let sql = "INSERT INTO report \
               (digest, submission, election, precinct, device, kind, number, standing, sealed, \
                count_number) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    sqlx::query(sql)
        .bind(verified.digest.0.to_vec())
        .bind(submission)
        .bind(report.election.0.clone())
        .bind(report.precinct.0.clone())
        .bind(report.device.0.clone())
        .bind(kind)
        .bind(i64::from(report.number))
        .bind(standing.as_str())
        .bind(sealed.to_vec())
        .bind(i64::from(CountKey::of(report).number))
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

/// Text as PostgreSQL can hold it (no NUL), and not longer than a line of a protocol.
fn printable(detail: &str) -> String {
    detail.chars().filter(|c| !c.is_control()).take(500).collect()
}
