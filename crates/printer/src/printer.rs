//! The machine: takes the printer, looks at it, prints bands, and believes only what it says afterwards.
//!
//! A report counts as printed only if the printer dealt with its last band and with the cut, and was well
//! after it. Whatever breaks off makes the report void; before the next one, host and printer are brought
//! back in step, and what came out is cut off.

use std::collections::VecDeque;

use urna_receipt::Bitmap;
use urna_usb::{Completion, Machine, OpenFault, Opening, Pipes, Progress, Request, Transfer, Wire};

use crate::ask::{Answer, Ask, Want};
use crate::command::{self, Text};
use crate::device_id::{self, MAX_DEVICE_ID};
use crate::job::{Job, Step};
use crate::status::{KINDS, Status, fence_paper_out, is_offline, port_fault};
use crate::{Event, Info, PrinterFault, Roll, StartError, State, is_curable};

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

    fn look(&mut self, why: Why) {
        let ask = self.ask_status(1);
        self.wait_ms = None;
        self.phase = Phase::Looking { ask, look: Look { why, seen: 0, status: Status::default() } };
    }

    fn ask_status(&mut self, kind: u8) -> Ask {
        let (bytes, times) = (command::status(kind).to_vec(), (AT_ONCE_MS, AT_ONCE_MS));
        Ask::send(&mut self.wire, self.pipes, bytes, Want::Status, times)
    }

    fn looked(&mut self, mut look: Look, answer: Answer) {
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
    fn stray_fences(&mut self, why: Why, fences: u8) {
        match (&mut self.job, why) {
            (Some(job), Why::Late) if fences == 1 && !job.is_fenced => job.is_fenced = true,
            _ => self.is_in_step &= fences == 0,
        }
    }

    /// All four kinds were answered.
    fn seen(&mut self, why: Why, status: Status) {
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
    fn well(&mut self) {
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
    fn unwell(&mut self, fault: PrinterFault) {
        self.end(Err(fault));
        self.fault = Some(fault);
        self.idle();
    }

    fn idle(&mut self) {
        self.wait_ms = Some(LOOK_MS);
        self.phase = Phase::Idle;
    }

    /// Completes what may be left half sent, and asks for answers until just the one comes that was asked for.
    fn sync(&mut self, round: u8) {
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

    fn synced(&mut self, round: u8, answer: Answer) {
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
    fn name(&mut self) {
        let is_nameless = self.info.get_or_insert_default().name.is_empty();
        match (std::mem::replace(&mut self.is_named, true), is_nameless) {
            (true, _) => self.connected(),
            (false, true) => self.ask_text(Text::Maker),
            (false, false) => self.ask_text(Text::Firmware),
        }
    }

    fn ask_text(&mut self, which: Text) {
        let (bytes, times) = (command::text(which).to_vec(), (AT_ONCE_MS, AT_ONCE_MS));
        let ask = Ask::send(&mut self.wire, self.pipes, bytes, Want::Text, times);
        self.phase = Phase::Naming { ask, which };
    }

    fn named(&mut self, which: Text, answer: Answer) {
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

    fn connected(&mut self) {
        if !std::mem::replace(&mut self.is_announced, true) {
            self.events.push_back(Event::Connected);
        }
        self.well();
    }

    /// Sends bytes, and asks for an answer when they are dealt with.
    fn in_turn(&mut self, mut bytes: Vec<u8>) {
        bytes.extend(command::FENCE);
        if let Some(job) = &mut self.job {
            job.waited_ms = 0;
        }
        let times = (TURN_MS, TURN_MS);
        self.phase = Phase::Turn(Ask::send(&mut self.wire, self.pipes, bytes, Want::Fence, times));
    }

    fn turned(&mut self, answer: Answer) {
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
    fn wait_on(&mut self) {
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
    fn fenced(&mut self) {
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

    fn next_band(&mut self) {
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
    fn end(&mut self, how: Result<(), PrinterFault>) {
        if self.job.take().is_some() {
            self.events.push_back(match how {
                Ok(()) => Event::Printed(self.roll),
                Err(fault) => Event::NotPrinted(fault),
            });
        }
    }

    /// The report breaks off, and the wire still works: the printer says when it is well again.
    fn failed(&mut self, fault: PrinterFault) {
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
    fn broken(&mut self, fault: PrinterFault) {
        if fault == PrinterFault::Gone { self.gone() } else { self.reopen(fault) }
    }

    fn reopen(&mut self, fault: PrinterFault) {
        self.end(Err(fault));
        self.attempts += 1;
        if self.attempts > MAX_ATTEMPTS { self.give_up(fault) } else { self.open() }
    }

    fn give_up(&mut self, fault: PrinterFault) {
        self.end(Err(fault));
        self.wire.forget();
        self.is_in_step = false;
        self.wait_ms = None;
        self.fault = Some(fault);
        self.phase = Phase::Stopped;
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
