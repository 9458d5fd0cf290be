//! Names the build in a folder of the kiosk's files, so that a published list can be compared.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use urna_core::Lang;
use urna_core::seal::Digest;
use urna_core::software::{BuildCheck, MANIFEST_FILE, Manifest, build_words};

use crate::files;

/// Folders in folders; a kiosk has one level.
const MAX_DEPTH: usize = 8;

/// What to look at.
#[derive(clap::Args)]
pub struct Options {
    /// The kiosk's files: the folder `dist`.
    dist: PathBuf,
}

/// Prints digest and words; a folder that is not what its own list says is a fault.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let dist = &options.dist;
    let mut found = BTreeMap::new();
    collect(dist, "", MAX_DEPTH, &mut found)?;
    let listed = found.remove(MANIFEST_FILE);
    ensure!(listed.is_some(), "{} has no {MANIFEST_FILE}", dist.display());
    let manifest = Manifest::parse(&files::read(&dist.join(MANIFEST_FILE))?)
        .with_context(|| format!("{MANIFEST_FILE} can't be used"))?;
    if let BuildCheck::Differs { file, .. } = manifest.check(&found) {
        bail!("{file} is missing, or is not the one of the list");
    }
    let listed: Vec<&str> = manifest.paths().collect();
    if let Some(besides) = found.keys().find(|path| !listed.contains(&path.as_str())) {
        bail!("{besides} is not in the list");
    }
    let build = manifest.digest();
    println!("{build}");
    for lang in [Lang::En, Lang::Ru] {
        println!("{}", build_words(&build, lang).join(" "));
    }
    Ok(())
}

/// Digests of all files below `folder`, without those whose names begin with a dot.
fn collect(
    folder: &Path,
    prefix: &str,
    depth: usize,
    found: &mut BTreeMap<String, Digest>,
) -> anyhow::Result<()> {
    ensure!(depth > 0, "{} has too many folders in folders", folder.display());
    let entries =
        std::fs::read_dir(folder).with_context(|| format!("{} can't be read", folder.display()))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = format!("{prefix}{name}");
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), depth - 1, found)?;
        } else {
            found.insert(path, Digest::of(&files::read(&entry.path())?));
        }
    }
    Ok(())
}
