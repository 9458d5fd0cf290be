//! The scanner on the cable: what it is, what it does, what is wrong, and whether sheets are pulled in.

use urna_scanner::{ScannerFault, State};
use yew::prelude::*;

use super::ProblemBox;
use crate::context::{Kiosk, use_kiosk};
use crate::feeding::{Hold, Run};
use crate::scanning::{Feed, Station, fate_key, fault_key};
use crate::usb::Refusal;
use crate::vault::Answer;
use crate::wired::{Mishap, Taken, View};

#[derive(Properties, PartialEq)]
pub struct DeviceProps {
    /// The scanner.
    pub station: Station,
    /// What becomes of the sheets.
    pub feed: Feed,
    /// Takes each answer of the vault.
    pub on_reply: Callback<Answer>,
    /// A sheet has to be put away first.
    pub locked: bool,
}

/// The panel.
#[function_component]
pub fn DevicePanel(props: &DeviceProps) -> Html {
    let kiosk = use_kiosk();
    let station = props.station.clone();
    let scanner = station.scanner().clone();
    let start = {
        let (kiosk, station) = (kiosk.clone(), station.clone());
        let (feed, on_reply) = (props.feed, props.on_reply.clone());
        Callback::from(move |()| station.feeding().start(&kiosk, feed, &on_reply))
    };
    {
        // Once the sheet is in the invalid section, the next one may come.
        let (station, start) = (station.clone(), start.clone());
        use_effect_with(props.locked, move |locked| {
            if !locked && station.feeding().run() == Run::Held(Hold::Drop) {
                start.emit(());
            }
        });
    }
    let View::Taken(taken) = scanner.view() else { return html! {} };
    let stop = {
        let station = station.clone();
        Callback::from(move |_: MouseEvent| station.feeding().stop())
    };
    let leave = {
        let scanner = scanner.clone();
        Callback::from(move |_: MouseEvent| scanner.leave())
    };
    let run = station.feeding().run();
    let is_away = taken.state == State::Disconnected;
    let (label, blocked) = match run {
        Run::Held(Hold::GiveBack) => ("device-given-back", is_away),
        _ if taken.fault.is_some() => ("device-go-on", is_away),
        _ => ("device-start", is_away || props.locked),
    };
    html! {
        <section class="panel device" data-testid="scanner" data-state={state_code(taken.state)}
            data-busy={scanner.is_busy().to_string()}>
            <h2>{kiosk.t("device-title")}</h2>
            {identity(&kiosk, &taken)}
            <p class="device-state" role="status" data-testid="device-state">
                {kiosk.t(if scanner.is_busy() { "device-state-scanning" } else { words_key(taken.state, run) })}
            </p>
            {fault(&kiosk, &taken)}
            <ProblemBox problem={station.feeding().problem()} texts={kiosk.texts.clone()} />
            if run == Run::Held(Hold::GiveBack) {
                <p class="band warn">{kiosk.t("device-give-back")}</p>
            }
            if props.locked {
                <p class="band warn">{kiosk.t("tray-locked")}</p>
            }
            <div class="actions">
                if run == Run::On {
                    <button onclick={stop} data-testid="device-stop">{kiosk.t("device-stop")}</button>
                } else {
                    <button class="primary" onclick={start.reform(|_: MouseEvent| ())} disabled={blocked}
                        data-testid="device-start">{kiosk.t(label)}</button>
                }
                <button class="quiet" onclick={leave} disabled={scanner.is_busy() || run == Run::On}
                    data-testid="device-leave">{kiosk.t("device-leave")}</button>
            </div>
        </section>
    }
}

/// Name, firmware and serial number.
fn identity(kiosk: &Kiosk, taken: &Taken) -> Html {
    let line = |key: &str, value: &str| {
        if value.is_empty() {
            return html! {};
        }
        html! { <><dt>{kiosk.t(key)}</dt><dd>{value.to_owned()}</dd></> }
    };
    let (firmware, serial) =
        taken.info.as_ref().map_or(("", ""), |info| (info.firmware.as_str(), info.serial.as_str()));
    html! {
        <>
            <p class="device-name"><b data-testid="device-name">{&taken.name}</b></p>
            <dl class="facts">
                {line("device-firmware", firmware)}
                {line("device-serial", serial)}
            </dl>
        </>
    }
}

/// Cause, remedy, and what became of the sheet if one moved.
fn fault(kiosk: &Kiosk, taken: &Taken) -> Html {
    let (fault, fate) = match taken.fault {
        None => return html! {},
        Some(Mishap::OfSheet(fault)) => (fault, Some(fate_key(fault))),
        Some(Mishap::Alone(fault)) => (fault, None),
    };
    let refusal = taken.refusal.filter(|_| fault == ScannerFault::InUse);
    html! {
        <div class="problem" role="alert" data-testid="device-fault" data-fault={fault_key(fault)}
            data-sheet={if fate.is_some() { "void" } else { "none" }}>
            <p>{kiosk.t(fault_key(fault))}</p>
            if let Some(fate) = fate {
                <p><b>{kiosk.t(fate)}</b></p>
            }
            if let Some(refusal) = refusal {
                <p data-testid="device-refusal">{kiosk.t(refusal_key(refusal))}</p>
            }
        </div>
    }
}

/// What the technician must do.
pub fn refusal_key(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::Access => "usb-refusal-access",
        Refusal::Held => "usb-refusal-held",
        Refusal::Protected => "usb-refusal-protected",
    }
}

fn words_key(state: State, run: Run) -> &'static str {
    match (state, run) {
        (State::Disconnected, _) => "device-state-away",
        (State::Connecting, _) => "device-state-connecting",
        (State::Faulted(_), _) => "device-state-faulted",
        (State::Scanning, _) => "device-state-scanning",
        (State::Empty, Run::On) => "device-state-empty",
        (State::Ready, Run::On) => "device-state-ready",
        (State::Empty | State::Ready, _) => "device-state-stopped",
    }
}

/// A code for tests and style sheets.
fn state_code(state: State) -> &'static str {
    match state {
        State::Disconnected => "away",
        State::Connecting => "connecting",
        State::Empty => "empty",
        State::Ready => "ready",
        State::Scanning => "scanning",
        State::Faulted(_) => "faulted",
    }
}
