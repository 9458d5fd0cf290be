//! What a device says that it can, and the job that asks for what is needed.

use roxmltree::Node;

use super::xml::{self, PWG, SCAN};
use crate::{Capabilities, Info, ScannerFault, Settings};

/// Longest name that is kept, in characters.
const MAX_NAME: usize = 100;
/// Most resolutions that are kept.
const MAX_RESOLUTIONS: usize = 32;
/// Units of eSCL's regions in an inch, whatever the resolution.
const UNITS: u32 = 300;

/// What is needed to ask for a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Feeder {
    pub info: Info,
    pub can: Capabilities,
    version: String,
    max_width: u32,
    max_height: u32,
    format_ext: bool,
}

/// Reads `ScannerCapabilities`.
///
/// # Errors
/// [`ScannerFault::Protocol`] if they are none; [`ScannerFault::Unsupported`] if there is no feeder that
/// gives grey JPEGs.
pub(super) fn read(bytes: &[u8]) -> Result<Feeder, ScannerFault> {
    let document = xml::parse(bytes, "ScannerCapabilities").ok_or(ScannerFault::Protocol)?;
    let root = document.root_element();
    let adf = xml::all(root, SCAN, "Adf").next().ok_or(ScannerFault::Unsupported)?;
    let duplex = xml::all(adf, SCAN, "AdfDuplexInputCaps").next();
    let simplex = xml::all(adf, SCAN, "AdfSimplexInputCaps").next();
    let input = duplex.or(simplex).ok_or(ScannerFault::Unsupported)?;
    // Profiles stand where they are used, or once for all inputs.
    let profiles = if xml::all(input, SCAN, "ColorMode").next().is_some() { input } else { root };
    let grey = has_text(profiles, SCAN, "ColorMode", "Grayscale8");
    let format_ext = has_text(profiles, SCAN, "DocumentFormatExt", "image/jpeg");
    if !grey || !(format_ext || has_text(profiles, PWG, "DocumentFormat", "image/jpeg")) {
        return Err(ScannerFault::Unsupported);
    }
    let dpi = resolutions(profiles);
    let max = |name, or| xml::number(input, SCAN, name).unwrap_or(or);
    let max_height = max("MaxHeight", 14 * UNITS);
    let longest_mm = u64::from(max_height) * 254 / (u64::from(UNITS) * 10);
    if dpi.is_empty() {
        return Err(ScannerFault::Unsupported);
    }
    Ok(Feeder {
        info: Info {
            name: name(root, PWG, "MakeAndModel"),
            firmware: String::new(),
            serial: name(root, PWG, "SerialNumber"),
        },
        can: Capabilities {
            duplex: duplex.is_some(),
            dpi,
            longest_mm: u16::try_from(longest_mm).unwrap_or(u16::MAX),
            // The schema has no word for it; those that do say so when it happens.
            detects_double_feed: false,
        },
        version: version(root),
        max_width: max("MaxWidth", 2_550),
        max_height,
        format_ext,
    })
}

impl Feeder {
    /// Images of a sheet.
    pub fn sides(&self) -> usize {
        if self.can.duplex { 2 } else { 1 }
    }

    /// The resolution that is asked for: what is set, or the next higher one.
    pub fn dpi(&self, settings: Settings) -> Option<u16> {
        self.can.dpi.iter().copied().find(|dpi| *dpi >= settings.dpi)
    }

    /// `ScanSettings` for one sheet.
    pub fn job(&self, settings: Settings, dpi: u16) -> String {
        let units = |mm: u16| u32::from(mm) * UNITS * 10 / 254;
        let width = units(settings.width_mm).min(self.max_width);
        let height = units(settings.length_mm).min(self.max_height);
        let format_ext = if self.format_ext {
            "<scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt>"
        } else {
            ""
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\
            <scan:ScanSettings xmlns:pwg=\"{PWG}\" xmlns:scan=\"{SCAN}\">\
            <pwg:Version>{}</pwg:Version><pwg:ScanRegions><pwg:ScanRegion>\
            <pwg:ContentRegionUnits>escl:ThreeHundredthsOfInches</pwg:ContentRegionUnits>\
            <pwg:XOffset>0</pwg:XOffset><pwg:YOffset>0</pwg:YOffset>\
            <pwg:Width>{width}</pwg:Width><pwg:Height>{height}</pwg:Height>\
            </pwg:ScanRegion></pwg:ScanRegions><pwg:InputSource>Feeder</pwg:InputSource>\
            <scan:ColorMode>Grayscale8</scan:ColorMode>\
            <pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>{format_ext}\
            <scan:XResolution>{dpi}</scan:XResolution><scan:YResolution>{dpi}</scan:YResolution>\
            <scan:Duplex>{}</scan:Duplex></scan:ScanSettings>",
            self.version, self.can.duplex,
        )
    }
}

fn has_text(node: Node, space: &'static str, name: &'static str, text: &str) -> bool {
    xml::all(node, space, name).any(|node| node.text().is_some_and(|said| said.trim() == text))
}

/// A name for people: no control characters, not too long.
fn name(node: Node, space: &'static str, name: &'static str) -> String {
    let said = xml::text(node, space, name).unwrap_or_default();
    said.chars().filter(|letter| !letter.is_control()).take(MAX_NAME).collect()
}

/// The version goes into what is sent, so it is taken only if it looks like one.
fn version(root: Node) -> String {
    let said = xml::text(root, PWG, "Version").unwrap_or_default();
    let is_one = said.len() <= 8 && said.bytes().all(|byte| byte == b'.' || byte.is_ascii_digit());
    if is_one && !said.is_empty() { said.to_owned() } else { "2.0".to_owned() }
}

/// Resolutions that are the same both ways, ascending.
fn resolutions(profiles: Node) -> Vec<u16> {
    let mut all: Vec<u16> = Vec::new();
    for each in xml::all(profiles, SCAN, "DiscreteResolution").take(MAX_RESOLUTIONS) {
        let x = xml::number(each, SCAN, "XResolution").and_then(|dpi| u16::try_from(dpi).ok());
        let y = xml::number(each, SCAN, "YResolution").and_then(|dpi| u16::try_from(dpi).ok());
        all.extend(x.filter(|_| x == y));
    }
    for range in xml::all(profiles, SCAN, "ResolutionRange").take(MAX_RESOLUTIONS) {
        let of = |end| {
            let axis = |name| {
                xml::all(range, SCAN, name).next().and_then(|axis| xml::number(axis, SCAN, end))
            };
            Some((axis("XResolution")?, axis("YResolution")?))
        };
        let (Some(min), Some(max)) = (of("Min"), of("Max")) else { continue };
        let fits = |dpi: u32| min.0.max(min.1) <= dpi && dpi <= max.0.min(max.1);
        all.extend([200_u16, 300, 400, 600].into_iter().filter(|dpi| fits(u32::from(*dpi))));
    }
    all.sort_unstable();
    all.dedup();
    all.retain(|dpi| *dpi > 0);
    all
}

#[cfg(test)]
#[path = "capabilities_tests.rs"]
mod tests;
