//! Counting is interrupted: both PINs go on, or close.

use urna_core::report::ReportKind;
use urna_core::vault_api::Command;
use yew::prelude::*;

use crate::components::{EarlyClosing, PinCommand, PrintPanel};
use crate::context::use_kiosk;

/// The screen.
#[function_component]
pub fn Paused() -> Html {
    let kiosk = use_kiosk();
    let closes = use_state(|| false);
    let command = {
        let closes = *closes;
        Callback::from(move |(chair_pin, secretary_pin)| {
            if closes {
                Command::Close { chair_pin, secretary_pin }
            } else {
                Command::Resume { chair_pin, secretary_pin }
            }
        })
    };
    let toggle = {
        let closes = closes.clone();
        Callback::from(move |_: MouseEvent| closes.set(!*closes))
    };
    let (title, label, other) = if *closes {
        ("closing-title", "closing-now", "paused-resume")
    } else {
        ("paused-title", "paused-resume", "voting-close")
    };
    html! {
        <div class="column" data-testid="paused">
            <section class="panel narrow">
                <h2>{kiosk.t(title)}</h2>
                <p>{kiosk.texts.with("sheets-counted", &[("n", kiosk.status.sheets.into())])}</p>
                if *closes {
                    <EarlyClosing />
                }
                <PinCommand label={kiosk.t(label)} working={kiosk.t("working-pins")} {command} />
                <button class="quiet" onclick={toggle}>{kiosk.t(other)}</button>
            </section>
            <PrintPanel kind={ReportKind::Turnout} copies={1} />
        </div>
    }
}
