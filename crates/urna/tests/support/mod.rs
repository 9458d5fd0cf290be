//! Runs the program in a folder of its own.
#![allow(dead_code, reason = "each test file uses its part")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// An empty folder, kept for a look after the test.
pub fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    match std::fs::remove_dir_all(&folder) {
        Err(fault) if fault.kind() != std::io::ErrorKind::NotFound => panic!("{fault}"),
        _ => std::fs::create_dir_all(&folder).unwrap(),
    }
    folder
}

pub fn urna(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_urna")).args(arguments).output().unwrap()
}

/// Standard output of a run that must succeed.
pub fn done(arguments: &[&str]) -> String {
    let output = urna(arguments);
    assert!(output.status.success(), "{arguments:?}: {}", text(&output.stderr));
    text(&output.stdout)
}

/// Exit code and standard error of a run that must not.
pub fn failed(arguments: &[&str]) -> (i32, String) {
    let output = urna(arguments);
    assert!(!output.status.success(), "{arguments:?}: {}", text(&output.stdout));
    (output.status.code().unwrap(), text(&output.stderr))
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

pub fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}
