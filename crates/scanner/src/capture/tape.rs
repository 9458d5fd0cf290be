//! What was recorded, in order and bounded.

use std::collections::BTreeMap;

use super::view::View;
use super::{Images, Subject};
use crate::{Completion, Event, NoSheet, Request, ScannerFault, Side, Transfer};

/// Most bytes of a capture without pages: a connection and a test scan take some ten thousand.
pub const MAX_CAPTURE_BYTES: usize = 1 << 20;
/// Most bytes of a capture with pages: two sheets of raw pixels. Written as text it is twice as long.
pub const MAX_CAPTURE_BYTES_WITH_IMAGES: usize = 24 << 20;
/// Most entries: the questions whether there is paper, for half an hour.
pub const MAX_CAPTURE_ENTRIES: usize = 40_000;
/// What an entry takes beside its bytes, roughly.
const ENTRY_BYTES: usize = 16;

/// What was recorded.
pub(super) struct Tape {
    pub subject: Subject,
    pub entries: Vec<Entry>,
    /// Serial numbers that the device has named, in whatever way.
    pub serials: Vec<String>,
    view: View,
    /// Requests under way that receive bytes: their endpoint, and how many were asked for.
    reading: BTreeMap<u32, (u8, u32)>,
    bytes: usize,
    full: bool,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Called(Call),
    Asked(Request),
    Ended { id: u32, input: u8, end: End },
    Passed(Vec<u32>),
    Happened(Happened),
}

/// What the driver was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Connect,
    StartSheet,
    Cancel,
    ClearFault,
}

/// How a request ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum End {
    Done(Vec<Piece>),
    Stalled,
    TimedOut,
    Gone,
    Failed,
}

/// Received bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    Kept(Vec<u8>),
    /// Of a page.
    Image(usize),
    /// What nobody can tell apart from a page.
    Unknown(usize),
}

/// What the driver said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Happened {
    Connected,
    Side(Side, usize),
    SheetDone,
    NoSheet(NoSheet),
    Fault(ScannerFault),
    Trouble(ScannerFault),
}

impl Tape {
    pub fn new(subject: Subject) -> Self {
        let view = View::new(&subject.device);
        let serials = named_serials(&subject.strings.serial).collect();
        Self {
            subject,
            entries: Vec::new(),
            serials,
            view,
            reading: BTreeMap::new(),
            bytes: 0,
            full: false,
        }
    }

    pub fn len(&self) -> usize {
        self.bytes
    }

    pub fn is_full(&self) -> bool {
        self.full
    }

    pub fn called(&mut self, call: Call) {
        self.push(Entry::Called(call), 0);
    }

    pub fn asked(&mut self, request: &Request) {
        self.view.asked(&request.transfer);
        let bytes = match &request.transfer {
            Transfer::Out { bytes, .. } => bytes.len(),
            Transfer::In { endpoint, length } => {
                self.reading.insert(request.id, (*endpoint, *length));
                0
            }
            Transfer::Claim { .. } | Transfer::Reset => {
                // Whatever was under way is forgotten by the driver too.
                self.reading.clear();
                0
            }
            Transfer::Configure { .. } | Transfer::Ask { .. } | Transfer::ClearHalt { .. } => 0,
        };
        self.push(Entry::Asked(request.clone()), bytes);
    }

    pub fn ended(&mut self, id: u32, completion: &Completion) {
        let reading = self.reading.remove(&id);
        let input = reading.map_or(0, |(input, _)| input);
        let end = match completion {
            Completion::Stalled => End::Stalled,
            Completion::TimedOut => End::TimedOut,
            Completion::Gone => End::Gone,
            Completion::Failed => End::Failed,
            Completion::Done(bytes) => End::Done(self.pieces(reading, bytes)),
        };
        let kept = match &end {
            End::Done(pieces) => pieces.iter().map(Piece::kept).sum(),
            _ => 0,
        };
        self.push(Entry::Ended { id, input, end }, kept);
    }

    pub fn passed(&mut self, ms: u32) {
        if let Some(Entry::Passed(times)) = self.entries.last_mut()
            && !self.full
        {
            times.push(ms);
            self.bytes = self.bytes.saturating_add(ENTRY_BYTES / 4);
            self.full = self.bytes > self.most();
        } else {
            self.push(Entry::Passed(vec![ms]), 0);
        }
    }

    pub fn happened(&mut self, event: &Event) {
        let happened = match event {
            Event::Connected => Happened::Connected,
            // Captures are made of sides that are given whole.
            Event::Part(_) => return,
            Event::SideScanned(frame) => Happened::Side(frame.side, frame.bytes.len()),
            Event::SheetDone => Happened::SheetDone,
            Event::NoSheet(why) => Happened::NoSheet(*why),
            Event::Fault(fault) => Happened::Fault(*fault),
            Event::Trouble(fault) => Happened::Trouble(*fault),
        };
        self.push(Entry::Happened(happened), 0);
    }

    pub fn learn_serial(&mut self, said: &str) {
        for serial in named_serials(said) {
            if !self.serials.contains(&serial) {
                self.serials.push(serial);
            }
        }
    }

    fn pieces(&mut self, reading: Option<(u8, u32)>, bytes: &[u8]) -> Vec<Piece> {
        let pieces = match reading {
            // What ends without having been asked for is of nothing that is known.
            None => vec![Piece::Unknown(bytes.len())],
            Some((input, most)) => self.view.received(input, most, bytes),
        };
        // The view looks at everything, so that it is in step whatever is kept.
        let pieces = match self.subject.images {
            Images::Kept => vec![Piece::Kept(bytes.to_vec())],
            Images::LeftOut => pieces,
        };
        pieces.into_iter().filter(|piece| piece.len() > 0).collect()
    }

    fn push(&mut self, entry: Entry, bytes: usize) {
        if self.full {
            return;
        }
        let after = self.bytes.saturating_add(bytes).saturating_add(ENTRY_BYTES);
        if after > self.most() || self.entries.len() >= MAX_CAPTURE_ENTRIES {
            self.full = true;
            return;
        }
        self.bytes = after;
        self.entries.push(entry);
    }

    fn most(&self) -> usize {
        match self.subject.images {
            Images::LeftOut => MAX_CAPTURE_BYTES,
            Images::Kept => MAX_CAPTURE_BYTES_WITH_IMAGES,
        }
    }
}

impl Piece {
    pub fn len(&self) -> usize {
        match self {
            Self::Kept(bytes) => bytes.len(),
            Self::Image(len) | Self::Unknown(len) => *len,
        }
    }

    fn kept(&self) -> usize {
        if let Self::Kept(bytes) = self { bytes.len() } else { 0 }
    }
}

/// Shorter ones would be found everywhere.
const SHORTEST_SERIAL: usize = 4;

fn named_serials(said: &str) -> impl Iterator<Item = String> + use<> {
    let serial = said.trim().to_owned();
    Some(serial).filter(|serial| serial.len() >= SHORTEST_SERIAL).into_iter()
}
