//! Sums over precincts: a region's and the whole election's.

use urna_core::tally::{Band, Tally};

use super::precinct::{PrecinctFigures, PrecinctState};
use crate::campaign::Campaign;

/// The figures of a region, or of everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaFigures {
    /// Precincts.
    pub precincts: u64,
    /// Precincts by state, [`PrecinctState::Silent`] first.
    pub states: [u64; 5],
    /// Precincts with a device that has more than one final result.
    pub disputed: u64,
    /// Precincts with anything that people must look at.
    pub noticed: u64,
    /// Precincts whose figures can't be added up and are therefore in no sum.
    pub not_summed: u64,
    /// Registered voters by vote: of the precincts that hold this vote.
    pub registered: Vec<u64>,
    /// Sheets by vote, from final results and turnout slips.
    pub sheets: Vec<u64>,
    /// All registers, from final results only.
    pub tally: Tally,
    /// What they would be at other thresholds, from the same results.
    pub band: Band,
}

impl AreaFigures {
    /// An area without precincts.
    pub fn empty(campaign: &Campaign) -> Self {
        let votes = campaign.definition().votes.len();
        AreaFigures {
            precincts: 0,
            states: [0; 5],
            disputed: 0,
            noticed: 0,
            not_summed: 0,
            registered: vec![0; votes],
            sheets: vec![0; votes],
            tally: campaign.registers.clone(),
            band: campaign.band_at_zero(),
        }
    }

    /// Adds a precinct.
    pub fn add_precinct(&mut self, campaign: &Campaign, precinct: &PrecinctFigures) {
        self.precincts += 1;
        self.states[precinct.state as usize] += 1;
        self.disputed += u64::from(precinct.is_disputed());
        self.noticed += u64::from(!precinct.notices.is_empty());
        let registered = campaign.precinct(&precinct.id).map_or(0, |place| place.registered.into());
        for (at, vote) in campaign.definition().votes.iter().enumerate() {
            if campaign.has_vote(&precinct.id, &vote.id) {
                self.registered[at] += registered;
            }
        }
        let summed = match &precinct.tally {
            Some(tally) => {
                self.add_tally(&widened(&campaign.registers, tally), precinct.band.as_ref())
            }
            None => precinct.state < PrecinctState::Partial,
        };
        if summed {
            add_all(&mut self.sheets, &precinct.sheets);
        } else {
            self.not_summed += 1;
        }
    }

    /// Adds an area of other precincts.
    pub fn add_area(&mut self, other: &AreaFigures) {
        self.precincts += other.precincts;
        for (sum, part) in self.states.iter_mut().zip(other.states) {
            *sum += part;
        }
        self.disputed += other.disputed;
        self.noticed += other.noticed;
        self.not_summed += other.not_summed;
        add_all(&mut self.registered, &other.registered);
        if self.add_tally(&other.tally, Some(&other.band)) {
            add_all(&mut self.sheets, &other.sheets);
        } else {
            self.not_summed += other.precincts;
        }
    }

    /// Precincts with at least one final result.
    pub fn reported(&self) -> u64 {
        self.states[PrecinctState::Partial as usize] + self.states[PrecinctState::Complete as usize]
    }

    /// Whether the sums satisfy every identity and no vote has more ballots than sheets counted.
    pub fn adds_up(&self) -> bool {
        let within = self.tally.votes.iter().zip(&self.sheets);
        self.tally.check().is_empty()
            && self.band.check(&self.tally).is_empty()
            && within.into_iter().all(|(vote, &sheets)| u64::from(vote.sheets) <= sheets)
    }

    /// Adds registers and band, unless a sum would overflow or break an identity: then nothing is added.
    fn add_tally(&mut self, tally: &Tally, part: Option<&Band>) -> bool {
        let mut band = self.band.clone();
        let added = part.map_or(Ok(()), |part| band.add_part(part));
        match added.and_then(|()| self.tally.merge(tally)) {
            Ok(sum) if sum.check().is_empty() && band.check(&sum).is_empty() => {
                (self.tally, self.band) = (sum, band);
                true
            }
            Ok(_) | Err(_) => false,
        }
    }
}

fn add_all(sums: &mut [u64], parts: &[u64]) {
    for (sum, part) in sums.iter_mut().zip(parts) {
        *sum += part;
    }
}

/// A precinct's registers among those of the whole election; what the precinct does not hold is zero.
fn widened(registers: &Tally, part: &Tally) -> Tally {
    let mut whole = registers.clone();
    for vote in &part.votes {
        let Some(wide) = whole.votes.iter_mut().find(|wide| wide.vote == vote.vote) else {
            continue;
        };
        (wide.sheets, wide.valid, wide.invalid) = (vote.sheets, vote.valid, vote.invalid);
        for style in &vote.styles {
            if let Some(count) = wide.styles.iter_mut().find(|count| count.style == style.style) {
                count.sheets = style.sheets;
            }
        }
        for contest in &vote.contests {
            let place = wide.contests.iter_mut().find(|wide| wide.contest == contest.contest);
            if let Some(wide) = place {
                wide.clone_from(contest);
            }
        }
    }
    whole
}
