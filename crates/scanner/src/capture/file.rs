//! A capture as a file: one JSON value a line, so that a person can read it and cut it.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use urna_core::DeviceText;
use urna_core::journal::ScannerFault;

use super::mask::{masked, masked_text};
use super::tape::{Call, End, Entry, Happened, Piece, Tape};
use super::{Images, MAX_CAPTURE_BYTES_WITH_IMAGES, MAX_CAPTURE_ENTRIES, Serials};
use crate::{
    Alternate, Completion, Delivery, Descriptors, MAX_TRANSFER, NoSheet, Pixels, Request, Settings,
    Side, Transfer,
};

/// Version of the format.
const VERSION: u32 = 1;
/// Longest file that is read: bytes as hexadecimal digits, and what stands around them.
const MAX_FILE: usize = 4 * MAX_CAPTURE_BYTES_WITH_IMAGES;

/// A capture that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The device's descriptors.
    pub device: Descriptors,
    /// How sheets were scanned.
    pub settings: Settings,
    pub(super) lines: Vec<Line>,
}

/// Why a file is no capture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureFault {
    /// It is longer than any.
    #[error("the file is longer than a capture can be")]
    TooLong,
    /// A line can't be read.
    #[error("line {line}: {what}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// It was written by a later program.
    #[error("version {0} of the format is not known")]
    Version(u32),
}

/// A line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Line {
    Capture(Header),
    Call(CallLine),
    Ask {
        id: u32,
        timeout_ms: u32,
        #[serde(flatten)]
        what: AskLine,
    },
    End {
        id: u32,
        #[serde(flatten)]
        how: EndLine,
    },
    Passed(Vec<u32>),
    Event(EventLine),
    /// The bound was reached: what came after is not here.
    Full,
}

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Header {
    version: u32,
    software: String,
    images: String,
    serials: String,
    maker: Option<DeviceText>,
    product: Option<DeviceText>,
    serial: Option<DeviceText>,
    device: DeviceLine,
    settings: SettingsLine,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct DeviceLine {
    vendor: u16,
    product: u16,
    configuration: u8,
    settings: Vec<AlternateLine>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct AlternateLine {
    interface: u8,
    alternate: u8,
    class: [u8; 3],
    bulk: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct SettingsLine {
    dpi: u16,
    width_mm: u16,
    length_mm: u16,
    jpeg: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum CallLine {
    Connect,
    StartSheet,
    Cancel,
    ClearFault,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AskLine {
    Configure(u8),
    Claim([u8; 2]),
    Out { endpoint: u8, bytes: Vec<PieceLine> },
    In { endpoint: u8, most: u32 },
    Control { interface: u8, request: u8, value: u16, index: u16, most: u16 },
    ClearHalt(u8),
    Reset(()),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EndLine {
    Done(Vec<PieceLine>),
    Stalled(()),
    TimedOut(()),
    Gone(()),
    Failed(()),
}

/// Bytes, or how many were left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum PieceLine {
    Text(String),
    Hex(String),
    Image(usize),
    Unknown(usize),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum EventLine {
    Connected,
    Front(usize),
    Back(usize),
    SheetDone,
    Empty,
    Cancelled,
    Fault(ScannerFault),
    Trouble(ScannerFault),
}

/// The file.
pub(super) fn write(tape: &Tape) -> Vec<u8> {
    let entries = tape.entries.clone();
    let entries = match tape.subject.serials {
        Serials::Masked => masked(entries, &tape.serials),
        Serials::Kept => entries,
    };
    let full = tape.is_full().then_some(Line::Full);
    let lines = std::iter::once(Line::Capture(header(tape)));
    let lines = lines.chain(entries.into_iter().map(line)).chain(full);
    let mut file = Vec::new();
    for line in lines {
        // Maps with text keys and numbers only: nothing that JSON does not have.
        file.extend(serde_json::to_vec(&line).unwrap_or_default());
        file.push(b'\n');
    }
    file
}

fn header(tape: &Tape) -> Header {
    let subject = &tape.subject;
    let (device, settings) = (&subject.device, subject.settings);
    let said = |text: &str| match subject.serials {
        Serials::Masked => DeviceText::new(&masked_text(text, &tape.serials)),
        Serials::Kept => DeviceText::new(text),
    };
    let alternates = device.alternates.iter().map(|setting| AlternateLine {
        interface: setting.interface,
        alternate: setting.alternate,
        class: setting.class,
        bulk: setting.bulk.clone(),
    });
    let serial = &subject.strings.serial;
    let serial = match subject.serials {
        Serials::Masked => DeviceText::new(&"*".repeat(serial.chars().count())),
        Serials::Kept => DeviceText::new(serial),
    };
    Header {
        version: VERSION,
        software: subject.software.clone(),
        images: (if subject.images == Images::Kept { "kept" } else { "left out" }).to_owned(),
        serials: (if subject.serials == Serials::Kept { "kept" } else { "masked" }).to_owned(),
        maker: said(&subject.strings.maker),
        product: said(&subject.strings.product),
        serial,
        device: DeviceLine {
            vendor: device.vendor,
            product: device.product,
            configuration: device.configuration,
            settings: alternates.collect(),
        },
        settings: SettingsLine {
            dpi: settings.dpi,
            width_mm: settings.width_mm,
            length_mm: settings.length_mm,
            jpeg: settings.pixels == Pixels::Jpeg,
        },
    }
}

fn line(entry: Entry) -> Line {
    match entry {
        Entry::Called(call) => Line::Call(match call {
            Call::Connect => CallLine::Connect,
            Call::StartSheet => CallLine::StartSheet,
            Call::Cancel => CallLine::Cancel,
            Call::ClearFault => CallLine::ClearFault,
        }),
        Entry::Asked(Request { id, timeout_ms, transfer }) => {
            Line::Ask { id, timeout_ms, what: ask(transfer) }
        }
        Entry::Ended { id, end, .. } => Line::End {
            id,
            how: match end {
                End::Done(pieces) => {
                    EndLine::Done(pieces.into_iter().map(PieceLine::from).collect())
                }
                End::Stalled => EndLine::Stalled(()),
                End::TimedOut => EndLine::TimedOut(()),
                End::Gone => EndLine::Gone(()),
                End::Failed => EndLine::Failed(()),
            },
        },
        Entry::Passed(times) => Line::Passed(times),
        Entry::Happened(happened) => Line::Event(match happened {
            Happened::Connected => EventLine::Connected,
            Happened::Side(Side::Front, len) => EventLine::Front(len),
            Happened::Side(Side::Back, len) => EventLine::Back(len),
            Happened::SheetDone => EventLine::SheetDone,
            Happened::NoSheet(NoSheet::Empty) => EventLine::Empty,
            Happened::NoSheet(NoSheet::Cancelled) => EventLine::Cancelled,
            Happened::Fault(fault) => EventLine::Fault(fault),
            Happened::Trouble(fault) => EventLine::Trouble(fault),
        }),
    }
}

pub(super) fn ask(transfer: Transfer) -> AskLine {
    match transfer {
        Transfer::Configure { value } => AskLine::Configure(value),
        Transfer::Claim { interface, alternate } => AskLine::Claim([interface, alternate]),
        Transfer::Out { endpoint, bytes } => {
            AskLine::Out { endpoint, bytes: vec![PieceLine::from(Piece::Kept(bytes))] }
        }
        Transfer::In { endpoint, length } => AskLine::In { endpoint, most: length },
        Transfer::Ask { interface, request, value, index, length } => {
            AskLine::Control { interface, request, value, index, most: length }
        }
        Transfer::ClearHalt { endpoint } => AskLine::ClearHalt(endpoint),
        Transfer::Reset => AskLine::Reset(()),
    }
}

impl From<Piece> for PieceLine {
    fn from(piece: Piece) -> Self {
        match piece {
            Piece::Image(len) => Self::Image(len),
            Piece::Unknown(len) => Self::Unknown(len),
            Piece::Kept(bytes) => match String::from_utf8(bytes) {
                Ok(text) if is_plain(&text) => Self::Text(text),
                Ok(text) => Self::Hex(hex(text.as_bytes())),
                Err(fault) => Self::Hex(hex(fault.as_bytes())),
            },
        }
    }
}

/// What a reader sees is what is there: nothing that changes the direction of writing, or that has no shape.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| matches!(byte, b'\t' | b'\r' | b'\n' | b' '..=b'~'))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing into a text can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

impl PieceLine {
    /// The bytes; zeros for those that were left out.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(text) => Some(text.clone().into_bytes()),
            Self::Image(len) | Self::Unknown(len) => {
                let most = usize::try_from(MAX_TRANSFER).unwrap_or(usize::MAX);
                (*len <= most).then(|| vec![0; *len])
            }
            Self::Hex(digits) => {
                let pairs = digits.as_bytes().chunks(2);
                let byte = |pair: &[u8]| match pair {
                    [high, low] => {
                        let digit = |digit: u8| char::from(digit).to_digit(16);
                        u8::try_from(digit(*high)? * 16 + digit(*low)?).ok()
                    }
                    _ => None,
                };
                pairs.map(byte).collect()
            }
        }
    }
}

impl EndLine {
    /// The end of a request as a driver is told it.
    pub fn completion(&self) -> Option<Completion> {
        Some(match self {
            Self::Done(pieces) => {
                let parts: Option<Vec<Vec<u8>>> = pieces.iter().map(PieceLine::bytes).collect();
                Completion::Done(parts?.concat())
            }
            Self::Stalled(()) => Completion::Stalled,
            Self::TimedOut(()) => Completion::TimedOut,
            Self::Gone(()) => Completion::Gone,
            Self::Failed(()) => Completion::Failed,
        })
    }
}

impl Capture {
    /// Reads a file.
    ///
    /// # Errors
    /// [`CaptureFault`].
    pub fn read(file: &[u8]) -> Result<Self, CaptureFault> {
        if file.len() > MAX_FILE {
            return Err(CaptureFault::TooLong);
        }
        let mut lines = Vec::new();
        for (at, bytes) in file.split(|byte| *byte == b'\n').enumerate() {
            if bytes.is_empty() {
                continue;
            }
            if lines.len() > MAX_CAPTURE_ENTRIES + 2 {
                return Err(CaptureFault::TooLong);
            }
            let line = serde_json::from_slice(bytes);
            lines.push(
                line.map_err(|fault| CaptureFault::Line { line: at + 1, what: fault.to_string() })?,
            );
        }
        let no_header =
            || CaptureFault::Line { line: 1, what: "no capture begins here".to_owned() };
        if lines.is_empty() {
            return Err(no_header());
        }
        let Line::Capture(header) = lines.remove(0) else { return Err(no_header()) };
        if header.version != VERSION {
            return Err(CaptureFault::Version(header.version));
        }
        let (device, settings) = header.parts();
        Ok(Self { device, settings, lines })
    }
}

impl Header {
    fn parts(self) -> (Descriptors, Settings) {
        let alternates = self.device.settings.into_iter().map(|line| Alternate {
            interface: line.interface,
            alternate: line.alternate,
            class: line.class,
            bulk: line.bulk,
        });
        let device = Descriptors {
            vendor: self.device.vendor,
            product: self.device.product,
            configuration: self.device.configuration,
            alternates: alternates.collect(),
        };
        let settings = Settings {
            dpi: self.settings.dpi,
            width_mm: self.settings.width_mm,
            length_mm: self.settings.length_mm,
            pixels: if self.settings.jpeg { Pixels::Jpeg } else { Pixels::Raw },
            delivery: Delivery::Whole,
        };
        (device, settings)
    }
}
