//! Clock and randomness of the browser.

use wasm_bindgen::JsCast;
use web_sys::DedicatedWorkerGlobalScope;

use crate::vault::World;

/// The browser's clock and generator.
pub struct BrowserWorld;

impl World for BrowserWorld {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "seconds since 1970; `as` saturates"
    )]
    fn now(&self) -> u64 {
        (js_sys::Date::now() / 1000.0) as u64
    }

    fn milliseconds(&self) -> f64 {
        let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
        scope.performance().map_or(0.0, |performance| performance.now())
    }

    #[allow(clippy::cast_possible_truncation, reason = "minutes of a time zone; `as` saturates")]
    fn utc_offset_minutes(&self) -> i16 {
        // JavaScript counts the other way round.
        -js_sys::Date::new_0().get_timezone_offset() as i16
    }

    #[allow(clippy::expect_used, reason = "see the comment")]
    fn random(&mut self, bytes: &mut [u8]) {
        // Without randomness there are no keys and no secret order: stopping is the only right thing.
        // Every browser that runs this has the generator.
        getrandom::fill(bytes).expect("the browser's random numbers");
    }
}
