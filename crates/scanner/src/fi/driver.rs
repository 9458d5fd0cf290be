//! What the kiosk and the wire see of the driver.

use super::transaction::Transaction;
use super::{Fi, Phase, Seen, Step};
use crate::{Capabilities, Event, Info, Scanner, ScannerFault, StartError, State};
use urna_usb::{Completion, Machine, Request};

impl Scanner for Fi {
    fn connect(&mut self) {
        self.outbox.restarted();
        self.announced = false;
        self.openings = 0;
        self.setups = 0;
        self.open();
    }

    fn info(&self) -> Option<&Info> {
        self.identity.as_ref().map(|identity| &identity.info)
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        self.features.as_ref().map(|features| &features.can)
    }

    fn state(&self) -> State {
        match (&self.phase, self.outbox.fault(), self.seen) {
            (Phase::Off, ..) => State::Disconnected,
            (_, Some(fault), _) => State::Faulted(fault),
            _ if self.outbox.moving() => State::Scanning,
            (Phase::Doing(Step::Look), None, Seen::Empty) => State::Empty,
            (Phase::Doing(Step::Look), None, Seen::Ready) => State::Ready,
            _ => State::Connecting,
        }
    }

    fn start_sheet(&mut self) -> Result<(), StartError> {
        self.state().may_start()?;
        self.outbox.started();
        self.start();
        self.act();
        Ok(())
    }

    fn poll(&mut self) -> Option<Event> {
        self.outbox.poll()
    }

    fn cancel(&mut self) {
        if let Some(sheet) = &mut self.sheet {
            // The command under way is waited for: half a one can't be taken back.
            sheet.cancel();
        }
    }

    fn clear_fault(&mut self) {
        self.outbox.clear();
        match self.phase {
            Phase::Broken => {
                self.openings = 0;
                self.open();
            }
            Phase::Doing(Step::Look) => {
                self.seen = Seen::Nothing;
                self.wait_ms = 0;
            }
            _ => {}
        }
        self.act();
    }
}

impl Machine for Fi {
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
        } else if let Some(run) = &mut self.run {
            let ended = run.completed(&mut self.wire, id, completion);
            self.ended(ended);
        }
        self.act();
    }

    fn elapsed(&mut self, ms: u32) {
        self.wait_ms = self.wait_ms.saturating_sub(ms);
        if let Phase::Opening(opening) = &mut self.phase {
            let progress = opening.elapsed(ms);
            self.progress(progress);
        } else if self.run.as_mut().is_some_and(|run| run.elapsed(ms)) {
            self.reopen(ScannerFault::NoAnswer);
        }
        self.act();
    }

    fn due(&self) -> Option<u32> {
        let own = match &self.phase {
            Phase::Opening(opening) => Some(opening.due()),
            _ => self.run.as_ref().map(Transaction::due),
        };
        own.into_iter().chain((self.wait_ms > 0).then_some(self.wait_ms)).min()
    }
}
