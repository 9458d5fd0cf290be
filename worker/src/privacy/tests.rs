//! The honest vault passes; each planted leak is found, by its means and by no other.

use urna_core::definition::ElectionDefinition;
use urna_core::report::PrivacyMeans::{
    self, Contents, Copies, Events, Files, Generator, Nonces, Sealed, Sizes, Slots,
};
use urna_core::seal::{Digest, Enrolment, Package, SecretKey, Signer, VerifiedPackage};

use super::leaks::{Leak, LeakyDisk, Sound, WeakWorld};
use super::trial::{Setup, run};
use super::{judge, look_at, self_test};
use crate::disk::Disk;
use crate::privacy::disk::TrialDisk;
use crate::privacy::trial::Inside;
use crate::records::FullSlot;
use crate::vault::{Election, World};

const SHEETS: u32 = 1_000;

/// The demonstration's first precinct.
fn demonstration() -> (Election, (Vec<u8>, Enrolment)) {
    let definition: ElectionDefinition =
        serde_json::from_str(include_str!("../../../assets/demo/definition.json")).unwrap();
    let key = SecretKey::from_random(&[7; 32]).unwrap().public_key();
    let package = Digest::of(b"package");
    let enrolment = Enrolment {
        election: definition.id.clone(),
        package,
        device: "d-1".into(),
        precinct: definition.precincts[0].id.clone(),
        device_key: key.to_sec1(),
    };
    let package =
        VerifiedPackage { package: Package { definition, designs: Vec::new() }, digest: package };
    (Election { root: key, verified: package }, (Vec::new(), enrolment))
}

fn found_over<D: Disk>(
    world: &mut dyn World,
    make: impl FnOnce(TrialDisk, &Inside) -> D,
) -> Vec<PrivacyMeans> {
    let (election, enrolment) = demonstration();
    let setup = Setup { election: &election, enrolment: &enrolment };
    let (stored, truth) = run(&setup, world, SHEETS, make).unwrap();
    judge::found(&stored, &truth)
}

/// Each leak, and the means that must find it: exactly those.
const PLANTED: [(Leak, &[PrivacyMeans]); 29] = [
    (Leak::None, &[]),
    (Leak::SlotsInARow, &[Slots]),
    (Leak::SlotsByTime, &[Slots]),
    (Leak::SlotsByStep, &[Slots]),
    (Leak::SlotsInAWindow, &[Slots]),
    (Leak::SlotsSeeded, &[Generator]),
    (Leak::SlotsSeededEachTime, &[Generator]),
    (Leak::SlotInNonce, &[Generator]),
    (Leak::NonceCounter, &[Nonces]),
    (Leak::NonceTime, &[Nonces]),
    (Leak::NonceSame, &[Nonces]),
    // Its nonces lie in a linear space, and follow from one another.
    (Leak::NonceShiftRegister, &[Nonces]),
    (Leak::NonceWeak, &[Generator]),
    (Leak::PaddingTime, &[Contents]),
    (Leak::PaddingCounter, &[Contents]),
    (Leak::PaddingRandom, &[Contents]),
    (Leak::PaddingChain, &[Contents]),
    (Leak::PaddingHalf, &[Contents]),
    (Leak::Short, &[Sizes]),
    (Leak::TagCounts, &[Sealed]),
    (Leak::EventChoice, &[Events]),
    (Leak::EventLength, &[Events]),
    (Leak::EventTime, &[Events]),
    (Leak::EventMore, &[Events]),
    (Leak::EventTail, &[Events]),
    (Leak::Tally, &[Files]),
    (Leak::FileTime, &[Files]),
    (Leak::TallySlot, &[Copies]),
    (Leak::Resealed, &[Copies]),
];

#[test]
fn each_planted_leak_is_found_by_its_means_and_by_no_other() {
    for (leak, means) in PLANTED {
        let found =
            found_over(&mut Sound::new(5), |disk, inside| LeakyDisk::new(leak, disk, inside));
        assert_eq!(found, means, "{leak:?}");
    }
}

#[test]
fn each_means_finds_something() {
    let finds = |means| PLANTED.iter().any(|(_, found)| found.contains(&means));
    assert!(PrivacyMeans::ALL.into_iter().all(finds));
}

#[test]
fn a_weak_generator_of_the_world_is_found() {
    for mut world in
        [WeakWorld::SplitMix(0x0123_4567_89ab_cdef), WeakWorld::Twice(Box::new(Sound::new(3)), 0)]
    {
        assert_eq!(found_over(&mut world, |disk, _| disk), [Generator]);
    }
}

/// How often chance raises an alarm: `URNA_SECRECY_RUNS` trials, each with another seed.
#[test]
fn the_honest_vault_passes() {
    let runs = std::env::var("URNA_SECRECY_RUNS").ok().and_then(|runs| runs.parse().ok());
    let (election, enrolment) = demonstration();
    let setup = Setup { election: &election, enrolment: &enrolment };
    for seed in 0..runs.unwrap_or(3) {
        let test = self_test(&setup, &mut Sound::new(seed), SHEETS).unwrap();
        assert_eq!(test.found, [], "seed {seed}");
        assert_eq!((test.passed, test.sheets), (PrivacyMeans::ALL.to_vec(), SHEETS));
    }
}

/// What a look at the records alone finds of the same leaks, without knowing any order.
const SEEN: [(Leak, &[PrivacyMeans]); 10] = [
    (Leak::None, &[]),
    (Leak::SlotsInARow, &[Slots]),
    (Leak::SlotsInAWindow, &[Slots]),
    (Leak::SlotInNonce, &[Generator]),
    (Leak::NonceCounter, &[Nonces]),
    (Leak::NonceSame, &[Nonces]),
    (Leak::NonceShiftRegister, &[Nonces]),
    (Leak::NonceWeak, &[Generator]),
    (Leak::PaddingCounter, &[Contents]),
    (Leak::PaddingRandom, &[Contents]),
];

#[test]
fn a_look_at_the_stored_records_finds_what_needs_no_truth() {
    let (election, enrolment) = demonstration();
    let setup = Setup { election: &election, enrolment: &enrolment };
    for (leak, means) in SEEN {
        let make = |disk, inside: &Inside| LeakyDisk::new(leak, disk, inside);
        let (stored, _) = run(&setup, &mut Sound::new(6), SHEETS, make).unwrap();
        let opened = super::records::opened(&stored);
        let full = stored.slots.iter().zip(opened).map(|(slot, plain)| FullSlot {
            slot: slot.slot,
            nonce: *slot.after.first_chunk().unwrap(),
            plain: plain.unwrap(),
        });
        let full: Vec<FullSlot> = full.collect();
        let test = look_at(&full, &election.verified.package.definition);
        assert_eq!((test.found.as_slice(), test.sheets), (means, SHEETS), "{leak:?}");
    }
}
