//! A bench: a driver on one side, a device on the other, time that only passes when nothing else happens,
//! and a place where anything can go wrong.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod escl;
pub mod fi;
pub mod simulator;

use urna_scanner::{
    Completion, Descriptors, Driver, Event, Frame, Request, ScannerFault, Settings, Side, State,
    Transfer, driver_for,
};

/// A device as the wire sees it. `None` while it lets wait.
pub trait Device {
    fn descriptors(&self) -> Descriptors;
    fn output(&mut self, endpoint: u8, bytes: &[u8]) -> Option<Completion>;
    fn input(&mut self, endpoint: u8, most: usize) -> Option<Completion>;
    fn clear_halt(&mut self, _endpoint: u8) {}
    fn claim(&mut self, _interface: u8, _alternate: u8) {}
    fn reset(&mut self);
    fn advance(&mut self, _ms: u32) {}
}

/// What happens to one transfer instead of what should.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mishap {
    Stalled,
    TimedOut,
    Failed,
    Gone,
    /// The device's bytes are lost, an empty packet comes.
    Lost,
    /// The device's bytes, with the first one changed.
    Changed,
    /// The device's bytes, without the last one.
    Cut,
    /// Something else altogether.
    Garbage,
    /// So many bytes more than there should be.
    Longer,
}

pub const MISHAPS: [Mishap; 9] = [
    Mishap::Stalled,
    Mishap::TimedOut,
    Mishap::Failed,
    Mishap::Gone,
    Mishap::Lost,
    Mishap::Changed,
    Mishap::Cut,
    Mishap::Garbage,
    Mishap::Longer,
];

pub struct Bench<D> {
    pub driver: Box<dyn Driver>,
    pub device: D,
    pub events: Vec<Event>,
    flying: Vec<(Request, u32)>,
    /// Transfers that have ended.
    pub ended: usize,
    pub mishap: Option<(usize, Mishap)>,
    /// The wire breaks its word: the last transfer of an endpoint is served first.
    pub overtaking: bool,
    pub now_ms: u64,
    pub log: Vec<Transfer>,
}

pub const SMALL: Settings = Settings {
    dpi: 200,
    width_mm: 20,
    length_mm: 30,
    pixels: urna_scanner::Pixels::Raw,
    delivery: urna_scanner::Delivery::Whole,
};

impl<D: Device> Bench<D> {
    pub fn new(device: D, settings: Settings) -> Self {
        let driver = driver_for(&device.descriptors(), settings).expect("a driver");
        Self {
            driver,
            device,
            events: Vec::new(),
            flying: Vec::new(),
            ended: 0,
            mishap: None,
            overtaking: false,
            now_ms: 0,
            log: Vec::new(),
        }
    }

    /// Connects and waits until paper or its absence is known.
    pub fn connected(device: D, settings: Settings) -> Self {
        let mut bench = Self::new(device, settings);
        bench.driver.connect();
        bench.settle();
        bench
    }

    /// Until the driver waits for paper, a person or nothing at all.
    pub fn settle(&mut self) {
        self.until(|driver| !matches!(driver.state(), State::Connecting | State::Scanning));
    }

    pub fn until(&mut self, enough: impl Fn(&dyn Driver) -> bool) {
        let deadline = self.now_ms + 2_000_000;
        while !enough(&*self.driver) {
            self.step();
            assert!(self.now_ms < deadline, "it never ends: {:?}", self.driver.state());
        }
        self.collect();
    }

    pub fn run_for(&mut self, ms: u64) {
        let end = self.now_ms + ms;
        while self.now_ms < end {
            self.step();
        }
    }

    pub fn collect(&mut self) {
        while let Some(event) = self.driver.poll() {
            self.events.push(event);
        }
    }

    /// One transfer, or, if all wait, the time until something happens.
    pub fn step(&mut self) {
        while let Some(request) = self.driver.request() {
            self.log.push(request.transfer.clone());
            if matches!(request.transfer, Transfer::Reset | Transfer::Claim { .. }) {
                // Both end what is under way; the driver has forgotten it.
                self.flying.clear();
            }
            let left = request.timeout_ms;
            self.flying.push((request, left));
        }
        let (count, overtaking) = (self.flying.len(), self.overtaking);
        for at in (0..count).map(|at| if overtaking { count - 1 - at } else { at }) {
            if let Some(end) = self.try_transfer(at) {
                let (request, _) = self.flying.remove(at);
                self.ended += 1;
                let end = self.spoil(end, &request.transfer);
                self.driver.completed(request.id, end);
                return self.collect();
            }
        }
        let timeouts = self.flying.iter().map(|(_, left)| *left);
        let ms = timeouts.chain(self.driver.due()).min().unwrap_or(1_000).max(1);
        // In steps that are short enough for whatever a device does by itself.
        let ms = ms.min(50);
        self.now_ms += u64::from(ms);
        self.device.advance(ms);
        self.flying.iter_mut().for_each(|(_, left)| *left = left.saturating_sub(ms));
        let late = self.flying.iter().position(|(_, left)| *left == 0);
        if let Some(at) = late {
            let (request, _) = self.flying.remove(at);
            self.driver.completed(request.id, Completion::TimedOut);
        }
        self.driver.elapsed(ms);
        self.collect();
    }

    fn try_transfer(&mut self, at: usize) -> Option<Completion> {
        let (request, _) = self.flying.get(at)?;
        let endpoint_of = |transfer: &Transfer| match transfer {
            Transfer::In { endpoint, .. }
            | Transfer::Out { endpoint, .. }
            | Transfer::ClearHalt { endpoint } => Some(*endpoint),
            _ => None,
        };
        let mine = endpoint_of(&request.transfer);
        let earlier =
            self.flying.iter().take(at).any(|(other, _)| endpoint_of(&other.transfer) == mine);
        if mine.is_some() && earlier && !self.overtaking {
            return None;
        }
        match &request.transfer {
            Transfer::Out { endpoint, bytes } => self.device.output(*endpoint, bytes),
            Transfer::In { endpoint, length } => self.device.input(*endpoint, *length as usize),
            Transfer::ClearHalt { endpoint } => {
                self.device.clear_halt(*endpoint);
                Some(Completion::Done(Vec::new()))
            }
            Transfer::Claim { interface, alternate } => {
                self.device.claim(*interface, *alternate);
                Some(Completion::Done(Vec::new()))
            }
            Transfer::Reset => {
                self.device.reset();
                Some(Completion::Done(Vec::new()))
            }
            _ => Some(Completion::Done(Vec::new())),
        }
    }

    fn spoil(&mut self, end: Completion, transfer: &Transfer) -> Completion {
        let due = self.mishap.as_ref().is_some_and(|(at, _)| *at < self.ended);
        let Some((_, mishap)) = self.mishap.take_if(|_| due) else { return end };
        let Completion::Done(mut bytes) = end else { return end };
        let most = match transfer {
            Transfer::In { length, .. } => *length as usize,
            _ => 0,
        };
        match mishap {
            Mishap::Stalled => return Completion::Stalled,
            Mishap::TimedOut => return Completion::TimedOut,
            Mishap::Failed => return Completion::Failed,
            Mishap::Gone => return Completion::Gone,
            Mishap::Lost => bytes.clear(),
            Mishap::Changed => bytes.iter_mut().take(1).for_each(|byte| *byte ^= 0x55),
            Mishap::Cut => drop(bytes.pop()),
            Mishap::Garbage => {
                bytes = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nstale".to_vec()
            }
            Mishap::Longer => bytes.resize(most + 1, 0),
        }
        Completion::Done(bytes)
    }

    /// Feeds a sheet; how it ended.
    pub fn feed(&mut self) -> Fed {
        let deadline = self.now_ms + 2_000_000;
        loop {
            match self.driver.state() {
                State::Ready => break,
                State::Faulted(_) => self.driver.clear_fault(),
                State::Disconnected => {
                    self.flying.clear();
                    self.driver.connect();
                }
                _ => self.step(),
            }
            assert!(self.now_ms < deadline, "it never gets ready: {:?}", self.driver.state());
        }
        self.feed_started()
    }

    /// Feeds a sheet that lies ready, as far as the driver knows.
    pub fn feed_started(&mut self) -> Fed {
        self.events.clear();
        self.driver.start_sheet().expect("it is ready");
        self.feed_going()
    }

    /// Waits for the end of the sheet that moves.
    pub fn feed_going(&mut self) -> Fed {
        let deadline = self.now_ms + 2_000_000;
        loop {
            self.collect();
            assert!(self.now_ms < deadline, "the sheet never ends");
            if let Some(fed) = fed(&mut self.events) {
                return fed;
            }
            self.step();
        }
    }
}

/// How a sheet ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Fed {
    Done(Vec<Frame>),
    None(urna_scanner::NoSheet),
    Fault(ScannerFault),
}

fn fed(events: &mut Vec<Event>) -> Option<Fed> {
    let end =
        |event: &Event| matches!(event, Event::SheetDone | Event::NoSheet(_) | Event::Fault(_));
    let at = events.iter().position(end)?;
    let rest = events.split_off(at + 1);
    assert!(!rest.iter().any(end), "a sheet ended twice");
    let last = events.pop()?;
    let frames = std::mem::replace(events, rest);
    let frames = whole_sides(frames);
    Some(match last {
        Event::SheetDone => Fed::Done(frames),
        Event::NoSheet(why) => Fed::None(why),
        Event::Fault(fault) => Fed::Fault(fault),
        _ => return None,
    })
}

/// Sides as they would have been given whole.
fn whole_sides(events: Vec<Event>) -> Vec<Frame> {
    let (mut parts, mut frames) = ([Vec::new(), Vec::new()], Vec::new());
    let number = |side: Side| usize::from(side == Side::Back);
    for event in events {
        match event {
            Event::Part(part) => parts[number(part.side)].extend(part.bytes),
            Event::SideScanned(mut frame) => {
                let mut bytes = std::mem::take(&mut parts[number(frame.side)]);
                if !bytes.is_empty() {
                    bytes[..frame.bytes.len()].copy_from_slice(&frame.bytes);
                    frame.bytes = bytes;
                }
                frames.push(frame);
            }
            _ => {}
        }
    }
    assert!(parts.iter().all(Vec::is_empty) || frames.len() < 2, "parts of a side without an end");
    frames
}

/// A number that stands in a picture: which pass of which sheet it is of.
pub fn numbered(frames: &[Frame], number_of: impl Fn(&Frame) -> u32) -> Vec<u32> {
    frames.iter().map(number_of).collect()
}
