//! Which received bytes are of the protocol and which are of a page.
//!
//! Kept is only what has shown itself to be protocol: heads and texts of HTTP answers to questions that are not
//! for a picture, and the short answers and states of SCSI commands that don't read pixels. Everything else is
//! left out: what comes unasked, after a reset, in an unknown language, or looks otherwise than it should.

use std::collections::BTreeMap;

use super::tape::Piece;
use crate::{Descriptors, Transfer};
use urna_usb::Pipes;

/// Longest head of an answer.
const MAX_HEAD: usize = 16 << 10;
/// Longest text of an answer.
const MAX_TEXT: usize = 64 << 10;
/// Longest answer to a SCSI command that does not read pixels: identity takes 204 bytes.
const MAX_ANSWER: usize = 256;
const COMMAND_BYTES: usize = 31;
const COMMAND_MARK: u8 = 0x43;
/// Where the operation and the type of data stand in the envelope of a command.
const OPERATION_AT: usize = 0x13;
const DATA_TYPE_AT: usize = 0x15;
const READ: u8 = 0x28;
const PIXELS: u8 = 0;
const STATUS_BYTES: u32 = 13;
const STATUS_MARK: u8 = 0x53;

/// What goes on at each pair of endpoints.
pub(super) struct View {
    device: Descriptors,
    /// The endpoint that answers, by the one that is asked.
    input_of: BTreeMap<u8, u8>,
    streams: BTreeMap<u8, Stream>,
}

/// What is expected at an endpoint.
enum Stream {
    Http(Http),
    Scsi { reads_pixels: bool },
}

struct Http {
    asks_for_image: bool,
    head: Vec<u8>,
    part: Part,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Head,
    /// So many bytes of it have come.
    Text(usize),
    Image,
    Unknown,
}

impl View {
    pub fn new(device: &Descriptors) -> Self {
        Self { device: device.clone(), input_of: BTreeMap::new(), streams: BTreeMap::new() }
    }

    /// A request was made: what comes next at its pair follows from it.
    pub fn asked(&mut self, transfer: &Transfer) {
        match transfer {
            Transfer::Claim { interface, alternate } => {
                let chosen = self.device.alternates.iter().find(|setting| {
                    (setting.interface, setting.alternate) == (*interface, *alternate)
                });
                if let Some(pipes) = chosen.and_then(Pipes::of) {
                    self.input_of.insert(pipes.output, pipes.input);
                    self.streams.remove(&pipes.input);
                }
            }
            Transfer::Reset => self.streams.clear(),
            Transfer::Out { endpoint, bytes } => {
                let input = self.input_of.get(endpoint);
                if let (Some(input), Some(stream)) = (input, Stream::asked(bytes)) {
                    self.streams.insert(*input, stream);
                }
            }
            Transfer::Configure { .. }
            | Transfer::In { .. }
            | Transfer::Ask { .. }
            | Transfer::ClearHalt { .. } => {}
        }
    }

    /// Bytes that came at an endpoint, where up to `most` were asked for.
    pub fn received(&mut self, input: u8, most: u32, bytes: &[u8]) -> Vec<Piece> {
        match self.streams.get_mut(&input) {
            // Nothing was asked: it is left over from before.
            None => vec![Piece::Unknown(bytes.len())],
            Some(Stream::Http(http)) => http.received(bytes),
            Some(Stream::Scsi { reads_pixels }) => vec![scsi(*reads_pixels, most, bytes)],
        }
    }
}

impl Stream {
    /// What these bytes ask for; `None` if they only go on with what was begun.
    fn asked(bytes: &[u8]) -> Option<Self> {
        if bytes.len() == COMMAND_BYTES && bytes.first() == Some(&COMMAND_MARK) {
            let at = |place: usize| bytes.get(place).copied();
            let reads_pixels = at(OPERATION_AT) == Some(READ) && at(DATA_TYPE_AT) == Some(PIXELS);
            return Some(Self::Scsi { reads_pixels });
        }
        let is_question =
            ["GET ", "POST ", "DELETE "].iter().any(|m| bytes.starts_with(m.as_bytes()));
        let mut words = bytes.splitn(3, |byte| *byte == b' ').skip(1);
        let path = words.next().unwrap_or_default();
        // Data of SCSI commands may begin with such a word too ("GET DEVICE ID").
        let is_http = words.next().is_some_and(|rest| rest.starts_with(b"HTTP/1."));
        (is_question && is_http).then(|| {
            // What is no capability, status or job may be a picture.
            let known = [&b"ScannerCapabilities"[..], b"ScannerStatus", b"ScanJobs"];
            let asks_for_image =
                !known.iter().any(|end| path.ends_with(end)) && !bytes.starts_with(b"DELETE ");
            Self::Http(Http { asks_for_image, head: Vec::new(), part: Part::Head })
        })
    }
}

fn scsi(reads_pixels: bool, most: u32, bytes: &[u8]) -> Piece {
    let is_state = most == STATUS_BYTES && bytes.len() <= 13 && bytes.first() == Some(&STATUS_MARK);
    match (is_state, reads_pixels) {
        (true, _) => Piece::Kept(bytes.to_vec()),
        (false, true) => Piece::Image(bytes.len()),
        (false, false) if bytes.len() <= MAX_ANSWER => Piece::Kept(bytes.to_vec()),
        (false, false) => Piece::Unknown(bytes.len()),
    }
}

impl Http {
    fn received(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut rest = bytes;
        while self.part == Part::Head && !rest.is_empty() {
            let before = self.head.len();
            self.head.extend(rest.iter().take(MAX_HEAD + 1 - before.min(MAX_HEAD)));
            let end = end_of_head(&self.head);
            let here = end.unwrap_or(self.head.len()).saturating_sub(before);
            let (head, body) = rest.split_at(here.min(rest.len()));
            if !is_text(head)
                || !could_be_head(&self.head)
                || (end.is_none() && self.head.len() > MAX_HEAD)
            {
                self.part = Part::Unknown;
                break;
            }
            pieces.push(Piece::Kept(head.to_vec()));
            rest = body;
            if let Some(end) = end {
                self.head.truncate(end);
                self.head_came();
            }
        }
        if !rest.is_empty() {
            pieces.push(self.body(rest));
        }
        pieces
    }

    /// A whole head is there: what follows it?
    fn head_came(&mut self) {
        let head = String::from_utf8_lossy(&std::mem::take(&mut self.head)).to_ascii_lowercase();
        let is_interim = head.split(' ').nth(1).is_some_and(|status| status.starts_with('1'));
        let kind =
            head.lines().find_map(|line| line.strip_prefix("content-type:")).unwrap_or("").trim();
        let is_text = kind.starts_with("text/") || kind.starts_with("application/xml");
        self.part = match (is_interim, self.asks_for_image) {
            (true, _) => Part::Head,
            (false, true) => Part::Image,
            (false, false) if is_text || kind.is_empty() => Part::Text(0),
            (false, false) => Part::Unknown,
        };
    }

    fn body(&mut self, bytes: &[u8]) -> Piece {
        match self.part {
            Part::Image => Piece::Image(bytes.len()),
            Part::Text(before) if is_text(bytes) && before + bytes.len() <= MAX_TEXT => {
                self.part = Part::Text(before + bytes.len());
                Piece::Kept(bytes.to_vec())
            }
            Part::Head | Part::Text(_) | Part::Unknown => {
                self.part = Part::Unknown;
                Piece::Unknown(bytes.len())
            }
        }
    }
}

fn end_of_head(head: &[u8]) -> Option<usize> {
    head.windows(4).position(|four| four == b"\r\n\r\n").map(|at| at + 4)
}

/// Whether an answer can begin so.
fn could_be_head(head: &[u8]) -> bool {
    const START: &[u8] = b"HTTP/1.";
    START.iter().zip(head).all(|(a, b)| a == b)
}

/// Pixels and compressed pictures are no text for long: of a thousand bytes of a JPEG file hundreds are not. A
/// letter of several bytes may be cut by either end of a transfer.
fn is_text(bytes: &[u8]) -> bool {
    let cut = bytes.iter().take(3).take_while(|byte| (0x80..0xc0).contains(*byte)).count();
    let rest = bytes.get(cut..).unwrap_or_default();
    let text = match std::str::from_utf8(rest) {
        Ok(text) => text,
        Err(fault) if fault.error_len().is_none() => {
            std::str::from_utf8(rest.get(..fault.valid_up_to()).unwrap_or_default()).unwrap_or("")
        }
        Err(_) => return false,
    };
    text.chars().all(|c| !c.is_control() || matches!(c, '\t' | '\r' | '\n'))
}

#[cfg(test)]
#[path = "view_tests.rs"]
mod tests;
