//! The authority's leave to close polls before the hour.

use std::path::Path;

use anyhow::Context;
use jiff::Timestamp;
use urna_core::seal::{ClosingPermission, Package, Signer};

use crate::{codes, files, keys};

/// Seals the permission for one precinct; without a time it holds at once.
pub fn closing(
    key: &Path,
    package: &Path,
    precinct: &str,
    from: Option<&str>,
    out: &Path,
) -> anyhow::Result<()> {
    let key = keys::read_secret(key)?;
    let package =
        Package::open(&files::read(package)?, &key.public_key()).context("the package")?;
    let definition = &package.package.definition;
    anyhow::ensure!(definition.precinct(&precinct.into()).is_some(), "no precinct {precinct}");
    let from = match from {
        None => 0,
        Some(text) => {
            let time: Timestamp = text
                .parse()
                .with_context(|| format!("{text:?} is no time like 2027-01-24T15:00+06:00"))?;
            u64::try_from(time.as_second()).context("a time before 1970")?
        }
    };
    let permission = ClosingPermission {
        election: definition.id.clone(),
        package: package.digest,
        precinct: precinct.into(),
        from,
    };
    if definition.closes_at().is_none() {
        eprintln!("note: this definition lets polls close at any time");
    }
    println!(
        "precinct {precinct} may close from {}",
        Timestamp::from_second(i64::try_from(from)?)?
    );
    codes::write(out, &permission.seal(&key)?)
}
