//! The machine: takes the printer, looks at it, prints bands, and believes only what it says afterwards.
//!
//! A report counts as printed only if the printer dealt with its last band and with the cut, and was well
//! after it. Whatever breaks off makes the report void; before the next one, host and printer are brought
//! back in step, and what came out is cut off.

mod report;
mod watch;

use std::collections::VecDeque;

use urna_receipt::Bitmap;
use urna_usb::{Completion, Machine, OpenFault, Opening, Pipes, Progress, Request, Transfer, Wire};

use crate::ask::{Answer, Ask};
use crate::command::Text;
use crate::device_id::{self, MAX_DEVICE_ID};
use crate::job::Job;
use crate::status::{Status, port_fault};
use crate::{Event, Info, PrinterFault, Roll, StartError, State};

/// Between two looks at a printer that has nothing to do, in milliseconds.
const LOOK_MS: u32 = 2_000;
/// For what is answered at once, in milliseconds.
const AT_ONCE_MS: u32 = 1_500;
/// For a band to be taken, and for the answer to come in its turn, in milliseconds. After it the printer is
/// asked why; a hot head pauses for longer.
const TURN_MS: u32 = 4_000;
/// For that answer in all, in milliseconds.
const PATIENCE_MS: u32 = 60_000;
/// A request of the printer's class, in milliseconds.
const CLASS_MS: u32 = 2_000;
/// How often the clock is looked at while a report is printed, in milliseconds.
const TICK_MS: u32 = 250;
/// Rounds until host and printer are in step.
const MAX_ROUNDS: u8 = 6;
/// Times that a printer is taken anew by itself in a row; then a person must help.
const MAX_ATTEMPTS: u8 = 3;

/// Requests of USB's printer class.
const GET_DEVICE_ID: u8 = 0;
const GET_PORT_STATUS: u8 = 1;

/// A receipt printer at the other end of a wire.
pub struct Printer {
    wire: Wire,
    configuration: u8,
    pipes: Pipes,
    phase: Phase,
    /// Until the next look or the end of a rest.
    wait_ms: Option<u32>,
    info: Option<Info>,
    events: VecDeque<Event>,
    job: Option<Job>,
    fault: Option<PrinterFault>,
    roll: Roll,
    /// Nothing of before is left in the printer, and its answers are those that are waited for.
    is_in_step: bool,
    /// Something of a report may hang out of the printer; after an earlier session too.
    is_torn: bool,
    /// The printer has answered in its turn once: it can.
    is_proven: bool,
    /// It was asked for its texts, and whoever waits was told that it is there.
    is_named: bool,
    is_announced: bool,
    attempts: u8,
}

enum Phase {
    /// Not taken.
    Off,
    Opening(Opening),
    DeviceId(u32),
    /// Its four kinds of status, one after another.
    Looking {
        ask: Ask,
        look: Look,
    },
    /// Bringing it in step.
    Syncing {
        ask: Ask,
        round: u8,
    },
    Naming {
        ask: Ask,
        which: Text,
    },
    /// Until the next look.
    Idle,
    /// An answer in its turn is waited for.
    Turn(Ask),
    /// After the cut.
    Resting,
    /// The port's status, when nothing else gets through.
    Port {
        id: u32,
        fault: PrinterFault,
    },
    /// A person must help.
    Stopped,
}

/// Why the printer is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Why {
    /// Whether it can print.
    Watch,
    /// Between two bands: whether it is offline.
    Between,
    /// It does not answer in its turn.
    Late,
    /// Something went wrong, and this is what it is if the printer has no word for it.
    Cause(PrinterFault),
    /// All is printed, as far as it says.
    After,
}

struct Look {
    why: Why,
    /// Kinds that were answered.
    seen: u8,
    status: Status,
}

impl Printer {
    pub(crate) fn new(configuration: u8, pipes: Pipes) -> Self {
        Printer {
            wire: Wire::default(),
            configuration,
            pipes,
            phase: Phase::Off,
            wait_ms: None,
            info: None,
            events: VecDeque::new(),
            job: None,
            fault: None,
            roll: Roll::Fine,
            is_in_step: false,
            is_torn: true,
            is_proven: false,
            is_named: false,
            is_announced: false,
            attempts: 0,
        }
    }

    /// Takes the printer, or takes it anew; for one that came back as well. A report that is being printed
    /// ends.
    pub fn connect(&mut self) {
        self.end(Err(PrinterFault::Gone));
        let (configuration, pipes) = (self.configuration, self.pipes);
        let (wire, events) = (std::mem::take(&mut self.wire), std::mem::take(&mut self.events));
        // Another printer may hang on the cable by now: what is known is of the former one.
        *self = Printer { wire, events, ..Printer::new(configuration, pipes) };
        self.open();
    }

    /// What it is, once it has said so.
    pub fn info(&self) -> Option<&Info> {
        self.info.as_ref()
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        match (&self.phase, &self.job, self.fault) {
            (Phase::Off, ..) => State::Disconnected,
            (_, Some(job), _) => {
                let (done, of) = job.progress();
                State::Printing { done, of }
            }
            (_, None, Some(fault)) => State::Faulted(fault),
            (_, None, None) if self.is_in_step && self.is_announced => State::Ready(self.roll),
            (_, None, None) => State::Connecting,
        }
    }

    /// Prints a report. It ends with exactly one of [`Event::Printed`] and [`Event::NotPrinted`].
    ///
    /// # Errors
    /// [`StartError`]; nothing was printed.
    pub fn print(&mut self, bitmap: Bitmap) -> Result<(), StartError> {
        match self.state() {
            State::Disconnected | State::Connecting => Err(StartError::NotConnected),
            State::Printing { .. } => Err(StartError::Busy),
            State::Faulted(fault) => Err(StartError::Faulted(fault)),
            State::Ready(_) if bitmap.height() == 0 => Err(StartError::Empty),
            State::Ready(_) => {
                self.job = Some(Job::new(bitmap));
                if matches!(self.phase, Phase::Idle) {
                    self.look(Why::Watch);
                }
                Ok(())
            }
        }
    }

    /// Gives up the report that is being printed. It is given up only when [`Event::NotPrinted`] says so.
    pub fn stop(&mut self) {
        if let Some(job) = &mut self.job {
            job.is_stopped = true;
        }
    }

    /// What happened next; `None` if nothing did.
    pub fn poll(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    fn open(&mut self) {
        self.is_in_step = false;
        self.fault = None;
        self.wait_ms = None;
        let opening = Opening::begin(&mut self.wire, self.configuration, &[self.pipes]);
        self.phase = Phase::Opening(opening);
    }

    fn opened(&mut self, progress: Progress) {
        match progress {
            Progress::Going => {}
            Progress::Open => {
                let Pipes { interface, alternate, .. } = self.pipes;
                let index = u16::from_be_bytes([interface, alternate]);
                self.phase = Phase::DeviceId(self.class(GET_DEVICE_ID, index, MAX_DEVICE_ID));
            }
            Progress::Failed(OpenFault::InUse) => self.give_up(PrinterFault::InUse),
            Progress::Failed(OpenFault::NoAnswer) => self.reopen(PrinterFault::NoAnswer),
            Progress::Failed(OpenFault::Protocol) => self.reopen(PrinterFault::Protocol),
        }
    }

    fn class(&mut self, request: u8, index: u16, length: u16) -> u32 {
        let interface = self.pipes.interface;
        self.wire.submit(CLASS_MS, Transfer::Ask { interface, request, value: 0, index, length })
    }

    /// The device id came, or there is none.
    fn identified(&mut self, end: &Completion) {
        let bytes: &[u8] = match end {
            Completion::Done(bytes) => bytes,
            _ => &[],
        };
        let id = device_id::read(bytes);
        if id.is_office_printer {
            return self.give_up(PrinterFault::Unsupported);
        }
        if self.info.is_none() && !id.name.is_empty() {
            self.info = Some(Info { name: id.name, ..Info::default() });
        }
        self.look(Why::Watch);
    }

    fn gone(&mut self) {
        self.end(Err(PrinterFault::Gone));
        self.wire.forget();
        self.is_in_step = false;
        self.is_announced = false;
        self.wait_ms = None;
        self.fault = None;
        self.phase = Phase::Off;
    }

    /// The port has answered, or can't.
    fn port_said(&mut self, fault: PrinterFault, end: &Completion) {
        let said = match end {
            Completion::Done(bytes) => bytes.first().copied().and_then(port_fault),
            _ => None,
        };
        self.end(Err(said.unwrap_or(fault)));
        self.is_in_step = false;
        match said {
            Some(_) => {
                self.fault = said;
                self.idle();
            }
            None => self.reopen(PrinterFault::NoAnswer),
        }
    }
}

impl Machine for Printer {
    fn request(&mut self) -> Option<Request> {
        self.wire.take()
    }

    fn completed(&mut self, id: u32, completion: Completion) {
        if !self.wire.landed(id) {
            return;
        }
        if completion == Completion::Gone {
            return self.gone();
        }
        match std::mem::replace(&mut self.phase, Phase::Idle) {
            Phase::Opening(mut opening) => {
                let progress = opening.completed(&mut self.wire, id, &completion);
                self.phase = Phase::Opening(opening);
                self.opened(progress);
            }
            Phase::DeviceId(asked) if asked == id => self.identified(&completion),
            Phase::Port { id: asked, fault } if asked == id => self.port_said(fault, &completion),
            Phase::Looking { mut ask, look } => {
                match ask.completed(&mut self.wire, id, completion) {
                    Answer::Pending => self.phase = Phase::Looking { ask, look },
                    answer => self.looked(look, answer),
                }
            }
            Phase::Syncing { mut ask, round } => {
                match ask.completed(&mut self.wire, id, completion) {
                    Answer::Pending => self.phase = Phase::Syncing { ask, round },
                    answer => self.synced(round, answer),
                }
            }
            Phase::Naming { mut ask, which } => {
                match ask.completed(&mut self.wire, id, completion) {
                    Answer::Pending => self.phase = Phase::Naming { ask, which },
                    answer => self.named(which, answer),
                }
            }
            Phase::Turn(mut ask) => match ask.completed(&mut self.wire, id, completion) {
                Answer::Pending => self.phase = Phase::Turn(ask),
                answer => self.turned(answer),
            },
            other => self.phase = other,
        }
    }

    fn elapsed(&mut self, ms: u32) {
        if let Some(job) = &mut self.job {
            job.elapsed(ms);
        }
        if let Phase::Opening(opening) = &mut self.phase {
            let progress = opening.elapsed(ms);
            return self.opened(progress);
        }
        let Some(left) = self.wait_ms else { return };
        self.wait_ms = Some(left.saturating_sub(ms)).filter(|left| *left > 0);
        if self.wait_ms.is_none() {
            match self.phase {
                Phase::Resting => self.look(Why::After),
                Phase::Idle => self.look(Why::Watch),
                _ => {}
            }
        }
    }

    fn due(&self) -> Option<u32> {
        let opening = match &self.phase {
            Phase::Opening(opening) => Some(opening.due()),
            _ => None,
        };
        let tick = self.job.as_ref().map(|_| TICK_MS);
        [opening, self.wait_ms, tick].into_iter().flatten().min()
    }
}
