//! Which campaign a sealed report is of, and if of none, the most telling reason why.

use std::sync::Arc;

use urna_core::definition::ElectionMode;
use urna_core::seal::{Mismatch, SealError, SealedReport, VerifiedReport, verify_report};

use super::plausible::is_plausible;
use super::refusal::{Code, Refusal};
use crate::campaign::Campaign;

/// Verifies a report against every campaign.
pub(super) fn against_all(
    campaigns: &[Arc<Campaign>],
    sealed: &SealedReport,
) -> Result<VerifiedReport, Refusal> {
    let mut deepest = SealError::NotSealed;
    for campaign in campaigns {
        let verified = verify_report(sealed, &campaign.root, &campaign.package);
        match verified.and_then(|verified| is_plausible(&verified.report).map(|()| verified)) {
            Ok(verified) if verified.report.mode == ElectionMode::Training => {
                return Err(training());
            }
            Ok(verified) => return Ok(verified),
            Err(fault) if depth(&fault) >= depth(&deepest) => deepest = fault,
            Err(_) => {}
        }
    }
    // The chain may hold up to an election that is not served here.
    let by_root = campaigns.iter().find_map(|campaign| sealed.verify(&campaign.root).ok());
    match (by_root, deepest) {
        (Some(verified), _) if verified.report.mode == ElectionMode::Training => Err(training()),
        (_, SealError::Mismatch(Mismatch::Election)) => {
            Err(Refusal::new(Code::UnknownElection, "this election is not collected here"))
        }
        (_, fault) => Err(fault.into()),
    }
}

fn training() -> Refusal {
    Refusal::new(Code::Training, "this report was made in training mode")
}

/// How far down the chain of trust a fault lies: the deeper, the nearer the campaign was the right one.
fn depth(fault: &SealError) -> u8 {
    match fault {
        SealError::NotSealed => 0,
        SealError::WrongKind { .. } => 1,
        SealError::WrongKey { .. } => 2,
        SealError::Mismatch(Mismatch::Election) => 3,
        SealError::BadSignature => 4,
        SealError::BadContent(_) => 5,
        SealError::Mismatch(_) => 6,
    }
}
