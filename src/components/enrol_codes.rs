//! Enrolment by QR codes: the request on the screen, the certificate from a hand scanner that types or from a
//! photo.

use urna_core::seal::{from_qr_texts, to_qr_texts};
use urna_core::vault_api::Command;
use urna_verify::qr_texts_of_photo;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::qr_code::QrCode;
use super::{ProblemBox, Working};
use crate::context::{Kiosk, use_kiosk};
use crate::files;
use crate::problem::Problem;
use crate::task::use_task;

/// Longest text that is looked at: the codes of an enrolment have a thousandth of it.
const MAX_TEXT: usize = 1 << 20;

/// The card.
#[function_component]
pub fn EnrolByCodes() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let codes = use_state(Vec::<String>::new);
    let typed = use_state(String::new);
    let show = {
        let (kiosk, task, codes) = (kiosk.clone(), task.clone(), codes.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, codes) = (kiosk.clone(), codes.clone());
            task.run(async move {
                let request = enrolment_request(&kiosk).await?;
                codes.set(to_qr_texts(&request).map_err(|fault| Problem::File(fault.to_string()))?);
                Ok(())
            });
        })
    };
    let keep = {
        let typed = typed.clone();
        Callback::from(move |event: InputEvent| {
            typed.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let take = {
        let (kiosk, task, typed) = (kiosk.clone(), task.clone(), typed.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, typed) = (kiosk.clone(), typed.clone());
            task.run(async move {
                let outcome = enrol(&kiosk, &typed).await;
                typed.set(String::new());
                outcome
            });
        })
    };
    let photo = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |event: Event| {
            let picked = files::take_files(&event.target_unchecked_into::<HtmlInputElement>());
            let kiosk = kiosk.clone();
            task.run(async move {
                let Some(file) = picked.first() else { return Ok(()) };
                let photo = files::read(file).await?;
                enrol(&kiosk, &qr_texts_of_photo(&photo.bytes).join("\n")).await
            });
        })
    };
    let label = kiosk.t("enrol-code");
    let shown = codes.iter().map(|text| {
        html! { <QrCode text={text.clone()} label={label.clone()} /> }
    });
    html! {
        <div class="choice-card">
            <h3>{kiosk.t("enrol-codes")}</h3>
            <button onclick={show} disabled={task.is_busy()} data-testid="show-request">{kiosk.t("enrol-show")}</button>
            <div class="enrol-codes" data-testid="request-codes">{for shown}</div>
            <label><span>{kiosk.t("enrol-typed")}</span>
                <textarea rows="3" autocomplete="off" spellcheck="false" value={(*typed).clone()} oninput={keep}
                    data-testid="enrolment-text" /></label>
            <button onclick={take} disabled={typed.is_empty() || task.is_busy()} data-testid="take-text">
                {kiosk.t("enrol-take")}
            </button>
            <label class="button">
                {kiosk.t("enrol-photo")}
                <input type="file" accept="image/png,image/jpeg" onchange={photo} data-testid="enrolment-photo" />
            </label>
            <Working busy={task.is_busy()} label={kiosk.t("working-enrol")} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </div>
    }
}

async fn enrol(kiosk: &Kiosk, texts: &str) -> Result<(), Problem> {
    let unreadable = |fault: String| Problem::File(fault);
    if texts.len() > MAX_TEXT {
        return Err(unreadable(format!("{} characters", texts.len())));
    }
    let enrolment = from_qr_texts(texts).map_err(|fault| unreadable(fault.to_string()))?;
    kiosk.ask(Command::Enrol, vec![enrolment]).await.map(|_| ())
}

/// The sealed request of this device.
pub async fn enrolment_request(kiosk: &Kiosk) -> Result<Vec<u8>, Problem> {
    let answer = kiosk.ask(Command::EnrolmentRequest, Vec::new()).await?;
    answer.buffers.into_iter().next().ok_or(Problem::Unexpected)
}
