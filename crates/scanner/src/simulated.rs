//! A scanner without a device: a tray of image files, with faults on demand.

use std::collections::VecDeque;

use crate::{
    Capabilities, Event, Frame, Info, MAX_SIDE_BYTES, NoSheet, Said, Scanner, ScannerFault, Side,
    StartError, State,
};

/// Most sheets that lie in the tray at once.
pub const MAX_SHEETS: usize = 500;

/// A sheet of paper, as the images of its sides.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// What the tray calls it.
    pub name: String,
    /// The side that faces the sensor.
    pub front: Vec<u8>,
    /// The other, if it is scanned.
    pub back: Option<Vec<u8>>,
}

/// Why a sheet can't be put into the tray.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SheetFault {
    /// A side is longer than [`MAX_SIDE_BYTES`].
    #[error("an image is longer than {MAX_SIDE_BYTES} bytes")]
    TooLong,
    /// The tray holds [`MAX_SHEETS`].
    #[error("the tray is full with {MAX_SHEETS} sheets")]
    Full,
}

/// The simulated scanner. Each [`Scanner::poll`] moves the sheet by one step.
pub struct SimulatedScanner {
    info: Info,
    capabilities: Capabilities,
    tray: VecDeque<Sheet>,
    moving: Option<Moving>,
    ended: Option<Ended>,
    injected: Option<ScannerFault>,
    fault: Option<ScannerFault>,
}

/// A sheet on its way. It leaves the tray only when it is done, so that a fault keeps it.
struct Moving {
    given: usize,
}

/// How a sheet ended that was given up; said by the next [`Scanner::poll`].
enum Ended {
    Cancelled,
    Reconnected,
}

impl Default for SimulatedScanner {
    /// With an empty tray. It is connected from the beginning.
    fn default() -> Self {
        Self {
            info: Info {
                name: "Urna simulated scanner".to_owned(),
                firmware: env!("CARGO_PKG_VERSION").to_owned(),
                serial: "SIM-0".to_owned(),
            },
            capabilities: Capabilities {
                duplex: true,
                dpi: vec![200, 300],
                longest_mm: 600,
                detects_double_feed: true,
            },
            tray: VecDeque::new(),
            moving: None,
            ended: None,
            injected: None,
            fault: None,
        }
    }
}

impl SimulatedScanner {
    /// Puts a sheet on top of those that wait.
    ///
    /// # Errors
    /// [`SheetFault`]; the tray is as it was.
    pub fn put(&mut self, sheet: Sheet) -> Result<(), SheetFault> {
        let longest = sheet.front.len().max(sheet.back.as_ref().map_or(0, Vec::len));
        if longest > MAX_SIDE_BYTES {
            return Err(SheetFault::TooLong);
        }
        if self.tray.len() >= MAX_SHEETS {
            return Err(SheetFault::Full);
        }
        self.tray.push_back(sheet);
        Ok(())
    }

    /// Names of the sheets that wait, the next one first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.tray.iter().map(|sheet| sheet.name.as_str())
    }

    /// Sheets that wait.
    pub fn len(&self) -> usize {
        self.tray.len()
    }

    /// Whether none waits.
    pub fn is_empty(&self) -> bool {
        self.tray.is_empty()
    }

    /// Takes all sheets out; a moving one first comes back.
    pub fn clear(&mut self) {
        self.cancel();
        self.tray.clear();
    }

    fn fail(&mut self, fault: ScannerFault) -> Event {
        self.moving = None;
        self.fault = Some(fault);
        Event::Fault(fault)
    }

    /// Lets the next sheet fail.
    pub fn inject(&mut self, fault: Option<ScannerFault>) {
        self.injected = fault;
    }

    /// The fault that waits for the next sheet.
    pub fn injected(&self) -> Option<ScannerFault> {
        self.injected
    }
}

impl Scanner for SimulatedScanner {
    fn connect(&mut self) {
        if self.moving.take().is_some() {
            self.ended = Some(Ended::Reconnected);
        }
    }

    fn info(&self) -> Option<&Info> {
        Some(&self.info)
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        Some(&self.capabilities)
    }

    fn state(&self) -> State {
        let moves = self.moving.is_some() || self.ended.is_some();
        match self.fault {
            Some(fault) => State::Faulted(fault),
            None if moves => State::Scanning,
            None if self.tray.is_empty() => State::Empty,
            None => State::Ready,
        }
    }

    fn start_sheet(&mut self) -> Result<(), StartError> {
        self.state().may_start()?;
        self.moving = Some(Moving { given: 0 });
        Ok(())
    }

    fn poll(&mut self) -> Option<Event> {
        match self.ended.take() {
            Some(Ended::Cancelled) => return Some(Event::NoSheet(NoSheet::Cancelled)),
            Some(Ended::Reconnected) => return Some(self.fail(ScannerFault::Gone)),
            None => {}
        }
        let moving = self.moving.as_mut()?;
        // A jam comes after the first side, so that whoever listens must let that side go.
        let late = self.injected == Some(ScannerFault::Jam) && moving.given == 0;
        if let Some(fault) = self.injected.take_if(|_| !late) {
            return Some(self.fail(fault));
        }
        let sheet = self.tray.front()?;
        let (side, bytes) = match (moving.given, &sheet.back) {
            (0, _) => (Side::Front, sheet.front.clone()),
            (1, Some(back)) => (Side::Back, back.clone()),
            _ => {
                self.moving = None;
                self.tray.pop_front();
                return Some(Event::SheetDone);
            }
        };
        moving.given += 1;
        Some(Event::SideScanned(Frame { side, bytes, said: Said::default() }))
    }

    fn cancel(&mut self) {
        if self.moving.take().is_some() {
            self.ended = Some(Ended::Cancelled);
        }
    }

    fn clear_fault(&mut self) {
        self.fault = None;
    }
}
