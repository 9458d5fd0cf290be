//! Open data: the figures as JSON and CSV. Columns are described on the portal's data page.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::Response;
use axum::routing::get;
use tower_http::cors::{Any, CorsLayer};

use super::{App, View, cache};
use crate::figures::{CampaignFigures, DataFile};
use crate::open_data;
use crate::portal;

const CSV: &str = "text/csv; charset=utf-8";
const JSON: &str = "application/json";

pub(super) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/{election}/data/results.json", get(results_json))
        .route("/{election}/data/results.csv", get(results_csv))
        .route("/{election}/data/turnout.csv", get(turnout_csv))
        .route("/{election}/data/counts.csv", get(counts_csv))
        .route("/{election}/data/precincts/{file}", get(precinct_json))
        .layer(CorsLayer::new().allow_origin(Any))
}

async fn results_json(Path(election): Path<String>, view: View) -> Response<Body> {
    with_figures(&view, &election, JSON, DataFile::ResultsJson, open_data::results_json)
}

async fn results_csv(Path(election): Path<String>, view: View) -> Response<Body> {
    with_figures(&view, &election, CSV, DataFile::ResultsCsv, open_data::results_csv)
}

async fn counts_csv(Path(election): Path<String>, view: View) -> Response<Body> {
    with_figures(&view, &election, CSV, DataFile::CountsCsv, open_data::counts_csv)
}

async fn turnout_csv(Path(election): Path<String>, view: View) -> Response<Body> {
    with_figures(&view, &election, CSV, DataFile::TurnoutCsv, open_data::turnout_csv)
}

async fn precinct_json(
    Path((election, file)): Path<(String, String)>,
    view: View,
) -> Response<Body> {
    let id = file.strip_suffix(".json").unwrap_or_default();
    let figures = view.snapshot.campaign(&election);
    let found = figures.and_then(|figures| Some((figures, figures.precinct(&id.into())?)));
    match found {
        Some((figures, precinct)) => {
            cache::figures(&view, JSON, || open_data::precinct_json(figures, precinct))
        }
        None => portal::not_found(&view),
    }
}

fn with_figures(
    view: &View,
    election: &str,
    content_type: &'static str,
    file: DataFile,
    make: fn(&CampaignFigures) -> Vec<u8>,
) -> Response<Body> {
    match view.snapshot.campaign(election) {
        Some(figures) => cache::figures(view, content_type, || figures.file(file, make).to_vec()),
        None => portal::not_found(view),
    }
}
