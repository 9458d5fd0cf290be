//! Looking at the printer: its status, bringing it in step, its name.

use super::{AT_ONCE_MS, GET_PORT_STATUS, LOOK_MS, Look, MAX_ROUNDS, Phase, Printer, TURN_MS, Why};
use crate::ask::{Answer, Ask, Want};
use crate::command::{self, Text};
use crate::device_id::{self};
use crate::job::Step;
use crate::status::{KINDS, Status, is_offline};
use crate::{Event, PrinterFault};

impl Printer {
    pub(super) fn look(&mut self, why: Why) {
        let ask = self.ask_status(1);
        self.wait_ms = None;
        self.phase = Phase::Looking { ask, look: Look { why, seen: 0, status: Status::default() } };
    }

    pub(super) fn ask_status(&mut self, kind: u8) -> Ask {
        let (bytes, times) = (command::status(kind).to_vec(), (AT_ONCE_MS, AT_ONCE_MS));
        Ask::send(&mut self.wire, self.pipes, bytes, Want::Status, times)
    }

    pub(super) fn looked(&mut self, mut look: Look, answer: Answer) {
        let (byte, fences) = match answer {
            Answer::Status(byte, fences) => (byte, fences),
            Answer::Broken(fault) => return self.broken(fault),
            // Not even that gets through: the port has a word of its own.
            _ => {
                let fault = match look.why {
                    Why::Cause(fault) => fault,
                    _ => PrinterFault::NoAnswer,
                };
                let id = self.class(GET_PORT_STATUS, u16::from(self.pipes.interface), 1);
                self.phase = Phase::Port { id, fault };
                return;
            }
        };
        self.stray_fences(look.why, fences);
        if let Some(kept) = look.status.bytes.get_mut(usize::from(look.seen)) {
            *kept = byte;
        }
        look.seen += 1;
        if look.why == Why::Between {
            if !is_offline(byte) {
                return self.next_band();
            }
            look.why = Why::Cause(PrinterFault::Offline);
        }
        if look.seen < KINDS {
            let ask = self.ask_status(look.seen + 1);
            self.phase = Phase::Looking { ask, look };
        } else {
            self.seen(look.why, look.status);
        }
    }

    /// Answers in their turn that came before one at once: the one that is waited for, or some of before.
    pub(super) fn stray_fences(&mut self, why: Why, fences: u8) {
        match (&mut self.job, why) {
            (Some(job), Why::Late) if fences == 1 && !job.is_fenced => job.is_fenced = true,
            _ => self.is_in_step &= fences == 0,
        }
    }

    /// All four kinds were answered.
    pub(super) fn seen(&mut self, why: Why, status: Status) {
        self.roll = status.roll();
        match (why, status.fault()) {
            (Why::Watch, None) if !self.is_in_step => self.sync(0),
            (Why::Watch, None) => self.well(),
            (Why::Watch, Some(fault)) => self.unwell(fault),
            // What came of a report that it does not answer for any more is void.
            (Why::After, None) if self.is_in_step => {
                self.attempts = 0;
                self.is_torn = false;
                self.end(Ok(()));
                self.idle();
            }
            (Why::After, None) => self.broken(PrinterFault::Protocol),
            (Why::Late, None) => self.wait_on(),
            (Why::Between, None) => self.next_band(),
            (Why::Cause(fault), None)
            | (Why::Late | Why::Between | Why::Cause(_) | Why::After, Some(fault)) => {
                self.failed(fault);
            }
        }
    }

    /// Nothing keeps it from printing.
    pub(super) fn well(&mut self) {
        self.fault = None;
        match &mut self.job {
            Some(job) if job.is_stopped => self.failed(PrinterFault::Stopped),
            Some(job) => {
                job.step = Step::Beginning;
                let mut bytes = command::INITIALISE.to_vec();
                if std::mem::replace(&mut self.is_torn, true) {
                    bytes.extend(command::CUT);
                }
                self.in_turn(bytes);
            }
            None => self.idle(),
        }
    }

    /// Something does that a person can put right.
    pub(super) fn unwell(&mut self, fault: PrinterFault) {
        self.end(Err(fault));
        self.fault = Some(fault);
        self.idle();
    }

    pub(super) fn idle(&mut self) {
        self.wait_ms = Some(LOOK_MS);
        self.phase = Phase::Idle;
    }

    /// Completes what may be left half sent, and asks for answers until just the one comes that was asked for.
    pub(super) fn sync(&mut self, round: u8) {
        let mut bytes = Vec::new();
        if round == 0 {
            bytes.extend(command::flush());
            bytes.extend(command::INITIALISE);
        }
        bytes.extend(command::FENCE);
        let times = (TURN_MS, TURN_MS);
        let ask = Ask::send(&mut self.wire, self.pipes, bytes, Want::Fences, times);
        self.phase = Phase::Syncing { ask, round };
    }

    pub(super) fn synced(&mut self, round: u8, answer: Answer) {
        match answer {
            Answer::Fences(1) if round > 0 => {
                self.is_in_step = true;
                self.is_proven = true;
                self.name();
            }
            Answer::Fences(_) if round < MAX_ROUNDS => self.sync(round + 1),
            Answer::Broken(fault) => self.broken(fault),
            // It says that it is well, and never answers in its turn: whether it prints can't be told.
            Answer::Silent if !self.is_proven => {
                self.look(Why::Cause(PrinterFault::Unsupported));
            }
            Answer::Silent => self.look(Why::Cause(PrinterFault::NoAnswer)),
            Answer::Stuck => self.look(Why::Cause(PrinterFault::NoAnswer)),
            _ => self.broken(PrinterFault::Protocol),
        }
    }

    /// Asks for what the device id did not say; once.
    pub(super) fn name(&mut self) {
        let is_nameless = self.info.get_or_insert_default().name.is_empty();
        match (std::mem::replace(&mut self.is_named, true), is_nameless) {
            (true, _) => self.connected(),
            (false, true) => self.ask_text(Text::Maker),
            (false, false) => self.ask_text(Text::Firmware),
        }
    }

    pub(super) fn ask_text(&mut self, which: Text) {
        let (bytes, times) = (command::text(which).to_vec(), (AT_ONCE_MS, AT_ONCE_MS));
        let ask = Ask::send(&mut self.wire, self.pipes, bytes, Want::Text, times);
        self.phase = Phase::Naming { ask, which };
    }

    pub(super) fn named(&mut self, which: Text, answer: Answer) {
        let text = match answer {
            Answer::Text(text) => text,
            // Many have no texts; what comes late would be taken for something else.
            Answer::Silent => return self.connected(),
            Answer::Broken(PrinterFault::Gone) => return self.broken(PrinterFault::Gone),
            _ => return self.broken(PrinterFault::Protocol),
        };
        let info = self.info.get_or_insert_default();
        let next = match which {
            Text::Maker => {
                info.name = text;
                Some(Text::Model)
            }
            Text::Model => {
                info.name = device_id::name(&info.name, &text);
                Some(Text::Firmware)
            }
            Text::Firmware => {
                info.firmware = text;
                Some(Text::Serial)
            }
            Text::Serial => {
                info.serial = text;
                None
            }
        };
        match next {
            Some(next) => self.ask_text(next),
            None => self.connected(),
        }
    }

    pub(super) fn connected(&mut self) {
        if !std::mem::replace(&mut self.is_announced, true) {
            self.events.push_back(Event::Connected);
        }
        self.well();
    }
}
