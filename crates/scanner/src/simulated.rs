//! A scanner whose tray is filled by program: for demonstration, training and tests.

use std::collections::VecDeque;

use urna_core::journal::ScannerFault;

use crate::frame::{Frame, FrameFormat, MAX_SIDE_BYTES, MAX_SIDES, Side};
use crate::scanner::{
    Capabilities, ScanSettings, Scanner, ScannerError, ScannerEvent, ScannerInfo, ScannerState,
    SheetFate, Sides,
};

/// Most sheets in the tray and the paper path together.
pub const MAX_TRAY_SHEETS: usize = 200;

/// A sheet of paper: its name for the list on the screen, and a picture of each side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What the list shows.
    pub name: String,
    /// JPEG or PNG files, the front first.
    pub sides: Vec<Vec<u8>>,
}

/// Why a sheet can't be put into the tray.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrayError {
    /// No picture of any side.
    #[error("a sheet has a picture of its front")]
    NoSides,
    /// More pictures than a sheet has sides.
    #[error("a sheet has {MAX_SIDES} sides at most, not {sides}")]
    TooManySides {
        /// Pictures given.
        sides: usize,
    },
    /// A picture is too long.
    #[error("the {side:?} is {bytes} bytes long, more than {MAX_SIDE_BYTES}")]
    SideTooLong {
        /// Which side.
        side: Side,
        /// Its length.
        bytes: usize,
    },
    /// A picture is neither JPEG nor PNG.
    #[error("the {side:?} is neither JPEG nor PNG")]
    UnknownFormat {
        /// Which side.
        side: Side,
    },
    /// The tray is full.
    #[error("the tray holds {MAX_TRAY_SHEETS} sheets at most")]
    Full,
}

/// When, on a sheet's way, an injected fault strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultPoint {
    /// Before its front was given.
    BeforeFront,
    /// After its front, before its back, if it has one.
    AfterFront,
    /// After all its sides, before it is done.
    AfterAllSides,
}

/// A scanner without a device. Deterministic: one poll is one step.
///
/// Between sheets a poll tells a change of the tray. After `start_sheet` the polls give the front,
/// the back if the sheet has one and both sides were asked for, and `SheetDone`. A fault holds the
/// sheet until `clear_fault`, which puts it back on top of the tray as a clerk would.
#[derive(Debug, Default)]
pub struct SimulatedScanner {
    tray: VecDeque<Sheet>,
    phase: Phase,
    /// What the last paper event said.
    paper_told: bool,
    next_fault: Option<(ScannerFault, FaultPoint)>,
}

#[derive(Debug, Default)]
enum Phase {
    #[default]
    Waiting,
    Scanning {
        sheet: Sheet,
        /// Sides that are given.
        wanted: usize,
        /// Sides that were given.
        given: usize,
    },
    /// The sheet is back in the tray; the event is yet to be told.
    Cancelling,
    Faulted {
        fault: ScannerFault,
        held: Option<Sheet>,
    },
}

impl SimulatedScanner {
    /// With an empty tray.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a sheet under the others.
    ///
    /// # Errors
    /// [`TrayError`]; the tray is as it was.
    pub fn put(&mut self, sheet: Sheet) -> Result<(), TrayError> {
        if sheet.sides.is_empty() {
            return Err(TrayError::NoSides);
        }
        if sheet.sides.len() > MAX_SIDES {
            return Err(TrayError::TooManySides { sides: sheet.sides.len() });
        }
        for (bytes, side) in sheet.sides.iter().zip([Side::Front, Side::Back]) {
            if bytes.len() > MAX_SIDE_BYTES {
                return Err(TrayError::SideTooLong { side, bytes: bytes.len() });
            }
            if FrameFormat::of(bytes).is_none() {
                return Err(TrayError::UnknownFormat { side });
            }
        }
        if self.tray.len() + usize::from(self.in_path().is_some()) >= MAX_TRAY_SHEETS {
            return Err(TrayError::Full);
        }
        self.tray.push_back(sheet);
        Ok(())
    }

    /// Names of the sheets in the tray, the next one first.
    pub fn tray(&self) -> Vec<&str> {
        self.tray.iter().map(|sheet| sheet.name.as_str()).collect()
    }

    /// Name of the sheet that is on its way or stuck.
    pub fn in_path(&self) -> Option<&str> {
        match &self.phase {
            Phase::Scanning { sheet, .. } | Phase::Faulted { held: Some(sheet), .. } => {
                Some(&sheet.name)
            }
            Phase::Waiting | Phase::Cancelling | Phase::Faulted { held: None, .. } => None,
        }
    }

    /// Takes a sheet out of the tray.
    pub fn remove(&mut self, index: usize) -> Option<Sheet> {
        self.tray.remove(index)
    }

    /// Takes all sheets out of the tray. A sheet on its way goes on.
    pub fn empty(&mut self) {
        self.tray.clear();
    }

    /// Lets the next sheet that is scanned run into a fault, where such a fault usually strikes.
    pub fn inject(&mut self, fault: ScannerFault) {
        let at = match fault {
            ScannerFault::CoverOpen => FaultPoint::BeforeFront,
            ScannerFault::Jam | ScannerFault::DoubleFeed | ScannerFault::Gone => {
                FaultPoint::AfterFront
            }
            ScannerFault::Protocol => FaultPoint::AfterAllSides,
        };
        self.inject_at(fault, at);
    }

    /// Lets the next sheet that is scanned run into a fault at a chosen point.
    pub fn inject_at(&mut self, fault: ScannerFault, at: FaultPoint) {
        self.next_fault = Some((fault, at));
    }

    /// The fault that waits for the next sheet.
    pub fn injected(&self) -> Option<ScannerFault> {
        self.next_fault.map(|(fault, _)| fault)
    }

    /// Goes one step with the sheet on its way.
    fn step(&mut self, sheet: Sheet, wanted: usize, given: usize) -> Option<ScannerEvent> {
        let due = match self.next_fault {
            None => false,
            Some((_, FaultPoint::BeforeFront)) => true,
            Some((_, FaultPoint::AfterFront)) => given >= 1,
            Some((_, FaultPoint::AfterAllSides)) => given >= wanted,
        };
        if due && let Some((fault, _)) = self.next_fault.take() {
            return Some(self.strike(fault, sheet, given));
        }
        let frame = if given < wanted { frame(&sheet, given) } else { None };
        match frame {
            Some(frame) => {
                self.phase = Phase::Scanning { sheet, wanted, given: given + 1 };
                Some(ScannerEvent::SideScanned(frame))
            }
            None => Some(ScannerEvent::SheetDone),
        }
    }

    fn strike(&mut self, fault: ScannerFault, sheet: Sheet, given: usize) -> ScannerEvent {
        let fate = match fault {
            ScannerFault::CoverOpen if given == 0 => SheetFate::InTray,
            ScannerFault::CoverOpen | ScannerFault::Jam => SheetFate::InPath,
            ScannerFault::DoubleFeed => SheetFate::Ejected,
            ScannerFault::Gone | ScannerFault::Protocol => SheetFate::NotKnown,
        };
        let held = if fate == SheetFate::InTray {
            self.tray.push_front(sheet);
            None
        } else {
            Some(sheet)
        };
        self.phase = Phase::Faulted { fault, held };
        ScannerEvent::Fault { fault, fate }
    }

    fn tell_paper(&mut self) -> Option<ScannerEvent> {
        let paper = !self.tray.is_empty();
        if paper == self.paper_told {
            return None;
        }
        self.paper_told = paper;
        Some(if paper { ScannerEvent::PaperPresent } else { ScannerEvent::PaperGone })
    }
}

impl Scanner for SimulatedScanner {
    fn info(&self) -> ScannerInfo {
        ScannerInfo {
            vendor: "Urna".to_owned(),
            model: "Simulated scanner".to_owned(),
            serial: None,
            firmware: Some(env!("CARGO_PKG_VERSION").to_owned()),
        }
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities {
            duplex: true,
            dpi: vec![150, 200, 300],
            max_length_mm: 863,
            max_width_mm: 297,
            double_feed_sensor: true,
        }
    }

    fn state(&self) -> ScannerState {
        match self.phase {
            Phase::Waiting if self.tray.is_empty() => ScannerState::Idle,
            Phase::Waiting => ScannerState::Ready,
            Phase::Scanning { .. } | Phase::Cancelling => ScannerState::Scanning,
            Phase::Faulted { fault, .. } => ScannerState::Fault(fault),
        }
    }

    fn start_sheet(&mut self, settings: &ScanSettings) -> Result<(), ScannerError> {
        match self.phase {
            Phase::Waiting => {}
            Phase::Scanning { .. } | Phase::Cancelling => return Err(ScannerError::Busy),
            Phase::Faulted { fault, .. } => return Err(ScannerError::Faulted(fault)),
        }
        settings.check(&self.capabilities())?;
        let sheet = self.tray.pop_front().ok_or(ScannerError::NoPaper)?;
        let wanted = match settings.sides {
            Sides::Front => 1,
            Sides::Both => sheet.sides.len(),
        };
        self.phase = Phase::Scanning { sheet, wanted, given: 0 };
        Ok(())
    }

    fn cancel(&mut self) {
        match std::mem::take(&mut self.phase) {
            Phase::Scanning { sheet, .. } => {
                self.tray.push_front(sheet);
                self.phase = Phase::Cancelling;
            }
            other => self.phase = other,
        }
    }

    fn clear_fault(&mut self) {
        match std::mem::take(&mut self.phase) {
            Phase::Faulted { held, .. } => {
                if let Some(sheet) = held {
                    self.tray.push_front(sheet);
                }
            }
            other => self.phase = other,
        }
    }

    fn poll(&mut self) -> Option<ScannerEvent> {
        match std::mem::take(&mut self.phase) {
            Phase::Waiting => self.tell_paper(),
            Phase::Scanning { sheet, wanted, given } => self.step(sheet, wanted, given),
            Phase::Cancelling => Some(ScannerEvent::Cancelled { fate: SheetFate::InTray }),
            faulted @ Phase::Faulted { .. } => {
                self.phase = faulted;
                None
            }
        }
    }
}

fn frame(sheet: &Sheet, at: usize) -> Option<Frame> {
    let bytes = sheet.sides.get(at)?;
    // `put` took only files of a known format.
    let format = FrameFormat::of(bytes)?;
    let side = if at == 0 { Side::Front } else { Side::Back };
    Some(Frame { side, format, bytes: bytes.clone(), dpi: None })
}
