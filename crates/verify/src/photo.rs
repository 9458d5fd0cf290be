//! QR codes in a photo of a printed report.

use std::io::Cursor;

use image::{GrayImage, ImageReader, Limits, imageops};

/// Largest photo looked at: 100 megapixels of one byte, and as much again while decoding.
const MAX_SIDE: u32 = 12_000;
const MAX_BYTES: u64 = 256 << 20;
/// Codes are found at this length of the longer side; a phone's full size only makes noise bigger.
const WORKING_SIDE: u32 = 2_000;
/// Pictures up to this length are also looked at enlarged.
const SMALL_SIDE: u32 = 1_000;

/// Texts of all QR codes found in a JPEG or PNG; empty for anything else.
pub fn qr_texts_of_photo(bytes: &[u8]) -> Vec<String> {
    let Some(photo) = decode(bytes) else {
        return Vec::new();
    };
    let longer = photo.width().max(photo.height());
    let mut texts = codes_in(photo.clone());
    let working = if longer > WORKING_SIDE {
        let side = |length: u32| {
            let scaled = u64::from(length) * u64::from(WORKING_SIDE) / u64::from(longer);
            u32::try_from(scaled).unwrap_or(1).max(1)
        };
        let (width, height) = (side(photo.width()), side(photo.height()));
        let small = imageops::resize(&photo, width, height, imageops::FilterType::Triangle);
        texts.extend(codes_in(small.clone()));
        small
    } else {
        photo
    };
    // The ripples that JPEG leaves along sharp edges hide whole codes; a little blur takes them away.
    texts.extend(codes_in(imageops::blur(&working, 1.0)));
    // In a small picture the squares of a code are few pixels wide, and the finder rounds them away.
    if longer <= SMALL_SIDE {
        for times in [2, 3] {
            let (width, height) = (working.width() * times, working.height() * times);
            let filter = imageops::FilterType::CatmullRom;
            texts.extend(codes_in(imageops::resize(&working, width, height, filter)));
        }
    }
    texts.sort();
    texts.dedup();
    texts
}

fn decode(bytes: &[u8]) -> Option<GrayImage> {
    let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format().ok()?;
    let mut limits = Limits::default();
    limits.max_image_width = Some(MAX_SIDE);
    limits.max_image_height = Some(MAX_SIDE);
    limits.max_alloc = Some(MAX_BYTES);
    reader.limits(limits);
    Some(reader.decode().ok()?.into_luma8())
}

fn codes_in(photo: GrayImage) -> Vec<String> {
    let mut prepared = rqrr::PreparedImage::prepare(photo);
    let codes = prepared.detect_grids();
    codes.iter().filter_map(|code| code.decode().ok().map(|(_, text)| text)).collect()
}
