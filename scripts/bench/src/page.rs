//! What the page in the browser calls.

use urna_core::recognition::{PreparedDesign, import_design};
use wasm_bindgen::prelude::*;

use crate::{Rounds, Side};

/// Page designs, ready to read with.
#[wasm_bindgen]
#[derive(Default)]
pub struct Designs(Vec<PreparedDesign>);

#[wasm_bindgen]
impl Designs {
    /// None yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Designs {
        Designs::default()
    }

    /// Prepares a design; throws where it can't be used.
    pub fn add(&mut self, json: &str, blank_png: Vec<u8>) -> Result<(), JsError> {
        let imported = import_design(json, blank_png)?;
        self.0.push(PreparedDesign::new(&imported.design)?);
        Ok(())
    }
}

/// The files of a sheet.
#[wasm_bindgen]
#[derive(Default)]
pub struct Sheet(Vec<Side>);

#[wasm_bindgen]
impl Sheet {
    /// Without sides yet.
    #[wasm_bindgen(constructor)]
    pub fn new() -> Sheet {
        Sheet::default()
    }

    /// Goes on with the next side.
    pub fn add_side(&mut self) {
        self.0.push(Side::new());
    }

    /// Adds a file to the last side.
    pub fn add_file(&mut self, file: Vec<u8>) {
        if let Some(side) = self.0.last_mut() {
            side.push(file);
        }
    }

    /// [`crate::Measured`] as JSON; throws where a file is no picture.
    pub fn measure(
        &self,
        designs: &Designs,
        readings: u32,
        decodings: u32,
    ) -> Result<String, JsError> {
        let performance = web_sys::window().and_then(|window| window.performance());
        let performance = performance.ok_or_else(|| JsError::new("there is no clock"))?;
        let rounds = Rounds { readings, decodings };
        let measured = crate::measure(&designs.0, &self.0, rounds, || performance.now())?;
        Ok(serde_json::to_string(&measured)?)
    }
}
