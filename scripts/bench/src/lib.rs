//! Recognition's speed by stage, measured by the same code natively and in a browser.

use serde::Serialize;
use urna_core::definition::Thresholds;
use urna_core::recognition::{PreparedDesign, Refusal, decode, register, score};

/// One page, read once.
#[derive(Clone, Debug, Serialize)]
pub struct Measured {
    /// Milliseconds from the file to grey pixels.
    pub decode: f64,
    /// Milliseconds from grey pixels to the place of the design on them.
    pub register: f64,
    /// Milliseconds for the scores of all targets.
    pub score: f64,
    /// Score of each target in thousandths; none where the page was refused.
    pub scores: Option<Vec<u16>>,
    /// Why it was refused.
    pub refusal: Option<String>,
}

/// Reads one page of `design`; `now` is a clock in milliseconds.
pub fn measure(design: &PreparedDesign, image: &[u8], now: impl Fn() -> f64) -> Measured {
    let start = now();
    let page = decode(image);
    let decoded = now();
    let designs = std::slice::from_ref(design);
    let registration = page.as_ref().map_err(Clone::clone).and_then(|page| register(page, designs));
    let registered = now();
    let readings = registration.and_then(|found| score(design, &found, &Thresholds::default()));
    let scored = now();
    let refusal = readings.as_ref().err().map(Refusal::to_string);
    let scores = |readings: Vec<_>| {
        readings.iter().map(|r: &urna_core::recognition::TargetReading| r.score_permille).collect()
    };
    Measured {
        decode: decoded - start,
        register: registered - decoded,
        score: scored - registered,
        scores: readings.ok().map(scores),
        refusal,
    }
}

/// What the page in the browser calls.
#[cfg(target_arch = "wasm32")]
mod page {
    use urna_core::recognition::{PreparedDesign, import_design};
    use wasm_bindgen::prelude::*;

    /// A page design, ready to read with.
    #[wasm_bindgen]
    pub struct Design(PreparedDesign);

    #[wasm_bindgen]
    impl Design {
        /// Prepares a design; throws where it can't be used.
        #[wasm_bindgen(constructor)]
        pub fn new(json: &str, blank_png: Vec<u8>) -> Result<Design, JsError> {
            let imported = import_design(json, blank_png)?;
            Ok(Design(PreparedDesign::new(&imported.design)?))
        }

        /// Reads one page once: [`crate::Measured`] as JSON.
        pub fn measure(&self, image: &[u8]) -> String {
            let performance = web_sys::window().and_then(|window| window.performance());
            let now = || performance.as_ref().map_or(0.0, web_sys::Performance::now);
            serde_json::to_string(&crate::measure(&self.0, image, now)).unwrap_or_default()
        }
    }
}
