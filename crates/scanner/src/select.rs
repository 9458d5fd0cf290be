//! Which driver speaks to a device, by what it says of itself.

use crate::{Driver, Escl, Fi, Settings};
use urna_usb::{Descriptors, Pipes};

/// IPP over USB: printer, with the protocol number that USB-IF gave it.
const IPP_USB: [u8; 3] = [7, 1, 4];
/// The same on some of HP's devices.
const HP_IPP_USB: [u8; 3] = [0xff, 9, 1];
const HP: u16 = 0x03f0;
/// What each maker does by its own rules.
const OWN: [u8; 3] = [0xff, 0xff, 0xff];
/// Fujitsu, and Ricoh, which has taken over its scanners.
const FI_VENDORS: [u16; 2] = [0x04c5, 0x05ca];

/// What a device must say of itself to be shown to whoever chooses one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filter {
    /// Who made it, if that matters.
    pub vendor: Option<u16>,
    /// Class, subclass and protocol of one of its interfaces.
    pub class: [u8; 3],
}

/// All devices that [`driver_for`] may have a driver for.
pub fn filters() -> impl Iterator<Item = Filter> {
    let ipp =
        [Filter { vendor: None, class: IPP_USB }, Filter { vendor: Some(HP), class: HP_IPP_USB }];
    ipp.into_iter().chain(FI_VENDORS.map(|vendor| Filter { vendor: Some(vendor), class: OWN }))
}

/// The driver for a device; `None` if none speaks its language. The open protocol comes first where a
/// device has both.
pub fn driver_for(device: &Descriptors, settings: Settings) -> Option<Box<dyn Driver>> {
    let ipp = ipp_pipes(device);
    if !ipp.is_empty() {
        return Some(Box::new(Escl::new(device.vendor, device.configuration, &ipp, settings)));
    }
    let pipes = fi_pipes(device)?;
    Some(Box::new(Fi::new(device.configuration, pipes, settings)))
}

/// A language that a scanner may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// eSCL over IPP over USB.
    Escl,
    /// SCSI over USB, as the fi series has it.
    Fi,
}

/// A driver for a device that [`driver_for`] does not know, to record whether it answers in this language: on
/// the first interfaces that have a pair of bulk endpoints. `None` if none has.
pub fn driver_as(
    protocol: Protocol,
    device: &Descriptors,
    settings: Settings,
) -> Option<Box<dyn Driver>> {
    let pipes = device.alternates.iter().find_map(Pipes::of)?;
    Some(match protocol {
        Protocol::Escl => {
            Box::new(Escl::new(device.vendor, device.configuration, &[pipes], settings))
        }
        Protocol::Fi => Box::new(Fi::new(device.configuration, pipes, settings)),
    })
}

/// One setting of each interface that speaks IPP.
fn ipp_pipes(device: &Descriptors) -> Vec<Pipes> {
    let mut all: Vec<Pipes> = Vec::new();
    for alternate in &device.alternates {
        let ipp =
            alternate.class == IPP_USB || (device.vendor == HP && alternate.class == HP_IPP_USB);
        let taken = all.iter().any(|pipes| pipes.interface == alternate.interface);
        if ipp && !taken {
            all.extend(Pipes::of(alternate));
        }
    }
    all
}

fn fi_pipes(device: &Descriptors) -> Option<Pipes> {
    if !FI_VENDORS.contains(&device.vendor) {
        return None;
    }
    device.alternates.iter().filter(|alternate| alternate.class == OWN).find_map(Pipes::of)
}
