//! The chosen folder in IndexedDB, so that a start finds it again. The browser asks people anew whether it may be written.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbOpenDbRequest, IdbRequest, IdbTransactionMode};

use crate::directory::Directory;

const DATABASE: &str = "urna-kiosk";
const STORE: &str = "second-copy";
const KEY: &str = "directory";

/// The folder that was kept; nothing where none was, or the browser has no such store.
pub async fn read() -> Option<Directory> {
    let database = open().await.ok()?;
    let found = get(&database).await;
    database.close();
    found.ok().filter(JsValue::is_object).map(JsCast::unchecked_into)
}

/// Keeps a folder. If that fails, people choose it again after the next start.
pub async fn write(directory: &Directory) {
    if let Ok(database) = open().await {
        let _ = put(&database, directory).await;
        database.close();
    }
}

async fn get(database: &IdbDatabase) -> Result<JsValue, JsValue> {
    let store = database.transaction_with_str(STORE)?.object_store(STORE)?;
    done(&store.get(&KEY.into())?).await
}

async fn put(database: &IdbDatabase, directory: &Directory) -> Result<JsValue, JsValue> {
    let mode = IdbTransactionMode::Readwrite;
    let store = database.transaction_with_str_and_mode(STORE, mode)?.object_store(STORE)?;
    done(&store.put_with_key(directory.as_ref(), &KEY.into())?).await
}

async fn open() -> Result<IdbDatabase, JsValue> {
    let factory = gloo::utils::window().indexed_db()?.ok_or("the browser has no IndexedDB")?;
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
    JsFuture::from(finished).await?;
    request.result()
}
