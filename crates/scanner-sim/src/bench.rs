//! What both devices stand on: paper, clock, script, and the faults that wait for the wire.

use std::collections::VecDeque;

use crate::paper::{Paper, Trouble};
use crate::{Delivery, Moment, Script, Sheet, Side, What, When};

/// Notes that nobody fetches are forgotten, oldest first.
const MAX_NOTES: usize = 10_000;

/// Bytes for the host, and what of a page is in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Burst {
    pub bytes: Vec<u8>,
    pub image: Option<Image>,
}

impl From<Vec<u8>> for Burst {
    fn from(bytes: Vec<u8>) -> Self {
        Burst { bytes, image: None }
    }
}

/// Which part of a side a burst brings to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Image {
    pub sheet: usize,
    pub side: Side,
    /// Image bytes of this side that the host has after this burst.
    pub until: usize,
    /// Image bytes of the whole side.
    pub total: usize,
    /// Whether nothing else was asked for after this side.
    pub sides: Sides,
}

/// Which sides the host has asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    Both,
    One,
}

#[derive(Debug)]
pub struct Bench {
    pub paper: Paper,
    pub plugged: bool,
    /// Faults for the next transfers, oldest first.
    pub wire: VecDeque<What>,
    /// Most bytes of an IN transfer; 0 is no limit.
    pub drip: usize,
    /// Requests or commands that are still answered by "busy".
    pub busy: u32,
    pub odd_headers: bool,
    pub early_end: bool,
    /// Milliseconds since power-on.
    pub now: u64,
    events: Vec<(When, What, Option<u64>)>,
    noise: u64,
    /// Sheets fed so far.
    feeds: u32,
    fed_at: u64,
    pace: u64,
    notes: VecDeque<String>,
    /// Sheets in the hopper when it was noted last.
    noted_hopper: usize,
}

impl Bench {
    pub fn new(sheets: Vec<Sheet>, script: Script) -> Self {
        Bench {
            paper: Paper::new(sheets),
            plugged: true,
            wire: VecDeque::new(),
            drip: 0,
            busy: 0,
            odd_headers: false,
            early_end: false,
            now: 0,
            events: script.events.into_iter().map(|(when, what)| (when, what, None)).collect(),
            noise: script.seed,
            feeds: 0,
            fed_at: 0,
            pace: 0,
            notes: VecDeque::new(),
            noted_hopper: 0,
        }
    }

    pub fn note(&mut self, words: impl Into<String>) {
        if self.notes.len() >= MAX_NOTES {
            self.notes.pop_front();
        }
        self.notes.push_back(words.into());
    }

    /// Whoever lays sheets in wants to know when they are gone.
    fn note_hopper(&mut self) {
        let waiting = self.paper.waiting();
        if waiting != std::mem::replace(&mut self.noted_hopper, waiting) {
            self.note(format!("hopper: {waiting}"));
        }
    }

    pub fn take_notes(&mut self) -> Vec<String> {
        self.notes.drain(..).collect()
    }

    /// The host has ordered a sheet.
    ///
    /// # Errors
    /// `Some` trouble, or `None` if the hopper is empty.
    pub fn feed(&mut self) -> Result<usize, Option<Trouble>> {
        self.paper.eject();
        if let Some(trouble) = self.paper.trouble() {
            return Err(Some(trouble));
        }
        if !self.paper.is_loaded() {
            return Err(None);
        }
        self.feeds = self.feeds.saturating_add(1);
        self.fed_at = self.now;
        self.moment(Moment::BeforeFeed);
        if !self.plugged {
            return Err(None);
        }
        if self.paper.cover_open {
            return Err(Some(Trouble::Cover));
        }
        let fed = self.paper.on_its_way().or_else(|| self.paper.take_next());
        let number = fed.ok_or(None)?;
        self.note(format!("sheet {} is fed", number + 1));
        self.note_hopper();
        self.paper.trouble().map_or(Ok(number), |trouble| Err(Some(trouble)))
    }

    /// The host has a burst, or as much of it as a fault has left.
    pub fn delivered(&mut self, image: Image, whole: bool) {
        let Image { sheet, side, until, total, sides } = image;
        if !whole {
            self.spoil(image);
        }
        let done = until >= total;
        self.paper.deliver(sheet, side, if done { Delivery::Whole } else { Delivery::Part });
        let both = self.has_all(sheet, sides, side);
        if side == Side::Front && until >= total.div_ceil(2) {
            self.moment(Moment::DuringFront);
        }
        if both {
            self.moment(Moment::AfterBack);
            self.note(format!("sheet {}: everything was sent", sheet + 1));
            self.paper.eject();
        } else if side == Side::Front && done {
            self.moment(Moment::BetweenSides);
        }
    }

    /// Bytes of this side were lost, whatever else comes.
    pub fn spoil(&mut self, image: Image) {
        self.paper.deliver(image.sheet, image.side, Delivery::Damaged);
    }

    fn has_all(&self, sheet: usize, sides: Sides, side: Side) -> bool {
        let sent = |d: Delivery| matches!(d, Delivery::Whole | Delivery::Damaged);
        let Some(fate) = self.paper.fate(sheet) else { return false };
        match (sides, side) {
            (Sides::Both, _) => sent(fate.front) && sent(fate.back),
            (Sides::One, Side::Front) => sent(fate.front),
            (Sides::One, Side::Back) => sent(fate.back),
        }
    }

    /// How much of `total` image bytes the sensors have seen so far.
    pub fn seen(&self, total: usize) -> usize {
        let passed = self.now.saturating_sub(self.fed_at);
        if passed >= self.pace {
            return total;
        }
        let total = u64::try_from(total).unwrap_or(u64::MAX);
        usize::try_from(total.saturating_mul(passed) / self.pace).unwrap_or(usize::MAX)
    }

    pub fn advance(&mut self, ms: u32) {
        self.now = self.now.saturating_add(u64::from(ms));
        self.run(|when| matches!(when, When::At(_)));
    }

    /// A transfer is about to take place.
    pub fn transfer(&mut self, number: u32) {
        self.run(|when| when == When::Transfer(number));
    }

    fn moment(&mut self, moment: Moment) {
        let feeds = self.feeds;
        self.run(|when| when == When::Sheet(feeds, moment));
    }

    /// Lets happen what is due; once each.
    fn run(&mut self, due: impl Fn(When) -> bool) {
        for at in 0..self.events.len() {
            let (when, what, fired) = self.events[at];
            let after = at.checked_sub(1).and_then(|before| self.events[before].2);
            let is_due = match when {
                When::At(ms) => due(when) && u64::from(ms) <= self.now,
                When::Then(ms) => after.is_some_and(|t| t + u64::from(ms) <= self.now),
                _ => due(when),
            };
            if fired.is_none() && is_due {
                self.events[at].2 = Some(self.now);
                self.happen(&what);
            }
        }
    }

    pub fn happen(&mut self, what: &What) {
        self.note(format!("now: {what:?}"));
        match *what {
            What::Jam => self.jam(),
            What::DoubleFeed => self.double_feed(),
            What::CoverOpen => self.paper.cover_open = true,
            What::CoverClosed => self.paper.close_cover(),
            What::JamRemoved => self.paper.clear_by_hand(),
            What::Empty => self.paper.empty_by_hand(),
            What::Load(count) => self.paper.load(usize::try_from(count).unwrap_or(usize::MAX)),
            What::Again(number) => {
                let at = usize::try_from(number).ok().and_then(|number| number.checked_sub(1));
                self.paper.load_again(at.unwrap_or(usize::MAX));
            }
            What::Pace(ms) => self.pace = u64::from(ms),
            What::Drip(bytes) => self.drip = usize::try_from(bytes).unwrap_or(0),
            What::Busy(count) => self.busy = count,
            What::OddHeaders => self.odd_headers = true,
            What::EarlyEnd => self.early_end = true,
            What::Unplug => {
                self.plugged = false;
                self.paper.eject_all();
            }
            What::Plug => self.plugged = true,
            What::Slow(_) | What::Stall | What::ZeroLength | What::Short(_) => {
                self.wire.push_back(*what);
            }
            What::Split(_) | What::Long(_) | What::Garbage => self.wire.push_back(*what),
        }
        self.note_hopper();
    }

    fn jam(&mut self) {
        if self.paper.on_its_way().is_none() {
            self.paper.take_next();
        }
        self.paper.jam = true;
    }

    fn double_feed(&mut self) {
        if self.paper.on_its_way().is_none() {
            self.paper.take_next();
        }
        self.paper.take_two();
    }

    /// The next byte of noise (xorshift64*).
    pub fn noise(&mut self) -> u8 {
        let mut x = self.noise | 1;
        x ^= x >> 12;
        x ^= x << 25;
        x ^= x >> 27;
        self.noise = x;
        x.wrapping_mul(0x2545_F491_4F6C_DD1D).to_be_bytes()[0]
    }
}
