//! What the attacker gets: the difference between copies of everything that was stored, and the key.

use std::collections::{BTreeMap, BTreeSet};

use urna_core::definition::ElectionDefinition;
use urna_core::seal::Digest;
use urna_core::vault_api::VaultError;
use zeroize::Zeroizing;

use super::disk::{TrialDisk, Write};
use super::trial::Inside;
use crate::disk::{Disk, FileName};
use crate::frame::without_tail;
use crate::records::slot_bytes;
use crate::vault::disk_fault;

/// Copies between opening and the end, evenly spread; one more is taken a sheet before the end.
const COPIES: usize = 8;

/// Everything that was stored, as two copies and more show it to whoever has the key of the records.
pub(crate) struct Stored {
    /// Slots that are not what they were before opening, by their place in the file.
    pub slots: Vec<StoredSlot>,
    /// All slots of the file.
    pub slot_count: usize,
    /// The log, up to its last byte that is not zero.
    pub log: Vec<u8>,
    /// Where the log ended before the first sheet.
    pub log_end: usize,
    /// Whether what was in the log then is there unchanged.
    pub is_log_appended: bool,
    /// Files besides log and records that changed, or changed their time, after opening.
    pub other_files: BTreeSet<FileName>,
    /// What each copy shows that the one before did not.
    pub copies: Vec<CopyDifference>,
    /// The key of the records.
    pub key: Zeroizing<[u8; 32]>,
    /// The package that records are bound to.
    pub package: Digest,
    /// Time of the opening.
    pub began_at: u64,
}

/// A slot in the copy before opening and in the last one.
pub(crate) struct StoredSlot {
    pub slot: usize,
    pub before: Vec<u8>,
    pub after: Vec<u8>,
}

/// What two copies show.
pub(crate) struct CopyDifference {
    /// Sheets that the log counts in between.
    pub sheets: usize,
    /// Slots that differ.
    pub slots: BTreeSet<usize>,
}

impl Stored {
    /// Compares the copies; beside them which sheet was written to each slot last.
    pub fn of(
        disk: &TrialDisk,
        definition: &ElectionDefinition,
        inside: &Inside,
        ends: &[usize],
        log_end: usize,
    ) -> Result<(Stored, Vec<(usize, usize)>), VaultError> {
        let read = |file| disk.read(file).map_err(|fault| disk_fault(&fault));
        let records = read(FileName::Records)?;
        let log = without_tail(&read(FileName::Log)?).to_vec();
        let writes = disk.take_writes();
        let size = slot_bytes(definition).max(1);
        let touched = touched_slots(&writes, size, ends);
        let last: BTreeMap<usize, usize> =
            touched.iter().map(|&(sheet, slot)| (slot, sheet)).collect();
        let after = |slot: usize| records.get(slot * size..(slot + 1) * size);
        let slots = last.keys().filter_map(|&slot| {
            let after = after(slot)?.to_vec();
            Some(StoredSlot { slot, before: before(slot, &after, &writes, size), after })
        });
        let stored = Stored {
            slots: slots.collect(),
            slot_count: records.len() / size,
            is_log_appended: writes.iter().all(|w| w.file != FileName::Log || w.at >= log_end),
            log,
            log_end,
            other_files: others(&writes),
            copies: copies(&touched, ends.len()),
            key: inside.key.clone(),
            package: inside.package,
            began_at: inside.began_at,
        };
        Ok((stored, last.into_iter().collect()))
    }
}

/// For each write in the file of records the sheet and the slots that it changed.
fn touched_slots(writes: &[Write], size: usize, ends: &[usize]) -> Vec<(usize, usize)> {
    let records = writes.iter().enumerate().filter(|(_, write)| write.file == FileName::Records);
    let touched = records.flat_map(|(at, write)| {
        let sheet = ends.partition_point(|&end| end <= at);
        let (first, end) = (write.at / size, (write.at + write.new.len()).div_ceil(size));
        (first..end).map(move |slot| (sheet, slot))
    });
    touched.collect()
}

/// What stood in a slot before all these writes.
fn before(slot: usize, after: &[u8], writes: &[Write], size: usize) -> Vec<u8> {
    let mut bytes = after.to_vec();
    let start = slot * size;
    for write in writes.iter().rev().filter(|write| write.file == FileName::Records) {
        let end = write.at + write.old.len();
        if end <= start || write.at >= start + size {
            continue;
        }
        for (at, byte) in bytes.iter_mut().enumerate() {
            let old = (start + at).checked_sub(write.at).and_then(|at| write.old.get(at));
            *byte = old.copied().unwrap_or(*byte);
        }
    }
    bytes
}

/// A write that changes no byte changes the time of its file all the same.
fn others(writes: &[Write]) -> BTreeSet<FileName> {
    let files = writes.iter().map(|write| write.file);
    files.filter(|file| ![FileName::Records, FileName::Log].contains(file)).collect()
}

fn copies(touched: &[(usize, usize)], sheets: usize) -> Vec<CopyDifference> {
    let even = (0..=COPIES).map(|part| sheets * part / COPIES);
    let mut moments: BTreeSet<usize> = even.collect();
    moments.insert(sheets.saturating_sub(1));
    let pairs = moments.iter().zip(moments.iter().skip(1));
    let differences = pairs.map(|(&from, &to)| {
        let inside = touched.iter().filter(|(sheet, _)| (from..to).contains(sheet));
        CopyDifference { sheets: to - from, slots: inside.map(|&(_, slot)| slot).collect() }
    });
    differences.collect()
}
