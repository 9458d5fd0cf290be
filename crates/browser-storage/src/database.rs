//! One value under one key in the browser's IndexedDB, for a page and for a worker.

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbRequest, IdbTransaction};

#[wasm_bindgen]
extern "C" {
    /// `IDBDatabase` again: web-sys has a transaction's durability only behind an unstable cfg, which native builds lack.
    type Database;

    #[wasm_bindgen(method, catch, js_name = transaction)]
    fn transaction_with_options(
        this: &Database,
        store: &str,
        mode: &str,
        options: &JsValue,
    ) -> Result<IdbTransaction, JsValue>;
}

/// When a write counts as done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As the browser sees fit.
    Default,
    /// Once it is on the disk.
    Strict,
}

/// What `window.indexedDB` or that of a worker gave.
pub type Factory = Result<Option<IdbFactory>, JsValue>;

/// Where a value is kept. Each place has a database of its own, which is made when it is first asked.
pub struct Place {
    /// Name of the database.
    pub database: &'static str,
    /// Name of its only store.
    pub store: &'static str,
    /// The key.
    pub key: &'static str,
}

impl Place {
    /// The value; `undefined` where none was written.
    ///
    /// # Errors
    /// What the browser says.
    pub async fn read(&self, factory: Factory) -> Result<JsValue, JsValue> {
        let database = self.open(factory).await?;
        let found = self.get(&database).await;
        database.close();
        found
    }

    /// Writes the value; as durable as was asked for when this returns.
    ///
    /// # Errors
    /// What the browser says.
    pub async fn write(
        &self,
        factory: Factory,
        value: &JsValue,
        durability: Durability,
    ) -> Result<(), JsValue> {
        let database = self.open(factory).await?;
        let written = self.put(&database, value, durability).await;
        database.close();
        written
    }

    async fn get(&self, database: &IdbDatabase) -> Result<JsValue, JsValue> {
        let store = database.transaction_with_str(self.store)?.object_store(self.store)?;
        done(&store.get(&self.key.into())?).await
    }

    async fn put(
        &self,
        database: &IdbDatabase,
        value: &JsValue,
        durability: Durability,
    ) -> Result<(), JsValue> {
        let options = Object::new();
        let durability = match durability {
            Durability::Default => "default",
            Durability::Strict => "strict",
        };
        Reflect::set(&options, &"durability".into(), &durability.into())?;
        let database: &Database = database.unchecked_ref();
        let transaction = database.transaction_with_options(self.store, "readwrite", &options)?;
        transaction.object_store(self.store)?.put_with_key(value, &self.key.into())?;
        // The request's success comes before the disk; the transaction's completion comes after it.
        let completed = Promise::new(&mut |resolve, reject| {
            transaction.set_oncomplete(Some(&resolve));
            transaction.set_onabort(Some(&reject));
            transaction.set_onerror(Some(&reject));
        });
        JsFuture::from(completed).await.map(|_| ())
    }

    async fn open(&self, factory: Factory) -> Result<IdbDatabase, JsValue> {
        let factory = factory?.ok_or("the browser has no IndexedDB")?;
        let request = factory.open_with_u32(self.database, 1)?;
        let (upgrading, store) = (request.clone(), self.store);
        let on_upgrade = Closure::once(move || make_store(&upgrading, store));
        request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
        let database = done(&request).await;
        request.set_onupgradeneeded(None);
        Ok(database?.unchecked_into())
    }
}

fn make_store(request: &IdbOpenDbRequest, store: &str) {
    if let Ok(database) = request.result() {
        // Where this fails, the transaction that follows fails too, and says so.
        let _ = database.unchecked_into::<IdbDatabase>().create_object_store(store);
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
