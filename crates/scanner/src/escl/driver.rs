//! What the kiosk and the wire see of the driver.

use super::pair::Outcome;
use super::sheet::{End, Sheet};
use super::{BUSY_MS, Escl, Phase, Seen, Watching};
use crate::{Capabilities, Event, Info, NoSheet, Scanner, ScannerFault, StartError, State};
use urna_usb::{Completion, Machine, Request};

impl Scanner for Escl {
    fn connect(&mut self) {
        self.outbox.restarted();
        self.announced = false;
        self.openings = 0;
        self.open();
    }

    fn info(&self) -> Option<&Info> {
        self.feeder.as_ref().map(|feeder| &feeder.info)
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        self.feeder.as_ref().map(|feeder| &feeder.can)
    }

    fn state(&self) -> State {
        match (&self.phase, self.outbox.fault()) {
            (Phase::Off, _) => State::Disconnected,
            (_, Some(fault)) => State::Faulted(fault),
            _ if self.outbox.moving() => State::Scanning,
            (Phase::Watching(Watching { seen: Seen::Empty, .. }), _) => State::Empty,
            (Phase::Watching(Watching { seen: Seen::Ready, .. }), _) => State::Ready,
            _ => State::Connecting,
        }
    }

    fn start_sheet(&mut self) -> Result<(), StartError> {
        self.state().may_start()?;
        self.outbox.started();
        self.phase = Phase::Sheet(Sheet::default());
        self.act();
        Ok(())
    }

    fn poll(&mut self) -> Option<Event> {
        self.outbox.poll()
    }

    fn cancel(&mut self) {
        if let Phase::Sheet(sheet) = &self.phase {
            if sheet.is_posting() {
                // Its path is not known yet.
                self.cancel_when_posted();
            } else {
                self.settle(End::None(NoSheet::Cancelled));
            }
            self.act();
        }
    }

    fn clear_fault(&mut self) {
        self.outbox.clear();
        match &mut self.phase {
            Phase::Broken => {
                self.openings = 0;
                self.open();
            }
            Phase::Watching(watching) => {
                *watching = Watching { wait_ms: 0, seen: Seen::Nothing, busy_ms: 0 }
            }
            _ => {}
        }
        self.act();
    }
}

impl Machine for Escl {
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
        if let Phase::Opening(opening) = &mut self.phase {
            let progress = opening.completed(&mut self.wire, id, &completion);
            self.progress(progress);
        } else {
            for line in 0..self.lines.len() {
                let Some(pair) = self.lines.get_mut(line).map(|line| &mut line.pair) else { break };
                match pair.completed(&mut self.wire, id, &completion) {
                    Outcome::Pending => {}
                    Outcome::Answered(head, body) => self.answered(line, &head, body),
                    Outcome::Broken(fault) => self.reopen(fault),
                }
            }
        }
        self.act();
    }

    fn elapsed(&mut self, ms: u32) {
        let mut late = None;
        for line in &mut self.lines {
            late = line.pair.elapsed(&mut self.wire, ms).or(late);
        }
        let mut busy = false;
        match &mut self.phase {
            Phase::Opening(opening) => {
                let progress = opening.elapsed(ms);
                self.progress(progress);
            }
            Phase::Asking { wait_ms, .. } => *wait_ms = wait_ms.saturating_sub(ms),
            Phase::Watching(watching) => {
                watching.wait_ms = watching.wait_ms.saturating_sub(ms);
                watching.busy_ms = watching.busy_ms.saturating_add(ms);
                busy = watching.seen == Seen::Nothing && watching.busy_ms >= BUSY_MS;
            }
            Phase::Sheet(sheet) => sheet.elapsed(ms),
            Phase::Settling(settling) => {
                if settling.elapsed(ms) {
                    self.reopen(ScannerFault::NoAnswer);
                }
            }
            Phase::Off | Phase::Broken => {}
        }
        if let Some(fault) = late {
            self.reopen(fault);
        } else if busy {
            self.outbox_trouble(ScannerFault::Busy);
        }
        self.act();
    }

    fn due(&self) -> Option<u32> {
        let pairs = self.lines.iter().filter_map(|line| line.pair.due()).min();
        let own = match &self.phase {
            Phase::Opening(opening) => Some(opening.due()),
            Phase::Asking { wait_ms, .. } | Phase::Watching(Watching { wait_ms, .. }) => {
                Some(*wait_ms)
            }
            Phase::Sheet(sheet) => sheet.due(),
            Phase::Settling(settling) => Some(settling.due()),
            Phase::Off | Phase::Broken => None,
        };
        // A timer that has run out while its pair is busy is no reason to be called at once.
        pairs.into_iter().chain(own.filter(|ms| *ms > 0)).min()
    }
}
