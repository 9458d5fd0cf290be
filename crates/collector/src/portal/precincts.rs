//! The list of precincts, searched by number or name.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Path;
use axum::http::Response;
use maud::{Markup, html};

use super::layout::{layout, trail};
use super::{not_found, places};
use crate::figures::{CampaignFigures, PrecinctFigures};
use crate::http::{View, cached_page, url};

/// Rows on one page: what a cheap phone shows at once without stuttering.
const ROWS: usize = 100;

pub(super) async fn page(Path(election): Path<String>, view: View) -> Response<Body> {
    let Some(figures) = view.snapshot.campaign(&election).cloned() else {
        return not_found(&view);
    };
    cached_page(&view, || layout(&view, &view.t("precincts"), content(&view, &figures)))
}

fn content(view: &View, figures: &CampaignFigures) -> Markup {
    let definition = figures.campaign.definition();
    let path = format!("/{}/precincts", definition.id);
    let asked: String = view.asked("q").unwrap_or_default().trim().chars().take(100).collect();
    let noticed_only = view.asked("show") == Some("noticed");
    let found = search(view, figures, &asked, noticed_only);
    let at: usize = view.asked("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1);
    let start = at.saturating_sub(1).saturating_mul(ROWS).min(found.len());
    let shown = &found[start..found.len().min(start + ROWS)];
    let mut same = format!("{path}?q={}", url(&asked));
    if noticed_only {
        same.push_str("&show=noticed");
    }
    html! {
        (trail(view, &[(definition.title.in_lang(view.lang), format!("/{}", definition.id))]))
        h1 { (view.t("precincts")) }
        form class="search" method="get" action=(path) role="search" {
            label for="q" { (view.t("find-precinct")) }
            div { input id="q" name="q" type="search" value=(asked) autocomplete="off";
                @if view.lang_in_address { input type="hidden" name="lang" value=(view.lang.tag()); }
                button { (view.t("find")) } }
        }
        p { (view.count("found-precincts", u64::try_from(found.len()).unwrap_or(0))) }
        @if !shown.is_empty() { (places::table(view, figures, shown.iter().copied())) }
        nav class="pages" aria-label=(view.t("pages")) {
            @if start > 0 {
                a rel="prev" href=(view.link(&format!("{same}&page={}", at - 1))) { (view.t("previous-page")) } }
            @if start + ROWS < found.len() {
                a rel="next" href=(view.link(&format!("{same}&page={}", at + 1))) { (view.t("next-page")) } }
        }
    }
}

fn search<'a>(
    view: &View,
    figures: &'a CampaignFigures,
    asked: &str,
    noticed_only: bool,
) -> Vec<&'a Arc<PrecinctFigures>> {
    let asked = asked.to_lowercase();
    let places = figures.campaign.definition().precincts.iter().filter(|place| {
        place.id.as_str().to_lowercase().contains(&asked)
            || place.name.in_lang(view.lang).to_lowercase().contains(&asked)
    });
    let found = places.filter_map(|place| figures.precinct(&place.id));
    found.filter(|precinct| !noticed_only || !precinct.notices.is_empty()).collect()
}
