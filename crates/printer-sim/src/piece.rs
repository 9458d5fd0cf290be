//! What came out: pieces of paper with dots on them.

use image::{GrayImage, Luma};

/// Where a piece ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It still hangs out of the printer.
    Hanging,
    /// It was cut off.
    Cut,
    /// It was torn off, or the roll ended.
    Torn,
}

/// A piece of paper.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece {
    /// Dots across.
    pub dots: usize,
    /// Rows, packed, highest bit to the left; what was fed without printing is white.
    pub rows: Vec<Vec<u8>>,
    /// Where it ends.
    pub end: End,
}

impl std::fmt::Debug for Piece {
    /// A report belongs into no log.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Piece({} rows, {:?})", self.rows.len(), self.end)
    }
}

impl Piece {
    pub(crate) fn new(dots: usize) -> Self {
        Piece { dots, rows: Vec::new(), end: End::Hanging }
    }

    /// Whether nothing is on it.
    pub fn is_blank(&self) -> bool {
        self.rows.iter().flatten().all(|byte| *byte == 0)
    }

    /// As a picture: black dots on white.
    pub fn picture(&self) -> GrayImage {
        let size = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        GrayImage::from_fn(size(self.dots), size(self.rows.len()), |x, y| {
            let at = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
            let byte = self.rows.get(at(y)).and_then(|row| row.get(at(x) / 8)).copied();
            let is_black = byte.is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0);
            Luma([if is_black { 0 } else { 255 }])
        })
    }
}
