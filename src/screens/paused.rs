//! Counting is interrupted: both PINs go on, or close.

use urna_core::report::ReportKind;
use urna_core::vault_api::Command;
use yew::prelude::*;

use crate::components::{PinForm, PrintPanel, ProblemBox, Working};
use crate::context::use_kiosk;
use crate::task::use_task;

/// The screen.
#[function_component]
pub fn Paused() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let closes = use_state(|| false);
    let submit = {
        let (kiosk, task, closes) = (kiosk.clone(), task.clone(), *closes);
        Callback::from(move |(chair_pin, secretary_pin)| {
            let kiosk = kiosk.clone();
            task.run(async move {
                let command = if closes {
                    Command::Close { chair_pin, secretary_pin }
                } else {
                    Command::Resume { chair_pin, secretary_pin }
                };
                kiosk.ask(command, Vec::new()).await.map(|_| ())
            });
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
                <PinForm label={kiosk.t(label)} busy={task.is_busy()} on_submit={submit} />
                <Working busy={task.is_busy()} label={kiosk.t("working-pins")} />
                <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
                <button class="quiet" onclick={toggle}>{kiosk.t(other)}</button>
            </section>
            <PrintPanel kind={ReportKind::Turnout} copies={1} />
        </div>
    }
}
