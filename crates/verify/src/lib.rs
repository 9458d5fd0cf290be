//! The judge inside the offline verification page: texts of QR codes in, a checked report out.

mod outcome;
mod photo;

pub use outcome::{Outcome, verify_texts};
pub use photo::qr_texts_of_photo;

/// The two functions that the page calls. Each returns JSON, so that the page needs no bindings.
#[cfg(target_arch = "wasm32")]
mod page {
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Verifies the texts of a report's QR codes, one a line: [`crate::Outcome`] as JSON.
    #[wasm_bindgen]
    pub fn verify(root_pem: &str, texts: &str) -> String {
        serde_json::to_string(&crate::verify_texts(root_pem, texts)).unwrap_or_default()
    }

    /// Texts of the QR codes in a photo (JPEG or PNG): a JSON list, empty where none was found.
    #[wasm_bindgen]
    pub fn read_photo(bytes: &[u8]) -> String {
        serde_json::to_string(&crate::qr_texts_of_photo(bytes)).unwrap_or_default()
    }
}
