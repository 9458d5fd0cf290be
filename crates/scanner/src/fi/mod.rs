//! Fujitsu's and Ricoh's fi-series and ScanSnap scanners: SCSI commands in an envelope over one bulk pair.
//!
//! Prefetching is off, so that the image that comes is of the sheet that moves; the next sheet waits in the
//! hopper until it is asked for. A sheet counts only if both its sides came to their ends and the device
//! noticed no double feed. Whenever host and device may be out of step the device is reset, its pipe is
//! emptied, and whatever was under way is void.

mod command;
mod device;
mod driver;
mod sense;
mod sheet;
mod transaction;

use command::Command;
use device::{Area, Features, Identity};
use sense::Verdict;
use sheet::Sheet;
use transaction::{Ended, Transaction};

use urna_usb::{OpenFault, Opening, Pipes, Progress, Wire};

use crate::outbox::Outbox;
use crate::{NoSheet, ScannerFault, Settings};

/// For one command with its data, in milliseconds.
const COMMAND_MS: u32 = 30_000;
/// For a command that only wakes the device, in milliseconds.
const WAKE_MS: u32 = 2_000;
/// How often it is woken.
const MAX_WAKES: u32 = 3;
/// Between two looks at the hopper, in milliseconds.
const LOOK_MS: u32 = 300;
/// Pause after "busy", in milliseconds, and how often in a row it is believed: a minute, as a lamp takes.
const BUSY_MS: u32 = 100;
const MAX_BUSY: u32 = 600;
/// How often in a row the device is taken anew before a person must help.
const MAX_OPENINGS: u32 = 3;
/// How often in a row a device that lost its settings is set up again.
const MAX_SETUPS: u32 = 3;

/// The driver.
pub struct Fi {
    settings: Settings,
    configuration: u8,
    pipes: Pipes,
    wire: Wire,
    outbox: Outbox,
    identity: Option<Identity>,
    features: Option<Features>,
    area: Option<Area>,
    phase: Phase,
    run: Option<Transaction>,
    /// Data of the command whose sense data is being asked for.
    checked: Option<Vec<u8>>,
    sheet: Option<Sheet>,
    seen: Seen,
    wait_ms: u32,
    tries: u32,
    setups: u32,
    announced: bool,
    openings: u32,
}

enum Phase {
    Off,
    Opening(Opening),
    Doing(Step),
    Broken,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Seen {
    Nothing,
    Empty,
    Ready,
}

/// What the command that is under way is for, or the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Wake,
    Inquiry,
    Features,
    AskSerial,
    ReadSerial,
    Buffering,
    DoubleFeed,
    Prepick,
    Window,
    Lamp,
    Look,
    Hopper,
    Feed,
    Fed,
    Scan,
    Size(usize),
    Ready(usize),
    Read(usize),
    Sensors,
    /// The scan is to be ended; then, until the device is ready, that is said of the sheet.
    Stop(Option<NoSheet>),
    Stopping(Option<NoSheet>),
}

impl Fi {
    /// A driver for a device with that pair. It does nothing before [`Scanner::connect`].
    pub(crate) fn new(configuration: u8, pipes: Pipes, settings: Settings) -> Self {
        Self {
            settings,
            configuration,
            pipes,
            wire: Wire::default(),
            outbox: Outbox::default(),
            identity: None,
            features: None,
            area: None,
            phase: Phase::Off,
            run: None,
            checked: None,
            sheet: None,
            seen: Seen::Nothing,
            wait_ms: 0,
            tries: 0,
            setups: 0,
            announced: false,
            openings: 0,
        }
    }

    fn open(&mut self) {
        self.leave();
        let opening = Opening::begin(&mut self.wire, self.configuration, &[self.pipes]);
        self.phase = Phase::Opening(opening);
    }

    /// Nothing that was under way is waited for any more.
    fn leave(&mut self) {
        self.wire.forget();
        self.run = None;
        self.checked = None;
        self.sheet = None;
        self.seen = Seen::Nothing;
        self.wait_ms = 0;
        self.tries = 0;
    }

    fn progress(&mut self, progress: Progress) {
        match progress {
            Progress::Going => {}
            Progress::Open => self.step(Step::Wake),
            Progress::Failed(OpenFault::InUse) => self.give_up(ScannerFault::InUse),
            Progress::Failed(fault) => self.reopen(crate::fault_of(fault)),
        }
    }

    fn step(&mut self, step: Step) {
        self.phase = Phase::Doing(step);
        self.wait_ms = 0;
        self.tries = 0;
    }

    /// Out of step: the sheet that moves is void, and the device is taken anew.
    fn reopen(&mut self, fault: ScannerFault) {
        if let Phase::Doing(Step::Stop(Some(why)) | Step::Stopping(Some(why))) = self.phase {
            self.outbox.none(why);
        }
        if self.outbox.moving() {
            self.outbox.fail(fault);
        }
        self.openings += 1;
        if self.openings > MAX_OPENINGS { self.give_up(fault) } else { self.open() }
    }

    /// A person must help first.
    fn give_up(&mut self, fault: ScannerFault) {
        self.leave();
        self.phase = Phase::Broken;
        self.outbox.fail(fault);
    }

    fn gone(&mut self) {
        self.leave();
        self.phase = Phase::Off;
        self.outbox.gone();
    }

    /// Sends what is due. Steps that the device does not know are passed over.
    fn act(&mut self) {
        while let Phase::Doing(step) = self.phase {
            if self.run.is_some() || self.wait_ms > 0 {
                return;
            }
            let deadline_ms = if step == Step::Wake { WAKE_MS } else { COMMAND_MS };
            match self.command(step) {
                Some(command) => {
                    let run = Transaction::begin(&mut self.wire, self.pipes, command, deadline_ms);
                    self.run = Some(run);
                }
                None => self.verdict(step, Verdict::Refused, &[]),
            }
        }
    }

    fn command(&self, step: Step) -> Option<Command> {
        let has = |can: fn(&Features) -> bool| self.features.as_ref().is_some_and(can);
        let page = |page| has(|can| can.mode_select).then(|| command::mode_select(page));
        match step {
            Step::Wake | Step::Fed | Step::Stopping(_) => Some(command::test_unit_ready()),
            Step::Inquiry => Some(command::inquiry()),
            Step::Features => Some(command::features()),
            Step::AskSerial => has(|can| can.diagnostics).then(command::ask_serial),
            Step::ReadSerial => Some(command::read_serial()),
            Step::Buffering => page(command::NO_BUFFERING),
            Step::DoubleFeed => page(command::STOP_AT_DOUBLE_FEED),
            Step::Prepick if self.identity.as_ref().is_some_and(|device| !device.prepick) => None,
            Step::Prepick => page(command::NO_PREPICK),
            Step::Window => {
                let duplex = has(|can| can.can.duplex);
                Some(command::set_window(self.area?.windows(duplex)))
            }
            Step::Lamp => has(|can| can.scanner_control).then(command::lamp_on),
            Step::Look | Step::Hopper | Step::Sensors => {
                has(|can| can.hardware_status).then(command::hardware_status)
            }
            Step::Feed => has(|can| can.object_position).then(command::feed),
            Step::Stop(_) => has(|can| can.scanner_control).then(command::stop),
            Step::Scan | Step::Size(_) | Step::Ready(_) | Step::Read(_) => self.sheet_command(step),
        }
    }

    /// What a command's end means for its step.
    fn verdict(&mut self, step: Step, verdict: Verdict, data: &[u8]) {
        if self.cancels(step) {
            return self.step(Step::Stop(Some(NoSheet::Cancelled)));
        }
        if verdict == Verdict::Busy && step != Step::Wake {
            self.tries += 1;
            self.wait_ms = BUSY_MS;
            if self.tries > MAX_BUSY {
                self.fault(ScannerFault::Busy);
            }
            return;
        }
        match step {
            Step::Wake => self.woken(verdict),
            Step::Inquiry | Step::Features => self.identified(step, verdict, data),
            Step::AskSerial => match verdict {
                Verdict::Good { .. } => self.step(Step::ReadSerial),
                _ => self.step(Step::Buffering),
            },
            Step::ReadSerial => {
                if let (Verdict::Good { .. }, Some(identity)) = (verdict, &mut self.identity) {
                    identity.info.serial = device::serial(data).unwrap_or_default();
                }
                self.step(Step::Buffering);
            }
            Step::Buffering | Step::DoubleFeed | Step::Prepick | Step::Window | Step::Lamp => {
                self.set_up(step, verdict);
            }
            Step::Look => self.looked(verdict, data),
            Step::Stop(why) => self.step(Step::Stopping(why)),
            Step::Stopping(why) => match verdict {
                // The answer to the stop, and what stopped it before.
                Verdict::Stopped | Verdict::Attention if self.tries < MAX_BUSY => {
                    self.setups += u32::from(verdict == Verdict::Attention);
                    self.tries += 1;
                    self.wait_ms = BUSY_MS;
                }
                _ => {
                    if let Some(why) = why {
                        self.outbox.none(why);
                    }
                    // Settings that were lost meanwhile are made again before the next sheet.
                    self.step(if self.setups > 0 { Step::Buffering } else { Step::Look });
                }
            },
            _ => self.sheet_verdict(step, verdict, data),
        }
    }

    /// The device is in step; whatever moves is void, and the scan is ended.
    fn fault(&mut self, fault: ScannerFault) {
        if self.outbox.moving() || self.outbox.fault().is_none() {
            self.outbox.fail(fault);
        }
        self.sheet = None;
        self.seen = Seen::Nothing;
        self.step(Step::Stop(None));
    }

    fn woken(&mut self, verdict: Verdict) {
        self.tries += 1;
        if matches!(verdict, Verdict::Good { .. }) || self.tries >= MAX_WAKES {
            self.step(Step::Inquiry);
        } else {
            self.wait_ms = BUSY_MS;
        }
    }

    fn identified(&mut self, step: Step, verdict: Verdict, data: &[u8]) {
        match verdict {
            Verdict::Good { .. } => {}
            Verdict::Attention if self.tries < MAX_WAKES => {
                self.tries += 1;
                self.wait_ms = BUSY_MS;
                return;
            }
            // Only a scanner of this kind knows that page.
            Verdict::Refused => return self.give_up(ScannerFault::Unsupported),
            _ => return self.reopen(ScannerFault::Protocol),
        }
        let read = if step == Step::Inquiry {
            device::identity(data).map(|identity| {
                self.identity = Some(identity);
                self.step(Step::Features);
            })
        } else {
            device::features(data).and_then(|features| {
                let area = Area::of(&features, self.settings).ok_or(ScannerFault::Unsupported)?;
                self.area = Some(area);
                self.features = Some(features);
                self.step(Step::AskSerial);
                Ok(())
            })
        };
        match read {
            Ok(()) => {}
            Err(fault @ ScannerFault::Unsupported) => self.give_up(fault),
            Err(fault) => self.reopen(fault),
        }
    }

    fn set_up(&mut self, step: Step, verdict: Verdict) {
        if verdict == Verdict::Attention {
            return self.set_up_again();
        }
        match step {
            Step::Buffering => self.step(Step::DoubleFeed),
            Step::DoubleFeed => {
                if let (Verdict::Refused, Some(features)) = (verdict, &mut self.features) {
                    features.can.detects_double_feed = false;
                }
                self.step(Step::Prepick);
            }
            Step::Prepick => self.step(Step::Window),
            Step::Window => match verdict {
                Verdict::Good { .. } => self.step(Step::Lamp),
                Verdict::Refused => self.give_up(ScannerFault::Unsupported),
                _ => self.reopen(ScannerFault::Protocol),
            },
            _ => {
                if !std::mem::replace(&mut self.announced, true) {
                    self.outbox.connected();
                }
                self.step(if self.sheet.is_some() { Step::Hopper } else { Step::Look });
            }
        }
    }

    /// The device was reset or has slept: what was set may be lost, double feeds among it.
    fn set_up_again(&mut self) {
        self.setups += 1;
        if self.setups > MAX_SETUPS {
            self.reopen(ScannerFault::Protocol);
        } else {
            self.step(Step::Buffering);
        }
    }

    fn looked(&mut self, verdict: Verdict, data: &[u8]) {
        self.seen = match verdict {
            Verdict::Good { .. } => {
                let Some(hardware) = device::hardware(data) else {
                    return self.reopen(ScannerFault::Protocol);
                };
                if hardware.cover_open && self.outbox.fault().is_none() {
                    self.outbox.fail(ScannerFault::CoverOpen);
                }
                if hardware.empty || hardware.cover_open { Seen::Empty } else { Seen::Ready }
            }
            // It can't say; feeding will tell.
            Verdict::Refused => Seen::Ready,
            Verdict::Attention => return self.set_up_again(),
            Verdict::Empty | Verdict::Stopped | Verdict::Busy => Seen::Empty,
            Verdict::Fault(fault) => {
                if self.outbox.fault().is_none() {
                    self.outbox.fail(fault);
                }
                Seen::Empty
            }
        };
        self.openings = 0;
        self.setups = 0;
        self.step(Step::Look);
        self.wait_ms = LOOK_MS;
    }

    /// A command ended, or the sense data that was asked for because of it.
    fn ended(&mut self, ended: Ended) {
        let Phase::Doing(step) = self.phase else { return };
        if ended != Ended::Pending {
            self.run = None;
        }
        match (ended, self.checked.take()) {
            (Ended::Pending, checked) => self.checked = checked,
            (Ended::Broken(fault), _) => self.reopen(fault),
            (Ended::Good(data), None) => self.verdict(step, Verdict::GOOD, &data),
            (Ended::Busy, None) => self.verdict(step, Verdict::Busy, &[]),
            (Ended::Check(data), None) => {
                self.checked = Some(data);
                let ask = command::request_sense();
                self.run = Some(Transaction::begin(&mut self.wire, self.pipes, ask, COMMAND_MS));
            }
            (Ended::Good(sense), Some(data)) => match sense::read(&sense) {
                Some(verdict @ Verdict::Good { missing, .. }) => {
                    let Some(kept) = valid(&data, missing, step) else {
                        return self.reopen(ScannerFault::Protocol);
                    };
                    self.verdict(step, verdict, kept);
                }
                Some(verdict) => self.verdict(step, verdict, &[]),
                None => self.reopen(ScannerFault::Protocol),
            },
            // Sense data is always there to be had.
            (Ended::Busy | Ended::Check(_), Some(_)) => self.reopen(ScannerFault::Protocol),
        }
    }
}

/// The part of a block that is data: all that came, or less if the device padded it to what was asked for.
fn valid(data: &[u8], missing: u32, step: Step) -> Option<&[u8]> {
    if !matches!(step, Step::Read(_)) {
        return Some(data);
    }
    let missing = usize::try_from(missing).ok()?;
    data.get(..data.len().checked_sub(missing)?)
}
