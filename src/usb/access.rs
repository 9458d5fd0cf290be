//! Which devices the page may use, and which come and go.

use gloo::events::EventListener;
use js_sys::{Array, Reflect};
use urna_scanner::Filter;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::descriptors::options;
use super::js::{UsbDevice, name_of, usb};

/// Most devices that are looked at.
const MOST: usize = 64;

/// Whether this browser lets a page use USB.
pub fn is_there() -> bool {
    usb().is_some()
}

/// The devices that the page may use without asking: chosen before, or allowed by the browser's policy.
pub async fn granted() -> Vec<UsbDevice> {
    let Some(asked) = usb().and_then(|usb| usb.get_devices().ok()) else { return Vec::new() };
    let Ok(devices) = JsFuture::from(asked).await else { return Vec::new() };
    let devices = Array::from(&devices);
    devices.iter().take(MOST).map(JsCast::unchecked_into).collect()
}

/// Why no device was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotChosen {
    /// The person closed the browser's list without choosing, or it was empty.
    Nothing,
    /// The browser forbids it.
    Forbidden,
}

/// Lets a person choose a device. Only from a click.
pub async fn choose(filters: impl Iterator<Item = Filter>) -> Result<UsbDevice, NotChosen> {
    let Some(usb) = usb() else { return Err(NotChosen::Forbidden) };
    let refused = |error: JsValue| match name_of(&error).as_str() {
        "NotFoundError" => NotChosen::Nothing,
        _ => NotChosen::Forbidden,
    };
    let asked = usb.request_device(&options(filters)).map_err(refused)?;
    JsFuture::from(asked).await.map(JsCast::unchecked_into).map_err(refused)
}

/// Calls back whenever a device that the page may use comes or goes; until it is dropped.
pub struct Watch {
    _listeners: [EventListener; 2],
}

/// Begins to watch.
pub fn watch(
    came: impl Fn(UsbDevice) + 'static,
    went: impl Fn(UsbDevice) + 'static,
) -> Option<Watch> {
    let usb = usb()?;
    let listen = |name: &'static str, then: Box<dyn Fn(UsbDevice)>| {
        EventListener::new(&usb, name, move |event| {
            let device = Reflect::get(event, &"device".into()).ok();
            if let Some(device) = device.filter(JsValue::is_object) {
                then(device.unchecked_into());
            }
        })
    };
    Some(Watch {
        _listeners: [listen("connect", Box::new(came)), listen("disconnect", Box::new(went))],
    })
}
