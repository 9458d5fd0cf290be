//! An event log that was taken out of its vault, and how anyone checks it: the chain of hashes, the head
//! that the device signed, the enrolment that says whose device it is.

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::cose::{Mismatch, SealError, SealKind, open, peek, seal};
use super::key::{PublicKey, Signer};
use super::payload::{Digest, Enrolment, decode, encode};
use crate::journal::{Event, EventKind};
use crate::{DeviceId, ElectionId, PrecinctId};

/// Longest event, in bytes.
pub const MAX_EVENT_BYTES: usize = 2_048;
/// Longest file that is looked at: the vault's log has 4 MiB.
const MAX_BYTES: usize = 64 << 20;

/// What the device signs of its log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct LogHead {
    /// The election.
    #[n(0)]
    pub election: ElectionId,
    /// Digest of the sealed package.
    #[n(1)]
    pub package: Digest,
    /// The precinct.
    #[n(2)]
    pub precinct: PrecinctId,
    /// Name of the device.
    #[n(3)]
    pub device: DeviceId,
    /// Events in the log.
    #[n(4)]
    pub events: u64,
    /// Hash of the last of them.
    #[n(5)]
    pub head: Digest,
    /// When it was taken out, by the device's clock.
    #[n(6)]
    pub made_at: u64,
    /// The program that took it out.
    #[n(7)]
    pub software: String,
}

/// The file.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct LogExport {
    /// The enrolment, sealed by the authority.
    #[cbor(n(0), with = "minicbor::bytes")]
    pub enrolment: Vec<u8>,
    /// The head, sealed by the device.
    #[cbor(n(1), with = "minicbor::bytes")]
    pub head: Vec<u8>,
    /// The events as they are stored.
    #[n(2)]
    pub events: Vec<ByteVec>,
}

/// An event that is in its place. Of a kind that a newer program made there is only its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadEvent {
    /// Place in the log.
    pub sequence: u64,
    /// The device's clock.
    pub at: u64,
    /// What happened, if this program knows the kind.
    pub kind: Option<EventKind>,
    /// Hash of the event.
    pub digest: Digest,
}

/// A log whose chain, head and (if there was a root key) enrolment hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifiedLog {
    /// What the device signed.
    pub head: LogHead,
    /// Whose device it is.
    pub enrolment: Enrolment,
    /// The events.
    pub events: Vec<ReadEvent>,
}

/// Why a log is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// It is no exported log, or its frame is damaged.
    #[error("this is not an exported event log, or it is damaged")]
    NotALog,
    /// Enrolment or head do not hold.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The chain is broken.
    #[error(transparent)]
    Broken(#[from] BrokenLink),
}

/// The first place at which the chain does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("event {number}: {what}")]
pub struct BrokenLink {
    /// Number of the event.
    pub number: u64,
    /// What is wrong with it.
    pub what: Broken,
}

/// What is wrong with an event.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// It can't be read as an event.
    #[error("it can't be read")]
    Unreadable,
    /// Another one stands in its place.
    #[error("event {found} stands in its place: events were removed, added or moved")]
    Misplaced {
        /// The number that stands there.
        found: u64,
    },
    /// Its hash is not the one that its neighbours give.
    #[error("it was changed: its hash does not fit its neighbours")]
    Changed,
    /// The log ends before it.
    #[error("it is missing: the log has {found} events and the device signed {signed}")]
    Missing {
        /// How many there are.
        found: u64,
        /// How many there were.
        signed: u64,
    },
    /// The device signed fewer events.
    #[error("it was added: the device signed {signed} events")]
    Added {
        /// How many there were.
        signed: u64,
    },
}

/// What every event has, of whatever kind it is.
#[derive(Decode)]
#[cbor(map)]
struct Link {
    #[n(0)]
    sequence: u64,
    #[n(1)]
    at: u64,
    #[n(2)]
    previous: Digest,
}

impl LogHead {
    /// Seals the head with the device's key.
    ///
    /// # Errors
    /// [`SealError::BadContent`]; nothing is known to cause it.
    pub fn seal(&self, device: &dyn Signer) -> Result<Vec<u8>, SealError> {
        seal(SealKind::LogHead, encode(self)?, device)
    }
}

impl LogExport {
    /// The bytes of the file.
    ///
    /// # Errors
    /// [`SealError::BadContent`]; nothing is known to cause it.
    pub fn to_bytes(&self) -> Result<Vec<u8>, SealError> {
        encode(self)
    }

    /// Reads a file; nothing is verified yet.
    ///
    /// # Errors
    /// [`LogFault::NotALog`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LogFault> {
        if bytes.len() > MAX_BYTES {
            return Err(LogFault::NotALog);
        }
        decode(bytes).map_err(|_| LogFault::NotALog)
    }

    /// Verifies enrolment, head and every link. Without the root key nobody vouches for the enrolment: the
    /// chain and the signature of the key that it names are all that is checked.
    ///
    /// # Errors
    /// [`LogFault`]: first the seals, then the first broken link.
    pub fn verify(&self, root: Option<&PublicKey>) -> Result<VerifiedLog, LogFault> {
        let enrolment = match root {
            Some(root) => Enrolment::open(&self.enrolment, root)?,
            None => decode(&peek(&self.enrolment)?)?,
        };
        let head: LogHead = decode(&open(SealKind::LogHead, &self.head, &enrolment.key()?)?)?;
        enrolment.check_named(&head.device, &head.precinct, head.package, &head.election)?;
        let events = self.check_chain(&head)?;
        let other = |event: &ReadEvent| matches!(&event.kind, Some(EventKind::Provisioned { package, .. }) if *package != head.package);
        if events.iter().any(other) {
            return Err(SealError::Mismatch(Mismatch::Package).into());
        }
        Ok(VerifiedLog { head, enrolment, events })
    }

    fn check_chain(&self, signed: &LogHead) -> Result<Vec<ReadEvent>, BrokenLink> {
        let digests: Vec<Digest> = self.events.iter().map(|bytes| Digest::of(bytes)).collect();
        let mut events = Vec::with_capacity(self.events.len());
        let mut previous = Digest::default();
        for (at, (bytes, digest)) in self.events.iter().zip(&digests).enumerate() {
            let number = number(at);
            let broken = |what| BrokenLink { number, what };
            let link = link_of(bytes).ok_or_else(|| broken(Broken::Unreadable))?;
            if number >= signed.events {
                return Err(broken(Broken::Added { signed: signed.events }));
            }
            if link.sequence != number {
                return Err(broken(Broken::Misplaced { found: link.sequence }));
            }
            if link.previous != previous {
                return Err(BrokenLink {
                    number: self.changed(at, *digest, signed),
                    what: Broken::Changed,
                });
            }
            let kind = minicbor::decode::<Event>(bytes).ok().map(|event| event.kind);
            events.push(ReadEvent { sequence: number, at: link.at, kind, digest: *digest });
            previous = *digest;
        }
        let found = number(events.len());
        if found < signed.events {
            let what = Broken::Missing { found, signed: signed.events };
            return Err(BrokenLink { number: found, what });
        }
        if previous != signed.head {
            let number = found.saturating_sub(1);
            return Err(BrokenLink { number, what: Broken::Changed });
        }
        Ok(events)
    }

    /// Which event was changed where the one at `at` does not continue the one before: this one, if what
    /// follows does not continue it either; else the one before.
    fn changed(&self, at: usize, digest: Digest, signed: &LogHead) -> u64 {
        let next = match self.events.get(at + 1) {
            Some(bytes) => link_of(bytes).map(|link| link.previous),
            None => Some(signed.head),
        };
        let is_before = next == Some(digest);
        number(at).saturating_sub(u64::from(is_before))
    }
}

impl VerifiedLog {
    /// The head after so many events: what a report with this number of events must carry.
    pub fn head_after(&self, events: u64) -> Option<Digest> {
        let Some(last) = events.checked_sub(1) else { return Some(Digest::default()) };
        self.events.get(usize::try_from(last).ok()?).map(|event| event.digest)
    }
}

fn link_of(bytes: &[u8]) -> Option<Link> {
    if bytes.len() > MAX_EVENT_BYTES {
        return None;
    }
    decode(bytes).ok()
}

fn number(at: usize) -> u64 {
    u64::try_from(at).unwrap_or(u64::MAX)
}
