//! The checks that make a definition safe to run an election on.

use std::collections::BTreeSet;

use super::closing::MAX_OFFSET;
use super::{
    BallotStyle, Contest, ContestKind, DEFINITION_VERSION, ElectionDefinition, MAX_BAND, Thresholds,
};
use crate::ContestId;
use crate::tally::BallotRecord;

/// Most votes, contests, options and styles that one definition may have; bounds memory and paper.
const MAX_ITEMS: usize = 1_000;
/// Most precincts in one definition.
const MAX_PRECINCTS: usize = 200_000;
const MAX_NUMBERS: u16 = 999;
/// First version of the definition that may have a band.
const BAND_VERSION: u32 = 2;
/// First version of the definition that may ask for a second copy.
const COPY_VERSION: u32 = 3;
/// Longest ballot record with a band, in bytes: with all that a device preallocates besides, 4 KiB for each sheet.
pub const MAX_RECORD_WITH_BAND: usize = 2_816;

/// Why a definition can't be used. Blame: whoever wrote the definition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DefinitionError {
    /// Written for a newer program.
    #[error("definition version {found} is not one of 1 to {DEFINITION_VERSION}")]
    Version {
        /// The version in the file.
        found: u32,
    },
    /// Alternative thresholds in a definition of a version that programs read without seeing them.
    #[error("a band of thresholds needs definition version {BAND_VERSION}, not {found}")]
    BandVersion {
        /// The version in the file.
        found: u32,
    },
    /// A second copy is asked for in a definition of a version that programs read without seeing that.
    #[error("a second copy needs definition version {COPY_VERSION}, not {found}")]
    CopyVersion {
        /// The version in the file.
        found: u32,
    },
    /// An identifier has bad characters or a bad length.
    #[error("{what} has a malformed identifier: {id:?}")]
    MalformedId {
        /// What it names.
        what: &'static str,
        /// The identifier.
        id: String,
    },
    /// Two things of one kind share an identifier.
    #[error("{what} {id:?} is there twice")]
    DuplicateId {
        /// What it names.
        what: &'static str,
        /// The identifier.
        id: String,
    },
    /// Something refers to what is not there.
    #[error("{from} refers to unknown {what} {id:?}")]
    Dangling {
        /// The thing that refers.
        from: String,
        /// The kind of thing referred to.
        what: &'static str,
        /// The missing identifier.
        id: String,
    },
    /// A text lacks a language.
    #[error("{what} lacks its text in one of the languages")]
    IncompleteText {
        /// Where.
        what: String,
    },
    /// Too many or too few of something.
    #[error("{what}: {count} is out of range")]
    OutOfRange {
        /// What was counted.
        what: String,
        /// How many there are.
        count: u64,
    },
    /// A date or a time of day can't be read.
    #[error("{what} is not a valid date or time: {value:?}")]
    Time {
        /// Which field.
        what: &'static str,
        /// What it says.
        value: String,
    },
}

impl ElectionDefinition {
    /// Checks everything that the rest of the program takes for granted.
    ///
    /// # Errors
    /// The first fault found, in the order of the definition.
    pub fn validate(&self) -> Result<(), DefinitionError> {
        if !(1..=DEFINITION_VERSION).contains(&self.version) {
            return Err(DefinitionError::Version { found: self.version });
        }
        if self.policy.second_copy && self.version < COPY_VERSION {
            return Err(DefinitionError::CopyVersion { found: self.version });
        }
        well_formed("election", self.id.is_well_formed(), self.id.as_str())?;
        complete("election title", self.title.is_complete())?;
        self.validate_times()?;
        in_range("report copies", self.report_copies.into(), 1, 99)?;
        in_range("votes", self.votes.len(), 1, MAX_ITEMS)?;
        unique("vote", self.votes.iter().map(|v| v.id.as_str()))?;
        let contests: Vec<&Contest> = self.votes.iter().flat_map(|v| &v.contests).collect();
        in_range("contests", contests.len(), 1, MAX_ITEMS)?;
        unique("contest", contests.iter().map(|c| c.id.as_str()))?;
        for vote in &self.votes {
            well_formed("vote", vote.id.is_well_formed(), vote.id.as_str())?;
            complete(&format!("vote {}", vote.id), vote.title.is_complete())?;
            in_range(&format!("contests of vote {}", vote.id), vote.contests.len(), 1, MAX_ITEMS)?;
        }
        contests.into_iter().try_for_each(validate_contest)?;
        self.validate_places()?;
        in_range("ballot styles", self.styles.len(), 1, MAX_ITEMS)?;
        unique("ballot style", self.styles.iter().map(|s| s.id.as_str()))?;
        self.styles.iter().try_for_each(|style| self.validate_style(style))?;
        self.thresholds.validate()?;
        self.validate_band()
    }

    fn validate_times(&self) -> Result<(), DefinitionError> {
        let date_ok = is_digits_with(&self.date, b"####-##-##");
        let (month, day) = (number_at(&self.date, 5), number_at(&self.date, 8));
        if !date_ok || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return Err(DefinitionError::Time { what: "date", value: self.date.clone() });
        }
        for (what, value) in [("opens", &self.opens), ("closes", &self.closes)] {
            let shaped = is_digits_with(value, b"##:##");
            if !shaped || number_at(value, 0) > 23 || number_at(value, 3) > 59 {
                return Err(DefinitionError::Time { what, value: value.clone() });
            }
        }
        if self
            .utc_offset_minutes
            .is_some_and(|minutes| !(-MAX_OFFSET..=MAX_OFFSET).contains(&minutes))
        {
            let value = format!("{:?}", self.utc_offset_minutes);
            return Err(DefinitionError::Time { what: "utc_offset_minutes", value });
        }
        if self.closes <= self.opens {
            return Err(DefinitionError::Time { what: "closes", value: self.closes.clone() });
        }
        let ascending = self.turnout_hours.windows(2).all(|pair| pair[0] < pair[1]);
        if !ascending || self.turnout_hours.iter().any(|&hour| hour > 23) {
            let value = format!("{:?}", self.turnout_hours);
            return Err(DefinitionError::Time { what: "turnout_hours", value });
        }
        Ok(())
    }

    fn validate_places(&self) -> Result<(), DefinitionError> {
        in_range("regions", self.regions.len(), 1, MAX_ITEMS)?;
        in_range("precincts", self.precincts.len(), 1, MAX_PRECINCTS)?;
        unique("region", self.regions.iter().map(|r| r.id.as_str()))?;
        unique("precinct", self.precincts.iter().map(|p| p.id.as_str()))?;
        for region in &self.regions {
            well_formed("region", region.id.is_well_formed(), region.id.as_str())?;
            complete(&format!("region {}", region.id), region.name.is_complete())?;
        }
        let regions: BTreeSet<&str> = self.regions.iter().map(|r| r.id.as_str()).collect();
        for precinct in &self.precincts {
            well_formed("precinct", precinct.id.is_well_formed(), precinct.id.as_str())?;
            complete(&format!("precinct {}", precinct.id), precinct.name.is_complete())?;
            if !regions.contains(precinct.region.as_str()) {
                return dangling(format!("precinct {}", precinct.id), "region", &precinct.region.0);
            }
        }
        Ok(())
    }

    fn validate_style(&self, style: &BallotStyle) -> Result<(), DefinitionError> {
        well_formed("ballot style", style.id.is_well_formed(), style.id.as_str())?;
        let from = || format!("ballot style {}", style.id);
        let Some(vote) = self.vote(&style.vote) else {
            return dangling(from(), "vote", &style.vote.0);
        };
        in_range(&from(), style.contests.len(), 1, MAX_ITEMS)?;
        unique("contest of a style", style.contests.iter().map(ContestId::as_str))?;
        for id in &style.contests {
            if !vote.contests.iter().any(|contest| contest.id == *id) {
                return dangling(from(), "contest", &id.0);
            }
        }
        for id in &style.precincts {
            if self.precinct(id).is_none() {
                return dangling(from(), "precinct", &id.0);
            }
        }
        Ok(())
    }

    fn validate_band(&self) -> Result<(), DefinitionError> {
        if self.thresholds.band_permille.is_empty() {
            return Ok(());
        }
        if self.version < BAND_VERSION {
            return Err(DefinitionError::BandVersion { found: self.version });
        }
        let bytes = BallotRecord::padded_len(self);
        in_range("bytes of a ballot record with a band", bytes, 1, MAX_RECORD_WITH_BAND)
    }
}

impl Thresholds {
    /// Checks that the thresholds are in order and within the range of a score.
    ///
    /// # Errors
    /// [`DefinitionError::OutOfRange`], naming the first that is not.
    pub fn validate(&self) -> Result<(), DefinitionError> {
        let definite = usize::from(self.definite_permille);
        in_range("definite threshold", definite, 1, 1_000)?;
        in_range("marginal threshold", self.marginal_permille.into(), 1, definite)?;
        in_range("thresholds of the band", self.band_permille.len(), 0, MAX_BAND)?;
        let mut low = 1;
        for &permille in &self.band_permille {
            in_range("threshold of the band", permille.into(), low, 1_000)?;
            low = usize::from(permille) + 1;
        }
        Ok(())
    }
}

fn validate_contest(contest: &Contest) -> Result<(), DefinitionError> {
    well_formed("contest", contest.id.is_well_formed(), contest.id.as_str())?;
    let name = format!("contest {}", contest.id);
    complete(&name, contest.title.is_complete())?;
    complete(&name, contest.question.as_ref().is_none_or(crate::Text::is_complete))?;
    in_range(&format!("options of {name}"), contest.options.len(), 1, MAX_ITEMS)?;
    unique("option", contest.options.iter().map(|o| o.id.as_str()))?;
    for option in &contest.options {
        well_formed("option", option.id.is_well_formed(), option.id.as_str())?;
        // "no-12" names a numbered square, so a party can't be called that.
        if option.id.as_str().starts_with("no-") && contest.preference_numbers() > 0 {
            let id = option.id.0.clone();
            return Err(DefinitionError::MalformedId { what: "option", id });
        }
        complete(&format!("option {}", option.id), option.name.is_complete())?;
    }
    if let Some(id) = &contest.against_all
        && contest.option(id).is_none()
    {
        return dangling(name, "option", &id.0);
    }
    match &contest.kind {
        ContestKind::Plurality { votes_allowed } => {
            in_range(&name, (*votes_allowed).into(), 1, contest.options.len())
        }
        ContestKind::Referendum => in_range(&name, contest.options.len(), 2, MAX_ITEMS),
        ContestKind::PartyPreference { rules } => {
            in_range(&name, rules.numbers.into(), 1, MAX_NUMBERS.into())
        }
    }
}

fn well_formed(what: &'static str, ok: bool, id: &str) -> Result<(), DefinitionError> {
    if ok { Ok(()) } else { Err(DefinitionError::MalformedId { what, id: id.to_owned() }) }
}

fn complete(what: &str, ok: bool) -> Result<(), DefinitionError> {
    if ok { Ok(()) } else { Err(DefinitionError::IncompleteText { what: what.to_owned() }) }
}

fn dangling(from: String, what: &'static str, id: &str) -> Result<(), DefinitionError> {
    Err(DefinitionError::Dangling { from, what, id: id.to_owned() })
}

fn in_range(what: &str, count: usize, low: usize, high: usize) -> Result<(), DefinitionError> {
    if (low..=high).contains(&count) {
        return Ok(());
    }
    let count = u64::try_from(count).unwrap_or(u64::MAX);
    Err(DefinitionError::OutOfRange { what: what.to_owned(), count })
}

fn unique<'a>(
    what: &'static str,
    ids: impl Iterator<Item = &'a str>,
) -> Result<(), DefinitionError> {
    let mut seen = BTreeSet::new();
    for id in ids {
        if !seen.insert(id) {
            return Err(DefinitionError::DuplicateId { what, id: id.to_owned() });
        }
    }
    Ok(())
}

/// Whether `text` has a digit wherever `shape` has `#`, and the same character elsewhere.
fn is_digits_with(text: &str, shape: &[u8]) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape).all(
            |(b, &s)| {
                if s == b'#' { b.is_ascii_digit() } else { b == s }
            },
        )
}

/// The two-digit number at `start`, or 99 where there is none.
fn number_at(text: &str, start: usize) -> u8 {
    text.get(start..start + 2).and_then(|digits| digits.parse().ok()).unwrap_or(99)
}
