//! A receipt printer that is not there, as a USB host sees it.
//!
//! It speaks ESC/POS from the device's side, transfer by transfer, and shares no code with the project's
//! driver: what both agree on was agreed on by the protocol alone. What it printed can be looked at as
//! pictures. Time passes only by [`Device::advance`](urna_scanner_sim::Device::advance), and what goes wrong
//! is written down in a [`Script`].

mod buffer;
mod engine;
mod mechanism;
mod piece;
mod script;
mod sim;
mod status;

pub use piece::{End, Piece};
pub use script::{Script, What, When};
pub use sim::PrinterSim;

/// What kind of printer it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Dots across the paper.
    pub dots: usize,
    /// Bytes that wait to be dealt with; whatever is more has to wait in the host.
    pub buffer: usize,
    /// Millimetres in a second.
    pub speed: u32,
    /// What it says of itself.
    pub manners: Manners,
}

/// What a printer says of itself, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manners {
    /// As the manuals have it.
    Good,
    /// Answers in their turn come when the question does, as if all was printed already.
    Hasty,
    /// It has neither texts nor an IEEE 1284 device id.
    Nameless,
    /// It knows no question in its turn.
    NoTurn,
    /// An office printer, that understands nothing of this.
    Office,
}

impl Default for Options {
    /// A printer for 80 mm with a small buffer.
    fn default() -> Self {
        Options { dots: 576, buffer: 4_096, speed: 150, manners: Manners::Good }
    }
}
