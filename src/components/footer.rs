//! What an observer may want to write down: program, keys, log.

use urna_core::software::{BuildCheck, build_words};
use yew::prelude::*;

use crate::context::use_kiosk;

/// The foot of every screen.
#[function_component]
pub fn Footer() -> Html {
    let kiosk = use_kiosk();
    let status = &kiosk.status;
    let key = status.key_fingerprint.clone().map(|key| {
        html! { <span>{kiosk.t("footer-key")}{" "}<code>{short(&key)}</code></span> }
    });
    let build = status.build.as_ref().and_then(BuildCheck::build).map(|build| {
        let words = build_words(&build, kiosk.texts.lang());
        html! { <span>{words.get(..4).unwrap_or_default().join(" ")}{"…"}</span> }
    });
    let head = status.log_head.to_string();
    html! {
        <footer class="foot">
            <span>{&status.software}</span>
            {build}
            {key}
            <span>
                {kiosk.texts.with("footer-log", &[("n", status.log_events.into())])}
                {" "}<code>{&head[..16]}</code>
            </span>
        </footer>
    }
}

fn short(fingerprint: &str) -> String {
    fingerprint.chars().take(24).collect()
}
