//! All campaigns: today's, coming and past ones.

use axum::body::Body;
use axum::http::Response;
use maud::{Markup, html};

use super::layout::{bar, layout};
use crate::campaign::Phase;
use crate::figures::CampaignFigures;
use crate::http::{View, cached_page};

pub(super) async fn page(view: View) -> Response<Body> {
    cached_page(&view, || layout(&view, &view.t("campaigns-title"), content(&view)))
}

fn content(view: &View) -> Markup {
    let mut campaigns: Vec<&CampaignFigures> =
        view.snapshot.campaigns.iter().map(AsRef::as_ref).collect();
    // Coming ones from the nearest on, past ones from the latest back.
    campaigns.sort_by_key(|figures| figures.campaign.definition().date.clone());
    let in_phase = |phase| {
        let here = campaigns.iter().copied();
        let mut here: Vec<_> = here.filter(|f| f.campaign.phase(&view.today) == phase).collect();
        if phase == Phase::Past {
            here.reverse();
        }
        here
    };
    html! {
        h1 { (view.t("campaigns-title")) }
        @for (phase, heading) in [
            (Phase::Current, "campaigns-current"),
            (Phase::Coming, "campaigns-coming"),
            (Phase::Past, "campaigns-past"),
        ] {
            @let campaigns = in_phase(phase);
            @if !campaigns.is_empty() {
                section { h2 { (view.t(heading)) }
                    @for figures in campaigns { (card(view, figures)) } }
            }
        }
    }
}

fn card(view: &View, figures: &CampaignFigures) -> Markup {
    let definition = figures.campaign.definition();
    let total = &figures.total;
    html! {
        article class="card" {
            h3 { a href=(view.link(&format!("/{}", definition.id))) {
                (definition.title.in_lang(view.lang)) } }
            p class="quiet" { time datetime=(definition.date) { (definition.date) } " · "
                (view.count("count-precincts", total.precincts)) }
            @if total.reported() > 0 {
                p { (view.t_with("reported-of-all", &[
                    ("n", &view.n(total.reported())), ("all", &view.n(total.precincts))])) }
                (bar(total.reported(), total.precincts))
            }
        }
    }
}
