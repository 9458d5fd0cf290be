//! Election packages and enrolments.

use std::path::Path;

use anyhow::Context;
use urna_core::definition::ElectionDefinition;
use urna_core::seal::{Enrolment, EnrolmentRequest, Package, SecretKey, Signer};

use crate::render::{self, Rendered};
use crate::{files, keys};

pub fn make(definition: &Path, key: &Path, out: &Path) -> anyhow::Result<()> {
    let definition = files::read_definition(definition)?;
    let ballots = render::ballots(&definition)?;
    files::write(out, &seal(definition, &ballots, &keys::read_secret(key)?)?)
}

/// Seals a definition with its rendered ballots.
pub fn seal(
    definition: ElectionDefinition,
    ballots: &[Rendered],
    key: &SecretKey,
) -> anyhow::Result<Vec<u8>> {
    let designs = ballots.iter().map(|ballot| ballot.design.clone()).collect();
    Ok(Package { definition, designs }.seal(key)?)
}

pub fn enrol(
    key: &Path,
    package: &Path,
    request: &Path,
    precinct: &str,
    device: &str,
    out: &Path,
) -> anyhow::Result<()> {
    let key = keys::read_secret(key)?;
    let package =
        Package::open(&files::read(package)?, &key.public_key()).context("the package")?;
    let (request, device_key) =
        EnrolmentRequest::open(&files::read(request)?).context("the enrolment request")?;
    anyhow::ensure!(request.package == package.digest, "the device holds another election package");
    let enrolment = Enrolment {
        election: package.package.definition.id.clone(),
        package: package.digest,
        device: device.into(),
        precinct: precinct.into(),
        device_key: device_key.to_sec1(),
    };
    anyhow::ensure!(enrolment.device.is_well_formed(), "the device's name is malformed");
    enrolment.check_package(&package)?;
    println!("device {device} ({}) enrolled for precinct {precinct}", device_key.fingerprint());
    files::write(out, &enrolment.seal(&key)?)
}
