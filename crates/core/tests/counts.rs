//! Which counts go into a sum, and how a count is written.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use urna_core::counts::{Claim, CountKey, HeldBecause, Standing, Unknown, resolve};
use urna_core::journal::EventKind;
use urna_core::report::{Count, CountPurpose, MAX_COUNTS, MAX_REPLACED};
use urna_core::seal::Digest;

fn key(at: usize) -> CountKey {
    CountKey { device: format!("d-{at}").as_str().into(), number: 1 }
}

/// The one report of a claim is named by its place.
fn digest(at: usize) -> Digest {
    Digest::of(&at.to_le_bytes())
}

/// Claims that name others by their places; with `None` one that names nothing.
fn claims(names: &[Option<&[usize]>]) -> Vec<Claim> {
    let claim = |(at, names): (usize, &Option<&[usize]>)| Claim {
        key: key(at),
        reports: vec![digest(at)],
        replaces: names.map(|names| names.iter().map(|&at| digest(at)).collect()),
        is_final: true,
    };
    names.iter().enumerate().map(claim).collect()
}

/// One letter each: counted, replaced, unknown, taken, itself, awaited.
fn letters(claims: &[Claim], unknown: Unknown) -> String {
    let letter = |standing: &Standing| match standing {
        Standing::Counted => 'c',
        Standing::Awaited => 'a',
        Standing::Replaced { .. } => 'r',
        Standing::Held(HeldBecause::NamesUnknown) => 'u',
        Standing::Held(HeldBecause::PlaceTaken) => 't',
        Standing::Held(HeldBecause::NamesItself) => 'i',
    };
    resolve(claims, unknown).iter().map(letter).collect()
}

#[test]
fn what_stands_and_what_does_not() {
    let table: [(&[Option<&[usize]>], &str); 12] = [
        (&[None, None], "cc"),
        (&[None, Some(&[0])], "rc"),
        (&[Some(&[1]), None], "cr"),
        (&[None, None, Some(&[0, 1])], "rrc"),
        // A chain: the last one stands.
        (&[None, Some(&[0]), Some(&[1])], "rrc"),
        (&[None, Some(&[0]), Some(&[0, 1])], "rrc"),
        // Two of one count: the first stays, until a third names both.
        (&[None, Some(&[0]), Some(&[0])], "rct"),
        (&[None, Some(&[0]), Some(&[0]), Some(&[1, 2])], "rrrc"),
        // What is held replaces nothing else either.
        (&[None, None, Some(&[0]), Some(&[0, 1])], "rcct"),
        (&[None, Some(&[0, 9])], "cu"),
        // Circles, and one beside them.
        (&[Some(&[0]), None], "ic"),
        (&[Some(&[1]), Some(&[2]), Some(&[0]), None], "iiic"),
    ];
    for (names, expected) in table {
        assert_eq!(letters(&claims(names), Unknown::Holds), expected, "{names:?}");
    }
    // Where a sum is made of what is at hand, a name of something else changes nothing.
    assert_eq!(letters(&claims(&[None, Some(&[0, 9])]), Unknown::Passes), "rc");
    assert_eq!(letters(&claims(&[None, Some(&[9])]), Unknown::Passes), "cc");
}

#[test]
fn a_count_without_a_final_report_is_awaited_or_replaced() {
    let mut all = claims(&[None, None, Some(&[1])]);
    all[0].is_final = false;
    all[1].is_final = false;
    assert_eq!(letters(&all, Unknown::Holds), "arc");
    let by = &resolve(&all, Unknown::Holds)[1];
    assert_eq!(*by, Standing::Replaced { by: key(2) });
}

fn any_names() -> impl Strategy<Value = Vec<Option<Vec<usize>>>> {
    let names = prop::option::of(prop::collection::vec(0_usize..8, 1..4));
    prop::collection::vec(names, 1..8)
}

proptest! {
    /// Whoever names whom: nothing is in the sum beside what it replaces, and of two that replace the same count
    /// only one is.
    #[test]
    fn never_both_a_count_and_what_replaces_it(names in any_names()) {
        let names: Vec<_> = names.iter().map(Option::as_deref).collect();
        let all = claims(&names);
        let standings = resolve(&all, Unknown::Holds);
        let counted: Vec<usize> =
            (0..all.len()).filter(|&at| standings[at] == Standing::Counted).collect();
        for &one in &counted {
            for &other in &counted {
                let of = |at: usize| names[at].unwrap_or(&[]);
                prop_assert!(!of(one).contains(&other));
                prop_assert!(one == other || !of(one).iter().any(|name| of(other).contains(name)));
            }
        }
        // What is replaced is replaced by something that is not held.
        for standing in &standings {
            if let Standing::Replaced { by } = standing {
                let at = all.iter().position(|claim| claim.key == *by).unwrap();
                prop_assert!(!matches!(standings[at], Standing::Held(_)));
            }
        }
    }
}

#[test]
fn a_count_has_a_form() {
    let count = |number, purpose, names: usize| Count {
        number,
        purpose,
        replaces: (0..names).map(digest).collect(),
    };
    use CountPurpose::{LateBox, OtherStation, Rescan};
    for good in [
        count(2, LateBox, 0),
        count(MAX_COUNTS, OtherStation, 0),
        count(1, Rescan, 1),
        count(2, Rescan, MAX_REPLACED),
    ] {
        assert_eq!(good.check(), Ok(()), "{good:?}");
    }
    let mut twice = count(2, Rescan, 2);
    twice.replaces[1] = twice.replaces[0];
    for bad in [
        count(0, Rescan, 1),
        count(1, LateBox, 0),
        count(1, OtherStation, 0),
        count(MAX_COUNTS + 1, LateBox, 0),
        count(2, LateBox, 1),
        count(2, Rescan, 0),
        count(2, Rescan, MAX_REPLACED + 1),
        twice,
    ] {
        assert!(bad.check().is_err(), "{bad:?}");
    }
}

/// As docs/formats.md has it.
#[test]
fn counts_are_written_as_the_formats_say() {
    let late = Count { number: 2, purpose: CountPurpose::LateBox, replaces: vec![] };
    assert_eq!(minicbor::to_vec(&late).unwrap(), [0xa3, 0, 2, 1, 0, 2, 0x80]);
    let names = vec![Digest::of(b"x")];
    let rescan = Count { number: 3, purpose: CountPurpose::Rescan, replaces: names };
    let bytes = minicbor::to_vec(&rescan).unwrap();
    assert_eq!(bytes[..9], [0xa3, 0, 3, 1, 2, 2, 0x81, 0x58, 32]);
    assert_eq!(minicbor::decode::<Count>(&bytes).unwrap(), rescan);
    let started = EventKind::CountStarted { count: late, device: "d".into(), precinct: "1".into() };
    let bytes = minicbor::to_vec(&started).unwrap();
    let expected = [0x82, 0x18, 40, 0x83, 0xa3, 0, 2, 1, 0, 2, 0x80, 0x61, b'd', 0x61, b'1'];
    assert_eq!(bytes, expected);
}
