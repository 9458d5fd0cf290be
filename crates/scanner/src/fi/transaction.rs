//! One SCSI command in its USB envelope: 31 bytes out, data, 13 bytes of status in. Strictly one after
//! another.

use super::command::{Command, Data};
use crate::ScannerFault;
use urna_usb::{Completion, Pipes, Transfer, Wire};

const COMMAND_BYTES: usize = 31;
const COMMAND_MARK: u8 = 0x43;
/// Where the command block stands in the envelope.
const BLOCK_AT: usize = 0x13;
const STATUS_BYTES: u32 = 13;
const STATUS_MARK: u8 = 0x53;
/// Where the SCSI status stands in the answer.
const STATUS_AT: usize = 9;
const GOOD: u8 = 0;
const BUSY: u8 = 8;
/// Empty transfers before a status that are passed over.
const MAX_EMPTY: u32 = 4;
/// Halts that are cleared within one command.
const MAX_STALLS: u32 = 2;

/// A command under way.
pub(super) struct Transaction {
    pipes: Pipes,
    stage: Stage,
    out: Option<Vec<u8>>,
    most: Option<u32>,
    received: Vec<u8>,
    flying: u32,
    empty: u32,
    stalls: u32,
    left_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Command,
    DataOut,
    DataIn,
    /// The halt after which the status follows.
    Clearing,
    Status,
}

/// How a command ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Pending,
    Good(Vec<u8>),
    Busy,
    /// Sense data says why.
    Check(Vec<u8>),
    /// Host and device are out of step.
    Broken(ScannerFault),
}

impl Transaction {
    pub fn begin(wire: &mut Wire, pipes: Pipes, command: Command, deadline_ms: u32) -> Self {
        let mut bytes = vec![0; COMMAND_BYTES];
        bytes[0] = COMMAND_MARK;
        for (at, byte) in bytes.iter_mut().skip(BLOCK_AT).zip(command.block) {
            *at = byte;
        }
        let (out, most) = match command.data {
            Data::None => (None, None),
            Data::Out(data) => (Some(data), None),
            Data::In(most) => (None, Some(most)),
        };
        let send = Transfer::Out { endpoint: pipes.output, bytes };
        Self {
            pipes,
            stage: Stage::Command,
            out,
            most,
            received: Vec::new(),
            flying: wire.submit(deadline_ms, send),
            empty: 0,
            stalls: 0,
            left_ms: deadline_ms,
        }
    }

    /// A request ended, perhaps this command's.
    pub fn completed(&mut self, wire: &mut Wire, id: u32, end: Completion) -> Ended {
        if id != self.flying {
            return Ended::Pending;
        }
        match (self.stage, end) {
            (_, Completion::TimedOut) => Ended::Broken(ScannerFault::NoAnswer),
            (_, Completion::Gone | Completion::Failed) => Ended::Broken(ScannerFault::Protocol),
            (Stage::Command, Completion::Done(_)) => {
                if let Some(bytes) = self.out.take() {
                    let send = Transfer::Out { endpoint: self.pipes.output, bytes };
                    self.go(wire, Stage::DataOut, send);
                } else if let Some(length) = self.most {
                    let read = Transfer::In { endpoint: self.pipes.input, length };
                    self.go(wire, Stage::DataIn, read);
                } else {
                    self.status(wire);
                }
                Ended::Pending
            }
            (Stage::DataIn, Completion::Done(bytes)) => {
                if u32::try_from(bytes.len()).ok() > self.most {
                    return Ended::Broken(ScannerFault::Protocol);
                }
                self.received = bytes;
                self.status(wire);
                Ended::Pending
            }
            (Stage::DataOut | Stage::Clearing, Completion::Done(_)) => {
                self.status(wire);
                Ended::Pending
            }
            (Stage::Status, Completion::Done(bytes)) => self.status_came(wire, &bytes),
            // The device refuses the data; its status says why.
            (Stage::DataIn | Stage::Status, Completion::Stalled) => {
                self.clear(wire, self.pipes.input)
            }
            (Stage::DataOut, Completion::Stalled) => self.clear(wire, self.pipes.output),
            // Whether it took the command is unknown.
            (Stage::Command | Stage::Clearing, Completion::Stalled) => {
                Ended::Broken(ScannerFault::Protocol)
            }
        }
    }

    /// Time has passed; whether it has taken too long.
    pub fn elapsed(&mut self, ms: u32) -> bool {
        self.left_ms = self.left_ms.saturating_sub(ms);
        self.left_ms == 0
    }

    /// Milliseconds until it has taken too long.
    pub fn due(&self) -> u32 {
        self.left_ms
    }

    fn status_came(&mut self, wire: &mut Wire, bytes: &[u8]) -> Ended {
        if bytes.is_empty() && self.empty < MAX_EMPTY {
            self.empty += 1;
            self.status(wire);
            return Ended::Pending;
        }
        let whole =
            u32::try_from(bytes.len()) == Ok(STATUS_BYTES) && bytes.first() == Some(&STATUS_MARK);
        match bytes.get(STATUS_AT) {
            Some(status) if whole => {
                let data = std::mem::take(&mut self.received);
                match *status {
                    GOOD => Ended::Good(data),
                    BUSY => Ended::Busy,
                    _ => Ended::Check(data),
                }
            }
            _ => Ended::Broken(ScannerFault::Protocol),
        }
    }

    fn status(&mut self, wire: &mut Wire) {
        let read = Transfer::In { endpoint: self.pipes.input, length: STATUS_BYTES };
        self.go(wire, Stage::Status, read);
    }

    fn clear(&mut self, wire: &mut Wire, endpoint: u8) -> Ended {
        self.stalls += 1;
        if self.stalls > MAX_STALLS {
            return Ended::Broken(ScannerFault::Protocol);
        }
        self.go(wire, Stage::Clearing, Transfer::ClearHalt { endpoint });
        Ended::Pending
    }

    fn go(&mut self, wire: &mut Wire, stage: Stage, transfer: Transfer) {
        self.stage = stage;
        self.flying = wire.submit(self.left_ms, transfer);
    }
}

#[cfg(test)]
mod tests {
    use super::{Ended, Transaction};
    use crate::ScannerFault;
    use crate::fi::command;
    use urna_usb::{Completion, Pipes, Transfer, Wire};

    const PIPES: Pipes = Pipes { interface: 0, alternate: 0, input: 0x81, output: 0x02 };

    /// Plays these ends to an inquiry; what became of it, and what was asked of the wire.
    fn play(ends: Vec<Completion>) -> (Ended, Vec<Transfer>) {
        let mut wire = Wire::default();
        let mut run = Transaction::begin(&mut wire, PIPES, command::inquiry(), 1_000);
        let (mut ended, mut asked) = (Ended::Pending, Vec::new());
        for end in ends {
            let Some(request) = wire.take() else { break };
            asked.push(request.transfer);
            ended = run.completed(&mut wire, request.id, end);
        }
        (ended, asked)
    }

    fn status(mark: u8, status: u8) -> Completion {
        Completion::Done(vec![mark, 0, 0, 0, 0, 0, 0, 0, 0, status, 0, 0, 0])
    }

    fn done(bytes: &[u8]) -> Completion {
        Completion::Done(bytes.to_vec())
    }

    #[test]
    fn the_envelope_is_31_bytes_and_the_answer_13() {
        let (ended, asked) = play(vec![done(&[]), done(&[6; 96]), status(0x53, 0)]);
        assert_eq!(ended, Ended::Good(vec![6; 96]));
        let mut bytes = vec![0x43];
        bytes.extend([0; 18]);
        bytes.extend([0x12, 0, 0, 0, 0x60, 0, 0, 0, 0, 0, 0, 0]);
        let input = |length| Transfer::In { endpoint: 0x81, length };
        assert_eq!(asked, [Transfer::Out { endpoint: 0x02, bytes }, input(96), input(13)]);
    }

    #[test]
    fn the_status_says_how_it_ended_and_nothing_else_is_one() {
        let broken = || Ended::Broken(ScannerFault::Protocol);
        let table = [
            (status(0x53, 2), Ended::Check(vec![1])),
            (status(0x53, 0x41), Ended::Check(vec![1])),
            (status(0x53, 8), Ended::Busy),
            (status(0x43, 0), broken()),
            (done(&[0x53; 12]), broken()),
            (done(&[0x53; 14]), broken()),
            (Completion::Failed, broken()),
            (Completion::TimedOut, Ended::Broken(ScannerFault::NoAnswer)),
        ];
        for (end, ended) in table {
            let context = format!("{end:?}");
            assert_eq!(play(vec![done(&[]), done(&[1]), end]).0, ended, "{context}");
        }
        assert_eq!(play(vec![done(&[]), done(&[6; 97]), status(0x53, 0)]).0, broken());
    }

    #[test]
    fn halts_and_empty_packets_are_passed_over_a_few_times() {
        let halted = vec![done(&[]), Completion::Stalled, done(&[]), status(0x53, 2)];
        let (ended, asked) = play(halted);
        assert_eq!(ended, Ended::Check(Vec::new()));
        assert_eq!(asked.get(2), Some(&Transfer::ClearHalt { endpoint: 0x81 }));
        let mut ends = vec![done(&[]), done(&[1])];
        ends.extend(vec![done(&[]); 4]);
        ends.push(status(0x53, 0));
        assert_eq!(play(ends.clone()).0, Ended::Good(vec![1]));
        ends.insert(2, done(&[]));
        assert_eq!(play(ends).0, Ended::Broken(ScannerFault::Protocol));
        assert_eq!(play(vec![Completion::Stalled]).0, Ended::Broken(ScannerFault::Protocol));
    }
}
