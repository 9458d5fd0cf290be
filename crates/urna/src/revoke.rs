//! Revoking a device.

use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::Context;
use clap::ValueEnum;
use urna_core::seal::{Package, Revocation, RevocationReason, Signer};

use crate::{files, keys};

/// Which device, and why.
#[derive(clap::Args)]
pub struct Options {
    /// The authority's secret key (PEM).
    #[arg(long)]
    key: PathBuf,
    /// The election package.
    #[arg(long)]
    package: PathBuf,
    /// Name of the device.
    #[arg(long)]
    device: String,
    /// Why it is revoked.
    #[arg(long)]
    reason: Reason,
    /// Fingerprint of the key that is revoked, as in 0123-4567-89AB-CDEF; without it every key of that name.
    #[arg(long)]
    fingerprint: Option<String>,
    /// Reports that the collector received before this moment stay counted (seconds since 1970 UTC, by the collector's
    /// clock); without it none does.
    #[arg(long, value_name = "SECONDS")]
    since: Option<u64>,
    /// The revocation to write.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Reason {
    Lost,
    Stolen,
    Compromised,
    Broken,
    Withdrawn,
}

impl From<Reason> for RevocationReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Lost => RevocationReason::Lost,
            Reason::Stolen => RevocationReason::Stolen,
            Reason::Compromised => RevocationReason::Compromised,
            Reason::Broken => RevocationReason::Broken,
            Reason::Withdrawn => RevocationReason::Withdrawn,
        }
    }
}

pub fn run(options: &Options) -> anyhow::Result<()> {
    let key = keys::read_secret(&options.key)?;
    let package =
        Package::open(&files::read(&options.package)?, &key.public_key()).context("the package")?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("the clock is before 1970")?;
    let revocation = Revocation {
        election: package.package.definition.id.clone(),
        device: options.device.as_str().into(),
        fingerprint: options.fingerprint.clone(),
        reason: options.reason.into(),
        since: options.since,
        made_at: now.as_secs(),
    };
    files::write(&options.out, &revocation.seal(&key)?)?;
    println!("device {} revoked ({})", options.device, revocation.reason.as_str());
    Ok(())
}
