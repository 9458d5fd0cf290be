//! The edge to the browser: messages with the page, the private file system, clock and randomness.

mod marker;
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
    std::panic::set_hook(Box::new(|panic| {
        // Where, and not what: a message might carry something of a ballot.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        messages::post_last_words(&scope(), &format!("stopped at {place}"));
    }));
    spawn_local(async move {
        match open().await {
            Ok(vault) => {
                listen(vault);
                messages::post_ready(&scope(), SOFTWARE);
            }
            Err(fault) => messages::post_fault(&scope(), &fault),
        }
    });
}

async fn open() -> Result<BrowserVault, VaultError> {
    // The files first: they are exclusive, so whoever has them is alone with the marker too.
    let disk = OpfsDisk::open().await?;
    let marked = marker::read().await?;
    let vault = Vault::open(disk, BrowserWorld, PageReader::default(), marked.as_deref())?;
    mark(marked, vault.marker()).await?;
    Ok(vault)
}

/// Brings the marker up to date before anybody hears of what it says.
async fn mark(was: Option<String>, is: Option<String>) -> Result<(), VaultError> {
    match is {
        Some(is) if was.as_deref() != Some(is.as_str()) => marker::write(&is).await,
        _ => Ok(()),
    }
}

fn listen(vault: BrowserVault) {
    let vault = Rc::new(RefCell::new(vault));
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        // The worker has one thread and the borrow ends before control is given away.
        let Ok(mut open) = vault.try_borrow_mut() else { return };
        let was = open.marker();
        let answer = messages::carry_out(&mut open, &event.data());
        let is = open.marker();
        drop(open);
        if was == is {
            return answer.post(&scope());
        }
        spawn_local(async move {
            match mark(was, is).await {
                Ok(()) => answer.post(&scope()),
                Err(fault) => answer.refused(fault).post(&scope()),
            }
        });
    });
    scope().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The listener lives as long as the worker.
    on_message.forget();
}

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}
