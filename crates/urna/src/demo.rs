//! The demonstration: an election with fictional names, ready to run.

use std::path::Path;

use urna_core::definition::ElectionDefinition;
use urna_core::seal::{Package, Signer};

use crate::{files, keys, package, render};

const DEFINITION: &str = include_str!("../../../assets/demo/definition.json");

/// Makes keys, package and ballots. What is there and still holds is kept: a device that was
/// provisioned with the package must go on matching it.
pub fn make(folder: &Path) -> anyhow::Result<()> {
    let key = keys::generate(folder)?;
    let definition = definition()?;
    let path = folder.join("package.urna");
    let kept =
        files::read(&path).ok().and_then(|bytes| Package::open(&bytes, &key.public_key()).ok());
    if kept.is_some_and(|kept| kept.package.definition == definition) {
        println!("{} is up to date", path.display());
        return Ok(());
    }
    let ballots = render::ballots(&definition)?;
    render::write_ballots(&definition, &ballots, &folder.join("ballots"))?;
    let designs = ballots.into_iter().map(|ballot| ballot.design).collect();
    files::write(&path, &package::seal(definition, designs, &key)?)?;
    println!("{} written", path.display());
    Ok(())
}

/// The demonstration's election.
pub fn definition() -> anyhow::Result<ElectionDefinition> {
    Ok(serde_json::from_str(DEFINITION)?)
}
