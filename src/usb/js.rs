//! WebUSB as the browser has it. Bindings of our own: those of web-sys exist only behind an unstable cfg, which
//! native builds lack, and check prototypes that a simulated device does not have.

use js_sys::{Promise, Uint8Array};
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::EventTarget;

#[wasm_bindgen]
extern "C" {
    /// `navigator.usb`.
    #[wasm_bindgen(extends = EventTarget)]
    #[derive(Clone)]
    pub type Usb;

    #[wasm_bindgen(method, catch, js_name = getDevices)]
    pub fn get_devices(this: &Usb) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = requestDevice)]
    pub fn request_device(this: &Usb, options: &JsValue) -> Result<Promise, JsValue>;

    /// A device that the page may use.
    #[derive(Clone, PartialEq)]
    pub type UsbDevice;

    #[wasm_bindgen(method, getter)]
    pub fn opened(this: &UsbDevice) -> bool;
    #[wasm_bindgen(method, catch)]
    pub fn open(this: &UsbDevice) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn close(this: &UsbDevice) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn forget(this: &UsbDevice) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    pub fn reset(this: &UsbDevice) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = selectConfiguration)]
    pub fn select_configuration(this: &UsbDevice, value: u8) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = claimInterface)]
    pub fn claim_interface(this: &UsbDevice, number: u8) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = releaseInterface)]
    pub fn release_interface(this: &UsbDevice, number: u8) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = selectAlternateInterface)]
    pub fn select_alternate(
        this: &UsbDevice,
        number: u8,
        alternate: u8,
    ) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = clearHalt)]
    pub fn clear_halt(this: &UsbDevice, direction: &str, endpoint: u8) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = transferIn)]
    pub fn transfer_in(this: &UsbDevice, endpoint: u8, length: u32) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = transferOut)]
    pub fn transfer_out(
        this: &UsbDevice,
        endpoint: u8,
        data: &Uint8Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(method, catch, js_name = controlTransferIn)]
    pub fn control_in(this: &UsbDevice, setup: &JsValue, length: u16) -> Result<Promise, JsValue>;

    /// How a transfer ended.
    pub type TransferResult;

    #[wasm_bindgen(method, getter)]
    pub fn status(this: &TransferResult) -> Option<String>;
    #[wasm_bindgen(method, getter)]
    pub fn data(this: &TransferResult) -> Option<js_sys::DataView>;
    #[wasm_bindgen(method, getter, js_name = bytesWritten)]
    pub fn bytes_written(this: &TransferResult) -> f64;
}

/// The head of a question to an interface.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Setup {
    pub request_type: &'static str,
    pub recipient: &'static str,
    pub request: u8,
    pub value: u16,
    pub index: u16,
}

/// What a device says of itself, as the browser has read it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Said {
    pub vendor_id: u16,
    pub product_id: u16,
    pub manufacturer_name: Option<String>,
    pub product_name: Option<String>,
    pub serial_number: Option<String>,
    pub configuration: Option<Configuration>,
    pub configurations: Vec<Configuration>,
}

/// One of a device's configurations.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Configuration {
    pub configuration_value: u8,
    pub interfaces: Vec<Interface>,
}

/// One of its interfaces.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Interface {
    pub interface_number: u8,
    pub alternates: Vec<Setting>,
}

/// One of its alternate settings.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Setting {
    pub alternate_setting: u8,
    pub interface_class: u8,
    pub interface_subclass: u8,
    pub interface_protocol: u8,
    pub endpoints: Vec<Endpoint>,
}

/// One of its endpoints.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Endpoint {
    pub endpoint_number: u8,
    pub direction: String,
    #[serde(rename = "type")]
    pub kind: String,
}

impl UsbDevice {
    /// What it says of itself; `None` if that makes no sense.
    pub fn said(&self) -> Option<Said> {
        serde_wasm_bindgen::from_value(JsValue::from(self.clone())).ok()
    }
}

/// The browser's USB, where it has one and the page may use it.
pub fn usb() -> Option<Usb> {
    let navigator = JsValue::from(gloo::utils::window().navigator());
    let usb = js_sys::Reflect::get(&navigator, &"usb".into()).ok()?;
    usb.is_object().then(|| usb.unchecked_into())
}

/// Name of a thrown `DOMException`: what WebUSB tells its refusals apart by.
pub fn name_of(error: &JsValue) -> String {
    let name = js_sys::Reflect::get(error, &"name".into()).ok().and_then(|name| name.as_string());
    name.unwrap_or_default()
}
