//! Whatever comes over the wire, the machine does not break, hang or end a report twice.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

#[path = "support/hostile.rs"]
mod hostile;

use hostile::{CONNECT, FAILED, GONE, GOOD, PRINT, QUIET, STALLED, STOP, TICK, printer};
use proptest::prelude::*;

/// Steps of a whole report of a printer that is well.
fn report() -> Vec<u8> {
    let mut bytes = vec![GOOD; 60];
    bytes.push(PRINT);
    bytes.extend([GOOD; 50]);
    // The time for paper and knife, then the last look.
    bytes.extend([TICK + 9; 20]);
    bytes.extend([GOOD; 12]);
    bytes
}

#[test]
fn the_steps_that_are_spoilt_are_those_of_a_whole_report() {
    assert_eq!(printer(&report()), (1, 1));
}

fn parts() -> impl Strategy<Value = Vec<u8>> {
    let answers: Vec<Vec<u8>> = vec![
        vec![1, 0x12],
        vec![1, 0],
        vec![1, 0x1a],
        vec![1, 0x72],
        vec![1, 0x0c],
        vec![2, 0, 0],
        vec![2, 0x12, 0x12],
        vec![3, b'_', b'A', 0],
        vec![0],
        vec![20; 21],
    ];
    let any = prop::collection::vec(any::<u8>(), 1..4);
    let one =
        prop::sample::select(vec![QUIET, STALLED, FAILED, GONE, CONNECT, STOP, TICK, TICK + 9]);
    prop_oneof![
        12 => Just(vec![GOOD]),
        3 => prop::sample::select(answers),
        2 => one.prop_map(|verb| vec![verb]),
        1 => Just(vec![PRINT]),
        1 => any,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]
    #[test]
    fn no_bytes_break_the_machine(all in prop::collection::vec(parts(), 0..200)) {
        let bytes: Vec<u8> = all.into_iter().flatten().collect();
        printer(&bytes);
    }

    /// A whole report with a few steps changed, left out or put in.
    #[test]
    fn no_spoilt_report_breaks_the_machine(
        edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..6),
        more in prop::collection::vec(parts(), 0..60),
    ) {
        let mut bytes = report();
        for (at, how, byte) in edits {
            let at = at.index(bytes.len());
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes.extend(more.into_iter().flatten());
        printer(&bytes);
    }
}
