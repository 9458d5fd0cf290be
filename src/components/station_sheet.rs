//! The station's one report: a sum of signed reports, shown and printed as what it is.

use urna_core::definition::ElectionMode;
use urna_core::report::Count;
use urna_core::station::{StationPart, StationSum};
use yew::prelude::*;

use super::count_words::count_words;
use super::registers::Registers;
use super::report_sheet::{Paper, fact, signatures};
use crate::context::{Kiosk, use_kiosk};

#[derive(Properties, PartialEq)]
pub struct StationProps {
    /// The figures.
    pub sum: std::rc::Rc<StationSum>,
    /// The paper.
    pub paper: Paper,
}

/// The sheet.
#[function_component]
pub fn StationSheet(props: &StationProps) -> Html {
    let kiosk = use_kiosk();
    let Some(definition) = kiosk.definition() else { return html! {} };
    let (t, sum) = (&kiosk.texts, &props.sum);
    let place = definition.precinct(&sum.precinct);
    let name = place.map(|place| t.of(&place.name).to_owned()).unwrap_or_default();
    let region = place.and_then(|place| definition.region(&place.region));
    let band = sum.sensitivity.as_ref();
    // The vault has added it up and checked it.
    let band = band.and_then(|s| s.band(&sum.tally, &definition.thresholds.band_permille).ok());
    let turnout = sum.turnout.iter().map(|turnout| {
        let title = definition.vote(&turnout.vote).map(|vote| t.of(&vote.title));
        html! {
            <tr data-turnout={turnout.vote.to_string()}>
                <th scope="row">{title.unwrap_or(turnout.vote.as_str())}</th><td>{turnout.sheets}</td>
            </tr>
        }
    });
    html! {
        <article class={classes!("report", props.paper.class())} data-testid="station-report">
            if definition.mode == ElectionMode::Training {
                <p class="watermark">{kiosk.t("training")}</p>
            }
            <header>
                <p class="report-election">{t.of(&definition.title)}{" · "}{&definition.date}</p>
                <h2>{kiosk.t("station-title")}</h2>
                <p>{kiosk.t("station-what")}</p>
            </header>
            <dl class="report-facts">
                {fact(&kiosk, "report-precinct", format!("{} · {name}", sum.precinct))}
                {for region.map(|region| fact(&kiosk, "report-region", t.of(&region.name).to_owned()))}
                {for place.map(|place| fact(&kiosk, "report-registered", place.registered.to_string()))}
            </dl>
            <section>
                <h3>{kiosk.t("station-parts")}</h3>
                {for sum.parts.iter().map(|one| part(&kiosk, one))}
            </section>
            <section>
                <h3>{kiosk.t("report-turnout")}</h3>
                <table class="registers"><tbody>{for turnout}</tbody></table>
            </section>
            <Registers tally={sum.tally.clone()} {band} />
            <p class="hint">{kiosk.t("station-unsealed")}</p>
            {signatures(&kiosk)}
        </article>
    }
}

/// One signed report: which device and count, how many sheets, and what names it.
fn part(kiosk: &Kiosk, part: &StationPart) -> Html {
    let t = &kiosk.texts;
    let replaced = part.replaced_by.as_ref().map(|(device, number)| {
        let words = [("device", device.as_str().into()), ("number", (*number).into())];
        t.with("station-replaced", &words)
    });
    let named = part.count.as_ref().map(named);
    html! {
        <div data-part={part.device.to_string()}
            data-count={part.count.as_ref().map_or(1, |count| count.number).to_string()}
            data-replaced={part.replaced_by.is_some().to_string()}>
            <dl class="report-facts">
                {fact(kiosk, "report-device", part.device.to_string())}
                {fact(kiosk, "report-count", count_words(t, part.count.as_ref()))}
                {fact(kiosk, "report-sheets", part.sheets.to_string())}
                {fact(kiosk, "report-digest", part.digest.to_string())}
                {for named.filter(|names| !names.is_empty()).map(|names| fact(kiosk, "report-replaces", names))}
            </dl>
            {for replaced.map(|words| html! { <p><b>{words}</b></p> })}
        </div>
    }
}

fn named(count: &Count) -> String {
    let digests: Vec<String> = count.replaces.iter().map(ToString::to_string).collect();
    digests.join(" ")
}
