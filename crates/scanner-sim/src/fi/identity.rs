//! Who the device says it is.

use super::window::{MAX_DPI, MAX_LENGTH, MAX_WIDTH, MIN_DPI};

/// 32-bit serial number that GET DEVICE ID tells.
const SERIAL: u32 = 0x0005_CA15;

const BASIC_DPI: u16 = 300;

/// A length of 1/1200 inches in the unit of the basic resolution.
fn in_basic(length: u32) -> u32 {
    length * u32::from(BASIC_DPI) / 1200
}

/// INQUIRY, 96 bytes.
pub fn standard() -> Vec<u8> {
    let mut bytes = vec![0; 96];
    bytes[..5].copy_from_slice(&[6, 0, 2, 2, 91]);
    bytes[8..36].copy_from_slice(b"FUJITSU fi-7160         SM01");
    bytes
}

/// INQUIRY's vital product data, page F0. Offsets as in SANE's fujitsu-scsi.h.
pub fn vital() -> Vec<u8> {
    let mut bytes = vec![0; 0x84];
    bytes[..5].copy_from_slice(&[6, 0xF0, 0, 0, 0x7F]);
    // The basic resolution, which SANE takes for its first window; paper sizes are told in it.
    for at in [0x05, 0x07] {
        bytes[at..at + 2].copy_from_slice(&BASIC_DPI.to_be_bytes());
    }
    bytes[0x09] = 0x11;
    for (at, dpi) in [(0x0A, MAX_DPI), (0x0C, MAX_DPI), (0x0E, MIN_DPI), (0x10, MIN_DPI)] {
        bytes[at..at + 2].copy_from_slice(&dpi.to_be_bytes());
    }
    bytes[0x14..0x18].copy_from_slice(&in_basic(MAX_WIDTH).to_be_bytes());
    bytes[0x18..0x1C].copy_from_slice(&in_basic(MAX_LENGTH).to_be_bytes());
    // Binary, grey, colour.
    bytes[0x1C] = 0x8A;
    // Feeder, duplex.
    bytes[0x20] = 0x90;
    // Prepick, double feed detection, 8 bits.
    bytes[0x21] = 0x68;
    bytes[0x22..0x26].copy_from_slice(&(64u32 << 20).to_be_bytes());
    // Object position, send, read, set window, both diagnostics, scan.
    bytes[0x28] = 0xEF;
    // Mode sense and select, release, reserve, inquiry, request sense, test unit ready.
    bytes[0x29] = 0xBF;
    // Hardware status.
    bytes[0x2B] = 0x04;
    // Scanner control.
    bytes[0x31] = 0x02;
    (bytes[0x52], bytes[0x53], bytes[0x54]) = (255, 255, 255);
    bytes
}

/// READ DIAGNOSTIC after GET DEVICE ID.
pub fn serial() -> Vec<u8> {
    [SERIAL.to_be_bytes().as_slice(), &[0; 6]].concat()
}
