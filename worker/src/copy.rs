//! The second copy as bytes: what it says of itself in the open, and the rest sealed (docs/formats.md).

use aes_gcm::aead::{Aead, KeyInit, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use minicbor::{Decode, Encode};
use urna_core::seal::Digest;
use urna_core::vault_api::VaultError;
use zeroize::Zeroizing;

use crate::disk::FileName;
use crate::frame::{is_zero, without_tail};

const VERSION: u32 = 1;
const CONTEXT: &[u8] = b"urna copy 1";
/// The sealed part's length is a multiple of this, so that it tells nothing that turnout and log don't.
const STEP: usize = 16 << 10;
/// Longest copy that is looked at: twice what a device can hold.
const MAX_COPY: usize = 100 << 20;

/// What stands in the open. It is under the seal's authentication, and worth nothing before that was checked.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Header {
    #[n(0)]
    pub version: u32,
    /// Digest of the election package.
    #[n(1)]
    pub package: Digest,
    /// `keys.bin` without the zeros at its end: the keys are under both PINs there too.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub keys: Vec<u8>,
    /// Events in the log.
    #[n(3)]
    pub events: u64,
    /// Hash of the last one.
    #[n(4)]
    pub head: Digest,
    /// Sheets counted.
    #[n(5)]
    pub sheets: u32,
    /// When the last event happened.
    #[n(6)]
    pub at: u64,
    /// Which of the device's counts it is in.
    #[n(7)]
    pub count: u32,
}

/// What is sealed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub struct Content {
    /// Files without the zeros at their end.
    #[n(0)]
    pub files: Vec<Part>,
    /// Of files of ballot records those slots that carry one, in an order drawn anew for each copy.
    #[n(1)]
    pub records: Vec<Part>,
}

/// A file's name, and what is kept of it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Part {
    #[n(0)]
    pub name: String,
    #[cbor(n(1), with = "minicbor::bytes")]
    pub bytes: Vec<u8>,
}

/// A copy of which the open part was read.
#[derive(Debug)]
pub struct SealedCopy {
    pub header: Header,
    /// As it stands there: this, and no other encoding of it, is authenticated.
    header_bytes: Vec<u8>,
    nonce: [u8; 12],
    sealed: Vec<u8>,
}

#[derive(Encode, Decode)]
struct Envelope {
    #[cbor(n(0), with = "minicbor::bytes")]
    header: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    nonce: [u8; 12],
    #[cbor(n(2), with = "minicbor::bytes")]
    sealed: Vec<u8>,
}

impl Header {
    /// The header of a copy made by this program.
    pub fn new(package: Digest, keys: &[u8], (events, head): (u64, Digest), sheets: u32) -> Self {
        let keys = without_tail(keys).to_vec();
        Header { version: VERSION, package, keys, events, head, sheets, at: 0, count: 1 }
    }

    /// Seals a copy.
    pub fn seal(&self, content: &Content, key: &[u8; 32], nonce: [u8; 12]) -> Option<Vec<u8>> {
        let header = minicbor::to_vec(self).ok()?;
        let mut plain = minicbor::to_vec(content).ok()?;
        plain.resize(plain.len().next_multiple_of(STEP), 0);
        let payload = Payload { msg: &plain, aad: &context(&header) };
        let sealed = cipher(key)?.encrypt(&Nonce::from(nonce), payload).ok()?;
        minicbor::to_vec(Envelope { header, nonce, sealed }).ok()
    }
}

impl SealedCopy {
    /// Reads the open part.
    ///
    /// # Errors
    /// [`VaultError::Copy`].
    pub fn parse(bytes: &[u8]) -> Result<SealedCopy, VaultError> {
        if bytes.len() > MAX_COPY {
            return Err(damaged("too long"));
        }
        let mut decoder = minicbor::Decoder::new(bytes);
        let envelope: Envelope = decoder.decode().map_err(damaged)?;
        if decoder.position() != bytes.len() {
            return Err(damaged("there is something behind its end"));
        }
        let mut decoder = minicbor::Decoder::new(&envelope.header);
        let header: Header = decoder.decode().map_err(damaged)?;
        if header.version != VERSION {
            return Err(fault("newer", format!("version {}", header.version)));
        }
        if decoder.position() != envelope.header.len() {
            return Err(damaged("there is something behind the end of its head"));
        }
        let Envelope { header: header_bytes, nonce, sealed } = envelope;
        Ok(SealedCopy { header, header_bytes, nonce, sealed })
    }

    /// Opens the sealed part with the key of the ballot records.
    ///
    /// # Errors
    /// [`VaultError::Copy`].
    pub fn open(&self, key: &[u8; 32]) -> Result<Content, VaultError> {
        let payload = Payload { msg: &self.sealed, aad: &context(&self.header_bytes) };
        let cipher = cipher(key).ok_or_else(|| damaged("no key"))?;
        let plain = cipher.decrypt(&Nonce::from(self.nonce), payload);
        let plain = plain.map_err(|_| damaged("the seal does not hold"))?;
        let mut decoder = minicbor::Decoder::new(&plain);
        let content = decoder.decode().map_err(damaged)?;
        match plain.get(decoder.position()..) {
            Some(rest) if is_zero(rest) => Ok(content),
            _ => Err(damaged("there is something behind its content")),
        }
    }
}

impl Part {
    /// A file's part.
    pub fn of(file: FileName, bytes: Vec<u8>) -> Part {
        Part { name: file.as_str().to_owned(), bytes }
    }

    /// The file. A program that has more files says more than this one can go on from.
    ///
    /// # Errors
    /// [`VaultError::Copy`] `newer`.
    pub fn file(&self) -> Result<FileName, VaultError> {
        let found = FileName::ALL.into_iter().find(|file| file.as_str() == self.name);
        found.ok_or_else(|| fault("newer", format!("there is no file {:?}", self.name)))
    }
}

/// A refusal of a copy.
pub fn fault(code: &str, detail: impl ToString) -> VaultError {
    VaultError::Copy { code: code.to_owned(), detail: detail.to_string() }
}

/// The refusal of a copy that does not hold.
#[allow(clippy::needless_pass_by_value, reason = "used as a function of map_err")]
pub fn damaged(detail: impl ToString) -> VaultError {
    fault("damaged", detail)
}

/// A key of its own, since the key of the ballot records seals those.
fn cipher(key: &[u8; 32]) -> Option<Aes256Gcm> {
    let both = Zeroizing::new([CONTEXT, key].concat());
    let own = Zeroizing::new(Digest::of(&both).0);
    Aes256Gcm::new_from_slice(own.as_ref()).ok()
}

fn context(header: &[u8]) -> Vec<u8> {
    [CONTEXT, header].concat()
}
