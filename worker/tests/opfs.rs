//! The browser's own file system under the vault. Runs in a worker of a real Chromium.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "tests")]

use js_sys::{AsyncIterator, IteratorNext};
use urna_browser_storage::{Bucket, VAULT_BUCKET};
use urna_core::vault_api::{Command, Reply, VaultError};
use urna_vault::browser::{BrowserWorld, OpfsDisk, read_marker, write_marker};
use urna_vault::{Disk, FileName, PageReader, Vault};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

fn code(error: &VaultError) -> &str {
    match error {
        VaultError::Storage { code, .. } => code,
        other => panic!("{other}"),
    }
}

async fn names() -> Vec<String> {
    let directory = Bucket::open(VAULT_BUCKET).await.unwrap().directory().await.unwrap();
    let keys: AsyncIterator = directory.keys();
    let mut names = Vec::new();
    loop {
        let next: IteratorNext =
            JsFuture::from(keys.next().unwrap()).await.unwrap().unchecked_into();
        match next.value().as_string() {
            Some(name) => names.push(name),
            None => break,
        }
    }
    names.sort();
    names
}

/// One test after the other: they share the origin's files, as the pages of one origin do.
#[wasm_bindgen_test]
async fn files_last_and_have_one_owner() {
    let mut disk = OpfsDisk::open().await.unwrap();
    let mut expected: Vec<_> = FileName::ALL.map(FileName::as_str).into();
    expected.push("settled");
    expected.sort_unstable();
    assert_eq!(names().await, expected, "what brought the names to the disk is gone again");
    disk.replace(FileName::Log, &[7; 1_000]).unwrap();
    disk.write_at(FileName::Log, 990, &[1; 10]).unwrap();
    disk.flush(FileName::Log).unwrap();
    assert!(disk.write_at(FileName::Log, 995, &[1; 10]).is_err(), "a file never grows");
    assert_eq!(disk.read(FileName::Log).unwrap().len(), 1_000);

    let second = OpfsDisk::open().await;
    assert_eq!(code(&second.err().unwrap()), "in_use");

    disk.close();
    let mut disk = OpfsDisk::open().await.unwrap();
    let log = disk.read(FileName::Log).unwrap();
    assert_eq!((&log[..990], &log[990..]), (&[7; 990][..], &[1; 10][..]));
    disk.replace(FileName::Log, &[]).unwrap();
    assert!(disk.read(FileName::Log).unwrap().is_empty());
    for file in FileName::ALL {
        disk.flush(file).unwrap();
    }

    let mut vault = Vault::open(disk, BrowserWorld, PageReader::default(), None).unwrap();
    assert!(matches!(vault.handle(Command::Status, Vec::new()).reply, Reply::Status(_)));
    vault.disk().close();

    assert_eq!(read_marker().await.unwrap(), None);
    write_marker("digest").await.unwrap();
    let marker = read_marker().await.unwrap();
    assert_eq!(marker.as_deref(), Some("digest"));
    let disk = OpfsDisk::open().await.unwrap();
    let vault = Vault::open(disk, BrowserWorld, PageReader::default(), marker.as_deref());
    assert_eq!(code(&vault.err().unwrap()), "missing");
}
