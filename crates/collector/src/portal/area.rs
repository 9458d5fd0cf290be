//! A region or the whole election: what both pages show.

use maud::{Markup, html};

use super::layout::preliminary;
use super::{contest, turnout};
use crate::figures::{AreaFigures, CampaignFigures};
use crate::http::View;

/// Headline, warnings, and all registers of an area.
pub(super) fn summary(view: &View, figures: &CampaignFigures, area: &AreaFigures) -> Markup {
    html! {
        (preliminary(view))
        (warnings(view, figures, area))
        div id="figures" { (turnout::headline(view, figures, area)) }
    }
}

/// Results of all votes; a sentence while there are none.
pub(super) fn results(view: &View, figures: &CampaignFigures, area: &AreaFigures) -> Markup {
    html! {
        @if area.reported() == 0 { p class="empty" { (view.t("no-results-yet")) } }
        @else { (contest::tally(view, figures.campaign.definition(), &area.tally, Some(&area.band))) }
    }
}

fn warnings(view: &View, figures: &CampaignFigures, area: &AreaFigures) -> Markup {
    let list = format!("/{}/precincts?show=noticed", figures.campaign.definition().id);
    html! {
        @if !area.adds_up() { p class="alarm" role="alert" { (view.t("does-not-add-up")) } }
        @if view.snapshot.unverifiable > 0 {
            p class="alarm" role="alert" { (view.count("unverifiable", view.snapshot.unverifiable)) }
        }
        @if area.disputed > 0 {
            p class="alarm" { (view.count("disputed-precincts", area.disputed)) " "
                a href=(view.link(&list)) { (view.t("show-them")) } }
        } @else if area.noticed > 0 {
            p class="warning" { (view.count("noticed-precincts", area.noticed)) " "
                a href=(view.link(&list)) { (view.t("show-them")) } }
        }
        @if area.not_summed > 0 {
            p class="alarm" { (view.count("not-summed-precincts", area.not_summed)) }
        }
    }
}
