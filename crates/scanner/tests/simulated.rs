//! The simulated scanner keeps the trait's word, whatever it is asked in whatever order.
#![allow(clippy::unwrap_used, reason = "tests")]

use proptest::prelude::*;
use urna_scanner::{
    Event, MAX_SHEETS, MAX_SIDE_BYTES, Scanner, ScannerFault, Sheet, SheetFault, Side,
    SimulatedScanner, StartError, State,
};

const FAULTS: [ScannerFault; 13] = ScannerFault::ALL;

fn sheet(number: u8, back: bool) -> Sheet {
    Sheet { name: number.to_string(), front: vec![number, 0], back: back.then(|| vec![number, 1]) }
}

/// Feeds one sheet; the sides if it was done, the fault if not.
fn feed(scanner: &mut SimulatedScanner) -> Result<Vec<Vec<u8>>, ScannerFault> {
    scanner.start_sheet().unwrap();
    let mut sides = Vec::new();
    loop {
        match scanner.poll().unwrap() {
            Event::SideScanned(frame) => {
                assert_eq!(frame.side, if sides.is_empty() { Side::Front } else { Side::Back });
                sides.push(frame.bytes);
            }
            Event::SheetDone => return Ok(sides),
            Event::Fault(fault) => return Err(fault),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn each_sheet_is_given_whole_and_once_in_the_order_of_the_tray() {
    let mut scanner = SimulatedScanner::default();
    assert_eq!(scanner.state(), State::Empty);
    assert_eq!(scanner.start_sheet(), Err(StartError::Empty));
    scanner.put(sheet(1, false)).unwrap();
    scanner.put(sheet(2, true)).unwrap();
    assert_eq!(scanner.state(), State::Ready);
    assert_eq!(feed(&mut scanner), Ok(vec![vec![1, 0]]));
    assert_eq!(feed(&mut scanner), Ok(vec![vec![2, 0], vec![2, 1]]));
    assert_eq!(scanner.state(), State::Empty);
    assert_eq!(scanner.poll(), None);
}

#[test]
fn a_fault_keeps_the_sheet_and_waits_for_a_person() {
    for fault in FAULTS {
        let mut scanner = SimulatedScanner::default();
        scanner.put(sheet(1, true)).unwrap();
        scanner.inject(Some(fault));
        assert_eq!(feed(&mut scanner), Err(fault));
        assert_eq!(scanner.state(), State::Faulted(fault));
        assert_eq!(scanner.start_sheet(), Err(StartError::Faulted(fault)));
        assert_eq!(scanner.poll(), None);
        scanner.clear_fault();
        assert_eq!(feed(&mut scanner), Ok(vec![vec![1, 0], vec![1, 1]]));
    }
}

#[test]
fn the_tray_has_bounds() {
    let mut scanner = SimulatedScanner::default();
    let long =
        Sheet { name: String::new(), front: Vec::new(), back: Some(vec![0; MAX_SIDE_BYTES + 1]) };
    assert_eq!(scanner.put(long), Err(SheetFault::TooLong));
    assert!(scanner.is_empty());
    for _ in 0..MAX_SHEETS {
        scanner.put(sheet(1, false)).unwrap();
    }
    assert_eq!(scanner.put(sheet(1, false)), Err(SheetFault::Full));
    assert_eq!(scanner.len(), MAX_SHEETS);
}

#[test]
fn a_frame_never_shows_its_image() {
    let mut scanner = SimulatedScanner::default();
    scanner.put(Sheet { name: String::new(), front: b"secret".to_vec(), back: None }).unwrap();
    scanner.start_sheet().unwrap();
    assert_eq!(format!("{:?}", scanner.poll().unwrap()), "SideScanned(Frame(Front, 6 bytes))");
}

proptest! {
    /// Whatever is called in whatever order: each start ends once, a sheet is done only if all its sides came since its start,
    /// none is done twice, none is lost.
    #[test]
    fn any_order_of_calls_keeps_every_sheet(calls in prop::collection::vec(0_u8..9, 1..200)) {
        let mut scanner = SimulatedScanner::default();
        let (mut put, mut done) = (0_u8, 0_u8);
        let mut sides = Vec::new();
        let mut started = false;
        for call in calls {
            match call {
                0 => {
                    scanner.put(sheet(put, put % 2 == 1)).unwrap();
                    put += 1;
                }
                1 => {
                    if scanner.start_sheet().is_ok() {
                        prop_assert!(!std::mem::replace(&mut started, true));
                        sides.clear();
                    }
                }
                2 => scanner.cancel(),
                5 => scanner.connect(),
                3 => scanner.inject(Some(FAULTS[usize::from(put) % FAULTS.len()])),
                4 => scanner.clear_fault(),
                _ => match scanner.poll() {
                    Some(Event::SideScanned(frame)) => sides.push(frame.bytes),
                    Some(Event::Fault(_) | Event::NoSheet(_)) => {
                        prop_assert!(std::mem::take(&mut started));
                        sides.clear();
                    }
                    Some(Event::Part(_) | Event::Connected | Event::Trouble(_)) => prop_assert!(false),
                    Some(Event::SheetDone) => {
                        let whole: Vec<_> = (0..=done % 2).map(|side| vec![done, side]).collect();
                        prop_assert_eq!(&sides, &whole);
                        prop_assert!(std::mem::take(&mut started));
                        sides.clear();
                        done += 1;
                    }
                    None => {}
                },
            }
            prop_assert_eq!(scanner.len(), usize::from(put - done));
        }
    }
}
