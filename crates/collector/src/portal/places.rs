//! Precincts as rows.

use std::sync::Arc;

use maud::{Markup, html};
use urna_core::ElectionId;

use crate::figures::{CampaignFigures, PrecinctFigures, PrecinctState};
use crate::http::View;

/// A table of precincts: number and name, state, sheets of registered in the vote with most sheets.
pub(super) fn table<'a>(
    view: &View,
    figures: &CampaignFigures,
    precincts: impl Iterator<Item = &'a Arc<PrecinctFigures>>,
) -> Markup {
    html! {
        table class="places" { thead { tr {
            th scope="col" { (view.t("precinct")) }
            th scope="col" { (view.t("state")) }
            th scope="col" class="n" { (view.t("turnout")) }
        } } tbody { @for precinct in precincts { (row(view, figures, precinct)) } } }
    }
}

/// The words for a state.
pub(super) fn state_key(state: PrecinctState) -> &'static str {
    match state {
        PrecinctState::Silent => "state-silent",
        PrecinctState::Opened => "state-opened",
        PrecinctState::Voting => "state-voting",
        PrecinctState::Partial => "state-partial",
        PrecinctState::Complete => "state-complete",
    }
}

/// Address of a precinct's page.
pub(super) fn path(election: &ElectionId, precinct: &PrecinctFigures) -> String {
    format!("/{election}/precincts/{}", precinct.id)
}

fn row(view: &View, figures: &CampaignFigures, precinct: &PrecinctFigures) -> Markup {
    let definition = figures.campaign.definition();
    let place = figures.campaign.precinct(&precinct.id);
    let registered = place.map_or(0, |place| place.registered.into());
    let sheets = precinct.sheets.iter().copied().max().unwrap_or(0);
    html! { tr {
        th scope="row" {
            a href=(view.link(&path(&definition.id, precinct))) { "№ " (precinct.id) }
            @if let Some(place) = place { " " span class="quiet" { (place.name.in_lang(view.lang)) } }
        }
        td { (view.t(state_key(precinct.state)))
            @if precinct.is_disputed() { " " strong class="bad" { (view.t("disputed")) } }
            @else if !precinct.notices.is_empty() { " " strong class="odd" { (view.t("noticed")) } } }
        td class="n" { @if precinct.state >= PrecinctState::Voting {
            (view.percent(sheets, registered)) } @else { "–" } }
    } }
}
