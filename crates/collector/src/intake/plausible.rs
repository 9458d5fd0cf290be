//! What a signed report must satisfy beyond the identities, so that no share can ever exceed 100 %.

use urna_core::report::Report;
use urna_core::seal::{Mismatch, SealError};
use urna_core::tally::{ContestBand, ContestTally};

/// Checks that no option has more votes than there are valid ballots, that every valid ballot has a
/// vote, and that the clock readings can be stored.
///
/// # Errors
/// [`SealError::Mismatch`] with the first fault.
pub fn is_plausible(report: &Report) -> Result<(), SealError> {
    let fault = |what: String| Err(SealError::Mismatch(Mismatch::Figures(what)));
    let contests = report.tally.iter().flat_map(|tally| &tally.votes).flat_map(|v| &v.contests);
    for contest in contests {
        if let Some(option) = contest.choices.iter().find(|c| c.votes > contest.valid) {
            let (id, option) = (&contest.contest, &option.option);
            return fault(format!("{id}/{option} has more votes than there are valid ballots"));
        }
        let given: u64 = contest.choices.iter().map(|choice| u64::from(choice.votes)).sum();
        if given < contest.valid.into() || given > possible(contest) {
            let id = &contest.contest;
            return fault(format!("{id} has {given} votes on {} valid ballots", contest.valid));
        }
    }
    let band = report.band().map_err(|what| SealError::Mismatch(Mismatch::Figures(what)))?;
    if let Some(contest) = band.iter().flat_map(|band| &band.contests).find(|c| !is_within(c)) {
        let id = &contest.contest;
        return fault(format!("{id} has other votes than valid ballots at another threshold"));
    }
    if i64::try_from(report.issued_at).is_err() {
        return fault("the time of issue is out of range".to_owned());
    }
    Ok(())
}

fn is_within(contest: &ContestBand) -> bool {
    contest.at.iter().all(|figures| {
        let given: u64 = figures.votes.iter().map(|votes| u64::from(votes.votes)).sum();
        given >= figures.valid.into()
            && figures.votes.iter().all(|votes| votes.votes <= figures.valid)
    })
}

fn possible(contest: &ContestTally) -> u64 {
    u64::from(contest.valid) * u64::from(contest.votes_allowed)
}
