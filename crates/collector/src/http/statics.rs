//! Files that are built in, and the offline verification page.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use axum::routing::get;
use urna_core::seal::Digest;

use super::{App, View, cache};
use crate::kiosk::inline_script_hashes;
use crate::portal;

const STYLE: &str = include_str!("../../assets/portal.css");
const SCRIPT: &str = include_str!("../../assets/portal.js");

/// Address of the style sheet, which changes with its content.
pub(crate) static STYLE_PATH: LazyLock<String> = LazyLock::new(|| versioned("portal.css", STYLE));
/// Address of the script, likewise.
pub(crate) static SCRIPT_PATH: LazyLock<String> = LazyLock::new(|| versioned("portal.js", SCRIPT));

/// The offline verification page: one file with its scripts inside.
#[derive(Debug)]
pub struct VerifyPage {
    html: Vec<u8>,
    policy: HeaderValue,
}

impl VerifyPage {
    /// Reads the page and names its scripts in a policy of its own.
    ///
    /// # Errors
    /// The file can't be read.
    pub fn load(file: &Path) -> std::io::Result<Self> {
        let html = std::fs::read(file)?;
        let hashes = inline_script_hashes(&String::from_utf8_lossy(&html)).join(" ");
        let policy = format!(
            "default-src 'none'; script-src {hashes} 'wasm-unsafe-eval'; style-src 'unsafe-inline'; \
             img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        );
        let policy = HeaderValue::from_str(&policy).map_err(std::io::Error::other)?;
        Ok(VerifyPage { html, policy })
    }
}

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/assets/portal.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/assets/portal.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/verify", get(verify))
}

async fn asset(content_type: &'static str, text: &'static str) -> Response<Body> {
    cache::immutable(content_type, None, text.as_bytes().to_vec())
}

async fn verify(State(app): State<Arc<App>>, view: View) -> Response<Body> {
    let Some(page) = &app.settings.verify_page else {
        return portal::not_found(&view);
    };
    let mut response = Response::new(Body::from(page.html.clone()));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
    headers.insert(CONTENT_SECURITY_POLICY, page.policy.clone());
    response
}

fn versioned(name: &str, content: &str) -> String {
    format!("/assets/{name}?v={}", &Digest::of(content.as_bytes()).to_string()[..12])
}
