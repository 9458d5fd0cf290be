//! Which of a device's counts a report is of. Only counts besides the ordinary day carry it.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::seal::Digest;

/// Most counts of one device: the day, late boxes, another station's ballots, all of it once more, and one or two
/// that were begun by mistake.
pub const MAX_COUNTS: u32 = 6;

/// Most reports that one count replaces.
pub const MAX_REPLACED: usize = 16;

/// What a count besides the ordinary day is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum CountPurpose {
    /// Ballots of the same station from another box, scanned after closing. They are added.
    #[n(0)]
    LateBox,
    /// Ballots of a station without a scanner. They are that station's, by an enrolment of its own.
    #[n(1)]
    OtherStation,
    /// The same ballots once more. The figures stand in place of those of the reports that it names.
    #[n(2)]
    Rescan,
}

impl CountPurpose {
    /// All of them, by their numbers.
    pub const ALL: [Self; 3] = [Self::LateBox, Self::OtherStation, Self::Rescan];

    /// A word for files and pages, that never changes.
    pub fn as_str(self) -> &'static str {
        match self {
            CountPurpose::LateBox => "late_box",
            CountPurpose::OtherStation => "other_station",
            CountPurpose::Rescan => "rescan",
        }
    }
}

/// A count besides the ordinary day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct Count {
    /// Which count of this device, from 1; the ordinary day is 1 and says nothing of it.
    #[n(0)]
    pub number: u32,
    /// What it is for.
    #[n(1)]
    pub purpose: CountPurpose,
    /// Digests of reports, one for each count whose place this one takes: of its final report or, where it
    /// never came to one, of any other that it made.
    #[n(2)]
    pub replaces: Vec<Digest>,
}

impl Count {
    /// Checks number and names.
    ///
    /// # Errors
    /// The first fault, in words for a protocol.
    pub fn check(&self) -> Result<(), String> {
        let is_rescan = self.purpose == CountPurpose::Rescan;
        // The first count of a device is its day, unless it was set up to count again.
        let lowest = if is_rescan { 1 } else { 2 };
        if !(lowest..=MAX_COUNTS).contains(&self.number) {
            return Err(format!("there is no count {} of this kind", self.number));
        }
        if is_rescan == self.replaces.is_empty() || self.replaces.len() > MAX_REPLACED {
            return Err(format!("the count replaces {} reports", self.replaces.len()));
        }
        let mut named = self.replaces.clone();
        named.sort_unstable();
        named.dedup();
        if named.len() != self.replaces.len() {
            return Err("the count names a report twice".to_owned());
        }
        Ok(())
    }
}
