//! The device's keys, sealed by both PINs together.

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use argon2::{Algorithm, Argon2, Params, Version};
use minicbor::{Decode, Encode};
use subtle::ConstantTimeEq;
use urna_core::seal::SecretKey;
use zeroize::{Zeroize, Zeroizing};

/// Argon2id with the first parameters that OWASP recommends: 19 MiB, two passes.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const CONTEXT: &[u8] = b"urna keys 1";
/// How often keys are drawn.
const DRAWS: usize = 8;
/// Bytes of the two keys, and of what knows the operators' PIN behind them.
const KEYS: usize = 64;
const OPERATOR: usize = 48;

/// The keys in memory; wiped when dropped.
pub struct Keys {
    /// Signs reports.
    pub device: SecretKey,
    /// Seals ballot records.
    pub records: Zeroizing<[u8; 32]>,
    /// Knows the operators' PIN, if there is one.
    pub operator: Option<OperatorPin>,
}

/// What knows the operators' PIN. It lies under the two PINs with the keys, so that a copied disk tells nothing
/// of it, and is of use only while the keys are in memory.
#[derive(Clone)]
pub struct OperatorPin {
    salt: [u8; 16],
    hash: Zeroizing<[u8; 32]>,
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
    /// Left out for the first sealing.
    #[n(3)]
    generation: Option<u32>,
}

/// Both PINs. Wiped when dropped.
pub struct Pins {
    chair: Zeroizing<String>,
    secretary: Zeroizing<String>,
}

impl Pins {
    /// `None` unless each has 6 to 12 digits and they differ.
    pub fn new(chair: String, secretary: String) -> Option<Pins> {
        let pins = Pins { chair: Zeroizing::new(chair), secretary: Zeroizing::new(secretary) };
        let fine =
            is_formed(&pins.chair) && is_formed(&pins.secretary) && pins.chair != pins.secretary;
        fine.then_some(pins)
    }

    /// Whether an operator's PIN is neither of the two.
    pub fn differ_from(&self, operator: &str) -> bool {
        *self.chair != operator && *self.secretary != operator
    }

    /// Whether neither of the two is the operators' PIN.
    pub fn differ_from_known(&self, operator: &OperatorPin) -> bool {
        !operator.is(&self.chair) && !operator.is(&self.secretary)
    }

    fn cipher(&self, salt: &[u8; 16]) -> Option<Aes256Gcm> {
        let both = Zeroizing::new(format!("{}/{}", *self.chair, *self.secretary));
        Aes256Gcm::new_from_slice(stretched(&both, salt)?.as_ref()).ok()
    }
}

impl OperatorPin {
    /// `None` unless the PIN has 6 to 12 digits.
    pub fn new(pin: &str, mut random: impl FnMut(&mut [u8])) -> Option<OperatorPin> {
        let mut salt = [0; 16];
        random(&mut salt);
        let hash = is_formed(pin).then(|| stretched(pin, &salt)).flatten()?;
        Some(OperatorPin { salt, hash })
    }

    /// Whether this is the PIN.
    pub fn is(&self, pin: &str) -> bool {
        let hash = stretched(pin, &self.salt);
        hash.is_some_and(|hash| hash.as_slice().ct_eq(self.hash.as_slice()).into())
    }

    fn from_bytes(bytes: &[u8]) -> Option<OperatorPin> {
        let (salt, hash) = bytes.split_at_checked(16)?;
        let hash = Zeroizing::new(hash.try_into().ok()?);
        Some(OperatorPin { salt: salt.try_into().ok()?, hash })
    }
}

fn is_formed(pin: &str) -> bool {
    (6..=12).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit())
}

fn stretched(secret: &str, salt: &[u8; 16]) -> Option<Zeroizing<[u8; 32]>> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, Some(32)).ok()?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Zeroizing::new([0; 32]);
    argon.hash_password_into(secret.as_bytes(), salt, key.as_mut()).ok()?;
    Some(key)
}

impl Keys {
    /// Makes keys; `None` where no draw made any.
    pub fn draw(mut random: impl FnMut(&mut [u8])) -> Option<Keys> {
        (0..DRAWS).find_map(|_| Keys::from_random(&mut random))
    }

    /// Makes keys of random bytes; `None` where those don't make a P-256 key (chance 2⁻³²).
    fn from_random(mut random: impl FnMut(&mut [u8])) -> Option<Keys> {
        let mut device = Zeroizing::new([0; 32]);
        random(device.as_mut());
        let mut records = Zeroizing::new([0; 32]);
        random(records.as_mut());
        Some(Keys { device: SecretKey::from_random(&device).ok()?, records, operator: None })
    }

    /// Seals the keys with both PINs, as the sealing with this number.
    pub fn seal(
        &self,
        pins: &Pins,
        generation: u32,
        mut random: impl FnMut(&mut [u8]),
    ) -> Option<SealedKeys> {
        let (mut salt, mut nonce) = ([0; 16], [0; 12]);
        random(&mut salt);
        random(&mut nonce);
        // Long enough from the start: a vector that grows leaves its old bytes behind.
        let mut plain = Zeroizing::new(Vec::with_capacity(KEYS + OPERATOR));
        plain.extend_from_slice(Zeroizing::new(self.device.to_bytes()).as_ref());
        plain.extend_from_slice(self.records.as_ref());
        if let Some(operator) = &self.operator {
            plain.extend_from_slice(&operator.salt);
            plain.extend_from_slice(operator.hash.as_ref());
        }
        let payload = Payload { msg: &plain, aad: CONTEXT };
        let sealed = pins.cipher(&salt)?.encrypt(&Nonce::from(nonce), payload).ok()?;
        let generation = Some(generation).filter(|&generation| generation > 0);
        Some(SealedKeys { salt, nonce, sealed, generation })
    }
}

impl SealedKeys {
    /// Opens the keys; `None` if a PIN is wrong.
    pub fn open(&self, pins: &Pins) -> Option<Keys> {
        let payload = Payload { msg: &self.sealed, aad: CONTEXT };
        let plain = pins.cipher(&self.salt)?.decrypt(&Nonce::from(self.nonce), payload).ok()?;
        let plain = Zeroizing::new(plain);
        let (keys, operator) = plain.split_at_checked(KEYS)?;
        let (device, records) = keys.split_at(KEYS / 2);
        let mut device: [u8; 32] = device.try_into().ok()?;
        let key = SecretKey::from_random(&device);
        device.zeroize();
        let operator =
            if operator.is_empty() { None } else { Some(OperatorPin::from_bytes(operator)?) };
        Some(Keys {
            device: key.ok()?,
            records: Zeroizing::new(records.try_into().ok()?),
            operator,
        })
    }

    /// Which sealing this is: the first one is 0.
    pub fn generation(&self) -> u32 {
        self.generation.unwrap_or(0)
    }
}
