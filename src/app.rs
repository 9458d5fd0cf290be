//! The app: starts the vault, chooses the screen by what the vault says, keeps the language.

use std::rc::Rc;

use gloo::events::EventListener;
use gloo::storage::{LocalStorage, Storage};
use urna_core::Lang;
use urna_core::journal::PollState;
use urna_core::vault_api::{Command, Reply, Status};
use urna_scanner::ScannerFault;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::capture;
use crate::components::{CopyBand, CountNote, Footer, Header, ScannerNotes};
use crate::context::Kiosk;
use crate::i18n::Texts;
use crate::identity;
use crate::net;
use crate::printing::WiredPrinter;
use crate::problem::Problem;
use crate::screens::{
    Closed, EventLog, Fault, Opening, Paused, People, Provision, Service, Starting, TestScan,
    Transmit, Unlock, Voting,
};
use crate::second_copy::SecondCopy;
use crate::vault::VaultClient;
use crate::watches::{self, Watches};
use crate::wired::WiredScanner;

const LANG_KEY: &str = "urna-lang";
/// The same trouble within this time is one event: the log has room for some 90,000, and a loose cable has not
/// so much to tell.
const SAME_TROUBLE_MS: f64 = 60_000.0;

/// What is shown below the head.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// The screen that the state asks for.
    Day,
    Log,
    Service,
    People,
}

/// How the page stands to the vault.
#[derive(Clone)]
enum Link {
    Starting,
    Up(Rc<VaultClient>),
    Down(Problem),
}

/// The root of the page.
#[function_component]
pub fn App() -> Html {
    let texts = use_state(|| Texts::new(stored_lang()));
    let link = use_state(|| Link::Starting);
    let status = use_state(|| None::<Rc<Status>>);
    let shown = use_state(|| Shown::Day);
    let scanner = use_memo((), |()| WiredScanner::start());
    let printer = use_memo((), |()| WiredPrinter::start());
    let copy = use_memo((), |()| SecondCopy::start());

    let choose_lang = {
        let texts = texts.clone();
        Callback::from(move |lang: Lang| {
            // Without storage the language is forgotten at the next start, nothing else.
            let _ = LocalStorage::set(LANG_KEY, lang.tag());
            texts.set(Texts::new(lang));
        })
    };
    use_effect_with(texts.lang(), |lang| {
        if let Some(root) = gloo::utils::document().document_element() {
            // Only a hint for hyphenation and screen readers.
            let _ = root.set_attribute("lang", lang.tag());
        }
    });
    {
        let (link, status) = (link.clone(), status.clone());
        use_effect_with((), move |()| spawn_local(start(link, status)));
    }
    let set_status = {
        let status = status.clone();
        use_callback((), move |new: Status, ()| status.set(Some(Rc::new(new))))
    };

    let kiosk = match (&*link, &*status) {
        (Link::Up(vault), Some(status)) => {
            let devices = ((*scanner).clone(), (*printer).clone(), (*copy).clone());
            Kiosk::new((*texts).clone(), status.clone(), devices, vault.clone(), set_status)
        }
        (Link::Down(problem), _) => {
            return html! {
                <Fault texts={(*texts).clone()} problem={problem.clone()} {choose_lang} />
            };
        }
        _ => return html! { <Starting texts={(*texts).clone()} /> },
    };
    let toggle = |which: Shown| {
        let shown = shown.clone();
        Callback::from(move |()| shown.set(if *shown == which { Shown::Day } else { which }))
    };
    let (toggle_log, toggle_service) = (toggle(Shown::Log), toggle(Shown::Service));
    let toggle_people = toggle(Shown::People);
    let back = {
        let shown = shown.clone();
        Callback::from(move |()| shown.set(Shown::Day))
    };
    let may_service = capture::is_allowed(&kiosk) && !kiosk.is_signed_out();
    let screen = match *shown {
        _ if kiosk.is_signed_out() => html! { <Unlock /> },
        Shown::People => html! { <People on_close={back} /> },
        Shown::Log => html! { <EventLog on_close={toggle_log.clone()} /> },
        Shown::Service if may_service => html! { <Service on_close={toggle_service.clone()} /> },
        Shown::Day | Shown::Service => screen_of(&kiosk.status),
    };
    html! {
        <ContextProvider<Kiosk> context={kiosk.clone()}>
            <Header {choose_lang} {toggle_log} shows_log={*shown == Shown::Log}
                toggle_service={may_service.then_some(toggle_service)}
                shows_service={*shown == Shown::Service}
                {toggle_people} shows_people={*shown == Shown::People} />
            <Watches />
            <NetworkWatch />
            <ScannerWatch />
            <ScannerNotes />
            <CountNote />
            <CopyBand />
            <main id="main" tabindex="-1">{screen}</main>
            <Footer />
        </ContextProvider<Kiosk>>
    }
}

/// The screen that a state asks for.
fn screen_of(status: &Status) -> Html {
    match status.state {
        PollState::Unprovisioned => html! { <Provision /> },
        PollState::Provisioned if status.enrolled.is_none() => html! { <Provision /> },
        PollState::Provisioned => html! { <TestScan /> },
        PollState::Tested => html! { <Opening /> },
        PollState::Open => html! { <Voting /> },
        PollState::Paused => html! { <Paused /> },
        PollState::Closed => html! { <Closed /> },
        PollState::Reported | PollState::Transmitted => html! { <Transmit /> },
    }
}

async fn start(link: UseStateHandle<Link>, status: UseStateHandle<Option<Rc<Status>>>) {
    // The answer is noted once there is a vault to note it.
    let _ = watches::ask_to_keep().await;
    let on_death = {
        let link = link.clone();
        Callback::from(move |problem| link.set(Link::Down(problem)))
    };
    let opened = async {
        let vault = VaultClient::connect(on_death).await.inspect_err(watches::tell_refused)?;
        let check = identity::check().await;
        // A vault that refuses this says why in its status, or at the next command.
        let _ = vault.ask(Command::NoteBuild { check }, Vec::new()).await;
        match vault.ask(Command::Status, Vec::new()).await?.reply {
            Reply::Status(first) => Ok((vault, first)),
            _ => Err(Problem::Unexpected),
        }
    };
    match opened.await {
        Ok((vault, first)) => {
            status.set(Some(Rc::new(first)));
            link.set(Link::Up(vault));
        }
        Err(problem) => link.set(Link::Down(problem)),
    }
}

fn stored_lang() -> Lang {
    let stored: Option<String> = LocalStorage::get(LANG_KEY).ok();
    stored.and_then(|tag| Lang::from_tag(&tag)).unwrap_or_default()
}

/// While polls are open a network is an event for the log and a warning on the screen.
#[function_component]
fn NetworkWatch() -> Html {
    let kiosk = crate::context::use_kiosk();
    let online = use_state(net::is_online);
    {
        let online = online.clone();
        use_effect_with((), move |()| {
            let window = gloo::utils::window();
            let gone = online.clone();
            let came = EventListener::new(&window, "online", move |_| online.set(true));
            let went = EventListener::new(&window, "offline", move |_| gone.set(false));
            move || drop((came, went))
        });
    }
    let is_open = kiosk.status.state == PollState::Open;
    let warns = is_open && *online;
    {
        let kiosk = kiosk.clone();
        use_effect_with((warns, kiosk.status.unlocked), move |&(warns, unlocked)| {
            if warns && unlocked {
                spawn_local(async move {
                    // A vault that fails here fails at the next sheet too, and says so there.
                    let _ = kiosk.ask(Command::NoteNetwork, Vec::new()).await;
                });
            }
        });
    }
    if warns {
        html! { <p class="band warn" role="status" data-testid="network-warning">{kiosk.t("network-warning")}</p> }
    } else {
        html! {}
    }
}

/// Faults of the scanner that took no sheet along go into the log too; a cable that comes and goes, once.
#[function_component]
fn ScannerWatch() -> Html {
    let kiosk = crate::context::use_kiosk();
    let noted = use_mut_ref(|| None::<(ScannerFault, f64)>);
    {
        let scanner = kiosk.scanner.clone();
        use_effect(move || {
            scanner.on_trouble(Callback::from(move |fault: ScannerFault| {
                let now = js_sys::Date::now();
                let again = noted
                    .borrow()
                    .is_some_and(|(last, at)| last == fault && now - at < SAME_TROUBLE_MS);
                if again {
                    return;
                }
                *noted.borrow_mut() = Some((fault, now));
                let kiosk = kiosk.clone();
                spawn_local(async move {
                    // A vault that fails here fails at the next sheet too, and says so there.
                    let _ = kiosk.ask(Command::NoteScannerFault { fault }, Vec::new()).await;
                });
            }));
        });
    }
    html! {}
}
