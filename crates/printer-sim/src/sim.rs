//! The printer on the bus: endpoints that can halt, lie and be silent, and a cable.

use std::collections::{BTreeSet, VecDeque};

use urna_scanner_sim::{
    Answer, Descriptors, Device, Endpoint, Identity, Interface, MAX_PACKET, OnBus,
};

use crate::engine::Engine;
use crate::mechanism::ROWS_PER_MM;
use crate::piece::Piece;
use crate::script::{Script, What, When};
use crate::{Manners, Options};

const OUT: u8 = 0x01;
const IN: u8 = 0x82;
/// Notes that nobody fetches are forgotten.
const MAX_NOTES: usize = 1_000;

/// A receipt printer.
#[derive(Debug)]
pub struct PrinterSim {
    descriptors: Descriptors,
    options: Options,
    engine: Engine,
    /// Milliseconds since power-on.
    now: u64,
    events: Vec<(When, What, Option<u64>)>,
    is_plugged: bool,
    halted: BTreeSet<u8>,
    /// Faults for the next transfers, oldest first.
    wire: VecDeque<What>,
    slow_until: u64,
    mood: Mood,
    /// What is left of an answer for the transfers to come.
    held: Vec<u8>,
    /// An OUT transfer that was taken in part.
    partly: Option<(Vec<u8>, usize)>,
    transfers: u32,
    notes: Vec<String>,
}

/// What it does instead of what it should.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mood {
    Good,
    Silent,
    Endless,
}

impl PrinterSim {
    /// A printer with a roll in it.
    pub fn new(options: Options, script: Script) -> Self {
        let endpoint = |address| Endpoint { address, max_packet: MAX_PACKET };
        let interface = Interface {
            number: 0,
            alternate: 0,
            class: (7, 1, 2),
            endpoints: vec![endpoint(OUT), endpoint(IN)],
        };
        let identity = Identity {
            vendor: 0x04B8,
            product: 0x0E28,
            maker: "EPSON",
            name: "TM-SIM",
            serial: "SIM0001",
        };
        PrinterSim {
            descriptors: Descriptors::new(identity, &[interface]),
            options,
            engine: Engine::new(options),
            now: 0,
            events: script.events.into_iter().map(|(when, what)| (when, what, None)).collect(),
            is_plugged: true,
            halted: BTreeSet::new(),
            wire: VecDeque::new(),
            slow_until: 0,
            mood: Mood::Good,
            held: Vec::new(),
            partly: None,
            transfers: 0,
            notes: Vec::new(),
        }
    }

    /// All that came out, the piece that still hangs out last.
    pub fn pieces(&self) -> &[Piece] {
        self.engine.mechanism.pieces()
    }

    /// Bytes that would have been printed as letters.
    pub fn rubbish(&self) -> usize {
        self.engine.rubbish
    }

    /// Commands at once that came out of a picture, or that no driver should send.
    pub fn stray(&self) -> usize {
        self.engine.stray
    }

    /// Bulk transfers that took place or stalled so far, in both directions.
    pub fn transfers(&self) -> u32 {
        self.transfers
    }

    /// Millimetres of paper that have moved.
    pub fn moved_mm(&self) -> u64 {
        self.engine.mechanism.moved / ROWS_PER_MM
    }

    /// Something happens now, whatever the script says.
    pub fn happen(&mut self, what: &What) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(format!("now: {what:?}"));
        }
        let is_done = self.engine.mechanism.happen(what);
        match *what {
            What::Restart => {
                self.engine.restart();
                self.forget();
            }
            What::Unplug => {
                self.is_plugged = false;
                self.forget();
            }
            What::Plug => self.is_plugged = true,
            What::Silent => self.mood = Mood::Silent,
            What::Endless => self.mood = Mood::Endless,
            What::Cured => self.mood = Mood::Good,
            _ if !is_done => self.wire.push_back(*what),
            _ => {}
        }
    }

    fn forget(&mut self) {
        self.halted.clear();
        self.wire.clear();
        self.held.clear();
        self.partly = None;
        self.slow_until = 0;
    }

    /// Lets happen what is due, once each, and the paper move as far as it has got; a roll ends with the row.
    fn run(&mut self) {
        loop {
            let before = self.engine.mechanism.moved;
            for at in 0..self.events.len() {
                let (when, what, fired) = self.events[at];
                let after = at.checked_sub(1).and_then(|before| self.events[before].2);
                let is_due = match when {
                    When::At(ms) => u64::from(ms) <= self.now,
                    When::Then(ms) => after.is_some_and(|t| t + u64::from(ms) <= self.now),
                    When::Transfer(number) => number <= self.transfers,
                    When::Mm(mm) => u64::from(mm) * ROWS_PER_MM <= before,
                };
                if fired.is_none() && is_due {
                    self.events[at].2 = Some(self.now);
                    self.happen(&what);
                }
            }
            if !self.engine.run_one(self.now * 1_000) {
                return;
            }
        }
    }

    /// A transfer begins.
    fn begin(&mut self, endpoint: u8) -> Option<Answer> {
        self.run();
        if !self.is_plugged {
            return Some(Answer::Gone);
        }
        if ![OUT, IN].contains(&endpoint) || self.halted.contains(&endpoint) {
            return Some(Answer::Stall);
        }
        if self.wire.front() == Some(&What::Stall) {
            self.wire.pop_front();
            self.halted.insert(endpoint);
            self.transfers += 1;
            return Some(Answer::Stall);
        }
        None
    }

    /// What goes to the host next, after the fault that waits for it; none yet is a NAK.
    fn give(&mut self) -> Option<Vec<u8>> {
        if !self.held.is_empty() {
            return Some(std::mem::take(&mut self.held));
        }
        if self.mood == Mood::Endless {
            return Some(vec![0x12; 64]);
        }
        let answer = self.engine.next_answer();
        if self.mood == Mood::Silent {
            return None;
        }
        let mut answer = answer?;
        match self.wire.pop_front() {
            Some(What::Lost) => return None,
            Some(What::ZeroLength) => {
                self.held = answer;
                return Some(Vec::new());
            }
            Some(What::Garbage) => answer = vec![0xa5; answer.len() + 3],
            Some(What::Twice) => answer = [answer.clone(), answer].concat(),
            _ => {}
        }
        Some(answer)
    }

    /// Standard requests (USB 2.0, section 9.4) and those of the printer class (1.1, section 4.2).
    fn answer(&mut self, setup: [u8; 8]) -> Option<Vec<u8>> {
        let [kind, request, low, high, index, _, _, _] = setup;
        match (kind, request) {
            (0x80, 0) => Some(vec![1, 0]),
            (0x81, 0) => Some(vec![0, 0]),
            (0x82, 0) => Some(vec![u8::from(self.halted.contains(&index)), 0]),
            (0x80, 6) => self.descriptors.answer(high, low),
            (0x80, 8) => Some(vec![1]),
            (0x81, 10) => Some(vec![0]),
            (0x00, 9) if low <= 1 => Some(Vec::new()),
            (0x01, 11) if (index, low) == (0, 0) => Some(Vec::new()),
            (0x02, 1) if low == 0 => {
                self.clear_halt(index);
                Some(Vec::new())
            }
            (0x02, 3) if low == 0 => {
                self.halted.insert(index);
                Some(Vec::new())
            }
            (0x00, 1 | 3) if low == 1 => Some(Vec::new()),
            (0xa1, 0) => self.device_id(),
            (0xa1, 1) => Some(vec![self.engine.mechanism.condition.port()]),
            (0x21 | 0x23, 2) => {
                self.engine.restart();
                Some(Vec::new())
            }
            _ => None,
        }
    }

    fn device_id(&self) -> Option<Vec<u8>> {
        let text = match self.options.manners {
            Manners::Nameless => return None,
            Manners::Office => "MFG:Kyocera;CMD:PCLXL,PJL,PostScript;MDL:M2040dn;CLS:PRINTER;",
            _ => "MFG:EPSON;CMD:ESC/POS;MDL:TM-SIM;CLS:PRINTER;",
        };
        let length = u16::try_from(text.len() + 2).ok()?.to_be_bytes();
        Some([&length[..], text.as_bytes()].concat())
    }
}

impl Device for PrinterSim {
    fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn control(&mut self, setup: [u8; 8], _data: &[u8]) -> Answer {
        if !self.is_plugged {
            return Answer::Gone;
        }
        let most = usize::from(u16::from_le_bytes([setup[6], setup[7]]));
        self.answer(setup).map_or(Answer::Stall, |mut bytes| {
            bytes.truncate(most);
            Answer::Done(bytes)
        })
    }

    /// Bytes go in as there is room, also those of a transfer that is given up later.
    fn bulk_out(&mut self, endpoint: u8, bytes: &[u8]) -> Answer {
        if let Some(answer) = self.begin(endpoint) {
            return answer;
        }
        let same = self.partly.take().filter(|(other, _)| other == bytes);
        let mut taken = same.map_or(0, |(_, taken)| taken);
        while let Some(&byte) = bytes.get(taken) {
            if !self.engine.push(byte) {
                // What is dealt with by now makes room.
                self.run();
                if !self.engine.push(byte) {
                    self.partly = Some((bytes.to_vec(), taken));
                    return Answer::Wait;
                }
            }
            taken += 1;
        }
        self.transfers += 1;
        self.run();
        if self.is_plugged { Answer::Done(Vec::new()) } else { Answer::Gone }
    }

    fn bulk_in(&mut self, endpoint: u8, most: usize) -> Answer {
        if let Some(answer) = self.begin(endpoint) {
            return answer;
        }
        if let Some(What::Slow(ms)) = self.wire.front().copied() {
            self.wire.pop_front();
            self.slow_until = self.now + u64::from(ms);
        }
        if self.now < self.slow_until {
            return Answer::Wait;
        }
        let Some(mut bytes) = self.give() else { return Answer::Wait };
        self.transfers += 1;
        if bytes.len() > most {
            self.held = bytes.split_off(most);
        }
        Answer::Done(bytes)
    }

    fn clear_halt(&mut self, endpoint: u8) {
        self.halted.remove(&endpoint);
    }

    /// The port is reset: what waits to be printed stays, as it does in many printers.
    fn reset(&mut self) {
        self.halted.clear();
        self.held.clear();
        self.partly = None;
    }

    fn advance(&mut self, ms: u32) {
        // A millisecond at a time, so that what happens at a row happens there.
        for _ in 0..ms {
            self.now += 1;
            self.run();
        }
    }
}

impl OnBus for PrinterSim {
    fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    fn is_plugged(&self) -> bool {
        self.is_plugged
    }
}
