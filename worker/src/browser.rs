//! The edge to the browser: messages with the page, the private file system, clock and randomness.

mod messages;
mod opfs;
mod world;

use std::cell::RefCell;
use std::rc::Rc;

use urna_core::vault_api::VaultError;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

pub use opfs::OpfsDisk;
pub use world::BrowserWorld;

use crate::reader::PageReader;
use crate::vault::{SOFTWARE, Vault};

type BrowserVault = Vault<OpfsDisk, BrowserWorld, PageReader>;

/// Opens the vault, tells the page how that went, and answers its messages one after the other.
pub fn start() {
    console_error_panic_hook::set_once();
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    spawn_local(async move {
        match open().await {
            Ok(vault) => {
                listen(&scope, vault);
                messages::post_ready(&scope, SOFTWARE);
            }
            Err(fault) => messages::post_fault(&scope, &fault),
        }
    });
}

async fn open() -> Result<BrowserVault, VaultError> {
    let disk = OpfsDisk::open().await?;
    Vault::open(disk, BrowserWorld, PageReader::default())
}

fn listen(scope: &DedicatedWorkerGlobalScope, vault: BrowserVault) {
    let vault = Rc::new(RefCell::new(vault));
    let port = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        // The worker has one thread and a handler never yields, so the borrow is always free.
        if let Ok(mut vault) = vault.try_borrow_mut() {
            messages::answer(&port, &mut vault, &event.data());
        }
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
}
