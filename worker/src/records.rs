//! Ballot records: equal in size, sealed, each in a slot chosen at random.
//!
//! Every slot is filled with random bytes when the device is provisioned. To whoever lacks the key, an
//! empty slot, a torn one and a full one look alike; to the key, only a full one opens.

use std::collections::BTreeSet;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use urna_core::definition::{ElectionDefinition, MAX_RECORD_WITH_BAND};
use urna_core::seal::Digest;
use urna_core::tally::BallotRecord;
use zeroize::Zeroizing;

use crate::disk::{Disk, DiskFault, FileName};

/// Sheets that one device can count: four times the largest box (3,000).
pub const SLOTS: usize = 12_000;
/// Longest slot: that of the longest record with a band, and no sensible ballot comes near it.
/// All slots together stay below 33 MiB, which a phone's browser can hold while they are made.
pub(crate) const MAX_SLOT: usize = NONCE + MAX_RECORD_WITH_BAND + TAG;
const NONCE: usize = 12;
const TAG: usize = 16;
const SLOT_NUMBER: usize = 4;

/// The store of records of an unlocked vault.
pub struct Records {
    cipher: Aes256Gcm,
    package: Digest,
    count: u32,
    slot_bytes: usize,
    free: Vec<usize>,
}

/// A record and the count that it was made in.
pub type Found = (u32, BallotRecord);

/// A slot with a record in it, opened.
pub(crate) struct FullSlot {
    pub slot: usize,
    pub nonce: [u8; NONCE],
    pub plain: Zeroizing<Vec<u8>>,
}

/// Why a record can't be stored.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordsFault {
    /// The store failed.
    #[error(transparent)]
    Disk(#[from] DiskFault),
    /// The file has another size than it was provisioned with.
    #[error("the ballot records are damaged")]
    Damaged,
    /// No slot is free.
    #[error("no room for another ballot record")]
    Full,
}

impl Records {
    /// Whether the records of this election have room in the store.
    pub fn fit(definition: &ElectionDefinition) -> bool {
        slot_bytes(definition) <= MAX_SLOT
    }

    /// Bytes of the file of an election.
    pub fn file_bytes(definition: &ElectionDefinition) -> usize {
        SLOTS * slot_bytes(definition)
    }

    /// Fills the file with random bytes; durable when this returns.
    ///
    /// # Errors
    /// [`DiskFault`].
    pub fn create(
        disk: &mut dyn Disk,
        definition: &ElectionDefinition,
        mut random: impl FnMut(&mut [u8]),
    ) -> Result<(), DiskFault> {
        let mut bytes = vec![0; Records::file_bytes(definition)];
        random(&mut bytes);
        disk.replace(FileName::Records, &bytes)?;
        disk.flush(FileName::Records)
    }

    /// Opens every slot: the store for records of `count`, and all records of that and of earlier counts.
    ///
    /// # Errors
    /// [`RecordsFault`].
    pub fn open(
        disk: &dyn Disk,
        definition: &ElectionDefinition,
        package: Digest,
        key: &[u8; 32],
        count: u32,
    ) -> Result<(Records, Vec<Found>), RecordsFault> {
        let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| RecordsFault::Damaged)?;
        let slot_bytes = slot_bytes(definition);
        let bytes = disk.read(FileName::Records)?;
        if bytes.len() != SLOTS * slot_bytes {
            return Err(RecordsFault::Damaged);
        }
        let mut records = Records { cipher, package, count, slot_bytes, free: Vec::new() };
        let mut found = Vec::new();
        for (slot, sealed) in bytes.chunks_exact(slot_bytes).enumerate() {
            match records.unseal(slot, sealed) {
                Some(one) => found.push(one),
                None => records.free.push(slot),
            }
        }
        Ok((records, found))
    }

    /// The slots that carry a record, as they are stored, each behind its number (`u32`, little-endian), in an order
    /// drawn anew.
    ///
    /// # Errors
    /// [`RecordsFault`].
    pub fn sealed(
        &self,
        disk: &dyn Disk,
        mut random: impl FnMut(&mut [u8]),
    ) -> Result<Vec<u8>, RecordsFault> {
        let bytes = disk.read(FileName::Records)?;
        let mut is_free = vec![false; bytes.len() / self.slot_bytes];
        for &slot in &self.free {
            *is_free.get_mut(slot).ok_or(RecordsFault::Damaged)? = true;
        }
        let slots = (0_u32..).zip(bytes.chunks_exact(self.slot_bytes)).zip(is_free);
        let mut filled: Vec<_> =
            slots.filter(|(_, is_free)| !is_free).map(|(slot, _)| slot).collect();
        for at in (1..filled.len()).rev() {
            filled.swap(at, random_below(at + 1, &mut random));
        }
        let mut sealed = Vec::with_capacity(filled.len() * (SLOT_NUMBER + self.slot_bytes));
        for (slot, bytes) in filled {
            sealed.extend_from_slice(&slot.to_le_bytes());
            sealed.extend_from_slice(bytes);
        }
        Ok(sealed)
    }

    /// Opens what [`Records::sealed`] gave of another file; nothing if any of it does not open, or is there twice.
    pub fn unseal_all(&self, sealed: &[u8]) -> Option<Vec<Found>> {
        let parts = sealed.chunks_exact(SLOT_NUMBER + self.slot_bytes);
        let mut seen = BTreeSet::new();
        let is_whole = parts.remainder().is_empty();
        let found: Option<Vec<_>> = parts
            .map(|part| {
                let (slot, bytes) = part.split_first_chunk::<SLOT_NUMBER>()?;
                let slot = usize::try_from(u32::from_le_bytes(*slot)).ok()?;
                seen.insert(slot).then(|| self.unseal(slot, bytes)).flatten()
            })
            .collect();
        found.filter(|_| is_whole)
    }

    /// Slots still free.
    pub fn room(&self) -> usize {
        self.free.len()
    }

    /// Stores a record in a random free slot; durable when this returns.
    ///
    /// # Errors
    /// [`RecordsFault`]; after a disk fault it is unknown whether the record is stored.
    pub fn add(
        &mut self,
        disk: &mut dyn Disk,
        padded: Vec<u8>,
        random: impl FnMut(&mut [u8]),
    ) -> Result<(), RecordsFault> {
        self.add_to(self.count, disk, padded, random)
    }

    /// The same for a record of an earlier count.
    ///
    /// # Errors
    /// [`RecordsFault`].
    pub fn add_to(
        &mut self,
        count: u32,
        disk: &mut dyn Disk,
        padded: Vec<u8>,
        mut random: impl FnMut(&mut [u8]),
    ) -> Result<(), RecordsFault> {
        let padded = Zeroizing::new(padded);
        if self.free.is_empty() || padded.len() + NONCE + TAG != self.slot_bytes {
            return Err(RecordsFault::Full);
        }
        let at = random_below(self.free.len(), &mut random);
        let slot = self.free[at];
        let mut nonce = [0; NONCE];
        random(&mut nonce);
        let payload = Payload { msg: padded.as_slice(), aad: &self.context(slot, count) };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| RecordsFault::Damaged)?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        disk.write_at(FileName::Records, slot * self.slot_bytes, &bytes)?;
        disk.flush(FileName::Records)?;
        self.free.swap_remove(at);
        Ok(())
    }

    /// What the slots with records of this count hold, by their places: nonce, and what the key opens.
    ///
    /// # Errors
    /// [`RecordsFault`].
    pub(crate) fn full(&self, disk: &dyn Disk) -> Result<Vec<FullSlot>, RecordsFault> {
        let bytes = disk.read(FileName::Records)?;
        let free: BTreeSet<usize> = self.free.iter().copied().collect();
        let slots = bytes.chunks_exact(self.slot_bytes).enumerate();
        let full = slots.filter(|(slot, _)| !free.contains(slot)).map(|(slot, sealed)| {
            let nonce = *sealed.first_chunk::<NONCE>()?;
            let (count, plain) = self.opened_by_any(slot, sealed)?;
            Some((count, FullSlot { slot, nonce, plain }))
        });
        let full: Option<Vec<_>> = full.collect();
        let full = full.ok_or(RecordsFault::Damaged)?.into_iter();
        Ok(full.filter(|(count, _)| *count == self.count).map(|(_, full)| full).collect())
    }

    fn unseal(&self, slot: usize, sealed: &[u8]) -> Option<Found> {
        let (count, plain) = self.opened_by_any(slot, sealed)?;
        BallotRecord::from_padded_bytes(&plain).ok().map(|record| (count, record))
    }

    /// What is in a slot, and the count that it was made in: this one or one before it.
    fn opened_by_any(&self, slot: usize, sealed: &[u8]) -> Option<(u32, Zeroizing<Vec<u8>>)> {
        let mut counts = (1..=self.count).rev();
        counts.find_map(|count| self.opened(slot, count, sealed).map(|plain| (count, plain)))
    }

    fn opened(&self, slot: usize, count: u32, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: &self.context(slot, count) };
        self.cipher.decrypt(&Nonce::from(nonce), payload).ok().map(Zeroizing::new)
    }

    /// Binds a record to its election, its slot and its count, so that none can be copied or moved, nor counted
    /// again in another count.
    fn context(&self, slot: usize, count: u32) -> Vec<u8> {
        let mut context = [self.package.0.as_slice(), &(slot as u64).to_le_bytes()].concat();
        // The first count is the whole day of most devices.
        if count > 1 {
            context.extend_from_slice(&count.to_le_bytes());
        }
        context
    }
}

/// Size of a slot.
pub(crate) fn slot_bytes(definition: &ElectionDefinition) -> usize {
    NONCE + BallotRecord::padded_len(definition) + TAG
}

/// Evenly below `limit`, by rejection: a remainder would favour the first slots.
pub(crate) fn random_below(limit: usize, mut random: impl FnMut(&mut [u8])) -> usize {
    let limit = limit as u64;
    let zone = u64::MAX - u64::MAX % limit;
    loop {
        let mut bytes = [0; 8];
        random(&mut bytes);
        let value = u64::from_le_bytes(bytes);
        if value < zone {
            return usize::try_from(value % limit).unwrap_or(0);
        }
    }
}
