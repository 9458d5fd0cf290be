//! The public portal: pages made on the server, readable without scripts on the cheapest phone.

mod area;
mod band;
mod campaign;
mod contest;
mod count;
mod data;
mod home;
mod layout;
mod option;
mod places;
mod precinct;
mod precincts;
mod reports;
mod submit;
mod turnout;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Response, StatusCode};
use axum::routing::get;

use crate::http::{App, View, uncached};

pub(crate) fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(home::page))
        .route("/submit", get(submit::form_page).post(submit::result_page))
        .route("/{election}", get(campaign::page))
        .route("/{election}/data", get(data::page))
        .route("/{election}/regions/{region}", get(campaign::region_page))
        .route("/{election}/precincts", get(precincts::page))
        .route("/{election}/precincts/{precinct}", get(precinct::page))
        .route("/{election}/options/{contest}/{option}", get(option::page))
        .fallback(not_found_page)
}

/// For addresses that lead nowhere.
pub(crate) async fn not_found_page(view: View) -> Response<Body> {
    not_found(&view)
}

/// Says in the reader's language that there is nothing.
pub(crate) fn not_found(view: &View) -> Response<Body> {
    let page = layout::layout(
        view,
        &view.t("not-found-title"),
        maud::html! {
            h1 { (view.t("not-found-title")) }
            p { (view.t("not-found-text")) }
            p { a class="button" href=(view.link("/")) { (view.t("to-home")) } }
        },
    );
    let body = page.into_string().into_bytes();
    uncached(StatusCode::NOT_FOUND, "text/html; charset=utf-8", body)
}
