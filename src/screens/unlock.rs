//! After a start: both PINs bring the keys back into memory.

use urna_core::vault_api::Command;
use yew::prelude::*;

use crate::components::{PinForm, ProblemBox, Working};
use crate::context::use_kiosk;
use crate::task::use_task;

/// The screen.
#[function_component]
pub fn Unlock() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let submit = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |(chair_pin, secretary_pin)| {
            let kiosk = kiosk.clone();
            task.run(async move {
                let command = Command::Unlock { chair_pin, secretary_pin };
                kiosk.ask(command, Vec::new()).await.map(|_| ())
            });
        })
    };
    html! {
        <section class="panel narrow" data-testid="unlock">
            <h2>{kiosk.t("unlock-title")}</h2>
            <p>{kiosk.t("unlock-words")}</p>
            <PinForm label={kiosk.t("unlock-now")} busy={task.is_busy()} on_submit={submit} />
            <Working busy={task.is_busy()} label={kiosk.t("working-pins")} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </section>
    }
}
