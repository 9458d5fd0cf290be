//! The simulated scanner's tray: sample ballots, image files, faults on demand.

use urna_scanner::{ScannerFault, Sheet, SimulatedScanner};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::sample_form::SampleForm;
use super::{ProblemBox, Working};
use crate::context::use_kiosk;
use crate::files;
use crate::problem::Problem;
use crate::samples;
use crate::scanning::{Feed, Station};
use crate::task::use_task;
use crate::vault::Answer;

/// Sample ballots that one press adds.
const SAMPLES: u64 = 10;
/// Names that are shown; the rest is counted.
const SHOWN: usize = 8;
const FAULTS: [(&str, Option<ScannerFault>); 4] = [
    ("none", None),
    ("jam", Some(ScannerFault::Jam)),
    ("double-feed", Some(ScannerFault::DoubleFeed)),
    ("cover-open", Some(ScannerFault::CoverOpen)),
];

#[derive(Properties, PartialEq)]
pub struct TrayProps {
    /// The scanner.
    pub station: Station,
    /// What becomes of the sheets.
    pub feed: Feed,
    /// Takes each answer of the vault.
    pub on_reply: Callback<Answer>,
    /// A sheet has to be put away first.
    pub locked: bool,
}

/// The tray.
#[function_component]
pub fn Tray(props: &TrayProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let drawing = use_state(|| None::<(usize, usize)>);
    let series = use_mut_ref(|| 0_u64);
    let was_opened = use_state(|| false);
    let station = props.station.clone();

    let feed = |all: bool| {
        let (kiosk, task, station) = (kiosk.clone(), task.clone(), station.clone());
        let (feed, on_reply) = (props.feed, props.on_reply.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, station, on_reply) = (kiosk.clone(), station.clone(), on_reply.clone());
            task.run(async move { station.feed(&kiosk, feed, all, &on_reply).await });
        })
    };
    let add_samples = {
        let (kiosk, task, station) = (kiosk.clone(), task.clone(), station.clone());
        let drawing = drawing.clone();
        Callback::from(move |_: MouseEvent| {
            let (kiosk, station, drawing) = (kiosk.clone(), station.clone(), drawing.clone());
            let first = *series.borrow();
            *series.borrow_mut() += SAMPLES;
            task.run(async move {
                let outcome = draw_samples(&kiosk, &station, first, |done| {
                    drawing.set(Some((done, usize::try_from(SAMPLES).unwrap_or(usize::MAX))));
                });
                let outcome = outcome.await;
                drawing.set(None);
                outcome
            });
        })
    };
    let add_files = {
        let (task, station) = (task.clone(), station.clone());
        Callback::from(move |event: Event| {
            let picked = files::take_files(&event.target_unchecked_into::<HtmlInputElement>());
            let station = station.clone();
            task.run(async move {
                for file in picked {
                    let picked = files::read(&file).await?;
                    put(&station, picked.name, picked.bytes)?;
                }
                Ok(())
            });
        })
    };
    let inject = {
        let station = station.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            let fault = FAULTS.iter().find(|(name, _)| *name == value);
            station.with(|scanner| scanner.inject(fault.and_then(|(_, fault)| *fault)));
        })
    };
    let clear = {
        let station = station.clone();
        Callback::from(move |_: MouseEvent| station.with(SimulatedScanner::clear))
    };
    let stop = {
        let station = station.clone();
        Callback::from(move |_: MouseEvent| station.stop())
    };

    // The form asks the vault for every picture of the election: not before somebody wants it.
    let open_form = {
        let was_opened = was_opened.clone();
        Callback::from(move |_: Event| was_opened.set(true))
    };

    let (count, injected) = station.look(|scanner| (scanner.len(), scanner.injected()));
    let names: Vec<String> =
        station.look(|scanner| scanner.names().take(SHOWN).map(str::to_owned).collect());
    let blocked = task.is_busy() || props.locked || count == 0;
    let label = if drawing.is_some() { "working-samples" } else { "working-scan" };
    let faults = FAULTS.iter().map(|(name, fault)| {
        let text = match fault {
            None => kiosk.t("tray-fault-none"),
            Some(fault) => kiosk.t(crate::scanning::fault_key(*fault)),
        };
        // Only the cause: up to the end of the first sentence.
        let cause = text.split('.').next().unwrap_or_default().to_owned();
        html! { <option value={*name} selected={injected == *fault}>{cause}</option> }
    });
    html! {
        <section class="panel tray" data-testid="tray">
            <h2>{kiosk.t("tray-title")}</h2>
            <p class="hint">{kiosk.t("tray-words")}</p>
            <div class="actions">
                <button class="primary" onclick={feed(false)} disabled={blocked} data-testid="feed-one">
                    {kiosk.t("tray-feed")}
                </button>
                <button onclick={feed(true)} disabled={blocked} data-testid="feed-all">{kiosk.t("tray-feed-all")}</button>
                <button onclick={stop} disabled={!task.is_busy()} data-testid="feed-stop">{kiosk.t("tray-stop")}</button>
            </div>
            if props.locked {
                <p class="band warn">{kiosk.t("tray-locked")}</p>
            }
            <Working busy={task.is_busy()} label={kiosk.t(label)} progress={*drawing} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            <p data-testid="tray-count" data-count={count.to_string()}>
                if count == 0 {
                    {kiosk.t("tray-empty")}
                } else {
                    {kiosk.texts.with("tray-count", &[("n", count.into())])}
                }
            </p>
            <ol class="sheets">
                {for names.iter().map(|name| html! { <li>{name}</li> })}
                if count > SHOWN {
                    <li class="more">{"…"}</li>
                }
            </ol>
            <div class="actions">
                <button onclick={add_samples} disabled={task.is_busy()} data-testid="add-samples">
                    {format!("{} (+{SAMPLES})", kiosk.t("tray-samples"))}
                </button>
                <label class="button">
                    {kiosk.t("tray-files")}
                    <input type="file" multiple=true accept="image/jpeg,image/png" onchange={add_files}
                        data-testid="add-files" />
                </label>
                <button onclick={clear} disabled={task.is_busy() || count == 0}>{kiosk.t("tray-clear")}</button>
            </div>
            <label class="inline">
                <span>{kiosk.t("tray-fault")}</span>
                <select onchange={inject} data-testid="inject">{for faults}</select>
            </label>
            <details ontoggle={open_form}>
                <summary data-testid="sample-form">{kiosk.t("tray-design")}</summary>
                if *was_opened {
                    <SampleForm station={station.clone()} />
                }
            </details>
        </section>
    }
}

/// Puts a one-sided sheet into the tray.
pub fn put(station: &Station, name: String, front: Vec<u8>) -> Result<(), Problem> {
    let put = station.with(|scanner| scanner.put(Sheet { name, front, back: None }));
    put.map_err(|fault| Problem::File(fault.to_string()))
}

async fn draw_samples(
    kiosk: &crate::context::Kiosk,
    station: &Station,
    first: u64,
    progress: impl Fn(usize),
) -> Result<(), Problem> {
    let designs = samples::designs(kiosk).await?;
    let (Some(definition), Some(precinct)) = (kiosk.definition(), kiosk.precinct()) else {
        return Ok(());
    };
    let designs: Vec<_> = samples::designs_for(definition, &designs, &precinct.id).collect();
    for (done, nth) in (first..first.saturating_add(SAMPLES)).enumerate() {
        progress(done);
        gloo::timers::future::TimeoutFuture::new(0).await;
        let at = usize::try_from(nth).unwrap_or(0) % designs.len().max(1);
        let Some(design) = designs.get(at) else { return Ok(()) };
        let sample = samples::nth_sample(definition, design, nth);
        let name = format!("№ {} · {}", nth + 1, design.id);
        put(station, name, samples::page(design, &sample)?)?;
    }
    Ok(())
}
