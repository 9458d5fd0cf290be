//! The event log, newest first, as anybody may read it: all of it or one group, on the screen, on paper, as a file.

use std::rc::Rc;

use urna_core::journal::{Event, EventGroup, ExportKind};
use urna_core::seal::Digest;
use urna_core::vault_api::{Command, Reply};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::components::{EventPaper, PinCommand, ProblemBox, Working, event_table, for_printer};
use crate::context::{Kiosk, use_kiosk};
use crate::files;
use crate::problem::Problem;
use crate::task::use_task;
use crate::vault::Answer;

/// Events on one page.
const PAGE: u32 = 200;
/// Events that one answer of the vault has at most, and that one list on paper has at most.
const MOST: u32 = 1_000;
const MOST_ON_PAPER: usize = 4_000;
/// Behind every event; the largest number that JavaScript keeps exactly.
const NEWEST: u64 = (1 << 53) - 1;

#[derive(Properties, PartialEq)]
pub struct LogProps {
    pub on_close: Callback<()>,
}

/// Events, how many there are of the kind that was asked for, and the head of the log.
#[derive(Clone, Default, PartialEq)]
struct Read {
    events: Rc<Vec<Event>>,
    total: u64,
    head: Digest,
}

/// The screen.
#[function_component]
pub fn EventLog(props: &LogProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let read = use_state(Read::default);
    let group = use_state(|| None::<EventGroup>);
    // Where the pages shown so far begin; the last one is on the screen.
    let pages = use_state(|| vec![NEWEST]);
    let paper = use_state(|| None::<Read>);
    let exports = use_state(|| false);
    {
        let (kiosk, task, read) = (kiosk.clone(), task.clone(), read.clone());
        let before = pages.last().copied().unwrap_or(NEWEST);
        use_effect_with((kiosk.status.log_events, before, *group), move |&(_, before, group)| {
            task.run(async move {
                // What the page notes comes without the state: the total is asked for here.
                let page = ask(&kiosk, group, before, PAGE).await?;
                if page.head != kiosk.status.log_head {
                    kiosk.refresh().await?;
                }
                read.set(page);
                Ok(())
            });
        });
    }
    let first = read.events.first().map_or(0, |event| event.sequence);
    let is_full = read.events.len() >= usize::try_from(PAGE).unwrap_or(usize::MAX);
    let older = {
        let pages = pages.clone();
        Callback::from(move |_: MouseEvent| pages.set([pages.as_slice(), &[first]].concat()))
    };
    let newer = {
        let pages = pages.clone();
        Callback::from(move |_: MouseEvent| pages.set(pages[..pages.len() - 1].to_vec()))
    };
    let choose = {
        let (group, pages, paper) = (group.clone(), pages.clone(), paper.clone());
        Callback::from(move |event: yew::Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            group.set(EventGroup::ALL.into_iter().find(|group| group.as_str() == value));
            pages.set(vec![NEWEST]);
            paper.set(None);
        })
    };
    let list = {
        let (kiosk, task, paper, group) = (kiosk.clone(), task.clone(), paper.clone(), *group);
        Callback::from(move |_: MouseEvent| {
            let (kiosk, paper) = (kiosk.clone(), paper.clone());
            task.run(async move {
                paper.set(Some(all(&kiosk, group).await?));
                Ok(())
            });
        })
    };
    let toggle_export = {
        let exports = exports.clone();
        Callback::from(move |_: MouseEvent| exports.set(!*exports))
    };
    let close = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <section class="panel" data-testid="event-log">
            <h2>{kiosk.t("log-title")}</h2>
            <p class="hint">{kiosk.t("log-words")}</p>
            <p class="log-head">{kiosk.t("log-head")}{" "}<code data-testid="log-head">{read.head.to_string()}</code></p>
            <div class="actions">
                <label class="inline"><span>{kiosk.t("log-filter")}</span>
                    <select onchange={choose} data-testid="log-group">{groups(&kiosk, *group)}</select></label>
                <button onclick={newer} disabled={pages.len() < 2}>{kiosk.t("log-newer")}</button>
                <button onclick={older} disabled={!is_full || first == 0}>{kiosk.t("log-older")}</button>
                <button onclick={list} disabled={task.is_busy()} data-testid="log-list">{kiosk.t("log-list")}</button>
                if kiosk.status.enrolled.is_some() {
                    <button onclick={toggle_export} aria-pressed={exports.to_string()} data-testid="log-export">
                        {kiosk.t("log-export")}
                    </button>
                }
                <button onclick={close}>{kiosk.t("log-close")}</button>
            </div>
            <Working busy={task.is_busy()} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            if *exports {
                <ExportLog />
            }
            if let Some(paper) = paper.as_ref() {
                <PaperList read={paper.clone()} title={kiosk.t(group_key(*group))} />
            } else {
                {event_table(&kiosk, read.events.iter().rev())}
            }
        </section>
    }
}

/// Both PINs take the whole log out, signed.
#[function_component]
fn ExportLog() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let command = Callback::from(|(chair_pin, secretary_pin)| Command::ExportLog {
        chair_pin,
        secretary_pin,
    });
    let place = kiosk.status.enrolled.as_ref();
    let name = place.map(|place| format!("{}-{}.urna-log", place.precinct, place.device));
    let on_answer = {
        let task = task.clone();
        Callback::from(move |answer: Answer| {
            let name = name.clone().unwrap_or_default();
            task.run(async move {
                let file = answer.buffers.into_iter().next().ok_or(Problem::Unexpected)?;
                files::save(&name, &file)
            });
        })
    };
    html! {
        <section class="confirm-drop" data-testid="log-export-form">
            <p>{kiosk.t("log-export-words")}</p>
            <PinCommand label={kiosk.t("log-export-now")} working={kiosk.t("working-pins")} {command} {on_answer} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct ListProps {
    read: Read,
    title: String,
}

/// The list as it will be printed, and the button that prints it.
#[function_component]
fn PaperList(props: &ListProps) -> Html {
    let kiosk = use_kiosk();
    let Read { events, total, head } = props.read.clone();
    let sheet = html! { <EventPaper title={props.title.clone()} {events} {total} {head} /> };
    let print = {
        let kiosk = kiosk.clone();
        Callback::from(move |_: MouseEvent| {
            // It returns once the browser's dialog is closed; whether paper came out only people know.
            if gloo::utils::window().print().is_ok() {
                kiosk.note_export(ExportKind::LogPaper);
            }
        })
    };
    html! {
        <>
            <button class="primary" onclick={print} data-testid="log-print">{kiosk.t("print-now")}</button>
            <div class="preview" tabindex="0" role="region" aria-label={kiosk.t("log-title")}>{sheet.clone()}</div>
            {for_printer(sheet)}
        </>
    }
}

fn groups(kiosk: &Kiosk, chosen: Option<EventGroup>) -> Html {
    let all = std::iter::once(None).chain(EventGroup::ALL.into_iter().map(Some));
    let option = |group: Option<EventGroup>| {
        let value = group.map_or("all", EventGroup::as_str);
        html! { <option {value} selected={group == chosen}>{kiosk.t(group_key(group))}</option> }
    };
    html! { <>{for all.map(option)}</> }
}

fn group_key(group: Option<EventGroup>) -> &'static str {
    match group {
        None => "log-group-all",
        Some(EventGroup::States) => "log-group-states",
        Some(EventGroup::People) => "log-group-people",
        Some(EventGroup::Scanner) => "log-group-scanner",
        Some(EventGroup::Storage) => "log-group-storage",
        Some(EventGroup::Reports) => "log-group-reports",
        Some(EventGroup::Surroundings) => "log-group-surroundings",
    }
}

/// The last events before a place.
async fn ask(
    kiosk: &Kiosk,
    group: Option<EventGroup>,
    before: u64,
    most: u32,
) -> Result<Read, Problem> {
    let command = match group {
        Some(group) => Command::LogOf { group, before, most },
        None if before == NEWEST => {
            // How long the log is by now only the vault knows.
            let Reply::Log { total, .. } =
                kiosk.ask(Command::Log { from: 0, most: 0 }, Vec::new()).await?.reply
            else {
                return Err(Problem::Unexpected);
            };
            Command::Log { from: total.saturating_sub(most.into()), most }
        }
        None => {
            let from = before.saturating_sub(most.into());
            let most = u32::try_from(before - from).unwrap_or(most);
            Command::Log { from, most }
        }
    };
    match kiosk.ask(command, Vec::new()).await?.reply {
        Reply::Log { events, total, head } => Ok(Read { events: Rc::new(events), total, head }),
        _ => Err(Problem::Unexpected),
    }
}

/// All events of a group; the newest of them where there are more than fit on paper.
async fn all(kiosk: &Kiosk, group: Option<EventGroup>) -> Result<Read, Problem> {
    let mut read = ask(kiosk, group, NEWEST, MOST).await?;
    let mut events = (*read.events).clone();
    while events.len() < MOST_ON_PAPER {
        let Some(first) = events.first().filter(|first| first.sequence > 0) else { break };
        let older = ask(kiosk, group, first.sequence, MOST).await?;
        if older.events.is_empty() {
            break;
        }
        events.splice(0..0, older.events.iter().cloned());
    }
    read.events = Rc::new(events);
    Ok(read)
}
