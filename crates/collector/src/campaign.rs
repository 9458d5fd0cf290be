//! A campaign: one election's package and the root key that vouches for it.

mod builds;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use anyhow::{Context, bail, ensure};
use urna_core::definition::{ElectionDefinition, Precinct};
use urna_core::seal::{Digest, Package, PublicKey, VerifiedPackage};
use urna_core::tally::{Band, Tally};
use urna_core::{PrecinctId, VoteId};

/// First parts of addresses that mean something else than an election.
const RESERVED: [&str; 8] =
    ["api", "assets", "submit", "verify", "healthz", "robots.txt", "favicon.ico", "campaign"];

/// An election that this collector collects for.
#[derive(Debug)]
pub struct Campaign {
    /// The authority's key.
    pub root: PublicKey,
    /// The same as it stood in the file.
    pub root_pem: String,
    /// The sealed package as it stood in the file.
    pub sealed_package: Vec<u8>,
    /// The verified package.
    pub package: VerifiedPackage,
    /// Every register of the whole election, at zero.
    pub registers: Tally,
    /// Builds of the kiosk that the authority published; none where there is no list.
    pub builds: Option<BTreeSet<Digest>>,
    places: BTreeMap<PrecinctId, Place>,
}

#[derive(Debug)]
struct Place {
    at: usize,
    votes: Vec<VoteId>,
}

/// Where a campaign stands in the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// Its day is today.
    Current,
    /// Its day is to come.
    Coming,
    /// Its day is over.
    Past,
}

impl Campaign {
    /// Reads `authority.pem` and `package.urna` in `dir` and verifies the one by the other; `builds.txt`, where it is,
    /// lists the builds of the kiosk that the authority published.
    ///
    /// # Errors
    /// What is missing or does not hold, with the file's name.
    pub fn load(dir: &Path) -> anyhow::Result<Self> {
        let pem = dir.join("authority.pem");
        let root_pem =
            std::fs::read_to_string(&pem).with_context(|| format!("reading {}", pem.display()))?;
        let file = dir.join("package.urna");
        let sealed = std::fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        let builds = builds::read(&dir.join("builds.txt"))?;
        let campaign =
            Self::new(root_pem, sealed).with_context(|| format!("in {}", file.display()))?;
        Ok(Campaign { builds, ..campaign })
    }

    /// A campaign from the two files' contents.
    ///
    /// # Errors
    /// What does not hold.
    pub fn new(root_pem: String, sealed_package: Vec<u8>) -> anyhow::Result<Self> {
        let root = PublicKey::from_pem(&root_pem)?;
        let package = Package::open(&sealed_package, &root)?;
        let definition = &package.package.definition;
        let id = definition.id.as_str();
        if RESERVED.contains(&id) || id.chars().all(|c| c == '.') {
            bail!("an election can't be called {id:?}: the portal needs that address");
        }
        let places = places(definition);
        let registers = all_registers(definition);
        Ok(Campaign { root, root_pem, sealed_package, package, registers, builds: None, places })
    }

    /// The election definition.
    pub fn definition(&self) -> &ElectionDefinition {
        &self.package.package.definition
    }

    /// Digest of the sealed package.
    pub fn package_digest(&self) -> Digest {
        self.package.digest
    }

    /// Every register of the whole election at every threshold of its band, at zero.
    pub fn band_at_zero(&self) -> Band {
        Band::as_counted(&self.registers, &self.definition().thresholds.band_permille)
    }

    /// Names what the pages of the campaign show before anything is reported: package and list of builds.
    pub fn at_zero(&self) -> Digest {
        let package = self.package_digest();
        let Some(builds) = &self.builds else { return package };
        let builds: Vec<u8> = builds.iter().flat_map(|build| build.0).collect();
        Digest::of(&[&package.0[..], &builds].concat())
    }

    /// Whether a build is one that the authority published; nothing where there is no list.
    pub fn is_listed(&self, build: Option<Digest>) -> Option<bool> {
        let builds = self.builds.as_ref()?;
        Some(build.is_some_and(|build| builds.contains(&build)))
    }

    /// The precinct with this identifier.
    pub fn precinct(&self, id: &PrecinctId) -> Option<&Precinct> {
        let place = self.places.get(id)?;
        self.definition().precincts.get(place.at)
    }

    /// Whether ballots of `vote` are given out in this precinct.
    pub fn has_vote(&self, precinct: &PrecinctId, vote: &VoteId) -> bool {
        self.places.get(precinct).is_some_and(|place| place.votes.contains(vote))
    }

    /// Where the campaign stands on the day `today` (ISO 8601, so that text order is time order).
    pub fn phase(&self, today: &str) -> Phase {
        match self.definition().date.as_str().cmp(today) {
            std::cmp::Ordering::Less => Phase::Past,
            std::cmp::Ordering::Equal => Phase::Current,
            std::cmp::Ordering::Greater => Phase::Coming,
        }
    }
}

/// Refuses campaigns that could not be told apart.
///
/// # Errors
/// The election that is there twice, or that there is none.
pub fn check_distinct(campaigns: &[Campaign]) -> anyhow::Result<()> {
    ensure!(!campaigns.is_empty(), "no campaign was given");
    for (at, campaign) in campaigns.iter().enumerate() {
        let id = &campaign.definition().id;
        let twice = campaigns[..at].iter().any(|other| other.definition().id == *id);
        ensure!(!twice, "the election {id} was given twice");
    }
    Ok(())
}

fn places(definition: &ElectionDefinition) -> BTreeMap<PrecinctId, Place> {
    let place = |(at, precinct): (usize, &Precinct)| {
        let here = |vote: &VoteId| {
            definition.styles.iter().any(|style| style.vote == *vote && style.is_for(&precinct.id))
        };
        let votes = definition.votes.iter().map(|vote| vote.id.clone()).filter(here).collect();
        (precinct.id.clone(), Place { at, votes })
    };
    definition.precincts.iter().enumerate().map(place).collect()
}

/// The registers of a precinct that would take every ballot style.
fn all_registers(definition: &ElectionDefinition) -> Tally {
    let mut everywhere = definition.clone();
    everywhere.precincts.clear();
    for style in &mut everywhere.styles {
        style.precincts.clear();
    }
    Tally::zero(&everywhere, &PrecinctId::from(""))
}
