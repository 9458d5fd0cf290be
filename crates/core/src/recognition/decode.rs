//! Bytes to pixels, within bounds.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::{ColorType, DynamicImage, ImageDecoder, Limits};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

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
    let (width, height, pixels) =
        if bytes.starts_with(&[0xff, 0xd8]) { decode_jpeg(bytes)? } else { decode_png(bytes)? };
    GrayPage::new(width, height, pixels).ok_or_else(|| unreadable("pixels are missing"))
}

/// Strictly: other decoders fill what is missing or damaged with grey, and a vote there would be lost
/// without a word. Of colours only the brightness is decoded.
fn decode_jpeg(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Refusal> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(unreadable)?;
    let (width, height) = decoder.dimensions().ok_or_else(|| unreadable("no dimensions"))?;
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let (width, height) = (side(width), side(height));
    check_size(width, height)?;
    // Inside compressed data FF is always followed by 00, so these two bytes are the end. Scanners may
    // fill up their last block.
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    if !bytes[..end].ends_with(&[0xff, 0xd9]) {
        return Err(unreadable("the end is missing"));
    }
    let pixels = decoder.decode().map_err(unreadable)?;
    Ok((width, height, pixels))
}

fn decode_png(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Refusal> {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_ALLOC);
    let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(unreadable)?;
    let (width, height) = decoder.dimensions();
    check_size(width, height)?;
    let pixels = match decoder.color_type() {
        ColorType::L8 => {
            let mut pixels = vec![0; usize::try_from(decoder.total_bytes()).unwrap_or(0)];
            decoder.read_image(&mut pixels).map_err(unreadable)?;
            pixels
        }
        _ => DynamicImage::from_decoder(decoder).map_err(unreadable)?.into_luma8().into_raw(),
    };
    Ok((width, height, pixels))
}

fn check_size(width: u32, height: u32) -> Result<(), Refusal> {
    let pixels = u64::from(width) * u64::from(height);
    if width > MAX_SIDE || height > MAX_SIDE || pixels > MAX_PIXELS {
        return Err(Refusal::TooLarge { width, height });
    }
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(Refusal::TooSmall { width, height });
    }
    Ok(())
}

fn unreadable(fault: impl ToString) -> Refusal {
    Refusal::NotAnImage { detail: fault.to_string() }
}
