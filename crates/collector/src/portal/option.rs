//! One option: where it has its votes.

use axum::body::Body;
use axum::extract::Path;
use axum::http::Response;
use maud::{Markup, html};
use urna_core::definition::{BallotOption, Contest};
use urna_core::tally::{ContestTally, Tally};
use urna_core::{ContestId, OptionId, RegionId};

use super::layout::{bar, layout, preliminary, trail};
use super::{not_found, places};
use crate::figures::CampaignFigures;
use crate::http::{View, cached_page};

pub(super) async fn page(
    Path((election, contest, option)): Path<(String, ContestId, OptionId)>,
    view: View,
) -> Response<Body> {
    let figures = view.snapshot.campaign(&election).cloned();
    let found = figures.as_ref().and_then(|figures| {
        let contest = figures.campaign.definition().contest(&contest)?;
        Some((figures, contest, contest.option(&option)?))
    });
    match found {
        Some((figures, contest, option)) => cached_page(&view, || {
            let title = option.name.in_lang(view.lang);
            layout(&view, title, content(&view, figures, contest, option))
        }),
        None => not_found(&view),
    }
}

/// Votes for an option somewhere, of the ballots there.
struct Row {
    name: String,
    path: String,
    votes: u64,
    ballots: u64,
}

fn content(
    view: &View,
    figures: &CampaignFigures,
    contest: &Contest,
    option: &BallotOption,
) -> Markup {
    let definition = figures.campaign.definition();
    let id = &definition.id;
    let total = row_of(&figures.total.tally, contest, option, String::new(), String::new());
    let own = format!("/{id}/options/{}/{}", contest.id, option.id);
    let asked = view.asked("region").map(RegionId::from);
    let region = asked.and_then(|region| definition.region(&region));
    html! {
        (trail(view, &[(definition.title.in_lang(view.lang), format!("/{id}"))]))
        h1 { (option.name.in_lang(view.lang)) }
        @if let Some(detail) = &option.detail { p { (detail.in_lang(view.lang)) } }
        p class="quiet" { (contest.title.in_lang(view.lang)) }
        (preliminary(view))
        @if let Some(total) = total {
            dl class="figures" { div { dt { (view.t("votes")) }
                dd { strong { (view.n(total.votes)) } " "
                    span { (view.percent(total.votes, total.ballots)) }
                    (bar(total.votes, total.ballots)) } } }
        }
        @match region {
            Some(region) => {
                h2 { (region.name.in_lang(view.lang)) }
                p { a href=(view.link(&own)) { (view.t("all-regions")) } }
                (table(view, &view.t("precinct"), by_precinct(view, figures, contest, option, &region.id)))
            }
            None => {
                h2 { (view.t("regions")) }
                (table(view, &view.t("region"), by_region(view, figures, contest, option, &own)))
            }
        }
    }
}

fn table(view: &View, place: &str, mut rows: Vec<Row>) -> Markup {
    rows.sort_by_key(|row| std::cmp::Reverse(row.votes));
    html! {
        @if rows.is_empty() { p class="empty" { (view.t("no-results-yet")) } } @else {
            table class="results" { thead { tr {
                th scope="col" { (place) }
                th scope="col" class="n" { (view.t("votes")) }
                th scope="col" class="n" { "%" }
            } } tbody { @for row in rows { tr {
                th scope="row" { a href=(row.path) { (row.name) } (bar(row.votes, row.ballots)) }
                td class="n" { (view.n(row.votes)) }
                td class="n" { (view.percent(row.votes, row.ballots)) }
            } } } }
        }
    }
}

fn by_region(
    view: &View,
    figures: &CampaignFigures,
    contest: &Contest,
    option: &BallotOption,
    own: &str,
) -> Vec<Row> {
    let regions = figures.campaign.definition().regions.iter();
    let rows = regions.filter_map(|region| {
        let sums = figures.regions.get(&region.id).filter(|sums| sums.reported() > 0)?;
        let path = view.link(&format!("{own}?region={}", region.id));
        let name = region.name.in_lang(view.lang).to_owned();
        row_of(&sums.tally, contest, option, name, path)
    });
    rows.collect()
}

fn by_precinct(
    view: &View,
    figures: &CampaignFigures,
    contest: &Contest,
    option: &BallotOption,
    region: &RegionId,
) -> Vec<Row> {
    let rows = figures.precincts_of(region).filter_map(|precinct| {
        let path = view.link(&places::path(&figures.campaign.definition().id, precinct));
        let name = format!("№ {}", precinct.id);
        row_of(precinct.tally.as_ref()?, contest, option, name, path)
    });
    rows.collect()
}

fn row_of(
    tally: &Tally,
    contest: &Contest,
    option: &BallotOption,
    name: String,
    path: String,
) -> Option<Row> {
    let mut contests = tally.votes.iter().flat_map(|vote| &vote.contests);
    let counted: &ContestTally = contests.find(|counted| counted.contest == contest.id)?;
    let choice = counted.choices.iter().find(|choice| choice.option == option.id)?;
    Some(Row { name, path, votes: choice.votes.into(), ballots: counted.ballots.into() })
}
