//! A device is replaced: another one goes on from its second copy alone, with both PINs, to the right result; what is
//! damaged, foreign or incomplete is refused before anything is stored; and the power may fail at every write.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, reason = "tests")]

mod support;

use std::sync::LazyLock;

use proptest::prelude::*;
use support::stick::{self, Stick, station, take_over};
use support::{CHAIR, Later, SECRETARY, Station, events, number_of, verify};
use urna_core::CopyStanding;
use urna_core::journal::{EventKind, PollState};
use urna_core::report::CountPurpose;
use urna_core::seal::Digest;
use urna_core::tally::{Sensitivity, Tally};
use urna_core::vault_api::{Command, Reply, VaultError};
use urna_vault::{Disk, FileName, MemoryDisk, Power};

const SHEETS: [&str; 5] =
    ["general a d e +yes", "lists p2 no-3", "general a b yes", "lists p2 -p3", "general b ?d no"];

type Result = (Option<Tally>, Option<Sensitivity>);

fn result_of(station: &mut Station, stick: &mut Stick) -> Result {
    stick::work(station, stick, |status| status.state == PollState::Transmitted);
    assert_eq!(station.status().state, PollState::Transmitted);
    let report = station.result().report;
    (report.tally, report.sensitivity)
}

/// A day on one device.
static RIGHT: LazyLock<Result> =
    LazyLock::new(|| result_of(&mut station(1, &SHEETS), &mut Stick::default()));

/// A device with three sheets, and its stick.
static THREE: LazyLock<Stick> = LazyLock::new(|| stick_with(7, 3));

fn stick_with(seed: u64, sheets: u32) -> Stick {
    let (mut old, mut stick) = (station(seed, &SHEETS), Stick::default());
    stick::work(&mut old, &mut stick, |status| status.sheets == sheets);
    stick.keep_up(&mut old).unwrap();
    stick
}

fn code(outcome: std::result::Result<urna_vault::Answer, VaultError>) -> String {
    match outcome.unwrap_err() {
        VaultError::Copy { code, .. } => code,
        other => panic!("{other:?}"),
    }
}

/// Everything that is stored.
fn stored(disk: &MemoryDisk) -> Vec<Vec<u8>> {
    let disk = disk.after_restart();
    FileName::ALL.iter().map(|&file| disk.read(file).unwrap()).collect()
}

#[test]
fn from_any_moment_of_the_day_another_device_goes_on_to_the_right_result() {
    let mut moment = 0;
    loop {
        let (mut old, mut stick) = (station(moment + 10, &SHEETS), Stick::default());
        let mut steps = 0;
        // Each step of the day once: the device dies when the copy is in step.
        let before = loop {
            let status = old.status();
            if status.unlocked && status.enrolled.is_some() {
                stick.keep_up(&mut old).unwrap();
                if steps == moment {
                    break Some(old.status());
                }
                steps += 1;
            }
            let Some((command, buffers)) = old.next(&status) else { break None };
            old.ask(command, buffers).unwrap();
        };
        let Some(before) = before else { break };
        let mut new = station(moment + 1_000, &SHEETS);
        new.ask(take_over(), stick.files()).unwrap();
        let after = new.status();
        let expected = match before.state {
            PollState::Open => PollState::Paused,
            other => other,
        };
        assert_eq!((after.state, after.sheets), (expected, before.sheets), "moment {moment}");
        assert_eq!((&after.turnout, &after.enrolled), (&before.turnout, &before.enrolled));
        assert_eq!(after.key_fingerprint, before.key_fingerprint);
        assert_eq!(after.copy.standing, CopyStanding::Behind);
        assert_eq!(after.recovery, None, "no sheet was in this device's scanner");
        if before.state == PollState::Transmitted {
            let report = new.result().report;
            assert_eq!((report.tally, report.sensitivity), *RIGHT);
        } else {
            assert_eq!(result_of(&mut new, &mut Stick::default()), *RIGHT, "moment {moment}");
        }
        moment += 1;
    }
    assert!(moment > 10, "{moment} moments");
}

#[test]
fn the_chain_goes_on_and_says_so() {
    let (mut old, mut stick) = (station(3, &SHEETS), Stick::default());
    stick::work(&mut old, &mut stick, |status| status.sheets == 3);
    stick.keep_up(&mut old).unwrap();
    stick.keep_up(&mut old).unwrap();
    let head = old.status().log_head;
    let before = events(&mut old);
    let mut new = station(4, &SHEETS);
    new.ask(take_over(), stick.files()).unwrap();
    let after = events(&mut new);
    assert_eq!(after[..before.len()], before);
    let [taken, EventKind::Started { .. }, EventKind::Unlocked] = &after[before.len()..] else {
        panic!("{after:?}");
    };
    assert!(matches!(taken, EventKind::TakenOver { sheets: 3, wrong_pins: 0, .. }), "{taken:?}");
    let answer = new.ask(Command::Log { from: before.len() as u64, most: 1 }, vec![]).unwrap();
    let Reply::Log { events, .. } = answer.reply else { panic!() };
    assert_eq!(events[0].previous, head);
    // A start finds all that was taken over, paused.
    new.restart().unwrap();
    new.work(|status| status.unlocked);
    assert_eq!((new.status().state, new.status().sheets), (PollState::Paused, 3));
}

#[test]
fn a_device_in_its_second_count_is_taken_over_with_the_first() {
    let late = || {
        let sheets = ["general c e no", "general a e yes"];
        vec![Later::new(CountPurpose::LateBox, &[], &sheets)]
    };
    let (mut old, mut stick) = (station(21, &SHEETS), Stick::default());
    old.later = late();
    stick::work(&mut old, &mut stick, |status| number_of(status) == 2 && status.sheets == 1);
    stick.keep_up(&mut old).unwrap();
    let before = old.status();
    assert_eq!((number_of(&before), before.sheets, before.counts.len()), (2, 1, 1));
    let mut new = station(22, &SHEETS);
    new.later = late();
    new.ask(take_over(), stick.files()).unwrap();
    let after = new.status();
    assert_eq!((after.state, number_of(&after), after.sheets), (PollState::Paused, 2, 1));
    assert_eq!((&after.counts, &after.turnout), (&before.counts, &before.turnout));
    new.acknowledged_in = 2;
    stick::work(&mut new, &mut stick, |status| {
        number_of(status) == 2 && status.state == PollState::Reported
    });
    let [first, second] = [1, 2].map(|count| verify(&new.result_of(count)));
    assert_eq!((first.report.tally, first.digest), (RIGHT.0.clone(), before.counts[0].digest));
    assert_eq!(second.report.tally.unwrap().sheets(), 2);
}

#[test]
fn records_lie_in_new_places() {
    let (mut old, mut stick) = (station(3, &SHEETS), Stick::default());
    stick::work(&mut old, &mut stick, |status| status.sheets == 3);
    stick.keep_up(&mut old).unwrap();
    let mut new = station(4, &SHEETS);
    new.ask(take_over(), stick.files()).unwrap();
    let records = |station: &Station| station.vault.disk().read(FileName::Records).unwrap();
    let (old, new) = (records(&old), records(&new));
    let same = old.chunks(16).zip(new.chunks(16)).filter(|(old, new)| old == new).count();
    assert_eq!(same, 0);
}

#[test]
fn what_a_copy_says_of_itself_is_shown_before_the_pins() {
    let mut new = station(4, &SHEETS);
    let before = new.status();
    let answer = new.ask(Command::LookAtCopy, THREE.files()).unwrap();
    let Reply::CopySeen(facts) = answer.reply else { panic!("{:?}", answer.reply) };
    assert_eq!((facts.sheets, facts.title.en.is_empty()), (3, false));
    assert_eq!(facts.enrolled.unwrap().precinct, "1".into());
    assert_eq!(new.status(), before);
    assert!(stored(new.vault.disk()).iter().all(Vec::is_empty));
}

#[test]
fn wrong_pins_are_slowed_down_and_told() {
    let mut new = station(4, &SHEETS);
    let wrong = || Command::TakeOver {
        chair_pin: "111111".to_owned(),
        secretary_pin: SECRETARY.to_owned(),
    };
    for (tries, delay) in [1, 2, 4].into_iter().enumerate() {
        let refused = new.ask(wrong(), THREE.files()).unwrap_err();
        assert_eq!(refused, VaultError::WrongPin { delay_s: delay }, "try {tries}");
        let refused = new.ask(take_over(), THREE.files()).unwrap_err();
        assert_eq!(refused, VaultError::TooSoon { delay_s: delay });
        new.clock.set(new.clock.get() + u64::from(delay));
    }
    assert!(stored(new.vault.disk()).iter().all(Vec::is_empty));
    new.ask(take_over(), THREE.files()).unwrap();
    let told = events(&mut new);
    assert!(told.iter().any(|kind| matches!(kind, EventKind::TakenOver { wrong_pins: 3, .. })));
    assert_eq!(new.status().incidents.wrong_pins, 3);
}

#[test]
fn what_does_not_belong_together_is_refused_and_nothing_is_stored() {
    let other_device = stick_with(8, 2);
    let mut other_election = Stick::default();
    let mut plain = Station::new(9, &SHEETS);
    plain.work(|status| status.sheets == 2);
    other_election.keep_up(&mut plain).unwrap();
    let mut new = station(4, &SHEETS);
    let mixed = vec![other_election.package.clone(), THREE.copy.clone()];
    assert_eq!(code(new.ask(take_over(), mixed.clone())), "other_package");
    assert_eq!(code(new.ask(Command::LookAtCopy, mixed)), "other_package");
    // The keys of one device and the content of another: spliced by hand.
    let spliced = splice(&other_device.copy, &THREE.copy);
    assert_eq!(code(new.ask(take_over(), vec![THREE.package.clone(), spliced])), "damaged");
    for buffers in [vec![], vec![vec![]; 3], vec![THREE.copy.clone()]] {
        let refused = new.ask(take_over(), buffers).unwrap_err();
        assert!(matches!(refused, VaultError::BadRequest { .. }), "{refused:?}");
    }
    assert_eq!(code(new.ask(take_over(), vec![vec![], vec![]])), "damaged");
    assert!(stored(new.vault.disk()).iter().all(Vec::is_empty));
    // A device that is in use takes nothing over.
    let mut used = station(5, &SHEETS);
    used.work(|status| status.state == PollState::Tested);
    let refused = used.ask(take_over(), THREE.files()).unwrap_err();
    assert_eq!(refused, VaultError::WrongState { state: PollState::Tested });
}

/// The open part of the second with the sealed part of the first.
fn splice(sealed_of: &[u8], header_of: &[u8]) -> Vec<u8> {
    let parts = |bytes: &[u8]| -> Vec<Vec<u8>> {
        let mut decoder = minicbor::Decoder::new(bytes);
        assert_eq!(decoder.array().unwrap(), Some(3));
        (0..3).map(|_| decoder.bytes().unwrap().to_vec()).collect()
    };
    let (sealed, header) = (parts(sealed_of), parts(header_of));
    let mut bytes = Vec::new();
    let mut encoder = minicbor::Encoder::new(&mut bytes);
    encoder.array(3).unwrap().bytes(&header[0]).unwrap();
    encoder.bytes(&sealed[1]).unwrap().bytes(&sealed[2]).unwrap();
    bytes
}

#[test]
fn a_device_that_comes_back_to_life_learns_that_another_goes_on() {
    let (mut old, mut stick) = (station(3, &SHEETS), Stick::default());
    stick::work(&mut old, &mut stick, |status| status.sheets == 3);
    stick.keep_up(&mut old).unwrap();
    let check = |station: &mut Station, stick: &Stick| {
        station.ask(Command::CheckCopy, vec![stick.copy.clone()])
    };
    // Its own copy, an older one, and rubbish may be written over.
    let older = stick.clone();
    check(&mut old, &stick).unwrap();
    stick.keep_up(&mut old).unwrap();
    check(&mut old, &older).unwrap();
    let rubbish = Stick { copy: b"rubbish".to_vec(), ..Stick::default() };
    check(&mut old, &rubbish).unwrap();
    check(&mut old, &stick_with(8, 2)).unwrap();
    let mut new = station(4, &SHEETS);
    new.ask(take_over(), stick.files()).unwrap();
    stick.keep_up(&mut new).unwrap();
    assert_eq!(code(check(&mut old, &stick)), "ahead");
    // And when it has gone further itself.
    for _ in 0..40 {
        old.ask(Command::NoteNetwork, vec![]).unwrap();
    }
    assert_eq!(code(check(&mut old, &stick)), "ahead");
    assert!(old.status().copy.holds_up());
    let told = events(&mut old);
    assert!(told.iter().any(|kind| matches!(kind, EventKind::CopyLost { .. })), "{told:?}");
}

#[test]
fn a_cut_at_any_write_leaves_a_new_device_or_one_that_has_all() {
    let mut whole = station(20, &SHEETS);
    whole.ask(take_over(), THREE.files()).unwrap();
    let steps = whole.vault.disk().steps();
    assert!(steps >= 14, "{steps} writes and flushes");
    let (mut started_anew, mut had_all) = (0, 0);
    for step in 0..steps {
        for power in [Power::LoseUnflushed(step), Power::TearLast(step)] {
            let mut new = station(step as u64 + 30, &SHEETS);
            new.vault.disk_mut().set_power(power);
            new.ask(take_over(), THREE.files()).unwrap_err();
            assert!(new.vault.disk().is_off(), "{power:?} was not reached");
            new.restart().unwrap();
            if new.status().state == PollState::Unprovisioned {
                started_anew += 1;
                new.ask(take_over(), THREE.files()).unwrap();
            } else {
                had_all += 1;
                new.work(|status| status.unlocked);
            }
            assert_eq!((new.status().state, new.status().sheets), (PollState::Paused, 3));
            // The day's end is the same from each of them: a few are worth the time.
            if step % 5 == 0 {
                assert_eq!(result_of(&mut new, &mut Stick::default()), *RIGHT, "{power:?}");
            }
        }
    }
    assert!(started_anew > 10 && had_all > 2, "{started_anew} and {had_all}");
}

/// The copy or the package, flipped, cut, lengthened or overwritten: refused, and nothing is stored.
fn refuses(files: Vec<Vec<u8>>) -> std::result::Result<(), TestCaseError> {
    let mut new = station(4, &SHEETS);
    let _ = new.ask(Command::LookAtCopy, files.clone());
    let outcome = new.ask(take_over(), files);
    prop_assert!(outcome.is_err(), "{outcome:?}");
    prop_assert!(stored(new.vault.disk()).iter().all(Vec::is_empty));
    let known = matches!(
        outcome,
        Err(VaultError::Copy { .. } | VaultError::WrongPin { .. } | VaultError::BadRequest { .. })
    );
    prop_assert!(known, "{outcome:?}");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn a_damaged_copy_is_refused(
        which in 0_usize..2,
        at in any::<prop::sample::Index>(),
        near_start: bool,
        flip in 1_u8..,
        cut in prop::option::weighted(0.2, any::<prop::sample::Index>()),
        more in prop::option::weighted(0.1, any::<u8>()),
    ) {
        let mut files = THREE.files();
        let file = &mut files[which];
        let reach = if near_start { file.len().min(600) } else { file.len() };
        let place = at.index(reach);
        file[place] ^= flip;
        if let Some(cut) = cut {
            file.truncate(cut.index(reach));
        }
        if let Some(more) = more {
            file.push(more);
        }
        refuses(files)?;
    }

    #[test]
    fn random_bytes_never_panic(copy in prop::collection::vec(any::<u8>(), 0..2_000)) {
        refuses(vec![THREE.package.clone(), copy.clone()])?;
        refuses(vec![copy, THREE.copy.clone()])?;
    }
}

#[test]
fn pins_are_asked_as_everywhere() {
    let mut new = station(4, &SHEETS);
    let same = Command::TakeOver { chair_pin: CHAIR.to_owned(), secretary_pin: CHAIR.to_owned() };
    let refused = new.ask(same, THREE.files()).unwrap_err();
    assert!(matches!(refused, VaultError::WrongPin { .. }), "{refused:?}");
    assert_ne!(Digest::of(&THREE.copy), Digest::default());
}
