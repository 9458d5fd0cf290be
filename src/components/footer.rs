//! What an observer may want to write down: program, keys, log.

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
    let head = status.log_head.to_string();
    html! {
        <footer class="foot">
            <span>{&status.software}</span>
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
