//! For technicians: how the scanner is connected, and a recording of a device for a bug report.

use std::rc::Rc;

use urna_scanner::{Images, Protocol, Serials, State};
use wasm_bindgen_futures::spawn_local;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::BadDay;
use crate::capture::{Candidate, Last, Reach, Running, Way, may_keep_images};
use crate::components::{ConnectGuide, ProblemBox, Working};
use crate::context::{Kiosk, use_kiosk};
use crate::files;
use crate::scanning::fault_key;
use crate::task::use_task;
use crate::usb::NotChosen;

/// Name of the file that is saved.
const FILE: &str = "scanner.urna-capture";

#[derive(Properties, PartialEq)]
pub struct ServiceProps {
    pub on_close: Callback<()>,
}

/// The screen.
#[function_component]
pub fn Service(props: &ServiceProps) -> Html {
    let kiosk = use_kiosk();
    let close = props.on_close.reform(|_: MouseEvent| ());
    html! {
        <div class="column" data-testid="service">
            <BadDay on_started={props.on_close.clone()} />
            <Capture />
            <section class="panel">
                <ConnectGuide />
                <button class="quiet" onclick={close}>{kiosk.t("service-close")}</button>
            </section>
        </div>
    }
}

/// Choosing a device, recording it, saving what was recorded.
#[function_component]
fn Capture() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let chosen = use_state(|| None::<Rc<Candidate>>);
    let running = use_state(|| None::<Rc<Running>>);
    let note = use_state(|| None::<&'static str>);
    let held = use_mut_ref(|| None::<Rc<Running>>);
    (*running).clone_into(&mut held.borrow_mut());
    {
        // Whoever leaves gives the device back to the scanner on the cable, if that had one.
        let scanner = kiosk.scanner.clone();
        use_effect_with((), move |()| {
            let was_taken = scanner.is_taken();
            move || {
                let last = held.borrow_mut().take();
                spawn_local(async move {
                    if let Some(last) = last {
                        last.end().await;
                    }
                    if was_taken {
                        scanner.take_granted().await;
                    }
                });
            }
        });
    }
    let choose = |reach: Reach| {
        let (kiosk, task, chosen, note) =
            (kiosk.clone(), task.clone(), chosen.clone(), note.clone());
        Callback::from(move |_: MouseEvent| {
            let (scanner, chosen, note) = (kiosk.scanner.clone(), chosen.clone(), note.clone());
            task.run(async move {
                let outcome = Candidate::choose(reach).await;
                note.set(outcome.as_ref().err().map(|why| match why {
                    NotChosen::Nothing => "device-none-chosen",
                    NotChosen::Forbidden => "device-forbidden",
                }));
                if let Ok(candidate) = outcome {
                    // One at a time speaks to a device.
                    scanner.leave();
                    chosen.set(Some(Rc::new(candidate)));
                }
                Ok(())
            });
        })
    };
    let body = match (&*chosen, &*running) {
        (None, _) => html! {
            <div class="actions">
                <button class="primary" onclick={choose(Reach::Supported)} disabled={task.is_busy()}
                    data-testid="capture-choose">{kiosk.t("device-choose")}</button>
                <button onclick={choose(Reach::Any)} disabled={task.is_busy()} data-testid="capture-choose-any">
                    {kiosk.t("capture-choose-any")}
                </button>
            </div>
        },
        (Some(candidate), None) => html! {
            <Wishes candidate={ByAddress(candidate.clone())} running={running.setter()} />
        },
        (Some(_), Some(run)) => html! {
            <Recorded running={ByAddress(run.clone())} done={ended(&chosen, &running)} />
        },
    };
    html! {
        <section class="panel" data-testid="capture">
            <h2>{kiosk.t("capture-title")}</h2>
            <p>{kiosk.t("capture-words")}</p>
            {body}
            if let Some(words) = *note {
                <p class="band warn" role="status">{kiosk.t(words)}</p>
            }
            <Working busy={task.is_busy()} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </section>
    }
}

fn ended(
    chosen: &UseStateHandle<Option<Rc<Candidate>>>,
    running: &UseStateHandle<Option<Rc<Running>>>,
) -> Callback<()> {
    let (chosen, running) = (chosen.clone(), running.clone());
    Callback::from(move |()| {
        running.set(None);
        chosen.set(None);
    })
}

/// Something that is the same only if it is the very same.
#[derive(Clone)]
struct ByAddress<T>(Rc<T>);

impl<T> PartialEq for ByAddress<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Properties, PartialEq)]
struct WishesProps {
    candidate: ByAddress<Candidate>,
    running: UseStateSetter<Option<Rc<Running>>>,
}

/// What is to be recorded, and the button that begins.
#[function_component]
fn Wishes(props: &WishesProps) -> Html {
    let kiosk = use_kiosk();
    let candidate = props.candidate.0.clone();
    let ways = candidate.ways();
    let way = use_state(|| 0_usize);
    let images = use_state(|| false);
    let serials = use_state(|| false);
    let choose_way = {
        let way = way.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            way.set(value.parse().unwrap_or(0));
        })
    };
    let start = {
        let (candidate, running, ways) = (candidate.clone(), props.running.clone(), ways.clone());
        let keeps = (
            if *images && may_keep_images(&kiosk) { Images::Kept } else { Images::LeftOut },
            if *serials { Serials::Kept } else { Serials::Masked },
        );
        let (way, software) = (*way, kiosk.status.software.clone());
        Callback::from(move |_: MouseEvent| {
            let way = ways.get(way).copied().unwrap_or(Way::Descriptors);
            let run = Running::start(&candidate, way, keeps, &software);
            running.set(Some(Rc::new(run)));
        })
    };
    let options = ways.iter().enumerate().map(|(at, each)| {
        html! { <option value={at.to_string()} selected={at == *way}>{kiosk.t(way_key(*each))}</option> }
    });
    let tick = |state: &UseStateHandle<bool>| {
        let state = state.clone();
        Callback::from(move |event: Event| {
            state.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        })
    };
    html! {
        <div data-testid="capture-wishes">
            <p><b>{format!("«{}»", candidate.name())}</b>{" · "}<code>{candidate.numbers()}</code></p>
            <label class="inline"><span>{kiosk.t("capture-way")}</span>
                <select onchange={choose_way} data-testid="capture-way">{for options}</select></label>
            if may_keep_images(&kiosk) {
                <label class="target"><input type="checkbox" checked={*images} onchange={tick(&images)}
                    data-testid="capture-images" /><span>{kiosk.t("capture-images")}</span></label>
            }
            <label class="target"><input type="checkbox" checked={*serials} onchange={tick(&serials)}
                data-testid="capture-serials" /><span>{kiosk.t("capture-serials")}</span></label>
            <div class="actions">
                <button class="primary" onclick={start} data-testid="capture-start">{kiosk.t("capture-start")}</button>
            </div>
        </div>
    }
}

fn way_key(way: Way) -> &'static str {
    match way {
        Way::Fitting => "capture-way-fitting",
        Way::Tried(Protocol::Escl) => "capture-way-escl",
        Way::Tried(Protocol::Fi) => "capture-way-fi",
        Way::Descriptors => "capture-way-descriptors",
    }
}

#[derive(Properties, PartialEq)]
struct RecordedProps {
    running: ByAddress<Running>,
    done: Callback<()>,
}

/// What goes on, and what becomes of it.
#[function_component]
fn Recorded(props: &RecordedProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let running = props.running.0.clone();
    let changed = use_force_update();
    {
        let (running, changed) = (running.clone(), changed.clone());
        use_effect_with((), move |()| {
            running.on_change(Callback::from(move |()| changed.force_update()));
            move || running.on_change(Callback::noop())
        });
    }
    let scan = {
        let running = running.clone();
        Callback::from(move |_: MouseEvent| running.scan())
    };
    let save = {
        let (running, task, done) = (running.clone(), task.clone(), props.done.clone());
        Callback::from(move |_: MouseEvent| {
            let (running, done) = (running.clone(), done.clone());
            task.run(async move {
                files::save(FILE, &running.recording().file())?;
                done.emit(());
                Ok(())
            });
        })
    };
    let discard = props.done.reform(|_: MouseEvent| ());
    let state = running.state();
    let may_scan = matches!(state, Some(State::Ready | State::Faulted(_)));
    let kilobytes = running.recording().len().div_ceil(1_024);
    html! {
        <div data-testid="capture-running" data-state={state_code(state)}>
            <p role="status">{state_line(&kiosk, state)}</p>
            {last_line(&kiosk, running.last())}
            <p>{kiosk.texts.with("capture-size", &[("n", kilobytes.into())])}</p>
            if running.recording().is_full() {
                <p class="band warn">{kiosk.t("capture-full")}</p>
            }
            <div class="actions">
                if state.is_some() {
                    <button onclick={scan} disabled={!may_scan} data-testid="capture-scan">
                        {kiosk.t("capture-scan")}
                    </button>
                }
                <button class="primary" onclick={save} data-testid="capture-save">{kiosk.t("capture-save")}</button>
                <button class="quiet" onclick={discard} data-testid="capture-discard">{kiosk.t("capture-discard")}</button>
            </div>
            <p class="hint">{kiosk.t("capture-read")}</p>
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </div>
    }
}

fn state_line(kiosk: &Kiosk, state: Option<State>) -> String {
    kiosk.t(match state {
        None => "capture-state-silent",
        Some(State::Disconnected) => "device-state-away",
        Some(State::Connecting) => "device-state-connecting",
        Some(State::Empty) => "capture-state-empty",
        Some(State::Ready) => "capture-state-ready",
        Some(State::Scanning) => "device-state-scanning",
        Some(State::Faulted(fault)) => fault_key(fault),
    })
}

fn last_line(kiosk: &Kiosk, last: Last) -> Html {
    let words = match last {
        Last::Nothing => return html! {},
        Last::Scanned => kiosk.t("capture-scanned"),
        Last::None(_) => kiosk.t("capture-no-sheet"),
        Last::Fault(fault) => kiosk.t(fault_key(fault)),
    };
    let is_done = last == Last::Scanned;
    html! { <p class={is_done.then_some("done")} data-testid="capture-last" data-done={is_done.to_string()}>{words}</p> }
}

fn state_code(state: Option<State>) -> &'static str {
    match state {
        None => "silent",
        Some(State::Disconnected) => "away",
        Some(State::Connecting) => "connecting",
        Some(State::Empty) => "empty",
        Some(State::Ready) => "ready",
        Some(State::Scanning) => "scanning",
        Some(State::Faulted(_)) => "faulted",
    }
}
