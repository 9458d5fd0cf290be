//! A photo's file to grey pixels, within bounds.

use std::io::Cursor;

use image::{ImageFormat, ImageReader, Limits};
use urna_core::recognition::{GrayPage, decode as decode_strictly};

/// Largest JPEG looked at, in pixels of a side and in bytes while decoding: 85 megapixels of colour.
const MAX_SIDE: u32 = 12_000;
const MAX_BYTES: u64 = 256 << 20;

/// The picture in grey; `None` if it is no JPEG or PNG, damaged or too large.
pub(super) fn decode(bytes: &[u8]) -> Option<GrayPage> {
    if bytes.starts_with(&[0xff, 0xd8]) { jpeg(bytes) } else { decode_strictly(bytes).ok() }
}

/// Not by the decoder of ballots, which refuses progressive files: messengers make such ones, and what is
/// missing from a code its error correction finds.
fn jpeg(bytes: &[u8]) -> Option<GrayPage> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    let photo = reader.decode().ok()?.into_luma8();
    GrayPage::new(photo.width(), photo.height(), photo.into_raw())
}
