//! Hostile files: everything that fuzzing of the vault's opening found or began with, and bytes at random;
//! and bits that flip at rest.
#![allow(clippy::unwrap_used, reason = "tests")]

#[path = "support/hostile.rs"]
mod hostile;
#[path = "support/mod.rs"]
mod support;

/// As `support/hostile.rs` names what it needs.
mod station {
    pub use super::support::Station;
    pub use urna_vault::MemoryDisk;
}

use std::path::Path;

use proptest::prelude::*;
use urna_core::vault_api::VaultError;
use urna_vault::FileName;

#[test]
fn what_fuzzing_found_is_an_alarm_or_harmless() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/vault");
    let mut outcomes = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        outcomes.push(hostile::opening(&bytes).is_ok());
    }
    assert!(outcomes.contains(&true) && outcomes.contains(&false), "{outcomes:?}");
}

/// The edits do reach what is behind the checksums.
#[test]
fn without_edits_the_day_goes_on_and_a_new_checksum_is_not_enough() {
    for moment in 0..4 {
        hostile::opening(&[moment | hostile::UNLOCK]).unwrap();
    }
    let refused = |bytes: &[u8]| match hostile::opening(bytes).unwrap_err() {
        VaultError::Storage { detail, .. } => detail,
        other => panic!("{other}"),
    };
    let reframe = |file, frame: u8| vec![2, number(file, 5), frame, 0, 9, 0, 1, 0xff];
    assert!(refused(&reframe(FileName::Log, 3)).contains("log is damaged"));
    assert!(refused(&reframe(FileName::Package, 0)).len() > 5);
    // A forged salt is told by nothing but the PINs, which don't open the keys any more.
    let mut forged = reframe(FileName::Keys, 0);
    forged[0] |= hostile::UNLOCK;
    assert!(matches!(hostile::opening(&forged), Err(VaultError::WrongPin { .. })));
    assert!(refused(&[2, number(FileName::Records, 1), 0, 9, 9]).contains("records.bin"));
    assert!(refused(&[2 | hostile::UNMARKED, number(FileName::Package, 3), 0]).contains("package"));
}

/// The verb of an edit.
fn number(file: FileName, kind: u8) -> u8 {
    let at = FileName::ALL.iter().position(|name| *name == file).unwrap();
    u8::try_from(at).unwrap() + 5 * kind
}

/// A bit that flips at rest where something stands is an alarm, but in the log: there it is mended (`damage.rs`).
#[test]
fn a_flipped_bit_is_an_alarm_wherever_something_stands() {
    for file in [FileName::Log, FileName::Keys, FileName::Package] {
        for (start, len) in hostile::frames_of(2, file) {
            for at in (start..start + 8 + len.min(3_000)).step_by(37) {
                let [low, high] = u16::try_from(at).unwrap().to_le_bytes();
                let bit = u8::try_from(at % 8).unwrap();
                let outcome = hostile::opening(&[2, number(file, 2), 0, low, high, bit]);
                let is_mended = file == FileName::Log;
                assert_eq!(outcome.is_ok(), is_mended, "{} at {at}: {outcome:?}", file.as_str());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// Edits at random, without the keys.
    #[test]
    fn edits_at_random_never_panic(mut edits in prop::collection::vec(any::<u8>(), 1..80)) {
        edits[0] &= !hostile::UNLOCK;
        let _ = hostile::opening(&edits);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(25))]

    /// And with them.
    #[test]
    fn edits_at_random_never_panic_behind_the_keys(mut edits in prop::collection::vec(any::<u8>(), 1..40)) {
        edits[0] |= hostile::UNLOCK;
        let _ = hostile::opening(&edits);
    }
}
