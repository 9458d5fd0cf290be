//! Taking a device, or taking it anew: claim, reset, and nothing left on the wire of what was before.

use std::collections::VecDeque;

use crate::wire::{Completion, MAX_TRANSFER, Pipes, Transfer, Wire};

/// Time for one step, in milliseconds. A reset makes the device come up anew, which takes some 100.
const STEP_MS: u32 = 5_000;
/// Time without any byte after which nothing is left, in milliseconds.
const QUIET_MS: u32 = 200;
/// Most transfers of an earlier session that are thrown away, empty ones included: 64 MiB of bytes.
const MAX_STALE: u32 = 256;
/// Time for all of it, in milliseconds.
const OPENING_MS: u32 = 60_000;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Not done yet.
    Going,
    /// The device is taken, and nothing of before is left.
    Open,
    /// It could not be taken.
    Failed(OpenFault),
}

/// Why a device could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenFault {
    /// The system or another program holds it.
    InUse,
    /// It stays silent.
    NoAnswer,
    /// It does not stop sending, or breaks off.
    Protocol,
}

/// Steps that are left; each waits for the end of the one before.
pub struct Opening {
    steps: VecDeque<Step>,
    flying: Option<u32>,
    stale: u32,
    left_ms: u32,
}

#[derive(Clone, Copy)]
enum Step {
    Configure(u8),
    Claim(Pipes),
    Reset,
    Drain(Pipes),
    ClearHalt(Pipes),
}

impl Opening {
    /// Begins: whatever was under way is forgotten.
    pub fn begin(wire: &mut Wire, configuration: u8, pipes: &[Pipes]) -> Self {
        wire.forget();
        let claims = || pipes.iter().map(|pipes| Step::Claim(*pipes));
        // Claimed before, so that nobody else's device is reset; and after, since a reset may lose the claim.
        let mut steps = VecDeque::from([Step::Configure(configuration)]);
        steps.extend(claims());
        steps.push_back(Step::Reset);
        steps.extend(claims());
        steps.extend(pipes.iter().map(|pipes| Step::Drain(*pipes)));
        let mut opening = Self { steps, flying: None, stale: 0, left_ms: OPENING_MS };
        opening.submit(wire);
        opening
    }

    /// A request ended.
    pub fn completed(&mut self, wire: &mut Wire, id: u32, completion: &Completion) -> Progress {
        if self.flying != Some(id) {
            return Progress::Going;
        }
        self.flying = None;
        let step = self.steps.pop_front();
        match (step, completion) {
            (Some(Step::Claim(_)), Completion::Done(_)) | (None, _) => {}
            (Some(Step::Claim(_)), Completion::TimedOut) => {
                return Progress::Failed(OpenFault::NoAnswer);
            }
            (Some(Step::Claim(_)), _) => return Progress::Failed(OpenFault::InUse),
            (Some(Step::Drain(_)), Completion::TimedOut) => {}
            (Some(Step::Drain(pipes)), Completion::Done(_) | Completion::Stalled) => {
                self.stale += 1;
                if self.stale > MAX_STALE {
                    return Progress::Failed(OpenFault::Protocol);
                }
                self.steps.push_front(Step::Drain(pipes));
                if *completion == Completion::Stalled {
                    self.steps.push_front(Step::ClearHalt(pipes));
                }
            }
            (Some(Step::Drain(_)), _) => return Progress::Failed(OpenFault::Protocol),
            // Not every system lets a page reset a device or choose its configuration; the draining tells.
            (Some(Step::Configure(_) | Step::Reset | Step::ClearHalt(_)), _) => {}
        }
        self.submit(wire);
        if self.flying.is_none() { Progress::Open } else { Progress::Going }
    }

    /// Time has passed.
    pub fn elapsed(&mut self, ms: u32) -> Progress {
        self.left_ms = self.left_ms.saturating_sub(ms);
        if self.left_ms == 0 { Progress::Failed(OpenFault::NoAnswer) } else { Progress::Going }
    }

    /// Milliseconds until it has taken too long.
    pub fn due(&self) -> u32 {
        self.left_ms
    }

    fn submit(&mut self, wire: &mut Wire) {
        let Some(step) = self.steps.front() else { return };
        let (timeout_ms, transfer) = match *step {
            Step::Configure(value) => (STEP_MS, Transfer::Configure { value }),
            Step::Claim(Pipes { interface, alternate, .. }) => {
                (STEP_MS, Transfer::Claim { interface, alternate })
            }
            Step::Reset => (STEP_MS, Transfer::Reset),
            Step::Drain(pipes) => {
                (QUIET_MS, Transfer::In { endpoint: pipes.input, length: MAX_TRANSFER })
            }
            Step::ClearHalt(pipes) => (STEP_MS, Transfer::ClearHalt { endpoint: pipes.input }),
        };
        self.flying = Some(wire.submit(timeout_ms, transfer));
    }
}
