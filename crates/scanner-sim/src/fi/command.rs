//! Commands and how they are answered.

use super::sense::{BAD_FIELD, BAD_OPCODE, BAD_SEQUENCE, Sense};
use super::{Fi, identity, window};
use crate::bench::{Bench, Burst};

/// A command descriptor block in its 12 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Command([u8; 12]);

/// What comes of a command.
#[derive(Debug)]
pub enum Reply {
    /// Data and a good status.
    Good(Burst),
    /// Busy: the same command later may succeed.
    Busy,
    /// No data; sense data tell why.
    Check(Sense),
    /// Data, and sense data beside it.
    Short(Burst, Sense),
    /// The sensors have not seen so much yet.
    NotYet,
}

impl Reply {
    /// Nothing to say.
    pub fn good() -> Self {
        Reply::Good(Burst::default())
    }
}

impl From<Result<(), Sense>> for Reply {
    fn from(result: Result<(), Sense>) -> Self {
        result.map_or_else(Reply::Check, |()| Reply::good())
    }
}

/// A big-endian number of up to four bytes; missing bytes make it 0.
pub fn be(bytes: &[u8], at: usize, len: usize) -> u32 {
    let digits = bytes.get(at..at + len).unwrap_or_default();
    digits.iter().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

impl Command {
    /// From an envelope's last 12 bytes.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Command)
    }

    /// A byte of it.
    pub fn byte(self, at: usize) -> u8 {
        self.0.get(at).copied().unwrap_or(0)
    }

    /// Bytes that it sends or wants.
    pub fn length(self) -> usize {
        let (at, len) = match self.byte(0) {
            0x03 | 0x12 | 0x15 | 0x1A | 0x1B => (4, 1),
            0x1C | 0x1D => (3, 2),
            0x24 | 0x28 | 0x2A => (6, 3),
            0xC1 | 0xC2 => (7, 2),
            _ => return 0,
        };
        usize::try_from(be(&self.0, at, len)).unwrap_or(0)
    }

    /// Whether the host sends data along.
    pub fn takes_data(self) -> bool {
        matches!(self.byte(0), 0x15 | 0x1B | 0x1D | 0x24 | 0x2A | 0xC1)
    }

    /// Whether the host reads data before the status.
    pub fn gives_data(self) -> bool {
        matches!(self.byte(0), 0x03 | 0x12 | 0x1A | 0x1C | 0x28 | 0xC2) && self.length() > 0
    }

    /// REQUEST SENSE tells of the command before it.
    pub fn asks_about_the_last(self) -> bool {
        self.byte(0) == 0x03
    }

    /// INQUIRY and REQUEST SENSE are answered at any time.
    pub fn may_wait(self) -> bool {
        !matches!(self.byte(0), 0x03 | 0x12)
    }
}

impl Fi {
    /// Does what a command says.
    pub(super) fn carry_out(&mut self, bench: &mut Bench, command: Command, data: &[u8]) -> Reply {
        let good = |bytes: Vec<u8>| Reply::Good(bytes.into());
        match command.byte(0) {
            0x00 | 0x16 | 0x17 => Reply::good(),
            0x03 => good(self.sense.bytes()),
            0x12 => match (command.byte(1) & 1, command.byte(2)) {
                (0, _) => good(identity::standard()),
                (_, 0xF0) => good(identity::vital()),
                _ => Reply::Check(BAD_FIELD),
            },
            0x15 => self.scan.modes.select(data, &mut bench.paper).into(),
            0x1A => self.scan.modes.sense(command.byte(2) & 0x3F).map_or_else(Reply::Check, good),
            0x1B => self.scan.start(bench, data).into(),
            0x1C => good(identity::serial()),
            0x1D => match data.get(..16) {
                Some(b"GET DEVICE ID   " | b"GET FIRST DATE  ") => Reply::good(),
                _ => Reply::Check(Sense::bad_parameter(0)),
            },
            0x24 => match window::read(data) {
                Ok(windows) => self.scan.set_windows(windows).into(),
                Err(sense) => Reply::Check(sense),
            },
            0x28 => self.read(bench, command),
            // Tables of tones: the paper is as grey as it is.
            0x2A => Reply::good(),
            0x31 => self.position(bench, command),
            0xC2 => good(hardware(bench)),
            0xF1 => self.control(bench, command),
            _ => Reply::Check(BAD_OPCODE),
        }
    }

    fn read(&mut self, bench: &mut Bench, command: Command) -> Reply {
        match (command.byte(2), command.byte(5)) {
            (0x00, wid @ (0x00 | 0x80)) => self.scan.block(bench, wid == 0x80, command.length()),
            (0x80, _) => match self.scan.pixel_size() {
                Some(size) => Reply::Good(size.into()),
                None => Reply::Check(BAD_SEQUENCE),
            },
            _ => Reply::Check(BAD_FIELD),
        }
    }

    fn position(&mut self, bench: &mut Bench, command: Command) -> Reply {
        match command.byte(1) & 7 {
            0 => {
                self.scan.end();
                bench.paper.discharge();
                bench.paper.trouble().map_or(Reply::good(), |trouble| Reply::Check(trouble.into()))
            }
            1 => self.scan.feed(bench).into(),
            4 => self.cancel(bench),
            _ => Reply::Check(BAD_FIELD),
        }
    }

    fn control(&mut self, bench: &mut Bench, command: Command) -> Reply {
        if command.byte(1) & 0x10 != 0 {
            let most = usize::try_from(be(&command.0, 6, 3)).unwrap_or(0);
            return self.scan.is_ready(bench, command.byte(2) == 0x80, most);
        }
        match (command.byte(2) << 4) | (command.byte(1) & 0x0F) {
            // Feeder, lamp on, scan complete, eject complete.
            0x00 | 0x05 | 0x09 | 0x0A => Reply::good(),
            0x04 => self.cancel(bench),
            _ => Reply::Check(BAD_FIELD),
        }
    }

    fn cancel(&mut self, bench: &mut Bench) -> Reply {
        self.scan.end();
        bench.paper.eject_all();
        Reply::good()
    }
}

/// GET HARDWARE STATUS, 12 bytes.
fn hardware(bench: &Bench) -> Vec<u8> {
    let paper = &bench.paper;
    let bit = |is: bool, bit: u8| if is { bit } else { 0 };
    let mut bytes = vec![0; 12];
    bytes[2] = bit(paper.on_its_way().is_some(), 0x80);
    bytes[3] =
        bit(!paper.is_loaded(), 0x80) | bit(paper.double_feed, 0x40) | bit(paper.cover_open, 0x20);
    bytes[6] = bit(paper.double_feed, 0x01);
    bytes
}
