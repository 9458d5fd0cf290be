//! Stores and worlds that leak, each in one way, to see that the self-test finds it.

use std::collections::BTreeSet;

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use urna_core::journal::{Event, EventKind};
use urna_core::seal::Digest;

use super::disk::TrialDisk;
use super::records::unsealed;
use super::trial::Inside;
use crate::disk::{Disk, DiskFault, FileName};
use crate::frame::{HEAD, framed};
use crate::records::{SLOTS, random_below};
use crate::vault::World;

/// How a store leaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leak {
    /// Not at all: to see that what follows is the leak's doing.
    None,
    /// Records one behind the other.
    SlotsInARow,
    /// A slot by the clock.
    SlotsByTime,
    /// Far apart, by one step that wraps.
    SlotsByStep,
    /// Anywhere near a place that moves on.
    SlotsInAWindow,
    /// Slots drawn by a weak generator that was seeded with the time, as `Records` draws them.
    SlotsSeeded,
    /// Slots drawn by a weak generator that is seeded with the time of each sheet.
    SlotsSeededEachTime,
    /// The draw that gave the slot is stored as the nonce.
    SlotInNonce,
    /// A counter as nonce.
    NonceCounter,
    /// The time in the nonce.
    NonceTime,
    /// Always the same nonce.
    NonceSame,
    /// Nonces of a shift register.
    NonceShiftRegister,
    /// Nonces of a weak generator whose output looks well.
    NonceWeak,
    /// The time in the padding.
    PaddingTime,
    /// A number in the padding.
    PaddingCounter,
    /// A random number in the padding: it tells no order, and would be a name for the sheet.
    PaddingRandom,
    /// A checksum over the record before.
    PaddingChain,
    /// One bit in the padding: morning or afternoon.
    PaddingHalf,
    /// Records as short as their votes.
    Short,
    /// Nonces chosen until the tag counts.
    TagCounts,
    /// The event says something of the votes.
    EventChoice,
    /// The event is longer for some votes.
    EventLength,
    /// The event's time depends on the votes.
    EventTime,
    /// One event more for some votes.
    EventMore,
    /// What is behind the log's end counts votes.
    EventTail,
    /// The running tally in another file.
    Tally,
    /// Another file is written with what is in it, so that its time changes.
    FileTime,
    /// The running tally in a slot.
    TallySlot,
    /// The record before is sealed anew.
    Resealed,
}

/// A store that leaks.
pub(super) struct LeakyDisk {
    disk: TrialDisk,
    leak: Leak,
    cipher: Aes256Gcm,
    package: Digest,
    clock: std::rc::Rc<std::cell::Cell<u64>>,
    random: Sound,
    weak: u64,
    sheets: usize,
    used: BTreeSet<usize>,
    free: Vec<usize>,
    last: Option<(usize, Vec<u8>)>,
    /// Something that depends on the votes of the last sheet.
    choice: u8,
    log: Option<(usize, Digest)>,
}

impl LeakyDisk {
    pub fn new(leak: Leak, disk: TrialDisk, inside: &Inside) -> Self {
        LeakyDisk {
            disk,
            leak,
            cipher: Aes256Gcm::new_from_slice(inside.key.as_ref()).unwrap(),
            package: inside.package,
            clock: inside.clock.clone(),
            random: Sound::new(99),
            weak: inside.began_at - 1_234,
            sheets: 0,
            used: BTreeSet::new(),
            free: (0..SLOTS).collect(),
            last: None,
            choice: 0,
            log: None,
        }
    }

    fn record(&mut self, at: usize, sealed: &[u8]) -> Result<(), DiskFault> {
        let (size, was) = (sealed.len(), at / sealed.len());
        let mut plain = unsealed(&self.cipher, &self.package, was, sealed).unwrap().to_vec();
        let mut nonce: [u8; 12] = sealed[..12].try_into().unwrap();
        self.choice = plain.iter().fold(0_u8, |sum, &byte| sum.wrapping_add(byte)) % 2;
        let slot = self.slot(was, &nonce);
        self.change_nonce(&mut nonce);
        self.change_plain(&mut plain);
        let mut sealed = self.seal(slot, &nonce, &plain);
        let count = self.sheets.to_le_bytes()[0];
        while self.leak == Leak::TagCounts && sealed.last() != Some(&count) {
            self.random.random(&mut nonce);
            sealed = self.seal(slot, &nonce, &plain);
        }
        self.disk.write_at(FileName::Records, slot * size, &sealed)?;
        self.used.insert(slot);
        let last = self.last.replace((slot, plain));
        self.sheets += 1;
        match (self.leak, last) {
            (Leak::TallySlot, _) => {
                let free = (0..SLOTS).rev().find(|slot| !self.used.contains(slot)).unwrap();
                let mut tally = vec![0; size];
                self.random.random(&mut tally);
                self.disk.write_at(FileName::Records, free * size, &tally)?;
            }
            (Leak::Resealed, Some((slot, plain))) => {
                self.random.random(&mut nonce);
                let again = self.seal(slot, &nonce, &plain);
                self.disk.write_at(FileName::Records, slot * size, &again)?;
            }
            (Leak::Tally, _) => self.disk.write_at(FileName::Result, 9, &[count])?,
            (Leak::FileTime, _) => {
                let keys = self.disk.read(FileName::Keys)?;
                self.disk.write_at(FileName::Keys, 0, &keys[..8])?;
            }
            _ => {}
        }
        Ok(())
    }

    fn slot(&mut self, was: usize, nonce: &[u8; 12]) -> usize {
        let mut word = [0; 8];
        let wanted = match self.leak {
            Leak::SlotsInARow => self.sheets,
            Leak::SlotsByTime => usize::try_from(self.clock.get()).unwrap() % SLOTS,
            Leak::SlotsByStep => self.sheets * 1_237 % SLOTS,
            Leak::SlotsInAWindow => {
                self.random.random(&mut word);
                (4_000 + 3 * self.sheets + usize::from(word[0])) % SLOTS
            }
            Leak::SlotsSeeded | Leak::SlotsSeededEachTime => {
                if self.leak == Leak::SlotsSeededEachTime {
                    self.weak = self.clock.get();
                }
                let at = random_below(self.free.len(), |bytes| {
                    self.weak = self.weak.wrapping_mul(6_364_136_223_846_793_005);
                    self.weak = self.weak.wrapping_add(1_442_695_040_888_963_407);
                    bytes.copy_from_slice(&self.weak.to_le_bytes());
                });
                return self.free.swap_remove(at);
            }
            Leak::SlotInNonce => {
                word.copy_from_slice(&nonce[..8]);
                let slots = u64::try_from(SLOTS).unwrap();
                usize::try_from(u64::from_le_bytes(word) % slots).unwrap()
            }
            _ => return was,
        };
        let slots = (wanted..SLOTS).chain(0..SLOTS);
        slots.into_iter().find(|slot| !self.used.contains(slot)).unwrap()
    }

    fn change_nonce(&mut self, nonce: &mut [u8; 12]) {
        match self.leak {
            Leak::NonceCounter => {
                *nonce = [0; 12];
                nonce[4..].copy_from_slice(&u64::try_from(self.sheets).unwrap().to_be_bytes());
            }
            Leak::NonceTime => nonce[..8].copy_from_slice(&self.clock.get().to_le_bytes()),
            Leak::NonceSame => *nonce = [7; 12],
            Leak::NonceShiftRegister => {
                for part in nonce.chunks_mut(4) {
                    self.weak = shift_register(self.weak);
                    part.copy_from_slice(&self.weak.to_le_bytes()[..4]);
                }
            }
            Leak::NonceWeak => split_mix(&mut self.weak, nonce),
            _ => {}
        }
    }

    fn change_plain(&mut self, plain: &mut Vec<u8>) {
        let end = plain.len();
        let count = u64::try_from(self.sheets).unwrap();
        match self.leak {
            Leak::PaddingTime => plain[end - 8..].copy_from_slice(&self.clock.get().to_be_bytes()),
            Leak::PaddingCounter => plain[end - 8..].copy_from_slice(&count.to_le_bytes()),
            Leak::PaddingRandom => self.random.random(&mut plain[end - 8..]),
            Leak::PaddingChain => {
                let before = self.last.as_ref().map_or(&[][..], |(_, plain)| plain);
                let sum = crc32fast::hash(before);
                plain[end - 4..].copy_from_slice(&sum.to_le_bytes());
            }
            Leak::PaddingHalf => plain[end - 1] = u8::from(self.sheets > 500),
            Leak::Short => {
                plain.truncate(plain.iter().rposition(|&byte| byte != 0).unwrap() + 1);
            }
            _ => {}
        }
    }

    fn seal(&self, slot: usize, nonce: &[u8; 12], plain: &[u8]) -> Vec<u8> {
        let slot = u64::try_from(slot).unwrap().to_le_bytes();
        let aad = [self.package.0.as_slice(), &slot].concat();
        let payload = Payload { msg: plain, aad: &aad };
        let sealed = self.cipher.encrypt(&Nonce::from(*nonce), payload).unwrap();
        [nonce.as_slice(), &sealed].concat()
    }

    fn event(&mut self, at: usize, frame: &[u8]) -> Result<(), DiskFault> {
        let mut event: Event = minicbor::decode(&frame[HEAD..]).unwrap();
        if !matches!(event.kind, EventKind::SheetCounted { .. }) {
            return self.disk.write_at(FileName::Log, at, frame);
        }
        let (at, previous) = self.log.unwrap_or((at, event.previous));
        event.previous = previous;
        let votes = self.choice == 1;
        match (self.leak, &mut event.kind) {
            (Leak::EventChoice, EventKind::SheetCounted { vote }) if votes => {
                *vote = format!("{vote}").to_uppercase().as_str().into();
            }
            (Leak::EventTime, _) if votes => event.at += 1,
            _ => {}
        }
        let mut payload = minicbor::to_vec(&event).unwrap();
        if self.leak == Leak::EventLength && votes {
            payload.push(1);
        }
        let frame = framed(&payload);
        self.disk.write_at(FileName::Log, at, &frame)?;
        self.log = Some((at + frame.len(), Digest::of(&payload)));
        if self.leak == Leak::EventMore && votes {
            self.log = Some(self.more(at + frame.len(), &event)?);
        }
        if self.leak == Leak::EventTail {
            self.disk.write_at(FileName::Log, at + frame.len() + 4_000, &[self.choice + 1])?;
        }
        Ok(())
    }

    /// Another event behind this one; no sequence is out of place for it, since it is the place that leaks.
    fn more(&mut self, at: usize, event: &Event) -> Result<(usize, Digest), DiskFault> {
        let previous = Digest::of(&minicbor::to_vec(event).unwrap());
        let payload =
            minicbor::to_vec(Event { previous, kind: EventKind::NetworkSeen, ..event.clone() });
        let payload = payload.unwrap();
        let frame = framed(&payload);
        self.disk.write_at(FileName::Log, at, &frame)?;
        Ok((at + frame.len(), Digest::of(&payload)))
    }
}

impl Disk for LeakyDisk {
    fn read(&self, file: FileName) -> Result<Vec<u8>, DiskFault> {
        self.disk.read(file)
    }

    fn len(&self, file: FileName) -> Result<usize, DiskFault> {
        self.disk.len(file)
    }

    fn replace(&mut self, file: FileName, bytes: &[u8]) -> Result<(), DiskFault> {
        self.disk.replace(file, bytes)
    }

    fn write_at(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault> {
        match file {
            FileName::Records => self.record(at, bytes),
            FileName::Log => self.event(at, bytes),
            _ => self.disk.write_at(file, at, bytes),
        }
    }

    fn flush(&mut self, file: FileName) -> Result<(), DiskFault> {
        self.disk.flush(file)
    }
}

/// A generator fit for keys, the same for the same seed: AES in counter mode.
pub(super) struct Sound {
    cipher: Aes256Gcm,
    draws: u64,
}

impl Sound {
    pub fn new(seed: u64) -> Sound {
        let mut key = [0; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        Sound { cipher: Aes256Gcm::new_from_slice(&key).unwrap(), draws: 0 }
    }
}

impl World for Sound {
    fn now(&self) -> u64 {
        1_800_000_000
    }

    fn milliseconds(&self) -> f64 {
        0.0
    }

    fn utc_offset_minutes(&self) -> i16 {
        0
    }

    fn random(&mut self, bytes: &mut [u8]) {
        let mut nonce = [0; 12];
        nonce[..8].copy_from_slice(&self.draws.to_le_bytes());
        self.draws += 1;
        let stream = self.cipher.encrypt(&Nonce::from(nonce), vec![0; bytes.len()].as_slice());
        bytes.copy_from_slice(&stream.unwrap()[..bytes.len()]);
    }
}

/// A world whose generator is weak.
pub(super) enum WeakWorld {
    /// SplitMix64 from a seed that nobody could guess.
    SplitMix(u64),
    /// Each two calls give the same bytes.
    Twice(Box<Sound>, u64),
}

impl World for WeakWorld {
    fn now(&self) -> u64 {
        1_800_000_000
    }

    fn milliseconds(&self) -> f64 {
        0.0
    }

    fn utc_offset_minutes(&self) -> i16 {
        0
    }

    fn random(&mut self, bytes: &mut [u8]) {
        match self {
            WeakWorld::SplitMix(state) => split_mix(state, bytes),
            WeakWorld::Twice(sound, calls) => {
                sound.draws = *calls / 2;
                *calls += 1;
                sound.random(bytes);
            }
        }
    }
}

fn split_mix(state: &mut u64, bytes: &mut [u8]) {
    for part in bytes.chunks_mut(8) {
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (*state ^ *state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        part.copy_from_slice(&(z ^ z >> 31).to_le_bytes()[..part.len()]);
    }
}

/// Marsaglia's xorshift128 would be longer than a nonce; this one of 64 bits is not.
fn shift_register(mut state: u64) -> u64 {
    state ^= state << 13;
    state ^= state >> 7;
    state ^ state << 17
}
