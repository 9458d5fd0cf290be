//! Why a command failed: sense data, 18 bytes.

use crate::paper::Trouble;

/// Sense data in short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sense {
    key: u8,
    asc: u8,
    ascq: u8,
    /// Bytes of a block that were asked for and did not come.
    missing: Option<u32>,
    /// The side is complete.
    end: bool,
    /// Which byte of the parameters is wrong.
    offending: u16,
}

/// The device was reset, or has just been switched on.
pub const RESET: Sense = Sense::of(6, 0, 0);
/// No sheet in the hopper.
pub const HOPPER_EMPTY: Sense = Sense::of(3, 0x80, 3);
/// There is no such command.
pub const BAD_OPCODE: Sense = Sense::of(5, 0x20, 0);
/// A field of the command is wrong.
pub const BAD_FIELD: Sense = Sense::of(5, 0x24, 0);
/// This command makes no sense now.
pub const BAD_SEQUENCE: Sense = Sense::of(5, 0x2C, 0);
/// Front and back do not go together.
pub const BAD_WINDOWS: Sense = Sense::of(5, 0x2C, 2);

impl Sense {
    const fn of(key: u8, asc: u8, ascq: u8) -> Self {
        Sense { key, asc, ascq, missing: None, end: false, offending: 0 }
    }

    /// A byte of the parameters is wrong.
    pub const fn bad_parameter(offending: u16) -> Self {
        Sense { offending, ..Sense::of(5, 0x26, 0) }
    }

    /// A block came short, since the side ended.
    pub const fn side_ended(missing: u32) -> Self {
        Sense { missing: Some(missing), end: true, ..Sense::of(0, 0, 0) }
    }

    /// The 18 bytes.
    pub fn bytes(self) -> Vec<u8> {
        let mut bytes = vec![0; 18];
        bytes[0] = if self.missing.is_some() { 0xF0 } else { 0x70 };
        bytes[2] = self.key
            | if self.end { 0x40 } else { 0 }
            | if self.missing.is_some_and(|m| m > 0) { 0x20 } else { 0 };
        bytes[3..7].copy_from_slice(&self.missing.unwrap_or(0).to_be_bytes());
        bytes[7] = 10;
        (bytes[12], bytes[13]) = (self.asc, self.ascq);
        bytes[16..].copy_from_slice(&self.offending.to_be_bytes());
        bytes
    }
}

impl From<Trouble> for Sense {
    fn from(trouble: Trouble) -> Self {
        Sense::of(
            3,
            0x80,
            match trouble {
                Trouble::Jam => 1,
                Trouble::Cover => 2,
                Trouble::DoubleFeed => 7,
            },
        )
    }
}
