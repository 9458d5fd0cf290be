//! Ballot records: equal in size, sealed, each in a slot chosen at random.
//!
//! Every slot is filled with random bytes when the device is provisioned. To whoever lacks the key, an
//! empty slot, a torn one and a full one look alike; to the key, only a full one opens.

use std::collections::BTreeSet;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use urna_core::definition::ElectionDefinition;
use urna_core::seal::Digest;
use urna_core::tally::BallotRecord;
use zeroize::Zeroizing;

use crate::disk::{Disk, DiskFault, FileName};

/// Sheets that one device can count: twice the largest box (3,000).
pub const SLOTS: usize = 6_000;
const NONCE: usize = 12;
const TAG: usize = 16;

/// The store of records of an unlocked vault.
pub struct Records {
    cipher: Aes256Gcm,
    package: Digest,
    slot_bytes: usize,
    free: Vec<usize>,
}

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
    /// Fills the file with random bytes; durable when this returns.
    ///
    /// # Errors
    /// [`DiskFault`].
    pub fn create(
        disk: &mut dyn Disk,
        definition: &ElectionDefinition,
        mut random: impl FnMut(&mut [u8]),
    ) -> Result<(), DiskFault> {
        let mut bytes = vec![0; SLOTS * slot_bytes(definition)];
        random(&mut bytes);
        disk.replace(FileName::Records, &bytes)?;
        disk.flush(FileName::Records)
    }

    /// Opens every slot: the store and all records in it.
    ///
    /// # Errors
    /// [`RecordsFault`].
    pub fn open(
        disk: &dyn Disk,
        definition: &ElectionDefinition,
        package: Digest,
        key: &[u8; 32],
    ) -> Result<(Records, Vec<BallotRecord>), RecordsFault> {
        let cipher = Aes256Gcm::new_from_slice(key).map_err(|_| RecordsFault::Damaged)?;
        let slot_bytes = slot_bytes(definition);
        let bytes = disk.read(FileName::Records)?;
        if bytes.len() != SLOTS * slot_bytes {
            return Err(RecordsFault::Damaged);
        }
        let mut records = Records { cipher, package, slot_bytes, free: Vec::new() };
        let mut found = Vec::new();
        for (slot, sealed) in bytes.chunks_exact(slot_bytes).enumerate() {
            match records.unseal(slot, sealed) {
                Some(record) => found.push(record),
                None => records.free.push(slot),
            }
        }
        Ok((records, found))
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
        let payload = Payload { msg: padded.as_slice(), aad: &self.context(slot) };
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| RecordsFault::Damaged)?;
        let bytes = [nonce.as_slice(), &sealed].concat();
        disk.write_at(FileName::Records, slot * self.slot_bytes, &bytes)?;
        disk.flush(FileName::Records)?;
        self.free.swap_remove(at);
        Ok(())
    }

    /// What the full slots hold, by their places: nonce, and what the key opens.
    ///
    /// # Errors
    /// [`RecordsFault`].
    pub(crate) fn full(&self, disk: &dyn Disk) -> Result<Vec<FullSlot>, RecordsFault> {
        let bytes = disk.read(FileName::Records)?;
        let free: BTreeSet<usize> = self.free.iter().copied().collect();
        let slots = bytes.chunks_exact(self.slot_bytes).enumerate();
        let full = slots.filter(|(slot, _)| !free.contains(slot)).map(|(slot, sealed)| {
            let nonce = *sealed.first_chunk::<NONCE>()?;
            Some(FullSlot { slot, nonce, plain: self.opened(slot, sealed)? })
        });
        full.collect::<Option<_>>().ok_or(RecordsFault::Damaged)
    }

    fn unseal(&self, slot: usize, sealed: &[u8]) -> Option<BallotRecord> {
        BallotRecord::from_padded_bytes(&self.opened(slot, sealed)?).ok()
    }

    fn opened(&self, slot: usize, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        let payload = Payload { msg: sealed, aad: &self.context(slot) };
        self.cipher.decrypt(&Nonce::from(nonce), payload).ok().map(Zeroizing::new)
    }

    /// Binds a record to its election and its slot, so that none can be copied or moved.
    fn context(&self, slot: usize) -> Vec<u8> {
        [self.package.0.as_slice(), &(slot as u64).to_le_bytes()].concat()
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
