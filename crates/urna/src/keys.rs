//! The authority's key.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::Context;
use urna_core::seal::{PublicKey, SecretKey, Signer};

use crate::files;

/// Makes the key unless it is there, and writes the public half beside it.
pub fn generate(folder: &Path) -> anyhow::Result<SecretKey> {
    files::make_folder(folder)?;
    let path = folder.join("authority.key");
    let key = if path.exists() {
        read_secret(&path)?
    } else {
        let key = random_key()?;
        write_secret(&path, &key.to_pem()?)?;
        key
    };
    let (public, pem) = (folder.join("authority.pem"), key.public_key().to_pem()?);
    if files::read_text(&public).ok().as_ref() != Some(&pem) {
        files::write(&public, pem.as_bytes())?;
    }
    println!("authority key {}", key.public_key().fingerprint());
    Ok(key)
}

pub fn read_secret(path: &Path) -> anyhow::Result<SecretKey> {
    SecretKey::from_pem(&files::read_text(path)?)
        .with_context(|| format!("{} is not the authority's secret key", path.display()))
}

pub fn read_public(path: &Path) -> anyhow::Result<PublicKey> {
    PublicKey::from_pem(&files::read_text(path)?)
        .with_context(|| format!("{} is not a public key", path.display()))
}

fn random_key() -> anyhow::Result<SecretKey> {
    loop {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).context("the system gives no random numbers")?;
        if let Ok(key) = SecretKey::from_random(&bytes) {
            return Ok(key);
        }
    }
}

/// Only the owner may read the file, from its first moment on.
fn write_secret(path: &Path, pem: &str) -> anyhow::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file =
        options.open(path).with_context(|| format!("{} can't be written", path.display()))?;
    file.write_all(pem.as_bytes())?;
    Ok(())
}
