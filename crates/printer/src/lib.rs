//! What the kiosk asks of a receipt printer, and the driver of those that speak ESC/POS over USB.
//!
//! The driver is a machine without I/O and without a clock. The kiosk looks at [`Printer::state`] and calls
//! [`Printer::poll`] until it has nothing more to say; whoever holds the USB wire runs the
//! [`Machine`](urna_usb::Machine).

mod ask;
mod command;
mod device_id;
mod job;
mod printer;
mod select;
mod status;
#[cfg(test)]
mod status_tests;

pub use printer::Printer;
pub use select::{CLASSES, printer_for};
pub use urna_core::journal::PrinterFault;

/// What a printer says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Info {
    /// Maker and model; empty if it does not say.
    pub name: String,
    /// Version of its firmware; empty if it does not say.
    pub firmware: String,
    /// Serial number; empty if it does not say.
    pub serial: String,
}

/// What a printer is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// [`Printer::connect`] was not called yet, or the device went away.
    Disconnected,
    /// It is being taken, or brought back in step after a fault.
    Connecting,
    /// It can print.
    Ready(Roll),
    /// A report is being printed: so many rows of dots of so many.
    Printing {
        /// Rows that the printer has dealt with.
        done: usize,
        /// Rows in all.
        of: usize,
    },
    /// It can't print. What a person can put right at the printer is noticed by itself; after
    /// [`is_curable`] says no, [`Printer::connect`] must be called.
    Faulted(PrinterFault),
}

/// What the printer says of its paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roll {
    /// Nothing.
    Fine,
    /// Little is left. Cheap printers lie about it in both directions.
    NearEnd,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The printer is taken: [`Printer::info`] is known.
    Connected,
    /// A report is printed and cut off, and the printer was well after it.
    Printed(Roll),
    /// A report is not printed, or not whole: what came out of it is void.
    NotPrinted(PrinterFault),
}

/// Why printing can't be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// A report is being printed.
    #[error("a report is being printed")]
    Busy,
    /// The printer is not there, or not ready yet.
    #[error("the printer is not connected")]
    NotConnected,
    /// It can't print now.
    #[error("the printer can't print: {0:?}")]
    Faulted(PrinterFault),
    /// There is nothing to print.
    #[error("the report is empty")]
    Empty,
}

/// Whether the machine itself sees when a person has put this right.
pub fn is_curable(fault: PrinterFault) -> bool {
    matches!(
        fault,
        PrinterFault::PaperOut
            | PrinterFault::CoverOpen
            | PrinterFault::Offline
            | PrinterFault::Cutter
            | PrinterFault::Hot
            | PrinterFault::Hardware
    )
}
