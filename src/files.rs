//! Files that people pick, and files that they take away.

use gloo::file::futures::read_as_bytes;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlInputElement, Url};

use crate::problem::Problem;

/// Longest file that is read: nothing that the kiosk takes is longer.
const MAX_BYTES: u64 = 64 << 20;

/// A file that was picked.
pub struct Picked {
    /// Its name.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// Reads what was picked in a file field, and empties the field so that the same can be picked again.
pub fn take_files(input: &HtmlInputElement) -> Vec<gloo::file::File> {
    let files = input.files().map(|list| gloo::file::FileList::from(list).to_vec());
    input.set_value("");
    files.unwrap_or_default()
}

/// Reads one file.
pub async fn read(file: &gloo::file::File) -> Result<Picked, Problem> {
    let name = file.name();
    if file.size() > MAX_BYTES {
        return Err(Problem::File(format!("{name}: {} bytes", file.size())));
    }
    let bytes = read_as_bytes(file).await;
    let bytes = bytes.map_err(|fault| Problem::File(format!("{name}: {fault}")))?;
    Ok(Picked { name, bytes })
}

/// A picture in the page's memory, for as long as somebody holds this.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    url: String,
}

impl Picture {
    /// Takes a PNG.
    pub fn new(png: &[u8]) -> Result<Picture, Problem> {
        Ok(Picture { url: object_url(&Uint8Array::from(png), "image/png").map_err(fault)? })
    }

    /// The address to show it from.
    pub fn url(&self) -> String {
        self.url.clone()
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // Nothing more can be done where the browser does not know its own address.
        let _ = Url::revoke_object_url(&self.url);
    }
}

fn fault(error: JsValue) -> Problem {
    Problem::File(format!("{error:?}"))
}

/// An address for bytes in the page's memory, until it is revoked.
pub fn object_url(bytes: &Uint8Array, kind: &str) -> Result<String, JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(bytes), &options)?;
    Url::create_object_url_with_blob(&blob)
}

/// Offers bytes as a download.
pub fn save(name: &str, bytes: &[u8]) -> Result<(), Problem> {
    let url = object_url(&Uint8Array::from(bytes), "application/octet-stream").map_err(fault)?;
    let link = gloo::utils::document().create_element("a").map_err(fault)?;
    let link: HtmlAnchorElement = link.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    // The download holds the bytes by itself once it was started.
    let _ = Url::revoke_object_url(&url);
    Ok(())
}
