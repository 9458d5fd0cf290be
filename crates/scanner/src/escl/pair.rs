//! One pair of bulk endpoints: a connection that never closes, with one question on it at a time.

use std::collections::VecDeque;

use super::http::{Head, Response};
use crate::ScannerFault;
use urna_usb::{Completion, Pipes, Transfer, Wire};

/// Bytes asked for at once, as other hosts do; a multiple of every packet size, so that none overflows.
const READ_BYTES: usize = 16 << 10;
/// Transfers under way at once while it is known that their bytes must come.
const MOST_READS: usize = 4;
/// Pause after an empty transfer, in milliseconds, growing by a quarter each time.
const EMPTY_PAUSE_MS: u32 = 10;
const MAX_EMPTY_PAUSE_MS: u32 = 1_000;
/// Halts that are cleared within one answer.
const MAX_STALLS: u32 = 3;

/// A question and how its answer is awaited.
pub(super) struct Question {
    pub bytes: Vec<u8>,
    /// Longest body of a success, in bytes.
    pub most: usize,
    /// Until when the whole answer must be there, in milliseconds.
    pub deadline_ms: u32,
    pub twice: Twice,
}

/// Whether asking twice does no more than asking once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Twice {
    Same,
    /// It may start a second job, or lose a picture.
    Different,
}

/// What became of a question.
pub(super) enum Outcome {
    Pending,
    Answered(Head, Vec<u8>),
    /// The pair is out of step: only a reset helps.
    Broken(ScannerFault),
}

/// A pair.
pub(super) struct Pair {
    pipes: Pipes,
    exchange: Option<Exchange>,
}

struct Exchange {
    response: Response,
    left_ms: u32,
    sending: Option<u32>,
    clearing: Option<u32>,
    /// What is sent again if the device halts instead of taking it.
    again: Option<Vec<u8>>,
    reads: VecDeque<u32>,
    halted: bool,
    stalls: u32,
    pause_ms: u32,
    waiting_ms: Option<u32>,
}

impl Pair {
    pub fn new(pipes: Pipes) -> Self {
        Self { pipes, exchange: None }
    }

    pub fn is_idle(&self) -> bool {
        self.exchange.is_none()
    }

    /// The device was reset: no answer is owed any more.
    pub fn reset(&mut self) {
        self.exchange = None;
    }

    /// Asks. Only when [`Pair::is_idle`].
    pub fn ask(&mut self, wire: &mut Wire, question: Question) {
        let again = (question.twice == Twice::Same).then(|| question.bytes.clone());
        let out = Transfer::Out { endpoint: self.pipes.output, bytes: question.bytes };
        self.exchange = Some(Exchange {
            response: Response::new(question.most),
            left_ms: question.deadline_ms,
            sending: Some(wire.submit(question.deadline_ms, out)),
            clearing: None,
            again,
            reads: VecDeque::new(),
            halted: false,
            stalls: 0,
            pause_ms: EMPTY_PAUSE_MS,
            waiting_ms: None,
        });
    }

    /// The answer is not wanted any more, but it is read to its end, in so much time.
    pub fn discard(&mut self, left_ms: u32) {
        if let Some(exchange) = &mut self.exchange {
            exchange.response.discard();
            exchange.left_ms = exchange.left_ms.min(left_ms);
        }
    }

    /// A request ended, perhaps one of this pair.
    pub fn completed(&mut self, wire: &mut Wire, id: u32, completion: &Completion) -> Outcome {
        let pipes = self.pipes;
        let Some(exchange) = &mut self.exchange else { return Outcome::Pending };
        let step = if exchange.sending == Some(id) {
            exchange.sent(wire, pipes, completion)
        } else if exchange.clearing == Some(id) {
            exchange.cleared(wire, pipes, completion)
        } else if exchange.reads.contains(&id) {
            exchange.received(wire, pipes, id, completion)
        } else {
            Ok(false)
        };
        match step {
            Ok(false) => Outcome::Pending,
            Ok(true) => match self.exchange.take() {
                Some(exchange) => {
                    let (head, body) = exchange.response.into_parts();
                    Outcome::Answered(head, body)
                }
                None => Outcome::Pending,
            },
            Err(fault) => {
                self.exchange = None;
                Outcome::Broken(fault)
            }
        }
    }

    /// Time has passed. The fault if the answer has taken too long.
    pub fn elapsed(&mut self, wire: &mut Wire, ms: u32) -> Option<ScannerFault> {
        let pipes = self.pipes;
        let exchange = self.exchange.as_mut()?;
        exchange.left_ms = exchange.left_ms.saturating_sub(ms);
        if exchange.left_ms == 0 {
            self.exchange = None;
            return Some(ScannerFault::NoAnswer);
        }
        if let Some(waiting_ms) = exchange.waiting_ms {
            exchange.waiting_ms = Some(waiting_ms.saturating_sub(ms)).filter(|left| *left > 0);
            if exchange.waiting_ms.is_none() {
                exchange.read(wire, pipes);
            }
        }
        None
    }

    /// Milliseconds until [`Pair::elapsed`] has something to do.
    pub fn due(&self) -> Option<u32> {
        let exchange = self.exchange.as_ref()?;
        Some(exchange.waiting_ms.unwrap_or(u32::MAX).min(exchange.left_ms))
    }
}

impl Exchange {
    fn sent(
        &mut self,
        wire: &mut Wire,
        pipes: Pipes,
        end: &Completion,
    ) -> Result<bool, ScannerFault> {
        self.sending = None;
        match end {
            Completion::Done(_) => {
                self.again = None;
                self.read(wire, pipes);
                Ok(false)
            }
            Completion::Stalled => {
                let bytes = self.again.take().ok_or(ScannerFault::Protocol)?;
                let endpoint = pipes.output;
                self.clearing = Some(wire.submit(self.left_ms, Transfer::ClearHalt { endpoint }));
                self.sending = Some(wire.submit(self.left_ms, Transfer::Out { endpoint, bytes }));
                Ok(false)
            }
            Completion::TimedOut => Err(ScannerFault::NoAnswer),
            Completion::Gone | Completion::Failed => Err(ScannerFault::Protocol),
        }
    }

    fn cleared(
        &mut self,
        wire: &mut Wire,
        pipes: Pipes,
        end: &Completion,
    ) -> Result<bool, ScannerFault> {
        self.clearing = None;
        match end {
            Completion::Done(_) if self.halted => {
                self.halted = false;
                self.read(wire, pipes);
                Ok(false)
            }
            Completion::Done(_) => Ok(false),
            Completion::TimedOut => Err(ScannerFault::NoAnswer),
            _ => Err(ScannerFault::Protocol),
        }
    }

    fn received(
        &mut self,
        wire: &mut Wire,
        pipes: Pipes,
        id: u32,
        end: &Completion,
    ) -> Result<bool, ScannerFault> {
        // The bytes of a transfer that overtook another would stand in the wrong place.
        if self.reads.pop_front() != Some(id) {
            return Err(ScannerFault::Protocol);
        }
        match end {
            Completion::Done(bytes) if bytes.len() > READ_BYTES => {
                return Err(ScannerFault::Protocol);
            }
            Completion::Done(bytes) => {
                if self.response.push(bytes).map_err(|_| ScannerFault::Protocol)? {
                    // Nothing may be under way: it would swallow the beginning of the next answer.
                    return if self.reads.is_empty() {
                        Ok(true)
                    } else {
                        Err(ScannerFault::Protocol)
                    };
                }
                if bytes.is_empty() {
                    self.empty();
                } else {
                    self.pause_ms = EMPTY_PAUSE_MS;
                }
            }
            Completion::Stalled => self.halted = true,
            Completion::TimedOut => return Err(ScannerFault::NoAnswer),
            Completion::Gone | Completion::Failed => return Err(ScannerFault::Protocol),
        }
        if !self.halted {
            self.read(wire, pipes);
        } else if self.reads.is_empty() {
            self.stalls += 1;
            if self.stalls > MAX_STALLS {
                return Err(ScannerFault::Protocol);
            }
            let endpoint = pipes.input;
            self.clearing = Some(wire.submit(self.left_ms, Transfer::ClearHalt { endpoint }));
        }
        Ok(false)
    }

    /// An empty transfer is not the end of anything; the device has nothing to say yet.
    fn empty(&mut self) {
        if self.reads.is_empty() {
            self.waiting_ms = Some(self.pause_ms);
            self.pause_ms = (self.pause_ms + self.pause_ms / 4).min(MAX_EMPTY_PAUSE_MS);
        }
    }

    /// Asks for what must come, and for no more: a transfer that is left over can't be taken back.
    fn read(&mut self, wire: &mut Wire, pipes: Pipes) {
        if self.waiting_ms.is_some() {
            return;
        }
        let length = u32::try_from(READ_BYTES).unwrap_or(u32::MAX);
        let wanted = self.response.missing().div_ceil(READ_BYTES).clamp(1, MOST_READS);
        while self.reads.len() < wanted {
            let read = Transfer::In { endpoint: pipes.input, length };
            self.reads.push_back(wire.submit(self.left_ms, read));
        }
    }
}
