//! A contest's band as a table that is shown: only the rows that say something.

use super::band::{BandFigures, ContestBand};
use super::registers::ContestTally;
use crate::OptionId;

/// What a row counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BandRegister {
    /// Votes for an option.
    Option(OptionId),
    /// Ballots without a mark.
    Blank,
    /// Ballots with too many marks.
    Overvoted,
    /// Ballots void by any rule.
    Void,
}

/// One register, counted and at each threshold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandRow {
    /// Which register.
    pub register: BandRegister,
    /// What was counted.
    pub counted: u64,
    /// What it would be, by threshold.
    pub at: Vec<u64>,
}

impl ContestBand {
    /// The registers that are not at every threshold as they were counted in `tally`, of the same
    /// contest: options in the order of the ballot, then blank, overvoted and void ballots.
    pub fn changed_rows(&self, tally: &ContestTally) -> Vec<BandRow> {
        let options = tally.choices.iter().enumerate().map(|(at, choice)| {
            let votes = |figures: &BandFigures| figures.votes.get(at).map_or(0, |v| v.votes.into());
            self.row(BandRegister::Option(choice.option.clone()), choice.votes.into(), votes)
        });
        let registers = [
            self.row(BandRegister::Blank, tally.blank.into(), |f| f.blank.into()),
            self.row(BandRegister::Overvoted, tally.overvoted.into(), |f| f.overvoted.into()),
            self.row(BandRegister::Void, tally.void_ballots(), |f| f.void),
        ];
        let differs = |row: &BandRow| row.at.iter().any(|other| *other != row.counted);
        options.chain(registers).filter(differs).collect()
    }

    /// `40, 60, 120, 160`
    pub fn thresholds(&self) -> String {
        let steps: Vec<_> = self.at.iter().map(|figures| figures.permille.to_string()).collect();
        steps.join(", ")
    }

    fn row(
        &self,
        register: BandRegister,
        counted: u64,
        figure: impl Fn(&BandFigures) -> u64,
    ) -> BandRow {
        BandRow { register, counted, at: self.at.iter().map(figure).collect() }
    }
}
