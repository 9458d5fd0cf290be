//! The script that the vault runs in.
//!
//! A browser checks no digest of a worker's script. So the page takes the script itself, with the digest that the page
//! was built with, and starts the worker from the very bytes that were checked. They load the vault's WebAssembly
//! with its digest in turn.

use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestInit, Response, Url};

use crate::files;

/// What the page says of its worker: `{path, integrity}`; written by scripts/seal-dist.mjs.
const SEALED: &str = "urnaWorker";
/// The bundler's own script, for a page that was not sealed: `trunk serve`.
const UNSEALED: &str = "/worker_loader.js";

/// Address of the script, for as long as somebody holds this.
pub struct WorkerScript {
    /// Address to start a worker from.
    pub address: String,
    is_checked: bool,
}

impl Drop for WorkerScript {
    fn drop(&mut self) {
        if self.is_checked {
            // An address that is not known any more needs no revoking.
            let _ = Url::revoke_object_url(&self.address);
        }
    }
}

impl WorkerScript {
    /// Fetches and checks the script.
    pub async fn fetch() -> Result<WorkerScript, JsValue> {
        let sealed = Reflect::get(&gloo::utils::window(), &SEALED.into())?;
        let text = |name: &str| Reflect::get(&sealed, &name.into()).ok()?.as_string();
        if sealed.is_undefined() {
            return Ok(WorkerScript { address: UNSEALED.to_owned(), is_checked: false });
        }
        let (Some(path), Some(integrity)) = (text("path"), text("integrity")) else {
            return Err("the page does not name its worker".into());
        };
        let init = RequestInit::new();
        init.set_integrity(&integrity);
        let answer = gloo::utils::window().fetch_with_str_and_init(&path, &init);
        let answer: Response = JsFuture::from(answer).await?.dyn_into()?;
        let bytes = JsFuture::from(answer.array_buffer()?).await?;
        let address = files::object_url(&Uint8Array::new(&bytes), "text/javascript")?;
        Ok(WorkerScript { address, is_checked: true })
    }
}
