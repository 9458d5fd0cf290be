//! An eSCL scanner behind IPP-over-USB: each pair of bulk endpoints is one endless HTTP connection.
//!
//! The layout of the interfaces is that of a Kyocera M2040dn: a printer's setting first, 7/1/4 behind
//! alternate setting 1. After USB Device Class Definition for Printing Devices 1.1, IPP over USB 1.0,
//! and what Debian's ipp-usb and sane-airscan ask for.

mod http;
mod job;
mod service;
mod settings;
mod xml;

use crate::bench::{Bench, Burst};
use crate::descriptors::{Descriptors, Endpoint, Identity, Interface, MAX_PACKET};
use crate::simulated::{Protocol, Taken};
use http::Inbox;
use job::Stream;
use service::Service;

/// Capability bit "scan" of the IPP-over-USB device info descriptor.
const CAN_SCAN: u8 = 2;
const DEVICE_ID: &str = "MFG:Urna;MDL:Simulated eSCL Scanner;CMD:eSCL;CLS:PRINTER;";

/// How the device is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EsclOptions {
    /// Interfaces with a 7/1/4 setting: 1 to 3.
    pub pairs: u8,
}

impl Default for EsclOptions {
    fn default() -> Self {
        EsclOptions { pairs: 3 }
    }
}

/// The eSCL scanner's protocol.
#[derive(Debug)]
pub struct Escl {
    descriptors: Descriptors,
    pairs: Vec<Pair>,
    service: Service,
}

#[derive(Debug, Default)]
struct Pair {
    inbox: Inbox,
    /// The rest of an answer that is all there.
    ready: Option<Burst>,
    /// A page that is sent chunk by chunk.
    stream: Option<Stream>,
}

impl Escl {
    pub(crate) fn new(options: EsclOptions) -> Self {
        let count = options.pairs.clamp(1, 3);
        Escl {
            descriptors: descriptors(count),
            pairs: (0..count).map(|_| Pair::default()).collect(),
            service: Service::default(),
        }
    }

    fn pair(&mut self, endpoint: u8) -> Option<usize> {
        let at = usize::from(endpoint & 0x0F).checked_sub(1)?;
        (at < self.pairs.len()).then_some(at)
    }
}

impl Protocol for Escl {
    fn descriptors(&self) -> &Descriptors {
        &self.descriptors
    }

    fn take(&mut self, _bench: &mut Bench, endpoint: u8, bytes: &[u8]) -> Taken {
        let Some(at) = self.pair(endpoint) else { return Taken::No };
        match self.pairs[at].inbox.push(bytes) {
            Ok(()) => Taken::Yes,
            Err(_) => Taken::No,
        }
    }

    /// An answer is finished before the next request is looked at, as the standard has it.
    fn give(&mut self, bench: &mut Bench, endpoint: u8) -> Option<Burst> {
        let at = self.pair(endpoint)?;
        let pair = &mut self.pairs[at];
        if let Some(burst) = pair.ready.take() {
            return Some(burst);
        }
        if let Some(stream) = pair.stream.as_mut() {
            let burst = stream.next(bench, &mut self.service.jobs);
            if stream.is_over() {
                pair.stream = None;
            }
            return burst;
        }
        let request = pair.inbox.next()?;
        bench.note(format!("pair {}: {}", at + 1, request.line()));
        let answer = self.service.answer(bench, &request);
        pair.stream = answer.stream;
        Some(answer.head.into())
    }

    fn request(&mut self, setup: [u8; 8]) -> Option<Vec<u8>> {
        match (setup[0], setup[1]) {
            (0xA1, 0) => {
                let len = u16::try_from(DEVICE_ID.len() + 2).unwrap_or(u16::MAX);
                Some([&len.to_be_bytes(), DEVICE_ID.as_bytes()].concat())
            }
            // Selected, no error.
            (0xA1, 1) => Some(vec![0x18]),
            (0x21 | 0x23, 2) => {
                self.pairs.iter_mut().for_each(|pair| *pair = Pair::default());
                Some(Vec::new())
            }
            _ => None,
        }
    }

    fn forget(&mut self, bench: &mut Bench) {
        self.pairs.iter_mut().for_each(|pair| *pair = Pair::default());
        self.service.jobs.abort(bench);
    }
}

fn descriptors(pairs: u8) -> Descriptors {
    let endpoint = |address| Endpoint { address, max_packet: MAX_PACKET };
    let mut interfaces = Vec::new();
    for number in 0..pairs {
        let endpoints = vec![endpoint(number + 1), endpoint(0x81 + number)];
        let (class, old) = match number {
            0 => ((7, 1, 2), endpoints.clone()),
            _ => ((0xFF, 0xFF, 0xFF), Vec::new()),
        };
        interfaces.push(Interface { number, alternate: 0, class, endpoints: old });
        interfaces.push(Interface { number, alternate: 1, class: (7, 1, 4), endpoints });
    }
    let identity = Identity {
        vendor: 0x1209,
        product: 0x5CA1,
        maker: "Urna",
        name: "Simulated eSCL Scanner",
        serial: "SIM0001",
    };
    let mut descriptors = Descriptors::new(identity, &interfaces);
    descriptors.others.push((0x21, vec![10, 0x21, 0, 1, 0, 0, CAN_SCAN, 0, 0, 0]));
    descriptors
}
