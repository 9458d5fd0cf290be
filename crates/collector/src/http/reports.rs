//! Intake over HTTP, and the sealed records back again.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, Method, Response, StatusCode};
use axum::routing::{get, post};
use serde_json::json;
use tower_http::cors::{Any, CorsLayer};
use urna_core::seal::{Digest, to_qr_texts};

use super::{App, MAX_BODY, View, cache};
use crate::figures::StoredReport;
use crate::intake::{self, Code, Refusal, Taken};
use crate::portal;
use crate::store::{Form, Received};

const JSON: &str = "application/json";

pub(super) fn routes() -> Router<Arc<App>> {
    // Any origin: a report is authentic by its signature, not by who brings it. A kiosk on a loopback
    // address asks Chromium's leave to reach into a private network.
    let cors = CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::POST, Method::GET])
        .allow_headers([CONTENT_TYPE])
        .allow_private_network(true);
    Router::new()
        .route("/api/v1/reports", post(submit))
        .route("/api/v1/reports/{digest}", get(sealed))
        .route("/api/v1/reports/{digest}/qr", get(qr_texts))
        .route("/api/v1/reports/{digest}/json", get(as_json))
        .layer(cors)
}

async fn submit(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    let answer = match receive(&app, request).await {
        Ok((form, bytes)) => intake::take(&app.board, form, &bytes).await,
        Err(refusal) => {
            // Of what never arrived there is nothing to keep but the reason.
            let received = Received { at: app.board.clock().now(), form: Form::None, bytes: &[] };
            if refusal.code != Code::Busy {
                intake::note(&app.board, &received, &refusal).await;
            }
            Err(refusal)
        }
    };
    answer_json(answer)
}

pub(super) async fn receive(app: &App, request: Request) -> Result<(Form, Vec<u8>), Refusal> {
    let form = form_of(request.headers())?;
    let too_large = || Refusal::new(Code::TooLarge, format!("longer than {MAX_BODY} bytes"));
    let announced =
        request.headers().get(CONTENT_LENGTH).and_then(|v| v.to_str().ok()?.parse().ok());
    if announced.is_some_and(|length: usize| length > MAX_BODY) {
        return Err(too_large());
    }
    let limit = app.settings.body_timeout;
    let busy = || Refusal::new(Code::Busy, "too many submissions at once; try again");
    let _slot = tokio::time::timeout(limit, app.intake.acquire())
        .await
        .map_err(|_| busy())?
        .map_err(|_| busy())?;
    let body = tokio::time::timeout(limit, to_bytes(request.into_body(), MAX_BODY)).await;
    let body = body.map_err(|_| Refusal::new(Code::Timeout, "the submission came too slowly"))?;
    Ok((form, body.map_err(|_| too_large())?.to_vec()))
}

fn form_of(headers: &HeaderMap) -> Result<Form, Refusal> {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or("application/octet-stream").split(';').next();
    match essence.unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/octet-stream" | "application/cbor" => Ok(Form::Sealed),
        "text/plain" => Ok(Form::Qr),
        _ => Err(Refusal::new(
            Code::UnsupportedType,
            "send application/octet-stream (a sealed report) or text/plain (QR codes)",
        )),
    }
}

pub(super) fn answer_json(answer: Result<Taken, Refusal>) -> Response<Body> {
    let (status, body) = match answer {
        Ok(Taken { digest, is_new: true }) => {
            (201, json!({ "status": "accepted", "digest": digest }))
        }
        Ok(Taken { digest, is_new: false }) => {
            (200, json!({ "status": "already", "digest": digest }))
        }
        Err(Refusal { code, detail, digest }) => {
            let mut body = json!({ "status": "refused", "code": code.as_str(), "detail": detail });
            if let Some(digest) = digest {
                body["digest"] = json!(digest);
            }
            (code.status(), body)
        }
    };
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    cache::uncached(status, JSON, body.to_string().into_bytes())
}

async fn sealed(Path(digest): Path<String>, view: View) -> Response<Body> {
    with_report(&view, &digest, |stored| {
        let name = format!("{}.urna-report", file_name(stored));
        cache::immutable("application/octet-stream", Some(&name), stored.sealed.clone())
    })
}

async fn qr_texts(Path(digest): Path<String>, view: View) -> Response<Body> {
    with_report(&view, &digest, |stored| match to_qr_texts(&stored.sealed) {
        Ok(texts) => {
            let name = format!("{}.txt", file_name(stored));
            let text = texts.join("\n") + "\n";
            cache::immutable("text/plain; charset=utf-8", Some(&name), text.into_bytes())
        }
        Err(_) => portal::not_found(&view),
    })
}

async fn as_json(Path(digest): Path<String>, view: View) -> Response<Body> {
    with_report(&view, &digest, |stored| {
        let body = json!({
            "digest": stored.digest,
            "received_at": stored.received_at,
            "standing": stored.standing.as_str(),
            "revocation": stored.revocation.as_ref().map(|known| known.digest),
            "signed_by": stored.signed_by,
            "report": stored.report,
        });
        let text = serde_json::to_vec_pretty(&body).unwrap_or_default();
        // The standing may come to change, so this is not for ever.
        cache::uncached(StatusCode::OK, JSON, text)
    })
}

fn with_report(
    view: &View,
    digest: &str,
    answer: impl FnOnce(&StoredReport) -> Response<Body>,
) -> Response<Body> {
    let digest = Digest::try_from(digest.to_ascii_lowercase()).ok();
    let stored = digest.and_then(|digest| view.app.board.report(&digest));
    let mut response = stored.map_or_else(|| portal::not_found(view), |stored| answer(&stored));
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn file_name(stored: &StoredReport) -> String {
    let report = &stored.report;
    format!("{}-{}-{}-{}", report.election, report.precinct, report.device, report.number)
}
