//! What the attacker reads out of slots: columns of numbers, one number for each record.
//!
//! Slots are opened here by what docs/formats.md says of them, not by the code that wrote them.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use urna_core::seal::Digest;
use zeroize::Zeroizing;

use super::stored::{Stored, StoredSlot};

const NONCE: usize = 12;
/// Bytes at the end of a slot that stay what they were by chance once in 2⁶⁴.
const SAME_TAIL: usize = 8;

/// One number of each record; steps wrap at `modulus`, 0 is 2⁶⁴.
pub(super) struct Column {
    pub values: Vec<u64>,
    pub modulus: u64,
}

/// What the key opens of each slot; nothing where it is no record.
pub(super) fn opened(stored: &Stored) -> Vec<Option<Zeroizing<Vec<u8>>>> {
    let Ok(cipher) = Aes256Gcm::new_from_slice(stored.key.as_ref()) else { return Vec::new() };
    let open = |slot: &StoredSlot| {
        // A record that is shorter than its slot ends where the slot begins to be what it was.
        let changed = changed_bytes(slot);
        let lengths = [slot.after.len(), changed, changed + 1, changed + 2];
        lengths
            .into_iter()
            .find_map(|len| unsealed(&cipher, &stored.package, slot.slot, slot.after.get(..len)?))
    };
    stored.slots.iter().map(open).collect()
}

/// Opens one sealed record.
pub(super) fn unsealed(
    cipher: &Aes256Gcm,
    package: &Digest,
    slot: usize,
    sealed: &[u8],
) -> Option<Zeroizing<Vec<u8>>> {
    let (nonce, sealed) = sealed.split_at_checked(NONCE)?;
    let nonce: [u8; NONCE] = nonce.try_into().ok()?;
    let aad = [package.0.as_slice(), &u64::try_from(slot).ok()?.to_le_bytes()].concat();
    let payload = Payload { msg: sealed, aad: &aad };
    cipher.decrypt(&Nonce::from(nonce), payload).ok().map(Zeroizing::new)
}

/// Whether a record takes less than its slot.
pub(super) fn differ_in_size(slots: &[&StoredSlot]) -> bool {
    slots.iter().any(|slot| changed_bytes(slot) + SAME_TAIL <= slot.after.len())
}

fn changed_bytes(slot: &StoredSlot) -> usize {
    let mut pairs = slot.before.iter().zip(&slot.after);
    pairs.rposition(|(before, after)| before != after).map_or(0, |last| last + 1)
}

/// The nonces.
pub(super) fn nonces(slots: &[&StoredSlot]) -> Vec<[u8; NONCE]> {
    let nonce = |slot: &&StoredSlot| slot.after.first_chunk::<NONCE>().copied().unwrap_or_default();
    slots.iter().map(nonce).collect()
}

/// Nonces byte by byte, and as numbers of 4 and 8 bytes from either end.
pub(super) fn nonce_columns(nonces: &[[u8; NONCE]]) -> Vec<Column> {
    let mut columns: Vec<Column> = bytes_of(nonces, 0).collect();
    for width in [4, 8] {
        for at in (0..=NONCE - width).step_by(4) {
            for is_little in [true, false] {
                let word = |nonce: &[u8; NONCE]| word(&nonce[at..at + width], is_little);
                let modulus = if width == 4 { 1 << 32 } else { 0 };
                columns.push(Column { values: nonces.iter().map(word).collect(), modulus });
            }
        }
    }
    columns
}

/// The rest of the slot byte by byte.
pub(super) fn sealed_columns<'a>(
    slots: &'a [&StoredSlot],
) -> impl Iterator<Item = Column> + use<'a> {
    let sealed: Vec<&[u8]> = slots.iter().map(|slot| slot.after.as_slice()).collect();
    bytes_of_all(sealed, NONCE)
}

/// What the keys open, byte by byte.
pub(super) fn plain_columns<'a>(plain: &[&'a [u8]]) -> impl Iterator<Item = Column> + use<'a> {
    bytes_of_all(plain.to_vec(), 0)
}

/// How many different contents there are, zeros at the end aside.
pub(super) fn different(plain: &[&[u8]]) -> usize {
    let without_padding = |bytes: &&[u8]| {
        let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
        bytes[..end].to_vec()
    };
    let mut contents: Vec<Vec<u8>> = plain.iter().map(without_padding).collect();
    contents.sort_unstable();
    contents.dedup();
    contents.len()
}

/// A number in either order of its bytes.
pub(super) fn word(bytes: &[u8], is_little: bool) -> u64 {
    let put = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
    if is_little { bytes.iter().rev().fold(0, put) } else { bytes.iter().fold(0, put) }
}

fn bytes_of(nonces: &[[u8; NONCE]], from: usize) -> impl Iterator<Item = Column> + use<'_> {
    bytes_of_all(nonces.iter().map(<[u8; NONCE]>::as_slice).collect(), from)
}

fn bytes_of_all(rows: Vec<&[u8]>, from: usize) -> impl Iterator<Item = Column> + use<'_> {
    let longest = rows.iter().map(|row| row.len()).max().unwrap_or(0);
    (from..longest).map(move |at| {
        let byte = |row: &&[u8]| u64::from(row.get(at).copied().unwrap_or(0));
        Column { values: rows.iter().map(byte).collect(), modulus: 256 }
    })
}
