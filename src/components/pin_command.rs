//! A command of the vault that takes both PINs: the form, the work and its problem.

use std::rc::Rc;

use urna_core::vault_api::Command;
use yew::prelude::*;

use super::{PinForm, ProblemBox, Working};
use crate::context::use_kiosk;
use crate::task::use_task;
use crate::vault::Answer;

#[derive(Properties, PartialEq)]
pub struct PinCommandProps {
    /// What the button says.
    pub label: String,
    /// What is said while it runs.
    pub working: String,
    /// Whether the PINs are being chosen and not entered.
    #[prop_or_default]
    pub is_new: bool,
    /// Makes the command of the chair's and the secretary's PIN.
    pub command: Callback<(String, String), Command>,
    /// What goes with it.
    #[prop_or_default]
    pub files: Rc<Vec<Vec<u8>>>,
    /// Takes the answer.
    #[prop_or_default]
    pub on_answer: Callback<Answer>,
}

/// The form with its work.
#[function_component]
pub fn PinCommand(props: &PinCommandProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let on_submit = {
        let (kiosk, task, command) = (kiosk.clone(), task.clone(), props.command.clone());
        let (files, on_answer) = (props.files.clone(), props.on_answer.clone());
        Callback::from(move |pins| {
            let (kiosk, command) = (kiosk.clone(), command.emit(pins));
            let (files, on_answer) = (files.clone(), on_answer.clone());
            task.run(async move {
                let answer = kiosk.ask(command, files.to_vec()).await?;
                // Not every such command is answered with the state.
                kiosk.refresh().await?;
                on_answer.emit(answer);
                Ok(())
            });
        })
    };
    html! {
        <>
            <PinForm label={props.label.clone()} busy={task.is_busy()} is_new={props.is_new} {on_submit} />
            <Working busy={task.is_busy()} label={props.working.clone()} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </>
    }
}
