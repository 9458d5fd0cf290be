//! The registers of a vote, contest by contest, with the people's and parties' names.

use maud::{Markup, html};
use urna_core::definition::{Contest, ElectionDefinition};
use urna_core::rules::VoidRule;
use urna_core::tally::{Band, ChoiceTally, ContestTally, Tally, VoteTally};

use super::band;
use super::layout::bar;
use crate::http::View;

/// Every vote of a tally that has anything to show, and what it would be at other thresholds.
pub(super) fn tally(
    view: &View,
    definition: &ElectionDefinition,
    tally: &Tally,
    band: Option<&Band>,
) -> Markup {
    html! { @for vote in &tally.votes { @if vote.sheets > 0 {
        (vote_section(view, definition, vote, band))
    } } }
}

fn vote_section(
    view: &View,
    definition: &ElectionDefinition,
    vote: &VoteTally,
    band: Option<&Band>,
) -> Markup {
    let title = definition.vote(&vote.vote).map(|known| known.title.in_lang(view.lang));
    html! {
        section { h2 { (title.unwrap_or(vote.vote.as_str())) }
            p { (view.t_with("sheets-line", &[
                ("sheets", &view.n(vote.sheets)),
                ("valid", &view.n(vote.valid)),
                ("invalid", &view.n(vote.invalid))])) }
            @for contest in &vote.contests {
                @if let Some(known) = definition.contest(&contest.contest) {
                    (contest_part(view, definition, known, contest))
                    @if let Some(other) = band.and_then(|band| band.contest(&contest.contest)) {
                        (band::part(view, known, contest, other))
                    }
                }
            }
        }
    }
}

fn contest_part(
    view: &View,
    definition: &ElectionDefinition,
    known: &Contest,
    contest: &ContestTally,
) -> Markup {
    let mut choices: Vec<&ChoiceTally> = contest.choices.iter().collect();
    // Equal ones stay in the order of the ballot.
    choices.sort_by_key(|choice| std::cmp::Reverse(choice.votes));
    let ballots = u64::from(contest.ballots);
    html! {
        h3 { (known.title.in_lang(view.lang)) }
        @if let Some(question) = &known.question { p { (question.in_lang(view.lang)) } }
        table class="results" {
            caption { (view.t_with("share-of-ballots", &[("n", &view.n(ballots))])) }
            thead { tr {
                th scope="col" { (view.t("option")) }
                th scope="col" class="n" { (view.t("votes")) }
                th scope="col" class="n" { "%" }
            } }
            tbody { @for choice in choices { tr {
                th scope="row" {
                    a href=(option_link(view, definition, contest, choice)) {
                        (name_of(view, known, choice)) }
                    (bar(choice.votes.into(), ballots))
                }
                td class="n" { (view.n(choice.votes)) }
                td class="n" { (view.percent(choice.votes.into(), ballots)) }
            } } }
        }
        (registers(view, contest))
        (preferences(view, known, contest))
    }
}

/// Ballots that gave nobody a vote, and votes not given.
fn registers(view: &View, contest: &ContestTally) -> Markup {
    let row = |name: String, count: u64| {
        html! { tr { th scope="row" { (name) } td class="n" { (view.n(count)) } } }
    };
    html! {
        table class="registers" { caption { (view.t("ballots-of-contest")) } tbody {
            (row(view.t("ballots"), contest.ballots.into()))
            (row(view.t("ballots-valid"), contest.valid.into()))
            (row(view.t("ballots-blank"), contest.blank.into()))
            (row(view.t("ballots-overvoted"), contest.overvoted.into()))
            (row(view.t("ballots-void"), contest.void_ballots()))
            @for void in contest.void.iter().filter(|void| void.ballots > 0) {
                tr class="sub" { th scope="row" { (view.t(void_key(void.rule))) }
                    td class="n" { (view.n(void.ballots)) } }
            }
            @if contest.votes_allowed > 1 { (row(view.t("undervotes"), contest.undervotes)) }
        } }
    }
}

fn preferences(view: &View, known: &Contest, contest: &ContestTally) -> Markup {
    let listed = contest.choices.iter().filter(|c| !c.preferences.is_empty() && c.votes > 0);
    html! { @for choice in listed {
        details id=(format!("preferences-{}-{}", contest.contest, choice.option)) {
            summary { (view.t("preferences")) ": " (name_of(view, known, choice)) }
            table { thead { tr {
                th scope="col" { (view.t("number-on-list")) }
                th scope="col" class="n" { (view.t("votes")) }
            } } tbody {
                @for (at, &count) in choice.preferences.iter().enumerate() { @if count > 0 {
                    tr { th scope="row" { "№ " (at + 1) } td class="n" { (view.n(count)) } }
                } }
                tr { th scope="row" { (view.t("without-preference")) }
                    td class="n" { (view.n(choice.without_preference)) } }
            } }
        }
    } }
}

fn name_of<'a>(view: &View, known: &'a Contest, choice: &'a ChoiceTally) -> &'a str {
    let option = known.option(&choice.option);
    option.map_or(choice.option.as_str(), |option| option.name.in_lang(view.lang))
}

fn option_link(
    view: &View,
    definition: &ElectionDefinition,
    contest: &ContestTally,
    choice: &ChoiceTally,
) -> String {
    let (contest, option) = (&contest.contest, &choice.option);
    view.link(&format!("/{}/options/{contest}/{option}", definition.id))
}

fn void_key(rule: VoidRule) -> &'static str {
    match rule {
        VoidRule::NumberWithoutParty => "void-number-without-party",
        VoidRule::PartyWithoutNumber => "void-party-without-number",
        VoidRule::SeveralNumbers => "void-several-numbers",
        VoidRule::AgainstAllWithNumber => "void-against-all-with-number",
        VoidRule::AgainstAllWithOption => "void-against-all-with-option",
        VoidRule::MarginalMark => "void-marginal-mark",
        VoidRule::SheetInvalid => "void-sheet-invalid",
    }
}
