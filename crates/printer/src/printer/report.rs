//! A report: band after band, each with its answer, and what becomes of it.

use super::{MAX_ATTEMPTS, PATIENCE_MS, Phase, Printer, TURN_MS, Why};
use crate::ask::{Answer, Ask, Want};
use crate::command::{self};
use crate::job::Step;
use crate::status::fence_paper_out;
use crate::{Event, PrinterFault, is_curable};

impl Printer {
    /// Sends bytes, and asks for an answer when they are dealt with.
    pub(super) fn in_turn(&mut self, mut bytes: Vec<u8>) {
        bytes.extend(command::FENCE);
        if let Some(job) = &mut self.job {
            job.waited_ms = 0;
        }
        let times = (TURN_MS, TURN_MS);
        self.phase = Phase::Turn(Ask::send(&mut self.wire, self.pipes, bytes, Want::Fence, times));
    }

    pub(super) fn turned(&mut self, answer: Answer) {
        match answer {
            Answer::Fence(byte) if fence_paper_out(byte) => {
                self.look(Why::Cause(PrinterFault::PaperOut));
            }
            Answer::Fence(_) => self.fenced(),
            Answer::Silent => self.look(Why::Late),
            Answer::Stuck => self.look(Why::Cause(PrinterFault::NoAnswer)),
            Answer::Broken(fault) => self.broken(fault),
            _ => self.broken(PrinterFault::Protocol),
        }
    }

    /// The printer is well and has not answered in its turn yet, unless the answer came meanwhile.
    pub(super) fn wait_on(&mut self) {
        match &self.job {
            Some(job) if job.is_fenced => self.fenced(),
            Some(job) if job.waited_ms < PATIENCE_MS => {
                let ask = Ask::wait(&mut self.wire, self.pipes, Want::Fence, TURN_MS);
                self.phase = Phase::Turn(ask);
            }
            _ => self.failed(PrinterFault::NoAnswer),
        }
    }

    /// The printer has dealt with everything that was sent.
    pub(super) fn fenced(&mut self) {
        let Some(job) = &mut self.job else { return self.idle() };
        job.fenced();
        if job.step == Step::Cutting {
            job.step = Step::Settling;
            self.wait_ms = Some(job.settle_ms());
            self.phase = Phase::Resting;
        } else {
            self.look(Why::Between);
        }
    }

    pub(super) fn next_band(&mut self) {
        let Some(job) = &mut self.job else { return self.idle() };
        if job.is_stopped {
            return self.failed(PrinterFault::Stopped);
        }
        let bytes = match job.next_band() {
            Some(band) => {
                job.step = Step::Band;
                band
            }
            None => {
                job.step = Step::Cutting;
                command::CUT.to_vec()
            }
        };
        self.in_turn(bytes);
    }

    /// The report ends, if there is one.
    pub(super) fn end(&mut self, how: Result<(), PrinterFault>) {
        if self.job.take().is_some() {
            self.events.push_back(match how {
                Ok(()) => Event::Printed(self.roll),
                Err(fault) => Event::NotPrinted(fault),
            });
        }
    }

    /// The report breaks off, and the wire still works: the printer says when it is well again.
    pub(super) fn failed(&mut self, fault: PrinterFault) {
        self.end(Err(fault));
        self.is_in_step = false;
        match fault {
            PrinterFault::Unsupported => self.give_up(fault),
            PrinterFault::Stopped => self.look(Why::Watch),
            fault if is_curable(fault) => {
                self.fault = Some(fault);
                self.idle();
            }
            fault => self.reopen(fault),
        }
    }

    /// Host and printer are out of step.
    pub(super) fn broken(&mut self, fault: PrinterFault) {
        if fault == PrinterFault::Gone { self.gone() } else { self.reopen(fault) }
    }

    pub(super) fn reopen(&mut self, fault: PrinterFault) {
        self.end(Err(fault));
        self.attempts += 1;
        if self.attempts > MAX_ATTEMPTS { self.give_up(fault) } else { self.open() }
    }

    pub(super) fn give_up(&mut self, fault: PrinterFault) {
        self.end(Err(fault));
        self.wire.forget();
        self.is_in_step = false;
        self.wait_ms = None;
        self.fault = Some(fault);
        self.phase = Phase::Stopped;
    }
}
