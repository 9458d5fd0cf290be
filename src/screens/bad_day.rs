//! The bad day: which way to take when a machine was replaced, a box came late, or the count is doubted, and what each
//! does to the sums.

use std::rc::Rc;

use urna_core::journal::PollState;
use urna_core::report::CountPurpose;
use urna_core::vault_api::{Command, ReportedCount, Status};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use crate::components::{
    Given, PinCommand, ProblemBox, ReportInput, buffers, count_words, enrolment_request,
    purpose_key,
};
use crate::context::{Kiosk, use_kiosk};
use crate::files;
use crate::net;
use crate::task::use_task;
use crate::vault::Answer;

/// Each way: its name, when to take it, what becomes of the sums; and the count that it begins here.
const WAYS: [(&str, &str, &str, Option<CountPurpose>); 5] = [
    ("way-replaced", "way-replaced-when", "way-replaced-sums", None),
    ("way-second", "way-second-when", "way-second-sums", None),
    ("way-late", "way-late-when", "way-late-sums", Some(CountPurpose::LateBox)),
    ("way-other", "way-other-when", "way-other-sums", Some(CountPurpose::OtherStation)),
    ("way-again", "way-again-when", "way-again-sums", Some(CountPurpose::Rescan)),
];

#[derive(Properties, PartialEq)]
pub struct BadDayProps {
    /// Called once another count began.
    #[prop_or_default]
    pub on_started: Callback<()>,
}

/// The panel.
#[function_component]
pub fn BadDay(props: &BadDayProps) -> Html {
    let kiosk = use_kiosk();
    let chosen = use_state(|| None::<CountPurpose>);
    let cards = WAYS.iter().map(|&(name, when, sums, begins)| {
        let begins = begins.filter(|&purpose| may_start(&kiosk.status, purpose));
        let button = begins.map(|purpose| {
            let chosen = chosen.clone();
            let is_chosen = (*chosen == Some(purpose)).to_string();
            let choose = Callback::from(move |_: MouseEvent| chosen.set(Some(purpose)));
            html! {
                <button onclick={choose} aria-pressed={is_chosen}
                    data-testid={format!("way-{}", purpose.as_str())}>{kiosk.t("way-take")}</button>
            }
        });
        html! {
            <div class="choice-card">
                <h3>{kiosk.t(name)}</h3>
                <p>{kiosk.t(when)}</p>
                <p class="hint">{kiosk.t(sums)}</p>
                {for button}
            </div>
        }
    });
    html! {
        <section class="panel" data-testid="bad-day">
            <h2>{kiosk.t("way-title")}</h2>
            <p>{kiosk.t("way-words")}</p>
            <div class="choices">{for cards}</div>
            if let Some(purpose) = *chosen {
                <Begin key={purpose.as_str()} {purpose} on_started={props.on_started.clone()} />
            }
        </section>
    }
}

/// Whether the vault takes such a count now.
fn may_start(status: &Status, purpose: CountPurpose) -> bool {
    let is_untouched_day = status.count.is_none() && !status.zero_printed;
    let is_enrolled = status.unlocked && status.enrolled.is_some();
    is_enrolled
        && match status.state {
            PollState::Reported | PollState::Transmitted => true,
            PollState::Tested if status.count.is_some() => true,
            PollState::Provisioned | PollState::Tested => {
                is_untouched_day && purpose == CountPurpose::Rescan
            }
            _ => false,
        }
}

#[derive(Properties, PartialEq)]
struct BeginProps {
    purpose: CountPurpose,
    on_started: Callback<()>,
}

/// What such a count needs, and both PINs.
#[function_component]
fn Begin(props: &BeginProps) -> Html {
    let kiosk = use_kiosk();
    let given = use_state(Vec::<Given>::new);
    let enrolment = use_state(|| None::<Given>);
    let replaced = use_state(|| standing_here(&kiosk.status));
    let purpose = props.purpose;
    let (replaces, taken) = match purpose {
        CountPurpose::LateBox => (Vec::new(), Vec::new()),
        CountPurpose::OtherStation => (Vec::new(), (*enrolment).clone().into_iter().collect()),
        CountPurpose::Rescan => ((*replaced).clone(), (*given).clone()),
    };
    let lacks = purpose != CountPurpose::LateBox && replaces.is_empty() && taken.is_empty();
    let command = Callback::from(move |(chair_pin, secretary_pin)| Command::StartCount {
        purpose,
        replaces: replaces.clone(),
        chair_pin,
        secretary_pin,
    });
    let files = Rc::new(buffers(&taken));
    let on_answer = props.on_started.reform(|_: Answer| ());
    let parts = match purpose {
        CountPurpose::LateBox => html! {},
        CountPurpose::OtherStation => {
            let on_enrolment = {
                let enrolment = enrolment.clone();
                Callback::from(move |new| enrolment.set(Some(new)))
            };
            html! { <OtherStation enrolment={(*enrolment).clone()} {on_enrolment} /> }
        }
        CountPurpose::Rescan => {
            let on_change = {
                let given = given.clone();
                Callback::from(move |all| given.set(all))
            };
            let boxes = kiosk.status.counts.iter().filter(|count| !count.is_replaced);
            html! {
                <>
                    <p>{kiosk.t("again-which")}</p>
                    {for boxes.map(|count| tick(&kiosk, count, &replaced))}
                    <p class="hint">{kiosk.t("again-others")}</p>
                    <ReportInput given={(*given).clone()} {on_change} />
                </>
            }
        }
    };
    html! {
        <div class="begin" data-testid="begin-count">
            <h3>{kiosk.t(purpose_key(purpose))}</h3>
            {parts}
            <p>{kiosk.t("way-begin-words")}</p>
            if !lacks {
                <PinCommand label={kiosk.t("way-begin")} working={kiosk.t("working-pins")} {command} {files}
                    {on_answer} />
            }
        </div>
    }
}

/// One count of this device that a re-scan may replace.
fn tick(kiosk: &Kiosk, count: &ReportedCount, replaced: &UseStateHandle<Vec<u32>>) -> Html {
    let number = count.number;
    let toggle = {
        let replaced = replaced.clone();
        Callback::from(move |event: Event| {
            let is_on = event.target_unchecked_into::<HtmlInputElement>().checked();
            let mut now: Vec<u32> = replaced.iter().copied().filter(|&n| n != number).collect();
            if is_on {
                now.push(number);
            }
            replaced.set(now);
        })
    };
    let sheets = kiosk.texts.with("sheets-counted", &[("n", count.sheets.into())]);
    let words = count_words(&kiosk.texts, count.count.as_ref());
    html! {
        <label class="target">
            <input type="checkbox" checked={replaced.contains(&number)} onchange={toggle}
                data-testid={format!("replace-{number}")} />
            <span>{format!("{words} · {} · {sheets}", count.enrolled.precinct)}</span>
        </label>
    }
}

/// The counts of the own station that stand: what is doubted as a rule is all of it.
fn standing_here(status: &Status) -> Vec<u32> {
    let home = status.counts.first().map(|count| &count.enrolled.precinct);
    let standing = status.counts.iter().filter(|count| !count.is_replaced);
    standing.filter(|count| Some(&count.enrolled.precinct) == home).map(|c| c.number).collect()
}

#[derive(Properties, PartialEq)]
struct OtherProps {
    enrolment: Option<Given>,
    on_enrolment: Callback<Given>,
}

/// The authority takes this device into service for the other station.
#[function_component]
fn OtherStation(props: &OtherProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let precinct = use_state(|| None::<String>);
    let Some(definition) = kiosk.definition() else { return html! {} };
    let home = kiosk.status.counts.first().map(|count| &count.enrolled.precinct);
    let others = definition.precincts.iter().filter(|p| Some(&p.id) != home);
    let others: Vec<_> = others.collect();
    let first = others.first().map(|p| p.id.to_string()).unwrap_or_default();
    let chosen = (*precinct).clone().unwrap_or(first);
    let choose = {
        let precinct = precinct.clone();
        Callback::from(move |event: Event| {
            precinct.set(Some(event.target_unchecked_into::<HtmlSelectElement>().value()));
        })
    };
    let save = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |_: MouseEvent| {
            let kiosk = kiosk.clone();
            task.run(async move {
                files::save("enrolment-request.urna", &enrolment_request(&kiosk).await?)
            });
        })
    };
    let pick = {
        let (task, on_enrolment) = (task.clone(), props.on_enrolment.clone());
        Callback::from(move |event: Event| {
            let picked = files::take_files(&event.target_unchecked_into::<HtmlInputElement>());
            let on_enrolment = on_enrolment.clone();
            task.run(async move {
                if let Some(file) = picked.first() {
                    let file = files::read(file).await?;
                    on_enrolment.emit(Given { name: file.name, sealed: file.bytes.into() });
                }
                Ok(())
            });
        })
    };
    let by_demo = {
        let (kiosk, task, on_enrolment) = (kiosk.clone(), task.clone(), props.on_enrolment.clone());
        let precinct = chosen.clone();
        Callback::from(move |_: MouseEvent| {
            let (kiosk, on_enrolment) = (kiosk.clone(), on_enrolment.clone());
            let precinct = precinct.clone();
            task.run(async move {
                let device = kiosk.status.enrolled.as_ref().map(|e| e.device.to_string());
                let request = enrolment_request(&kiosk).await?;
                let device = device.unwrap_or_default();
                let sealed = net::demo_enrol(&precinct, &device, &request).await?;
                on_enrolment.emit(Given { name: precinct, sealed: sealed.into() });
                Ok(())
            });
        })
    };
    let options = others.iter().map(|precinct| {
        let id = precinct.id.to_string();
        let name = kiosk.texts.of(&precinct.name).to_owned();
        html! { <option value={id.clone()} selected={id == chosen}>{format!("{id} · {name}")}</option> }
    });
    html! {
        <>
            <p>{kiosk.t("other-words")}</p>
            <div class="actions">
                <button onclick={save} disabled={task.is_busy()}>{kiosk.t("enrol-save-request")}</button>
                <label class="button">{kiosk.t("enrol-file")}
                    <input type="file" accept=".urna" onchange={pick} data-testid="other-enrolment" /></label>
            </div>
            <div class="actions">
                <label class="inline"><span>{kiosk.t("enrol-precinct")}</span>
                    <select onchange={choose} data-testid="other-precinct">{for options}</select></label>
                <button onclick={by_demo} disabled={task.is_busy()} data-testid="other-demo">{kiosk.t("enrol-demo-now")}</button>
            </div>
            if let Some(enrolment) = &props.enrolment {
                <p class="done" data-testid="other-taken">{kiosk.t("other-taken")}{" "}<code>{&enrolment.name}</code></p>
            }
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </>
    }
}
