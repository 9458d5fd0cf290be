//! What the open data are and what their columns mean.

use axum::body::Body;
use axum::extract::Path;
use axum::http::Response;
use maud::{Markup, html};

use super::layout::{layout, trail};
use super::not_found;
use crate::figures::CampaignFigures;
use crate::http::{View, cached_page};

/// The name of something in a file, and the key of its meaning.
type Meaning = (&'static str, &'static str);

/// Each file with its columns.
const FILES: [(Meaning, &[Meaning]); 5] = [
    (
        ("results.csv", "data-results-csv"),
        &[
            ("election, region, precinct", "column-place"),
            ("disputed", "column-disputed"),
            ("vote, contest", "column-contest"),
            ("register", "column-register"),
            ("option", "column-option"),
            ("count", "column-count"),
        ],
    ),
    (
        ("turnout.csv", "data-turnout-csv"),
        &[
            ("election, region, precinct", "column-place"),
            ("vote", "column-vote"),
            ("registered", "column-registered"),
            ("sheets", "column-sheets"),
            ("devices, final_reports, slips", "column-reports"),
        ],
    ),
    (
        ("counts.csv", "data-counts-csv"),
        &[
            ("election, region, precinct", "column-place"),
            ("device, count, purpose", "column-which-count"),
            ("place, replaced_by_device, replaced_by_count", "column-place-of-count"),
            ("disputed", "column-disputed"),
            ("sheets", "column-sheets"),
            ("digest", "column-digest"),
        ],
    ),
    (("results.json", "data-results-json"), &[]),
    (("precincts/{id}.json", "data-precinct-json"), &[]),
];

pub(super) async fn page(Path(election): Path<String>, view: View) -> Response<Body> {
    let Some(figures) = view.snapshot.campaign(&election).cloned() else {
        return not_found(&view);
    };
    cached_page(&view, || layout(&view, &view.t("data-title"), content(&view, &figures)))
}

fn content(view: &View, figures: &CampaignFigures) -> Markup {
    let definition = figures.campaign.definition();
    html! {
        (trail(view, &[(definition.title.in_lang(view.lang), format!("/{}", definition.id))]))
        h1 { (view.t("data-title")) }
        p { (view.t("data-text")) }
        @for ((file, key), columns) in FILES {
            section { h2 {
                    @if file.contains('{') { code { (file) } }
                    @else { a href=(format!("/{}/data/{file}", definition.id)) { (file) } } }
                p { (view.t(key)) }
                @if !columns.is_empty() { table { tbody { @for (name, key) in columns {
                    tr { th scope="row" { code { (name) } } td { (view.t(key)) } }
                } } } }
            }
        }
        section { h2 { (view.t("package-title")) }
            dl class="facts" {
                div { dt { (view.t("package-digest")) }
                    dd { code { (figures.campaign.package_digest()) } } }
                div { dt { (view.t("root-key")) }
                    dd { code { (figures.campaign.root.fingerprint()) } } }
            } }
    }
}
