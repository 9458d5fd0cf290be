//! A device: a protocol on the bench, behind endpoints that can halt, stutter and lie.

use std::collections::{BTreeMap, BTreeSet};

use crate::bench::{Bench, Burst};
use crate::{Answer, Descriptors, Device, OnBus, Script, Sheet, Simulator, Truth, What};

/// The device's side of a protocol.
pub trait Protocol {
    /// What the device says of itself.
    fn descriptors(&self) -> &Descriptors;
    /// Bytes from the host on an endpoint that the chosen setting has.
    fn take(&mut self, bench: &mut Bench, endpoint: u8, bytes: &[u8]) -> Taken;
    /// The next bytes for the host; none yet is a NAK.
    fn give(&mut self, bench: &mut Bench, endpoint: u8) -> Option<Burst>;
    /// A control request that is not a standard one.
    fn request(&mut self, setup: [u8; 8]) -> Option<Vec<u8>>;
    /// Forgets what was going on.
    fn forget(&mut self, bench: &mut Bench);
}

/// What a protocol did with bytes from the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// Took them.
    Yes,
    /// They make no sense here: the endpoint halts.
    No,
}

/// A device that speaks `P`.
#[derive(Debug)]
pub struct Simulated<P> {
    protocol: P,
    bench: Bench,
    configured: bool,
    /// The chosen alternate setting of each interface.
    settings: BTreeMap<u8, u8>,
    halted: BTreeSet<u8>,
    /// What is left of a burst for the transfers to come.
    held: BTreeMap<u8, Burst>,
    slow_until: u64,
    transfers: u32,
}

impl<P: Protocol> Simulated<P> {
    pub(crate) fn new(protocol: P, sheets: Vec<Sheet>, script: Script) -> Self {
        let (mut protocol, mut bench) = (protocol, Bench::new(sheets, script));
        protocol.forget(&mut bench);
        Simulated {
            protocol,
            bench,
            // Linux configures a device before anybody can open it; hosts that start from bare metal
            // do it themselves, and may.
            configured: true,
            settings: BTreeMap::new(),
            halted: BTreeSet::new(),
            held: BTreeMap::new(),
            slow_until: 0,
            transfers: 0,
        }
    }

    /// Whether a chosen setting of some interface has this endpoint.
    fn has(&self, endpoint: u8) -> bool {
        let interfaces = self.protocol.descriptors().interfaces().unwrap_or_default();
        self.configured
            && interfaces.iter().any(|interface| {
                let chosen = self.settings.get(&interface.number).copied().unwrap_or(0);
                chosen == interface.alternate
                    && interface.endpoints.iter().any(|e| e.address == endpoint)
            })
    }

    fn speaks(&self, endpoint: u8) -> bool {
        let interfaces = self.protocol.descriptors().interfaces().unwrap_or_default();
        interfaces.iter().any(|interface| {
            let chosen = self.settings.get(&interface.number).copied().unwrap_or(0);
            chosen == interface.alternate
                && interface.class != (7, 1, 2)
                && interface.endpoints.iter().any(|e| e.address == endpoint)
        })
    }

    /// A transfer begins; events that wait for its number happen now, once.
    fn begin(&mut self, endpoint: u8) -> Option<Answer> {
        if !self.bench.plugged {
            return Some(Answer::Gone);
        }
        if !self.has(endpoint) || self.halted.contains(&endpoint) {
            return Some(Answer::Stall);
        }
        self.bench.transfer(self.transfers.saturating_add(1));
        self.settle();
        if !self.bench.plugged {
            return Some(Answer::Gone);
        }
        if self.bench.wire.front() == Some(&What::Stall) {
            self.bench.wire.pop_front();
            self.halted.insert(endpoint);
            self.count();
            return Some(Answer::Stall);
        }
        None
    }

    fn count(&mut self) {
        self.transfers = self.transfers.saturating_add(1);
    }

    /// A device without a cable forgets the host.
    fn settle(&mut self) {
        if !self.bench.plugged {
            self.bench.wire.clear();
            self.slow_until = 0;
            self.drop_transfers();
            self.settings.clear();
        }
    }

    fn drop_transfers(&mut self) {
        self.halted.clear();
        self.held.clear();
        self.protocol.forget(&mut self.bench);
    }

    /// What goes over the wire of a burst, after the fault that waits for it.
    fn carry(&mut self, endpoint: u8, most: usize, mut burst: Burst) -> Vec<u8> {
        let mut most = if self.bench.drip > 0 { most.min(self.bench.drip) } else { most };
        let mut whole = true;
        let mut extra = 0;
        match self.bench.wire.pop_front() {
            Some(What::ZeroLength) => most = 0,
            Some(What::Split(bytes)) => most = most.min(usize::try_from(bytes).unwrap_or(most)),
            Some(What::Short(bytes)) => {
                let lost = usize::try_from(bytes).unwrap_or(usize::MAX);
                burst.bytes.truncate(burst.bytes.len().saturating_sub(lost));
                whole = lost == 0;
            }
            Some(What::Garbage) => {
                burst.bytes.iter_mut().for_each(|byte| *byte = self.bench.noise());
                whole = false;
            }
            Some(What::Long(bytes)) => extra = usize::try_from(bytes).unwrap_or(0),
            _ => {}
        }
        if burst.bytes.len() > most {
            let rest = Burst { bytes: burst.bytes.split_off(most), image: burst.image };
            self.held.insert(endpoint, rest);
        } else if let Some(image) = burst.image {
            self.bench.delivered(image, whole);
        }
        if let (false, Some(image), true) = (whole, burst.image, self.held.contains_key(&endpoint))
        {
            self.bench.spoil(image);
        }
        burst.bytes.extend((0..extra).map(|_| self.bench.noise()));
        burst.bytes
    }
}

impl<P: Protocol> Device for Simulated<P> {
    fn descriptors(&self) -> &Descriptors {
        self.protocol.descriptors()
    }

    fn control(&mut self, setup: [u8; 8], _data: &[u8]) -> Answer {
        if !self.bench.plugged {
            return Answer::Gone;
        }
        let answer = match setup[0] & 0x60 {
            0 => self.standard(setup),
            _ => self.protocol.request(setup),
        };
        let most = usize::from(u16::from_le_bytes([setup[6], setup[7]]));
        answer.map_or(Answer::Stall, |mut bytes| {
            bytes.truncate(most);
            Answer::Done(bytes)
        })
    }

    fn bulk_out(&mut self, endpoint: u8, bytes: &[u8]) -> Answer {
        if let Some(answer) = self.begin(endpoint) {
            return answer;
        }
        self.count();
        // A printer swallows whatever comes over its own interface.
        let taken = match self.speaks(endpoint) {
            true => self.protocol.take(&mut self.bench, endpoint, bytes),
            false => Taken::Yes,
        };
        self.settle();
        match (self.bench.plugged, taken) {
            (false, _) => Answer::Gone,
            (true, Taken::Yes) => Answer::Done(Vec::new()),
            (true, Taken::No) => {
                self.halted.insert(endpoint);
                Answer::Stall
            }
        }
    }

    fn bulk_in(&mut self, endpoint: u8, most: usize) -> Answer {
        if let Some(answer) = self.begin(endpoint) {
            return answer;
        }
        if !self.speaks(endpoint) {
            return Answer::Wait;
        }
        if let Some(What::Slow(ms)) = self.bench.wire.front().copied() {
            self.bench.wire.pop_front();
            self.slow_until = self.bench.now.saturating_add(u64::from(ms));
        }
        if self.bench.now < self.slow_until {
            return Answer::Wait;
        }
        let held = self.held.remove(&endpoint);
        let burst = held.or_else(|| self.protocol.give(&mut self.bench, endpoint));
        self.settle();
        match burst {
            _ if !self.bench.plugged => Answer::Gone,
            None => Answer::Wait,
            Some(burst) => {
                self.count();
                let bytes = self.carry(endpoint, most, burst);
                self.settle();
                Answer::Done(bytes)
            }
        }
    }

    fn clear_halt(&mut self, endpoint: u8) {
        self.halted.remove(&endpoint);
    }

    fn reset(&mut self) {
        self.bench.note("the host has reset the port");
        self.bench.paper.eject_all();
        self.settings.clear();
        self.drop_transfers();
    }

    fn advance(&mut self, ms: u32) {
        self.bench.advance(ms);
        self.settle();
    }
}

impl<P: Protocol> OnBus for Simulated<P> {
    fn take_notes(&mut self) -> Vec<String> {
        self.bench.take_notes()
    }

    fn is_plugged(&self) -> bool {
        self.bench.plugged
    }
}

impl<P: Protocol> Simulator for Simulated<P> {
    fn truth(&self) -> Truth {
        self.bench.paper.truth()
    }

    fn happen(&mut self, what: &What) {
        self.bench.happen(what);
        self.settle();
    }

    fn transfers(&self) -> u32 {
        self.transfers
    }
}

impl<P: Protocol> Simulated<P> {
    /// Standard requests (USB 2.0, section 9.4).
    fn standard(&mut self, setup: [u8; 8]) -> Option<Vec<u8>> {
        let [kind, request, low, high, index, _, _, _] = setup;
        match (kind, request) {
            (0x80, 0) => Some(vec![1, 0]),
            (0x81, 0) => Some(vec![0, 0]),
            (0x82, 0) => Some(vec![u8::from(self.halted.contains(&index)), 0]),
            (0x80, 6) => self.protocol.descriptors().answer(high, low),
            (0x80, 8) => Some(vec![u8::from(self.configured)]),
            (0x00, 9) if low <= 1 => {
                self.configured = low == 1;
                self.settings.clear();
                self.drop_transfers();
                Some(Vec::new())
            }
            (0x81, 10) => Some(vec![self.settings.get(&index).copied().unwrap_or(0)]),
            (0x01, 11) => {
                let all = self.protocol.descriptors().interfaces().unwrap_or_default();
                all.iter().find(|i| (i.number, i.alternate) == (index, low))?;
                self.settings.insert(index, low);
                Some(Vec::new())
            }
            (0x02, 1) if low == 0 => {
                self.clear_halt(index);
                Some(Vec::new())
            }
            (0x02, 3) if low == 0 && self.has(index) => {
                self.halted.insert(index);
                Some(Vec::new())
            }
            // Remote wake-up: accepted, and never used.
            (0x00, 1 | 3) if low == 1 => Some(Vec::new()),
            _ => None,
        }
    }
}
