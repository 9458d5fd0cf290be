//! SET WINDOW: what the host wants to see of a side.

use super::command::be;
use super::sense::{BAD_WINDOWS, Sense};
use crate::pages::Region;
use crate::{Picture, Side};

/// Dots per inch.
pub const MIN_DPI: u16 = 50;
/// See [`MIN_DPI`].
pub const MAX_DPI: u16 = 600;
/// Widest paper, in 1/1200 inch: 8.64 inches with the overscan that drivers add.
pub const MAX_WIDTH: u32 = 10_368;
/// Longest: 34 inches.
pub const MAX_LENGTH: u32 = 40_800;

/// Most bytes of one side: A4 in colour at 600 dpi has 104 MiB.
const MAX_BYTES: u64 = 128 << 20;

const HEADER: usize = 8;
const DESCRIPTOR: usize = 64;

/// What a pixel is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A bit; 1 is black.
    Binary,
    /// A byte; 0 is white, as fi devices have it.
    Grey,
    /// Three bytes, likewise.
    Colour,
}

/// One side's window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    pub side: Side,
    pub region: Region,
    pub mode: Mode,
}

impl Window {
    /// Bytes of a line.
    pub fn line(&self) -> u32 {
        match self.mode {
            Mode::Binary => self.region.width / 8,
            Mode::Grey => self.region.width,
            Mode::Colour => self.region.width * 3,
        }
    }

    /// The side as it goes over the wire.
    pub fn look(&self, picture: &Picture) -> Vec<u8> {
        let mut grey = picture.cut(self.region);
        match self.mode {
            Mode::Grey => grey.iter_mut().for_each(|level| *level = 255 - *level),
            Mode::Colour => grey = grey.iter().flat_map(|level| [255 - *level; 3]).collect(),
            Mode::Binary => {
                let byte = |eight: &[u8]| {
                    eight.iter().fold(0, |byte, level| byte << 1 | u8::from(*level < 128))
                };
                grey = grey.chunks_exact(8).map(byte).collect();
            }
        }
        grey
    }
}

/// Reads the parameters of SET WINDOW: one or two windows.
///
/// # Errors
/// Sense data that names the offending byte.
pub fn read(data: &[u8]) -> Result<Vec<Window>, Sense> {
    let bodies = data.get(HEADER..).filter(|rest| matches!(rest.len(), DESCRIPTOR | 128));
    let bodies = bodies.filter(|_| be(data, 6, 2) == 64).ok_or(Sense::bad_parameter(6))?;
    let mut windows = Vec::new();
    for (at, body) in bodies.chunks_exact(DESCRIPTOR).enumerate() {
        windows
            .push(window(body).map_err(|byte| Sense::bad_parameter(byte + at_u16(at) * 64 + 8))?);
    }
    if let [first, second] = windows.as_slice() {
        let alike = (first.region, first.mode) == (second.region, second.mode);
        if first.side == second.side || !alike {
            return Err(BAD_WINDOWS);
        }
    }
    Ok(windows)
}

fn at_u16(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(0)
}

/// One descriptor; an error is the offset of the byte that is wrong.
fn window(body: &[u8]) -> Result<Window, u16> {
    let side = match body.first() {
        Some(0x00) => Side::Front,
        Some(0x80) => Side::Back,
        _ => return Err(0),
    };
    let dpi = be(body, 0x02, 2);
    if !(u32::from(MIN_DPI)..=u32::from(MAX_DPI)).contains(&dpi) {
        return Err(0x02);
    }
    if be(body, 0x04, 2) != dpi {
        return Err(0x04);
    }
    let (left, top) = (be(body, 0x06, 4), be(body, 0x0A, 4));
    let (width, length) = (be(body, 0x0E, 4), be(body, 0x12, 4));
    let mode = match (be(body, 0x19, 1), be(body, 0x1A, 1)) {
        (0, 1) => Mode::Binary,
        (2, 8) => Mode::Grey,
        (5, 8) => Mode::Colour,
        (0 | 2 | 5, _) => return Err(0x1A),
        _ => return Err(0x19),
    };
    if be(body, 0x20, 1) != 0 {
        return Err(0x20);
    }
    let vendor = if mode == Mode::Colour { 0xC1 } else { 0x00 };
    if be(body, 0x28, 1) != vendor {
        return Err(0x28);
    }
    // Colours come pixel by pixel, red first, and in no other way.
    if mode == Mode::Colour && be(body, 0x2A, 2) != 0x0100 {
        return Err(0x2B);
    }
    let within = |at: u32, size: u32, most: u32| {
        size > 0 && at.checked_add(size).is_some_and(|end| end <= most)
    };
    if !within(left, width, MAX_WIDTH) {
        return Err(0x0E);
    }
    if !within(top, length, MAX_LENGTH) {
        return Err(0x12);
    }
    // All are at most 40800 and dpi at most 600: the products fit.
    let pixels = |units: u32| units * dpi / 1200;
    let mut region = Region {
        left: pixels(left),
        top: pixels(top),
        width: pixels(width),
        height: pixels(length),
        dpi,
    };
    if mode == Mode::Binary {
        region.width -= region.width % 8;
    }
    if region.width == 0 || region.height == 0 {
        return Err(0x0E);
    }
    let window = Window { side, region, mode };
    let bytes = u64::from(window.line()) * u64::from(region.height);
    if bytes > MAX_BYTES { Err(0x12) } else { Ok(window) }
}
