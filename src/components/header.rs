//! The head of every screen: where this is, in which state, which language.

use urna_core::Lang;
use yew::prelude::*;

use crate::context::use_kiosk;
use crate::problem::state_key;
use crate::screens::role_key;

#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    pub choose_lang: Callback<Lang>,
    pub toggle_log: Callback<()>,
    pub shows_log: bool,
    /// For technicians; `None` while ballots are counted.
    pub toggle_service: Option<Callback<()>>,
    pub shows_service: bool,
    /// Who is signed in, leaving, other PINs.
    pub toggle_people: Callback<()>,
    pub shows_people: bool,
}

/// The head of the page.
#[function_component]
pub fn Header(props: &HeaderProps) -> Html {
    let kiosk = use_kiosk();
    let status = &kiosk.status;
    let title = kiosk.definition().map(|definition| kiosk.texts.of(&definition.title).to_owned());
    let place = status.enrolled.as_ref().map(|enrolled| {
        let name = kiosk.precinct().map(|p| kiosk.texts.of(&p.name).to_owned()).unwrap_or_default();
        html! {
            <span class="place">
                <b data-testid="precinct">{enrolled.precinct.as_str()}</b>{" "}{name}{" · "}
                <span data-testid="device">{enrolled.device.as_str()}</span>
            </span>
        }
    });
    // What becomes of the sheet that moves must be seen.
    let moves = use_scanner_busy();
    let toggle = props.toggle_log.reform(|_: MouseEvent| ());
    let service = props.toggle_service.as_ref().map(|toggle| {
        let toggle = toggle.reform(|_: MouseEvent| ());
        let label = if props.shows_service { "service-close" } else { "service-open" };
        html! {
            <button class="quiet" onclick={toggle} disabled={moves} data-testid="service-toggle">{kiosk.t(label)}</button>
        }
    });
    let people = status.signed_in.map(|role| {
        let toggle = props.toggle_people.reform(|_: MouseEvent| ());
        html! {
            <button class="quiet" onclick={toggle} disabled={moves} aria-pressed={props.shows_people.to_string()}
                data-testid="people-toggle">{kiosk.t(role_key(role))}</button>
        }
    });
    let log_label = if props.shows_log { kiosk.t("log-close") } else { kiosk.t("log-open") };
    html! {
        <header class="head">
            <span class="brand">{"Urna"}</span>
            <div class="head-titles">
                <h1>{title.unwrap_or_else(|| kiosk.t("app-title"))}</h1>
                {place}
            </div>
            if kiosk.is_training() {
                <span class="pill training">{kiosk.t("training")}</span>
            }
            <span class="pill" data-testid="state" data-state={state_key(status.state)}>
                {kiosk.t(state_key(status.state))}
            </span>
            {for people}
            {for service}
            if !kiosk.is_signed_out() {
                <button class="quiet" onclick={toggle} disabled={moves} data-testid="log-toggle">{log_label}</button>
            }
            <LangChoice lang={kiosk.texts.lang()} choose={props.choose_lang.clone()} />
        </header>
    }
}

/// Whether it is not yet shown what became of a sheet.
#[hook]
fn use_scanner_busy() -> bool {
    let scanner = use_kiosk().scanner;
    let is_busy = use_state(|| scanner.is_busy());
    {
        let is_busy = is_busy.clone();
        use_effect_with((), move |()| {
            let watched = scanner.clone();
            let watcher = scanner.watch(Callback::from(move |()| is_busy.set(watched.is_busy())));
            move || scanner.forget_watcher(watcher)
        });
    }
    *is_busy
}

#[derive(Properties, PartialEq)]
pub struct LangProps {
    pub lang: Lang,
    pub choose: Callback<Lang>,
}

/// Buttons for the languages, each in its own words.
#[function_component]
pub fn LangChoice(props: &LangProps) -> Html {
    let button = |lang: Lang| {
        let choose = props.choose.reform(move |_: MouseEvent| lang);
        let name = match lang {
            Lang::Ky => "Кыргызча",
            Lang::Ru => "Русский",
            Lang::En => "English",
        };
        html! {
            <button class="lang" lang={lang.tag()} onclick={choose}
                aria-pressed={(lang == props.lang).to_string()} data-testid={format!("lang-{}", lang.tag())}>
                {name}
            </button>
        }
    };
    html! { <span class="langs" role="group">{for Lang::ALL.into_iter().map(button)}</span> }
}
