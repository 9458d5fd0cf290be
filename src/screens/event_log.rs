//! The event log, newest first, as anybody may read it.

use urna_core::journal::{Event, EventKind, PrintWay};
use urna_core::vault_api::{Command, Reply};
use yew::prelude::*;

use crate::clock::date_time;
use crate::components::{ProblemBox, Working, scanner_words, title_key};
use crate::context::{Kiosk, use_kiosk};
use crate::problem::refusal_text;
use crate::task::use_task;

/// Events on one page.
const PAGE: u32 = 200;

#[derive(Properties, PartialEq)]
pub struct LogProps {
    pub on_close: Callback<()>,
}

/// The screen.
#[function_component]
pub fn EventLog(props: &LogProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let events = use_state(Vec::<Event>::new);
    let end = use_state(|| None::<u64>);
    {
        let (kiosk, task, events) = (kiosk.clone(), task.clone(), events.clone());
        let total = kiosk.status.log_events;
        use_effect_with((total, *end), move |&(total, end)| {
            let from = end.unwrap_or(total).saturating_sub(u64::from(PAGE));
            task.run(async move {
                let command = Command::Log { from, most: PAGE };
                let Reply::Log { events: read, .. } = kiosk.ask(command, Vec::new()).await?.reply
                else {
                    return Ok(());
                };
                events.set(read);
                Ok(())
            });
        });
    }
    let first = events.first().map_or(0, |event| event.sequence);
    let last = events.last().map_or(0, |event| event.sequence);
    let turn = |to: u64| {
        let end = end.clone();
        Callback::from(move |_: MouseEvent| end.set(Some(to)))
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    let lines = events.iter().rev().map(|event| line(&kiosk, event));
    let total = kiosk.status.log_events;
    html! {
        <section class="panel" data-testid="event-log">
            <h2>{kiosk.t("log-title")}</h2>
            <p class="hint">{kiosk.t("log-words")}</p>
            <div class="actions">
                <button onclick={turn(last + 1 + u64::from(PAGE))} disabled={last + 1 >= total}>{kiosk.t("log-newer")}</button>
                <button onclick={turn(first)} disabled={first == 0}>{kiosk.t("log-older")}</button>
                <button onclick={close}>{kiosk.t("log-close")}</button>
            </div>
            <Working busy={task.is_busy()} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            <table class="log">
                <thead><tr>
                    <th>{"№"}</th><th>{kiosk.t("log-time")}</th><th>{kiosk.t("log-event")}</th>
                    <th>{kiosk.t("log-previous")}</th>
                </tr></thead>
                <tbody>{for lines}</tbody>
            </table>
        </section>
    }
}

fn line(kiosk: &Kiosk, event: &Event) -> Html {
    let (key, detail) = words(kiosk, &event.kind);
    html! {
        <tr data-event={key}>
            <td>{event.sequence}</td>
            <td>{date_time(event.at, kiosk.texts.lang())}</td>
            <td>{kiosk.t(key)}{" "}<small>{detail}</small></td>
            <td><code>{event.previous.to_string().get(..12).unwrap_or_default().to_owned()}</code></td>
        </tr>
    }
}

/// Key of an event's name, and what else it says.
fn words(kiosk: &Kiosk, kind: &EventKind) -> (&'static str, String) {
    let report = |kind| kiosk.t(title_key(kind));
    match kind {
        EventKind::Started { software } => ("event-started", software.clone()),
        EventKind::Provisioned { election, package } => {
            ("event-provisioned", format!("{election} · {package}"))
        }
        EventKind::KeyMade { fingerprint } => ("event-key-made", fingerprint.clone()),
        EventKind::Enrolled { device, precinct } => {
            ("event-enrolled", format!("{device} · {precinct}"))
        }
        EventKind::TestPassed { sheets } => ("event-test-passed", sheets.to_string()),
        EventKind::ReportIssued { kind, number, digest } => {
            ("event-report-issued", format!("{} № {number} · {digest}", report(*kind)))
        }
        EventKind::ReportPrinted { kind, copies } => {
            ("event-report-printed", format!("{} × {copies}", report(*kind)))
        }
        EventKind::ReportSent { kind, way, originals, fault } => {
            let way = kiosk.t(match way {
                PrintWay::Browser => "event-way-browser",
                PrintWay::Receipt => "event-way-receipt",
            });
            let fault = fault.map(|fault| kiosk.t(crate::printing::fault_key(fault)));
            let parts = [Some(format!("{} · {way} × {originals}", report(*kind))), fault];
            ("event-report-sent", parts.into_iter().flatten().collect::<Vec<_>>().join(" · "))
        }
        EventKind::Opened => ("event-opened", String::new()),
        EventKind::Paused => ("event-paused", String::new()),
        EventKind::Resumed => ("event-resumed", String::new()),
        EventKind::Closed => ("event-closed", String::new()),
        EventKind::SheetCounted { vote } => {
            let vote = kiosk.definition().and_then(|definition| definition.vote(vote));
            let title = vote.map(|vote| kiosk.texts.of(&vote.title).to_owned());
            ("event-sheet-counted", title.unwrap_or_default())
        }
        EventKind::SheetRecovered { sheets } => ("event-sheet-recovered", sheets.to_string()),
        EventKind::SheetNotAccepted { code } => {
            ("event-sheet-not-accepted", refusal_text(&kiosk.texts, code))
        }
        EventKind::ScannerFault { fault } => {
            ("event-scanner-fault", kiosk.t(crate::scanning::fault_key(*fault)))
        }
        EventKind::WrongPin => ("event-wrong-pin", String::new()),
        EventKind::Unlocked => ("event-unlocked", String::new()),
        EventKind::NetworkSeen => ("event-network-seen", String::new()),
        EventKind::TailCut { bytes } => ("event-tail-cut", format!("{bytes} B")),
        EventKind::Transmitted { digest } => ("event-transmitted", digest.to_string()),
        EventKind::TransmissionFailed { code } => ("event-transmission-failed", code.clone()),
        EventKind::ScannerConnected { scanner } => {
            ("event-scanner-connected", scanner_words(&kiosk.texts, scanner))
        }
        EventKind::ScannerDisconnected => ("event-scanner-disconnected", String::new()),
        EventKind::ScannerChanged { scanner } => {
            ("event-scanner-changed", scanner_words(&kiosk.texts, scanner))
        }
        EventKind::BuildKnown { build } => ("event-build-known", build.to_string()),
        EventKind::BuildDiffers { build, file } => {
            ("event-build-differs", format!("{file} · {build}"))
        }
        EventKind::BuildUnknown => ("event-build-unknown", String::new()),
        EventKind::StorageFault { what } => ("event-storage-fault", what.clone()),
    }
}
