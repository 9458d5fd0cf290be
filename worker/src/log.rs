//! The event log on disk: appended, flushed, chained; a torn end is cut, anything else is an alarm.

use urna_core::journal::{Event, EventKind};
use urna_core::seal::{Digest, MAX_EVENT_BYTES as MAX_EVENT};

use crate::disk::{Disk, DiskFault, FileName};
use crate::frame::{Frame, HEAD, frame_at, framed, is_zero};

/// Bytes preallocated: room for about 90,000 events, which is a full device whose every sheet came with
/// half a dozen incidents.
pub const LOG_BYTES: usize = 8 << 20;

/// Why the log can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogFault {
    /// The store failed.
    #[error(transparent)]
    Disk(#[from] DiskFault),
    /// An event in the middle is damaged, missing or does not continue the chain.
    #[error("the event log is damaged at event {0}")]
    Damaged(u64),
    /// No room is left.
    #[error("the event log is full")]
    Full,
}

/// What a start had to put right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Repairs {
    /// The event in which a bit had flipped.
    pub mended: Option<u64>,
    /// Bytes of a torn end that were cut.
    pub cut: usize,
}

/// The log, read into memory.
pub struct Log {
    events: Vec<Event>,
    head: Digest,
    end: usize,
    /// After a failed write nobody knows what stands at the end.
    is_broken: bool,
}

impl Log {
    /// Makes an empty log, durable when this returns.
    ///
    /// # Errors
    /// [`LogFault::Disk`].
    pub fn create(disk: &mut dyn Disk) -> Result<Log, LogFault> {
        disk.replace(FileName::Log, &vec![0; LOG_BYTES])?;
        disk.flush(FileName::Log)?;
        Ok(Log { events: Vec::new(), head: Digest::default(), end: 0, is_broken: false })
    }

    /// Reads the log. One flipped bit is mended and a torn end is cut, both durably.
    ///
    /// # Errors
    /// [`LogFault`].
    pub fn open(disk: &mut dyn Disk) -> Result<(Log, Repairs), LogFault> {
        let mut bytes = disk.read(FileName::Log)?;
        let mut log = Log { events: Vec::new(), head: Digest::default(), end: 0, is_broken: false };
        if bytes.len() != LOG_BYTES {
            return Err(LogFault::Damaged(0));
        }
        let mut repairs = Repairs::default();
        let mut mended_at = None;
        let is_torn = loop {
            match frame_at(&bytes, log.end, MAX_EVENT) {
                Frame::Sound(payload) => log.take(payload)?,
                Frame::Empty if is_zero(&bytes[log.end..]) => break false,
                Frame::Empty | Frame::Broken if mended_at.is_some() => break true,
                Frame::Empty | Frame::Broken => {
                    let Some((at, mask)) = flipped_bit(&bytes[log.end..]) else { break true };
                    bytes[log.end + at] ^= mask;
                    mended_at = Some(log.end + at);
                    repairs.mended = Some(log.len());
                }
            }
        };
        if is_torn {
            repairs.cut = torn_len(&bytes[log.end..]).ok_or(LogFault::Damaged(log.len()))?;
        }
        // Nothing is written into a log that can't be used.
        if let Some(at) = mended_at {
            disk.write_at(FileName::Log, at, &bytes[at..=at])?;
        }
        if is_torn {
            disk.write_at(FileName::Log, log.end, &vec![0; repairs.cut])?;
        }
        if repairs != Repairs::default() {
            disk.flush(FileName::Log)?;
        }
        Ok((log, repairs))
    }

    /// Appends an event, durable when this returns.
    ///
    /// # Errors
    /// [`LogFault`].
    pub fn append(
        &mut self,
        disk: &mut dyn Disk,
        at: u64,
        kind: EventKind,
    ) -> Result<(), LogFault> {
        let event = Event { sequence: self.len(), at, previous: self.head, kind };
        let payload = minicbor::to_vec(&event).unwrap_or_default();
        let frame = framed(&payload);
        // The last frame's worth stays zero, so that the end is always seen.
        if payload.len() > MAX_EVENT || self.end + frame.len() + HEAD + MAX_EVENT > LOG_BYTES {
            return Err(LogFault::Full);
        }
        if self.is_broken {
            return Err(LogFault::Damaged(self.len()));
        }
        self.is_broken = true;
        disk.write_at(FileName::Log, self.end, &frame)?;
        disk.flush(FileName::Log)?;
        self.is_broken = false;
        self.head = Digest::of(&payload);
        self.end += frame.len();
        self.events.push(event);
        Ok(())
    }

    /// Every event as it is stored: nothing is encoded again, so that its hash stays what it is.
    ///
    /// # Errors
    /// [`LogFault`], where the disk has something else than was read at the start and written since.
    pub fn stored(&self, disk: &dyn Disk) -> Result<Vec<Vec<u8>>, LogFault> {
        let bytes = disk.read(FileName::Log)?;
        let mut stored = Vec::with_capacity(self.events.len());
        let (mut at, mut head) = (0, Digest::default());
        while at < self.end {
            let Frame::Sound(payload) = frame_at(&bytes, at, MAX_EVENT) else { break };
            head = Digest::of(payload);
            at += HEAD + payload.len();
            stored.push(payload.to_vec());
        }
        if head == self.head { Ok(stored) } else { Err(LogFault::Damaged(stored.len() as u64)) }
    }

    /// The events.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Number of events.
    pub fn len(&self) -> u64 {
        self.events.len() as u64
    }

    /// Hash of the last event; zeros for an empty log.
    pub fn head(&self) -> Digest {
        self.head
    }

    /// Where the next event will stand in the file.
    pub(crate) fn end(&self) -> usize {
        self.end
    }

    fn take(&mut self, payload: &[u8]) -> Result<(), LogFault> {
        let damaged = LogFault::Damaged(self.len());
        let event: Event = minicbor::decode(payload).map_err(|_| damaged.clone())?;
        if event.sequence != self.len() || event.previous != self.head {
            return Err(damaged);
        }
        self.head = Digest::of(payload);
        self.end += HEAD + payload.len();
        self.events.push(event);
        Ok(())
    }
}

/// The one bit, as place and mask, without which the frame here is sound. Within the longest event CRC-32 tells all single
/// flips apart, so there is no second. That it was such a flip and nothing else the chain must show. An event that was torn
/// in its very last bit is taken for whole, which is as good as cut: nobody heard of it.
fn flipped_bit(rest: &[u8]) -> Option<(usize, u8)> {
    let mut frame = rest[..rest.len().min(HEAD + MAX_EVENT)].to_vec();
    for at in 0..frame.len() {
        for mask in (0..8).map(|bit| 1 << bit) {
            frame[at] ^= mask;
            if matches!(frame_at(&frame, 0, MAX_EVENT), Frame::Sound(_)) {
                return Some((at, mask));
            }
            frame[at] ^= mask;
        }
    }
    None
}

/// Length of a torn end: one frame's worth at most, with nothing but zeros behind it and no sound
/// frame in it. Anything else was durable once and is damage.
fn torn_len(rest: &[u8]) -> Option<usize> {
    let longest = HEAD + MAX_EVENT;
    let has_frame = (1..longest.min(rest.len()))
        .any(|at| matches!(frame_at(rest, at, MAX_EVENT), Frame::Sound(_)));
    let behind = rest.get(longest..).unwrap_or_default();
    let last = rest.iter().take(longest).rposition(|&byte| byte != 0)?;
    (is_zero(behind) && !has_frame).then_some(last + 1)
}
