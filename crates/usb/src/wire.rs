//! The boundary between a driver and the USB wire: what is asked of it, what it answers, and what a
//! device says of itself before anything is asked.
//!
//! Time enters only as "this many milliseconds have passed". Given the same completions and the same
//! passing of time, a driver does the same.

use std::collections::VecDeque;

/// One thing to do on the wire. Requests for the same endpoint are done in the order in which they were
/// given; those for different endpoints side by side.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Names it in [`Machine::completed`]. Never used twice by a driver.
    pub id: u32,
    /// After how many milliseconds without an end it is [`Completion::TimedOut`].
    pub timeout_ms: u32,
    /// What to do.
    pub transfer: Transfer,
}

/// What can be asked of the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// Select the configuration, unless it is selected already.
    Configure {
        /// Its value in the descriptor.
        value: u8,
    },
    /// Claim an interface (which is released first if it is held) and select its alternate setting.
    Claim {
        /// Number of the interface.
        interface: u8,
        /// Number of the setting.
        alternate: u8,
    },
    /// Send bytes on a bulk endpoint.
    Out {
        /// Its address.
        endpoint: u8,
        /// What is sent, without a packet of no bytes after it.
        bytes: Vec<u8>,
    },
    /// Receive up to so many bytes from a bulk endpoint; a short packet ends it.
    In {
        /// Its address, with bit 7 set.
        endpoint: u8,
        /// Most bytes, at most [`MAX_TRANSFER`].
        length: u32,
    },
    /// Ask an interface something by a request of its class. The answer is [`Completion::Done`] with up to
    /// `length` bytes; a wire that has no such transfers answers [`Completion::Failed`].
    Ask {
        /// Number of the interface, which is claimed.
        interface: u8,
        /// `bRequest`.
        request: u8,
        /// `wValue`.
        value: u16,
        /// `wIndex`, which names the interface in one way or another.
        index: u16,
        /// `wLength`: most bytes.
        length: u16,
    },
    /// Clear the halt of an endpoint.
    ClearHalt {
        /// Its address.
        endpoint: u8,
    },
    /// Reset the device. Whatever else is under way ends with it; the driver ignores how.
    Reset,
}

/// Longest transfer that a driver asks for, in bytes: longer ones failed on Linux's virtual host controller.
pub const MAX_TRANSFER: u32 = 256 << 10;

/// How a request ended.
#[derive(Clone, PartialEq, Eq)]
pub enum Completion {
    /// It was done; the bytes are what was received, possibly none.
    Done(Vec<u8>),
    /// The endpoint is halted.
    Stalled,
    /// Its time passed. Nothing of it will come any more.
    TimedOut,
    /// The device is not there any more.
    Gone,
    /// It can't be done: refused, overflown, broken off.
    Failed,
}

impl std::fmt::Debug for Completion {
    /// What was received may be of a ballot and belongs into no log: only its length is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Done(bytes) => write!(f, "Done({} bytes)", bytes.len()),
            Self::Stalled => f.write_str("Stalled"),
            Self::TimedOut => f.write_str("TimedOut"),
            Self::Gone => f.write_str("Gone"),
            Self::Failed => f.write_str("Failed"),
        }
    }
}

/// A driver of a device at the other end of a wire. Whoever holds both takes [`Machine::request`] until
/// there is none, reports each end and the passing of time, and looks for the driver's events after each.
pub trait Machine {
    /// The next request to submit now; `None` until something else happens.
    fn request(&mut self) -> Option<Request>;
    /// How a request ended. Those that are not under way (any more) are ignored.
    fn completed(&mut self, id: u32, completion: Completion);
    /// So many milliseconds have passed since this was called last.
    fn elapsed(&mut self, ms: u32);
    /// After how many milliseconds [`Machine::elapsed`] must be called at the latest, if at all.
    fn due(&self) -> Option<u32>;
}

/// What a device says of itself in its descriptors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Descriptors {
    /// Who made it.
    pub vendor: u16,
    /// Which model.
    pub product: u16,
    /// Value of the configuration that is selected or will be.
    pub configuration: u8,
    /// Every alternate setting of every interface of that configuration.
    pub alternates: Vec<Alternate>,
}

/// An alternate setting of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternate {
    /// Number of the interface.
    pub interface: u8,
    /// Number of the setting.
    pub alternate: u8,
    /// Class, subclass and protocol.
    pub class: [u8; 3],
    /// Addresses of its bulk endpoints, in their order; bit 7 is set for those that send to the host.
    pub bulk: Vec<u8>,
}

/// An interface to claim and its pair of bulk endpoints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pipes {
    /// Number of the interface.
    pub interface: u8,
    /// Number of its setting.
    pub alternate: u8,
    /// Address of the endpoint that sends to the host.
    pub input: u8,
    /// Address of the other one.
    pub output: u8,
}

impl Pipes {
    /// The first endpoint of each direction.
    pub fn of(alternate: &Alternate) -> Option<Self> {
        let input = alternate.bulk.iter().find(|address| *address & 0x80 != 0)?;
        let output = alternate.bulk.iter().find(|address| *address & 0x80 == 0)?;
        Some(Self {
            interface: alternate.interface,
            alternate: alternate.alternate,
            input: *input,
            output: *output,
        })
    }
}

/// Requests that wait to be taken, and those that are under way.
#[derive(Default)]
pub struct Wire {
    last: u32,
    queue: VecDeque<Request>,
    flying: VecDeque<u32>,
}

impl Wire {
    /// Asks for something; its id.
    pub fn submit(&mut self, timeout_ms: u32, transfer: Transfer) -> u32 {
        self.last = self.last.wrapping_add(1);
        let id = self.last;
        self.queue.push_back(Request { id, timeout_ms, transfer });
        id
    }

    /// The next one to go.
    pub fn take(&mut self) -> Option<Request> {
        let request = self.queue.pop_front()?;
        self.flying.push_back(request.id);
        Some(request)
    }

    /// Whether this one was under way; it is not any more.
    pub fn landed(&mut self, id: u32) -> bool {
        let at = self.flying.iter().position(|flying| *flying == id);
        at.is_some_and(|at| self.flying.remove(at).is_some())
    }

    /// Forgets everything: what still ends is ignored.
    pub fn forget(&mut self) {
        self.queue.clear();
        self.flying.clear();
    }
}
