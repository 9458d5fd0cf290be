//! Intake of revocations. Anybody may bring one: it is the authority's word by its seal alone.

use urna_core::seal::{Revocation, SealError, VerifiedRevocation};

use super::{Code, Refusal, Taken, note};
use crate::board::Board;
use crate::store::{Form, Received};

/// Longest revocation; a real one has about 250 bytes.
const MAX_REVOCATION: usize = 4_096;

/// Takes a revocation. Sending the same one again is no fault.
///
/// # Errors
/// [`Refusal`]; the refusal was written down too.
pub async fn take_revocation(board: &Board, bytes: &[u8]) -> Result<Taken, Refusal> {
    let received = Received { at: board.clock().now(), form: Form::Sealed, bytes };
    let taken = admit(board, &received).await;
    if let Err(refusal) = &taken
        && refusal.code != Code::Internal
    {
        note(board, &received, refusal).await;
    }
    taken
}

async fn admit(board: &Board, received: &Received<'_>) -> Result<Taken, Refusal> {
    if received.bytes.len() > MAX_REVOCATION {
        return Err(Refusal::new(Code::TooLarge, "longer than a revocation can be"));
    }
    let verified = verify(board, received.bytes)?;
    match board.admit_revocation(received, &verified).await {
        Ok(is_new) => Ok(Taken { digest: verified.digest, is_new }),
        Err(fault) => {
            tracing::error!(%fault, "a verified revocation was not written down");
            Err(Refusal::new(Code::Internal, "the collector can't store anything now"))
        }
    }
}

fn verify(board: &Board, sealed: &[u8]) -> Result<VerifiedRevocation, Refusal> {
    let mut fault = SealError::NotSealed;
    let mut is_foreign = false;
    for campaign in board.campaigns() {
        match Revocation::open(sealed, &campaign.root) {
            Ok(verified) if verified.revocation.election == campaign.definition().id => {
                return Ok(verified);
            }
            Ok(_) => is_foreign = true,
            Err(other) => fault = other,
        }
    }
    if is_foreign {
        return Err(Refusal::new(Code::UnknownElection, "this election is not collected here"));
    }
    Err(fault.into())
}
