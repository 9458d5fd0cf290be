//! Black and white dots, packed as printers take them.

use crate::Width;

/// Most rows of dots: 7.5 m of paper. The longest report of the demonstration is a quarter of that.
pub const MAX_ROWS: usize = 60_000;

/// The byte that begins a command which a printer carries out at once, wherever it stands.
const DLE: u8 = 0x10;
/// What follows it there: ask for a status, recover, open the drawer or switch off.
const AT_ONCE: [u8; 3] = [0x04, 0x05, 0x14];
/// The dot to the left of one that each of those has.
const EXTRA: u8 = 0x08;

/// A picture of dots. Each row is a whole number of bytes; the highest bit is the leftmost dot, and a set
/// bit is black.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    row_bytes: usize,
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Bitmap {
    /// Its size is enough.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bitmap({} × {})", self.width(), self.height())
    }
}

impl Bitmap {
    /// No rows yet.
    pub fn new(width: Width) -> Self {
        Bitmap { row_bytes: width.dots() / 8, bytes: Vec::new() }
    }

    /// Dots across.
    pub fn width(&self) -> usize {
        self.row_bytes * 8
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.bytes.len() / self.row_bytes
    }

    /// Bytes of one row.
    pub fn row_bytes(&self) -> usize {
        self.row_bytes
    }

    /// All rows, one after another.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether a dot is black; outside all is white.
    pub fn is_black(&self, x: usize, y: usize) -> bool {
        let byte = self.bytes.get(y * self.row_bytes + x / 8).filter(|_| x < self.width());
        byte.is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }

    /// Makes a dot black; outside nothing happens.
    pub fn blacken(&mut self, x: usize, y: usize) {
        let is_inside = x < self.width();
        let byte = self.bytes.get_mut(y * self.row_bytes + x / 8).filter(|_| is_inside);
        if let Some(byte) = byte {
            *byte |= 0x80 >> (x % 8);
        }
    }

    /// Adds white rows up to this height, [`MAX_ROWS`] at most; whether it is that high now.
    pub fn grow(&mut self, height: usize) -> bool {
        let rows = height.clamp(self.height(), MAX_ROWS);
        self.bytes.resize(rows * self.row_bytes, 0);
        height <= MAX_ROWS
    }

    /// Takes care that no dots look like a command which a printer carries out at once, even from the midst
    /// of a picture: printers without a serial line do so too, as their manuals warn. A dot more is not seen.
    pub fn tame(&mut self) {
        for at in 1..self.bytes.len() {
            if self.bytes[at - 1] == DLE && AT_ONCE.contains(&self.bytes[at]) {
                self.bytes[at] |= EXTRA;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, Bitmap, DLE, MAX_ROWS};
    use crate::Width;

    #[test]
    fn dots_are_packed_from_the_left_and_nothing_is_outside() {
        let mut bitmap = Bitmap::new(Width::Mm58);
        assert!(bitmap.grow(2));
        for (x, y) in [(0, 0), (383, 0), (8, 1), (384, 0), (0, 2)] {
            bitmap.blacken(x, y);
        }
        assert_eq!((bitmap.width(), bitmap.height(), bitmap.bytes().len()), (384, 2, 96));
        let black = bitmap.bytes().iter().enumerate().filter(|(_, byte)| **byte != 0);
        assert_eq!(black.collect::<Vec<_>>(), [(0, &0x80), (47, &1), (49, &0x80)]);
        assert!(bitmap.is_black(383, 0) && !bitmap.is_black(384, 0) && !bitmap.is_black(8, 0));
    }

    #[test]
    fn it_grows_to_a_bound_and_no_further() {
        let mut bitmap = Bitmap::new(Width::Mm80);
        assert!(bitmap.grow(MAX_ROWS) && !bitmap.grow(MAX_ROWS + 1) && !bitmap.grow(usize::MAX));
        assert_eq!(bitmap.height(), MAX_ROWS);
    }

    #[test]
    fn no_dots_are_a_command() {
        let mut bitmap = Bitmap::new(Width::Mm58);
        bitmap.grow(3);
        // In the midst of a row, from the end of one to the start of the next, and twice in a row.
        for (at, second) in [(3, 0x04), (47, 0x05), (60, 0x14)] {
            bitmap.bytes[at] = DLE;
            bitmap.bytes[at + 1] = second;
        }
        bitmap.bytes[100..104].copy_from_slice(&[DLE, DLE, 0x04, 0x04]);
        let before = bitmap.clone();
        bitmap.tame();
        let is_command = |pair: &[u8]| pair[0] == DLE && AT_ONCE.contains(&pair[1]);
        assert!(!bitmap.bytes().windows(2).any(is_command));
        let changed = bitmap.bytes().iter().zip(before.bytes()).filter(|(is, was)| is != was);
        assert!(changed.clone().all(|(is, was)| is ^ was == 0x08));
        assert_eq!(changed.count(), 4);
    }
}
