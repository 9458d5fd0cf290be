//! What a host asks for: `scan:ScanSettings`.

use crate::pages::Region;

/// Paper that the feeder takes, in 1/300 inch: 8.5 by 14 inches.
pub const MAX_WIDTH: u32 = 2550;
/// See [`MAX_WIDTH`].
pub const MAX_HEIGHT: u32 = 4200;
/// Smallest region.
pub const MIN_SIDE: u32 = 300;
/// Dots per inch on offer.
pub const RESOLUTIONS: [u32; 5] = [75, 100, 150, 200, 300];
/// Region units to the inch.
const UNITS: u32 = 300;

const SCAN: &str = "http://schemas.hp.com/imaging/escl/2011/05/03";
const PWG: &str = "http://www.pwg.org/schemas/2010/12/sm";

/// Settings of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// What to look at, in pixels.
    pub region: Region,
    /// Both sides.
    pub duplex: bool,
}

/// Why settings are refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// They are no XML, or lack what must be there.
    Malformed,
    /// The device cannot do that.
    Impossible,
}

/// Reads settings.
///
/// # Errors
/// [`Unfit`].
pub fn read(body: &[u8]) -> Result<Settings, Unfit> {
    let text = std::str::from_utf8(body).map_err(|_| Unfit::Malformed)?;
    let document = roxmltree::Document::parse(text).map_err(|_| Unfit::Malformed)?;
    let root = document.root_element();
    if !root.has_tag_name((SCAN, "ScanSettings")) {
        return Err(Unfit::Malformed);
    }
    let text = |space: &str, name: &str| {
        let found = root.descendants().find(|node| node.has_tag_name((space, name)));
        found.and_then(|node| node.text()).map(str::trim)
    };
    let number = |space, name, otherwise: u32| match text(space, name) {
        Some(value) => value.parse().map_err(|_| Unfit::Malformed),
        None => Ok(otherwise),
    };
    let source = text(PWG, "InputSource").or_else(|| text(SCAN, "InputSource"));
    let format = text(PWG, "DocumentFormat").or_else(|| text(SCAN, "DocumentFormatExt"));
    if source.is_some_and(|s| s != "Feeder") || format.is_some_and(|f| f != "image/jpeg") {
        return Err(Unfit::Impossible);
    }
    if text(SCAN, "ColorMode").is_some_and(|mode| mode != "Grayscale8") {
        return Err(Unfit::Impossible);
    }
    let dpi = number(SCAN, "XResolution", 200)?;
    if !RESOLUTIONS.contains(&dpi) || number(SCAN, "YResolution", dpi)? != dpi {
        return Err(Unfit::Impossible);
    }
    let (left, top) = (number(PWG, "XOffset", 0)?, number(PWG, "YOffset", 0)?);
    let (width, height) = (number(PWG, "Width", MAX_WIDTH)?, number(PWG, "Height", MAX_HEIGHT)?);
    let fits = |offset: u32, side: u32, most: u32| {
        side >= MIN_SIDE && offset.checked_add(side).is_some_and(|end| end <= most)
    };
    if !fits(left, width, MAX_WIDTH) || !fits(top, height, MAX_HEIGHT) {
        return Err(Unfit::Impossible);
    }
    // All four are under 4201 and dpi is at most 300.
    let pixels = |units: u32| units * dpi / UNITS;
    let region = Region {
        left: pixels(left),
        top: pixels(top),
        width: pixels(width),
        height: pixels(height),
        dpi,
    };
    let duplex = match text(SCAN, "Duplex") {
        None | Some("false" | "0") => false,
        Some("true" | "1") => true,
        Some(_) => return Err(Unfit::Malformed),
    };
    Ok(Settings { region, duplex })
}
