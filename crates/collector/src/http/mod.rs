//! The collector's HTTP side: intake, open data and portal on one port.

mod cache;
mod data;
mod headers;
mod live;
mod reports;
mod revocations;
mod statics;
mod view;

pub(crate) use cache::{page as cached_page, uncached};
pub use statics::VerifyPage;
pub(crate) use statics::{SCRIPT_PATH, STYLE_PATH};
pub(crate) use view::{View, url};

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::sync::Semaphore;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use crate::board::Board;
use crate::portal;

/// Longest submission, in bytes; `urna_core` unpacks no more from QR codes either.
pub const MAX_BODY: usize = 1 << 20;
/// Longest time for any answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// The cache header of what is named by its own content.
pub(crate) fn immutable_header() -> &'static str {
    cache::FOREVER
}

/// What the portal is told at its start.
#[derive(Debug)]
pub struct Settings {
    /// Names the build, so that pages of an older one are not taken for unchanged.
    pub build: String,
    /// Longest time that a submission may take to arrive.
    pub body_timeout: Duration,
    /// Submissions that are received at one time; others wait, and after the timeout are sent away.
    pub intake_slots: usize,
    /// Readers of the live stream at one time; others ask every now and then.
    pub live_slots: usize,
    /// The offline verification page.
    pub verify_page: Option<VerifyPage>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            build: env!("CARGO_PKG_VERSION").to_owned(),
            body_timeout: Duration::from_secs(15),
            intake_slots: 64,
            live_slots: 2_000,
            verify_page: None,
        }
    }
}

/// What all requests share.
#[derive(Debug)]
pub struct App {
    /// The published figures.
    pub board: Arc<Board>,
    /// What the portal was told.
    pub settings: Settings,
    intake: Semaphore,
    live: Arc<Semaphore>,
}

impl App {
    /// A portal for `board`.
    pub fn new(board: Arc<Board>, settings: Settings) -> Arc<Self> {
        let intake = Semaphore::new(settings.intake_slots);
        let live = Arc::new(Semaphore::new(settings.live_slots));
        Arc::new(App { board, settings, intake, live })
    }
}

/// Everything on the portal's port.
pub fn router(app: Arc<App>) -> Router {
    let pages = portal::routes()
        .merge(statics::routes())
        .layer(axum::middleware::from_fn(headers::portal_headers));
    let answers = Router::new()
        .merge(pages)
        .merge(data::routes())
        .merge(reports::routes())
        .merge(revocations::routes())
        .route("/healthz", get(live::health))
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, ANSWER_TIMEOUT))
        .layer(CompressionLayer::new());
    Router::new()
        .merge(answers)
        // The live stream neither ends nor is compressed.
        .merge(live::routes())
        .fallback(portal::not_found_page)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(axum::middleware::from_fn(headers::common_headers))
        .layer(CatchPanicLayer::new())
        .with_state(app)
}
