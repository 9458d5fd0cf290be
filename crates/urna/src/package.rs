//! Election packages and enrolments.

use std::path::{Path, PathBuf};

use anyhow::Context;
use urna_core::definition::ElectionDefinition;
use urna_core::design::PageDesign;
use urna_core::seal::{Enrolment, EnrolmentRequest, Package, SecretKey, Signer};

use crate::{codes, files, keys, render};

/// Seals a definition with its ballots: those in `folders` as they are, the others rendered.
pub fn make(definition: &Path, folders: &[PathBuf], key: &Path, out: &Path) -> anyhow::Result<()> {
    let definition = files::read_definition(definition)?;
    let foreign: Vec<PageDesign> = folders
        .iter()
        .map(|folder| Ok(files::read_design(folder)?.design))
        .collect::<anyhow::Result<_>>()?;
    let mut designs = Vec::new();
    for style in &definition.styles {
        let mut given = foreign.iter().filter(|design| design.style == style.id).peekable();
        if given.peek().is_none() {
            designs.push(render::ballot(&definition, &style.id)?.design);
        }
        designs.extend(given.cloned());
    }
    files::write(out, &seal(definition, designs, &keys::read_secret(key)?)?)
}

/// Seals a definition with its page designs.
pub fn seal(
    definition: ElectionDefinition,
    designs: Vec<PageDesign>,
    key: &SecretKey,
) -> anyhow::Result<Vec<u8>> {
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
        EnrolmentRequest::open(&codes::read(request)?).context("the enrolment request")?;
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
    codes::write(out, &enrolment.seal(&key)?)
}
