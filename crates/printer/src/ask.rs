//! One question: bytes out, and what must come back. Strictly one after another.

use urna_usb::{Completion, Pipes, Transfer, Wire};

use crate::PrinterFault;
use crate::device_id::{MAX_NAME, printable};
use crate::status::{is_fence, is_status};

/// For each transfer that brings an answer: more than any answer, and a whole packet of USB 2.0, since
/// whatever is longer than what was asked for ends as a failure.
const READ: u32 = 512;
/// Empty transfers that are passed over in one answer.
const MAX_EMPTY: u8 = 8;
/// Fences that may come in one answer.
const MAX_FENCES: u8 = 16;
/// Longest text, in bytes: the manuals say 80.
const MAX_TEXT: usize = 128;
const TEXT_BEGINS: u8 = b'_';
/// Silence after which no more fences come, in milliseconds.
const QUIET_MS: u32 = 300;

/// What must come back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Want {
    /// A status; fences of before may come along.
    Status,
    /// One fence.
    Fence,
    /// Fences, until none comes any more.
    Fences,
    /// A text.
    Text,
}

/// What became of a question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Pending,
    /// A status, and how many fences came before it.
    Status(u8, u8),
    Fence(u8),
    Fences(u8),
    Text(String),
    /// Nothing came in time.
    Silent,
    /// The printer did not take the question in time.
    Stuck,
    /// Host and printer are out of step, or the printer is gone.
    Broken(PrinterFault),
}

/// A question under way.
pub struct Ask {
    pipes: Pipes,
    want: Want,
    flying: u32,
    is_sent: bool,
    answer_ms: u32,
    empty: u8,
    fences: u8,
    text: Vec<u8>,
}

impl Ask {
    /// Sends bytes; the answer must begin so many milliseconds after they were taken.
    pub fn send(
        wire: &mut Wire,
        pipes: Pipes,
        bytes: Vec<u8>,
        want: Want,
        (taken_ms, answer_ms): (u32, u32),
    ) -> Self {
        let send = Transfer::Out { endpoint: pipes.output, bytes };
        let flying = wire.submit(taken_ms, send);
        let (empty, fences, text) = (0, 0, Vec::new());
        Ask { pipes, want, flying, is_sent: false, answer_ms, empty, fences, text }
    }

    /// Waits on for an answer that was asked for before.
    pub fn wait(wire: &mut Wire, pipes: Pipes, want: Want, answer_ms: u32) -> Self {
        let (empty, fences, text) = (0, 0, Vec::new());
        let mut ask = Ask { pipes, want, flying: 0, is_sent: true, answer_ms, empty, fences, text };
        ask.read(wire);
        ask
    }

    /// A request ended, perhaps this question's.
    pub fn completed(&mut self, wire: &mut Wire, id: u32, end: Completion) -> Answer {
        if id != self.flying {
            return Answer::Pending;
        }
        match end {
            Completion::Gone => Answer::Broken(PrinterFault::Gone),
            // Whether the printer took what was sent, or what is left of the answer, is unknown.
            Completion::Stalled | Completion::Failed => Answer::Broken(PrinterFault::Protocol),
            Completion::TimedOut if !self.is_sent => Answer::Stuck,
            Completion::TimedOut if self.want == Want::Fences && self.fences > 0 => {
                Answer::Fences(self.fences)
            }
            Completion::TimedOut => Answer::Silent,
            Completion::Done(_) if !self.is_sent => {
                self.is_sent = true;
                self.read(wire);
                Answer::Pending
            }
            Completion::Done(bytes) => self.received(wire, &bytes),
        }
    }

    fn read(&mut self, wire: &mut Wire) {
        let ms =
            if self.fences > 0 && self.want == Want::Fences { QUIET_MS } else { self.answer_ms };
        self.flying = wire.submit(ms, Transfer::In { endpoint: self.pipes.input, length: READ });
    }

    fn received(&mut self, wire: &mut Wire, bytes: &[u8]) -> Answer {
        if bytes.is_empty() {
            self.empty += 1;
            if self.empty > MAX_EMPTY {
                return Answer::Broken(PrinterFault::Protocol);
            }
        }
        for (at, &byte) in bytes.iter().enumerate() {
            match self.take(byte) {
                Answer::Pending => {}
                // More than was asked for: whose answer it is nobody knows.
                Answer::Status(..) | Answer::Fence(_) | Answer::Text(_) if at + 1 < bytes.len() => {
                    return Answer::Broken(PrinterFault::Protocol);
                }
                answer => return answer,
            }
        }
        self.read(wire);
        Answer::Pending
    }

    fn take(&mut self, byte: u8) -> Answer {
        let broken = Answer::Broken(PrinterFault::Protocol);
        match self.want {
            Want::Status if is_status(byte) => Answer::Status(byte, self.fences),
            Want::Fence if is_fence(byte) => Answer::Fence(byte),
            Want::Status | Want::Fences if is_fence(byte) && self.fences < MAX_FENCES => {
                self.fences += 1;
                Answer::Pending
            }
            Want::Text if byte == 0 && !self.text.is_empty() => {
                let text = printable(self.text.get(1..).unwrap_or_default());
                Answer::Text(text.trim().chars().take(MAX_NAME).collect())
            }
            Want::Text if self.text.len() < MAX_TEXT => {
                let fits = !self.text.is_empty() || byte == TEXT_BEGINS;
                self.text.push(byte);
                if fits { Answer::Pending } else { broken }
            }
            Want::Status | Want::Fence | Want::Fences | Want::Text => broken,
        }
    }
}
