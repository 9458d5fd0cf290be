//! Reads the folder of real scans, which lies beside the project and is no part of it.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use urna_core::recognition::{ImportedDesign, import_design};

/// One design with its scans.
pub struct DesignFolder {
    pub imported: ImportedDesign,
    pub scans: Vec<Scan>,
}

/// One scan and which targets carry a mark.
pub struct Scan {
    pub name: String,
    pub bytes: Vec<u8>,
    pub marked: BTreeSet<(String, String)>,
    pub unsure: BTreeSet<(String, String)>,
    pub rotation_deg: u16,
}

#[derive(Deserialize)]
struct Truth {
    expected: std::collections::BTreeMap<String, Vec<String>>,
    unsure: Vec<Unsure>,
    rotation_deg: u16,
}

#[derive(Deserialize)]
struct Unsure {
    contest: String,
    option: String,
}

/// The folder, from `URNA_REALSCANS` or beside the project; `None` where it is not. A variable that
/// leads nowhere is a fault, since whoever set it wants these pages read.
pub fn folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("URNA_REALSCANS").map(PathBuf::from) {
        assert!(folder.is_dir(), "URNA_REALSCANS is {}: no such folder", folder.display());
        return Some(folder);
    }
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/realscans");
    beside.is_dir().then_some(beside)
}

/// Every design of the folder, by name.
pub fn designs(folder: &Path) -> Vec<DesignFolder> {
    sorted(folder)
        .into_iter()
        .filter(|path| path.join("design.json").is_file())
        .map(|path| DesignFolder {
            imported: import_design(
                &text(&path.join("design.json")),
                bytes(&path.join("blank.png")),
            )
            .expect("a design of the folder"),
            scans: sorted(&path.join("scans")).iter().filter_map(|path| scan(path)).collect(),
        })
        .collect()
}

fn scan(path: &Path) -> Option<Scan> {
    if path.extension()? == "json" {
        return None;
    }
    let truth: Truth = serde_json::from_str(&text(&path.with_extension("json"))).expect("a truth");
    let marked = truth.expected.into_iter();
    let marked = marked.flat_map(|(c, os)| os.into_iter().map(move |o| (c.clone(), o))).collect();
    Some(Scan {
        name: path.file_stem()?.to_string_lossy().into_owned(),
        bytes: bytes(path),
        marked,
        unsure: truth.unsure.into_iter().map(|u| (u.contest, u.option)).collect(),
        rotation_deg: truth.rotation_deg,
    })
}

fn sorted(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn text(path: &Path) -> String {
    std::fs::read_to_string(path).expect("a text file")
}

fn bytes(path: &Path) -> Vec<u8> {
    std::fs::read(path).expect("a file")
}
