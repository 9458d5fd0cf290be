//! How many sheets were counted of how many voters.

use maud::{Markup, html};

use super::layout::bar;
use crate::figures::{AreaFigures, CampaignFigures};
use crate::http::View;

/// Precincts reported, and turnout of each vote, in large figures.
pub(super) fn headline(view: &View, figures: &CampaignFigures, area: &AreaFigures) -> Markup {
    let votes = &figures.campaign.definition().votes;
    html! {
        dl class="figures" {
            div { dt { (view.t("precincts-reported")) }
                dd { strong { (view.n(area.reported())) } " "
                    span { (view.t_with("of-all", &[("all", &view.n(area.precincts))])) }
                    (bar(area.reported(), area.precincts)) } }
            @for (at, vote) in votes.iter().enumerate() {
                @if area.registered[at] > 0 {
                    div { dt { (view.t("turnout")) ": " (vote.title.in_lang(view.lang)) }
                        dd { strong { (view.percent(area.sheets[at], area.registered[at])) } " "
                            span { (view.t_with("sheets-of-registered", &[
                                ("n", &view.n(area.sheets[at])),
                                ("all", &view.n(area.registered[at]))])) }
                            (bar(area.sheets[at], area.registered[at])) } }
                }
            }
        }
    }
}

/// Turnout over the day; nothing before the first slip.
pub(super) fn over_the_day(view: &View, figures: &CampaignFigures) -> Markup {
    let rows = figures.hours();
    let votes = &figures.campaign.definition().votes;
    let registered = &figures.total.registered;
    if rows.is_empty() {
        return html! {};
    }
    html! {
        section { h2 { (view.t("turnout-by-hour")) }
            p class="quiet" { (view.t("turnout-by-hour-note")) }
            @for (at, vote) in votes.iter().enumerate() {
                @if rows.iter().any(|row| row.sheets[at] > 0) {
                    h3 { (vote.title.in_lang(view.lang)) }
                    table { thead { tr {
                        th scope="col" { (view.t("hour")) }
                        th scope="col" class="n" { (view.t("precincts")) }
                        th scope="col" class="n" { (view.t("sheets")) }
                        th scope="col" class="n" { "%" }
                    } } tbody { @for row in rows { tr {
                        th scope="row" { (format!("{:02}:00", row.hour)) }
                        td class="n" { (view.n(row.precincts)) }
                        td class="n" { (view.n(row.sheets[at])) }
                        td class="n" { (view.percent(row.sheets[at], registered[at]))
                            (bar(row.sheets[at], registered[at])) }
                    } } } }
                }
            }
        }
    }
}
