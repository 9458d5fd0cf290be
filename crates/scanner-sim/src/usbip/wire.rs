//! Bytes of USB/IP 1.1.1 (Linux, Documentation/usb/usbip_protocol.rst). All numbers are big-endian.

use std::io::{self, Read};

use super::BUS_ID;
use crate::Descriptors;

const VERSION: u16 = 0x0111;
const DEVLIST: u16 = 0x8005;
const IMPORT: u16 = 0x8003;
const SUBMIT: u32 = 1;
const UNLINK: u32 = 2;
const HIGH_SPEED: u32 = 3;

/// Most bytes that a host may ask for at once: Chromium asks for 8 MiB when a page does.
const MAX_IN: u32 = 16 << 20;
/// Most bytes that a host may send at once.
pub const MAX_OUT: u32 = 1 << 20;

/// What a host wants first.
#[derive(Debug, PartialEq, Eq)]
pub enum Greeting {
    /// Which devices there are.
    List,
    /// One of them.
    Import(String),
}

/// A command for the device.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// A transfer.
    Submit(Urb),
    /// Give up the transfer of that number.
    Unlink {
        /// Number of this command.
        seq: u32,
        /// Number of the transfer.
        victim: u32,
    },
}

/// A transfer that a host has ordered.
#[derive(Debug, PartialEq, Eq)]
pub struct Urb {
    pub seq: u32,
    /// 0 to 15.
    pub endpoint: u8,
    pub direction: Direction,
    pub setup: [u8; 8],
}

/// Which way data go.
#[derive(Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the device.
    Out(Vec<u8>),
    /// To the host, so many bytes at most.
    In(u32),
}

fn bad(why: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, why.to_owned())
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let four = bytes.get(at..at + 4).and_then(|four| four.try_into().ok());
    four.map_or(0, u32::from_be_bytes)
}

/// Reads the first eight bytes of a connection, and the bus id if one follows.
///
/// # Errors
/// What the socket says, or that this is no USB/IP.
pub fn read_greeting(from: &mut impl Read) -> io::Result<Greeting> {
    let mut head = [0; 8];
    from.read_exact(&mut head)?;
    let [version, code] = [[head[0], head[1]], [head[2], head[3]]].map(u16::from_be_bytes);
    match (version, code) {
        (VERSION, DEVLIST) => Ok(Greeting::List),
        (VERSION, IMPORT) => {
            let mut id = [0; 32];
            from.read_exact(&mut id)?;
            let end = id.iter().position(|byte| *byte == 0).unwrap_or(id.len());
            String::from_utf8(id[..end].to_vec())
                .map(Greeting::Import)
                .map_err(|_| bad("a bus id that is no text"))
        }
        _ => Err(bad("no USB/IP")),
    }
}

/// Reads a command.
///
/// # Errors
/// What the socket says, or what is wrong with the command.
pub fn read_command(from: &mut impl Read) -> io::Result<Command> {
    let mut head = [0; 48];
    from.read_exact(&mut head)?;
    let (code, seq) = (word(&head, 0), word(&head, 4));
    match code {
        UNLINK => Ok(Command::Unlink { seq, victim: word(&head, 20) }),
        SUBMIT => {
            let endpoint = u8::try_from(word(&head, 16)).ok().filter(|number| *number < 16);
            let endpoint = endpoint.ok_or_else(|| bad("an endpoint over 15"))?;
            let len = word(&head, 24);
            // Linux says 0xFFFFFFFF for transfers that are not isochronous; other hosts say 0.
            if !matches!(word(&head, 32), 0 | u32::MAX) {
                return Err(bad("an isochronous transfer"));
            }
            let mut setup = [0; 8];
            setup.copy_from_slice(&head[40..]);
            let direction = match word(&head, 12) {
                0 if len <= MAX_OUT => {
                    let mut data = vec![0; usize::try_from(len).map_err(|_| bad("too long"))?];
                    from.read_exact(&mut data)?;
                    Direction::Out(data)
                }
                1 if len <= MAX_IN => Direction::In(len),
                0 | 1 => return Err(bad("a transfer that is too long")),
                _ => return Err(bad("a transfer in no direction")),
            };
            Ok(Command::Submit(Urb { seq, endpoint, direction, setup }))
        }
        _ => Err(bad("an unknown command")),
    }
}

/// The answer to a transfer. `status` is 0 or a negative error number of Linux.
pub fn submit_reply(seq: u32, status: i32, actual: usize, data: &[u8]) -> Vec<u8> {
    let actual = u32::try_from(actual).unwrap_or(0);
    let mut bytes = Vec::with_capacity(48 + data.len());
    for number in [3, seq, 0, 0, 0] {
        bytes.extend(u32::to_be_bytes(number));
    }
    bytes.extend(status.to_be_bytes());
    bytes.extend(actual.to_be_bytes());
    bytes.resize(48, 0);
    bytes.extend_from_slice(data);
    bytes
}

/// The answer to an unlink.
pub fn unlink_reply(seq: u32, status: i32) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(48);
    for number in [4, seq, 0, 0, 0] {
        bytes.extend(u32::to_be_bytes(number));
    }
    bytes.extend(status.to_be_bytes());
    bytes.resize(48, 0);
    bytes
}

/// The answer to [`Greeting::List`]: the device if there is one.
pub fn list_reply(device: Option<&Descriptors>) -> Vec<u8> {
    let mut bytes = vec![0x01, 0x11, 0x00, 0x05, 0, 0, 0, 0];
    bytes.extend(u32::from(device.is_some()).to_be_bytes());
    if let Some(descriptors) = device {
        bytes.extend(record(descriptors));
        let interfaces = descriptors.interfaces().unwrap_or_default();
        for interface in interfaces.iter().filter(|interface| interface.alternate == 0) {
            let (class, subclass, protocol) = interface.class;
            bytes.extend([class, subclass, protocol, 0]);
        }
    }
    bytes
}

/// The answer to [`Greeting::Import`]: the device, or that it cannot be had.
pub fn import_reply(device: Option<&Descriptors>) -> Vec<u8> {
    let mut bytes = vec![0x01, 0x11, 0x00, 0x03, 0, 0, 0, u8::from(device.is_none())];
    bytes.extend(device.map(record).unwrap_or_default());
    bytes
}

fn record(descriptors: &Descriptors) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(312);
    bytes.extend_from_slice(b"/sys/devices/platform/urna.0/usb1/1-1");
    bytes.resize(256, 0);
    bytes.extend_from_slice(BUS_ID.as_bytes());
    bytes.resize(288, 0);
    for number in [1, 2, HIGH_SPEED] {
        bytes.extend(u32::to_be_bytes(number));
    }
    for number in [descriptors.vendor(), descriptors.product(), 0x0100] {
        bytes.extend(number.to_be_bytes());
    }
    let interfaces = descriptors.configuration.get(4).copied().unwrap_or(0);
    // Class, subclass and protocol are the interfaces'; the only configuration is chosen.
    bytes.extend([0, 0, 0, 1, 1, interfaces]);
    bytes
}
