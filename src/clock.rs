//! Dates and times, by the browser's own calendar.

use urna_core::Lang;
use wasm_bindgen::JsValue;

/// Date and time of day of seconds since 1970 UTC, in the device's time zone.
pub fn date_time(seconds: u64, lang: Lang) -> String {
    let date = date_of(seconds);
    // Day before month, and 24 hours, as everywhere in the country. Chromium has no Kyrgyz dates, so those
    // are written in figures, as in Russian.
    let (tag, style) = match lang {
        Lang::Ky => ("ru", "short"),
        Lang::Ru => ("ru", "medium"),
        Lang::En => ("en-GB", "medium"),
    };
    let options = js_sys::Object::new();
    for (name, value) in [("dateStyle", style), ("timeStyle", "medium")] {
        // A plain property of a fresh object: it can't fail.
        let _ = js_sys::Reflect::set(&options, &name.into(), &value.into());
    }
    String::from(date.to_locale_string(tag, &JsValue::from(options)))
}

/// `HH:MM` now.
pub fn time_of_day() -> String {
    let now = js_sys::Date::new_0();
    format!("{:02}:{:02}", now.get_hours(), now.get_minutes())
}

/// Seconds since 1970 UTC now.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "seconds since 1970; `as` saturates"
)]
pub fn seconds() -> u64 {
    (js_sys::Date::now() / 1000.0) as u64
}

/// The hour of the day now, 0 to 23.
pub fn hour() -> u32 {
    js_sys::Date::new_0().get_hours()
}

#[allow(clippy::cast_precision_loss, reason = "seconds of this age are far below 2⁵³")]
fn date_of(seconds: u64) -> js_sys::Date {
    js_sys::Date::new(&JsValue::from_f64(seconds as f64 * 1000.0))
}
