//! One report of the station from the results of all its devices.

use std::rc::Rc;

use urna_core::PrecinctId;
use urna_core::station::StationSum;
use urna_core::vault_api::{Command, Reply};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::{
    Given, Paper, PaperChoice, ProblemBox, ReportInput, StationSheet, Working, buffers, for_printer,
};
use crate::context::{Kiosk, use_kiosk};
use crate::problem::Problem;
use crate::task::use_task;

/// The panel: what is put together, and what comes of it.
#[function_component]
pub fn Station() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let given = use_state(Vec::<Given>::new);
    let sum = use_state(|| None::<Rc<StationSum>>);
    let paper = use_state(|| Paper::A4);
    let chosen = use_state(|| None::<PrecinctId>);
    let stations = stations(&kiosk);
    let Some(station) = (*chosen).clone().or_else(|| stations.first().cloned()) else {
        return html! {};
    };
    let on_change = {
        let (given, sum) = (given.clone(), sum.clone());
        Callback::from(move |all: Vec<Given>| {
            sum.set(None);
            given.set(all);
        })
    };
    let choose = {
        let (chosen, sum) = (chosen.clone(), sum.clone());
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            sum.set(None);
            chosen.set(Some(PrecinctId::new(value)));
        })
    };
    let choose_paper = {
        let paper = paper.clone();
        Callback::from(move |chosen| paper.set(chosen))
    };
    let put_together = {
        let (kiosk, task, sum) = (kiosk.clone(), task.clone(), sum.clone());
        let (given, station) = ((*given).clone(), station.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, sum, given) = (kiosk.clone(), sum.clone(), given.clone());
            let command = Command::StationReport { precinct: station.clone() };
            sum.set(None);
            task.run(async move {
                match kiosk.ask(command, buffers(&given)).await?.reply {
                    Reply::Station(whole) => sum.set(Some(Rc::new(*whole))),
                    _ => return Err(Problem::Unexpected),
                }
                kiosk.refresh().await
            });
        })
    };
    let print = Callback::from(|_: MouseEvent| {
        // Whether paper came out only people know, and nothing depends on it.
        let _ = gloo::utils::window().print();
    });
    let options = stations.iter().map(|id| {
        html! { <option value={id.to_string()} selected={*id == station}>{id.as_str()}</option> }
    });
    html! {
        <section class="panel print-panel" data-testid="station">
            <h2>{kiosk.t("station-title")}</h2>
            <p>{kiosk.t("station-words")}</p>
            if stations.len() > 1 {
                <label><span>{kiosk.t("enrol-precinct")}</span>
                    <select onchange={choose} data-testid="station-precinct">{for options}</select></label>
            }
            <ReportInput given={(*given).clone()} {on_change} />
            <button class="primary" onclick={put_together} disabled={task.is_busy()} data-testid="station-sum">
                {kiosk.t("station-sum")}
            </button>
            <Working busy={task.is_busy()} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            if let Some(sum) = (*sum).clone() {
                <div class="print-bar">
                    <PaperChoice paper={*paper} on_choose={choose_paper} testid="station-paper" />
                    <button class="primary" onclick={print} data-testid="station-print">{kiosk.t("print-now")}</button>
                </div>
                <div class="preview" tabindex="0" role="region" aria-label={kiosk.t("station-title")}>
                    <StationSheet sum={sum.clone()} paper={*paper} />
                </div>
                {for_printer(html! { <StationSheet sum={sum.clone()} paper={*paper} /> })}
            }
        </section>
    }
}

/// The stations that this device has counted for, the own one first.
fn stations(kiosk: &Kiosk) -> Vec<PrecinctId> {
    let mut stations = Vec::new();
    for count in &kiosk.status.counts {
        if !stations.contains(&count.enrolled.precinct) {
            stations.push(count.enrolled.precinct.clone());
        }
    }
    stations
}
