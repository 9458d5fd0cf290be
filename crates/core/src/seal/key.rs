//! P-256 keys and the trait behind which a secret key may hide.

use std::fmt;

use p256::ecdsa::signature::{Signer as _, Verifier as _};
use p256::ecdsa::{Signature, SigningKey, VerifyingKey};
use p256::pkcs8::{
    DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding,
};
use sha2::{Digest as _, Sha256};

/// Bytes of an ES256 signature: r and s, 32 bytes each, big-endian (RFC 9053, section 2.1).
pub const SIGNATURE_BYTES: usize = 64;

/// Why a key can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Neither a PEM nor a point of the curve.
    #[error("this is not a P-256 key")]
    Malformed,
}

/// First eight bytes of the SHA-256 of the compressed point: names a key in a `kid` header.
pub type KeyId = [u8; 8];

/// Anything that can sign with a P-256 key: a key in memory, in a browser's key store, in hardware.
pub trait Signer {
    /// The key that verifies what this signs.
    fn public_key(&self) -> PublicKey;
    /// The ES256 signature over `message`.
    fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES];
}

/// A public P-256 key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a PEM (`BEGIN PUBLIC KEY`, RFC 5480).
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        VerifyingKey::from_public_key_pem(pem.trim())
            .map(PublicKey)
            .map_err(|_| KeyError::Malformed)
    }

    /// Reads a SEC1 point, compressed or not.
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, KeyError> {
        VerifyingKey::from_sec1_bytes(bytes).map(PublicKey).map_err(|_| KeyError::Malformed)
    }

    /// The key as a PEM.
    ///
    /// # Errors
    /// [`KeyError::Malformed`]; no valid key is known to cause it.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        self.0.to_public_key_pem(LineEnding::LF).map_err(|_| KeyError::Malformed)
    }

    /// The compressed SEC1 point, 33 bytes.
    pub fn to_sec1(&self) -> Vec<u8> {
        self.0.to_sec1_point(true).as_bytes().to_vec()
    }

    /// Short name of the key for headers.
    pub fn id(&self) -> KeyId {
        let mut id = KeyId::default();
        id.copy_from_slice(&Sha256::digest(self.to_sec1())[..8]);
        id
    }

    /// The key's name as people compare it: four groups of four hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let groups: Vec<String> =
            self.id().chunks(2).map(|pair| format!("{:02X}{:02X}", pair[0], pair[1])).collect();
        groups.join("-")
    }

    /// Whether `signature` is this key's signature over `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|s| self.0.verify(message, &s).is_ok())
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.fingerprint())
    }
}

/// A secret P-256 key in memory. `p256` wipes it when it is dropped.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// Makes a key of 32 random bytes.
    ///
    /// # Errors
    /// [`KeyError::Malformed`], where the bytes are zero or beyond the curve's order (chance 2⁻³²);
    /// draw again.
    pub fn from_random(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        SigningKey::from_slice(bytes).map(SecretKey).map_err(|_| KeyError::Malformed)
    }

    /// Reads a PEM (`BEGIN PRIVATE KEY`, PKCS #8).
    ///
    /// # Errors
    /// [`KeyError::Malformed`].
    pub fn from_pem(pem: &str) -> Result<Self, KeyError> {
        SigningKey::from_pkcs8_pem(pem.trim()).map(SecretKey).map_err(|_| KeyError::Malformed)
    }

    /// The key as a PKCS #8 PEM. The caller keeps it secret.
    ///
    /// # Errors
    /// [`KeyError::Malformed`]; no valid key is known to cause it.
    pub fn to_pem(&self) -> Result<String, KeyError> {
        let pem = self.0.to_pkcs8_pem(LineEnding::LF).map_err(|_| KeyError::Malformed)?;
        Ok(pem.to_string())
    }

    /// The 32 secret bytes, to be sealed by the caller.
    pub fn to_bytes(&self) -> [u8; 32] {
        self.0.to_bytes().into()
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        // RFC 6979: no randomness is needed, so none can go wrong.
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }
}
