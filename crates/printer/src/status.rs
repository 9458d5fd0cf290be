//! What a printer says of itself in single bytes. Each kind has bits that never change, by which a byte of
//! another kind, or noise, is told apart.

use crate::{PrinterFault, Roll};

/// How many kinds of status there are.
pub const KINDS: u8 = 4;

/// Whether a byte can be an answer to a question in real time: `0xx1xx10`.
pub fn is_status(byte: u8) -> bool {
    byte & 0x93 == 0x12
}

/// Whether it can be the paper's status in its turn: `0xx0xxxx`.
pub fn is_fence(byte: u8) -> bool {
    byte & 0x90 == 0
}

/// Whether the printer is offline, by its first status.
pub fn is_offline(printer: u8) -> bool {
    printer & 0x08 != 0
}

/// Whether the fence says that there is no paper. Most printers stop before they could say so.
pub fn fence_paper_out(byte: u8) -> bool {
    byte & 0x0c != 0
}

/// All four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Of the printer, why it is offline, of errors, of the paper.
    pub bytes: [u8; 4],
}

impl Status {
    /// What keeps it from printing, the cause before what it causes.
    pub fn fault(self) -> Option<PrinterFault> {
        let [printer, offline, error, paper] = self.bytes;
        let causes = [
            // The cover first: with it open, some say that there is no paper either.
            (offline & 0x04 != 0, PrinterFault::CoverOpen),
            (paper & 0x60 != 0 || offline & 0x20 != 0, PrinterFault::PaperOut),
            (error & 0x08 != 0, PrinterFault::Cutter),
            (error & 0x20 != 0, PrinterFault::Hardware),
            (error & 0x40 != 0, PrinterFault::Hot),
            (error & 0x04 != 0 || offline & 0x40 != 0, PrinterFault::Hardware),
            // By its button, or without a word of why.
            (
                offline & 0x08 != 0 || is_offline(printer) || printer & 0x20 != 0,
                PrinterFault::Offline,
            ),
        ];
        causes.into_iter().find_map(|(is_so, fault)| is_so.then_some(fault))
    }

    /// What it says of its paper.
    pub fn roll(self) -> Roll {
        let [.., paper] = self.bytes;
        if paper & 0x0c == 0 { Roll::Fine } else { Roll::NearEnd }
    }
}

/// What the port's status byte of USB's printer class says, asked beside a wire that is stuck.
pub fn port_fault(byte: u8) -> Option<PrinterFault> {
    let (no_paper, selected) = (byte & 0x20 != 0, byte & 0x10 != 0);
    match (no_paper, selected) {
        (true, _) => Some(PrinterFault::PaperOut),
        (false, false) => Some(PrinterFault::Offline),
        (false, true) => None,
    }
}
