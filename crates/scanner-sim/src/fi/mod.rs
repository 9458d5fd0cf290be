//! A Fujitsu/Ricoh fi-series scanner: SCSI commands in envelopes of 31 bytes.
//!
//! After the behaviour that SANE's fujitsu backend expects of a fi-7160, and captured status bytes of a
//! ScanSnap S1500. A command is an envelope, then data in one direction at most, then 13 bytes of status.

mod command;
mod identity;
mod scan;
mod sense;
mod window;

use std::collections::VecDeque;

use crate::Sheet;
use crate::bench::{Bench, Burst};
use crate::descriptors::{Descriptors, Endpoint, Identity, Interface, MAX_PACKET};
use crate::simulated::{Protocol, Taken};
use command::{Command, Reply};
use scan::Scan;
use sense::{RESET, Sense};

const IN: u8 = 0x81;
const OUT: u8 = 0x02;
const ENVELOPE: usize = 31;
const COMMAND_AT: usize = 19;
/// Most bytes that a host sends along with a command; look-up tables are the longest.
const MAX_OUT: usize = 64 * 1024;

/// The fi-series scanner's protocol.
#[derive(Debug)]
pub struct Fi {
    descriptors: Descriptors,
    scan: Scan,
    sense: Sense,
    /// A command whose data the host still has to send.
    waiting: Option<(Command, Vec<u8>)>,
    replies: VecDeque<Burst>,
    /// An image block that the sensors have not seen yet, and the status after it.
    block: Option<Command>,
    /// The first command after power-on or reset is told so.
    attention: bool,
}

impl Fi {
    pub(crate) fn new() -> Self {
        let endpoint = |address| Endpoint { address, max_packet: MAX_PACKET };
        let interface = Interface {
            number: 0,
            alternate: 0,
            class: (0xFF, 0xFF, 0xFF),
            endpoints: vec![endpoint(IN), endpoint(OUT)],
        };
        let identity = Identity {
            vendor: 0x04C5,
            product: 0x132E,
            maker: "FUJITSU",
            name: "fi-7160",
            serial: "SIM0001",
        };
        Fi {
            descriptors: Descriptors::new(identity, &[interface]),
            scan: Scan::default(),
            sense: Sense::default(),
            waiting: None,
            replies: VecDeque::new(),
            block: None,
            attention: true,
        }
    }

    fn run(&mut self, bench: &mut Bench, command: Command, data: &[u8]) {
        if !command.asks_about_the_last() {
            self.sense = Sense::default();
        }
        let reply = if command.may_wait() && bench.busy > 0 {
            bench.busy -= 1;
            Reply::Busy
        } else if command.may_wait() && std::mem::take(&mut self.attention) {
            Reply::Check(RESET)
        } else {
            self.carry_out(bench, command, data)
        };
        self.reply(command, reply);
    }

    /// Data first if the command has any to give (an empty transfer if it failed), then the status.
    fn reply(&mut self, command: Command, reply: Reply) {
        let (data, status) = match reply {
            Reply::Good(data) => (data, 0),
            Reply::Busy => (Burst::default(), 8),
            Reply::Check(sense) => {
                self.sense = sense;
                (Burst::default(), 2)
            }
            Reply::Short(data, sense) => {
                self.sense = sense;
                (data, 2)
            }
            Reply::NotYet => {
                self.block = Some(command);
                return;
            }
        };
        if command.gives_data() {
            let mut data = data;
            data.bytes.truncate(command.length());
            self.replies.push_back(data);
        }
        let mut envelope = vec![0; 13];
        (envelope[0], envelope[9]) = (0x53, status);
        self.replies.push_back(envelope.into());
    }
}

impl Protocol for Fi {
    fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn take(&mut self, bench: &mut Bench, endpoint: u8, bytes: &[u8]) -> Taken {
        if endpoint != OUT {
            return Taken::No;
        }
        if let Some((command, mut data)) = self.waiting.take() {
            data.extend_from_slice(bytes);
            if data.len() > command.length() {
                bench.note("more data than the command announced");
                return Taken::No;
            }
            if data.len() < command.length() {
                self.waiting = Some((command, data));
            } else {
                self.run(bench, command, &data);
            }
            return Taken::Yes;
        }
        let fits = bytes.len() == ENVELOPE && bytes.first() == Some(&0x43);
        let command = bytes.get(COMMAND_AT..).filter(|_| fits).and_then(Command::new);
        let Some(command) = command else {
            bench.note(format!("no command: {} bytes", bytes.len()));
            return Taken::No;
        };
        if !self.replies.is_empty() || self.block.is_some() {
            bench.note("a command while the answer to the last one waits: that answer is lost");
            self.replies.clear();
            self.block = None;
        }
        match command.takes_data() {
            true if command.length() > MAX_OUT => return Taken::No,
            true if command.length() > 0 => self.waiting = Some((command, Vec::new())),
            _ => self.run(bench, command, &[]),
        }
        Taken::Yes
    }

    fn give(&mut self, bench: &mut Bench, _endpoint: u8) -> Option<Burst> {
        if let Some(command) = self.block.take() {
            let reply = self.carry_out(bench, command, &[]);
            self.reply(command, reply);
        }
        self.replies.pop_front()
    }

    fn request(&mut self, _setup: [u8; 8]) -> Option<Vec<u8>> {
        None
    }

    fn forget(&mut self, bench: &mut Bench) {
        self.waiting = None;
        self.block = None;
        self.replies.clear();
        self.sense = Sense::default();
        self.scan = Scan::default();
        self.scan.modes.apply(&mut bench.paper);
        self.attention = true;
    }
}

/// A side of a sheet.
pub(crate) fn picture(sheet: &Sheet, back: bool) -> &crate::Picture {
    if back { &sheet.back } else { &sheet.front }
}
