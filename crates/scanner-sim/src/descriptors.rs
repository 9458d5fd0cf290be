//! What a device says of itself before anybody talks to it (USB 2.0, chapter 9).

use std::ops::Range;

const DEVICE: u8 = 1;
const CONFIGURATION: u8 = 2;
const STRING: u8 = 3;
const INTERFACE: u8 = 4;
const ENDPOINT: u8 = 5;
const BULK: u8 = 2;

/// High-speed bulk endpoints have packets of just this size.
pub const MAX_PACKET: u16 = 512;

/// Names and numbers of a device.
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    /// Vendor id.
    pub vendor: u16,
    /// Product id.
    pub product: u16,
    /// Maker's name.
    pub maker: &'static str,
    /// Product's name.
    pub name: &'static str,
    /// Serial number.
    pub serial: &'static str,
}

/// Class, subclass and protocol.
pub type InterfaceClass = (u8, u8, u8);

/// One alternate setting of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Number of the interface.
    pub number: u8,
    /// Number of this setting of it.
    pub alternate: u8,
    /// What it speaks.
    pub class: InterfaceClass,
    /// Its endpoints.
    pub endpoints: Vec<Endpoint>,
}

/// One endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Address; bit 7 is set for IN.
    pub address: u8,
    /// Longest packet in bytes.
    pub max_packet: u16,
}

/// A device's descriptors, as bytes.
#[derive(Clone, Debug)]
pub struct Descriptors {
    /// The device descriptor.
    pub device: [u8; 18],
    /// The only configuration, with everything in it.
    pub configuration: Vec<u8>,
    /// Strings 1 and up.
    pub strings: Vec<String>,
    /// Other descriptors that GET_DESCRIPTOR of the device answers: type and bytes.
    pub others: Vec<(u8, Vec<u8>)>,
}

/// What is wrong with descriptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DescriptorFault {
    /// A length byte leads outside.
    #[error("a length leads outside the configuration")]
    Length,
    /// The total is not the length.
    #[error("the configuration's total is not its length")]
    Total,
    /// Something other than what the specification wants at this place.
    #[error("an unexpected descriptor or value")]
    Shape,
    /// An interface has more or fewer endpoints than it says, or an address twice.
    #[error("an interface's endpoints are not those that it announces")]
    Endpoints,
    /// Interfaces are not numbered from 0, or not as many as announced.
    #[error("the interfaces are not numbered as announced")]
    Numbering,
}

impl Descriptors {
    /// A self-powered high-speed device with these interfaces, all endpoints bulk.
    pub fn new(identity: Identity, interfaces: &[Interface]) -> Self {
        let mut device = [0; 18];
        device[..8].copy_from_slice(&[18, DEVICE, 0x00, 0x02, 0, 0, 0, 64]);
        device[8..10].copy_from_slice(&identity.vendor.to_le_bytes());
        device[10..12].copy_from_slice(&identity.product.to_le_bytes());
        device[12..].copy_from_slice(&[0x00, 0x01, 1, 2, 3, 1]);
        let mut body = Vec::new();
        for interface in interfaces {
            let (class, subclass, protocol) = interface.class;
            let count = u8::try_from(interface.endpoints.len()).unwrap_or(u8::MAX);
            let head = [9, INTERFACE, interface.number, interface.alternate, count];
            body.extend(head);
            body.extend([class, subclass, protocol, 0]);
            for endpoint in &interface.endpoints {
                let [low, high] = endpoint.max_packet.to_le_bytes();
                body.extend([7, ENDPOINT, endpoint.address, BULK, low, high, 0]);
            }
        }
        let numbers = interfaces.iter().map(|i| i.number.saturating_add(1)).max().unwrap_or(0);
        let [low, high] = u16::try_from(body.len() + 9).unwrap_or(u16::MAX).to_le_bytes();
        let mut configuration = vec![9, CONFIGURATION, low, high, numbers, 1, 0, 0xC0, 1];
        configuration.append(&mut body);
        let strings = [identity.maker, identity.name, identity.serial].map(str::to_owned).to_vec();
        Descriptors { device, configuration, strings, others: Vec::new() }
    }

    /// What GET_DESCRIPTOR of the device gives; nothing for what there is not.
    pub fn answer(&self, kind: u8, index: u8) -> Option<Vec<u8>> {
        match (kind, index) {
            (DEVICE, _) => Some(self.device.to_vec()),
            (CONFIGURATION, 0) => Some(self.configuration.clone()),
            // US English is the only language.
            (STRING, 0) => Some(vec![4, STRING, 0x09, 0x04]),
            (STRING, _) => {
                let text = self.strings.get(usize::from(index) - 1)?;
                let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                let len = u8::try_from(units.len() + 2).ok()?;
                Some([vec![len, STRING], units].concat())
            }
            _ => self.others.iter().find(|(k, _)| *k == kind).map(|(_, bytes)| bytes.clone()),
        }
    }

    /// Vendor id.
    pub fn vendor(&self) -> u16 {
        u16::from_le_bytes([self.device[8], self.device[9]])
    }

    /// Product id.
    pub fn product(&self) -> u16 {
        u16::from_le_bytes([self.device[10], self.device[11]])
    }

    /// Every alternate setting, in the order of the bytes.
    ///
    /// # Errors
    /// [`DescriptorFault`] says what makes the bytes unfit for a host.
    pub fn interfaces(&self) -> Result<Vec<Interface>, DescriptorFault> {
        let all = &self.configuration;
        if field(all, 0..2)? != [9, CONFIGURATION] {
            return Err(DescriptorFault::Shape);
        }
        let total = usize::from(u16::from_le_bytes([all[2], field(all, 3..4)?[0]]));
        if total != all.len() {
            return Err(DescriptorFault::Total);
        }
        let mut found: Vec<Interface> = Vec::new();
        let mut announced = Vec::new();
        let mut at = 9;
        while at < all.len() {
            let len = usize::from(field(all, at..at + 1)?[0]);
            let one = field(all, at..at + len)?;
            match one {
                [9, INTERFACE, number, alternate, count, class, subclass, protocol, _] => {
                    announced.push(usize::from(*count));
                    found.push(Interface {
                        number: *number,
                        alternate: *alternate,
                        class: (*class, *subclass, *protocol),
                        endpoints: Vec::new(),
                    });
                }
                [7, ENDPOINT, address, BULK, low, high, 0] => {
                    let interface = found.last_mut().ok_or(DescriptorFault::Shape)?;
                    let max_packet = u16::from_le_bytes([*low, *high]);
                    interface.endpoints.push(Endpoint { address: *address, max_packet });
                }
                _ => return Err(DescriptorFault::Shape),
            }
            at += len;
        }
        check_endpoints(&found, &announced)?;
        check_numbers(&found, all[4])?;
        Ok(found)
    }
}

fn field(bytes: &[u8], range: Range<usize>) -> Result<&[u8], DescriptorFault> {
    bytes.get(range).filter(|part| !part.is_empty()).ok_or(DescriptorFault::Length)
}

fn check_endpoints(found: &[Interface], announced: &[usize]) -> Result<(), DescriptorFault> {
    for (interface, count) in found.iter().zip(announced) {
        let mut addresses: Vec<u8> = interface.endpoints.iter().map(|e| e.address).collect();
        addresses.sort_unstable();
        addresses.dedup();
        let numbered = addresses.iter().all(|a| a & 0x70 == 0 && a & 0x0F != 0);
        let sized = interface.endpoints.iter().all(|e| e.max_packet == MAX_PACKET);
        if addresses.len() != *count || interface.endpoints.len() != *count || !numbered || !sized {
            return Err(DescriptorFault::Endpoints);
        }
    }
    // Only alternates of one interface may use the same endpoint.
    let clash = found.iter().enumerate().any(|(at, one)| {
        found[..at].iter().filter(|other| other.number != one.number).any(|other| {
            other.endpoints.iter().any(|e| one.endpoints.iter().any(|f| f.address == e.address))
        })
    });
    if clash { Err(DescriptorFault::Endpoints) } else { Ok(()) }
}

fn check_numbers(found: &[Interface], announced: u8) -> Result<(), DescriptorFault> {
    let mut expected = (0u8, 0u8);
    for interface in found {
        let (number, alternate) = (interface.number, interface.alternate);
        if (number, alternate) != expected && (number, alternate) != (expected.0.wrapping_add(1), 0)
        {
            return Err(DescriptorFault::Numbering);
        }
        expected = (number, alternate.wrapping_add(1));
    }
    let numbers = found.last().map_or(0, |last| last.number.saturating_add(1));
    if numbers == announced { Ok(()) } else { Err(DescriptorFault::Numbering) }
}
