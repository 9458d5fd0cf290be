//! The typed client of the vault: one worker, one promise for each command.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_channel::oneshot;
use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use urna_core::vault_api::{Command, Reply, VaultError};
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Worker, WorkerOptions, WorkerType};
use yew::Callback;

use crate::problem::Problem;
use crate::worker_script::WorkerScript;

/// A sheet takes a fraction of a second, both PINs about one; whoever waits longer waits for nothing.
const LIMIT_MS: u32 = 60_000;
/// How long another owner of the vault may take to let go of it: a page that is being reloaded.
const IN_USE_TRIES: u32 = 12;
const IN_USE_WAIT_MS: u32 = 250;

/// A reply and the bytes beside it.
#[derive(Debug)]
pub struct Answer {
    /// The reply; never `Refused`.
    pub reply: Reply,
    /// Its buffers.
    pub buffers: Vec<Vec<u8>>,
}

type Outcome = Result<Answer, Problem>;
type Waiting = Rc<RefCell<BTreeMap<u32, (oneshot::Sender<Outcome>, Timeout)>>>;

/// The vault, as the page sees it.
pub struct VaultClient {
    worker: Worker,
    _script: WorkerScript,
    waiting: Waiting,
    next: Cell<u32>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for VaultClient {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}

impl VaultClient {
    /// Starts the vault; `on_death` is called if it stops later.
    pub async fn connect(on_death: Callback<Problem>) -> Result<Rc<VaultClient>, Problem> {
        let mut tries = IN_USE_TRIES;
        loop {
            let failed = match VaultClient::start(on_death.clone()).await {
                Ok(client) => return Ok(client),
                Err(failed) => failed,
            };
            let in_use = matches!(&failed, Problem::Vault(VaultError::Storage { code, .. }) if code == "in_use");
            tries = tries.saturating_sub(1);
            if !in_use || tries == 0 {
                return Err(failed);
            }
            TimeoutFuture::new(IN_USE_WAIT_MS).await;
        }
    }

    async fn start(on_death: Callback<Problem>) -> Result<Rc<VaultClient>, Problem> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let script = WorkerScript::fetch().await.map_err(|error| gone(&error))?;
        let worker = Worker::new_with_options(&script.address, &options);
        let worker = worker.map_err(|error| gone(&error))?;
        let waiting = Waiting::default();
        let (opened, opening) = oneshot::channel();
        let opened = Rc::new(RefCell::new(Some(opened)));
        let on_message = {
            let (waiting, opened) = (waiting.clone(), opened.clone());
            let on_death = on_death.clone();
            Closure::new(move |event: MessageEvent| {
                let data = event.data();
                if let Some(fault) = fault_of(&data) {
                    die(&waiting, &opened, &on_death, fault);
                } else if !field(&data, "ready").is_undefined() {
                    open(&opened, Ok(()));
                } else {
                    settle(&waiting, &data);
                }
            })
        };
        let on_error = {
            let waiting = waiting.clone();
            Closure::new(move |event: web_sys::Event| {
                event.prevent_default();
                let message =
                    event.dyn_ref::<web_sys::ErrorEvent>().map(web_sys::ErrorEvent::message);
                let fault = Problem::VaultGone(message.unwrap_or_default());
                die(&waiting, &opened, &on_death, fault);
            })
        };
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let client = VaultClient {
            worker,
            _script: script,
            waiting,
            next: Cell::new(0),
            _on_message: on_message,
            _on_error: on_error,
        };
        opening.await.unwrap_or_else(|_| Err(Problem::VaultGone(String::new())))?;
        Ok(Rc::new(client))
    }

    /// Sends a command that nobody waits for; it is done before whatever is asked later. Its reply is passed over.
    pub fn tell(&self, command: &Command, bytes: &[u8]) {
        // If the worker can't be reached, whatever is asked next says so.
        let buffers: &[&[u8]] = if bytes.is_empty() { &[] } else { &[bytes] };
        let _ = self.message(command, buffers).and_then(|(_, message, transfer)| {
            let posted = self.worker.post_message_with_transfer(&message, &transfer);
            posted.map_err(|error| gone(&error))
        });
    }

    /// Sends a command and waits for its reply.
    pub async fn ask(&self, command: Command, buffers: Vec<Vec<u8>>) -> Outcome {
        let buffers: Vec<&[u8]> = buffers.iter().map(Vec::as_slice).collect();
        let (id, message, transfer) = self.message(&command, &buffers)?;
        let (sender, receiver) = oneshot::channel();
        let waiting = self.waiting.clone();
        let limit = Timeout::new(LIMIT_MS, move || {
            if let Some((sender, _)) = waiting.borrow_mut().remove(&id) {
                // Whoever asked may have stopped waiting.
                let _ = sender.send(Err(Problem::VaultGone("no answer in time".to_owned())));
            }
        });
        self.waiting.borrow_mut().insert(id, (sender, limit));
        self.worker
            .post_message_with_transfer(&message, &transfer)
            .map_err(|error| gone(&error))?;
        receiver.await.unwrap_or_else(|_| Err(Problem::VaultGone(String::new())))
    }

    /// A message, its number, and its buffers: copied out of this program's memory, and then transferred.
    fn message(
        &self,
        command: &Command,
        buffers: &[&[u8]],
    ) -> Result<(u32, Object, Array), Problem> {
        let id = self.next.get();
        self.next.set(id.wrapping_add(1));
        let transfer = Array::new();
        for bytes in buffers {
            transfer.push(&Uint8Array::from(*bytes).buffer());
        }
        let command = serde_wasm_bindgen::to_value(command).map_err(|_| Problem::Unexpected)?;
        let message = Object::new();
        for (name, value) in
            [("id", id.into()), ("command", command), ("buffers", transfer.clone().into())]
        {
            Reflect::set(&message, &name.into(), &value).map_err(|error| gone(&error))?;
        }
        Ok((id, message, transfer))
    }
}

type Opened = Rc<RefCell<Option<oneshot::Sender<Result<(), Problem>>>>>;

fn open(opened: &Opened, outcome: Result<(), Problem>) {
    if let Some(opened) = opened.borrow_mut().take() {
        // Nobody waits any more if the page is being left.
        let _ = opened.send(outcome);
    }
}

fn die(waiting: &Waiting, opened: &Opened, on_death: &Callback<Problem>, fault: Problem) {
    let was_open = opened.borrow().is_none();
    open(opened, Err(fault.clone()));
    for (_, (sender, _)) in std::mem::take(&mut *waiting.borrow_mut()) {
        let _ = sender.send(Err(fault.clone()));
    }
    if was_open {
        on_death.emit(fault);
    }
}

fn settle(waiting: &Waiting, data: &JsValue) {
    let id: Option<u32> = serde_wasm_bindgen::from_value(field(data, "id")).ok();
    let entry = id.and_then(|id| waiting.borrow_mut().remove(&id));
    let Some((sender, _limit)) = entry else { return };
    let reply = serde_wasm_bindgen::from_value(field(data, "reply"));
    let outcome = match reply {
        Ok(Reply::Refused(error)) => Err(Problem::Vault(error)),
        Ok(reply) => Ok(Answer { reply, buffers: buffers_of(data) }),
        Err(error) => Err(Problem::VaultGone(error.to_string())),
    };
    let _ = sender.send(outcome);
}

fn buffers_of(data: &JsValue) -> Vec<Vec<u8>> {
    let buffers = Array::from(&field(data, "buffers"));
    let bytes = |buffer: JsValue| Uint8Array::new(&buffer.unchecked_into::<ArrayBuffer>()).to_vec();
    buffers.iter().map(bytes).collect()
}

/// `{fault}`: either why the vault can't be opened, or the last words of one that stopped.
fn fault_of(data: &JsValue) -> Option<Problem> {
    let fault = field(data, "fault");
    if fault.is_undefined() {
        return None;
    }
    if let Some(words) = fault.as_string() {
        return Some(Problem::VaultGone(words));
    }
    let error = serde_wasm_bindgen::from_value(fault);
    Some(error.map_or_else(|error| Problem::VaultGone(error.to_string()), Problem::Vault))
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

fn gone(error: &JsValue) -> Problem {
    Problem::VaultGone(format!("{error:?}"))
}
