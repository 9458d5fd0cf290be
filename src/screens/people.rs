//! Who is signed in: leaving, locking, other PINs.

use urna_core::journal::{LockCause, PollState, Role};
use urna_core::vault_api::Command;
use yew::prelude::*;

use crate::components::{BOTH, PinWork, ProblemBox, Working};
use crate::context::use_kiosk;
use crate::task::use_task;
use crate::watches::IDLE_MINUTES;

#[derive(Properties, PartialEq)]
pub struct PeopleProps {
    pub on_close: Callback<()>,
}

/// Key of a role's name.
pub fn role_key(role: Role) -> &'static str {
    match role {
        Role::Operator => "people-operator",
        Role::Commission => "people-commission",
    }
}

/// The screen.
#[function_component]
pub fn People(props: &PeopleProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let command = |command: Command| {
        let (kiosk, task, close) = (kiosk.clone(), task.clone(), props.on_close.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, command, close) = (kiosk.clone(), command.clone(), close.clone());
            task.run(async move {
                kiosk.ask(command, Vec::new()).await?;
                close.emit(());
                Ok(())
            });
        })
    };
    let is_open = kiosk.status.state == PollState::Open;
    let role = kiosk.status.signed_in;
    let idle = kiosk.texts.with("people-idle", &[("n", IDLE_MINUTES.into())]);
    html! {
        <div class="column" data-testid="people">
            <section class="panel">
                <h2>{kiosk.t("people-title")}</h2>
                <p><b>{role.map(|role| kiosk.t(role_key(role))).unwrap_or_default()}</b></p>
                <div class="actions">
                    if kiosk.status.has_operator {
                        <button class="primary" onclick={command(Command::SignOut)} disabled={task.is_busy()}
                            data-testid="sign-out">{kiosk.t("people-leave")}</button>
                    }
                    <button onclick={command(Command::Lock { cause: LockCause::Person })} disabled={task.is_busy()}
                        data-testid="lock">{kiosk.t("people-lock")}</button>
                    <button onclick={props.on_close.reform(|_: MouseEvent| ())}>{kiosk.t("people-back")}</button>
                </div>
                <p class="hint">{kiosk.t("people-lock-words")}</p>
                <p class="hint" data-testid="idle-words">{if is_open { kiosk.t("people-never-idle") } else { idle }}</p>
                <Working busy={task.is_busy()} />
                <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            </section>
            if role == Some(Role::Commission) {
                <OtherPins />
            }
        </div>
    }
}

/// Both PINs, and then new ones.
#[function_component]
fn OtherPins() -> Html {
    let kiosk = use_kiosk();
    let done = use_state(|| false);
    let on_answer = {
        let done = done.clone();
        Callback::from(move |_| done.set(true))
    };
    let new = [("pin-new-chair", "pin-new-chair"), ("pin-new-secretary", "pin-new-secretary")];
    let operator = ("pin-operator-if-any", "pin-operator");
    html! {
        <>
            if *done {
                <p class="done" role="status" data-testid="pins-changed">{kiosk.t("people-changed")}</p>
            }
            <section class="panel" data-testid="change-pins">
                <h2>{kiosk.t("people-change-title")}</h2>
                <p>{kiosk.t("people-change-words")}</p>
                <PinWork fields={[BOTH[0], BOTH[1], new[0], new[1]].to_vec()} label={kiosk.t("people-change-now")}
                    working={kiosk.t("working-pins")} is_new=true on_answer={on_answer.clone()}
                    commands={Callback::from(|pins: Vec<String>| {
                        let [chair_pin, secretary_pin, new_chair_pin, new_secretary_pin] = <[String; 4]>::try_from(pins).ok()?;
                        Some(vec![Command::ChangePins { chair_pin, secretary_pin, new_chair_pin, new_secretary_pin }])
                    })} />
            </section>
            <section class="panel" data-testid="set-operator">
                <h2>{kiosk.t("people-operator-title")}</h2>
                <p>{kiosk.t("people-operator-words")}</p>
                <PinWork fields={[BOTH[0], BOTH[1], operator].to_vec()} label={kiosk.t("people-operator-now")}
                    working={kiosk.t("working-pins")} is_new=true {on_answer}
                    commands={Callback::from(|pins: Vec<String>| {
                        let [chair_pin, secretary_pin, pin] = <[String; 3]>::try_from(pins).ok()?;
                        let operator_pin = Some(pin).filter(|pin: &String| !pin.is_empty());
                        Some(vec![Command::SetOperatorPin { chair_pin, secretary_pin, operator_pin }])
                    })} />
            </section>
        </>
    }
}
