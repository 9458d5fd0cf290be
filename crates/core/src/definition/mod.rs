//! The election definition: everything about the election that is data and not code.

mod closing;
mod contest;
mod policy;
mod validate;

pub use contest::{
    BallotOption, Contest, ContestKind, PreferenceFault, PreferenceRules, number_option,
};
pub use policy::{FaultPolicy, MAX_BAND, MarginalPolicy, Thresholds, VerdictPolicy};
pub use validate::{DefinitionError, MAX_RECORD_WITH_BAND};

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::{ContestId, ElectionId, PrecinctId, RegionId, StyleId, Text, VoteId};

/// Version of the definition format; a kiosk refuses a higher one. A definition with a band needs 2: a
/// program that knows only 1 would leave the band out of its reports, and must refuse the package
/// days before instead. One that asks for a second copy needs 3: an older program would count without it.
pub const DEFINITION_VERSION: u32 = 3;

/// Whether the figures count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum ElectionMode {
    /// A real election: results are sealed and sent.
    #[n(0)]
    Official,
    /// Training: watermarked everywhere, refused by every collector.
    #[n(1)]
    Training,
}

/// One election day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct ElectionDefinition {
    /// Up to [`DEFINITION_VERSION`].
    #[n(0)]
    pub version: u32,
    /// Identifier of the election.
    #[n(1)]
    pub id: ElectionId,
    /// Title on screens, ballots and reports.
    #[n(2)]
    pub title: Text,
    /// Day of voting, ISO 8601 (`2027-01-24`).
    #[n(3)]
    pub date: String,
    /// Whether the figures count.
    #[n(4)]
    pub mode: ElectionMode,
    /// Hours of the local day at which turnout is read from the screen, ascending, 0 to 23.
    #[n(5)]
    pub turnout_hours: Vec<u8>,
    /// Opening of polls, local time `HH:MM`.
    #[n(6)]
    pub opens: String,
    /// Closing of polls, local time `HH:MM`.
    #[n(7)]
    pub closes: String,
    /// The votes held on this day, in the order in which they are counted and reported.
    #[n(8)]
    pub votes: Vec<Vote>,
    /// Ballot styles of all votes.
    #[n(9)]
    pub styles: Vec<BallotStyle>,
    /// Regions, in the order of the portal.
    #[n(10)]
    pub regions: Vec<Region>,
    /// Precincts of the whole country.
    #[n(11)]
    pub precincts: Vec<Precinct>,
    /// What becomes of a sheet that is not an ordinary valid one.
    #[n(12)]
    pub policy: VerdictPolicy,
    /// When a mark is a mark.
    #[n(13)]
    pub thresholds: Thresholds,
    /// Originals of the zero and the final report to print when nobody says otherwise, 1 to 99.
    #[n(14)]
    pub report_copies: u8,
    /// Where sealed results are sent, an `https:` or loopback `http:` address; none: carried by hand.
    #[n(15)]
    pub collector_url: Option<String>,
    /// Minutes that local time is ahead of UTC. Where it is given, polls can't be closed before `closes` without
    /// the authority's leave.
    #[n(16)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub utc_offset_minutes: Option<i16>,
}

/// One vote of the day, with its own ballot and its own totals.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Vote {
    /// Identifier of the vote.
    #[n(0)]
    pub id: VoteId,
    /// Title on screens, ballots and reports.
    #[n(1)]
    pub title: Text,
    /// Its contests.
    #[n(2)]
    pub contests: Vec<Contest>,
}

/// Which contests are on a sheet. A sheet carries contests of one vote only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct BallotStyle {
    /// Identifier of the style.
    #[n(0)]
    pub id: StyleId,
    /// The vote that the sheet belongs to.
    #[n(1)]
    pub vote: VoteId,
    /// Contests on the sheet, in printed order.
    #[n(2)]
    pub contests: Vec<ContestId>,
    /// Precincts that take this style; empty means all.
    #[n(3)]
    pub precincts: Vec<PrecinctId>,
}

/// A region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Region {
    /// Identifier of the region.
    #[n(0)]
    pub id: RegionId,
    /// Name of the region.
    #[n(1)]
    pub name: Text,
}

/// A precinct.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Precinct {
    /// Identifier (the number of the polling station).
    #[n(0)]
    pub id: PrecinctId,
    /// Name or address.
    #[n(1)]
    pub name: Text,
    /// The region it belongs to.
    #[n(2)]
    pub region: RegionId,
    /// Registered voters when the package was signed.
    #[n(3)]
    pub registered: u32,
}

impl ElectionDefinition {
    /// The vote with this identifier.
    pub fn vote(&self, id: &VoteId) -> Option<&Vote> {
        self.votes.iter().find(|vote| vote.id == *id)
    }

    /// The contest with this identifier, in whichever vote it is.
    pub fn contest(&self, id: &ContestId) -> Option<&Contest> {
        self.votes.iter().flat_map(|vote| &vote.contests).find(|contest| contest.id == *id)
    }

    /// The ballot style with this identifier.
    pub fn style(&self, id: &StyleId) -> Option<&BallotStyle> {
        self.styles.iter().find(|style| style.id == *id)
    }

    /// The precinct with this identifier.
    pub fn precinct(&self, id: &PrecinctId) -> Option<&Precinct> {
        self.precincts.iter().find(|precinct| precinct.id == *id)
    }

    /// The region with this identifier.
    pub fn region(&self, id: &RegionId) -> Option<&Region> {
        self.regions.iter().find(|region| region.id == *id)
    }
}

impl BallotStyle {
    /// Whether `precinct` takes ballots of this style.
    pub fn is_for(&self, precinct: &PrecinctId) -> bool {
        self.precincts.is_empty() || self.precincts.contains(precinct)
    }
}
