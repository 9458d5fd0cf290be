//! The page of an election, and of a region of it.

use axum::body::Body;
use axum::extract::Path;
use axum::http::Response;
use maud::{Markup, html};
use urna_core::RegionId;
use urna_core::definition::Region;

use super::layout::{bar, layout, trail};
use super::{area, not_found, places, turnout};
use crate::campaign::Phase;
use crate::figures::CampaignFigures;
use crate::http::{View, cached_page};

pub(super) async fn page(Path(election): Path<String>, view: View) -> Response<Body> {
    let Some(figures) = view.snapshot.campaign(&election).cloned() else {
        return not_found(&view);
    };
    let title = figures.campaign.definition().title.in_lang(view.lang);
    cached_page(&view, || layout(&view, title, content(&view, &figures)))
}

pub(super) async fn region_page(
    Path((election, region)): Path<(String, RegionId)>,
    view: View,
) -> Response<Body> {
    let figures = view.snapshot.campaign(&election).cloned();
    let found = figures
        .as_ref()
        .and_then(|figures| Some((figures, figures.campaign.definition().region(&region)?)));
    match found {
        Some((figures, region)) => cached_page(&view, || {
            let name = region.name.in_lang(view.lang);
            layout(&view, name, region_content(&view, figures, region))
        }),
        None => not_found(&view),
    }
}

fn content(view: &View, figures: &CampaignFigures) -> Markup {
    let definition = figures.campaign.definition();
    let id = &definition.id;
    let phase = match figures.campaign.phase(&view.today) {
        Phase::Current => "phase-current",
        Phase::Coming => "phase-coming",
        Phase::Past => "phase-past",
    };
    html! {
        (trail(view, &[]))
        h1 { (definition.title.in_lang(view.lang)) }
        p class="quiet" { time datetime=(definition.date) { (definition.date) } " · " (view.t(phase)) }
        (area::summary(view, figures, &figures.total))
        form class="search" method="get" action=(format!("/{id}/precincts")) role="search" {
            label for="q" { (view.t("find-precinct")) }
            div { input id="q" name="q" type="search" inputmode="numeric" autocomplete="off";
                @if view.lang_in_address { input type="hidden" name="lang" value=(view.lang.tag()); }
                button { (view.t("find")) } }
        }
        (area::results(view, figures, &figures.total))
        (turnout::over_the_day(view, figures))
        (regions(view, figures))
        p class="links" {
            a href=(view.link(&format!("/{id}/precincts"))) { (view.t("all-precincts")) }
            a href=(view.link(&format!("/{id}/data"))) { (view.t("data-title")) }
        }
    }
}

fn regions(view: &View, figures: &CampaignFigures) -> Markup {
    let definition = figures.campaign.definition();
    html! {
        section { h2 { (view.t("regions")) }
            table { thead { tr {
                th scope="col" { (view.t("region")) }
                th scope="col" class="n" { (view.t("reported")) }
                th scope="col" class="n" { (view.t("of-precincts")) }
            } } tbody { @for region in &definition.regions {
                @if let Some(sums) = figures.regions.get(&region.id) { tr {
                    th scope="row" {
                        a href=(view.link(&format!("/{}/regions/{}", definition.id, region.id))) {
                            (region.name.in_lang(view.lang)) }
                        (bar(sums.reported(), sums.precincts)) }
                    td class="n" { (view.n(sums.reported())) }
                    td class="n" { (view.n(sums.precincts)) }
                } }
            } } }
        }
    }
}

fn region_content(view: &View, figures: &CampaignFigures, region: &Region) -> Markup {
    let definition = figures.campaign.definition();
    let above = (definition.title.in_lang(view.lang), format!("/{}", definition.id));
    html! {
        (trail(view, &[above]))
        h1 { (region.name.in_lang(view.lang)) }
        @if let Some(sums) = figures.regions.get(&region.id) {
            (area::summary(view, figures, sums))
            (area::results(view, figures, sums))
        }
        section { h2 { (view.t("precincts")) }
            (places::table(view, figures, figures.precincts_of(&region.id))) }
    }
}
