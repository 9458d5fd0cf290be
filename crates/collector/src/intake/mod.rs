//! Intake: from bytes that anyone may send to a report on the board, or to a refusal with its reason.
//! Whichever it is, the submission is written down.

mod plausible;
mod refusal;
mod revoke;
mod verify;

pub use plausible::is_plausible;
pub use refusal::{Code, Refusal};
pub use revoke::take_revocation;

use urna_core::seal::{Digest, SealedReport, from_qr_texts};

use crate::board::Board;
use crate::store::{Admission, Form, Received, Standing};

/// Most reports of one device: a device gone mad must not fill the disk.
const MAX_REPORTS_OF_DEVICE: usize = 500;

/// A report that was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Taken {
    /// Its identity.
    pub digest: Digest,
    /// Whether it was new.
    pub is_new: bool,
}

/// Takes a submission. Sending the same report again is no fault.
///
/// # Errors
/// [`Refusal`]; the refusal was written down too.
pub async fn take(board: &Board, form: Form, bytes: &[u8]) -> Result<Taken, Refusal> {
    let received = Received { at: board.clock().now(), form, bytes };
    match admit(board, &received).await {
        Err(refusal) if refusal.code.is_of_report() => Err(refusal),
        Err(refusal) => {
            note(board, &received, &refusal).await;
            Err(refusal)
        }
        Ok(taken) => Ok(taken),
    }
}

/// Writes down a refusal. Where even that fails, the log has it: the sender learns the first reason.
pub async fn note(board: &Board, received: &Received<'_>, refusal: &Refusal) {
    let code = refusal.code.as_str();
    tracing::info!(code, detail = %refusal.detail, "refused");
    let written = board.store().record_refusal(received, code, &refusal.detail).await;
    if let Err(fault) = written {
        tracing::error!(%fault, "a refusal was not written down");
    }
}

async fn admit(board: &Board, received: &Received<'_>) -> Result<Taken, Refusal> {
    let unpacked;
    let sealed_bytes = match received.form {
        Form::Sealed | Form::None => received.bytes,
        Form::Qr => {
            let texts = std::str::from_utf8(received.bytes)
                .map_err(|_| Refusal::new(Code::QrForeign, "this is not text"))?;
            unpacked = from_qr_texts(texts)?;
            &unpacked
        }
    };
    let sealed = SealedReport::from_bytes(sealed_bytes)?;
    let verified = verify::against_all(board.campaigns(), &sealed)?;
    let snapshot = board.snapshot();
    let report = &verified.report;
    let known = snapshot.campaign(report.election.as_str());
    let count = known.map_or(0, |figures| figures.reports_of(&report.device));
    if count >= MAX_REPORTS_OF_DEVICE && board.report(&verified.digest).is_none() {
        return Err(Refusal::new(Code::TooMany, "the device has sent too many different reports"));
    }
    let digest = verified.digest;
    match board.admit(received, sealed_bytes, &verified).await {
        Ok(_) if is_revoked(board, &digest) => Err(Refusal::revoked(digest)),
        Ok(Admission::New(Standing::Published)) => Ok(Taken { digest, is_new: true }),
        Ok(Admission::Already(Standing::Published)) => Ok(Taken { digest, is_new: false }),
        Ok(Admission::New(_) | Admission::Already(_)) => Err(Refusal::conflict(digest)),
        Err(fault) => {
            tracing::error!(%fault, "a verified report was not written down");
            Err(Refusal::new(Code::Internal, "the collector can't store anything now"))
        }
    }
}

/// The report is kept and shown, and the authority has revoked its device.
fn is_revoked(board: &Board, digest: &Digest) -> bool {
    board.report(digest).is_some_and(|stored| stored.standing == Standing::Revoked)
}
