//! Bytes to pixels, within bounds.

use std::io::Cursor;

use image::{ColorType, ImageDecoder, ImageReader, Limits};

use super::gray::GrayPage;
use super::refusal::Refusal;

/// Longest file, in bytes.
const MAX_FILE_BYTES: usize = 64 << 20;
/// Longest side, in pixels: 420 mm at 600 dpi is 9,921.
const MAX_SIDE: u32 = 16_000;
/// Most pixels: A3 at 600 dpi has 70 million.
const MAX_PIXELS: u64 = 80_000_000;
/// Memory that decoding may take beside the result, in bytes.
const MAX_ALLOC: u64 = 512 << 20;
/// Shortest side: half an A6 at 50 dpi.
const MIN_SIDE: u32 = 100;

/// Decodes a JPEG or PNG to 8-bit grey.
///
/// # Errors
/// [`Refusal::NotAnImage`], [`Refusal::TooLarge`] (before any pixel is decoded) or
/// [`Refusal::TooSmall`].
pub fn decode(bytes: &[u8]) -> Result<GrayPage, Refusal> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Refusal::TooLarge { width: 0, height: 0 });
    }
    let mut reader =
        ImageReader::new(Cursor::new(bytes)).with_guessed_format().map_err(unreadable)?;
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(Refusal::TooLarge { width, height });
    }
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(Refusal::TooSmall { width, height });
    }
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    decoder.set_limits(limits).map_err(unreadable)?;
    let pixels = match decoder.color_type() {
        ColorType::L8 => {
            let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(0)];
            decoder.read_image(&mut pixels).map_err(unreadable)?;
            pixels
        }
        _ => {
            image::DynamicImage::from_decoder(decoder).map_err(unreadable)?.into_luma8().into_raw()
        }
    };
    GrayPage::new(width, height, pixels)
        .ok_or_else(|| Refusal::NotAnImage { detail: "pixels are missing".to_owned() })
}

fn unreadable(fault: impl ToString) -> Refusal {
    Refusal::NotAnImage { detail: fault.to_string() }
}
