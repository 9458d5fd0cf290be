//! An event log that was taken out: whoever changes, removes, adds or moves an event is found, and the right
//! event is named.
#![allow(clippy::unwrap_used, reason = "tests")]

use minicbor::bytes::ByteVec;
use proptest::prelude::*;
use urna_core::journal::{Event, EventKind, Role};
use urna_core::seal::{
    Broken, BrokenLink, Digest, Enrolment, LogExport, LogFault, LogHead, Mismatch, SealError,
    SecretKey, Signer,
};

fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(&[seed; 32]).unwrap()
}

fn enrolment() -> Enrolment {
    Enrolment {
        election: "e".into(),
        package: Digest::of(b"package"),
        device: "d-1".into(),
        precinct: "1".into(),
        device_key: key(2).public_key().to_sec1(),
    }
}

fn kind(at: u64) -> EventKind {
    match at % 5 {
        0 => EventKind::SheetCounted { vote: "general".into() },
        1 => EventKind::SignedOut { role: Role::Operator },
        2 => EventKind::Paused,
        3 => EventKind::StorageFault { what: "words of some length, as they come".to_owned() },
        _ => EventKind::ClockJumped { seconds: -5 },
    }
}

fn chain(count: u64) -> (Vec<Vec<u8>>, Digest) {
    let mut previous = Digest::default();
    let mut events = Vec::new();
    for sequence in 0..count {
        let kind = match sequence {
            0 => EventKind::Provisioned { election: "e".into(), package: Digest::of(b"package") },
            _ => kind(sequence),
        };
        let event = Event { sequence, at: 1_800_000_000 + sequence, previous, kind };
        let bytes = minicbor::to_vec(&event).unwrap();
        previous = Digest::of(&bytes);
        events.push(bytes);
    }
    (events, previous)
}

fn head(events: u64, head: Digest) -> LogHead {
    LogHead {
        election: "e".into(),
        package: Digest::of(b"package"),
        precinct: "1".into(),
        device: "d-1".into(),
        events,
        head,
        made_at: 1_800_001_000,
        software: "test".to_owned(),
    }
}

fn export(events: Vec<Vec<u8>>, head: &LogHead) -> LogExport {
    LogExport {
        enrolment: enrolment().seal(&key(1)).unwrap(),
        head: head.seal(&key(2)).unwrap(),
        events: events.into_iter().map(ByteVec::from).collect(),
    }
}

/// What verifying says of these events under the head of the right ones.
fn broken(count: u64, change: impl FnOnce(&mut Vec<Vec<u8>>)) -> BrokenLink {
    let (mut events, last) = chain(count);
    change(&mut events);
    match export(events, &head(count, last)).verify(Some(&key(1).public_key())) {
        Err(LogFault::Broken(link)) => link,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_whole_log_verifies_and_knows_its_heads() {
    let (events, last) = chain(12);
    let bytes = export(events.clone(), &head(12, last)).to_bytes().unwrap();
    let log = LogExport::from_bytes(&bytes).unwrap().verify(Some(&key(1).public_key())).unwrap();
    assert_eq!((log.events.len(), log.enrolment.clone()), (12, enrolment()));
    assert_eq!(log.events[7].kind, Some(kind(7)));
    assert_eq!(log.head_after(0), Some(Digest::default()));
    assert_eq!(log.head_after(5), Some(Digest::of(&events[4])));
    assert_eq!(log.head_after(12), Some(last));
    assert_eq!(log.head_after(13), None);
    assert!(LogExport::from_bytes(&bytes).unwrap().verify(None).is_ok());
}

/// An event of a kind that this program does not know: its place is checked, what it says is not known.
#[test]
fn an_event_of_a_later_program_keeps_its_place() {
    let mut event = minicbor::to_vec(Event {
        sequence: 0,
        at: 7,
        previous: Digest::default(),
        kind: EventKind::Paused,
    })
    .unwrap();
    // The kind is the last item, `[8, []]`; 23 is the highest number of one byte and has another content.
    let at = event.len() - 2;
    assert_eq!(event[at], 8);
    event.splice(at..=at, [0x19, 0x03, 0xe7]);
    let last = Digest::of(&event);
    let log = export(vec![event], &head(1, last)).verify(None).unwrap();
    assert_eq!((log.events[0].kind.clone(), log.events[0].at), (None, 7));
}

#[test]
fn a_head_of_another_device_or_key_is_not_believed() {
    let (events, last) = chain(3);
    let root = key(1).public_key();
    let good = head(3, last);
    let sealed = |head: &LogHead| export(events.clone(), head);
    let table = [
        (LogHead { device: "d-2".into(), ..good.clone() }, Mismatch::Device),
        (LogHead { precinct: "2".into(), ..good.clone() }, Mismatch::Precinct),
        (LogHead { package: Digest::of(b"other"), ..good.clone() }, Mismatch::Package),
        (LogHead { election: "f".into(), ..good.clone() }, Mismatch::Election),
    ];
    for (head, mismatch) in table {
        let expected = Err(LogFault::Seal(SealError::Mismatch(mismatch)));
        assert_eq!(sealed(&head).verify(Some(&root)), expected);
    }
    let strange = LogExport { head: good.seal(&key(3)).unwrap(), ..sealed(&good) };
    let wrong_key = strange.verify(Some(&root));
    assert!(matches!(wrong_key, Err(LogFault::Seal(SealError::WrongKey { .. }))), "{wrong_key:?}");
    let wrong_root = sealed(&good).verify(Some(&key(3).public_key()));
    assert!(matches!(wrong_root, Err(LogFault::Seal(SealError::WrongKey { .. }))));
    // Events of another election package, well chained.
    let event = Event {
        sequence: 0,
        at: 0,
        previous: Digest::default(),
        kind: EventKind::Provisioned { election: "e".into(), package: Digest::of(b"other") },
    };
    let event = minicbor::to_vec(&event).unwrap();
    let foreign = export(vec![event.clone()], &head(1, Digest::of(&event))).verify(Some(&root));
    assert_eq!(foreign, Err(LogFault::Seal(SealError::Mismatch(Mismatch::Package))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_changed_event_is_named(count in 1_u64..20, which: prop::sample::Index, place: prop::sample::Index, flip in 1_u8..=255) {
        let at = which.index(usize::try_from(count).unwrap());
        let link = broken(count, |events| {
            let place = place.index(events[at].len());
            events[at][place] ^= flip;
        });
        prop_assert_eq!(link.number, at as u64, "{:?}", link);
    }

    #[test]
    fn a_removed_event_is_named(count in 1_u64..20, which: prop::sample::Index) {
        let at = which.index(usize::try_from(count).unwrap());
        let link = broken(count, |events| drop(events.remove(at)));
        prop_assert_eq!(link.number, at as u64);
        let is_last = at as u64 + 1 == count;
        prop_assert_eq!(matches!(link.what, Broken::Missing { .. }), is_last);
        prop_assert_eq!(matches!(link.what, Broken::Misplaced { .. }), !is_last);
    }

    #[test]
    fn swapped_events_are_named(count in 2_u64..20, one: prop::sample::Index, other: prop::sample::Index) {
        let size = usize::try_from(count).unwrap();
        let (one, other) = (one.index(size), other.index(size));
        prop_assume!(one != other);
        let link = broken(count, |events| events.swap(one, other));
        prop_assert_eq!(link.number, one.min(other) as u64);
        prop_assert_eq!(link.what, Broken::Misplaced { found: one.max(other) as u64 });
    }

    #[test]
    fn an_added_event_is_named(count in 1_u64..20, which: prop::sample::Index) {
        let at = which.index(usize::try_from(count).unwrap() + 1);
        let link = broken(count, |events| {
            let previous = at.checked_sub(1).map_or_else(Digest::default, |p| Digest::of(&events[p]));
            let event = Event { sequence: at as u64, at: 0, previous, kind: EventKind::Resumed };
            events.insert(at, minicbor::to_vec(&event).unwrap());
        });
        // The event behind it bears the number that it takes; at the end nothing is signed beyond.
        prop_assert!(link.number == at as u64 || link.number == at as u64 + 1, "{:?}", link);
    }

    /// Any file: a log or a refusal, never a panic.
    #[test]
    fn any_bytes_are_a_log_or_a_refusal(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(export) = LogExport::from_bytes(&bytes) {
            prop_assert!(export.verify(None).is_err());
        }
    }

    #[test]
    fn a_changed_file_is_refused(place: prop::sample::Index, flip in 1_u8..=255) {
        let (events, last) = chain(6);
        let mut bytes = export(events, &head(6, last)).to_bytes().unwrap();
        let place = place.index(bytes.len());
        bytes[place] ^= flip;
        let read = LogExport::from_bytes(&bytes).and_then(|e| e.verify(Some(&key(1).public_key())));
        prop_assert!(read.is_err(), "byte {}", place);
    }
}
