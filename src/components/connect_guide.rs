//! How the scanner is connected and fed, in pictures and words.
//!
//! The pictures hold no words and are hidden from screen readers: the words beside them say all. They are part
//! of the program, since nothing is fetched while polls are open.

use yew::prelude::*;

use crate::context::use_kiosk;

/// A picture, and the keys of its title and its words.
type Step = (&'static str, &'static str, &'static str);

const CONNECT: [Step; 4] = [
    (include_str!("../../assets/guide/plug.svg"), "guide-plug-title", "guide-plug"),
    (include_str!("../../assets/guide/choose.svg"), "guide-choose-title", "guide-choose"),
    (include_str!("../../assets/guide/ready.svg"), "guide-ready-title", "guide-ready"),
    (include_str!("../../assets/guide/lay.svg"), "guide-lay-title", "guide-lay"),
];
const TROUBLE: [Step; 2] = [
    (include_str!("../../assets/guide/in-use.svg"), "guide-in-use-title", "guide-in-use"),
    (include_str!("../../assets/guide/nothing.svg"), "guide-nothing-title", "guide-nothing"),
];
const PAPER: [Step; 3] = [
    (include_str!("../../assets/guide/one-sheet.svg"), "guide-one-title", "guide-one"),
    (include_str!("../../assets/guide/wait.svg"), "guide-wait-title", "guide-wait"),
    (include_str!("../../assets/guide/three-ways.svg"), "guide-ways-title", "guide-ways"),
];

/// The guide.
#[function_component]
pub fn ConnectGuide() -> Html {
    let kiosk = use_kiosk();
    let step = |(picture, title, words): &Step| {
        html! {
            <li>
                {Html::from_html_unchecked(AttrValue::from(*picture))}
                <div><h4>{kiosk.t(title)}</h4><p>{kiosk.t(words)}</p></div>
            </li>
        }
    };
    html! {
        <section class="guide" data-testid="connect-guide">
            <h3>{kiosk.t("guide-title")}</h3>
            <ol class="guide-steps">{for CONNECT.iter().map(step)}</ol>
            <h3>{kiosk.t("guide-trouble")}</h3>
            <ul class="guide-steps">{for TROUBLE.iter().map(step)}</ul>
            <h3>{kiosk.t("guide-paper-title")}</h3>
            <p>{kiosk.t("guide-paper")}</p>
            <ol class="guide-steps">{for PAPER.iter().map(step)}</ol>
        </section>
    }
}
