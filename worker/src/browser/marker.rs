//! The marker in IndexedDB: what must exist. With `durability: "strict"` it is the one store of the
//! browser that survives a power cut right after it was made.

use urna_browser_storage::{Durability, Place};
use urna_core::vault_api::VaultError;
use wasm_bindgen::prelude::*;

use super::scope;
use crate::vault::storage;

const PLACE: Place = Place { database: "urna-vault", store: "marker", key: "package" };

/// Reads the marker; nothing where the device was never provisioned.
///
/// # Errors
/// [`VaultError::Storage`] `unavailable`.
pub async fn read() -> Result<Option<String>, VaultError> {
    let found = PLACE.read(scope().indexed_db()).await;
    found.map(|text| text.as_string()).map_err(|fault| storage("unavailable", words(&fault)))
}

/// Writes the marker, durable when this returns.
///
/// # Errors
/// [`VaultError::Storage`] `failed`.
pub async fn write(text: &str) -> Result<(), VaultError> {
    let written = PLACE.write(scope().indexed_db(), &text.into(), Durability::Strict).await;
    written.map_err(|fault| storage("failed", words(&fault)))
}

fn words(fault: &JsValue) -> String {
    format!("marker: {fault:?}")
}
