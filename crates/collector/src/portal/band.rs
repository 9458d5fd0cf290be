//! What one contest's figures would be at other thresholds: only what would not be the same.

use maud::{Markup, html};
use urna_core::definition::Contest;
use urna_core::tally::{BandRegister, ContestBand, ContestTally};

use crate::http::View;

/// A folded table, or one line where every threshold gives the counted figures.
pub(super) fn part(
    view: &View,
    known: &Contest,
    contest: &ContestTally,
    band: &ContestBand,
) -> Markup {
    let (thresholds, changed) = (band.thresholds(), band.changed_rows(contest));
    let words = [("thresholds", thresholds.as_str())];
    html! {
        @if band.at.is_empty() {}
        @else if changed.is_empty() {
            p class="quiet" { (view.t_with("same-at-thresholds", &words)) }
        } @else {
            details id=(format!("band-{}", contest.contest)) {
                summary { (view.t_with("other-at-thresholds", &words)) }
                p class="quiet" { (view.t("band-text")) }
                div class="columns" tabindex="0" role="region" aria-label=(known.title.in_lang(view.lang)) { table { thead { tr {
                    td {}
                    th scope="col" class="n" { (view.t("counted")) }
                    @for figures in &band.at {
                        th scope="col" class="n" { (figures.permille) " ‰" }
                    }
                } } tbody { @for row in changed { tr {
                    th scope="row" { (name_of(view, known, &row.register)) }
                    td class="n" { strong { (view.n(row.counted)) } }
                    @for other in row.at { td class="n" { (view.n(other)) } }
                } } } } }
                p class="quiet" { (view.t("band-rest")) }
            }
        }
    }
}

fn name_of(view: &View, known: &Contest, register: &BandRegister) -> String {
    match register {
        BandRegister::Option(id) => {
            let option = known.option(id);
            option.map_or(id.as_str(), |option| option.name.in_lang(view.lang)).to_owned()
        }
        BandRegister::Blank => view.t("ballots-blank"),
        BandRegister::Overvoted => view.t("ballots-overvoted"),
        BandRegister::Void => view.t("ballots-void"),
    }
}
