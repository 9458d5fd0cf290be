//! The band as a report carries it: only what is not as it was counted, since most of it is and QR codes
//! are dear.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::band::{Band, BandFigures, ContestBand};
use super::registers::{ContestTally, Tally};

/// Contests, thresholds and options whose figures are not the counted ones. There is one way to write
/// a band: everything in the order of the tally, and nothing that does not differ.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Sensitivity {
    /// Contests that differ at any threshold, each with the thresholds at which it does, and there with
    /// all ballots and with the options whose votes differ.
    #[n(0)]
    pub contests: Vec<ContestBand>,
}

impl Sensitivity {
    /// What in `band` differs from `tally`, which must have the same contests.
    pub fn of(band: &Band, tally: &Tally) -> Self {
        let contests =
            band.contests.iter().zip(contests_of(tally)).filter_map(|(contest, counted)| {
                let at = contest.at.iter().filter_map(|figures| {
                    let as_counted = BandFigures::of(counted, figures.permille);
                    (*figures != as_counted).then(|| differences(figures, &as_counted))
                });
                let at: Vec<_> = at.collect();
                (!at.is_empty()).then(|| ContestBand { contest: contest.contest.clone(), at })
            });
        Sensitivity { contests: contests.collect() }
    }

    /// The whole band: the counted figures of `tally` with these differences.
    ///
    /// # Errors
    /// What is not of this tally and these thresholds, out of order, or no difference.
    pub fn band(&self, tally: &Tally, thresholds: &[u16]) -> Result<Band, String> {
        let mut band = Band::as_counted(tally, thresholds);
        let mut places = band.contests.iter_mut();
        for contest in &self.contests {
            let id = &contest.contest;
            let place = places.find(|place| place.contest == *id);
            let place = place.ok_or_else(|| foreign(format!("contest {id}")))?;
            if contest.at.is_empty() {
                return Err(foreign(format!("no difference in contest {id}")));
            }
            let mut columns = place.at.iter_mut();
            for figures in &contest.at {
                let permille = figures.permille;
                let column = columns.find(|column| column.permille == permille);
                let column = column.ok_or_else(|| foreign(format!("{id} at {permille} ‰")))?;
                *column = with_differences(column, figures)
                    .ok_or_else(|| foreign(format!("the figures of {id} at {permille} ‰")))?;
            }
        }
        Ok(band)
    }
}

fn contests_of(tally: &Tally) -> impl Iterator<Item = &ContestTally> {
    tally.votes.iter().flat_map(|vote| &vote.contests)
}

fn differences(figures: &BandFigures, as_counted: &BandFigures) -> BandFigures {
    let votes = figures.votes.iter().zip(&as_counted.votes).filter(|(a, b)| a != b);
    BandFigures { votes: votes.map(|(votes, _)| votes.clone()).collect(), ..figures.clone() }
}

/// `None` where an option is unknown or out of order, or anything listed is as it was counted.
fn with_differences(as_counted: &BandFigures, figures: &BandFigures) -> Option<BandFigures> {
    let mut whole = BandFigures { votes: as_counted.votes.clone(), ..figures.clone() };
    let mut options = whole.votes.iter_mut();
    for different in &figures.votes {
        let option = options.find(|option| option.option == different.option)?;
        if option.votes == different.votes {
            return None;
        }
        option.votes = different.votes;
    }
    (whole != *as_counted).then_some(whole)
}

fn foreign(what: String) -> String {
    format!("the band does not fit the registers: {what}")
}
