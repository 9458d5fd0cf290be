//! Sealed reports of other devices: files that were saved there, or the texts of their codes.

use std::rc::Rc;

use urna_core::seal::from_qr_texts;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::ProblemBox;
use crate::context::use_kiosk;
use crate::files;
use crate::problem::Problem;
use crate::task::use_task;

/// Most reports that are taken: more than any station has devices.
const MOST: usize = 32;
/// Longest report, in bytes; a text is about half as long again.
const LONGEST: usize = 1 << 20;

/// A report as it was given. It is not looked into here: the vault verifies it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    /// Name of its file, or where it came from.
    pub name: String,
    /// The sealed bytes.
    pub sealed: Rc<Vec<u8>>,
}

/// The bytes for the vault.
pub fn buffers(given: &[Given]) -> Vec<Vec<u8>> {
    given.iter().map(|one| one.sealed.to_vec()).collect()
}

#[derive(Properties, PartialEq)]
pub struct InputProps {
    /// What was given so far.
    pub given: Vec<Given>,
    /// Called with all that is given then.
    pub on_change: Callback<Vec<Given>>,
}

/// The fields and what was given.
#[function_component]
pub fn ReportInput(props: &InputProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let text = use_state(String::new);
    let pick = {
        let (task, given, on_change) = (task.clone(), props.given.clone(), props.on_change.clone());
        Callback::from(move |event: Event| {
            let picked = files::take_files(&event.target_unchecked_into::<HtmlInputElement>());
            let (mut given, on_change) = (given.clone(), on_change.clone());
            task.run(async move {
                for file in picked.iter().take(MOST) {
                    let file = files::read(file).await?;
                    add(&mut given, file.name, file.bytes)?;
                }
                on_change.emit(given);
                Ok(())
            });
        })
    };
    let typed = {
        let text = text.clone();
        Callback::from(move |event: InputEvent| {
            text.set(event.target_unchecked_into::<HtmlTextAreaElement>().value());
        })
    };
    let take = {
        let (task, text, given) = (task.clone(), text.clone(), props.given.clone());
        let (on_change, name) = (props.on_change.clone(), kiosk.t("reports-from-text"));
        Callback::from(move |_: MouseEvent| {
            let (text, on_change) = (text.clone(), on_change.clone());
            let (mut given, name) = (given.clone(), name.clone());
            task.run(async move {
                add(&mut given, name, text.as_bytes().to_vec())?;
                text.set(String::new());
                on_change.emit(given);
                Ok(())
            });
        })
    };
    let rows = props.given.iter().enumerate().map(|(at, one)| {
        let (given, on_change) = (props.given.clone(), props.on_change.clone());
        let remove = Callback::from(move |_: MouseEvent| {
            let mut left = given.clone();
            left.remove(at);
            on_change.emit(left);
        });
        html! {
            <li><code>{&one.name}</code>{" "}
                <button class="quiet" onclick={remove}>{kiosk.t("reports-remove")}</button></li>
        }
    });
    html! {
        <div class="report-input">
            <label class="button">
                {kiosk.t("reports-pick")}
                <input type="file" multiple=true accept=".urna-report,.txt" onchange={pick} data-testid="report-files" />
            </label>
            <label><span>{kiosk.t("reports-paste")}</span>
                <textarea rows="2" value={(*text).clone()} oninput={typed} data-testid="report-text" /></label>
            <button onclick={take} disabled={text.trim().is_empty() || task.is_busy()} data-testid="report-text-take">
                {kiosk.t("reports-take")}
            </button>
            <ul data-testid="reports-given" data-count={props.given.len().to_string()}>{for rows}</ul>
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </div>
    }
}

fn add(given: &mut Vec<Given>, name: String, bytes: Vec<u8>) -> Result<(), Problem> {
    let bad = |what: String| Problem::File(format!("{name}: {what}"));
    if bytes.len() > 2 * LONGEST || given.len() >= MOST {
        return Err(bad(format!("{} bytes", bytes.len())));
    }
    let sealed = match std::str::from_utf8(&bytes) {
        Ok(text) if text.trim_start().starts_with("URNA1") => {
            from_qr_texts(text).map_err(|fault| bad(fault.to_string()))?
        }
        _ => bytes,
    };
    // The same one twice says nothing more.
    if given.iter().all(|one| *one.sealed != sealed) {
        given.push(Given { name, sealed: Rc::new(sealed) });
    }
    Ok(())
}
