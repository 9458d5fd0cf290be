//! A storage bucket with private files (WICG, Storage Buckets API).

use js_sys::{Object, Promise, Reflect};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::FileSystemDirectoryHandle;

#[wasm_bindgen]
extern "C" {
    /// `StorageBucketManager`, which web-sys does not know.
    type Buckets;

    #[wasm_bindgen(method, catch)]
    fn open(this: &Buckets, name: &str, options: &JsValue) -> Result<Promise, JsValue>;

    /// `StorageBucket`, or the `StorageManager` of a browser without buckets, which has the same two methods.
    type Keeper;

    #[wasm_bindgen(method, catch, js_name = getDirectory)]
    fn get_directory(this: &Keeper) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn persist(this: &Keeper) -> Result<Promise, JsValue>;
}

/// The bucket of the vault's files: the vault opens it, the page asks for it to be kept.
pub const VAULT_BUCKET: &str = "urna-vault";

/// The files of one purpose, apart from the origin's others.
///
/// Chromium finds the origin's ordinary private files by way of two databases that it never syncs, so that after a power
/// cut new files are gone by name. Where a bucket lies stands in one that is synced before the bucket is given to anybody;
/// what is left is the bucket's own list of names.
pub struct Bucket {
    keeper: Keeper,
    is_own: bool,
}

impl Bucket {
    /// Opens a bucket, making it where it is not there. A browser without buckets gives the origin's ordinary files.
    ///
    /// # Errors
    /// What the browser says.
    pub async fn open(name: &str) -> Result<Bucket, JsValue> {
        let navigator = Reflect::get(&js_sys::global(), &"navigator".into())?;
        let buckets = Reflect::get(&navigator, &"storageBuckets".into())?;
        if buckets.is_undefined() {
            let keeper = Reflect::get(&navigator, &"storage".into())?;
            return Ok(Bucket { keeper: keeper.unchecked_into(), is_own: false });
        }
        let options = Object::new();
        Reflect::set(&options, &"durability".into(), &"strict".into())?;
        Reflect::set(&options, &"persisted".into(), &true.into())?;
        let buckets: Buckets = buckets.unchecked_into();
        let keeper = JsFuture::from(buckets.open(name, &options)?).await?;
        Ok(Bucket { keeper: keeper.unchecked_into(), is_own: true })
    }

    /// Whether the files are apart from the origin's others.
    #[must_use]
    pub fn is_own(&self) -> bool {
        self.is_own
    }

    /// Where the files are.
    ///
    /// # Errors
    /// What the browser says.
    pub async fn directory(&self) -> Result<FileSystemDirectoryHandle, JsValue> {
        Ok(JsFuture::from(self.keeper.get_directory()?).await?.unchecked_into())
    }

    /// Asks the browser not to evict the files when the disk runs short, and gives its answer.
    ///
    /// # Errors
    /// What the browser says.
    pub async fn persist(&self) -> Result<bool, JsValue> {
        Ok(JsFuture::from(self.keeper.persist()?).await?.is_truthy())
    }
}
