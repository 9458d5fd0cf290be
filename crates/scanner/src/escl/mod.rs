//! Scanners that speak eSCL, the driverless scanning of the Mopria Alliance, as HTTP over the bulk pairs of
//! IPP over USB.
//!
//! A sheet is a job of its own: `POST ScanJobs`, `NextDocument` until the device has no more, `DELETE`. It
//! counts only if exactly the images of one sheet came, the device says that there are no more, and the
//! job's end was confirmed. Nothing of a job that broke off is ever taken for another: whenever a pair may
//! be out of step the device is reset and its pairs are emptied before anything is asked, and no new job
//! begins before the device has confirmed that the old one is gone and says that it is idle.

mod capabilities;
mod driver;
mod http;
mod pair;
mod sheet;
mod status;
mod xml;

use capabilities::Feeder;
use http::{Head, MAX_TEXT_BYTES};
use pair::{Pair, Question, Twice};
use sheet::{End, Settling, Sheet};
use status::Paper;

use urna_usb::{OpenFault, Opening, Pipes, Progress, Wire};

use crate::outbox::Outbox;
use crate::{ScannerFault, Settings};

/// Between two looks at the feeder, in milliseconds.
const LOOK_MS: u32 = 400;
/// For an answer that is no picture, in milliseconds.
const ANSWER_MS: u32 = 10_000;
/// After how long a device that is not idle and has no job of ours is a trouble, in milliseconds.
const BUSY_MS: u32 = 60_000;
/// How often in a row the device is taken anew before a person must help.
const MAX_OPENINGS: u32 = 3;
/// Pause after "busy", in milliseconds, if the device names none; and the longest that it may name.
const RETRY_MS: u32 = 1_000;
const MAX_RETRY_MS: u32 = 10_000;
/// How often a question is asked again after "busy".
const MAX_RETRIES: u32 = 10;
/// Devices that hang when more than one of their pairs is used (quirks of ipp-usb).
const ONE_PAIR: [&str; 1] = ["ScanJet Pro 4500 fn1"];
/// Epson, whose devices want to see a port.
const EPSON: u16 = 0x04b8;

/// The driver.
pub struct Escl {
    settings: Settings,
    configuration: u8,
    host: &'static str,
    pipes: Vec<Pipes>,
    wire: Wire,
    lines: Vec<Line>,
    outbox: Outbox,
    feeder: Option<Feeder>,
    phase: Phase,
    announced: bool,
    openings: u32,
    /// The job whose end the device has not confirmed.
    unsettled: Option<String>,
    /// A job was sent and its answer is lost: perhaps the device works on one whose path is unknown.
    orphan: bool,
}

/// A pair and what was asked on it.
struct Line {
    pair: Pair,
    asked: Asked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asked {
    Capabilities,
    Look,
    Post,
    Next,
    Check,
    Delete,
}

enum Phase {
    Off,
    Opening(Opening),
    /// For the capabilities, after a pause.
    Asking {
        wait_ms: u32,
        retries: u32,
    },
    Watching(Watching),
    Sheet(Sheet),
    Settling(Settling),
    Broken,
}

struct Watching {
    wait_ms: u32,
    seen: Seen,
    busy_ms: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Empty,
    Ready,
}

impl Escl {
    /// A driver for a device with these pairs. It does nothing before [`Scanner::connect`].
    pub(crate) fn new(vendor: u16, configuration: u8, pipes: &[Pipes], settings: Settings) -> Self {
        Self {
            settings,
            configuration,
            host: if vendor == EPSON { "localhost:80" } else { "localhost" },
            // One for pictures, one for what is asked meanwhile.
            pipes: pipes.iter().take(2).copied().collect(),
            wire: Wire::default(),
            lines: Vec::new(),
            outbox: Outbox::default(),
            feeder: None,
            phase: Phase::Off,
            announced: false,
            openings: 0,
            unsettled: None,
            orphan: false,
        }
    }

    fn open(&mut self) {
        self.lose_answer();
        let pair = |pipes: &Pipes| Line { pair: Pair::new(*pipes), asked: Asked::Capabilities };
        self.lines = self.pipes.iter().map(pair).collect();
        let opening = Opening::begin(&mut self.wire, self.configuration, &self.pipes);
        self.phase = Phase::Opening(opening);
    }

    fn progress(&mut self, progress: Progress) {
        match progress {
            Progress::Going => {}
            Progress::Open => self.phase = Phase::Asking { wait_ms: 0, retries: 0 },
            Progress::Failed(OpenFault::InUse) => self.give_up(ScannerFault::InUse),
            Progress::Failed(fault) => self.reopen(crate::fault_of(fault)),
        }
    }

    /// Whatever was asked is not waited for any more.
    fn lose_answer(&mut self) {
        self.orphan |= matches!(&self.phase, Phase::Sheet(sheet) if sheet.is_posting());
    }

    /// A pair may be out of step: the sheet that moves is void, and the device is taken anew.
    fn reopen(&mut self, fault: ScannerFault) {
        self.lose_answer();
        match std::mem::replace(&mut self.phase, Phase::Off) {
            Phase::Settling(Settling { end: End::None(why), .. }) => self.outbox.none(why),
            _ if self.outbox.moving() => self.outbox.fail(fault),
            _ => {}
        }
        self.openings += 1;
        if self.openings > MAX_OPENINGS { self.give_up(fault) } else { self.open() }
    }

    /// A person must help first.
    fn give_up(&mut self, fault: ScannerFault) {
        self.wire.forget();
        self.lines.iter_mut().for_each(|line| line.pair.reset());
        self.phase = Phase::Broken;
        self.outbox.fail(fault);
    }

    fn gone(&mut self) {
        self.lose_answer();
        self.wire.forget();
        self.lines.clear();
        self.phase = Phase::Off;
        self.outbox.gone();
    }

    /// The pair for what is asked beside pictures.
    fn control(&self) -> usize {
        self.lines.len().saturating_sub(1)
    }

    fn is_idle(&self, line: usize) -> bool {
        self.lines.get(line).is_some_and(|line| line.pair.is_idle())
    }

    fn ask(&mut self, line: usize, asked: Asked, method: &str, path: &str, question: Form) {
        let host = self.host;
        let mut bytes = format!("{method} {path} HTTP/1.1\r\nHost: {host}\r\n");
        if let Some(body) = &question.body {
            let length = body.len();
            bytes.push_str(&format!(
                "Content-Type: text/xml\r\nContent-Length: {length}\r\n\r\n{body}"
            ));
        } else {
            bytes.push_str("\r\n");
        }
        if let Some(line) = self.lines.get_mut(line) {
            line.asked = asked;
            let Form { most, deadline_ms, twice, .. } = question;
            let bytes = bytes.into_bytes();
            line.pair.ask(&mut self.wire, Question { bytes, most, deadline_ms, twice });
        }
    }

    /// Asks what is due, where the pair is free.
    fn act(&mut self) {
        // A job that is settled leads to watching, so this comes first.
        match &self.phase {
            Phase::Sheet(_) => self.act_sheet(),
            Phase::Settling(_) => self.act_settling(),
            _ => {}
        }
        let control = self.control();
        match &self.phase {
            Phase::Asking { wait_ms: 0, .. } if self.is_idle(0) => {
                let path = "/eSCL/ScannerCapabilities";
                self.ask(0, Asked::Capabilities, "GET", path, Form::look());
            }
            Phase::Watching(Watching { wait_ms: 0, .. }) if self.is_idle(control) => {
                self.ask(control, Asked::Look, "GET", "/eSCL/ScannerStatus", Form::look());
            }
            _ => {}
        }
    }

    fn answered(&mut self, line: usize, head: &Head, body: Vec<u8>) {
        let Some(asked) = self.lines.get(line).map(|line| line.asked) else { return };
        match asked {
            Asked::Capabilities => self.capabilities_came(head, &body),
            Asked::Look => self.look_came(head, &body),
            Asked::Post => self.post_came(head),
            Asked::Next => self.next_came(head, body),
            Asked::Check => self.check_came(head, &body),
            Asked::Delete => self.delete_came(head),
        }
    }

    fn capabilities_came(&mut self, head: &Head, body: &[u8]) {
        let Phase::Asking { retries, .. } = self.phase else { return };
        match head.status {
            200 => {}
            503 if retries < MAX_RETRIES => {
                self.phase = Phase::Asking { wait_ms: pause(head), retries: retries + 1 };
                return;
            }
            503 => return self.give_up(ScannerFault::Busy),
            // A printer without a scanner.
            404 => return self.give_up(ScannerFault::Unsupported),
            _ => return self.reopen(ScannerFault::Protocol),
        }
        let read = capabilities::read(body).and_then(|feeder| {
            let dpi = feeder.dpi(self.settings);
            dpi.map(|_| feeder).ok_or(ScannerFault::Unsupported)
        });
        match read {
            Ok(feeder) => self.connected(feeder),
            Err(fault @ ScannerFault::Unsupported) => self.give_up(fault),
            Err(fault) => self.reopen(fault),
        }
    }

    fn connected(&mut self, feeder: Feeder) {
        if ONE_PAIR.iter().any(|name| feeder.info.name.contains(name)) {
            self.pipes.truncate(1);
            self.lines.truncate(1);
        }
        self.feeder = Some(feeder);
        if !std::mem::replace(&mut self.announced, true) {
            self.outbox.connected();
        }
        self.phase = match self.unsettled.clone() {
            Some(job) => Phase::Settling(Settling::new(job, End::Told)),
            None => watch(Seen::Nothing),
        };
    }

    fn look_came(&mut self, head: &Head, body: &[u8]) {
        let status = match head.status {
            200 => match status::read(body) {
                Some(status) => Some(status),
                None => return self.reopen(ScannerFault::Protocol),
            },
            503 => None,
            _ => return self.reopen(ScannerFault::Protocol),
        };
        match (&mut self.phase, &status) {
            (Phase::Watching(_), Some(status)) if self.orphan && status.working().is_some() => {
                self.orphan = false;
                self.unsettled = status.working().map(str::to_owned);
                if let Some(job) = self.unsettled.clone() {
                    self.phase = Phase::Settling(Settling::new(job, End::Told));
                }
            }
            (Phase::Watching(watching), Some(status)) => {
                self.openings = 0;
                self.orphan &= !status.idle;
                watching.wait_ms = LOOK_MS;
                watching.seen = match status.paper {
                    Paper::Fault(_) => Seen::Empty,
                    _ if !status.idle => Seen::Nothing,
                    Paper::Empty => Seen::Empty,
                    Paper::Loaded | Paper::Unknown => Seen::Ready,
                };
                if watching.seen != Seen::Nothing {
                    watching.busy_ms = 0;
                }
                if let Paper::Fault(fault) = status.paper {
                    self.outbox_trouble(fault);
                }
            }
            (Phase::Watching(watching), None) => {
                watching.wait_ms = pause(head);
                watching.seen = Seen::Nothing;
            }
            // Only what stops the sheet: whether it is done, the check after the last image says.
            (Phase::Sheet(_), Some(status)) => {
                if let Paper::Fault(fault) = status.paper {
                    self.fail_sheet(fault);
                }
            }
            _ => {}
        }
    }

    /// While a fault waits for a person it is not said again.
    fn outbox_trouble(&mut self, fault: ScannerFault) {
        if self.outbox.fault().is_none() {
            self.outbox.fail(fault);
        }
    }
}

/// How a question is asked.
struct Form {
    body: Option<String>,
    most: usize,
    deadline_ms: u32,
    twice: Twice,
}

impl Form {
    fn look() -> Self {
        Self { body: None, most: MAX_TEXT_BYTES, deadline_ms: ANSWER_MS, twice: Twice::Same }
    }
}

fn watch(seen: Seen) -> Phase {
    Phase::Watching(Watching { wait_ms: 0, seen, busy_ms: 0 })
}

/// How long to wait before asking a busy device again, in milliseconds.
fn pause(head: &Head) -> u32 {
    let named = head.retry_after_s.map(|seconds| seconds.saturating_mul(1_000));
    named.map_or(RETRY_MS, |ms| ms.clamp(RETRY_MS / 2, MAX_RETRY_MS))
}
