//! Every register of a report, zeros included, and the equations that tie them together.

use urna_core::definition::{Contest, ElectionDefinition};
use urna_core::rules::VoidRule;
use urna_core::tally::{Band, ChoiceTally, ContestTally, Tally, VoteTally};
use yew::prelude::*;

use super::band_table::BandTable;
use super::sheet_verdict::void_key;
use crate::context::{Kiosk, use_kiosk};
use crate::i18n::Texts;

#[derive(Properties, PartialEq)]
pub struct RegistersProps {
    /// The registers.
    pub tally: Tally,
    /// What they would be at other thresholds.
    pub band: Option<Band>,
}

/// The tables.
#[function_component]
pub fn Registers(props: &RegistersProps) -> Html {
    let kiosk = use_kiosk();
    let Some(definition) = kiosk.definition() else { return html! {} };
    let band = props.band.as_ref();
    let votes = props.tally.votes.iter();
    html! { <>{for votes.map(|vote| vote_tables(&kiosk, definition, vote, band))}</> }
}

fn vote_tables(
    kiosk: &Kiosk,
    definition: &ElectionDefinition,
    tally: &VoteTally,
    band: Option<&Band>,
) -> Html {
    let title = definition.vote(&tally.vote).map(|vote| kiosk.texts.of(&vote.title));
    let styles = tally.styles.iter().map(|style| {
        line(&format!("{} {}", kiosk.t("report-style"), style.style), style.sheets.into(), None)
    });
    let contests = tally.contests.iter().map(|contest| {
        let Some(known) = definition.contest(&contest.contest) else { return html! {} };
        let band = band.and_then(|band| band.contest(&contest.contest));
        html! {
            <>
                {contest_table(kiosk, known, contest)}
                if let Some(band) = band {
                    <BandTable contest={known.clone()} tally={contest.clone()} band={band.clone()} />
                }
            </>
        }
    });
    html! {
        <section class="vote-registers" data-vote={tally.vote.to_string()}>
            <h3>{title.unwrap_or(tally.vote.as_str())}</h3>
            <table class="registers">
                <tbody>
                    {line(&kiosk.t("report-sheets"), tally.sheets.into(), Some("sheets"))}
                    {line(&kiosk.t("report-valid-sheets"), tally.valid.into(), Some("valid"))}
                    {line(&kiosk.t("report-invalid-sheets"), tally.invalid.into(), Some("invalid"))}
                    {for styles}
                </tbody>
            </table>
            <p class="equation">
                {equation(kiosk, "report-identity-sheets", &[tally.valid.into(), tally.invalid.into()],
                    tally.sheets.into())}
            </p>
            {for contests}
        </section>
    }
}

fn contest_table(kiosk: &Kiosk, contest: &Contest, tally: &ContestTally) -> Html {
    let choices = contest.options.iter().zip(&tally.choices).map(|(option, choice)| {
        let name = kiosk.texts.of(&option.name);
        html! {
            <>
                <tr class="choice" data-contest={tally.contest.to_string()} data-option={choice.option.to_string()}>
                    <th scope="row">{name}</th>
                    <td>{choice.votes}</td>
                </tr>
                {preferences(kiosk, choice)}
            </>
        }
    });
    let void = tally
        .void
        .iter()
        .map(|count| line(&void_name(&kiosk.texts, count.rule), count.ballots.into(), None));
    let void_sum: u64 = tally.void.iter().map(|count| u64::from(count.ballots)).sum();
    let votes: u64 = tally.choices.iter().map(|choice| u64::from(choice.votes)).sum();
    let allowed = u64::from(tally.votes_allowed);
    html! {
        <>
            <h4>{kiosk.texts.of(&contest.title)}</h4>
            <table class="registers" data-contest={tally.contest.to_string()}>
                <tbody>{for choices}</tbody>
                <tbody>
                    {line(&kiosk.t("report-ballots"), tally.ballots.into(), Some("ballots"))}
                    {line(&kiosk.t("report-valid"), tally.valid.into(), Some("valid"))}
                    {line(&kiosk.t("report-blank"), tally.blank.into(), Some("blank"))}
                    {line(&kiosk.t("report-overvoted"), tally.overvoted.into(), Some("overvoted"))}
                    {line(&kiosk.t("report-undervotes"), tally.undervotes, Some("undervotes"))}
                    {for void}
                </tbody>
            </table>
            <p class="equation">
                {equation(kiosk, "report-identity-ballots",
                    &[tally.valid.into(), tally.blank.into(), tally.overvoted.into(), void_sum],
                    tally.ballots.into())}
                <br />
                {equation(kiosk, "report-identity-votes",
                    &[votes, tally.undervotes, tally.overvotes(), allowed.saturating_mul(void_sum)],
                    allowed.saturating_mul(tally.ballots.into()))}
            </p>
        </>
    }
}

/// Name of the register of ballots that a rule made void.
pub fn void_name(texts: &Texts, rule: VoidRule) -> String {
    let rule = texts.get(void_key(rule));
    let rule = rule.trim_end_matches('.').to_lowercase();
    texts.with("report-void", &[("rule", rule.into())])
}

/// Preferences of one party, each number with its count, zeros included.
fn preferences(kiosk: &Kiosk, choice: &ChoiceTally) -> Html {
    if choice.preferences.is_empty() {
        return html! {};
    }
    let cells = choice.preferences.iter().zip(1..).map(|(count, number): (_, u32)| {
        html! { <span data-number={number.to_string()}><i>{number}</i><b>{count}</b></span> }
    });
    html! {
        <tr class="preferences" data-option={choice.option.to_string()}>
            <td colspan="2">
                <div class="numbers">{for cells}</div>
                <small>
                    {kiosk.t("report-without-number")}{": "}<b>{choice.without_preference}</b>
                </small>
            </td>
        </tr>
    }
}

fn line(name: &str, count: u64, register: Option<&'static str>) -> Html {
    html! { <tr data-register={register}><th scope="row">{name}</th><td>{count}</td></tr> }
}

/// `a + b + … = sum`, with a sign that says whether it holds.
fn equation(kiosk: &Kiosk, key: &str, parts: &[u64], sum: u64) -> Html {
    let words: Vec<String> = parts.iter().map(u64::to_string).collect();
    let total = parts.iter().fold(0_u64, |total, &part| total.saturating_add(part));
    let holds = total == sum;
    html! {
        <span class={if holds { "holds" } else { "fails" }} data-holds={holds.to_string()}>
            {kiosk.t(key)}{": "}{words.join(" + ")}{if holds { " = " } else { " ≠ " }}{sum}
            {if holds { " ✓" } else { " ✕" }}
        </span>
    }
}
