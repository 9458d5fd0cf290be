//! The page of one precinct: its figures, its devices, and the sealed record behind each.

use axum::body::Body;
use axum::extract::Path;
use axum::http::Response;
use maud::{Markup, html};
use urna_core::PrecinctId;
use urna_core::definition::Precinct;
use urna_core::seal::RevocationReason;

use super::layout::{bar, layout, preliminary, trail};
use super::{contest, count, not_found, places, reports};
use crate::figures::{CampaignFigures, DeviceFigures, Notice, PrecinctFigures, PrecinctState};
use crate::http::{View, cached_page};
use crate::open_data::place_word;

pub(super) async fn page(
    Path((election, id)): Path<(String, PrecinctId)>,
    view: View,
) -> Response<Body> {
    let figures = view.snapshot.campaign(&election).cloned();
    let found = figures.as_ref().and_then(|figures| {
        Some((figures, figures.precinct(&id)?, figures.campaign.precinct(&id)?))
    });
    match found {
        Some((figures, precinct, place)) => cached_page(&view, || {
            let title = view.t_with("precinct-number", &[("id", place.id.as_str())]);
            layout(&view, &title, content(&view, figures, precinct, place))
        }),
        None => not_found(&view),
    }
}

fn content(
    view: &View,
    figures: &CampaignFigures,
    precinct: &PrecinctFigures,
    place: &Precinct,
) -> Markup {
    let definition = figures.campaign.definition();
    let mut steps = vec![(definition.title.in_lang(view.lang), format!("/{}", definition.id))];
    if let Some(region) = definition.region(&place.region) {
        let path = format!("/{}/regions/{}", definition.id, region.id);
        steps.push((region.name.in_lang(view.lang), path));
    }
    html! {
        (trail(view, &steps))
        h1 { (view.t_with("precinct-number", &[("id", place.id.as_str())])) }
        p { (place.name.in_lang(view.lang)) }
        (preliminary(view))
        @for notice in &precinct.notices { p class=(class_of(notice)) { (words(view, notice)) } }
        (headline(view, figures, precinct, place))
        @match &precinct.tally {
            Some(tally) => { (contest::tally(view, definition, tally, precinct.band.as_ref())) }
            None => { p class="empty" { (view.t("no-results-yet")) } }
        }
        section { h2 { (view.t("devices")) }
            @if precinct.devices.is_empty() { p class="empty" { (view.t("no-reports-yet")) } }
            @for device in &precinct.devices { (device_part(view, figures, device)) }
        }
        p class="links" {
            a href=(format!("/{}/data/precincts/{}.json", definition.id, place.id)) { "JSON" } }
    }
}

fn headline(
    view: &View,
    figures: &CampaignFigures,
    precinct: &PrecinctFigures,
    place: &Precinct,
) -> Markup {
    let registered = u64::from(place.registered);
    let votes = figures.campaign.definition().votes.iter().zip(&precinct.sheets);
    html! {
        dl class="figures" {
            div { dt { (view.t("state")) } dd { strong class="words" {
                (view.t(places::state_key(precinct.state))) } } }
            div { dt { (view.t("registered")) } dd { strong { (view.n(registered)) } } }
            @if precinct.state >= PrecinctState::Voting { @for (vote, &sheets) in votes {
                @if figures.campaign.has_vote(&place.id, &vote.id) {
                    div { dt { (view.t("turnout")) ": " (vote.title.in_lang(view.lang)) }
                        dd { strong { (view.percent(sheets, registered)) } " "
                            span { (view.t_with("sheets-of-registered", &[
                                ("n", &view.n(sheets)), ("all", &view.n(registered))])) }
                            (bar(sheets, registered)) } }
                }
            } }
        }
    }
}

fn device_part(view: &View, figures: &CampaignFigures, device: &DeviceFigures) -> Markup {
    html! {
        article class="card" data-count=(device.number) data-place=(place_word(&device.place)) {
            h3 { (view.t("device")) " " (device.device)
                @if device.disputed { " " strong class="bad" { (view.t("disputed")) } } }
            (count::part(view, device))
            (reports::list(view, figures, device))
            @if let Some(tally) = device.final_report().and_then(|stored| stored.report.tally.as_ref()) {
                details id=(count::anchor(&device.key())) {
                    summary { (view.t("figures-of-device")) }
                    (contest::tally(view, figures.campaign.definition(), tally, device.band().as_ref())) }
            }
        }
    }
}

fn class_of(notice: &Notice) -> &'static str {
    match notice {
        Notice::Conflict { .. }
        | Notice::NotSummed
        | Notice::MoreThanRegistered { .. }
        | Notice::RescanHeld { .. }
        | Notice::Revoked { .. }
        | Notice::UnlistedBuild { .. } => "alarm",
        Notice::SameNumber { .. } | Notice::FewerSheets { .. } | Notice::AfterFinal { .. } => {
            "warning"
        }
    }
}

fn reason_key(reason: RevocationReason) -> &'static str {
    match reason {
        RevocationReason::Lost => "revoked-lost",
        RevocationReason::Stolen => "revoked-stolen",
        RevocationReason::Compromised => "revoked-compromised",
        RevocationReason::Broken => "revoked-broken",
        RevocationReason::Withdrawn => "revoked-withdrawn",
    }
}

fn words(view: &View, notice: &Notice) -> String {
    let of_device = |key, device: &urna_core::DeviceId, number: u32| {
        view.t_with(key, &[("device", device.as_str()), ("number", &number.to_string())])
    };
    match notice {
        Notice::Conflict { device } => {
            view.t_with("notice-conflict", &[("device", device.as_str())])
        }
        Notice::RescanHeld { device, count, because } => {
            of_device(count::held_key(*because), device, *count)
        }
        Notice::SameNumber { device, number } => of_device("notice-same-number", device, *number),
        Notice::FewerSheets { device, number } => of_device("notice-fewer-sheets", device, *number),
        Notice::AfterFinal { device, number } => of_device("notice-after-final", device, *number),
        Notice::MoreThanRegistered { vote } => {
            view.t_with("notice-more-than-registered", &[("vote", vote.as_str())])
        }
        Notice::Revoked { device, reason } => view.t_with(
            "notice-revoked",
            &[("device", device.as_str()), ("reason", &view.t(reason_key(*reason)))],
        ),
        Notice::UnlistedBuild { device } => {
            view.t_with("notice-unlisted-build", &[("device", device.as_str())])
        }
        Notice::NotSummed => view.t("notice-not-summed"),
    }
}
