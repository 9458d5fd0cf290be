//! Setting the device up: election package, key and PINs, enrolment.

use std::rc::Rc;

use urna_core::journal::ExportKind;
use urna_core::vault_api::Command;
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::TakeOver;
use crate::components::{
    BOTH, BuildCard, EnrolByCodes, PinWork, ProblemBox, Working, enrolment_request,
};
use crate::context::{Kiosk, use_kiosk};
use crate::files::{self, Picked};
use crate::net;
use crate::problem::Problem;
use crate::task::{Task, use_task};

/// Where the server of the kiosk's own files offers the election.
const OFFERED_ROOT: &str = "/campaign/authority.pem";
const OFFERED_PACKAGE: &str = "/campaign/package.urna";

/// The screen: whichever of the three steps is next.
#[function_component]
pub fn Provision() -> Html {
    let kiosk = use_kiosk();
    let status = &kiosk.status;
    let step = match (&status.package, &status.key_fingerprint) {
        (None, _) => 0,
        (Some(_), None) => 1,
        (Some(_), Some(_)) => 2,
    };
    let names = ["provision-step-package", "provision-step-key", "provision-step-enrol"];
    let steps = names.iter().enumerate().map(|(at, key)| {
        let current = (at == step).then_some("step");
        html! { <li aria-current={current} class={classes!((at < step).then_some("done"))}>{kiosk.t(key)}</li> }
    });
    html! {
        <>
            <ol class="steps">{for steps}</ol>
            if step == 0 {
                <div class="column">
                    <TakePackage />
                    <TakeOver />
                    <BuildCard />
                </div>
            } else if step == 1 {
                <MakeKey />
            } else {
                <Enrol />
            }
        </>
    }
}

/// Step 1: which election, vouched for by which authority.
#[function_component]
fn TakePackage() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let root = use_state(|| None::<(String, String)>);
    let package = use_state(|| None::<(String, Vec<u8>)>);

    let offered = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |_: MouseEvent| {
            let kiosk = kiosk.clone();
            task.run(async move {
                let root = net::get(OFFERED_ROOT).await?;
                let package = net::get(OFFERED_PACKAGE).await?;
                provision(&kiosk, text_of(root)?, package).await
            });
        })
    };
    let pick_root = {
        let root = root.clone();
        on_pick(&task, async move |picked: Picked| {
            root.set(Some((picked.name, text_of(picked.bytes)?)));
            Ok(())
        })
    };
    let pick_package = {
        let package = package.clone();
        on_pick(&task, async move |picked: Picked| {
            package.set(Some((picked.name, picked.bytes)));
            Ok(())
        })
    };
    let by_files = {
        let (kiosk, task, root, package) =
            (kiosk.clone(), task.clone(), root.clone(), package.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, root, package) = (kiosk.clone(), (*root).clone(), (*package).clone());
            task.run(async move {
                let (Some((_, root)), Some((_, package))) = (root, package) else { return Ok(()) };
                provision(&kiosk, root, package).await
            });
        })
    };
    let is_ready = root.is_some() && package.is_some();
    let name = |picked: Option<&String>| picked.cloned().unwrap_or_else(|| kiosk.t("file-none"));
    html! {
        <section class="panel" data-testid="provision-package">
            <h2>{kiosk.t("provision-title")}</h2>
            <p>{kiosk.t("provision-words")}</p>
            <div class="choices">
                <div class="choice-card">
                    <h3>{kiosk.t("provision-offered")}</h3>
                    <p>{kiosk.t("provision-offered-words")}</p>
                    <button class="primary" onclick={offered} disabled={task.is_busy()} data-testid="take-offered">
                        {kiosk.t("provision-take-offered")}
                    </button>
                </div>
                <div class="choice-card">
                    <h3>{kiosk.t("provision-files")}</h3>
                    <div class="file">
                        <label class="button">
                            {kiosk.t("provision-root-file")}
                            <input type="file" accept=".pem" onchange={pick_root} data-testid="root-file" />
                        </label>
                        <em>{name(root.as_ref().map(|(name, _)| name))}</em>
                    </div>
                    <div class="file">
                        <label class="button">
                            {kiosk.t("provision-package-file")}
                            <input type="file" accept=".urna" onchange={pick_package} data-testid="package-file" />
                        </label>
                        <em>{name(package.as_ref().map(|(name, _)| name))}</em>
                    </div>
                    <button onclick={by_files} disabled={!is_ready || task.is_busy()} data-testid="take-files">
                        {kiosk.t("provision-take-files")}
                    </button>
                </div>
            </div>
            <Working busy={task.is_busy()} label={kiosk.t("working-package")} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </section>
    }
}

async fn provision(kiosk: &Kiosk, root_pem: String, package: Vec<u8>) -> Result<(), Problem> {
    kiosk.ask(Command::Provision { root_pem }, vec![package]).await.map(|_| ())
}

/// Reads the file that was picked, as work of `task`, and hands it on.
fn on_pick(
    task: &Task,
    take: impl AsyncFn(Picked) -> Result<(), Problem> + 'static,
) -> Callback<Event> {
    let (task, take) = (task.clone(), Rc::new(take));
    Callback::from(move |event: Event| {
        let picked = files::take_files(&event.target_unchecked_into::<HtmlInputElement>());
        let take = take.clone();
        task.run(async move {
            let Some(file) = picked.first() else { return Ok(()) };
            take(files::read(file).await?).await
        });
    })
}

fn text_of(bytes: Vec<u8>) -> Result<String, Problem> {
    String::from_utf8(bytes).map_err(|_| Problem::File("the key is not a text".to_owned()))
}

/// Step 2: the device makes its key; chair and secretary choose their PINs.
#[function_component]
fn MakeKey() -> Html {
    let kiosk = use_kiosk();
    let fields = [BOTH[0], BOTH[1], ("pin-operator-if-any", "pin-operator")].to_vec();
    html! {
        <section class="panel narrow" data-testid="provision-key">
            <h2>{kiosk.t("provision-key-title")}</h2>
            <ElectionFacts />
            <p>{kiosk.t("provision-key-words")}</p>
            <PinWork {fields} label={kiosk.t("provision-key-make")} working={kiosk.t("working-key")} is_new=true
                commands={Callback::from(key_commands)} />
        </section>
    }
}

/// The key, and then the operators' PIN, if one was chosen.
fn key_commands(pins: Vec<String>) -> Option<Vec<Command>> {
    let [chair_pin, secretary_pin, operator_pin] = <[String; 3]>::try_from(pins).ok()?;
    let mut commands = vec![Command::MakeKey {
        chair_pin: chair_pin.clone(),
        secretary_pin: secretary_pin.clone(),
    }];
    if !operator_pin.is_empty() {
        // Before anything is made: a key must not be there while a form is found faulty.
        let is_fine =
            is_pin(&operator_pin) && ![&chair_pin, &secretary_pin].contains(&&operator_pin);
        let operator_pin = is_fine.then_some(operator_pin)?;
        let operator_pin = Some(operator_pin);
        commands.push(Command::SetOperatorPin { chair_pin, secretary_pin, operator_pin });
    }
    Some(commands)
}

fn is_pin(pin: &str) -> bool {
    (6..=12).contains(&pin.len()) && pin.bytes().all(|byte| byte.is_ascii_digit())
}

/// What was taken in step 1, to be compared with the authority's announcement.
#[function_component]
fn ElectionFacts() -> Html {
    let kiosk = use_kiosk();
    let root = kiosk.status.root_fingerprint.clone().unwrap_or_default();
    let package = kiosk.status.package.map(|digest| digest.to_string()).unwrap_or_default();
    html! {
        <dl class="facts">
            <dt>{kiosk.t("provision-root")}</dt><dd><code>{root}</code></dd>
            <dt>{kiosk.t("report-package")}</dt><dd><code>{package}</code></dd>
        </dl>
    }
}

/// Step 3: the authority takes the device into service for a precinct.
#[function_component]
fn Enrol() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let precinct = use_state(|| None::<String>);
    let device = use_state(|| "scanner-1".to_owned());
    let Some(definition) = kiosk.definition() else { return html! {} };
    let first = definition.precincts.first().map(|p| p.id.to_string()).unwrap_or_default();
    let chosen = (*precinct).clone().unwrap_or(first);

    let save = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |_: MouseEvent| {
            let kiosk = kiosk.clone();
            task.run(async move {
                let request = enrolment_request(&kiosk).await?;
                files::save("enrolment-request.urna", &request)?;
                kiosk.note_export(ExportKind::EnrolmentRequest);
                kiosk.refresh().await
            });
        })
    };
    let pick = {
        let kiosk = kiosk.clone();
        on_pick(&task, async move |picked: Picked| {
            kiosk.ask(Command::Enrol, vec![picked.bytes]).await.map(|_| ())
        })
    };
    let by_demo = demo_enrolment(&kiosk, &task, chosen.clone(), (*device).clone());
    let choose = {
        let precinct = precinct.clone();
        Callback::from(move |event: Event| {
            precinct.set(Some(event.target_unchecked_into::<HtmlSelectElement>().value()));
        })
    };
    let rename = {
        let device = device.clone();
        Callback::from(move |event: InputEvent| {
            device.set(event.target_unchecked_into::<HtmlInputElement>().value());
        })
    };
    let options = definition.precincts.iter().map(|precinct| {
        let id = precinct.id.to_string();
        let name = kiosk.texts.of(&precinct.name).to_owned();
        html! { <option value={id.clone()} selected={id == chosen}>{format!("{id} · {name}")}</option> }
    });
    html! {
        <section class="panel" data-testid="provision-enrol">
            <h2>{kiosk.t("enrol-title")}</h2>
            <p>{kiosk.t("enrol-words")}</p>
            <div class="choices">
                <div class="choice-card">
                    <h3>{kiosk.t("enrol-demo")}</h3>
                    <label><span>{kiosk.t("enrol-precinct")}</span>
                        <select onchange={choose} data-testid="enrol-precinct">{for options}</select></label>
                    <label><span>{kiosk.t("enrol-device")}</span>
                        <input type="text" maxlength="64" value={(*device).clone()} oninput={rename}
                            data-testid="enrol-device" /></label>
                    <button class="primary" onclick={by_demo} disabled={task.is_busy()} data-testid="enrol-demo">
                        {kiosk.t("enrol-demo-now")}
                    </button>
                </div>
                <div class="choice-card">
                    <h3>{kiosk.t("enrol-files")}</h3>
                    <button onclick={save} disabled={task.is_busy()} data-testid="save-request">
                        {kiosk.t("enrol-save-request")}
                    </button>
                    <label class="button">
                        {kiosk.t("enrol-file")}
                        <input type="file" accept=".urna" onchange={pick} data-testid="enrolment-file" />
                    </label>
                </div>
                <EnrolByCodes />
            </div>
            <Working busy={task.is_busy()} label={kiosk.t("working-enrol")} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </section>
    }
}

fn demo_enrolment(
    kiosk: &Kiosk,
    task: &Task,
    precinct: String,
    device: String,
) -> Callback<MouseEvent> {
    let (kiosk, task) = (kiosk.clone(), task.clone());
    Callback::from(move |_: MouseEvent| {
        let (kiosk, precinct, device) = (kiosk.clone(), precinct.clone(), device.clone());
        task.run(async move {
            let request = enrolment_request(&kiosk).await?;
            let enrolment = net::demo_enrol(&precinct, &device, &request).await?;
            kiosk.ask(Command::Enrol, vec![enrolment]).await.map(|_| ())
        });
    })
}
