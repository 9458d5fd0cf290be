//! Commands of the vault that take PINs: the form, the work and its problem.

use std::rc::Rc;

use urna_core::vault_api::{Command, VaultError};
use yew::prelude::*;

use super::pin_form::BOTH;
use super::{PinField, PinForm, ProblemBox, Working};
use crate::context::{Kiosk, use_kiosk};
use crate::problem::Problem;
use crate::task::use_task;
use crate::vault::Answer;

#[derive(Properties, PartialEq)]
pub struct PinCommandProps {
    /// What the button says.
    pub label: String,
    /// What is said while it runs.
    pub working: String,
    /// Makes the command of the chair's and the secretary's PIN.
    pub command: Callback<(String, String), Command>,
    /// What goes with it.
    #[prop_or_default]
    pub files: Rc<Vec<Vec<u8>>>,
    /// Takes the answer.
    #[prop_or_default]
    pub on_answer: Callback<Answer>,
}

/// A command of the two.
#[function_component]
pub fn PinCommand(props: &PinCommandProps) -> Html {
    let command = props.command.clone();
    let commands = Callback::from(move |pins: Vec<String>| {
        let mut pins = pins.into_iter();
        let both = (pins.next().unwrap_or_default(), pins.next().unwrap_or_default());
        Some(vec![command.emit(both)])
    });
    html! {
        <PinWork fields={BOTH.to_vec()} label={props.label.clone()} working={props.working.clone()}
            files={props.files.clone()} on_answer={props.on_answer.clone()} {commands} />
    }
}

#[derive(Properties, PartialEq)]
pub struct PinWorkProps {
    /// Whose PINs.
    pub fields: Vec<PinField>,
    /// What the button says.
    pub label: String,
    /// What is said while it runs.
    pub working: String,
    /// Whether PINs are being chosen and not only entered.
    #[prop_or_default]
    pub is_new: bool,
    /// Makes the commands of the PINs; none where a PIN has not its form.
    pub commands: Callback<Vec<String>, Option<Vec<Command>>>,
    /// What goes with each.
    #[prop_or_default]
    pub files: Rc<Vec<Vec<u8>>>,
    /// Takes the answer to the last of them.
    #[prop_or_default]
    pub on_answer: Callback<Answer>,
}

/// The form with its work.
#[function_component]
pub fn PinWork(props: &PinWorkProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let on_submit = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        let (commands, on_answer) = (props.commands.clone(), props.on_answer.clone());
        let files = props.files.clone();
        Callback::from(move |pins| {
            let (kiosk, commands, on_answer) =
                (kiosk.clone(), commands.emit(pins), on_answer.clone());
            let files = files.clone();
            task.run(async move {
                let done = run(&kiosk, commands, &files).await;
                // Not every such command is answered with the state, and a wrong PIN is an event too.
                kiosk.refresh().await?;
                if let Some(answer) = done? {
                    on_answer.emit(answer);
                }
                Ok(())
            });
        })
    };
    html! {
        <>
            <PinForm fields={props.fields.clone()} label={props.label.clone()} busy={task.is_busy()}
                is_new={props.is_new} {on_submit} />
            <Working busy={task.is_busy()} label={props.working.clone()} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </>
    }
}

async fn run(
    kiosk: &Kiosk,
    commands: Option<Vec<Command>>,
    files: &[Vec<u8>],
) -> Result<Option<Answer>, Problem> {
    let commands = commands.ok_or(Problem::Vault(VaultError::PinForm))?;
    let mut last = None;
    for command in commands {
        last = Some(kiosk.ask(command, files.to_vec()).await?);
    }
    Ok(last)
}
