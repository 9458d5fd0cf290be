//! Reading and writing files, with the file's name in every fault.

use std::fs;
use std::io::Read;
use std::path::Path;

use anyhow::Context;
use urna_core::definition::ElectionDefinition;
use urna_core::recognition::{ImportedDesign, import_design};

/// Longest file that is read, in bytes.
const MAX_BYTES: u64 = 256 << 20;

pub fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let within = if path == Path::new("-") {
        std::io::stdin().take(MAX_BYTES + 1).read_to_end(&mut bytes)
    } else {
        fs::File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes))
    };
    within.with_context(|| format!("{} can't be read", path.display()))?;
    let len = u64::try_from(bytes.len())?;
    anyhow::ensure!(len <= MAX_BYTES, "{} is too long", path.display());
    Ok(bytes)
}

pub fn read_text(path: &Path) -> anyhow::Result<String> {
    String::from_utf8(read(path)?).with_context(|| format!("{} is not text", path.display()))
}

pub fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    fs::write(path, bytes).with_context(|| format!("{} can't be written", path.display()))
}

pub fn make_folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).with_context(|| format!("folder {} can't be made", path.display()))
}

pub fn read_definition(path: &Path) -> anyhow::Result<ElectionDefinition> {
    let definition: ElectionDefinition = serde_json::from_str(&read_text(path)?)
        .with_context(|| format!("{} is not an election definition", path.display()))?;
    definition.validate().with_context(|| format!("{} can't be used", path.display()))?;
    Ok(definition)
}

/// Reads a page design: a folder with `blank.png` and `design.json`.
pub fn read_design(folder: &Path) -> anyhow::Result<ImportedDesign> {
    let blank = read(&folder.join("blank.png"))?;
    let json = read_text(&folder.join("design.json"))?;
    import_design(&json, blank)
        .with_context(|| format!("{} is not a page design", folder.display()))
}
