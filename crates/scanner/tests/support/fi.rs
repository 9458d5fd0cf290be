//! An fi-series scanner, with knobs.

use std::collections::VecDeque;

use urna_core::recognition::decode;
use urna_scanner::{Alternate, Completion, Descriptors, Frame};

use super::Device;

/// When a fault by sense data comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Feed,
    Scan,
    /// At the so-manieth block.
    Read(u32),
    /// In the hardware status after the sheet.
    Status,
}

pub struct Fi {
    pub product: &'static str,
    pub sheets: u32,
    pub pass: u32,
    /// Lines of the paper; the window may be longer.
    pub paper_lines: u32,
    /// Key, ASC and ASCQ, and when.
    pub fault: Option<(When, (u8, u8, u8))>,
    pub cover_open: bool,
    /// That many commands are answered with busy.
    pub busy: u32,
    /// The next commands end with a unit attention.
    pub attention: u32,
    /// Blocks are padded to what was asked for, and sense data says how much of it is none.
    pub padded: bool,
    /// An empty packet before each status.
    pub empties: bool,
    pub commands: Vec<Vec<u8>>,
    pub windows: Vec<u8>,
    pub settings_kept: bool,
    pub output: VecDeque<Vec<u8>>,
    pub sense: [u8; 18],
    pub command: Option<Vec<u8>>,
    pub scanning: Option<[u32; 2]>,
    pub blocks: u32,
    pub stopped: bool,
    pub double: bool,
}

impl Fi {
    pub fn new(sheets: u32) -> Self {
        Self {
            product: "fi-7160",
            sheets,
            pass: 1,
            paper_lines: 200,
            fault: None,
            cover_open: false,
            busy: 0,
            attention: 0,
            padded: true,
            empties: false,
            commands: Vec::new(),
            windows: Vec::new(),
            settings_kept: false,
            output: VecDeque::new(),
            sense: [0; 18],
            command: None,
            scanning: None,
            blocks: 0,
            stopped: false,
            double: false,
        }
    }

    pub fn help(&mut self) {
        self.fault = None;
        self.cover_open = false;
        self.double = false;
        self.sheets = 1;
    }

    fn status(&mut self, status: u8) {
        if self.empties {
            self.output.push_back(Vec::new());
        }
        let mut bytes = vec![0; 13];
        bytes[0] = 0x53;
        bytes[9] = status;
        self.output.push_back(bytes);
    }

    fn check(&mut self, key: u8, asc: u8, ascq: u8, missing: u32) {
        self.sense = [0; 18];
        self.sense[0] = if missing > 0 { 0xf0 } else { 0x70 };
        self.sense[2] = key;
        self.sense[3..7].copy_from_slice(&missing.to_be_bytes());
        (self.sense[12], self.sense[13]) = (asc, ascq);
        self.status(2);
    }

    fn due(&mut self, when: When) -> bool {
        let Some((_, (key, asc, ascq))) = self.fault.take_if(|(at, _)| *at == when) else {
            return false;
        };
        self.scanning = None;
        self.check(key, asc, ascq, 0);
        true
    }

    fn give(&mut self, mut data: Vec<u8>, length: usize) {
        data.truncate(length);
        self.output.push_back(data);
        self.status(0);
    }

    /// Width and lines of the window that was set.
    fn area(&self) -> (u32, u32) {
        let at = |at: usize| u32::from_be_bytes(self.windows[at..at + 4].try_into().unwrap());
        (at(8 + 0x0e) * 200 / 1_200, at(8 + 0x12) * 200 / 1_200)
    }

    fn run(&mut self, command: &[u8], data: &[u8]) {
        let wants_data = matches!(command[0], 0x03 | 0x12 | 0x1c | 0x28 | 0xc2);
        if command[0] != 0x03 && command[0] != 0x12 && self.busy > 0 {
            self.busy -= 1;
            if wants_data {
                self.output.push_back(Vec::new());
            }
            return self.status(8);
        }
        if command[0] != 0x03 && command[0] != 0x12 && self.attention > 0 {
            self.attention -= 1;
            self.settings_kept = false;
            if wants_data {
                self.output.push_back(Vec::new());
            }
            return self.check(6, 0, 0, 0);
        }
        match command[0] {
            0x00 if std::mem::take(&mut self.stopped) => self.check(3, 0x80, 0x22, 0),
            0x00 | 0x16 | 0x17 | 0x1d => self.status(0),
            0x15 => {
                self.settings_kept |= data.starts_with(&[0, 0, 0, 0, 0x38, 6, 0x90]);
                self.status(0);
            }
            0x03 => {
                let sense = self.sense.to_vec();
                self.sense = [0x70, 0, 0, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
                self.give(sense, 18);
            }
            0x12 if command[1] == 0 => {
                let mut data = vec![6, 0, 0, 0, 0x5b, 0, 0, 0];
                data.extend(format!("FUJITSU {:<16}0C00", self.product).bytes());
                self.give(data, 96);
            }
            0x12 => self.give(features(), 0xcc),
            0x1c => self.give(vec![0, 0, 0x30, 0x39, 0, 0, 0, 0, 0, 0], 10),
            0x24 => {
                self.windows = data.to_vec();
                self.status(0);
            }
            0xc2 => {
                let mut bytes = vec![0; 12];
                bytes[3] = u8::from(self.sheets == 0) << 7 | u8::from(self.cover_open) << 5;
                bytes[6] = u8::from(self.double);
                self.give(bytes, 12);
            }
            0xf1 => {
                self.stopped = command[1] == 4 && self.scanning.take().is_some();
                self.status(0);
            }
            0x31 if self.sheets == 0 => self.check(3, 0x80, 3, 0),
            0x31 => {
                if !self.due(When::Feed) {
                    self.sheets -= 1;
                    self.status(0);
                }
            }
            0x1b => {
                assert_eq!(data, [0x00, 0x80]);
                assert!(self.settings_kept, "a sheet without double-feed detection");
                if !self.due(When::Scan) {
                    self.scanning = Some([0; 2]);
                    self.blocks = 0;
                    self.pass += 1;
                    self.status(0);
                }
            }
            0x28 if command[2] == 0x80 => {
                let (width, lines) = self.area();
                let mut data = [width.to_be_bytes(), lines.to_be_bytes()].concat();
                data.resize(32, 0);
                self.give(data, 32);
            }
            0x28 => self.read(command),
            other => panic!("{other:02x}"),
        }
    }

    fn read(&mut self, command: &[u8]) {
        let length = u32::from_be_bytes([0, command[6], command[7], command[8]]);
        let side = usize::from(command[5] >> 7);
        self.blocks += 1;
        if self.fault.is_some_and(|(when, _)| when == When::Read(self.blocks)) {
            self.output.push_back(Vec::new());
            self.due(When::Read(self.blocks));
            return;
        }
        let Some(mut given) = self.scanning else {
            self.output.push_back(Vec::new());
            return self.check(5, 0x2c, 0, 0);
        };
        let (width, lines) = self.area();
        let total = width * self.paper_lines.min(lines);
        let from = given[side];
        let to = (from + length).min(total);
        given[side] = to;
        self.scanning = Some(given);
        let level = self.level(side);
        let mut data = vec![level; (to - from) as usize];
        let missing = length - (to - from);
        if self.padded {
            data.resize(length as usize, 0);
        }
        self.output.push_back(data);
        match (to == total, missing) {
            (false, _) => self.status(0),
            (true, 0) => self.check(0x40, 0, 0, 0),
            (true, missing) => self.check(0x60, 0, 0, if self.padded { missing } else { 0 }),
        }
        if given.iter().all(|given| *given == total)
            && self.fault.is_some_and(|(when, _)| when == When::Status)
        {
            self.fault = None;
            self.double = true;
        }
    }

    /// The level of all pixels says which pass and side they are of.
    fn level(&self, side: usize) -> u8 {
        (self.pass as u8 * 2 + side as u8) % 100 + 100
    }
}

pub fn number_of(frame: &Frame) -> u32 {
    let page = decode(&frame.bytes).unwrap();
    let level = page.pixels()[0];
    assert!(page.pixels().iter().all(|other| *other == level), "two pictures in one");
    u32::from(255 - level) - 100
}

/// As an fi-7160 says of itself, where it matters.
pub fn features() -> Vec<u8> {
    let mut page = vec![0; 0x64];
    (page[0], page[1], page[4]) = (6, 0xf0, 0x5f);
    page[0x05..0x09].copy_from_slice(&[0x01, 0x2c, 0x01, 0x2c]);
    page[0x0a..0x12].copy_from_slice(&[0x02, 0x58, 0x02, 0x58, 0, 50, 0, 50]);
    page[0x14..0x18].copy_from_slice(&2_700_u32.to_be_bytes());
    page[0x18..0x1c].copy_from_slice(&10_000_u32.to_be_bytes());
    page[0x1c] = 0x8e;
    (page[0x20], page[0x21]) = (0x90, 0x68);
    (page[0x28], page[0x29], page[0x2b], page[0x31]) = (0xff, 0xff, 0x04, 0x02);
    page
}

impl Device for Fi {
    fn descriptors(&self) -> Descriptors {
        let own =
            Alternate { interface: 0, alternate: 0, class: [0xff; 3], bulk: vec![0x81, 0x02] };
        Descriptors { vendor: 0x04c5, product: 0x132e, configuration: 1, alternates: vec![own] }
    }

    fn output(&mut self, endpoint: u8, bytes: &[u8]) -> Option<Completion> {
        assert_eq!(endpoint, 2);
        if let Some(command) = self.command.take() {
            self.run(&command, bytes);
            return Some(Completion::Done(Vec::new()));
        }
        assert_eq!((bytes.len(), bytes[0]), (31, 0x43));
        let command = bytes[0x13..].to_vec();
        self.commands.push(command.clone());
        let takes_data = matches!(command[0], 0x15 | 0x1b | 0x1d | 0x24);
        if takes_data {
            self.command = Some(command)
        } else {
            self.run(&command, &[])
        }
        Some(Completion::Done(Vec::new()))
    }

    fn input(&mut self, endpoint: u8, most: usize) -> Option<Completion> {
        assert_eq!(endpoint, 0x81);
        let mut bytes = self.output.pop_front()?;
        if bytes.len() > most {
            self.output.push_front(bytes.split_off(most));
        }
        Some(Completion::Done(bytes))
    }

    fn reset(&mut self) {
        self.output.clear();
        self.command = None;
        self.scanning = None;
        self.attention = 1;
    }
}
