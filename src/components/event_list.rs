//! Events in words: as lines on the screen, and as a list on paper.

use urna_core::journal::{Event, EventKind, ExportKind, LockCause, PrintWay};
use urna_core::report::PrivacyMeans;
use urna_core::seal::Digest;
use yew::prelude::*;

use super::{count_words, means_words, scanner_words, title_key};
use crate::clock::date_time;
use crate::context::{Kiosk, use_kiosk};
use crate::problem::refusal_text;
use crate::screens::role_key;

#[derive(Properties, PartialEq)]
pub struct PaperProps {
    /// Which events: the words of the filter.
    pub title: String,
    /// The events, oldest first.
    pub events: std::rc::Rc<Vec<Event>>,
    /// Events in the whole log.
    pub total: u64,
    /// Hash of the last one.
    pub head: Digest,
}

/// A list for the printer, with the head that everybody can compare.
#[function_component]
pub fn EventPaper(props: &PaperProps) -> Html {
    let kiosk = use_kiosk();
    let place = kiosk.status.enrolled.as_ref();
    let place = place.map(|place| format!("{} · {}", place.precinct, place.device));
    let key = kiosk.status.key_fingerprint.clone().unwrap_or_default();
    html! {
        <article class="report a4 event-paper" data-testid="event-paper">
            <h2>{kiosk.t("log-title")}{" · "}{&props.title}</h2>
            <p>{place.unwrap_or_default()}{" · "}{key}{" · "}{&kiosk.status.software}</p>
            {event_table(&kiosk, props.events.iter())}
            <p>{kiosk.texts.with("footer-log", &[("n", props.total.into())])}</p>
            <p>{kiosk.t("log-head")}{" "}<code>{props.head.to_string()}</code></p>
        </article>
    }
}

/// A table of events, in their order.
pub fn event_table<'a>(kiosk: &Kiosk, events: impl Iterator<Item = &'a Event>) -> Html {
    html! {
        <table class="log">
            <thead><tr>
                <th>{"№"}</th><th>{kiosk.t("log-time")}</th><th>{kiosk.t("log-event")}</th>
                <th>{kiosk.t("log-previous")}</th>
            </tr></thead>
            <tbody>{for events.map(|event| line(kiosk, event))}</tbody>
        </table>
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
        EventKind::LogMended { event } => ("event-log-mended", event.to_string()),
        EventKind::Transmitted { digest } => ("event-transmitted", digest.to_string()),
        EventKind::TransmissionFailed { code } => ("event-transmission-failed", code.clone()),
        EventKind::ScannerConnected { scanner } => {
            ("event-scanner-connected", scanner_words(&kiosk.texts, scanner))
        }
        EventKind::ScannerDisconnected => ("event-scanner-disconnected", String::new()),
        EventKind::ScannerChanged { scanner } => {
            ("event-scanner-changed", scanner_words(&kiosk.texts, scanner))
        }
        EventKind::StorageFault { what } => ("event-storage-fault", what.clone()),
        EventKind::CountStarted { count, device, precinct } => {
            let words = count_words(&kiosk.texts, Some(count));
            ("event-count-started", format!("{words} · {device} · {precinct}"))
        }
        EventKind::EarlierTransmitted { digest } => ("event-transmitted", digest.to_string()),
        EventKind::StationSummed { parts } => ("event-station-summed", parts.to_string()),
        EventKind::CopyChosen => ("event-copy-chosen", String::new()),
        EventKind::CopyInStep => ("event-copy-in-step", String::new()),
        EventKind::CopyLost { fault } => {
            ("event-copy-lost", kiosk.t(crate::second_copy::fault_key(*fault)))
        }
        EventKind::TakenOver { software, sheets, wrong_pins } => {
            ("event-taken-over", format!("{sheets} · {software} · {wrong_pins}"))
        }
        EventKind::PrivacyTried { sheets, found } => {
            ("event-privacy-tried", searched(kiosk, *sheets, found))
        }
        EventKind::PrivacyChecked { sheets, found } => {
            ("event-privacy-checked", searched(kiosk, *sheets, found))
        }
        EventKind::BuildKnown { build } => ("event-build-known", build.to_string()),
        EventKind::BuildDiffers { build, file } => {
            ("event-build-differs", format!("{file} · {build}"))
        }
        EventKind::BuildUnknown => ("event-build-unknown", String::new()),
        EventKind::OperatorSignedIn
        | EventKind::SignedOut { .. }
        | EventKind::Locked { .. }
        | EventKind::WrongOperatorPin
        | EventKind::PinsChanged { .. }
        | EventKind::OperatorPinSet { .. }
        | EventKind::Exported { .. }
        | EventKind::ClockJumped { .. }
        | EventKind::ClockNoted { .. }
        | EventKind::StorageKept { .. }
        | EventKind::PowerChanged { .. }
        | EventKind::PageShown { .. }
        | EventKind::SecondRefused
        | EventKind::ClosingPermitted { .. } => surroundings(kiosk, kind),
    }
}

/// Sheets, and which means found their order.
fn searched(kiosk: &Kiosk, sheets: u32, found: &[PrivacyMeans]) -> String {
    let found = match found {
        [] => kiosk.t("event-privacy-nothing"),
        found => means_words(&kiosk.texts, found),
    };
    format!("{sheets} · {found}")
}

/// What happens around counting, and who was there.
fn surroundings(kiosk: &Kiosk, kind: &EventKind) -> (&'static str, String) {
    match kind {
        EventKind::OperatorSignedIn => ("event-operator-signed-in", String::new()),
        EventKind::SignedOut { role } => ("event-signed-out", kiosk.t(role_key(*role))),
        EventKind::Locked { cause } => {
            let cause = match cause {
                LockCause::Person => "event-lock-person",
                LockCause::Idle => "event-lock-idle",
            };
            ("event-locked", kiosk.t(cause))
        }
        EventKind::WrongOperatorPin => ("event-wrong-operator-pin", String::new()),
        EventKind::PinsChanged { .. } => ("event-pins-changed", String::new()),
        EventKind::OperatorPinSet { is_set: true, .. } => ("event-operator-pin-set", String::new()),
        EventKind::OperatorPinSet { .. } => ("event-operator-pin-gone", String::new()),
        EventKind::Exported { what } => {
            let what = match what {
                ExportKind::Log => "event-export-log",
                ExportKind::LogPaper => "event-export-log-paper",
                ExportKind::EnrolmentRequest => "event-export-request",
                ExportKind::Result => "event-export-result",
            };
            ("event-exported", kiosk.t(what))
        }
        EventKind::ClockJumped { seconds } => ("event-clock-jumped", format!("{seconds:+} s")),
        EventKind::ClockNoted { utc_offset_minutes } => {
            ("event-clock-noted", format!("UTC {utc_offset_minutes:+} min"))
        }
        EventKind::StorageKept { kept: true } => ("event-storage-kept", String::new()),
        EventKind::StorageKept { .. } => ("event-storage-not-kept", String::new()),
        EventKind::PowerChanged { mains: true, percent } => {
            ("event-power-back", format!("{percent} %"))
        }
        EventKind::PowerChanged { percent, .. } => ("event-power-lost", format!("{percent} %")),
        EventKind::PageShown { visible: true } => ("event-page-shown", String::new()),
        EventKind::PageShown { .. } => ("event-page-hidden", String::new()),
        EventKind::SecondRefused => ("event-second-refused", String::new()),
        EventKind::ClosingPermitted { permission, .. } => {
            ("event-closing-permitted", permission.to_string())
        }
        // All others have their words in `words`, which names those that come here.
        _ => ("log-event", String::new()),
    }
}
