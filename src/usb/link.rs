//! One request on a real device: what WebUSB is asked for it, and what its answers mean.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use gloo::timers::future::TimeoutFuture;
use js_sys::{Promise, Uint8Array};
use urna_usb::{Alternate, Completion, Transfer};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::js::{Setup, TransferResult, UsbDevice, name_of};

/// A transfer to a device that was unplugged breaks off before the browser says that it is gone. So long is
/// waited for that word, in milliseconds, lest a pulled cable looks like a device that misbehaves.
const GRACE_MS: u32 = 500;
/// How often a claim is tried, and the pause between two tries in milliseconds: after a reset the system gives
/// the interface to its own driver, until its rules have taken it away again.
const CLAIM_TRIES: u32 = 5;
const CLAIM_PAUSE_MS: u32 = 300;
/// Between two looks, in milliseconds.
const LOOK_MS: u32 = 25;

/// Why a device can't be taken, as far as the browser says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It can't be opened: the system does not let this user.
    Access,
    /// An interface can't be claimed: the system's driver or another program holds it.
    Held,
    /// The browser lets no page have an interface of this class.
    Protected,
}

/// A device, and what is held of it.
pub struct Link {
    device: UsbDevice,
    alternates: Vec<Alternate>,
    /// The claimed interfaces and the settings that were chosen for them.
    held: RefCell<BTreeMap<u8, Option<u8>>>,
    refusal: Cell<Option<Refusal>>,
    is_gone: Cell<bool>,
    /// Counts the changes of the device that were begun: one that was given up meanwhile goes no further.
    turn: Cell<u32>,
    /// A change was given up that has not ended: until it does the browser refuses every other.
    is_stuck: Cell<bool>,
}

/// A step of a change that failed, or that nobody waits for any more.
enum Broken {
    Thrown(JsValue),
    GivenUp,
}

impl Link {
    pub fn new(device: UsbDevice, alternates: Vec<Alternate>) -> Self {
        Link {
            device,
            alternates,
            held: RefCell::default(),
            refusal: Cell::new(None),
            is_gone: Cell::new(false),
            turn: Cell::new(0),
            is_stuck: Cell::new(false),
        }
    }

    /// The device.
    pub fn device(&self) -> &UsbDevice {
        &self.device
    }

    /// Why the last claim failed.
    pub fn refusal(&self) -> Option<Refusal> {
        self.refusal.get()
    }

    /// The cable was pulled.
    pub fn set_gone(&self) {
        self.is_gone.set(true);
    }

    /// Whether it was.
    pub fn is_gone(&self) -> bool {
        self.is_gone.get()
    }

    /// What is being changed on the device takes too long: it goes no further than the step that runs.
    pub fn give_up(&self) {
        self.is_stuck.set(true);
        self.begin();
    }

    /// Does what is asked. It may never end: whoever waits has a time-out.
    pub async fn run(&self, transfer: Transfer) -> Completion {
        let done = match transfer {
            Transfer::In { endpoint, length } => return self.receive(endpoint, length).await,
            Transfer::Ask { request, value, index, length, .. } => {
                let (request_type, recipient) = ("class", "interface");
                let setup = Setup { request_type, recipient, request, value, index };
                return self.question(&setup, length).await;
            }
            Transfer::Out { endpoint, bytes } => return self.send(endpoint, &bytes).await,
            Transfer::ClearHalt { endpoint } => {
                let direction = if endpoint & 0x80 == 0 { "out" } else { "in" };
                await_promise(self.device.clear_halt(direction, endpoint & 0x0f)).await.is_ok()
            }
            Transfer::Configure { value } => self.configure(value).await.is_ok(),
            Transfer::Claim { interface, alternate } => {
                self.claim(interface, alternate).await.is_ok()
            }
            Transfer::Reset => self.reset().await.is_ok(),
        };
        match done {
            true => Completion::Done(Vec::new()),
            // Not refused by the device: it does not answer.
            false if self.is_stuck.get() => Completion::TimedOut,
            false => self.broken().await,
        }
    }

    /// Takes back every transfer of the interface with this endpoint. WebUSB has one way: to release it.
    pub async fn take_back(&self, endpoint: u8) {
        if let Some((interface, alternate)) = self.setting_with(endpoint) {
            // If it fails, no transfer of this interface begins before the driver has claimed it anew.
            let _ = self.claim(interface, alternate).await;
        }
    }

    /// The interface with this endpoint, and its setting, if it is held.
    fn setting_with(&self, endpoint: u8) -> Option<(u8, u8)> {
        let held = self.held.borrow();
        let mine = |a: &&Alternate| {
            held.get(&a.interface) == Some(&Some(a.alternate)) && a.bulk.contains(&endpoint)
        };
        self.alternates.iter().find(mine).map(|setting| (setting.interface, setting.alternate))
    }

    async fn receive(&self, endpoint: u8, length: u32) -> Completion {
        if self.setting_with(endpoint).is_none() {
            return self.broken().await;
        }
        self.received(self.device.transfer_in(endpoint & 0x0f, length), length).await
    }

    async fn question(&self, setup: &Setup, length: u16) -> Completion {
        let Ok(setup) = serde_wasm_bindgen::to_value(setup) else { return Completion::Failed };
        self.received(self.device.control_in(&setup, length), length.into()).await
    }

    async fn received(&self, asked: Result<Promise, JsValue>, length: u32) -> Completion {
        let Ok(result) = await_promise(asked).await else { return self.broken().await };
        let result: TransferResult = result.unchecked_into();
        match result.status().as_deref() {
            Some("ok") => {}
            Some("stall") => return Completion::Stalled,
            _ => return Completion::Failed,
        }
        let Some(data) = result.data() else { return Completion::Done(Vec::new()) };
        let (from, len) = (data.byte_offset(), data.byte_length());
        if u32::try_from(len).is_ok_and(|len| len <= length)
            && let (Ok(from), Ok(len)) = (u32::try_from(from), u32::try_from(len))
        {
            // The one copy on this side of the driver: from the browser's memory into ours.
            let view = Uint8Array::new_with_byte_offset_and_length(&data.buffer(), from, len);
            return Completion::Done(view.to_vec());
        }
        Completion::Failed
    }

    async fn send(&self, endpoint: u8, bytes: &[u8]) -> Completion {
        if self.setting_with(endpoint).is_none() {
            return self.broken().await;
        }
        let sent = self.device.transfer_out(endpoint & 0x0f, &Uint8Array::from(bytes));
        let Ok(result) = await_promise(sent).await else { return self.broken().await };
        let result: TransferResult = result.unchecked_into();
        let is_all =
            u32::try_from(bytes.len()).is_ok_and(|len| result.bytes_written() == f64::from(len));
        match result.status().as_deref() {
            Some("ok") if is_all => Completion::Done(Vec::new()),
            Some("stall") => Completion::Stalled,
            _ => Completion::Failed,
        }
    }

    async fn configure(&self, value: u8) -> Result<(), Broken> {
        let turn = self.begin();
        self.open(turn).await?;
        let selected = self.device.said().and_then(|said| said.configuration);
        if selected.is_some_and(|selected| selected.configuration_value == value) {
            return Ok(());
        }
        self.step(turn, self.device.select_configuration(value)).await
    }

    async fn claim(&self, interface: u8, alternate: u8) -> Result<(), Broken> {
        let turn = self.begin();
        self.open(turn).await?;
        let was_held = self.held.borrow_mut().remove(&interface).is_some();
        if was_held
            && let Err(broken) = self.step(turn, self.device.release_interface(interface)).await
        {
            // The system has dropped the claim already, and the browser still believes in it. Closing forgets
            // them all.
            let Broken::Thrown(_) = broken else { return Err(broken) };
            let others = std::mem::take(&mut *self.held.borrow_mut());
            self.step(turn, self.device.close()).await?;
            self.open(turn).await?;
            for (other, setting) in others {
                self.take(turn, other, setting.unwrap_or(0)).await?;
            }
        }
        self.take(turn, interface, alternate).await
    }

    async fn take(&self, turn: u32, interface: u8, alternate: u8) -> Result<(), Broken> {
        let mut claimed = self.step(turn, self.device.claim_interface(interface)).await;
        for _ in 1..CLAIM_TRIES {
            let Err(Broken::Thrown(error)) = &claimed else { break };
            if name_of(error) != "NetworkError" || self.is_gone() {
                break;
            }
            TimeoutFuture::new(CLAIM_PAUSE_MS).await;
            claimed = self.step(turn, self.device.claim_interface(interface)).await;
        }
        if let Err(Broken::Thrown(error)) = &claimed {
            let is_protected = name_of(error) == "SecurityError";
            let refusal = if is_protected { Refusal::Protected } else { Refusal::Held };
            self.refusal.set(Some(refusal));
        }
        claimed?;
        self.refusal.set(None);
        self.held.borrow_mut().insert(interface, None);
        // Where there is nothing to choose some devices do not know the request.
        let settings = self.alternates.iter().filter(|a| a.interface == interface).count();
        if settings > 1 || alternate != 0 {
            self.step(turn, self.device.select_alternate(interface, alternate)).await?;
        }
        self.held.borrow_mut().insert(interface, Some(alternate));
        Ok(())
    }

    /// The device comes up anew, and with nothing claimed: after a reset the browser still believes in claims
    /// that the system has dropped. Where a page may not reset a device, closing it still ends all transfers.
    async fn reset(&self) -> Result<(), Broken> {
        let turn = self.begin();
        self.open(turn).await?;
        let reset = self.step(turn, self.device.reset()).await;
        self.held.borrow_mut().clear();
        self.step(turn, self.device.close()).await?;
        self.open(turn).await?;
        reset
    }

    async fn open(&self, turn: u32) -> Result<(), Broken> {
        if self.device.opened() {
            return Ok(());
        }
        self.held.borrow_mut().clear();
        let opened = self.step(turn, self.device.open()).await;
        if let Err(Broken::Thrown(error)) = &opened {
            let is_access = name_of(error) == "SecurityError";
            self.refusal.set(Some(if is_access { Refusal::Access } else { Refusal::Held }));
        }
        opened
    }

    fn begin(&self) -> u32 {
        self.turn.set(self.turn.get().wrapping_add(1));
        self.turn.get()
    }

    async fn step(&self, turn: u32, asked: Result<Promise, JsValue>) -> Result<(), Broken> {
        let outcome = await_promise(asked).await;
        if self.turn.get() != turn {
            self.is_stuck.set(false);
            return Err(Broken::GivenUp);
        }
        outcome.map(|_| ()).map_err(Broken::Thrown)
    }

    /// It broke off: because the device is gone, or otherwise.
    async fn broken(&self) -> Completion {
        let mut waited = 0;
        while !self.is_gone() && waited < GRACE_MS {
            TimeoutFuture::new(LOOK_MS).await;
            waited += LOOK_MS;
        }
        if self.is_gone() { Completion::Gone } else { Completion::Failed }
    }
}

async fn await_promise(asked: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(asked?).await
}
