//! Page designs and their scans as they lie in folders.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use urna_core::design::PageDesign;
use urna_core::recognition::import_design;

/// Reads `design.json` and `blank.png`.
pub fn read_design(folder: &Path) -> anyhow::Result<PageDesign> {
    let json = fs::read_to_string(folder.join("design.json"))
        .with_context(|| format!("no page design in {}", folder.display()))?;
    let imported = import_design(&json, fs::read(folder.join("blank.png"))?);
    Ok(imported.with_context(|| format!("in {}", folder.display()))?.design)
}

/// The page designs of a folder, in order.
pub fn design_folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = sorted(folder)?;
    all.retain(|path| path.join("design.json").is_file());
    Ok(all)
}

/// The scans of a page design, in order, without what says what is marked on them.
pub fn scans(design: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut all = sorted(&design.join("scans"))?;
    all.retain(|path| path.extension().is_none_or(|extension| extension != "json"));
    Ok(all)
}

/// `path` as the browser asks for it.
pub fn name_in(folder: &Path, path: &Path) -> anyhow::Result<String> {
    Ok(path.strip_prefix(folder)?.to_string_lossy().into_owned())
}

fn sorted(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
