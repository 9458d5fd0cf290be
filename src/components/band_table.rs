//! What one contest's figures would be at other thresholds: only what would not be the same.

use urna_core::definition::Contest;
use urna_core::tally::{BandRegister, ContestBand, ContestTally};
use yew::prelude::*;

use crate::context::use_kiosk;
use crate::i18n::Texts;

#[derive(Properties, PartialEq)]
pub struct BandProps {
    /// The contest.
    pub contest: Contest,
    /// What was counted.
    pub tally: ContestTally,
    /// What would have been counted.
    pub band: ContestBand,
}

/// The table, or one line where every threshold gives the counted figures.
#[function_component]
pub fn BandTable(props: &BandProps) -> Html {
    let kiosk = use_kiosk();
    let changed = props.band.changed_rows(&props.tally);
    let (contest, columns) = (props.tally.contest.to_string(), &props.band.at);
    if changed.is_empty() {
        let thresholds = props.band.thresholds();
        let words = [("thresholds", thresholds.as_str().into())];
        let same = kiosk.texts.with("report-band-same", &words);
        return html! { <p class="hint" data-band={contest}>{same}</p> };
    }
    let span = (columns.len() + 2).to_string();
    html! {
        <table class="others" data-band={contest}>
            <caption>{kiosk.t("report-band")}</caption>
            <thead>
                <tr>
                    <td></td>
                    <th scope="col">{kiosk.t("report-band-counted")}</th>
                    {for columns.iter().map(|f| html! { <th scope="col">{f.permille}{" ‰"}</th> })}
                </tr>
            </thead>
            <tbody>
                {for changed.into_iter().map(|row| html! {
                    <tr>
                        <th scope="row">{register_name(&kiosk.texts, &props.contest, &row.register)}</th>
                        <td><b>{row.counted}</b></td>
                        {for row.at.into_iter().map(|other| html! {
                            <td class={classes!((other == row.counted).then_some("same"))}>{other}</td>
                        })}
                    </tr>
                })}
            </tbody>
            <tfoot><tr><td colspan={span}>{kiosk.t("report-band-rest")}</td></tr></tfoot>
        </table>
    }
}

/// Name of a register of the band.
pub fn register_name(texts: &Texts, contest: &Contest, register: &BandRegister) -> String {
    match register {
        BandRegister::Option(id) => {
            let option = contest.option(id);
            option.map_or(id.as_str(), |option| texts.of(&option.name)).to_owned()
        }
        BandRegister::Blank => texts.get("report-blank"),
        BandRegister::Overvoted => texts.get("report-overvoted"),
        BandRegister::Void => texts.get("report-void-any"),
    }
}
