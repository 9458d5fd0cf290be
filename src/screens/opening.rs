//! The zero report, then both PINs: the polls open.

use urna_core::report::ReportKind;
use urna_core::vault_api::Command;
use yew::prelude::*;

use crate::components::{PinForm, PrintPanel, ProblemBox, Working};
use crate::context::use_kiosk;
use crate::task::use_task;

/// The screen.
#[function_component]
pub fn Opening() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let copies = kiosk.definition().map_or(1, |definition| definition.report_copies);
    let open = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |(chair_pin, secretary_pin)| {
            let kiosk = kiosk.clone();
            task.run(async move {
                let command = Command::Open { chair_pin, secretary_pin };
                kiosk.ask(command, Vec::new()).await.map(|_| ())
            });
        })
    };
    html! {
        <div class="column" data-testid="opening">
            <section class="panel">
                <h2>{kiosk.t("opening-title")}</h2>
                <p>{kiosk.t("opening-words")}</p>
                if kiosk.status.zero_printed {
                    <p class="done" data-testid="zero-printed">{kiosk.t("opening-zero-printed")}</p>
                }
            </section>
            <PrintPanel kind={ReportKind::Zero} {copies} />
            if kiosk.status.zero_printed {
                <section class="panel narrow">
                    <h2>{kiosk.t("opening-open")}</h2>
                    <p>{kiosk.t("opening-offline")}</p>
                    <PinForm label={kiosk.t("opening-open-now")} busy={task.is_busy()} on_submit={open} />
                    <Working busy={task.is_busy()} label={kiosk.t("working-pins")} />
                    <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
                </section>
            }
        </div>
    }
}
