//! Sides that come and are read while their sheet still moves: when it is out, only the last of it is still to be
//! recognised. Until the sheet is counted nothing follows from them.

use urna_core::recognition::PageReading;
use urna_core::vault_api::{Reply, VaultError};

use crate::count::{MAX_SIDES, elapsed};
use crate::disk::Disk;
use crate::reader::{ReadFault, Reader};
use crate::vault::{Answer, Outcome, Vault, World};

/// Longest side, in bytes: as long as the longest file that is decoded.
const MAX_SIDE_BYTES: usize = 64 << 20;

/// A sheet that moves.
pub(crate) struct Ahead {
    sheet: u32,
    sides: [Side; MAX_SIDES],
    /// Time that reading took.
    milliseconds: f64,
}

#[derive(Default)]
struct Side {
    bytes: Vec<u8>,
    read: Option<Result<PageReading, ReadFault>>,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Takes a part of a side.
    pub(crate) fn take_part(&mut self, sheet: u32, side: u8, buffers: Vec<Vec<u8>>) -> Outcome {
        self.may_count()?;
        let part = only(buffers)?;
        let mut ahead = self.ahead_of(sheet)?;
        let side = ahead.side(side)?;
        if side.bytes.len().saturating_add(part.len()) > MAX_SIDE_BYTES {
            return Err(bad("the side is too long"));
        }
        if side.bytes.is_empty() {
            side.bytes = part;
        } else {
            side.bytes.extend_from_slice(&part);
        }
        self.ahead = Some(ahead);
        Ok(Answer::only(Reply::Taken))
    }

    /// Reads a side, all of which has come.
    pub(crate) fn read_side(&mut self, sheet: u32, side: u8, buffers: Vec<Vec<u8>>) -> Outcome {
        let start = self.world.milliseconds();
        self.may_count()?;
        let head = only(buffers)?;
        let mut ahead = self.ahead_of(sheet)?;
        let side = ahead.side(side)?;
        let mut bytes = std::mem::take(&mut side.bytes);
        if bytes.is_empty() {
            bytes = head;
        } else {
            let place = bytes.get_mut(..head.len()).ok_or_else(|| bad("the head is too long"))?;
            place.copy_from_slice(&head);
        }
        side.read = Some(self.reader.read(&bytes));
        if self.may_explain() {
            side.bytes = bytes;
        }
        ahead.milliseconds += self.world.milliseconds() - start;
        self.ahead = Some(ahead);
        Ok(Answer::only(Reply::Taken))
    }

    /// Counts the sheet that was read, once, if exactly so many sides of it were.
    pub(crate) fn count_read(&mut self, sheet: u32, sides: u8) -> Outcome {
        let start = self.world.milliseconds();
        self.may_count()?;
        let ahead = self.ahead.take().filter(|ahead| ahead.sheet == sheet);
        let ahead = ahead.ok_or_else(|| bad("nothing of that sheet was read"))?;
        let before = start - ahead.milliseconds;
        let (mut read, mut pictures) = (Vec::new(), Vec::new());
        for side in ahead.sides {
            match side.read {
                Some(reading) => {
                    read.push(reading);
                    pictures.extend((!side.bytes.is_empty()).then_some(side.bytes));
                }
                None if side.bytes.is_empty() => {}
                None => return Err(bad("a side was not read")),
            }
        }
        if read.is_empty() || read.len() != usize::from(sides) {
            return Err(bad("not all sides of that sheet were read"));
        }
        // Whatever becomes of it, it is not counted a second time.
        self.last_counted = Some(sheet);
        self.count(read, &pictures, |now| elapsed(before, now))
    }

    /// What came of this sheet so far. It is the caller's: what is refused half-way leaves nothing behind.
    fn ahead_of(&mut self, sheet: u32) -> Result<Ahead, VaultError> {
        let ahead = self.ahead.take().filter(|ahead| ahead.sheet == sheet);
        if self.last_counted.is_some_and(|last| sheet <= last) {
            return Err(bad("that sheet was counted before"));
        }
        Ok(ahead.unwrap_or_else(|| Ahead { sheet, sides: Default::default(), milliseconds: 0.0 }))
    }
}

impl Ahead {
    /// A side that was not read yet.
    fn side(&mut self, side: u8) -> Result<&mut Side, VaultError> {
        let found = self.sides.get_mut(usize::from(side));
        found.filter(|side| side.read.is_none()).ok_or_else(|| bad("a sheet has two sides"))
    }
}

fn only(mut buffers: Vec<Vec<u8>>) -> Result<Vec<u8>, VaultError> {
    match (buffers.pop(), buffers.is_empty()) {
        (Some(buffer), true) => Ok(buffer),
        _ => Err(bad("one buffer")),
    }
}

fn bad(detail: &str) -> VaultError {
    VaultError::BadRequest { detail: detail.to_owned() }
}
