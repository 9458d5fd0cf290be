//! Any sequence of calls: no sheet is lost, none is scanned twice, none is scanned in part.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use urna_scanner::{
    DoubleFeedCheck, FaultPoint, Heard, ScanSettings, Scanner, ScannerError, ScannerEvent,
    ScannerFault, ScannerState, Sheet, SheetInProgress, Sides, SimulatedScanner,
};

#[derive(Clone, Debug)]
enum Call {
    Put { sides: usize },
    Remove { index: usize },
    Empty,
    Inject { fault: ScannerFault, at: FaultPoint },
    Start { sides: Sides },
    Cancel,
    ClearFault,
    Poll,
}

fn call() -> impl Strategy<Value = Call> {
    let fault = prop::sample::select(vec![
        ScannerFault::Jam,
        ScannerFault::DoubleFeed,
        ScannerFault::CoverOpen,
        ScannerFault::Gone,
        ScannerFault::Protocol,
    ]);
    let at = prop::sample::select(vec![
        FaultPoint::BeforeFront,
        FaultPoint::AfterFront,
        FaultPoint::AfterAllSides,
    ]);
    prop_oneof![
        4 => (1..=2usize).prop_map(|sides| Call::Put { sides }),
        1 => (0..4usize).prop_map(|index| Call::Remove { index }),
        1 => Just(Call::Empty),
        1 => (fault, at).prop_map(|(fault, at)| Call::Inject { fault, at }),
        4 => prop::sample::select(vec![Sides::Front, Sides::Both])
            .prop_map(|sides| Call::Start { sides }),
        1 => Just(Call::Cancel),
        2 => Just(Call::ClearFault),
        10 => Just(Call::Poll),
    ]
}

/// What the world outside the scanner knows.
#[derive(Default)]
struct World {
    scanner: SimulatedScanner,
    progress: SheetInProgress,
    put: usize,
    taken_out: BTreeSet<String>,
    scanned: BTreeSet<String>,
    /// The sheet that was started and has not ended: its name and the number of sides due.
    started: Option<(String, usize)>,
}

impl World {
    fn settings(sides: Sides) -> ScanSettings {
        ScanSettings { sides, dpi: 200, length_mm: 297, double_feed: DoubleFeedCheck::On }
    }

    fn tray(&self) -> Vec<String> {
        self.scanner.tray().into_iter().map(str::to_owned).collect()
    }

    fn call(&mut self, call: &Call) -> Result<(), TestCaseError> {
        match call {
            Call::Put { sides } => {
                let name = format!("{}-{sides}", self.put);
                let sides = (0..*sides).map(|side| picture(&name, side)).collect();
                self.scanner.put(Sheet { name, sides }).unwrap();
                self.put += 1;
            }
            Call::Remove { index } => {
                if let Some(sheet) = self.scanner.remove(*index) {
                    self.taken_out.insert(sheet.name);
                }
            }
            Call::Empty => {
                self.taken_out.extend(self.tray());
                self.scanner.empty();
            }
            Call::Inject { fault, at } => self.scanner.inject_at(*fault, *at),
            Call::Start { sides } => self.start(*sides)?,
            Call::Cancel => self.scanner.cancel(),
            Call::ClearFault => {
                self.scanner.clear_fault();
                prop_assert!(!matches!(self.scanner.state(), ScannerState::Fault(_)));
            }
            Call::Poll => self.poll()?,
        }
        Ok(())
    }

    fn start(&mut self, sides: Sides) -> Result<(), TestCaseError> {
        let before = self.scanner.state();
        let first = self.tray().first().cloned();
        let result = self.scanner.start_sheet(&Self::settings(sides));
        match before {
            ScannerState::Idle => prop_assert_eq!(result, Err(ScannerError::NoPaper)),
            ScannerState::Scanning => prop_assert_eq!(result, Err(ScannerError::Busy)),
            ScannerState::Fault(f) => prop_assert_eq!(result, Err(ScannerError::Faulted(f))),
            ScannerState::Ready => {
                prop_assert_eq!(result, Ok(()));
                let name = first.unwrap();
                let has = if name.ends_with("-2") { 2 } else { 1 };
                let due = if sides == Sides::Both { has } else { 1 };
                prop_assert!(self.started.is_none(), "the sheet before has ended");
                self.started = Some((name, due));
            }
        }
        Ok(())
    }

    fn poll(&mut self) -> Result<(), TestCaseError> {
        let Some(event) = self.scanner.poll() else {
            prop_assert_ne!(self.scanner.state(), ScannerState::Scanning, "a poll is a step");
            return Ok(());
        };
        if let ScannerEvent::Fault { fault, .. } = &event {
            prop_assert_eq!(self.scanner.state(), ScannerState::Fault(*fault));
        }
        match self.progress.hear(event) {
            Heard::Sheet(frames) => {
                let (name, due) = self.started.take().expect("only a started sheet is scanned");
                let given: Vec<_> = frames.into_iter().map(|frame| frame.bytes).collect();
                let whole: Vec<_> = (0..due).map(|side| picture(&name, side)).collect();
                prop_assert_eq!(given, whole);
                prop_assert!(self.scanned.insert(name), "scanned twice");
            }
            Heard::Cancelled { .. } | Heard::Fault { .. } => {
                prop_assert!(self.started.take().is_some(), "it ends a started sheet");
            }
            Heard::PaperPresent => prop_assert!(!self.tray().is_empty()),
            Heard::PaperGone => prop_assert!(self.tray().is_empty()),
            Heard::Nothing => prop_assert!(self.started.is_some()),
        }
        Ok(())
    }

    /// Each sheet that was ever put is in exactly one place.
    fn nothing_lost(&self) -> Result<(), TestCaseError> {
        let mut all: Vec<String> = self.tray();
        all.extend(self.scanner.in_path().map(str::to_owned));
        all.extend(self.taken_out.iter().cloned());
        all.extend(self.scanned.iter().cloned());
        let distinct: BTreeSet<_> = all.iter().collect();
        prop_assert_eq!(distinct.len(), all.len(), "in two places");
        prop_assert_eq!(all.len(), self.put, "lost");
        Ok(())
    }
}

fn picture(name: &str, side: usize) -> Vec<u8> {
    [b"\xff\xd8\xff", format!("{name}/{side}").as_bytes()].concat()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn a_sheet_is_scanned_whole_once_or_not_at_all(
        calls in prop::collection::vec(call(), 0..80),
    ) {
        let mut world = World::default();
        for call in &calls {
            world.call(call)?;
            world.nothing_lost()?;
        }
        // In the end all that is still there can be scanned.
        for _ in 0..world.put * 6 + 10 {
            world.call(&Call::ClearFault)?;
            world.call(&Call::Poll)?;
            if world.scanner.state() == ScannerState::Ready {
                world.call(&Call::Start { sides: Sides::Both })?;
            }
            world.nothing_lost()?;
        }
        prop_assert_eq!(world.scanned.len() + world.taken_out.len(), world.put);
        prop_assert_eq!(world.scanner.state(), ScannerState::Idle);
    }
}
