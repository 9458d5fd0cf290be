//! A trial: the vault itself counts made-up sheets, and the truth about them is kept aside.

use std::cell::Cell;
use std::rc::Rc;

use urna_core::VoteId;
use urna_core::definition::ElectionDefinition;
use urna_core::journal::{EventKind, Role};
use urna_core::seal::{Digest, Enrolment, Package, VerifiedPackage};
use urna_core::vault_api::{Command, Place, Reply, VaultError};
use zeroize::Zeroizing;

use super::ballots::{Ballot, Draws, TrialReader, made};
use super::disk::TrialDisk;
use super::stored::Stored;
use crate::disk::Disk;
use crate::keys::Keys;
use crate::provision::no_key;
use crate::vault::{Election, Vault, World, storage};

/// Sheets of a trial: enough that a rank correlation of 0.26 is found, and done in a second.
pub(crate) const TRIAL_SHEETS: u32 = 1_000;

/// What the trial has in common with the real day: everything but keys and files.
pub(crate) struct Setup<'a> {
    pub election: &'a Election,
    pub enrolment: &'a (Vec<u8>, Enrolment),
}

/// What only who keeps the trial knows.
pub(crate) struct Truth {
    /// The slots that were written, each with the sheet that was written there last.
    pub sheet_of_slot: Vec<(usize, usize)>,
    /// The vote of each sheet.
    pub votes: Vec<VoteId>,
    /// The time at which each sheet was fed.
    pub fed_at: Vec<u64>,
    /// How many ballots with different votes there were.
    pub different: usize,
}

/// What a store that leaks knows; an honest one does not ask.
pub(crate) struct Inside {
    pub key: Zeroizing<[u8; 32]>,
    pub package: Digest,
    #[cfg(test)]
    pub clock: Rc<Cell<u64>>,
    /// Time of the opening.
    pub began_at: u64,
}

/// The world of the trial: the real random generator, and a clock that runs through a day.
pub(crate) struct TrialWorld<'a> {
    world: &'a mut dyn World,
    clock: Rc<Cell<u64>>,
    began_at: u64,
}

impl World for TrialWorld<'_> {
    fn now(&self) -> u64 {
        self.clock.get()
    }

    /// In step with the clock, so that the clock never seems to jump.
    fn milliseconds(&self) -> f64 {
        let seconds = self.clock.get().saturating_sub(self.began_at);
        f64::from(u32::try_from(seconds).unwrap_or(u32::MAX)) * 1_000.0
    }

    fn random(&mut self, bytes: &mut [u8]) {
        self.world.random(bytes);
    }

    fn utc_offset_minutes(&self) -> i16 {
        self.world.utc_offset_minutes()
    }
}

/// Counts `sheets` made-up sheets with the code of the vault, over the store that `make` makes.
pub(crate) fn run<D: Disk>(
    setup: &Setup,
    world: &mut dyn World,
    sheets: u32,
    make: impl FnOnce(TrialDisk, &Inside) -> D,
) -> Result<(Stored, Truth), VaultError> {
    let verified = &setup.election.verified;
    let mut seed = [0; 32];
    world.random(&mut seed);
    let mut draws = Draws::new(seed);
    let precinct = &setup.enrolment.1.precinct;
    let ballots = made(&verified.package.definition, precinct, &mut draws);
    let keys = Keys::draw(|bytes| world.random(bytes)).ok_or_else(no_key)?;
    let clock = Rc::new(Cell::new(world.now()));
    let inside = Inside {
        key: keys.records.clone(),
        package: verified.digest,
        #[cfg(test)]
        clock: clock.clone(),
        began_at: clock.get(),
    };
    let disk = TrialDisk::default();
    let world = TrialWorld { world, clock: clock.clone(), began_at: inside.began_at };
    let votes: Vec<VoteId> = ballots.iter().map(|ballot| ballot.vote.clone()).collect();
    let mut vault = opened(setup, make(disk.clone(), &inside), world, ballots, keys)?;
    let log_end = vault.log.as_ref().map_or(0, crate::log::Log::end);
    disk.watch();
    let mut feeder = Feeder { draws, ends: Vec::new(), fed: Vec::new(), fed_at: Vec::new() };
    for _ in 0..sheets {
        feeder.feed(&mut vault, &disk, &clock, votes.len())?;
    }
    let Feeder { ends, fed, fed_at, .. } = feeder;
    let definition = &verified.package.definition;
    let (stored, sheet_of_slot) = Stored::of(&disk, definition, &inside, &ends, log_end)?;
    let mut different = fed.clone();
    different.sort_unstable();
    different.dedup();
    let votes = fed.iter().filter_map(|&ballot| votes.get(ballot).cloned()).collect();
    Ok((stored, Truth { sheet_of_slot, votes, fed_at, different: different.len() }))
}

type TrialVault<'a, D> = Vault<D, TrialWorld<'a>, TrialReader>;

/// A vault on the evening before, with polls opened at once: no person takes part.
fn opened<'a, D: Disk>(
    setup: &Setup,
    disk: D,
    world: TrialWorld<'a>,
    ballots: Vec<Ballot>,
    keys: Keys,
) -> Result<TrialVault<'a, D>, VaultError> {
    let Election { root, verified } = setup.election;
    let mut vault = Vault::bare(disk, world, TrialReader(ballots));
    // The designs are large pictures that the trial's reader doesn't look at.
    let mut definition: ElectionDefinition = verified.package.definition.clone();
    // Nor is a second copy kept of it.
    definition.policy.second_copy = false;
    let event =
        EventKind::Provisioned { election: definition.id.clone(), package: verified.digest };
    vault.make_files(&definition, b"trial", event)?;
    let package = Package { definition, designs: Vec::new() };
    let verified = VerifiedPackage { package, digest: verified.digest };
    vault.election = Some(Election { root: root.clone(), verified });
    vault.enrolment = Some(setup.enrolment.clone());
    vault.unlock_with(keys)?;
    vault.session = Some(Role::Operator);
    vault.append(EventKind::Opened)?;
    Ok(vault)
}

/// Feeds sheets in an order of its own and remembers it.
struct Feeder {
    draws: Draws,
    /// Writes of the store after each sheet.
    ends: Vec<usize>,
    /// The ballot that each sheet is.
    fed: Vec<usize>,
    fed_at: Vec<u64>,
}

impl Feeder {
    fn feed<D: Disk>(
        &mut self,
        vault: &mut TrialVault<D>,
        disk: &TrialDisk,
        clock: &Cell<u64>,
        ballots: usize,
    ) -> Result<(), VaultError> {
        let pause = 10 + self.draws.below(60);
        clock.set(clock.get().saturating_add(u64::try_from(pause).unwrap_or(0)));
        let ballot = self.draws.below(ballots);
        let side = vec![u8::try_from(ballot).unwrap_or(u8::MAX)];
        match vault.handle(Command::CountSheet, vec![side]).reply {
            Reply::Sheet(sheet) if !matches!(sheet.place, Place::GiveBack { .. }) => {}
            Reply::Refused(fault) => return Err(fault),
            _ => return Err(storage("failed", "the trial's sheets are not counted")),
        }
        vault.handle(Command::ConfirmDrop, Vec::new());
        self.ends.push(disk.written());
        self.fed.push(ballot);
        self.fed_at.push(clock.get());
        Ok(())
    }
}
