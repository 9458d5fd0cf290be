//! What a scanner says of itself, made fit for paper and screen.
//!
//! The device is hostile: its name may hold control characters, marks that turn the direction of writing,
//! letters that look like others, or a book. What is kept are the printable characters of ASCII, one line,
//! bounded; whatever else was there shows as a question mark. Words of ASCII may lie too ("all registers are
//! zero"), so whoever shows a text puts it between quotes that ASCII does not have.

use minicbor::decode::Error;
use minicbor::{Decode, Decoder, Encode};
use serde::{Deserialize, Serialize};

/// Longest text of a device, in characters and in bytes: names of real scanners have up to 40.
pub const MAX_DEVICE_TEXT: usize = 48;
/// Characters of what a device said that are looked at: only spaces can make more of them matter.
const MAX_SAID: usize = 1_024;
/// The end of a text that was longer.
const CUT: &str = "...";

/// One line of printable ASCII that a device said: 1 to [`MAX_DEVICE_TEXT`] characters, single spaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode)]
#[serde(into = "String", try_from = "String")]
#[cbor(transparent)]
pub struct DeviceText(#[n(0)] String);

impl DeviceText {
    /// What can be kept of what a device said; `None` if that is nothing.
    pub fn new(said: &str) -> Option<Self> {
        let shown = said.chars().take(MAX_SAID).map(|c| match c {
            c if c.is_ascii_graphic() => c,
            c if c.is_whitespace() || c.is_control() => ' ',
            _ => '?',
        });
        let shown: String = shown.collect();
        let words: Vec<&str> = shown.split(' ').filter(|word| !word.is_empty()).collect();
        let mut text = words.join(" ");
        if text.len() > MAX_DEVICE_TEXT {
            // All of it is ASCII, so that any place is between two characters.
            text.truncate(MAX_DEVICE_TEXT - CUT.len());
            text.truncate(text.trim_end().len());
            text.push_str(CUT);
        }
        (!text.is_empty()).then_some(Self(text))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_well_formed(text: &str) -> bool {
        text.len() <= MAX_DEVICE_TEXT
            && text.split(' ').all(|word| !word.is_empty())
            && text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ')
    }
}

impl From<DeviceText> for String {
    fn from(text: DeviceText) -> String {
        text.0
    }
}

impl TryFrom<String> for DeviceText {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if Self::is_well_formed(&text) { Ok(Self(text)) } else { Err(NOT_WELL_FORMED) }
    }
}

impl<'b, C> Decode<'b, C> for DeviceText {
    fn decode(decoder: &mut Decoder<'b>, _: &mut C) -> Result<Self, Error> {
        let at = decoder.position();
        let text = decoder.str()?;
        if Self::is_well_formed(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(Error::message(NOT_WELL_FORMED).at(at))
        }
    }
}

const NOT_WELL_FORMED: &str = "a text of a device is one line of up to 48 printable characters";

/// Which scanner, by its own word; what it does not say is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct ScannerIdentity {
    /// Maker and model.
    #[n(0)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<DeviceText>,
    /// Version of its firmware.
    #[n(1)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub firmware: Option<DeviceText>,
    /// Serial number.
    #[n(2)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub serial: Option<DeviceText>,
}

impl ScannerIdentity {
    /// What can be kept of what a device said of itself.
    pub fn new(name: &str, firmware: &str, serial: &str) -> Self {
        Self {
            name: DeviceText::new(name),
            firmware: DeviceText::new(firmware),
            serial: DeviceText::new(serial),
        }
    }
}
