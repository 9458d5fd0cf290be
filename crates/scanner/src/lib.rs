//! Document scanners without I/O: what the kiosk may ask of one, what it hears back, and the
//! simulated scanner.
//!
//! A scanner is one sheet at a time. [`Scanner::start_sheet`] takes a sheet from the tray;
//! [`Scanner::poll`] then gives its sides and ends with exactly one of
//! [`ScannerEvent::SheetDone`], [`ScannerEvent::Fault`] and [`ScannerEvent::Cancelled`]. Only the
//! first of these means that the sheet was scanned: sides that came before any other end belong to
//! no sheet. [`SheetInProgress`] keeps that rule for the caller.

mod frame;
mod in_progress;
mod scanner;
mod simulated;

pub use frame::{Frame, FrameFormat, MAX_SIDE_BYTES, MAX_SIDES, Side};
pub use in_progress::{Heard, SheetInProgress};
pub use scanner::{
    Capabilities, DoubleFeedCheck, ScanSettings, Scanner, ScannerError, ScannerEvent, ScannerInfo,
    ScannerState, SheetFate, Sides,
};
pub use simulated::{FaultPoint, MAX_TRAY_SHEETS, Sheet, SimulatedScanner, TrayError};
pub use urna_core::journal::ScannerFault;
