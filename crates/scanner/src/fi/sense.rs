//! What a refused command's sense data means.

use crate::ScannerFault;

/// The meaning of a command's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Done.
    Good {
        /// How many of the bytes that were asked for are no data.
        missing: u32,
        /// The side that is read is complete.
        end_of_side: bool,
    },
    /// Ask again later.
    Busy,
    /// No paper is left.
    Empty,
    /// Stopped by the host or by the button on the device.
    Stopped,
    /// Reset, or woken up: what was set may be lost.
    Attention,
    /// The device does not know the command, or not so, or not now.
    Refused,
    Fault(ScannerFault),
}

impl Verdict {
    pub const GOOD: Self = Self::Good { missing: 0, end_of_side: false };
}

/// Reads sense data; `None` if it is none.
pub(super) fn read(sense: &[u8]) -> Option<Verdict> {
    let [code, _, key, i3, i2, i1, i0, _, _, _, _, _, asc, ascq, ..] = *sense else { return None };
    // Current and deferred errors (SCSI-2, 8.2.14).
    if !matches!(code & 0x7f, 0x70 | 0x71) {
        return None;
    }
    // The end of the page and a short read are flags beside the key.
    let end_of_side = key & 0x40 != 0;
    let short = key & 0x20 != 0 && code & 0x80 != 0;
    let missing = if short { u32::from_be_bytes([i3, i2, i1, i0]) } else { 0 };
    Some(match (key & 0x0f, asc, ascq) {
        (0 | 1, ..) => Verdict::Good { missing, end_of_side },
        (2, ..) | (3, 0x80, 0x13 | 0x32 | 0x33) => Verdict::Busy,
        (3, 0x80, 0x03 | 0x30) => Verdict::Empty,
        (3, 0x80, 0x20 | 0x22) => Verdict::Stopped,
        (3, 0x80, 0x02) => Verdict::Fault(ScannerFault::CoverOpen),
        (3, 0x80, 0x07) => Verdict::Fault(ScannerFault::DoubleFeed),
        // A jam, unusual paper, the feeder's set-up, a carrier sheet, a card in the way.
        (3, 0x80, 0x01 | 0x04 | 0x08 | 0x09 | 0x0c) => Verdict::Fault(ScannerFault::Jam),
        (3 | 4, ..) => Verdict::Fault(ScannerFault::Hardware),
        (5, ..) => Verdict::Refused,
        (6, ..) => Verdict::Attention,
        _ => Verdict::Fault(ScannerFault::Protocol),
    })
}

#[cfg(test)]
mod tests {
    use super::{Verdict, read};
    use crate::ScannerFault;

    fn sense(code: u8, key: u8, info: u32, asc: u8, ascq: u8) -> [u8; 18] {
        let mut bytes = [0; 18];
        (bytes[0], bytes[2], bytes[12], bytes[13]) = (code, key, asc, ascq);
        bytes[3..7].copy_from_slice(&info.to_be_bytes());
        bytes
    }

    #[test]
    fn each_code_has_its_meaning() {
        use ScannerFault::{CoverOpen, DoubleFeed, Hardware, Jam, Protocol};
        let table: &[(u8, u8, &[u8], Verdict)] = &[
            (0, 0, &[0], Verdict::GOOD),
            (2, 0, &[0], Verdict::Busy),
            (3, 0x80, &[1, 4, 8, 9, 0x0c], Verdict::Fault(Jam)),
            (3, 0x80, &[2], Verdict::Fault(CoverOpen)),
            (3, 0x80, &[3, 0x30], Verdict::Empty),
            (3, 0x80, &[7], Verdict::Fault(DoubleFeed)),
            (3, 0x80, &[0x10, 0x14, 0x31], Verdict::Fault(Hardware)),
            (3, 0x80, &[0x13, 0x32, 0x33], Verdict::Busy),
            (3, 0x80, &[0x20, 0x22], Verdict::Stopped),
            (4, 0x80, &[1, 0x10, 0x82], Verdict::Fault(Hardware)),
            (4, 0x44, &[0], Verdict::Fault(Hardware)),
            (5, 0x20, &[0], Verdict::Refused),
            (5, 0x24, &[0], Verdict::Refused),
            (5, 0x26, &[0], Verdict::Refused),
            (5, 0x2c, &[0, 2], Verdict::Refused),
            (6, 0, &[0], Verdict::Attention),
            (6, 0x80, &[1], Verdict::Attention),
            (0xb, 0x80, &[1, 3], Verdict::Fault(Protocol)),
            (0xb, 0x47, &[0], Verdict::Fault(Protocol)),
        ];
        for (key, asc, ascqs, verdict) in table {
            for ascq in *ascqs {
                let bytes = sense(0x70, *key, 0, *asc, *ascq);
                assert_eq!(read(&bytes), Some(*verdict), "{key:x}/{asc:x}/{ascq:x}");
            }
        }
    }

    #[test]
    fn a_short_read_says_how_much_is_missing_only_where_that_is_valid() {
        let both = Verdict::Good { missing: 300, end_of_side: true };
        assert_eq!(read(&sense(0xf0, 0x60, 300, 0, 0)), Some(both));
        let end = Verdict::Good { missing: 0, end_of_side: true };
        assert_eq!(read(&sense(0x70, 0x60, 300, 0, 0)), Some(end));
        let short = Verdict::Good { missing: 300, end_of_side: false };
        assert_eq!(read(&sense(0xf0, 0x20, 300, 0, 0)), Some(short));
    }

    #[test]
    fn what_is_cut_or_something_else_is_no_sense_data() {
        let whole = sense(0x70, 3, 0, 0x80, 1);
        for end in 0..14 {
            assert_eq!(read(&whole[..end]), None, "{end}");
        }
        assert_eq!(read(&sense(0, 0, 0, 0, 0)), None);
        assert_eq!(read(&sense(0x53, 0, 0, 0, 0)), None);
    }
}
