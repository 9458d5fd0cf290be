//! Sides that are read while their sheet still moves: recognition does not wait for the other side, nor the next
//! sheet for recognition of more than is left. Until the sheet is counted nothing follows from them.

use urna_core::recognition::PageReading;
use urna_core::vault_api::{Reply, VaultError};

use crate::count::{MAX_SIDES, elapsed};
use crate::disk::Disk;
use crate::reader::{ReadFault, Reader};
use crate::vault::{Answer, Outcome, Vault, World};

/// A sheet that moves.
pub(crate) struct Ahead {
    sheet: u32,
    /// What was read of each side.
    pub sides: Vec<Result<PageReading, ReadFault>>,
    /// The sides themselves, where an image of them may be shown.
    pub pictures: Vec<Vec<u8>>,
    /// Time that reading took.
    pub milliseconds: f64,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Reads one side. What was read of another sheet is forgotten: that one is void.
    pub(crate) fn read_side(&mut self, sheet: u32, mut buffers: Vec<Vec<u8>>) -> Outcome {
        let start = self.world.milliseconds();
        self.may_count()?;
        let (Some(side), true) = (buffers.pop(), buffers.is_empty()) else {
            return Err(bad("one side at a time"));
        };
        if self.last_counted.is_some_and(|last| sheet <= last) {
            return Err(bad("that sheet was counted before"));
        }
        let ahead = self.ahead.take().filter(|ahead| ahead.sheet == sheet);
        let mut ahead = ahead.unwrap_or_else(|| Ahead {
            sheet,
            sides: Vec::new(),
            pictures: Vec::new(),
            milliseconds: 0.0,
        });
        if ahead.sides.len() >= MAX_SIDES {
            // Whose side it is nobody knows: the sheet is void.
            return Err(bad("a sheet has one or two sides"));
        }
        ahead.sides.push(self.reader.read(&side));
        ahead.milliseconds += self.world.milliseconds() - start;
        if self.may_explain() {
            ahead.pictures.push(side);
        }
        self.ahead = Some(ahead);
        Ok(Answer::only(Reply::SideRead))
    }

    /// Counts the sheet that was read, once, if exactly these sides of it were.
    pub(crate) fn count_read(&mut self, sheet: u32, sides: u8) -> Outcome {
        let start = self.world.milliseconds();
        self.may_count()?;
        let read = self.ahead.take().filter(|ahead| ahead.sheet == sheet);
        let whole = read.filter(|ahead| ahead.sides.len() == usize::from(sides));
        let ahead = whole.ok_or_else(|| bad("not all sides of that sheet were read"))?;
        let before = ahead.milliseconds;
        // Whatever becomes of it, it is not counted a second time.
        self.last_counted = Some(sheet);
        self.count(ahead.sides, &ahead.pictures, |now| elapsed(start - before, now))
    }
}

fn bad(detail: &str) -> VaultError {
    VaultError::BadRequest { detail: detail.to_owned() }
}
