//! The device simulator on the bench: written apart from the drivers, so that both agree by the protocol
//! alone.

use super::Device;
use urna_scanner::{Alternate, Completion, Descriptors};
use urna_scanner_sim::{Answer, Simulator};

/// What a device says of itself, as the transport would pass it on.
pub fn descriptors(device: &dyn Simulator) -> Descriptors {
    let said = device.descriptors();
    let alternates =
        said.interfaces().expect("interfaces").into_iter().map(|interface| Alternate {
            interface: interface.number,
            alternate: interface.alternate,
            class: [interface.class.0, interface.class.1, interface.class.2],
            bulk: interface.endpoints.iter().map(|endpoint| endpoint.address).collect(),
        });
    Descriptors {
        vendor: said.vendor(),
        product: said.product(),
        configuration: 1,
        alternates: alternates.collect(),
    }
}

/// An answer as a completion; `None` while the device lets wait. More bytes than were asked for are what a
/// host controller refuses.
pub fn completion(answer: Answer, most: usize) -> Option<Completion> {
    match answer {
        Answer::Done(bytes) if bytes.len() > most => Some(Completion::Failed),
        Answer::Done(bytes) => Some(Completion::Done(bytes)),
        Answer::Wait => None,
        Answer::Stall => Some(Completion::Stalled),
        Answer::Gone => Some(Completion::Gone),
    }
}

/// A simulated device at the other end of the bench.
pub struct Plugged(pub Box<dyn Simulator>);

impl Device for Plugged {
    fn descriptors(&self) -> Descriptors {
        descriptors(&*self.0)
    }

    fn output(&mut self, endpoint: u8, bytes: &[u8]) -> Option<Completion> {
        completion(self.0.bulk_out(endpoint, bytes), 0)
    }

    fn input(&mut self, endpoint: u8, most: usize) -> Option<Completion> {
        completion(self.0.bulk_in(endpoint, most), most)
    }

    fn clear_halt(&mut self, endpoint: u8) {
        self.0.clear_halt(endpoint);
    }

    fn claim(&mut self, interface: u8, alternate: u8) {
        // SET_INTERFACE.
        self.0.control([0x01, 0x0b, alternate, 0, interface, 0, 0, 0], &[]);
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    fn advance(&mut self, ms: u32) {
        self.0.advance(ms);
    }
}
