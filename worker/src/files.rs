//! How the vault's files are laid out: their sizes, and what stands where (docs/formats.md, "Files in the vault").

use minicbor::{Decode, Encode};
use urna_core::definition::ElectionDefinition;
use urna_core::report::MAX_COUNTS;
use urna_core::seal::{Enrolment, Package, PublicKey};
use urna_core::vault_api::VaultError;

use crate::disk::{Disk, FileName};
use crate::frame::{Frame, HEAD, frame_at};
use crate::keys::SealedKeys;
use crate::log::{LOG_BYTES, Log};
use crate::records::{MAX_SLOT, Records, SLOTS};
use crate::vault::{Election, disk_fault, storage};

/// The keys file: two places for sealed keys, taken in turn, and the enrolments behind, one for each count.
const KEYS_BYTES: usize = ENROLMENT_AT + MAX_COUNTS as usize * ENROLMENT_BYTES;
pub(crate) const KEYS_PLACE: usize = 1_024;
const ENROLMENT_AT: usize = 2 * KEYS_PLACE;
/// A sealed enrolment in its frame, at most.
const ENROLMENT_BYTES: usize = 6_144;
/// The sealed final report with every register in its frame, at most; one behind the other, one for each count.
pub const RESULT_BYTES: usize = 1 << 20;
const RESULTS_BYTES: usize = MAX_COUNTS as usize * RESULT_BYTES;
pub(crate) const MAX_PACKAGE: usize = 256 << 20;

/// The package file's payload.
#[derive(Encode, Decode)]
pub(crate) struct Stored {
    #[cbor(n(0), with = "minicbor::bytes")]
    pub root: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub package: Vec<u8>,
}

/// What any election may take for each sheet, in bytes.
const MAX_PER_SHEET: usize = 4 << 10;
const _: () =
    assert!(MAX_SLOT + (KEYS_BYTES + RESULTS_BYTES + LOG_BYTES).div_ceil(SLOTS) <= MAX_PER_SHEET);

/// What a device stores for each sheet that it can count, the log and everything else but the package included.
pub fn bytes_per_sheet(definition: &ElectionDefinition) -> usize {
    (Records::file_bytes(definition) + KEYS_BYTES + RESULTS_BYTES + LOG_BYTES).div_ceil(SLOTS)
}

/// All files at their full size but the package, each durable before the next.
pub(crate) fn make_empty(
    disk: &mut dyn Disk,
    definition: &ElectionDefinition,
    random: impl FnMut(&mut [u8]),
) -> Result<Log, VaultError> {
    let fault = |fault| disk_fault(&fault);
    Records::create(disk, definition, random).map_err(fault)?;
    for (file, len) in [(FileName::Keys, KEYS_BYTES), (FileName::Result, RESULTS_BYTES)] {
        disk.replace(file, &vec![0; len]).map_err(fault)?;
        disk.flush(file).map_err(fault)?;
    }
    Ok(Log::create(disk)?)
}

/// A file that is missing or cut is told before polls may open, and not when it is needed.
pub(crate) fn check_sizes(
    disk: &dyn Disk,
    definition: &ElectionDefinition,
) -> Result<(), VaultError> {
    let sizes = [
        (FileName::Records, Records::file_bytes(definition)),
        (FileName::Keys, KEYS_BYTES),
        (FileName::Result, RESULTS_BYTES),
        (FileName::Log, LOG_BYTES),
    ];
    for (file, expected) in sizes {
        let found = disk.len(file).map_err(|fault| disk_fault(&fault))?;
        if found != expected {
            let what = format!("{} has {found} bytes instead of {expected}", file.as_str());
            return Err(storage("damaged", what));
        }
    }
    Ok(())
}

/// Where a sealing of the keys lies.
pub(crate) fn keys_at(generation: u32) -> usize {
    if generation.is_multiple_of(2) { 0 } else { KEYS_PLACE }
}

/// A sealing of the keys in a keys file.
pub(crate) fn keys_in(bytes: &[u8], generation: u32) -> Option<SealedKeys> {
    let sealed: SealedKeys = match frame_at(bytes, keys_at(generation), KEYS_PLACE - HEAD) {
        Frame::Sound(payload) => minicbor::decode(payload).ok()?,
        Frame::Empty | Frame::Broken => return None,
    };
    Some(sealed).filter(|sealed| sealed.generation() == generation)
}

/// The latest sealing in a keys file of which the log is not at hand.
pub(crate) fn latest_keys_in(bytes: &[u8]) -> Option<SealedKeys> {
    let at = |place| match frame_at(bytes, place, KEYS_PLACE - HEAD) {
        Frame::Sound(payload) => minicbor::decode::<SealedKeys>(payload).ok(),
        Frame::Empty | Frame::Broken => None,
    };
    [at(0), at(KEYS_PLACE)].into_iter().flatten().max_by_key(SealedKeys::generation)
}

/// Where the enrolment of a count stands in the keys file.
pub(crate) fn enrolment_at(count: u32) -> usize {
    ENROLMENT_AT + place(count) * ENROLMENT_BYTES
}

/// Whether a sealed enrolment has room in its place.
pub(crate) fn fits_enrolment(sealed: &[u8]) -> bool {
    sealed.len() + HEAD <= ENROLMENT_BYTES
}

/// The enrolment of a count in a keys file, and its seal.
pub(crate) fn enrolment_in(
    bytes: &[u8],
    count: u32,
    root: &PublicKey,
) -> Option<(Vec<u8>, Enrolment)> {
    match frame_at(bytes, enrolment_at(count), ENROLMENT_BYTES) {
        Frame::Sound(sealed) => {
            Enrolment::open(sealed, root).ok().map(|enrolment| (sealed.to_vec(), enrolment))
        }
        Frame::Empty | Frame::Broken => None,
    }
}

/// Where the final report of a count stands in the result file.
pub(crate) fn result_at(count: u32) -> usize {
    place(count) * RESULT_BYTES
}

/// Place of a count among others; no count is beyond [`MAX_COUNTS`], since its report would not hold.
fn place(count: u32) -> usize {
    usize::try_from(count.clamp(1, MAX_COUNTS) - 1).unwrap_or(0)
}

impl Election {
    /// Reads the payload of a package file; the root is the one that it names.
    pub(crate) fn from_stored(payload: &[u8]) -> Result<Election, String> {
        let words = |fault: &dyn std::fmt::Display| fault.to_string();
        let stored: Stored = minicbor::decode(payload).map_err(|fault| words(&fault))?;
        let root = PublicKey::from_sec1(&stored.root).map_err(|fault| words(&fault))?;
        let verified = Package::open(&stored.package, &root).map_err(|fault| words(&fault))?;
        Ok(Election { root, verified })
    }
}
