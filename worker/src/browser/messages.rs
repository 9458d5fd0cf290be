//! Messages: `{id, command, buffers}` in, `{id, reply, buffers}` out.
//!
//! Before the first answer comes `{ready}`, or `{fault}` with the reason why the vault can't be opened. A
//! vault that stops later says `{fault}` with a text.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use urna_core::vault_api::{Command, Reply, VaultError};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

use super::BrowserVault;

/// Bytes that one message may bring: two sides of 64 MiB.
const MAX_BYTES: u32 = 128 << 20;

/// An answer and the number of the message that asked.
pub struct Posted {
    id: JsValue,
    reply: Reply,
    buffers: Vec<Vec<u8>>,
}

/// Carries out the command in a message.
pub fn carry_out(vault: &mut BrowserVault, message: &JsValue) -> Posted {
    let id = field(message, "id");
    let (reply, buffers) = match parse(message) {
        Ok((command, buffers)) => {
            let answer = vault.handle(command, buffers);
            (answer.reply, answer.buffers)
        }
        Err(detail) => (Reply::Refused(VaultError::BadRequest { detail }), Vec::new()),
    };
    Posted { id, reply, buffers }
}

impl Posted {
    /// The same, refused.
    pub fn refused(self, fault: VaultError) -> Self {
        Posted { id: self.id, reply: Reply::Refused(fault), buffers: Vec::new() }
    }

    /// Posts the answer; its buffers are transferred.
    pub fn post(self, scope: &DedicatedWorkerGlobalScope) {
        let transfer = Array::new();
        let sent = Array::new();
        for bytes in self.buffers {
            let buffer = Uint8Array::from(bytes.as_slice()).buffer();
            transfer.push(&buffer);
            sent.push(&buffer);
        }
        let reply = serde_wasm_bindgen::to_value(&self.reply).unwrap_or(JsValue::NULL);
        let message = object(&[("id", self.id), ("reply", reply), ("buffers", sent.into())]);
        // It fails only if a buffer can't be transferred; then the page's time-out speaks.
        let _ = scope.post_message_with_transfer(&message, &transfer);
    }
}

/// Tells the page that the vault is open.
pub fn post_ready(scope: &DedicatedWorkerGlobalScope, software: &str) {
    let _ = scope.post_message(&object(&[("ready", software.into())]));
}

/// Tells the page why the vault can't be opened.
pub fn post_fault(scope: &DedicatedWorkerGlobalScope, fault: &VaultError) {
    let fault = serde_wasm_bindgen::to_value(fault).unwrap_or(JsValue::NULL);
    let _ = scope.post_message(&object(&[("fault", fault)]));
}

/// Tells the page that the vault stops, and where.
pub fn post_last_words(scope: &DedicatedWorkerGlobalScope, words: &str) {
    let _ = scope.post_message(&object(&[("fault", words.into())]));
}

fn parse(message: &JsValue) -> Result<(Command, Vec<Vec<u8>>), String> {
    let command: Command = serde_wasm_bindgen::from_value(field(message, "command"))
        .map_err(|fault| fault.to_string())?;
    let mut buffers = Vec::new();
    let mut room = MAX_BYTES;
    for buffer in Array::from(&field(message, "buffers")).iter() {
        let buffer: ArrayBuffer = buffer.dyn_into().map_err(|_| "not a buffer".to_owned())?;
        room = room.checked_sub(buffer.byte_length()).ok_or("the message is too long")?;
        buffers.push(Uint8Array::new(&buffer).to_vec());
    }
    Ok((command, buffers))
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        // Setting a plain property of a fresh object can't fail.
        let _ = Reflect::set(&object, &(*name).into(), value);
    }
    object.into()
}
