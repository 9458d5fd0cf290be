//! Messages: `{id, command, buffers}` in, `{id, reply, buffers}` out.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use urna_core::vault_api::{Command, Reply, VaultError};
use wasm_bindgen::prelude::*;
use web_sys::DedicatedWorkerGlobalScope;

use super::BrowserVault;

/// Bytes that one message may bring: two sides of 64 MiB.
const MAX_BYTES: u32 = 128 << 20;

/// Carries out the command in a message and posts the answer.
pub fn answer(scope: &DedicatedWorkerGlobalScope, vault: &mut BrowserVault, message: &JsValue) {
    let id = field(message, "id");
    let (reply, buffers) = match parse(message) {
        Ok((command, buffers)) => {
            let answer = vault.handle(command, buffers);
            (answer.reply, answer.buffers)
        }
        Err(detail) => (Reply::Refused(VaultError::BadRequest { detail }), Vec::new()),
    };
    let transfer = Array::new();
    let sent = Array::new();
    for bytes in buffers {
        let buffer = Uint8Array::from(bytes.as_slice()).buffer();
        transfer.push(&buffer);
        sent.push(&buffer);
    }
    let reply = serde_wasm_bindgen::to_value(&reply).unwrap_or(JsValue::NULL);
    let message = object(&[("id", id), ("reply", reply), ("buffers", sent.into())]);
    // It fails only if a buffer can't be transferred; then the page's time-out speaks.
    let _ = scope.post_message_with_transfer(&message, &transfer);
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
