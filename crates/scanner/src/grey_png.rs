//! Grey pixels as a PNG without compression, written while they arrive.
//!
//! The vault reads PNG, and so does everybody; compressing would cost some 100 ms for each side. Pixels are
//! copied once, from the transfer to their place in the file.

use simd_adler32::Adler32;

/// Widest row: a stored block of deflate holds 65,535 bytes (RFC 1951, 3.2.4), one of which names the filter.
pub(crate) const MAX_WIDTH: u32 = 65_534;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Where the data chunk begins: after the signature and the header chunk.
const DATA_AT: usize = 8 + 25;
/// Around a row: kind of block, length, its complement, filter.
const ROW_HEAD: usize = 6;

/// A file in the making.
pub(crate) struct GreyPng {
    file: Vec<u8>,
    width: u16,
    /// Pixels of the row that is being filled.
    column: u16,
    rows: u32,
    adler: Adler32,
    crc: crc32fast::Hasher,
}

impl GreyPng {
    /// Begins a picture that is so wide, with room for so many rows. `None` if no PNG of this kind is that
    /// wide.
    pub fn new(width: u32, rows: u32) -> Option<Self> {
        let width = u16::try_from(width)
            .ok()
            .filter(|width| (1..=MAX_WIDTH).contains(&u32::from(*width)))?;
        let rows = usize::try_from(rows).ok()?;
        let row = usize::from(width) + ROW_HEAD;
        let mut file = Vec::with_capacity(rows.checked_mul(row)?.checked_add(128)?);
        file.extend(SIGNATURE);
        file.resize(DATA_AT, 0);
        // The length of the data is known at its end.
        file.extend([0; 4]);
        let mut png = Self {
            file,
            width,
            column: 0,
            rows: 0,
            adler: Adler32::new(),
            crc: crc32fast::Hasher::new(),
        };
        png.put(b"IDAT");
        // Deflate with a window of 32 KiB, no dictionary, the fastest level (RFC 1950, 2.2).
        png.put(&[0x78, 0x01]);
        Some(png)
    }

    /// Pixels in reading order, as fi-series scanners send them: 0 is white, which a PNG has for black.
    pub fn push(&mut self, mut pixels: &[u8]) {
        while !pixels.is_empty() {
            if self.column == 0 {
                let length = self.width.saturating_add(1);
                let [l0, l1] = length.to_le_bytes();
                let [n0, n1] = (!length).to_le_bytes();
                self.put(&[0, l0, l1, n0, n1]);
                self.adler.write(&[0]);
                self.put(&[0]);
            }
            let room = usize::from(self.width - self.column);
            let (row, rest) = pixels.split_at(room.min(pixels.len()));
            pixels = rest;
            let from = self.file.len();
            self.file.extend(row.iter().map(|level| !level));
            let written = self.file.get(from..).unwrap_or_default();
            self.adler.write(written);
            self.crc.update(written);
            let length = u16::try_from(row.len()).unwrap_or(self.width);
            self.column += length;
            if self.column >= self.width {
                self.column = 0;
                self.rows += 1;
            }
        }
    }

    /// Whole rows so far.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// The file, and its height. `None` if there is no row, or the last one is cut.
    pub fn finish(mut self) -> Option<(Vec<u8>, u32)> {
        if self.rows == 0 || self.column != 0 {
            return None;
        }
        // The last block, with nothing in it.
        self.put(&[1, 0, 0, 0xff, 0xff]);
        let adler = self.adler.finish().to_be_bytes();
        self.put(&adler);
        let crc = self.crc.finalize();
        let data = u32::try_from(self.file.len() - DATA_AT - 8).ok()?;
        self.file.extend(crc.to_be_bytes());
        self.file.get_mut(DATA_AT..DATA_AT + 4)?.copy_from_slice(&data.to_be_bytes());
        let mut header = Vec::with_capacity(13);
        header.extend(u32::from(self.width).to_be_bytes());
        header.extend(self.rows.to_be_bytes());
        // 8 bits of grey, deflate, no filters but the usual, not interlaced.
        header.extend([8, 0, 0, 0, 0]);
        let header = chunk(*b"IHDR", &header);
        self.file.get_mut(SIGNATURE.len()..DATA_AT)?.copy_from_slice(&header);
        self.file.extend(chunk(*b"IEND", &[]));
        Some((self.file, self.rows))
    }

    fn put(&mut self, bytes: &[u8]) {
        self.file.extend_from_slice(bytes);
        self.crc.update(bytes);
    }
}

/// Length, kind, data, checksum (ISO/IEC 15948, 5.3).
fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut crc = crc32fast::Hasher::new();
    crc.update(&kind);
    crc.update(data);
    let length = u32::try_from(data.len()).unwrap_or(0).to_be_bytes();
    [&length[..], &kind, data, &crc.finalize().to_be_bytes()].concat()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::GreyPng;
    use urna_core::recognition::decode;

    fn pixels(width: u32, rows: u32) -> Vec<u8> {
        (0..width * rows).map(|at| u8::try_from((at.wrapping_mul(at) / 7) % 251).unwrap()).collect()
    }

    #[test]
    fn the_vault_reads_back_every_pixel_however_they_were_cut() {
        for (width, rows) in [(100, 100), (101, 333), (1_700, 120), (7_000, 101)] {
            let pixels = pixels(width, rows);
            for cut in [1, 99, 100, 4_096, usize::MAX] {
                let mut png = GreyPng::new(width, rows).unwrap();
                for part in pixels.chunks(cut.min(pixels.len())) {
                    png.push(part);
                }
                let (file, height) = png.finish().unwrap();
                assert_eq!(height, rows);
                let page = decode(&file).unwrap();
                assert_eq!((page.width(), page.height()), (width, rows));
                let turned = page.pixels().iter().map(|level| !level);
                assert!(turned.eq(pixels.iter().copied()), "{width} × {rows} by {cut}");
            }
        }
    }

    #[test]
    fn nothing_and_a_cut_row_are_no_picture() {
        assert!(GreyPng::new(0, 1).is_none() && GreyPng::new(65_535, 1).is_none());
        assert!(GreyPng::new(10, 10).unwrap().finish().is_none());
        let mut png = GreyPng::new(10, 10).unwrap();
        png.push(&[0; 15]);
        assert!(png.finish().is_none());
    }
}
