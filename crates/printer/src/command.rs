//! Bytes of ESC/POS, as Epson's and other makers' manuals have them.

use urna_receipt::Bitmap;

/// Most bytes of one band with its head: the receive buffer of small printers is 4 KiB, and what is asked in
/// real time must get through behind it.
pub const MAX_BAND: usize = 4_096;

const ESC: u8 = 0x1b;
const GS: u8 = 0x1d;
const DLE: u8 = 0x10;
const HEAD: usize = 8;

/// Initialise; send no status unasked.
pub const INITIALISE: [u8; 5] = [ESC, b'@', GS, b'a', 0];
/// Feed to the knife, and cut: all but a bit, so that nothing falls.
pub const CUT: [u8; 4] = [GS, b'V', 66, 0];
/// Tell the paper's status, in its turn: not before everything that was sent before is dealt with, and never
/// while the printer is stopped.
pub const FENCE: [u8; 3] = [GS, b'r', 1];

/// Ask at once: 1 the printer, 2 why it is offline, 3 errors, 4 the paper.
pub fn status(of: u8) -> [u8; 3] {
    [DLE, 0x04, of]
}

/// Ask for a text.
pub fn text(which: Text) -> [u8; 3] {
    let number = match which {
        Text::Firmware => 65,
        Text::Maker => 66,
        Text::Model => 67,
        Text::Serial => 68,
    };
    [GS, b'I', number]
}

/// A text that a printer may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Text {
    /// Version of the firmware.
    Firmware,
    /// Maker.
    Maker,
    /// Model.
    Model,
    /// Serial number.
    Serial,
}

/// What completes a band that an earlier session left half sent, whatever of it is missing: white dots there,
/// and nothing anywhere else.
pub fn flush() -> Vec<u8> {
    vec![0; MAX_BAND]
}

/// Rows of one band of this picture.
pub fn band_rows(bitmap: &Bitmap) -> usize {
    ((MAX_BAND - HEAD) / bitmap.row_bytes()).max(1)
}

/// The band from this row on, as a picture for the printer; none when all rows were sent.
pub fn band(bitmap: &Bitmap, from: usize) -> Option<Vec<u8>> {
    let length = bitmap.row_bytes();
    let rows = bitmap.bytes().get(from * length..).filter(|rest| !rest.is_empty())?;
    let rows = rows.get(..band_rows(bitmap) * length).unwrap_or(rows);
    let [width_low, width_high] = u16::try_from(length).ok()?.to_le_bytes();
    let [low, high] = u16::try_from(rows.len() / length).ok()?.to_le_bytes();
    let mut bytes = vec![GS, b'v', b'0', 0, width_low, width_high, low, high];
    bytes.extend_from_slice(rows);
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use urna_receipt::{Bitmap, Width};

    use super::{MAX_BAND, band, band_rows};

    #[test]
    fn bands_have_all_rows_once_and_fit_a_small_printer() {
        for width in [Width::Mm80, Width::Mm58] {
            let mut bitmap = Bitmap::new(width);
            bitmap.grow(200);
            for y in 0..200 {
                bitmap.blacken(y, y);
            }
            let (mut at, mut seen) = (0, Vec::new());
            while let Some(bytes) = band(&bitmap, at) {
                assert!(bytes.len() <= MAX_BAND, "{}", bytes.len());
                assert_eq!(bytes[..4], [0x1d, 0x76, 0x30, 0]);
                let rows = usize::from(u16::from_le_bytes([bytes[6], bytes[7]]));
                assert_eq!(usize::from(u16::from_le_bytes([bytes[4], bytes[5]])), width.dots() / 8);
                assert_eq!(bytes.len(), 8 + rows * width.dots() / 8);
                seen.extend_from_slice(&bytes[8..]);
                at += rows;
            }
            assert_eq!(seen, bitmap.bytes());
            assert!(band_rows(&bitmap) >= 50);
        }
    }
}
