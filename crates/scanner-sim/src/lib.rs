//! Document scanners that are not there, as a USB host sees them.
//!
//! Two devices: an eSCL scanner behind IPP-over-USB ([`escl_scanner`]) and a Fujitsu/Ricoh fi-series
//! one ([`fi_scanner`]). They speak the device's side, transfer by transfer, and share no code with the
//! project's drivers: what both agree on was agreed on by the protocol alone.
//!
//! A [`Simulator`] is deterministic: time passes only by [`Device::advance`], and what goes wrong is
//! written down in a [`Script`]. It keeps the [`Truth`] about every sheet, so that a test can compare it
//! with what the host believes. [`usbip`] puts one on a network socket for real hosts.

mod bench;
mod descriptors;
mod escl;
mod fi;
mod pages;
mod paper;
mod script;
mod simulated;
mod umockdev;
pub mod usbip;

pub use descriptors::{
    DescriptorFault, Descriptors, Endpoint, Identity, Interface, InterfaceClass, MAX_PACKET,
};
pub use escl::{Escl, EsclOptions};
pub use fi::Fi;
pub use pages::{PageError, Picture, Sheet, generated_sheets, sheets_from_folder};
pub use paper::{Delivery, Fate, Place, Side, Truth, Untrue};
pub use script::{Moment, Script, ScriptError, What, When, events_of};
pub use simulated::Simulated;
pub use umockdev::umockdev_description;

/// What a device has to say to one transfer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It took place; the bytes are those that came in (none for an OUT transfer). More bytes than were
    /// asked for is what a bus calls babble.
    Done(Vec<u8>),
    /// Not now (NAK): ask again after time has passed or something else was transferred.
    Wait,
    /// The endpoint is halted, or the request is not known.
    Stall,
    /// There is no device any more.
    Gone,
}

/// A device on a bus.
pub trait Device {
    /// What it says of itself.
    fn descriptors(&self) -> &Descriptors;
    /// A control transfer: the eight setup bytes, and what the host sends along.
    fn control(&mut self, setup: [u8; 8], data: &[u8]) -> Answer;
    /// An OUT transfer. `endpoint` is the address, 0x01 to 0x0F.
    fn bulk_out(&mut self, endpoint: u8, bytes: &[u8]) -> Answer;
    /// An IN transfer of `most` bytes at most. `endpoint` is the address, 0x81 to 0x8F.
    fn bulk_in(&mut self, endpoint: u8, most: usize) -> Answer;
    /// The host has cleared an endpoint's halt.
    fn clear_halt(&mut self, endpoint: u8);
    /// The host has reset the port.
    fn reset(&mut self);
    /// So many milliseconds have passed.
    fn advance(&mut self, ms: u32);
}

/// A device whose cable can be pulled, and that tells what happens to it.
pub trait OnBus: Device {
    /// Plain words on what happened since the last call, oldest first.
    fn take_notes(&mut self) -> Vec<String>;
    /// Whether a cable connects it.
    fn is_plugged(&self) -> bool;
}

/// A scanner with a back door: what really happened, and hands that do something to it.
pub trait Simulator: OnBus {
    /// Where every sheet is and what of it reached the host.
    fn truth(&self) -> Truth;
    /// Something happens at the device now, whatever the script says.
    fn happen(&mut self, what: &What);
    /// Bulk transfers that took place or stalled so far, in both directions.
    fn transfers(&self) -> u32;
}

/// An eSCL scanner with these sheets in its hopper.
pub fn escl_scanner(sheets: Vec<Sheet>, script: Script, options: EsclOptions) -> Simulated<Escl> {
    Simulated::new(Escl::new(options), sheets, script)
}

/// A fi-series scanner with these sheets in its hopper.
pub fn fi_scanner(sheets: Vec<Sheet>, script: Script) -> Simulated<Fi> {
    Simulated::new(Fi::new(), sheets, script)
}
