//! The device simulator on the bench: written apart from the drivers, so that both agree by the protocol
//! alone.

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
