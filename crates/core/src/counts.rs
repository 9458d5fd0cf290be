//! Which counts of a precinct go into its figures: a re-scan replaces what it names, and nothing is added twice.
//!
//! The collector and the kiosk's station report decide by these same rules, from signed reports alone. The order
//! of coming matters only where two re-scans claim the same place.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::DeviceId;
use crate::report::{CountPurpose, Report};
use crate::seal::Digest;

/// One count of one device. A device's counts are numbered over all precincts that it counts for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountKey {
    /// The device.
    pub device: DeviceId,
    /// Which of its counts.
    pub number: u32,
}

impl CountKey {
    /// The count that a report is of.
    pub fn of(report: &Report) -> Self {
        let number = report.count.as_ref().map_or(1, |count| count.number);
        CountKey { device: report.device.clone(), number }
    }
}

/// What the reports of one count say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which count.
    pub key: CountKey,
    /// Digests of all its reports that are known.
    pub reports: Vec<Digest>,
    /// Reports that it names, where its final report is there and names any; in their place it stands.
    pub replaces: Option<Vec<Digest>>,
    /// Whether its final report is there.
    pub is_final: bool,
}

impl Claim {
    /// What these reports of one count say; `last` is its final report if it is there.
    pub fn new(key: CountKey, reports: Vec<Digest>, last: Option<&Report>) -> Self {
        let rescan = last.and_then(|report| report.count.as_ref());
        let rescan = rescan.filter(|count| count.purpose == CountPurpose::Rescan);
        let replaces = rescan.map(|count| count.replaces.clone());
        Claim { key, reports, replaces, is_final: last.is_some() }
    }
}

/// Whether a count goes into the sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its final figures are in the sum.
    Counted,
    /// Its final report has not come.
    Awaited,
    /// Another count stands in its place.
    Replaced {
        /// Which.
        by: CountKey,
    },
    /// A re-scan that can't be put in its place: neither chosen nor added.
    Held(HeldBecause),
}

/// Why a re-scan is in no sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HeldBecause {
    /// It names a report that is not known here.
    NamesUnknown,
    /// Another re-scan stands in the place that it claims, and neither names the other.
    PlaceTaken,
    /// It names itself, or two re-scans name each other.
    NamesItself,
}

/// What of a report that a re-scan names and that is not at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unknown {
    /// The re-scan waits: what it names may be in the sum under another name, or come later.
    Holds,
    /// It is left out of the sum in any case: what is not at hand can't be added.
    Passes,
}

/// Decides for each claim, in the order given: the earlier of two re-scans keeps the place that both claim.
pub fn resolve(claims: &[Claim], unknown: Unknown) -> Vec<Standing> {
    let mut places = Places::new(claims, unknown);
    places.hold_circles();
    places.hold_taken();
    let standings = claims.iter().enumerate().map(|(at, claim)| match places.held.get(&at) {
        Some(&why) => Standing::Held(why),
        None => match places.replacer(at) {
            Some(by) => Standing::Replaced { by: claims[by].key.clone() },
            None if claim.is_final => Standing::Counted,
            None => Standing::Awaited,
        },
    });
    standings.collect()
}

/// Which claim names which, by their places in the list.
struct Places {
    names: Vec<BTreeSet<usize>>,
    held: BTreeMap<usize, HeldBecause>,
}

impl Places {
    fn new(claims: &[Claim], unknown: Unknown) -> Self {
        let digests = claims
            .iter()
            .enumerate()
            .flat_map(|(at, claim)| claim.reports.iter().map(move |&digest| (digest, at)));
        let owner: BTreeMap<Digest, usize> = digests.collect();
        let mut held = BTreeMap::new();
        let mut names = vec![BTreeSet::new(); claims.len()];
        for (at, claim) in claims.iter().enumerate() {
            for digest in claim.replaces.iter().flatten() {
                match owner.get(digest) {
                    Some(&named) => {
                        names[at].insert(named);
                    }
                    None if unknown == Unknown::Holds => {
                        held.insert(at, HeldBecause::NamesUnknown);
                    }
                    None => {}
                }
            }
        }
        Places { names, held }
    }

    /// Re-scans from which a way over names leads back to them: none of them can stand for the others.
    fn hold_circles(&mut self) {
        let circles = (0..self.names.len()).filter(|&at| self.reaches(at, at));
        let circles: Vec<usize> = circles.collect();
        for at in circles {
            self.held.entry(at).or_insert(HeldBecause::NamesItself);
        }
    }

    /// Of two re-scans that name the same count and are not replaced themselves, the later one is held. Each turn
    /// holds one more, so it ends.
    fn hold_taken(&mut self) {
        while let Some(at) = self.taken() {
            self.held.insert(at, HeldBecause::PlaceTaken);
        }
    }

    fn taken(&self) -> Option<usize> {
        let standing: Vec<usize> = self.standing().collect();
        let claims_the_same = |&&later: &&usize| {
            standing.iter().any(|&earlier| {
                earlier < later && !self.names[earlier].is_disjoint(&self.names[later])
            })
        };
        standing.iter().find(claims_the_same).copied()
    }

    /// Re-scans that are neither held nor replaced.
    fn standing(&self) -> impl Iterator<Item = usize> {
        let rescans = self.names.iter().enumerate().filter(|(_, names)| !names.is_empty());
        rescans
            .map(|(at, _)| at)
            .filter(|&at| !self.held.contains_key(&at) && self.replacer(at).is_none())
    }

    /// The count that stands in this one's place; of several in a row the next one.
    fn replacer(&self, at: usize) -> Option<usize> {
        (0..self.names.len())
            .find(|by| !self.held.contains_key(by) && self.names[*by].contains(&at))
    }

    fn reaches(&self, from: usize, to: usize) -> bool {
        let (mut seen, mut next) = (BTreeSet::new(), vec![from]);
        while let Some(at) = next.pop() {
            if self.names[at].contains(&to) {
                return true;
            }
            next.extend(self.names[at].iter().filter(|&&named| seen.insert(named)));
        }
        false
    }
}
