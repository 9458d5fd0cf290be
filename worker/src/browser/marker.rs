//! The marker in IndexedDB: what must exist. With `durability: "strict"` it is the one store of the
//! browser that survives a power cut right after it was made.

use js_sys::Promise;
use urna_core::vault_api::VaultError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbDatabase, IdbOpenDbRequest, IdbRequest, IdbTransactionDurability, IdbTransactionMode,
    IdbTransactionOptions,
};

use super::scope;
use crate::vault::storage;

const DATABASE: &str = "urna-vault";
const STORE: &str = "marker";
const KEY: &str = "package";

/// Reads the marker; nothing where the device was never provisioned.
///
/// # Errors
/// [`VaultError::Storage`] `unavailable`.
pub async fn read() -> Result<Option<String>, VaultError> {
    let found = async {
        let database = open().await?;
        let found = get(&database).await;
        database.close();
        found
    };
    let found: Result<JsValue, JsValue> = found.await;
    found.map(|text| text.as_string()).map_err(|fault| storage("unavailable", words(&fault)))
}

/// Writes the marker, durable when this returns.
///
/// # Errors
/// [`VaultError::Storage`] `failed`.
pub async fn write(text: &str) -> Result<(), VaultError> {
    let written = async {
        let database = open().await?;
        let written = put(&database, text).await;
        database.close();
        written
    };
    let written: Result<(), JsValue> = written.await;
    written.map_err(|fault| storage("failed", words(&fault)))
}

async fn get(database: &IdbDatabase) -> Result<JsValue, JsValue> {
    let store = database.transaction_with_str(STORE)?.object_store(STORE)?;
    done(&store.get(&KEY.into())?).await
}

async fn put(database: &IdbDatabase, text: &str) -> Result<(), JsValue> {
    let options = IdbTransactionOptions::new();
    options.set_durability(IdbTransactionDurability::Strict);
    let transaction = database.transaction_with_str_and_mode_and_options(
        STORE,
        IdbTransactionMode::Readwrite,
        &options,
    )?;
    transaction.object_store(STORE)?.put_with_key(&text.into(), &KEY.into())?;
    // The request's success comes before the disk; the transaction's completion comes after it.
    let completed = Promise::new(&mut |resolve, reject| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
        transaction.set_onerror(Some(&reject));
    });
    JsFuture::from(completed).await.map(|_| ())
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let factory = scope().indexed_db()?.ok_or("the browser has no IndexedDB")?;
    let request = factory.open_with_u32(DATABASE, 1)?;
    let upgrading = request.clone();
    let on_upgrade = Closure::once(move || make_store(&upgrading));
    request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
    let database = done(&request).await;
    request.set_onupgradeneeded(None);
    Ok(database?.unchecked_into())
}

fn make_store(request: &IdbOpenDbRequest) {
    if let Ok(database) = request.result() {
        // Where this fails, the transaction that follows fails too, and says so.
        let _ = database.unchecked_into::<IdbDatabase>().create_object_store(STORE);
    }
}

async fn done(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let finished = Promise::new(&mut |resolve, reject| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    });
    match JsFuture::from(finished).await {
        Ok(_) => request.result(),
        Err(_) => Err(request.error()?.map_or_else(|| "the request failed".into(), JsValue::from)),
    }
}

fn words(fault: &JsValue) -> String {
    format!("marker: {fault:?}")
}
