//! Revocations over HTTP, and the sealed ones back again.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Path, Request, State};
use axum::http::header::ACCESS_CONTROL_ALLOW_ORIGIN;
use axum::http::{HeaderValue, Response};
use axum::routing::{get, post};
use urna_core::seal::{Digest, Revocation};

use super::reports::{answer_json, receive};
use super::{App, View, cache};
use crate::intake;
use crate::portal;

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/api/v1/revocations", post(submit))
        .route("/api/v1/revocations/{digest}", get(sealed))
}

async fn submit(State(app): State<Arc<App>>, request: Request) -> Response<Body> {
    answer_json(match receive(&app, request).await {
        Ok((_, bytes)) => intake::take_revocation(&app.board, &bytes).await,
        Err(refusal) => Err(refusal),
    })
}

async fn sealed(Path(digest): Path<String>, view: View) -> Response<Body> {
    let digest = Digest::try_from(digest.to_ascii_lowercase()).ok();
    let campaigns = view.snapshot.campaigns.iter();
    let mut known = campaigns.flat_map(|figures| figures.revocations());
    let found = digest.and_then(|digest| known.find(|known| known.digest == digest));
    let mut response = found.map_or_else(
        || portal::not_found(&view),
        |known| {
            let Revocation { election, device, .. } = &known.revocation;
            let name = format!("{election}-{device}.urna-revocation");
            cache::immutable("application/octet-stream", Some(&name), known.sealed.clone())
        },
    );
    response.headers_mut().insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}
