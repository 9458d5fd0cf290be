//! What a device says that it is and can, and the windows that are asked for.

use super::command::{BACK, FRONT};
use crate::{Capabilities, Info, MAX_SIDE_BYTES, Pixels, ScannerFault, Sensors, Settings};

/// Units of windows in an inch.
const UNITS: u32 = 1_200;
/// Resolutions that are offered where the device can.
const RESOLUTIONS: [u16; 4] = [200, 300, 400, 600];
/// Most bytes of one block.
const BLOCK_BYTES: u32 = 256 << 10;
/// The same for models before the fi-6000 series.
const OLD_BLOCK_BYTES: u32 = 64 << 10;
/// They scan in colour only; grey would have to be made of it.
const COLOUR_ONLY: [&str; 2] = ["iX500", "iX100"];
/// They claim to know the page of prepicking and don't.
const NO_PREPICK: [&str; 2] = ["S1500", "fi-6110"];

/// Maker and model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub info: Info,
    pub prepick: bool,
    pub block_bytes: u32,
}

/// Reads the standard inquiry.
///
/// # Errors
/// [`ScannerFault::Unsupported`] if it is no such scanner, [`ScannerFault::Protocol`] if it is cut.
pub(super) fn identity(data: &[u8]) -> Result<Identity, ScannerFault> {
    let (Some(kind), Some(vendor), Some(product), Some(version)) =
        (data.first(), data.get(8..16), data.get(16..32), data.get(32..36))
    else {
        return Err(ScannerFault::Protocol);
    };
    let (vendor, product) = (text(vendor), text(product));
    let is_one = kind & 0x1f == 6 && (vendor.starts_with("FUJITSU") || vendor.starts_with("RICOH"));
    if !is_one || COLOUR_ONLY.iter().any(|name| product.contains(name)) {
        return Err(ScannerFault::Unsupported);
    }
    let old = ["fi-4", "fi-5", "M3", "M4"].iter().any(|name| product.starts_with(name));
    Ok(Identity {
        prepick: !NO_PREPICK.iter().any(|name| product.contains(name)),
        block_bytes: if old { OLD_BLOCK_BYTES } else { BLOCK_BYTES },
        info: Info {
            name: format!("{vendor} {product}"),
            firmware: text(version),
            serial: String::new(),
        },
    })
}

/// A device's padded ASCII.
fn text(bytes: &[u8]) -> String {
    let letters = bytes.iter().filter(|byte| byte.is_ascii_graphic() || **byte == b' ');
    letters.map(|byte| char::from(*byte)).collect::<String>().trim().to_owned()
}

/// Reads the serial number.
pub(super) fn serial(data: &[u8]) -> Option<String> {
    let [b3, b2, b1, b0, ..] = *data else { return None };
    Some(u32::from_be_bytes([b3, b2, b1, b0]).to_string())
}

/// The maker's page of features, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Features {
    pub can: Capabilities,
    max_width: u32,
    max_length: u32,
    jpeg: bool,
    pub mode_select: bool,
    pub diagnostics: bool,
    pub object_position: bool,
    pub hardware_status: bool,
    pub scanner_control: bool,
}

/// Reads the maker's page.
///
/// # Errors
/// [`ScannerFault::Unsupported`] if there is no feeder or no grey, [`ScannerFault::Protocol`] if it is
/// another page or cut.
pub(super) fn features(data: &[u8]) -> Result<Features, ScannerFault> {
    let byte = |at: usize| data.get(at).copied().unwrap_or(0);
    let bit = |at: usize, bit: u8| byte(at) >> bit & 1 == 1;
    let u16_at = |at: usize| u16::from_be_bytes([byte(at), byte(at + 1)]);
    let u32_at =
        |at: usize| u32::from_be_bytes([byte(at), byte(at + 1), byte(at + 2), byte(at + 3)]);
    if byte(1) != 0xf0 || byte(4) < 0x5f || data.len() < 0x20 {
        return Err(ScannerFault::Protocol);
    }
    let to_units = |length: u32, basic: u16| {
        let units = u64::from(length) * u64::from(UNITS) / u64::from(basic.max(1));
        u32::try_from(units).unwrap_or(u32::MAX)
    };
    let (max_width, max_length) =
        (to_units(u32_at(0x14), u16_at(0x05)), to_units(u32_at(0x18), u16_at(0x07)));
    let (most, least) = (u16_at(0x0a).min(u16_at(0x0c)), u16_at(0x0e).max(u16_at(0x10)));
    let dpi: Vec<u16> =
        RESOLUTIONS.into_iter().filter(|dpi| (least..=most).contains(dpi)).collect();
    let (adf, grey) = (bit(0x20, 7), bit(0x1c, 3));
    if !adf || !grey || dpi.is_empty() || max_width < UNITS || max_length < UNITS {
        return Err(ScannerFault::Unsupported);
    }
    let longest_mm = u64::from(max_length) * 254 / (u64::from(UNITS) * 10);
    Ok(Features {
        can: Capabilities {
            duplex: bit(0x20, 4),
            dpi,
            longest_mm: u16::try_from(longest_mm).unwrap_or(u16::MAX),
            detects_double_feed: bit(0x21, 5),
        },
        max_width,
        max_length,
        jpeg: byte(0x5b) >> 6 != 0,
        mode_select: bit(0x29, 3),
        diagnostics: bit(0x28, 2) && bit(0x28, 1),
        object_position: bit(0x28, 7),
        hardware_status: bit(0x2b, 2),
        scanner_control: bit(0x31, 1),
    })
}

/// The area that is scanned of each side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub dpi: u16,
    /// In pixels.
    pub width: u32,
    pub lines: u32,
    pub pixels: Pixels,
}

impl Area {
    /// What is set, as far as the device can; `None` if it can't.
    pub fn of(features: &Features, settings: Settings) -> Option<Self> {
        let dpi = features.can.dpi.iter().copied().find(|dpi| *dpi >= settings.dpi)?;
        let pixels = if features.jpeg { settings.pixels } else { Pixels::Raw };
        // Lines come in pairs; compressed ones in blocks of eight, as columns do.
        let grain = if pixels == Pixels::Jpeg { 8 } else { 2 };
        let in_pixels = |mm: u16, most: u32| {
            let units = (u32::from(mm) * UNITS * 10 / 254).min(most);
            let pixels = u64::from(units) * u64::from(dpi) / u64::from(UNITS);
            u32::try_from(pixels).unwrap_or(0) / grain * grain
        };
        let width = in_pixels(settings.width_mm, features.max_width);
        let lines = in_pixels(settings.length_mm, features.max_length);
        let area = Self { dpi, width, lines, pixels };
        area.fits().then_some(area)
    }

    /// Within the bounds of one side.
    pub fn fits(&self) -> bool {
        let bytes = u64::from(self.width) * u64::from(self.lines);
        let most = u64::try_from(MAX_SIDE_BYTES / 2).unwrap_or(u64::MAX);
        self.width > 0
            && self.lines > 0
            && self.width <= 16_000
            && self.lines <= 32_000
            && bytes <= most
    }

    /// The windows of all sides, as SET WINDOW takes them.
    pub fn windows(&self, duplex: bool) -> Vec<u8> {
        let mut data = vec![0, 0, 0, 0, 0, 0, 0, 0x40];
        data.extend(self.window(FRONT));
        if duplex {
            data.extend(self.window(BACK));
        }
        data
    }

    fn window(&self, id: u8) -> [u8; 64] {
        let mut window = [0; 64];
        let units = |pixels: u32| (pixels * UNITS / u32::from(self.dpi.max(1))).to_be_bytes();
        let (width, length) = (units(self.width), units(self.lines));
        let mut put = |at: usize, bytes: &[u8]| {
            for (to, from) in window.iter_mut().skip(at).zip(bytes) {
                *to = *from;
            }
        };
        put(0x00, &[id]);
        put(0x02, &self.dpi.to_be_bytes());
        put(0x04, &self.dpi.to_be_bytes());
        put(0x0e, &width);
        put(0x12, &length);
        // Brightness, threshold, contrast as usual; grey; 8 bits.
        put(0x16, &[0x80, 0, 0x80, 2, 8]);
        if self.pixels == Pixels::Jpeg {
            put(0x20, &[0x81, 0]);
        }
        if id == FRONT {
            // Paper of no standard size, so long and so wide.
            put(0x35, &[0xc0]);
            put(0x36, &width);
            put(0x3a, &length);
        }
        window
    }
}

/// Bits of the hardware status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Hardware {
    pub empty: bool,
    pub cover_open: bool,
    pub double_feed: bool,
    pub sensors: Sensors,
}

/// Reads the hardware status; `None` if it is cut.
pub(super) fn hardware(data: &[u8]) -> Option<Hardware> {
    let [_, _, _, paper, _, _, feed, ..] = *data else { return None };
    Some(Hardware {
        empty: paper & 0x80 != 0,
        cover_open: paper & 0x20 != 0,
        double_feed: feed & 0x01 != 0,
        sensors: Sensors {
            skewed: feed & 0x20 != 0,
            thick: feed & 0x10 != 0,
            length: feed & 0x08 != 0,
        },
    })
}

/// Reads a side's width and lines as the device will send them.
pub(super) fn pixel_size(data: &[u8]) -> Option<(u32, u32)> {
    let [w3, w2, w1, w0, l3, l2, l1, l0, ..] = *data else { return None };
    Some((u32::from_be_bytes([w3, w2, w1, w0]), u32::from_be_bytes([l3, l2, l1, l0])))
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
