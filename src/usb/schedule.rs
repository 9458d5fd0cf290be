//! Which requests may begin now, and which have taken too long. Without I/O and without a clock.
//!
//! Requests for one endpoint begin in the order in which they came, those for different endpoints side by
//! side; several transfers of one endpoint may be under way at once, since the bus keeps their order. What
//! changes the device waits for nothing and everything after it waits for it; clearing a halt does both for
//! its own endpoint.

use std::collections::VecDeque;

use urna_usb::{Request, Transfer};

/// Most requests that wait or are under way. A driver has a handful; whoever has more has lost count.
const MOST: usize = 64;

/// Requests that wait, and those that are under way.
#[derive(Default)]
pub struct Schedule {
    waiting: VecDeque<Waiting>,
    flying: Vec<Flight>,
    /// A transfer is being taken back: nothing begins before that is done.
    held: bool,
}

struct Waiting {
    request: Request,
    left_ms: u32,
}

struct Flight {
    id: u32,
    lane: Lane,
    left_ms: u32,
}

/// What a request keeps others from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Lane {
    /// The device as a whole.
    Device,
    /// A transfer of this endpoint.
    Endpoint(u8),
    /// A question to an interface, beside everything else.
    Question,
    /// This endpoint's halt.
    Halt(u8),
}

/// A request whose time has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// It changes the device and does not end.
    Device(u32),
    /// Nothing of it is on the wire, or nothing that could be mistaken for anything else.
    Harmless(u32),
    /// A transfer of this endpoint is under way, and must be taken back.
    Transfer(u32, u8),
}

impl Schedule {
    /// Takes a request. The id comes back if there are too many.
    pub fn push(&mut self, request: Request) -> Option<u32> {
        if self.waiting.len() + self.flying.len() >= MOST {
            return Some(request.id);
        }
        if ends_others(&request.transfer) {
            self.waiting.retain(|waiting| lane(&waiting.request.transfer) == Lane::Device);
        }
        let left_ms = request.timeout_ms;
        self.waiting.push_back(Waiting { request, left_ms });
        None
    }

    /// The next request to begin, if one may. Claims and resets end what was asked before: it is forgotten.
    pub fn start(&mut self) -> Option<Request> {
        if self.held || self.flying.iter().any(|flight| flight.lane == Lane::Device) {
            return None;
        }
        let at = (0..self.waiting.len()).find(|at| self.may_start(*at))?;
        let Waiting { request, left_ms } = self.waiting.remove(at)?;
        if ends_others(&request.transfer) {
            self.flying.clear();
        }
        self.flying.push(Flight { id: request.id, lane: lane(&request.transfer), left_ms });
        Some(request)
    }

    /// A request ended by itself. Whether that is news.
    pub fn landed(&mut self, id: u32) -> bool {
        let before = self.flying.len();
        self.flying.retain(|flight| flight.id != id);
        self.flying.len() < before
    }

    /// Time has passed; what is late is forgotten, except for transfers, which [`Schedule::landed`] ends.
    pub fn elapsed(&mut self, ms: u32) -> Vec<Late> {
        let mut late = Vec::new();
        self.waiting.retain_mut(|waiting| {
            waiting.left_ms = waiting.left_ms.saturating_sub(ms);
            let is_late = waiting.left_ms == 0;
            late.extend(is_late.then_some(Late::Harmless(waiting.request.id)));
            !is_late
        });
        self.flying.retain_mut(|flight| {
            let was_late = flight.left_ms == 0;
            flight.left_ms = flight.left_ms.saturating_sub(ms);
            if was_late || flight.left_ms > 0 {
                return true;
            }
            match flight.lane {
                Lane::Endpoint(endpoint) => late.push(Late::Transfer(flight.id, endpoint)),
                Lane::Device => late.push(Late::Device(flight.id)),
                Lane::Halt(_) | Lane::Question => late.push(Late::Harmless(flight.id)),
            }
            matches!(flight.lane, Lane::Endpoint(_))
        });
        late
    }

    /// Milliseconds until something is late.
    pub fn due(&self) -> Option<u32> {
        let waiting = self.waiting.iter().map(|waiting| waiting.left_ms);
        waiting.chain(self.flying.iter().map(|flight| flight.left_ms)).filter(|ms| *ms > 0).min()
    }

    /// Nothing may begin until [`Schedule::release`].
    pub fn hold(&mut self) {
        self.held = true;
    }

    /// What waits may begin again.
    pub fn release(&mut self) {
        self.held = false;
    }

    /// Forgets everything; the ids of all that has not ended.
    pub fn clear(&mut self) -> Vec<u32> {
        self.held = false;
        let flying = std::mem::take(&mut self.flying).into_iter().map(|flight| flight.id);
        let waiting = std::mem::take(&mut self.waiting).into_iter();
        flying.chain(waiting.map(|waiting| waiting.request.id)).collect()
    }

    fn may_start(&self, at: usize) -> bool {
        let Some(mine) = self.waiting.get(at).map(|waiting| lane(&waiting.request.transfer)) else {
            return false;
        };
        let earlier = || self.waiting.iter().take(at).map(|w| lane(&w.request.transfer));
        if mine == Lane::Device {
            return at == 0;
        }
        let blocks = |other: Lane| match (mine, other) {
            (_, Lane::Device) => true,
            (Lane::Endpoint(mine), Lane::Halt(other)) => mine == other,
            (Lane::Halt(mine), Lane::Endpoint(other) | Lane::Halt(other)) => mine == other,
            (Lane::Endpoint(_) | Lane::Device | Lane::Question, _)
            | (Lane::Halt(_), Lane::Question) => false,
        };
        let waits = earlier().any(|other| blocks(other) || other == mine);
        !waits && !self.flying.iter().any(|flight| blocks(flight.lane))
    }
}

/// Whether whatever else is under way ends with it.
fn ends_others(transfer: &Transfer) -> bool {
    matches!(transfer, Transfer::Claim { .. } | Transfer::Reset)
}

fn lane(transfer: &Transfer) -> Lane {
    match transfer {
        Transfer::Configure { .. } | Transfer::Claim { .. } | Transfer::Reset => Lane::Device,
        Transfer::Out { endpoint, .. } | Transfer::In { endpoint, .. } => Lane::Endpoint(*endpoint),
        Transfer::ClearHalt { endpoint } => Lane::Halt(*endpoint),
        Transfer::Ask { .. } => Lane::Question,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN: u8 = 0x81;
    const OUT: u8 = 0x02;

    fn ask(id: u32, timeout_ms: u32, transfer: Transfer) -> Request {
        Request { id, timeout_ms, transfer }
    }

    fn read(id: u32) -> Request {
        ask(id, 1_000, Transfer::In { endpoint: IN, length: 64 })
    }

    fn write(id: u32) -> Request {
        ask(id, 1_000, Transfer::Out { endpoint: OUT, bytes: vec![1] })
    }

    fn halt(id: u32, endpoint: u8) -> Request {
        ask(id, 1_000, Transfer::ClearHalt { endpoint })
    }

    fn claim(id: u32) -> Request {
        ask(id, 1_000, Transfer::Claim { interface: 0, alternate: 1 })
    }

    fn of(requests: impl IntoIterator<Item = Request>) -> Schedule {
        let mut schedule = Schedule::default();
        for request in requests {
            assert_eq!(schedule.push(request), None);
        }
        schedule
    }

    fn started(schedule: &mut Schedule) -> Vec<u32> {
        std::iter::from_fn(|| schedule.start()).map(|request| request.id).collect()
    }

    #[test]
    fn transfers_begin_in_their_order_and_fly_together() {
        let mut schedule = of([read(1), write(2), read(3), read(4)]);
        assert_eq!(started(&mut schedule), [1, 2, 3, 4]);
        assert!(schedule.landed(3), "in any order");
        assert!(!schedule.landed(3), "once");
    }

    #[test]
    fn a_halt_is_cleared_after_what_came_before_and_before_what_comes_after() {
        let mut schedule = of([read(1), halt(2, IN), read(3), write(4)]);
        assert_eq!(started(&mut schedule), [1, 4], "the other endpoint does not wait");
        schedule.landed(1);
        assert_eq!(started(&mut schedule), [2]);
        schedule.landed(2);
        assert_eq!(started(&mut schedule), [3]);
    }

    #[test]
    fn what_changes_the_device_ends_what_flies_and_keeps_back_what_follows() {
        for change in [claim(2), ask(2, 1_000, Transfer::Reset)] {
            let mut schedule = of([read(1)]);
            assert_eq!(started(&mut schedule), [1]);
            schedule.push(change);
            schedule.push(read(3));
            assert_eq!(started(&mut schedule), [2]);
            assert!(!schedule.landed(1), "it was ended, and nobody waits for it");
            schedule.landed(2);
            assert_eq!(started(&mut schedule), [3]);
        }
    }

    #[test]
    fn a_change_waits_for_nothing_and_nothing_overtakes_it() {
        let mut schedule = of([halt(1, IN)]);
        assert_eq!(started(&mut schedule), [1]);
        for request in [read(4), claim(2), write(3)] {
            schedule.push(request);
        }
        assert_eq!(started(&mut schedule), [2], "what waited before is void");
        schedule.landed(2);
        assert_eq!(started(&mut schedule), [3]);
    }

    #[test]
    fn each_request_is_late_once_whether_it_flies_or_waits() {
        let mut schedule = of([read(1), halt(2, IN), write(3)]);
        assert_eq!(started(&mut schedule), [1, 3]);
        assert_eq!(schedule.due(), Some(1_000));
        assert!(schedule.elapsed(999).is_empty());
        assert_eq!(schedule.due(), Some(1));
        let late = schedule.elapsed(1);
        assert_eq!(late, [Late::Harmless(2), Late::Transfer(1, IN), Late::Transfer(3, OUT)]);
        assert_eq!(schedule.due(), None);
        assert!(schedule.elapsed(10_000).is_empty(), "once");
        assert!(schedule.landed(1) && schedule.landed(3), "until they were taken back");
    }

    #[test]
    fn a_change_that_never_ends_keeps_nothing_back_for_ever() {
        let mut schedule = of([ask(1, 50, Transfer::Reset), read(2)]);
        assert_eq!(started(&mut schedule), [1]);
        assert_eq!(schedule.elapsed(50), [Late::Device(1)]);
        assert_eq!(started(&mut schedule), [2]);
    }

    #[test]
    fn nothing_begins_while_a_transfer_is_taken_back() {
        let mut schedule = of([read(1)]);
        schedule.hold();
        assert!(started(&mut schedule).is_empty());
        schedule.release();
        assert_eq!(started(&mut schedule), [1]);
    }

    #[test]
    fn whoever_asks_without_end_is_refused_and_clearing_names_all() {
        let mut schedule = Schedule::default();
        let refused: Vec<u32> = (0..70).filter_map(|id| schedule.push(read(id))).collect();
        assert_eq!(refused, [64, 65, 66, 67, 68, 69]);
        started(&mut schedule);
        schedule.push(read(70));
        assert_eq!(schedule.clear(), (0..64).collect::<Vec<u32>>());
        assert!(schedule.clear().is_empty());
    }
}
