//! A sheet: fed, scanned, and read in blocks, the front and the back by turns.

use super::command::{self, BACK, Command, FRONT};
use super::device::{self, Area};
use super::sense::Verdict;
use super::{BUSY_MS, Fi, Seen, Step};
use crate::grey_pgm::GreyPgm;
use crate::{
    Delivery, Frame, MAX_SIDE_BYTES, NoSheet, Part, Pixels, Said, ScannerFault, Sensors, Side, jpeg,
};

/// How often in a row a block may come without any byte: ten seconds.
const MAX_EMPTY: u32 = 100;

/// A sheet that moves.
pub(super) struct Sheet {
    sides: Vec<Picture>,
    cancelled: bool,
    empty: u32,
}

impl Sheet {
    pub fn cancel(&mut self) {
        self.cancelled = true;
    }
}

/// A side in the making.
struct Picture {
    window: u8,
    area: Area,
    /// Bytes that are still to come, at most.
    left: u32,
    file: File,
    complete: bool,
    /// It was given.
    told: bool,
}

enum File {
    /// Begun with the first block, when the width is known.
    None,
    Pgm(GreyPgm),
    Jpeg(Vec<u8>),
}

impl Picture {
    fn new(window: u8, area: Area) -> Self {
        Self { window, area, left: 0, file: File::None, complete: false, told: false }
    }

    /// Begins the file, once the width and lines are known that the device will send.
    fn begin(&mut self, delivery: Delivery) -> Option<()> {
        self.left = u32::try_from(MAX_SIDE_BYTES / 2).ok()?;
        self.file = match self.area.pixels {
            Pixels::Jpeg => File::Jpeg(Vec::new()),
            Pixels::Raw => {
                self.left = self.area.width.checked_mul(self.area.lines)?;
                File::Pgm(GreyPgm::new(self.area.width, self.area.lines, delivery)?)
            }
        };
        Some(())
    }

    /// Bytes of the next block: whole lines, an even number of them.
    fn block(&self, most: u32) -> u32 {
        let lines = self.area.width.saturating_mul(2).max(1);
        let block =
            if self.area.pixels == Pixels::Raw { (most / lines).max(1) * lines } else { most };
        block.min(self.left)
    }

    /// Takes a block; what of the file is to be given at once.
    fn push(&mut self, data: &[u8]) -> Option<Part> {
        self.left = self.left.saturating_sub(u32::try_from(data.len()).unwrap_or(u32::MAX));
        match &mut self.file {
            File::None => {}
            File::Pgm(pgm) => pgm.push(data),
            File::Jpeg(file) => file.extend_from_slice(data),
        }
        let File::Pgm(pgm) = &mut self.file else { return None };
        let bytes = pgm.take_part()?;
        Some(Part { side: self.side(), bytes })
    }

    fn side(&self) -> Side {
        if self.window == FRONT { Side::Front } else { Side::Back }
    }

    fn finish(&mut self, sensors: Sensors) -> Option<Frame> {
        self.told = true;
        let side = self.side();
        let (bytes, size) = match std::mem::replace(&mut self.file, File::None) {
            File::None => return None,
            File::Pgm(pgm) => {
                let (bytes, rows) = pgm.finish()?;
                (bytes, (self.area.width, rows))
            }
            File::Jpeg(bytes) => {
                let size = jpeg::size(&bytes)?;
                // Twice as wide are both sides in one, line by line, which nobody could tell apart.
                if size.0 > self.area.width {
                    return None;
                }
                (bytes, size)
            }
        };
        let said = Said { dpi: self.area.dpi, size: Some(size), sensors };
        Some(Frame { side, bytes, said })
    }
}

impl Fi {
    pub(super) fn start(&mut self) {
        let Some(area) = self.area else { return };
        let duplex = self.features.as_ref().is_some_and(|can| can.can.duplex);
        let mut sides = vec![Picture::new(FRONT, area)];
        sides.extend(duplex.then(|| Picture::new(BACK, area)));
        self.sheet = Some(Sheet { sides, cancelled: false, empty: 0 });
        self.step(Step::Hopper);
    }

    /// Whether the sheet of this step is to be given up instead of going on.
    pub(super) fn cancels(&mut self, step: Step) -> bool {
        let cancelled = self.sheet.as_ref().is_some_and(|sheet| sheet.cancelled);
        if cancelled {
            self.sheet = None;
        }
        cancelled && !matches!(step, Step::Stop(_) | Step::Stopping(_))
    }

    pub(super) fn sheet_command(&self, step: Step) -> Option<Command> {
        let sheet = self.sheet.as_ref()?;
        match step {
            Step::Scan => {
                let windows: Vec<u8> = sheet.sides.iter().map(|side| side.window).collect();
                Some(command::scan(&windows))
            }
            Step::Size(at) => Some(command::pixel_size(sheet.sides.get(at)?.window)),
            Step::Ready(at) => {
                let side = sheet.sides.get(at)?;
                let ready = self.features.as_ref().is_some_and(|can| can.scanner_control);
                ready.then(|| command::is_ready(side.window, side.block(self.block_bytes())))
            }
            Step::Read(at) => {
                let side = sheet.sides.get(at)?;
                Some(command::read(side.window, side.block(self.block_bytes())))
            }
            _ => None,
        }
    }

    fn block_bytes(&self) -> u32 {
        self.identity.as_ref().map_or(0, |identity| identity.block_bytes)
    }

    pub(super) fn sheet_verdict(&mut self, step: Step, verdict: Verdict, data: &[u8]) {
        match (step, verdict) {
            (_, Verdict::Fault(fault)) => self.fault(fault),
            (_, Verdict::Stopped) => {
                self.sheet = None;
                self.step(Step::Stop(Some(NoSheet::Cancelled)));
            }
            // Before anything moved the sheet can begin anew.
            (Step::Hopper | Step::Feed, Verdict::Attention) => self.set_up_again(),
            (Step::Hopper | Step::Feed, Verdict::Empty) => self.no_paper(),
            (Step::Hopper, Verdict::Good { .. }) => match device::hardware(data) {
                None => self.reopen(ScannerFault::Protocol),
                Some(hardware) if hardware.cover_open => self.fault(ScannerFault::CoverOpen),
                Some(hardware) if hardware.empty => self.no_paper(),
                Some(_) => self.step(Step::Feed),
            },
            (Step::Hopper, Verdict::Refused) => self.step(Step::Feed),
            // A device without that command feeds when it scans.
            (Step::Feed, Verdict::Good { .. } | Verdict::Refused) => self.step(Step::Fed),
            (Step::Fed, Verdict::Good { .. } | Verdict::Refused) => self.step(Step::Scan),
            (Step::Scan, Verdict::Good { .. }) => self.step(Step::Size(0)),
            (Step::Scan, Verdict::Empty) => self.no_paper(),
            (Step::Size(at), Verdict::Good { .. }) => self.size_came(at, data),
            (Step::Size(at), Verdict::Refused) => self.size_came(at, &[]),
            (Step::Ready(at), Verdict::Good { .. } | Verdict::Refused) => self.step(Step::Read(at)),
            (Step::Read(at), Verdict::Good { end_of_side, .. }) => {
                self.block_came(at, data, end_of_side)
            }
            (Step::Sensors, Verdict::Good { .. }) => match device::hardware(data) {
                None => self.reopen(ScannerFault::Protocol),
                Some(hardware) if hardware.double_feed => self.fault(ScannerFault::DoubleFeed),
                Some(hardware) => self.all_came(hardware.sensors),
            },
            (Step::Sensors, Verdict::Refused) => self.all_came(Sensors::default()),
            _ => self.reopen(ScannerFault::Protocol),
        }
    }

    fn no_paper(&mut self) {
        self.sheet = None;
        self.seen = Seen::Empty;
        self.outbox.none(NoSheet::Empty);
        self.step(Step::Look);
    }

    /// What the device says that it will send counts, within bounds; without a word what was asked for.
    fn size_came(&mut self, at: usize, data: &[u8]) {
        let Some(sheet) = &mut self.sheet else { return };
        let count = sheet.sides.len();
        let Some(side) = sheet.sides.get_mut(at) else { return };
        if let Some((width, lines)) = device::pixel_size(data) {
            let or = |said: u32, asked: u32| if said == 0 { asked } else { said };
            side.area.width = or(width, side.area.width);
            side.area.lines = or(lines, side.area.lines);
        }
        if !side.area.fits() || side.begin(self.settings.delivery).is_none() {
            return self.reopen(ScannerFault::Protocol);
        }
        self.step(if at + 1 < count { Step::Size(at + 1) } else { Step::Ready(0) });
    }

    fn block_came(&mut self, at: usize, data: &[u8], end_of_side: bool) {
        let Some(sheet) = &mut self.sheet else { return };
        let Some(side) = sheet.sides.get_mut(at) else { return };
        if let Some(part) = side.push(data) {
            self.outbox.part(part);
        }
        side.complete |= end_of_side || side.left == 0;
        let jpeg_without_end = side.area.pixels == Pixels::Jpeg && side.left == 0 && !end_of_side;
        if data.is_empty() && !side.complete {
            sheet.empty += 1;
        } else {
            sheet.empty = 0;
        }
        if jpeg_without_end {
            return self.reopen(ScannerFault::Protocol);
        }
        if sheet.empty > MAX_EMPTY {
            return self.reopen(ScannerFault::NoAnswer);
        }
        let pause = if data.is_empty() { BUSY_MS } else { 0 };
        // The other side next, so that neither fills the device's memory.
        let count = sheet.sides.len();
        let turns = (1..=count).map(|turn| (at + turn) % count);
        let next =
            turns.into_iter().find(|at| sheet.sides.get(*at).is_some_and(|side| !side.complete));
        match next {
            Some(next) => {
                let untouched = sheet.sides.get(next).is_some_and(Picture::is_untouched);
                self.step(if untouched { Step::Ready(next) } else { Step::Read(next) });
                self.wait_ms = pause;
                self.tell_complete();
            }
            None => self.step(Step::Sensors),
        }
    }

    /// Gives the sides that are complete while others are not: they are read meanwhile.
    fn tell_complete(&mut self) {
        let Some(sheet) = &mut self.sheet else { return };
        for side in sheet.sides.iter_mut().filter(|side| side.complete && !side.told) {
            match side.finish(Sensors::default()) {
                Some(frame) => self.outbox.side(frame),
                None => return self.reopen(ScannerFault::Protocol),
            }
        }
    }

    fn all_came(&mut self, sensors: Sensors) {
        let Some(sheet) = &mut self.sheet else { return };
        for side in sheet.sides.iter_mut().filter(|side| !side.told) {
            match side.finish(sensors) {
                Some(frame) => self.outbox.side(frame),
                None => return self.reopen(ScannerFault::Protocol),
            }
        }
        self.sheet = None;
        self.outbox.done();
        self.seen = Seen::Nothing;
        self.step(Step::Look);
    }
}

impl Picture {
    /// Nothing of it has come yet.
    fn is_untouched(&self) -> bool {
        match &self.file {
            File::None => true,
            File::Pgm(pgm) => pgm.is_empty(),
            File::Jpeg(file) => file.is_empty(),
        }
    }
}
