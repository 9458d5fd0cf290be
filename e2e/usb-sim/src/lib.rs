//! A simulated scanner, or a simulated receipt printer, inside a page. `e2e/support/navigator-usb.js` puts it behind `navigator.usb`.

use std::io::Cursor;

use image::ImageFormat;
use js_sys::Uint8Array;
use urna_printer_sim::{End, Options, PrinterSim, Script as PrinterScript, What as PrinterWhat};
use urna_scanner_sim::{
    Answer, Device, EsclOptions, OnBus, Picture, Script, Sheet, Simulator, What, escl_scanner,
    fi_scanner,
};
use wasm_bindgen::prelude::*;

/// Which device.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// eSCL over IPP-over-USB.
    Escl,
    /// Fujitsu/Ricoh fi-7160.
    Fi,
}

/// Sheets that are laid into a device before it is there.
#[wasm_bindgen]
#[derive(Debug, Default)]
pub struct Stack(Vec<Sheet>);

#[wasm_bindgen]
impl Stack {
    /// None.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one: PNG or JPEG files of both sides; without a back that is blank.
    ///
    /// # Errors
    /// Words on what is wrong with a file.
    pub fn add(&mut self, front: &[u8], back: Option<Vec<u8>>, dpi: u32) -> Result<(), JsError> {
        let front = Picture::decode(front, dpi)?;
        let back = match back {
            Some(file) => Picture::decode(&file, dpi)?,
            None => Picture::blank(front.width, front.height, dpi),
        };
        self.0.push(Sheet { front, back });
        Ok(())
    }
}

/// A device on its bus.
#[wasm_bindgen]
pub struct Scanner(Box<dyn Simulator>);

#[wasm_bindgen]
impl Scanner {
    /// A device with these sheets, to which this script happens.
    ///
    /// # Errors
    /// Words on what is wrong with the script.
    #[wasm_bindgen(constructor)]
    pub fn new(kind: Kind, stack: Stack, script: &str, pairs: u8) -> Result<Scanner, JsError> {
        let script: Script = script.parse()?;
        Ok(Scanner(match kind {
            Kind::Escl => Box::new(escl_scanner(stack.0, script, EsclOptions { pairs })),
            Kind::Fi => Box::new(fi_scanner(stack.0, script)),
        }))
    }

    /// Somebody does something at the device; docs/scanners-sim.md has the words.
    ///
    /// # Errors
    /// Words on what is not understood.
    pub fn happen(&mut self, what: &str) -> Result<(), JsError> {
        let what: What = what.parse().map_err(JsError::new)?;
        self.0.happen(&what);
        Ok(())
    }

    /// Where every sheet is, as JSON.
    pub fn truth(&self) -> String {
        serde_json::to_string(&self.0.truth()).unwrap_or_default()
    }
}

/// A receipt printer on its bus; it has the same operations as [`Scanner`].
#[wasm_bindgen]
pub struct Printer(PrinterSim);

#[wasm_bindgen]
impl Printer {
    /// A printer to which this script happens.
    ///
    /// # Errors
    /// Words on what is wrong with the script.
    #[wasm_bindgen(constructor)]
    pub fn new(script: &str, speed: u32) -> Result<Printer, JsError> {
        let script: PrinterScript = script.parse()?;
        Ok(Printer(PrinterSim::new(Options { speed, ..Options::default() }, script)))
    }

    /// Somebody does something at the printer; docs/printers.md has the words.
    ///
    /// # Errors
    /// Words on what is not understood.
    pub fn happen(&mut self, what: &str) -> Result<(), JsError> {
        let what: PrinterWhat = what.parse().map_err(JsError::new)?;
        self.0.happen(&what);
        Ok(())
    }

    /// Ends of all pieces with something on them: `cut`, `torn` or `hanging`.
    pub fn ends(&self) -> Vec<String> {
        let printed = self.0.pieces().iter().filter(|piece| !piece.is_blank());
        let end = |end: End| match end {
            End::Cut => "cut",
            End::Torn => "torn",
            End::Hanging => "hanging",
        };
        printed.map(|piece| end(piece.end).to_owned()).collect()
    }

    /// One of those pieces as a PNG file; nothing if there is none.
    pub fn piece(&self, at: usize) -> Vec<u8> {
        let mut file = Cursor::new(Vec::new());
        if let Some(piece) = self.0.pieces().iter().filter(|piece| !piece.is_blank()).nth(at) {
            // Into memory, a picture of a known size: nothing can fail.
            let _ = piece.picture().write_to(&mut file, ImageFormat::Png);
        }
        file.into_inner()
    }
}

/// The operations that every device on its bus has.
macro_rules! operations {
    ($device:ty) => {
        #[wasm_bindgen]
        impl $device {
            /// Its device descriptor.
            pub fn device_descriptor(&self) -> Vec<u8> {
                self.0.descriptors().device.to_vec()
            }

            /// Its configuration descriptor with everything in it.
            pub fn configuration_descriptor(&self) -> Vec<u8> {
                self.0.descriptors().configuration.clone()
            }

            /// Its strings, from number 1.
            pub fn strings(&self) -> Vec<String> {
                self.0.descriptors().strings.clone()
            }

            /// A control transfer: a byte array, or `"wait"`, `"stall"`, `"gone"`.
            ///
            /// # Errors
            /// A setup that has not eight bytes.
            pub fn control(&mut self, setup: &[u8], data: &[u8]) -> Result<JsValue, JsError> {
                Ok(told(self.0.control(setup.try_into()?, data)))
            }

            /// An OUT transfer.
            pub fn bulk_out(&mut self, endpoint: u8, bytes: &[u8]) -> JsValue {
                told(self.0.bulk_out(endpoint, bytes))
            }

            /// An IN transfer.
            pub fn bulk_in(&mut self, endpoint: u8, most: usize) -> JsValue {
                told(self.0.bulk_in(endpoint, most))
            }

            /// The host has cleared a halt.
            pub fn clear_halt(&mut self, endpoint: u8) {
                self.0.clear_halt(endpoint);
            }

            /// The host has reset the port.
            pub fn reset(&mut self) {
                self.0.reset();
            }

            /// So many milliseconds have passed.
            pub fn advance(&mut self, ms: u32) {
                self.0.advance(ms);
            }

            /// What happened since the last call, in words.
            pub fn notes(&mut self) -> Vec<String> {
                self.0.take_notes()
            }

            /// Whether a cable connects it.
            pub fn is_plugged(&self) -> bool {
                self.0.is_plugged()
            }
        }
    };
}

operations!(Scanner);
operations!(Printer);

fn told(answer: Answer) -> JsValue {
    match answer {
        Answer::Done(bytes) => Uint8Array::from(bytes.as_slice()).into(),
        Answer::Wait => "wait".into(),
        Answer::Stall => "stall".into(),
        Answer::Gone => "gone".into(),
    }
}
