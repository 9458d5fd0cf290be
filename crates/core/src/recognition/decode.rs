//! Bytes to pixels, within bounds.

use std::io::Cursor;

use png::{InterlaceInfo, Transformations};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::gray::GrayPage;
use super::jpeg;
use super::refusal::Refusal;

/// Longest file, in bytes.
const MAX_FILE_BYTES: usize = 64 << 20;
/// Longest side, in pixels: 420 mm at 600 dpi is 9,921.
const MAX_SIDE: u32 = 16_000;
/// Most pixels: A3 at 600 dpi has 70 million.
const MAX_PIXELS: u64 = 80_000_000;
/// Memory that a PNG's chunks may take beside its pixels, in bytes. Profiles and texts, which could be
/// bombs of their own, are not unpacked at all.
const MAX_CHUNK_BYTES: usize = 4 << 20;
/// Most blanks before a number in the head of a PGM: those that fill it up to its place.
const MAX_BLANKS: usize = 16;
/// Shortest side: half an A6 at 50 dpi.
const MIN_SIDE: u32 = 100;

/// Decodes a JPEG or PNG, or a PGM as the drivers of scanners write it, to 8-bit grey.
///
/// # Errors
/// [`Refusal::NotAnImage`], [`Refusal::TooLarge`] (before any pixel is decoded) or
/// [`Refusal::TooSmall`].
pub fn decode(bytes: &[u8]) -> Result<GrayPage, Refusal> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(Refusal::TooLarge { width: 0, height: 0 });
    }
    let (width, height, pixels) = match bytes {
        [0xff, 0xd8, ..] => decode_jpeg(bytes)?,
        [b'P', b'5', ..] => decode_pgm(bytes)?,
        _ => decode_png(bytes)?,
    };
    GrayPage::new(width, height, pixels).ok_or_else(|| unreadable("pixels are missing"))
}

/// Grey of 8 bits (netpbm's `P5`) with one picture in it and no comments: what is left of a head in which
/// nothing can be read in two ways.
fn decode_pgm(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Refusal> {
    let (head, pixels) = pgm_head(bytes).ok_or_else(|| unreadable("no head of a grey PGM"))?;
    let [width, height] = head;
    check_size(width, height)?;
    if u64::try_from(pixels.len()) != Ok(u64::from(width) * u64::from(height)) {
        return Err(unreadable("not as many pixels as the head says"));
    }
    Ok((width, height, pixels.to_vec()))
}

/// Width and height, and what follows the head.
fn pgm_head(bytes: &[u8]) -> Option<([u32; 2], &[u8])> {
    let mut rest = bytes.strip_prefix(b"P5")?;
    let mut numbers = [0; 3];
    for number in &mut numbers {
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        let (_, after) =
            rest.split_at_checked(blank).filter(|_| (1..=MAX_BLANKS).contains(&blank))?;
        let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (said, after) = after.split_at_checked(digits)?;
        // Neither empty nor beyond 32 bits.
        *number = std::str::from_utf8(said).ok()?.parse().ok()?;
        rest = after;
    }
    let [width, height, white] = numbers;
    // One blank ends the head; what comes after it is a pixel, whatever it looks like.
    let (_, pixels) = rest.split_first().filter(|(end, _)| end.is_ascii_whitespace())?;
    (white == 255).then_some(([width, height], pixels))
}

/// Strictly: other decoders fill what is missing or damaged with grey, and a vote there would be lost
/// without a word. Of colours only the brightness is decoded.
fn decode_jpeg(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Refusal> {
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::Luma);
    let picture = jpeg::without_end(bytes);
    let mut decoder =
        JpegDecoder::new_with_options(ZCursor::new(picture.unwrap_or(bytes)), options);
    decoder.decode_headers().map_err(unreadable)?;
    let (width, height) = decoder.dimensions().ok_or_else(|| unreadable("no dimensions"))?;
    let side = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let (width, height) = (side(width), side(height));
    check_size(width, height)?;
    picture.map_err(unreadable)?;
    let pixels = decoder.decode().map_err(unreadable)?;
    Ok((width, height, pixels))
}

/// Row by row, so that neither colours nor 16 bits cost memory. Transparency is ignored: what is below
/// it was scanned.
fn decode_png(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), Refusal> {
    let limits = png::Limits { bytes: MAX_CHUNK_BYTES };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let header = decoder.read_header_info().map_err(unreadable)?;
    let (width, height) = (header.width, header.height);
    check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(unreadable)?;
    // The decoder takes such a palette and panics over it.
    if !reader.info().palette.as_deref().is_none_or(is_palette) {
        return Err(unreadable("the palette has no valid length"));
    }
    let samples = reader.output_color_type().0.samples();
    let columns = usize::try_from(width).unwrap_or(usize::MAX);
    let mut pixels = vec![0; columns * usize::try_from(height).unwrap_or(0)];
    let mut grey = Vec::with_capacity(columns);
    let mut start = 0;
    while let Some(row) = reader.next_interlaced_row().map_err(unreadable)? {
        grey.clear();
        match samples {
            1 => grey.extend_from_slice(row.data()),
            2 => grey.extend(row.data().chunks_exact(2).map(|pixel| pixel[0])),
            _ => grey.extend(row.data().chunks_exact(samples).map(brightness)),
        }
        match row.interlace() {
            InterlaceInfo::Adam7(pass) => {
                png::expand_interlaced_row(&mut pixels, columns, &grey, pass, 8);
            }
            InterlaceInfo::Null(_) => {
                let line = pixels.get_mut(start..start + grey.len());
                line.ok_or_else(|| unreadable("too many pixels"))?.copy_from_slice(&grey);
                start += grey.len();
            }
        }
    }
    Ok((width, height, pixels))
}

/// 1 to 256 colours of three bytes (ISO/IEC 15948, 11.2.2).
fn is_palette(palette: &[u8]) -> bool {
    !palette.is_empty() && palette.len() <= 256 * 3 && palette.len().is_multiple_of(3)
}

/// Brightness of a pixel of red, green and blue (ITU-R BT.709).
fn brightness(pixel: &[u8]) -> u8 {
    let weighted = pixel.iter().zip([2_126_u32, 7_152, 722]);
    let sum: u32 = weighted.map(|(&level, weight)| u32::from(level) * weight).sum();
    u8::try_from(sum / 10_000).unwrap_or(u8::MAX)
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
