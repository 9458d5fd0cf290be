//! A replaced device: goes on from the second copy of the one before.

use std::rc::Rc;

use urna_core::CopyFacts;
use urna_core::vault_api::{Command, Reply, VaultError};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::clock::{self, date_time};
use crate::components::{PinCommand, ProblemBox, Working};
use crate::context::{Kiosk, use_kiosk};
use crate::directory::{self, Access, Directory};
use crate::problem::Problem;
use crate::task::use_task;

/// Copies and packages that are looked at on one stick.
const MAX_FILES: usize = 12;
/// A copy that is older than this is likely not the last one.
const OLD_S: u64 = 600;

/// A copy that was found, with its package.
#[derive(Clone, PartialEq)]
struct Seen {
    facts: CopyFacts,
    files: Rc<Vec<Vec<u8>>>,
}

/// The panel below the choice of an election.
#[function_component]
pub fn TakeOver() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let found = use_state(|| None::<Vec<Seen>>);
    let at = use_state(|| 0_usize);
    let pick = {
        let (kiosk, task, found, at) = (kiosk.clone(), task.clone(), found.clone(), at.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, found, at) = (kiosk.clone(), found.clone(), at.clone());
            task.run(async move {
                let picked = directory::choose(Access::Read).await.map_err(Problem::Copy)?;
                let Some(place) = picked else { return Ok(()) };
                found.set(None);
                let seen = find(&kiosk, &place).await?;
                at.set(0);
                found.set(Some(seen));
                Ok(())
            });
        })
    };
    let is_able = directory::is_there();
    let seen = (*found).clone();
    let chosen = seen.as_ref().and_then(|seen| seen.get(*at)).cloned();
    html! {
        <section class="panel take-over" data-testid="take-over">
            <h2>{kiosk.t("takeover-title")}</h2>
            <p>{kiosk.t(if is_able { "takeover-words" } else { "copy-unable" })}</p>
            <button onclick={pick} disabled={!is_able || task.is_busy()} data-testid="take-over-choose">
                {kiosk.t("takeover-choose")}
            </button>
            <Working busy={task.is_busy()} label={kiosk.t("working-copy")} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            if let Some(seen) = seen {
                if seen.is_empty() {
                    <p class="band warn" role="status" data-testid="no-copy">{kiosk.t("takeover-none")}</p>
                }
                if seen.len() > 1 {
                    {several(&kiosk, &seen, &at)}
                }
            }
            if let Some(seen) = chosen {
                <Compare key={seen.facts.head.to_string()} seen={seen.clone()} />
            }
        </section>
    }
}

/// Which of several copies.
fn several(kiosk: &Kiosk, seen: &[Seen], at: &UseStateHandle<usize>) -> Html {
    let choice = |(number, seen): (usize, &Seen)| {
        let at_number = at.clone();
        let onchange = Callback::from(move |_: Event| at_number.set(number));
        let device = seen.facts.enrolled.as_ref().map(|enrolled| enrolled.device.to_string());
        let words = format!(
            "{} · {} · {}",
            device.unwrap_or_default(),
            date_time(seen.facts.at, kiosk.texts.lang()),
            kiosk.texts.with("sheets-counted", &[("n", seen.facts.sheets.into())])
        );
        html! {
            <label class="inline">
                <input type="radio" name="copy" checked={**at == number} {onchange} /><span>{words}</span>
            </label>
        }
    };
    html! {
        <fieldset>
            <legend>{kiosk.t("takeover-several")}</legend>
            {for seen.iter().enumerate().map(choice)}
        </fieldset>
    }
}

#[derive(Properties, PartialEq)]
struct CompareProps {
    seen: Seen,
}

/// What the copy says, for people to compare; then the PINs.
#[function_component]
fn Compare(props: &CompareProps) -> Html {
    let kiosk = use_kiosk();
    let is_off = use_state(|| false);
    let CopyFacts { root_fingerprint, package, title, enrolled, sheets, events, head, at } =
        props.seen.facts.clone();
    let (device, precinct) =
        enrolled.map(|by| (by.device.to_string(), by.precinct.to_string())).unwrap_or_default();
    let on_off = {
        let is_off = is_off.clone();
        Callback::from(move |event: Event| {
            is_off.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        })
    };
    let is_old = clock::seconds().saturating_sub(at) > OLD_S;
    let command =
        Callback::from(|(chair_pin, secretary_pin)| Command::TakeOver { chair_pin, secretary_pin });
    let line = |key: &str, value: String| html! { <><dt>{kiosk.t(key)}</dt><dd>{value}</dd></> };
    html! {
        <div data-testid="copy-facts">
            <dl class="facts">
                {line("takeover-election", kiosk.texts.of(&title).to_owned())}
                {line("provision-root", root_fingerprint)}
                {line("report-package", package.to_string())}
                {line("takeover-device", format!("{device} · {precinct}"))}
                {line("takeover-at", date_time(at, kiosk.texts.lang()))}
                {line("takeover-events", events.to_string())}
                {line("takeover-head", head.to_string())}
            </dl>
            <p class="copy-sheets" data-testid="copy-sheets" data-sheets={sheets.to_string()}>
                {kiosk.texts.with("sheets-counted", &[("n", sheets.into())])}
            </p>
            if is_old {
                <p class="band warn" role="status" data-testid="copy-old">{kiosk.t("takeover-old")}</p>
            }
            <p>{kiosk.t("takeover-compare")}</p>
            <label class="inline">
                <input type="checkbox" checked={*is_off} onchange={on_off} data-testid="old-is-off" />
                <span>{kiosk.t("takeover-off")}</span>
            </label>
            if *is_off {
                <PinCommand label={kiosk.t("takeover-now")} working={kiosk.t("working-copy")} {command}
                    files={props.seen.files.clone()} />
            }
        </div>
    }
}

/// The copies in a folder that this device could go on from, the newest first.
async fn find(kiosk: &Kiosk, place: &Directory) -> Result<Vec<Seen>, Problem> {
    let names = place.names().await.map_err(Problem::Copy)?;
    let of_kind = |end: &'static str| {
        names
            .iter()
            .filter(move |name| name.starts_with("urna-") && name.ends_with(end))
            .take(MAX_FILES)
    };
    let (mut found, mut last) = (Vec::new(), None);
    for name in of_kind(".copy") {
        let Some(copy) = place.read(name).await.map_err(Problem::Copy)? else { continue };
        for name in of_kind(".package") {
            let Some(package) = place.read(name).await.map_err(Problem::Copy)? else { continue };
            let files = vec![package, copy.clone()];
            match kiosk.ask(Command::LookAtCopy, files.clone()).await {
                Ok(answer) => {
                    let Reply::CopySeen(facts) = answer.reply else { continue };
                    found.push(Seen { facts: *facts, files: Rc::new(files) });
                    break;
                }
                Err(problem @ Problem::Vault(VaultError::Copy { .. })) => last = Some(problem),
                Err(problem) => return Err(problem),
            }
        }
    }
    found.sort_by_key(|seen| std::cmp::Reverse(seen.facts.at));
    match last {
        // What is wrong with the only copy is said; beside a sound one it does not matter.
        Some(problem) if found.is_empty() => Err(problem),
        _ => Ok(found),
    }
}
