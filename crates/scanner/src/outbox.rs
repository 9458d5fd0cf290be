//! What the kiosk is told, and the one rule of counting: each sheet that was started ends once.

use std::collections::VecDeque;

use crate::{Event, Frame, NoSheet, Part, ScannerFault};

/// Events that wait, whether a sheet moves, and the fault that waits for a person.
#[derive(Default)]
pub(crate) struct Outbox {
    events: VecDeque<Event>,
    moving: bool,
    fault: Option<ScannerFault>,
}

impl Outbox {
    pub fn poll(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    pub fn moving(&self) -> bool {
        self.moving
    }

    pub fn fault(&self) -> Option<ScannerFault> {
        self.fault
    }

    pub fn connected(&mut self) {
        self.events.push_back(Event::Connected);
    }

    pub fn started(&mut self) {
        self.moving = true;
    }

    /// A part of a side is there. Without a sheet that moves there is nothing it could belong to.
    pub fn part(&mut self, part: Part) {
        if self.moving {
            self.events.push_back(Event::Part(part));
        }
    }

    /// A side is there.
    pub fn side(&mut self, side: Frame) {
        if self.moving {
            self.events.push_back(Event::SideScanned(side));
        }
    }

    /// All sides were given.
    pub fn done(&mut self) {
        if std::mem::take(&mut self.moving) {
            self.events.push_back(Event::SheetDone);
        }
    }

    pub fn none(&mut self, why: NoSheet) {
        if std::mem::take(&mut self.moving) {
            self.events.push_back(Event::NoSheet(why));
        }
    }

    /// A fault that a person must clear. While one waits, only the sheet's end is said of another.
    pub fn fail(&mut self, fault: ScannerFault) {
        if std::mem::take(&mut self.moving) {
            self.events.push_back(Event::Fault(fault));
        } else if self.fault.is_none() {
            self.events.push_back(Event::Trouble(fault));
        }
        self.fault = Some(fault);
    }

    /// The device went away; when it is back, no fault waits.
    pub fn gone(&mut self) {
        self.fault = None;
        self.fail(ScannerFault::Gone);
        self.fault = None;
    }

    /// A device is taken anew: a sheet that moved is void.
    pub fn restarted(&mut self) {
        if self.moving {
            self.fail(ScannerFault::Gone);
        }
        self.fault = None;
    }

    pub fn clear(&mut self) {
        self.fault = None;
    }
}
