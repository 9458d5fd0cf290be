//! The network: used before opening and after the final report, watched in between.

use js_sys::{JSON, Reflect, Uint8Array};
use urna_core::seal::Digest;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Request, RequestCache, RequestInit, RequestMode, Response};

use crate::problem::Problem;

/// A precinct's line may be a modem; a server that says nothing for this long is not there.
const LIMIT_MS: u32 = 30_000;
/// Longest answer that is looked at.
const MAX_ANSWER: usize = 32 << 20;

/// Whether the browser knows of any network.
pub fn is_online() -> bool {
    gloo::utils::window().navigator().on_line()
}

/// Fetches a file from where the page came from.
pub async fn get(path: &str) -> Result<Vec<u8>, Problem> {
    let (status, bytes) = call(Ask::new("GET", path, None)).await?;
    if status == 200 {
        Ok(bytes)
    } else {
        Err(Problem::Net { key: "net-not-offered", detail: format!("{path}: {status}") })
    }
}

/// One of the program's own files as it was loaded: out of the browser's cache if it is still there. Not after `end`,
/// in milliseconds since 1970.
pub async fn own_file(path: &str, end: f64) -> Result<Vec<u8>, Problem> {
    let left = (end - js_sys::Date::now()).clamp(0.0, f64::from(LIMIT_MS));
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it is between 0 and the limit"
    )]
    let limit_ms = left as u32;
    let ask = Ask { limit_ms, cache: RequestCache::ForceCache, ..Ask::new("GET", path, None) };
    match call(ask).await? {
        (200, bytes) => Ok(bytes),
        (status, _) => {
            Err(Problem::Net { key: "net-not-offered", detail: format!("{path}: {status}") })
        }
    }
}

/// Sends an enrolment request to the demonstration's authority.
pub async fn demo_enrol(precinct: &str, device: &str, request: &[u8]) -> Result<Vec<u8>, Problem> {
    let path = format!(
        "/demo/enrol?precinct={}&device={}",
        String::from(js_sys::encode_uri_component(precinct)),
        String::from(js_sys::encode_uri_component(device))
    );
    let (status, bytes) = call(Ask::new("POST", &path, Some(request))).await?;
    if status == 200 {
        return Ok(bytes);
    }
    let words: String = String::from_utf8_lossy(&bytes).chars().take(200).collect();
    Err(Problem::Net { key: "net-enrol-refused", detail: format!("{status}: {}", words.trim()) })
}

/// Sends a sealed result; gives the digest that the collector acknowledged.
pub async fn send_result(collector: &str, sealed: &[u8]) -> Result<Digest, Problem> {
    let url = format!("{}/api/v1/reports", collector.trim_end_matches('/'));
    let (status, bytes) = call(Ask::new("POST", &url, Some(sealed))).await?;
    let nonsense = || Problem::Net { key: "net-nonsense", detail: format!("status {status}") };
    let text = String::from_utf8(bytes).map_err(|_| nonsense())?;
    let answer = JSON::parse(&text).map_err(|_| nonsense())?;
    let field = |name: &str| Reflect::get(&answer, &name.into()).ok()?.as_string();
    match (status, field("status").as_deref()) {
        (200 | 201, Some("accepted" | "already")) => {
            field("digest").and_then(|digest| Digest::try_from(digest).ok()).ok_or_else(nonsense)
        }
        (400..=599, Some("refused")) => Err(Problem::Collector {
            code: field("code").unwrap_or_default(),
            detail: field("detail").unwrap_or_default(),
        }),
        _ => Err(nonsense()),
    }
}

/// A request.
struct Ask<'a> {
    method: &'a str,
    url: &'a str,
    body: Option<&'a [u8]>,
    limit_ms: u32,
    cache: RequestCache,
}

impl<'a> Ask<'a> {
    fn new(method: &'a str, url: &'a str, body: Option<&'a [u8]>) -> Self {
        Ask { method, url, body, limit_ms: LIMIT_MS, cache: RequestCache::Default }
    }
}

async fn call(ask: Ask<'_>) -> Result<(u16, Vec<u8>), Problem> {
    let Ask { method, url, body, limit_ms, cache } = ask;
    let failed = |error: JsValue| Problem::Net { key: "net-unreachable", detail: words(&error) };
    let abort = AbortController::new().map_err(failed)?;
    let signal = abort.signal();
    let is_late = signal.clone();
    let limit = gloo::timers::callback::Timeout::new(limit_ms, move || abort.abort());
    let init = RequestInit::new();
    init.set_method(method);
    init.set_mode(RequestMode::Cors);
    init.set_cache(cache);
    init.set_signal(Some(&signal));
    if let Some(body) = body {
        init.set_body(&Uint8Array::from(body));
    }
    let outcome = async {
        let request = Request::new_with_str_and_init(url, &init)?;
        if body.is_some() {
            request.headers().set("content-type", "application/octet-stream")?;
        }
        let window = gloo::utils::window();
        let response: Response =
            JsFuture::from(window.fetch_with_request(&request)).await?.dyn_into()?;
        let buffer = JsFuture::from(response.array_buffer()?).await?;
        let bytes = Uint8Array::new(&buffer);
        let length = usize::try_from(bytes.length()).unwrap_or(usize::MAX);
        let taken = if length <= MAX_ANSWER { bytes.to_vec() } else { Vec::new() };
        Ok((response.status(), taken))
    };
    let outcome: Result<_, JsValue> = outcome.await;
    limit.cancel();
    outcome.map_err(|error| {
        if is_late.aborted() {
            Problem::Net { key: "net-too-slow", detail: words(&error) }
        } else {
            failed(error)
        }
    })
}

fn words(error: &JsValue) -> String {
    let message = Reflect::get(error, &"message".into()).ok().and_then(|words| words.as_string());
    message.unwrap_or_else(|| "unknown fault".to_owned())
}
