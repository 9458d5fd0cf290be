//! The image of what was read, with the meaning of its signs. Never of a vote: tests and trainings only.

use std::rc::Rc;

use yew::prelude::*;

use crate::context::use_kiosk;
use crate::files::Picture;

#[derive(Properties, PartialEq)]
pub struct ExplanationProps {
    /// The image.
    pub picture: Rc<Picture>,
}

/// The image and its legend.
#[function_component]
pub fn Explanation(props: &ExplanationProps) -> Html {
    let kiosk = use_kiosk();
    let is_large = use_state(|| false);
    let toggle = {
        let is_large = is_large.clone();
        Callback::from(move |_: MouseEvent| is_large.set(!*is_large))
    };
    let signs = signs().into_iter().map(|(key, sign)| {
        html! {
            <li>
                <svg viewBox="0 0 60 30" aria-hidden="true" class="explain-sign">{sign}</svg>
                <span>{kiosk.t(key)}</span>
            </li>
        }
    });
    html! {
        <section class="explanation" data-testid="explanation">
            <h3>{kiosk.t("explain-title")}</h3>
            <button onclick={toggle} aria-pressed={is_large.to_string()} data-testid="explain-large">
                {kiosk.t("explain-large")}
            </button>
            // It scrolls when it is large, with the keyboard too.
            <div class={classes!("explain-view", is_large.then_some("large"))} tabindex="0">
                <img src={props.picture.url()} alt={kiosk.t("explain-alt")} data-testid="explain-image" />
            </div>
            <ul class="explain-signs">{for signs}</ul>
        </section>
    }
}

/// The signs as `core::recognition::explain` draws them: each differs in shape or kind of line, too.
fn signs() -> [(&'static str, Html); 11] {
    let frame =
        |class: &'static str| html! { <rect x="18" y="4" width="24" height="22" {class} /> };
    [
        ("explain-marked", frame("sign-marked")),
        ("explain-marginal", frame("sign-marginal")),
        ("explain-unmarked", frame("sign-unmarked")),
        ("explain-spilled", frame("sign-spilled")),
        ("explain-doubtful", frame("sign-doubtful")),
        (
            "explain-refused",
            html! { <>{frame("sign-refused")}<path d="M20 6 L40 24 M40 6 L20 24" class="sign-refused" /></> },
        ),
        ("explain-stray", frame("sign-stray")),
        ("explain-line", frame("sign-line")),
        (
            "explain-found",
            html! { <><circle cx="10" cy="15" r="3" class="sign-found" />
            <path d="M10 15 H50 M43 10 L50 15 L43 20" class="sign-found" /></> },
        ),
        (
            "explain-missed",
            html! { <path d="M8 8 L22 22 M22 8 L8 22 M38 8 L52 22 M52 8 L38 22 M36 6 H54 V24 H36 Z" class="sign-missed" /> },
        ),
        (
            "explain-outline",
            html! { <><path d="M4 8 H56" class="sign-outline" /><path d="M4 22 H56" class="sign-paper" /></> },
        ),
    ]
}
