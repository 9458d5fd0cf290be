//! Which build this is: the program's own files, as the browser loaded them, against their list.
//!
//! A page that lies can say anything here. What is found is worth as much as the computer that runs it: it shows
//! mistakes, half an update and a server that gives out something else, not a forged browser.

use std::collections::BTreeMap;

use urna_core::seal::Digest;
use urna_core::software::{BuildCheck, MANIFEST_FILE, Manifest};

use crate::net;

/// The files lie in the browser's cache already; a server that keeps the start waiting longer gives no identity.
const LIMIT_MS: f64 = 10_000.0;

/// Reads every file again, out of the browser's cache, and compares. Called once at a start, before anything is
/// shown, so that no request comes later.
pub async fn check() -> BuildCheck {
    let end = js_sys::Date::now() + LIMIT_MS;
    let Ok(list) = net::own_file(&format!("/{MANIFEST_FILE}"), end).await else {
        return BuildCheck::Unknown;
    };
    let Ok(manifest) = Manifest::parse(&list) else { return BuildCheck::Unknown };
    let mut loaded = BTreeMap::new();
    for path in manifest.paths() {
        // The page itself was asked for by this address.
        let address = if path == "index.html" { "/".to_owned() } else { format!("/{path}") };
        let Ok(bytes) = net::own_file(&address, end).await else { break };
        loaded.insert(path.to_owned(), Digest::of(&bytes));
    }
    if js_sys::Date::now() >= end { BuildCheck::Unknown } else { manifest.check(&loaded) }
}
