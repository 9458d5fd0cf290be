//! Grey pixels as a PGM file (netpbm's `P5`), written while they arrive.
//!
//! It is a head of 19 bytes and then the pixels as they are: nothing is compressed, since that would cost some
//! 100 ms for each side, and nothing is summed up, since what goes from here to the vault is not a wire. Pixels
//! are copied once, from the transfer to their place in the file.

use crate::Delivery;

/// Widest row and most rows: the head has five digits for each.
pub(crate) const MAX_SIDE: u32 = 65_535;

/// Length of the head: `P5`, width, height, the level of white.
const HEAD: usize = 19;

/// A file in the making.
pub(crate) struct GreyPgm {
    /// What was not given yet.
    file: Vec<u8>,
    width: usize,
    pixels: usize,
    delivery: Delivery,
}

impl GreyPgm {
    /// Begins a picture that is so wide, with room for so many rows. `None` if it can't have that size.
    pub fn new(width: u32, rows: u32, delivery: Delivery) -> Option<Self> {
        if !(1..=MAX_SIDE).contains(&width) || rows > MAX_SIDE {
            return None;
        }
        let (width, rows) = (usize::try_from(width).ok()?, usize::try_from(rows).ok()?);
        let room = if delivery == Delivery::Whole { rows.checked_mul(width)? } else { 0 };
        let mut file = Vec::with_capacity(room.checked_add(HEAD)?);
        // What it says is known at its end.
        file.resize(HEAD, 0);
        Some(Self { file, width, pixels: 0, delivery })
    }

    /// Pixels in reading order, as fi-series scanners send them: 0 is white, which a PGM has for black.
    pub fn push(&mut self, pixels: &[u8]) {
        self.pixels = self.pixels.saturating_add(pixels.len());
        self.file.extend(pixels.iter().map(|level| !level));
    }

    /// What came of the file since the last part, if it is given in parts; at first with room for the head.
    pub fn take_part(&mut self) -> Option<Vec<u8>> {
        let is_due = self.delivery == Delivery::Parts && !self.file.is_empty() && self.pixels > 0;
        is_due.then(|| std::mem::take(&mut self.file))
    }

    /// Whether no pixel came yet.
    pub fn is_empty(&self) -> bool {
        self.pixels == 0
    }

    /// The file, or its head if the rest was given in parts; and its height. `None` if there is no row, or the
    /// last one is cut.
    pub fn finish(mut self) -> Option<(Vec<u8>, u32)> {
        let whole = self.pixels.is_multiple_of(self.width);
        let rows = u32::try_from(self.pixels / self.width).ok().filter(|rows| *rows <= MAX_SIDE)?;
        if rows == 0 || !whole {
            return None;
        }
        let head = format!("P5\n{:5} {rows:5}\n255\n", self.width);
        if self.delivery == Delivery::Parts {
            return Some((head.into_bytes(), rows));
        }
        self.file.get_mut(..HEAD)?.copy_from_slice(head.as_bytes());
        Some((self.file, rows))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::{Delivery, GreyPgm};
    use urna_core::recognition::decode;

    fn pixels(width: u32, rows: u32) -> Vec<u8> {
        (0..width * rows).map(|at| u8::try_from((at.wrapping_mul(at) / 7) % 251).unwrap()).collect()
    }

    #[test]
    fn the_vault_reads_back_every_pixel_however_they_were_cut() {
        for (width, rows) in [(100, 100), (101, 333), (1_700, 120), (7_000, 101)] {
            let pixels = pixels(width, rows);
            for cut in [1, 99, 100, 4_096, usize::MAX] {
                let mut pgm = GreyPgm::new(width, rows, Delivery::Whole).unwrap();
                let mut given = GreyPgm::new(width, rows, Delivery::Parts).unwrap();
                let mut parts = Vec::new();
                for part in pixels.chunks(cut.min(pixels.len())) {
                    pgm.push(part);
                    given.push(part);
                    parts.extend(given.take_part().unwrap());
                }
                let (file, height) = pgm.finish().unwrap();
                assert_eq!(height, rows);
                let (head, _) = given.finish().unwrap();
                parts[..head.len()].copy_from_slice(&head);
                assert!(parts == file, "in parts it is the same file");
                let page = decode(&file).unwrap();
                assert_eq!((page.width(), page.height()), (width, rows));
                let turned = page.pixels().iter().map(|level| !level);
                assert!(turned.eq(pixels.iter().copied()), "{width} × {rows} by {cut}");
            }
        }
    }

    #[test]
    fn nothing_and_a_cut_row_are_no_picture() {
        let new = |width, rows| GreyPgm::new(width, rows, Delivery::Whole);
        assert!(new(0, 1).is_none() && new(65_536, 1).is_none());
        assert!(new(10, 10).unwrap().finish().is_none());
        let mut pgm = new(10, 10).unwrap();
        pgm.push(&[0; 15]);
        assert!(pgm.finish().is_none());
    }
}
