//! Telling readers that the figures changed, and the keepers that all is well.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::RETRY_AFTER;
use axum::http::{HeaderValue, Response, StatusCode};
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use serde_json::json;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::WatchStream;

use super::{App, cache};

/// Shortest time between two ticks to one reader: on the night several reports come each second.
const BETWEEN_TICKS: Duration = Duration::from_secs(2);

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new().route("/api/v1/live", get(live)).route("/api/v1/latest", get(latest))
}

async fn live(State(app): State<Arc<App>>) -> Response<Body> {
    let Ok(slot) = Arc::clone(&app.live).try_acquire_owned() else {
        let mut response = StatusCode::SERVICE_UNAVAILABLE.into_response();
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("30"));
        return response;
    };
    let ticks =
        WatchStream::new(app.board.changes()).throttle(BETWEEN_TICKS).map(move |snapshot| {
            // The slot lives as long as the stream.
            let _held = &slot;
            let data = json!({ "seq": snapshot.seq }).to_string();
            Ok::<_, Infallible>(Event::default().event("tick").data(data))
        });
    Sse::new(ticks).keep_alive(KeepAlive::default()).into_response()
}

async fn latest(State(app): State<Arc<App>>) -> Response<Body> {
    let body = json!({ "seq": app.board.snapshot().seq }).to_string();
    cache::uncached(StatusCode::OK, "application/json", body.into_bytes())
}

pub(super) async fn health(State(app): State<Arc<App>>) -> Response<Body> {
    let snapshot = app.board.snapshot();
    let adds_up = snapshot.campaigns.iter().all(|figures| figures.total.adds_up());
    let counts = app.board.store().counts().await;
    let well = adds_up && snapshot.unverifiable == 0 && counts.is_ok();
    let body = json!({
        "well": well,
        "seq": snapshot.seq,
        "adds_up": adds_up,
        "unverifiable": snapshot.unverifiable,
        "submissions": counts.ok(),
    });
    let status = if well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    cache::uncached(status, "application/json", body.to_string().into_bytes())
}
