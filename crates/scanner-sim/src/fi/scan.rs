//! Feeding, and image data on their way to the host.

use super::command::Reply;
use super::picture;
use super::sense::{BAD_SEQUENCE, HOPPER_EMPTY, Sense};
use super::window::Window;
use crate::Side;
use crate::bench::{Bench, Burst, Image, Sides};
use crate::paper::Paper;

/// What the device remembers of a scan.
#[derive(Debug, Default)]
pub struct Scan {
    pub modes: Modes,
    windows: Vec<Window>,
    /// Sides of the sheet in the path that were ordered.
    running: Vec<Running>,
}

#[derive(Debug)]
struct Running {
    window: Window,
    sheet: usize,
    bytes: Vec<u8>,
    sent: usize,
}

impl Scan {
    pub fn set_windows(&mut self, windows: Vec<Window>) -> Result<(), Sense> {
        self.end();
        self.windows = windows;
        Ok(())
    }

    pub fn end(&mut self) {
        self.running.clear();
    }

    /// OBJECT POSITION, feed.
    pub fn feed(&mut self, bench: &mut Bench) -> Result<(), Sense> {
        self.end();
        match bench.feed() {
            Ok(_) => Ok(()),
            Err(None) => Err(HOPPER_EMPTY),
            Err(Some(trouble)) => Err(trouble.into()),
        }
    }

    /// SCAN: the sheet in the path, the windows with these ids.
    pub fn start(&mut self, bench: &mut Bench, ids: &[u8]) -> Result<(), Sense> {
        if let Some(trouble) = bench.paper.trouble() {
            return Err(trouble.into());
        }
        let number = bench.paper.on_its_way().ok_or(BAD_SEQUENCE)?;
        let sheet = bench.paper.sheet(number).ok_or(BAD_SEQUENCE)?;
        let sides: &[Side] = match ids {
            [0x00] => &[Side::Front],
            [0x80] => &[Side::Back],
            [0x00, 0x80] => &[Side::Front, Side::Back],
            _ => return Err(Sense::bad_parameter(0)),
        };
        self.running.clear();
        for side in sides {
            let window = self.windows.iter().find(|w| w.side == *side).ok_or(BAD_SEQUENCE)?;
            let bytes = window.look(picture(sheet, *side == Side::Back));
            self.running.push(Running { window: *window, sheet: number, bytes, sent: 0 });
        }
        Ok(())
    }

    /// READ of the pixel size: width and lines, asked for and real.
    pub fn pixel_size(&self) -> Option<Vec<u8>> {
        let region = self.running.first()?.window.region;
        let size = [region.width.to_be_bytes(), region.height.to_be_bytes()].concat();
        Some([size.as_slice(), &size, &[0; 16]].concat())
    }

    /// READ of image data: the next `most` bytes of a side.
    pub fn block(&mut self, bench: &Bench, back: bool, most: usize) -> Reply {
        let both = self.running.len() > 1;
        let one = match self.side(bench, back) {
            Ok(one) => one,
            Err(sense) => return Reply::Check(sense),
        };
        let until = one.bytes.len().min(one.sent.saturating_add(most));
        if until > bench.seen(one.bytes.len()) {
            return Reply::NotYet;
        }
        let bytes = one.bytes.get(one.sent..until).unwrap_or_default().to_vec();
        let missing = u32::try_from(most - bytes.len()).unwrap_or(u32::MAX);
        one.sent = until;
        let image = Image {
            sheet: one.sheet,
            side: one.window.side,
            until,
            total: one.bytes.len(),
            sides: if both { Sides::Both } else { Sides::One },
        };
        let image = Some(image).filter(|_| !bytes.is_empty());
        let data = Burst { bytes, image };
        match missing {
            0 => Reply::Good(data),
            _ => Reply::Short(data, Sense::side_ended(missing)),
        }
    }

    /// "Is this much of the image ready?"
    pub fn is_ready(&mut self, bench: &Bench, back: bool, most: usize) -> Reply {
        match self.side(bench, back) {
            Err(sense) => Reply::Check(sense),
            Ok(one) => {
                let until = one.bytes.len().min(one.sent.saturating_add(most));
                if until > bench.seen(one.bytes.len()) { Reply::Busy } else { Reply::good() }
            }
        }
    }

    fn side(&mut self, bench: &Bench, back: bool) -> Result<&mut Running, Sense> {
        let side = if back { Side::Back } else { Side::Front };
        let one = self.running.iter_mut().find(|one| one.window.side == side);
        let one = one.ok_or(BAD_SEQUENCE)?;
        // A sheet that came out whole may be read to the end; one that stopped may not.
        match bench.paper.trouble() {
            Some(trouble) if one.sent < one.bytes.len() => Err(trouble.into()),
            _ => Ok(one),
        }
    }
}

/// What MODE SELECT has set.
#[derive(Clone, Copy, Debug)]
pub struct Modes {
    pages: [(u8, [u8; 6]); 7],
}

const PREPICK: u8 = 0x33;
const DOUBLE_FEED: u8 = 0x38;

impl Default for Modes {
    /// As after power-on: prepick on, no detection of double feeds.
    fn default() -> Self {
        let known = [PREPICK, 0x34, 0x37, DOUBLE_FEED, 0x39, 0x3A, 0x3C];
        Modes { pages: known.map(|page| (page, [0; 6])) }
    }
}

impl Modes {
    /// MODE SELECT: four bytes of header, then one page.
    pub fn select(&mut self, data: &[u8], paper: &mut Paper) -> Result<(), Sense> {
        let [0, 0, 0, 0, page, len, rest @ ..] = data else { return Err(Sense::bad_parameter(0)) };
        if usize::from(*len) != rest.len() || rest.len() < 6 {
            return Err(Sense::bad_parameter(5));
        }
        let known = self.pages.iter_mut().find(|(number, _)| number == page);
        let (_, stored) = known.ok_or(Sense::bad_parameter(4))?;
        stored.copy_from_slice(&rest[..6]);
        self.apply(paper);
        Ok(())
    }

    /// MODE SENSE, 20 bytes.
    pub fn sense(&self, page: u8) -> Result<Vec<u8>, Sense> {
        let known = self.pages.iter().find(|(number, _)| *number == page);
        let (_, stored) = known.ok_or(super::sense::BAD_FIELD)?;
        let mut bytes = vec![19, 0, 0, 0, page, 6];
        bytes.extend(stored);
        bytes.resize(20, 0);
        Ok(bytes)
    }

    /// Lets the paper path know.
    pub fn apply(&self, paper: &mut Paper) {
        let first = |page| {
            self.pages.iter().find(|(number, _)| *number == page).map_or(0, |(_, stored)| stored[0])
        };
        // Bits 7 and 6: 0 is the default, 2 off, 3 on; the default of prepick is on.
        paper.prepick = first(PREPICK) >> 6 != 2;
        // Enabled, and by ultrasound or by length.
        let double = first(DOUBLE_FEED);
        paper.detects_double_feed = double & 0x80 != 0 && double & 0x18 != 0;
    }
}
