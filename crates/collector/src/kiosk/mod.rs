//! The kiosk's files on a port of their own, so that nothing of the portal shares its origin.

mod demo;
mod policy;

pub use demo::DemoAuthority;
pub use policy::inline_script_hashes;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Context;
use axum::Router;
use axum::body::Body;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, HeaderName};
use axum::http::{HeaderValue, Response};
use axum::middleware::Next;
use axum::routing::{get, post};
use tower_http::compression::CompressionLayer;
use tower_http::services::ServeDir;

use crate::campaign::Campaign;
use crate::http::immutable_header;

/// Longest enrolment request; a real one has about 250 bytes.
const MAX_REQUEST: usize = 4_096;

/// What the kiosk's port serves.
#[derive(Debug)]
pub struct Kiosk {
    campaign: Arc<Campaign>,
    files: PathBuf,
    policy: HeaderValue,
    demo: Option<DemoAuthority>,
}

impl Kiosk {
    /// The kiosk of `campaign` from the folder that the bundler wrote.
    ///
    /// # Errors
    /// The folder has no `index.html`.
    pub fn load(
        files: &Path,
        campaign: Arc<Campaign>,
        demo: Option<DemoAuthority>,
    ) -> anyhow::Result<Arc<Self>> {
        let index = files.join("index.html");
        let html = std::fs::read_to_string(&index)
            .with_context(|| format!("reading {}", index.display()))?;
        let policy = policy::kiosk_policy(&html, campaign.definition().collector_url.as_deref());
        let policy = HeaderValue::from_str(&policy)?;
        Ok(Arc::new(Kiosk { campaign, files: files.to_owned(), policy, demo }))
    }
}

/// Everything on the kiosk's port.
pub fn router(kiosk: Arc<Kiosk>) -> Router {
    let mut routes = Router::new()
        .route("/campaign/authority.pem", get(authority_pem))
        .route("/campaign/package.urna", get(package));
    if kiosk.demo.is_some() {
        routes = routes.route("/demo/enrol", post(demo::enrol));
    }
    routes
        .fallback_service(ServeDir::new(&kiosk.files))
        .layer(DefaultBodyLimit::max(MAX_REQUEST))
        .layer(CompressionLayer::new())
        .layer(axum::middleware::from_fn_with_state(kiosk.clone(), headers))
        .with_state(kiosk)
}

async fn authority_pem(
    State(kiosk): State<Arc<Kiosk>>,
) -> ([(HeaderName, &'static str); 1], String) {
    let content_type = [(axum::http::header::CONTENT_TYPE, "application/x-pem-file")];
    (content_type, kiosk.campaign.root_pem.clone())
}

async fn package(State(kiosk): State<Arc<Kiosk>>) -> Vec<u8> {
    kiosk.campaign.sealed_package.clone()
}

async fn headers(State(kiosk): State<Arc<Kiosk>>, request: Request, next: Next) -> Response<Body> {
    let cache = if is_hashed(request.uri().path()) { immutable_header() } else { "no-cache" };
    let mut response = next.run(request).await;
    let cache = if response.status().is_success() { cache } else { "no-store" };
    let fixed = [
        (CACHE_CONTROL, cache),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-embedder-policy"), "require-corp"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
        (HeaderName::from_static("referrer-policy"), "no-referrer"),
    ];
    let headers = response.headers_mut();
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(CONTENT_SECURITY_POLICY, kiosk.policy.clone());
    response
}

/// Whether the bundler put a digest of the content into the name, as in `urna-kiosk-3f9c2a41b0d7e8f6.js`.
/// The page, its list of files and the fonts have none, so they must be asked for each time.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let stem = name.split('.').next().unwrap_or_default();
    let parts = stem.split(['-', '_']);
    parts.into_iter().any(|part| part.len() >= 12 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_with_a_digest_are_kept_for_ever() {
        assert!(is_hashed("/urna-kiosk-3f9c2a41b0d7e8f6.js"));
        assert!(is_hashed("/urna-kiosk-3f9c2a41b0d7e8f6_bg.wasm"));
        for name in ["/", "/index.html", "/manifest.sha256", "/fonts/a.ttf", "/deadbeef.js"] {
            assert!(!is_hashed(name), "{name}");
        }
    }
}
