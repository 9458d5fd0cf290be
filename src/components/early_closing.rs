//! Closing before the hour: the authority's permission, by file.

use urna_core::vault_api::Command;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{ProblemBox, Working};
use crate::clock::date_time;
use crate::context::use_kiosk;
use crate::files;
use crate::task::use_task;

/// Nothing where polls may close by now.
#[function_component]
pub fn EarlyClosing() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let Some(closes_at) = kiosk.status.closes_at else { return html! {} };
    let pick = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |event: Event| {
            let picked = files::take_files(&event.target_unchecked_into::<HtmlInputElement>());
            let kiosk = kiosk.clone();
            task.run(async move {
                let Some(file) = picked.first() else { return Ok(()) };
                let permission = files::read(file).await?.bytes;
                kiosk.ask(Command::PermitClosing, vec![permission]).await.map(|_| ())
            });
        })
    };
    let time = date_time(closes_at, kiosk.texts.lang());
    html! {
        <div class="band warn" data-testid="closing-early">
            <p>{kiosk.texts.with("error-too-early", &[("time", time.into())])}</p>
            <label class="button">
                {kiosk.t("closing-permission")}
                <input type="file" accept=".urna" onchange={pick} data-testid="permission-file" />
            </label>
            <Working busy={task.is_busy()} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </div>
    }
}
