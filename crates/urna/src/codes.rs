//! Sealed messages that travel as QR codes: on a screen, on paper, in a photo, as typed by a hand scanner.

use std::path::Path;

use anyhow::Context;
use fast_qr::ECL;
use fast_qr::qr::QRBuilder;
use image::{GrayImage, ImageFormat, Luma};
use urna_core::seal::{from_qr_texts, to_qr_texts};
use urna_verify::qr_texts_of_photo;

use crate::files;

/// Pixels of a module, and white modules around a code (ISO/IEC 18004 asks for four).
const MODULE: u32 = 8;
const QUIET: u32 = 4;

/// Reads a sealed message from its own file, from a text with its QR codes, or from a photo of them.
pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let bytes = files::read(path)?;
    if bytes.trim_ascii_start().starts_with(b"URNA1") {
        let texts = std::str::from_utf8(&bytes).context("the QR texts are not text")?;
        return Ok(from_qr_texts(texts)?);
    }
    if bytes.starts_with(&[0xff, 0xd8]) || bytes.starts_with(b"\x89PNG") {
        let texts = qr_texts_of_photo(&bytes);
        anyhow::ensure!(!texts.is_empty(), "{} shows no QR code", path.display());
        return Ok(from_qr_texts(&texts.join("\n"))?);
    }
    Ok(bytes)
}

/// Writes a sealed message: as QR codes one below the other into a `.png`, as their texts into a `.txt`, and as it
/// is into anything else.
pub fn write(path: &Path, sealed: &[u8]) -> anyhow::Result<()> {
    let extension = path.extension().and_then(|extension| extension.to_str());
    match extension {
        Some("png") => files::write(path, &png(&to_qr_texts(sealed)?)?),
        Some("txt") => files::write(path, (to_qr_texts(sealed)?.join("\n") + "\n").as_bytes()),
        _ => files::write(path, sealed),
    }
}

fn png(texts: &[String]) -> anyhow::Result<Vec<u8>> {
    let codes = texts.iter().map(|text| QRBuilder::new(text.as_str()).ecl(ECL::M).build());
    let codes =
        codes.collect::<Result<Vec<_>, _>>().map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
    let side = |size: usize| Ok::<_, anyhow::Error>((u32::try_from(size)? + 2 * QUIET) * MODULE);
    let sides: Vec<u32> = codes.iter().map(|code| side(code.size)).collect::<Result<_, _>>()?;
    let (width, height) = (sides.iter().max().copied().unwrap_or(1), sides.iter().sum());
    let mut picture = GrayImage::from_pixel(width, height, Luma([255]));
    let mut top = 0;
    for (code, side) in codes.iter().zip(&sides) {
        for (y, row) in (0_u32..).zip((0..code.size).map(|y| &code[y])) {
            for (x, _) in (0_u32..).zip(row).filter(|(_, module)| module.value()) {
                let (left, upper) = ((x + QUIET) * MODULE, top + (y + QUIET) * MODULE);
                for (dx, dy) in (0..MODULE).flat_map(|dx| (0..MODULE).map(move |dy| (dx, dy))) {
                    picture.put_pixel(left + dx, upper + dy, Luma([0]));
                }
            }
        }
        top += side;
    }
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png)?;
    Ok(file.into_inner())
}
