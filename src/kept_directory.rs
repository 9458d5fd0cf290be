//! The chosen folder in IndexedDB, so that a start finds it again. The browser asks people anew whether it may be written.

use urna_browser_storage::{Durability, Place};
use wasm_bindgen::prelude::*;

use crate::directory::Directory;

const PLACE: Place = Place { database: "urna-kiosk", store: "second-copy", key: "directory" };

/// The folder that was kept; nothing where none was, or the browser has no such store.
pub async fn read() -> Option<Directory> {
    let found = PLACE.read(gloo::utils::window().indexed_db()).await;
    found.ok().filter(JsValue::is_object).map(JsCast::unchecked_into)
}

/// Keeps a folder. If that fails, people choose it again after the next start.
pub async fn write(directory: &Directory) {
    let factory = gloo::utils::window().indexed_db();
    let _ = PLACE.write(factory, directory.as_ref(), Durability::Default).await;
}
