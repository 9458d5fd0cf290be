//! Before the vault is open, and when it can't be opened.

use urna_core::Lang;
use yew::prelude::*;

use crate::components::{LangChoice, ProblemBox, Working};
use crate::i18n::Texts;
use crate::problem::Problem;

#[derive(Properties, PartialEq)]
pub struct StartingProps {
    pub texts: Texts,
}

/// The vault is being opened.
#[function_component]
pub fn Starting(props: &StartingProps) -> Html {
    html! {
        <main class="alone">
            <span class="brand">{"Urna"}</span>
            <Working busy=true label={props.texts.get("starting")} />
        </main>
    }
}

#[derive(Properties, PartialEq)]
pub struct FaultProps {
    pub texts: Texts,
    pub problem: Problem,
    pub choose_lang: Callback<Lang>,
}

/// Nothing can be done but what stands here.
#[function_component]
pub fn Fault(props: &FaultProps) -> Html {
    let reload = Callback::from(|_: MouseEvent| {
        // If it fails, the browser's own key for loading again is still there.
        let _ = gloo::utils::window().location().reload();
    });
    html! {
        <main class="alone" data-testid="fault">
            <span class="brand">{"Urna"}</span>
            <h1>{props.texts.get("fault-title")}</h1>
            <ProblemBox problem={Some(props.problem.clone())} texts={props.texts.clone()} />
            <p>{props.texts.get("fault-kept")}</p>
            <button class="primary" onclick={reload}>{props.texts.get("fault-reload")}</button>
            <LangChoice lang={props.texts.lang()} choose={props.choose_lang.clone()} />
        </main>
    }
}
