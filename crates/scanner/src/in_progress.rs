//! Collects the sides of a sheet and hands them over only when the sheet is whole.

use urna_core::journal::ScannerFault;

use crate::frame::{Frame, MAX_SIDE_BYTES, MAX_SIDES, Side};
use crate::scanner::{ScannerEvent, SheetFate};

/// What an event means for the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// Nothing yet.
    Nothing,
    /// Paper was put into the tray.
    PaperPresent,
    /// The tray is empty.
    PaperGone,
    /// A whole sheet: one or two sides, the front first.
    Sheet(Vec<Frame>),
    /// The sheet was given up on request; it was not scanned.
    Cancelled {
        /// Where it is.
        fate: SheetFate,
    },
    /// A fault; if a sheet was on its way it was not scanned.
    Fault {
        /// What.
        fault: ScannerFault,
        /// Where the sheet is.
        fate: SheetFate,
    },
}

/// The sides of the sheet on its way. Feed it every event of one scanner.
///
/// A device that gives sides in the wrong order, too many or none at all, or a side that is too
/// long, does not keep to its protocol: the sheet is dropped and [`ScannerFault::Protocol`] is told.
#[derive(Debug, Default)]
pub struct SheetInProgress {
    sides: Vec<Frame>,
    /// A side of this sheet broke the rules; the end of the sheet is awaited.
    spoilt: bool,
}

impl SheetInProgress {
    /// Takes the next event.
    pub fn hear(&mut self, event: ScannerEvent) -> Heard {
        match event {
            ScannerEvent::PaperPresent => Heard::PaperPresent,
            ScannerEvent::PaperGone => Heard::PaperGone,
            ScannerEvent::SideScanned(frame) => {
                self.keep(frame);
                Heard::Nothing
            }
            ScannerEvent::SheetDone => self.finish(),
            ScannerEvent::Cancelled { fate } => {
                self.forget();
                Heard::Cancelled { fate }
            }
            ScannerEvent::Fault { fault, fate } => {
                self.forget();
                Heard::Fault { fault, fate }
            }
        }
    }

    fn keep(&mut self, frame: Frame) {
        let expected = if self.sides.is_empty() { Side::Front } else { Side::Back };
        if self.spoilt
            || self.sides.len() >= MAX_SIDES
            || frame.side != expected
            || frame.bytes.is_empty()
            || frame.bytes.len() > MAX_SIDE_BYTES
        {
            self.sides.clear();
            self.spoilt = true;
        } else {
            self.sides.push(frame);
        }
    }

    fn finish(&mut self) -> Heard {
        let sides = std::mem::take(&mut self.sides);
        let spoilt = std::mem::take(&mut self.spoilt);
        if spoilt || sides.is_empty() {
            // The device said that the sheet is through.
            Heard::Fault { fault: ScannerFault::Protocol, fate: SheetFate::Ejected }
        } else {
            Heard::Sheet(sides)
        }
    }

    fn forget(&mut self) {
        self.sides.clear();
        self.spoilt = false;
    }
}
