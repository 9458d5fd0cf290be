//! A sealed report as the texts of one or more QR codes.
//!
//! One code: `URNA1:` + base45 (RFC 9285) of the zlib-compressed (RFC 1950) report. Several codes:
//! `URNA1/<part>/<parts>/<name>:` + a piece of that base45 text, where `name` is the first 8
//! hexadecimal digits, in capitals, of the SHA-256 of the compressed bytes. All characters are of the
//! alphanumeric mode of ISO/IEC 18004.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::payload::Digest;

/// Longest report that is unpacked, in bytes: a compressed bomb stops here.
const MAX_BYTES: u64 = 1 << 20;
/// Base45 characters in one code. With the header it fits version 20 at error level Q, which a cheap
/// phone reads from an 80 mm thermal print with modules of 0.6 mm.
/// A multiple of 3, the length of a base45 group: no group ends in a space, so no code's text does, and
/// none loses a space where texts are pasted or trimmed.
const CHUNK: usize = 639;
/// Most codes for one report; with [`CHUNK`] about 40 kB of compressed report.
const MAX_PARTS: usize = 99;
const PREFIX: &str = "URNA1";

/// Why texts from QR codes can't be put together.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// A text that is not of an Urna report.
    #[error("this QR code is not from an Urna report")]
    Foreign,
    /// Codes of different reports were mixed.
    #[error("these QR codes belong to different reports")]
    Mixed,
    /// Some codes are missing; parts are counted from 1.
    #[error("QR codes are missing: {}", .missing.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Incomplete {
        /// Which parts.
        missing: Vec<usize>,
    },
    /// All codes are there and the content can't be unpacked.
    #[error("the content of the QR codes is damaged")]
    Damaged,
    /// The report does not fit the most codes that a report may have.
    #[error("the report is too long for QR codes")]
    TooLong,
}

/// The codes of one report as they are collected, in any order and with repetitions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QrSet {
    name: String,
    parts: Vec<Option<String>>,
}

impl QrSet {
    /// Takes the text of one code.
    ///
    /// # Errors
    /// [`QrError::Foreign`] or [`QrError::Mixed`]; the set is unchanged then.
    pub fn add(&mut self, text: &str) -> Result<(), QrError> {
        let text = text.trim();
        let (head, data) = text.split_once(':').ok_or(QrError::Foreign)?;
        let mut fields = head.split('/');
        if fields.next() != Some(PREFIX) {
            return Err(QrError::Foreign);
        }
        let (part, parts, name) = match (fields.next(), fields.next(), fields.next(), fields.next())
        {
            (None, ..) => (1, 1, String::new()),
            (Some(part), Some(parts), Some(name), None) => {
                (number(part)?, number(parts)?, name.to_owned())
            }
            _ => return Err(QrError::Foreign),
        };
        if part > parts {
            return Err(QrError::Foreign);
        }
        if self.parts.is_empty() {
            *self = QrSet { name, parts: vec![None; parts] };
        } else if self.name != name || self.parts.len() != parts {
            return Err(QrError::Mixed);
        }
        match self.parts.get_mut(part - 1) {
            Some(Some(known)) if known != data => Err(QrError::Mixed),
            Some(slot) => {
                *slot = Some(data.to_owned());
                Ok(())
            }
            None => Err(QrError::Foreign),
        }
    }

    /// Parts that are still missing, counted from 1.
    pub fn missing(&self) -> Vec<usize> {
        let missing = |(at, part): (usize, &Option<String>)| part.is_none().then_some(at + 1);
        self.parts.iter().enumerate().filter_map(missing).collect()
    }

    /// How many parts the report has; 0 before the first.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Unpacks the report once every part is there.
    ///
    /// # Errors
    /// [`QrError`].
    pub fn unpack(&self) -> Result<Vec<u8>, QrError> {
        if self.parts.is_empty() {
            return Err(QrError::Foreign);
        }
        let missing = self.missing();
        if !missing.is_empty() {
            return Err(QrError::Incomplete { missing });
        }
        let text: String = self.parts.iter().flatten().map(String::as_str).collect();
        let packed = base45::decode(&text).map_err(|_| QrError::Damaged)?;
        if !self.name.is_empty() && self.name != name_of(&packed) {
            return Err(QrError::Damaged);
        }
        let mut bytes = Vec::new();
        let mut unpacker = ZlibDecoder::new(packed.as_slice()).take(MAX_BYTES + 1);
        unpacker.read_to_end(&mut bytes).map_err(|_| QrError::Damaged)?;
        let len = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if len > MAX_BYTES { Err(QrError::Damaged) } else { Ok(bytes) }
    }
}

/// Packs a report into the texts of as few codes as needed.
///
/// # Errors
/// [`QrError::TooLong`].
pub fn to_qr_texts(report: &[u8]) -> Result<Vec<String>, QrError> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::best());
    // Writing to a Vec can't fail; the error type comes with the trait.
    packer.write_all(report).map_err(|_| QrError::TooLong)?;
    let packed = packer.finish().map_err(|_| QrError::TooLong)?;
    let text = base45::encode(&packed);
    if text.len() <= CHUNK {
        return Ok(vec![format!("{PREFIX}:{text}")]);
    }
    let parts = text.len().div_ceil(CHUNK);
    if parts > MAX_PARTS {
        return Err(QrError::TooLong);
    }
    let name = name_of(&packed);
    let pieces = (0..parts).map(|at| {
        let piece = &text[at * CHUNK..text.len().min((at + 1) * CHUNK)];
        format!("{PREFIX}/{}/{parts}/{name}:{piece}", at + 1)
    });
    Ok(pieces.collect())
}

/// Unpacks a report from the texts of its codes: one a line, in any order.
///
/// # Errors
/// [`QrError`].
pub fn from_qr_texts(texts: &str) -> Result<Vec<u8>, QrError> {
    let mut set = QrSet::default();
    for line in texts.lines().filter(|line| !line.trim().is_empty()) {
        set.add(line)?;
    }
    set.unpack()
}

fn name_of(packed: &[u8]) -> String {
    Digest::of(packed).0[..4].iter().map(|byte| format!("{byte:02X}")).collect()
}

fn number(text: &str) -> Result<usize, QrError> {
    let number: usize = text.parse().map_err(|_| QrError::Foreign)?;
    if (1..=MAX_PARTS).contains(&number) { Ok(number) } else { Err(QrError::Foreign) }
}
