//! Answers that a reader may keep: an ETag from the state of the figures, and 304 without any work.

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderName, VARY};
use axum::http::{HeaderValue, Response, StatusCode};
use urna_core::seal::Digest;

use super::View;

/// For figures: fresh for five seconds, and good enough for thirty more while they are fetched anew.
const FIGURES: &str = "public, max-age=5, stale-while-revalidate=30";
/// For what is named by its own digest.
pub(super) const FOREVER: &str = "public, max-age=31536000, immutable";

/// An HTML page that depends on the published figures, the day and the language only.
pub(crate) fn page(view: &View, render: impl FnOnce() -> maud::Markup) -> Response<Body> {
    figures(view, "text/html; charset=utf-8", || render().into_string().into_bytes())
}

/// Any answer that depends on the published figures, the day and the language only.
pub(crate) fn figures(
    view: &View,
    content_type: &'static str,
    render: impl FnOnce() -> Vec<u8>,
) -> Response<Body> {
    let tag = state_tag(view);
    let known = view.if_none_match.as_deref().is_some_and(|known| holds(known, &tag));
    let mut response = if known {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        let mut response = Response::new(Body::from(render()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
        response
    };
    let headers = response.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FIGURES));
    headers.insert(VARY, HeaderValue::from_static("accept-language, accept-encoding"));
    response
}

/// An answer that is nobody else's business and never kept.
pub(crate) fn uncached(
    status: StatusCode,
    content_type: &'static str,
    body: Vec<u8>,
) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// A file under a name of its own that never changes.
pub(crate) fn immutable(
    content_type: &'static str,
    file_name: Option<&str>,
    body: Vec<u8>,
) -> Response<Body> {
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(FOREVER));
    let disposition = file_name.map(|name| format!("attachment; filename=\"{name}\""));
    if let Some(disposition) = disposition.and_then(|text| HeaderValue::from_str(&text).ok()) {
        headers.insert(HeaderName::from_static("content-disposition"), disposition);
    }
    response
}

/// Weak, since the same page may be sent compressed or not.
fn state_tag(view: &View) -> String {
    let mut state = Vec::new();
    for figures in &view.snapshot.campaigns {
        state.extend_from_slice(&figures.version.0);
    }
    state.extend_from_slice(&view.snapshot.unverifiable.to_be_bytes());
    state.extend_from_slice(view.today.as_bytes());
    state.extend_from_slice(view.app.settings.build.as_bytes());
    let name = Digest::of(&state).to_string();
    format!("W/\"{}-{}\"", &name[..24], view.lang.tag())
}

fn holds(if_none_match: &str, tag: &str) -> bool {
    let bare = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    if_none_match.split(',').any(|known| known.trim() == "*" || bare(known) == bare(tag))
}
