//! The device's keys, sealed by both PINs together.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use minicbor::{Decode, Encode};
use urna_core::seal::SecretKey;
use zeroize::{Zeroize, Zeroizing};

/// Argon2id with the first parameters that OWASP recommends: 19 MiB, two passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const CONTEXT: &[u8] = b"urna keys 1";

/// The keys in memory; wiped when dropped.
pub struct Keys {
    /// Signs reports.
    pub device: SecretKey,
    /// Seals ballot records.
    pub records: Zeroizing<[u8; 32]>,
}

/// The keys as they are stored.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct SealedKeys {
    #[cbor(n(0), with = "minicbor::bytes")]
    salt: [u8; 16],
    #[cbor(n(1), with = "minicbor::bytes")]
    nonce: [u8; 12],
    #[cbor(n(2), with = "minicbor::bytes")]
    sealed: Vec<u8>,
}

/// Both PINs. Wiped when dropped.
pub struct Pins {
    chair: Zeroizing<String>,
    secretary: Zeroizing<String>,
}

impl Pins {
    /// `None` unless each has 6 to 12 digits and they differ.
    pub fn new(chair: String, secretary: String) -> Option<Pins> {
        let formed = |pin: &str| {
            (6..=12).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit())
        };
        let fine = formed(&chair) && formed(&secretary) && chair != secretary;
        let pins = Pins { chair: Zeroizing::new(chair), secretary: Zeroizing::new(secretary) };
        fine.then_some(pins)
    }

    fn cipher(&self, salt: &[u8; 16]) -> Option<Aes256Gcm> {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let both = Zeroizing::new(format!("{}/{}", *self.chair, *self.secretary));
        let mut key = Zeroizing::new([0; 32]);
        argon.hash_password_into(both.as_bytes(), salt, key.as_mut()).ok()?;
        Aes256Gcm::new_from_slice(key.as_ref()).ok()
    }
}

impl Keys {
    /// Makes keys of random bytes; `None` where those don't make a P-256 key (chance 2⁻³²).
    pub fn from_random(mut random: impl FnMut(&mut [u8])) -> Option<Keys> {
        let mut device = Zeroizing::new([0; 32]);
        random(device.as_mut());
        let mut records = Zeroizing::new([0; 32]);
        random(records.as_mut());
        Some(Keys { device: SecretKey::from_random(&device).ok()?, records })
    }

    /// Seals the keys with both PINs.
    pub fn seal(&self, pins: &Pins, mut random: impl FnMut(&mut [u8])) -> Option<SealedKeys> {
        let (mut salt, mut nonce) = ([0; 16], [0; 12]);
        random(&mut salt);
        random(&mut nonce);
        let mut plain = Zeroizing::new(self.device.to_bytes().to_vec());
        plain.extend_from_slice(self.records.as_ref());
        let payload = Payload { msg: &plain, aad: CONTEXT };
        let sealed = pins.cipher(&salt)?.encrypt(&Nonce::from(nonce), payload).ok()?;
        Some(SealedKeys { salt, nonce, sealed })
    }
}

impl SealedKeys {
    /// Opens the keys; `None` if a PIN is wrong.
    pub fn open(&self, pins: &Pins) -> Option<Keys> {
        let payload = Payload { msg: &self.sealed, aad: CONTEXT };
        let plain = pins.cipher(&self.salt)?.decrypt(&Nonce::from(self.nonce), payload).ok()?;
        let mut plain = Zeroizing::new(plain);
        let (device, records) = plain.split_at_checked(32)?;
        let mut device: [u8; 32] = device.try_into().ok()?;
        let keys = Keys {
            device: SecretKey::from_random(&device).ok()?,
            records: Zeroizing::new(records.try_into().ok()?),
        };
        device.zeroize();
        plain.zeroize();
        Some(keys)
    }
}
