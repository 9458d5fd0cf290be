//! What drivers of devices on a USB cable have in common: what they ask of the wire, how it answers, and
//! how a device is taken.
//!
//! A driver is a [`Machine`] without I/O and without a clock; whoever holds the wire runs it.

mod opening;
mod wire;

pub use opening::{OpenFault, Opening, Progress};
pub use wire::{
    Alternate, Completion, Descriptors, MAX_TRANSFER, Machine, Pipes, Request, Transfer, Wire,
};
