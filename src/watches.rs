//! What happens around the kiosk and only the page can see: told to the vault, which decides what of it is an
//! event. And the lock that comes by itself.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Interval;
use js_sys::{Function, Promise, Reflect};
use urna_browser_storage::{Bucket, VAULT_BUCKET};
use urna_core::journal::{LockCause, PollState};
use urna_core::vault_api::{Command, PageNote, VaultError};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{BroadcastChannel, EventTarget};
use yew::prelude::*;

use crate::context::{Kiosk, use_kiosk};
use crate::problem::Problem;

/// After so long without a touch or a key the keys are wiped, except while polls are open.
pub const IDLE_MINUTES: u32 = 15;
const IDLE_MS: f64 = 15.0 * 60_000.0;
const IDLE_LOOK_MS: u32 = 20_000;
/// How often the clocks are compared.
const CLOCK_MS: u32 = 5_000;
/// Where windows of one kiosk hear of each other.
const CHANNEL: &str = "urna";

/// Asks the browser to evict neither the vault's files nor its marker when the disk runs short, and gives its answer.
pub async fn ask_to_keep() -> bool {
    let Ok(marker) = gloo::utils::window().navigator().storage().persist() else { return false };
    let is_marker_kept = JsFuture::from(marker).await.is_ok_and(|kept| kept.is_truthy());
    let Ok(files) = Bucket::open(VAULT_BUCKET).await else { return false };
    files.persist().await.unwrap_or(false) && is_marker_kept
}

/// Tells the window that has the vault that this one was refused.
pub fn tell_refused(problem: &Problem) {
    let is_second =
        matches!(problem, Problem::Vault(VaultError::Storage { code, .. }) if code == "in_use");
    if let Some(channel) = is_second.then(|| BroadcastChannel::new(CHANNEL).ok()).flatten() {
        // Nobody may be there to hear it.
        let _ = channel.post_message(&"refused".into());
    }
}

/// Watches for as long as the vault is there.
#[function_component]
pub fn Watches() -> Html {
    let kiosk = use_kiosk();
    let newest = use_mut_ref(|| kiosk.clone());
    *newest.borrow_mut() = kiosk.clone();
    {
        let kiosk = kiosk.clone();
        // Before provisioning there is no log that could take it.
        use_effect_with(kiosk.status.package.is_some(), move |_| {
            spawn_local(async move {
                let kept = ask_to_keep().await;
                kiosk.note(PageNote::Storage { kept });
            });
        });
    }
    use_effect_with((), move |()| {
        let clock = {
            let kiosk = kiosk.clone();
            kiosk.note(PageNote::Clock);
            Interval::new(CLOCK_MS, move || kiosk.note(PageNote::Clock))
        };
        let page = watch_page(&kiosk);
        let second = watch_second(&kiosk);
        spawn_local(watch_power(kiosk));
        let used = Rc::new(Cell::new(now_ms()));
        let hands = ["pointerdown", "keydown"].map(|event| {
            let used = used.clone();
            EventListener::new(&gloo::utils::document(), event, move |_| used.set(now_ms()))
        });
        let idle = Interval::new(IDLE_LOOK_MS, move || {
            let kiosk = newest.borrow().clone();
            if now_ms() - used.get() >= IDLE_MS {
                lock_by_itself(kiosk);
            }
        });
        move || drop((clock, page, second, hands, idle))
    });
    html! {}
}

fn lock_by_itself(kiosk: Kiosk) {
    if kiosk.status.unlocked && kiosk.status.state != PollState::Open {
        spawn_local(async move {
            // A vault that fails here fails at whatever is asked next too, and says so there.
            let _ = kiosk.ask(Command::Lock { cause: LockCause::Idle }, Vec::new()).await;
        });
    }
}

fn watch_page(kiosk: &Kiosk) -> EventListener {
    let kiosk = kiosk.clone();
    let document = gloo::utils::document();
    EventListener::new(&document.clone(), "visibilitychange", move |_| {
        kiosk.note(PageNote::Page { visible: !document.hidden() });
    })
}

fn watch_second(kiosk: &Kiosk) -> Option<(BroadcastChannel, EventListener)> {
    let kiosk = kiosk.clone();
    let channel = BroadcastChannel::new(CHANNEL).ok()?;
    let heard = EventListener::new(&channel, "message", move |_| kiosk.note(PageNote::Second));
    Some((channel, heard))
}

/// Mains power, where the browser knows of a battery. The listener lives as long as the page.
async fn watch_power(kiosk: Kiosk) {
    let Some(battery) = battery().await else { return };
    let look = {
        let battery = battery.clone();
        move || {
            let field = |name: &str| Reflect::get(&battery, &name.into()).ok();
            let Some(mains) = field("charging").and_then(|charging| charging.as_bool()) else {
                return;
            };
            let level = field("level").and_then(|level| level.as_f64()).unwrap_or(0.0);
            kiosk.note(PageNote::Power { mains, percent: percent(level) });
        }
    };
    look();
    if let Ok(battery) = battery.dyn_into::<EventTarget>() {
        EventListener::new(&battery, "chargingchange", move |_| look()).forget();
    }
}

async fn battery() -> Option<JsValue> {
    let navigator = gloo::utils::window().navigator();
    let get = Reflect::get(&navigator, &"getBattery".into()).ok()?.dyn_into::<Function>().ok()?;
    let promise = get.call0(&navigator).ok()?.dyn_into::<Promise>().ok()?;
    JsFuture::from(promise).await.ok()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of one; `as` saturates"
)]
fn percent(level: f64) -> u8 {
    (level * 100.0).round() as u8
}

/// A clock that nobody sets.
fn now_ms() -> f64 {
    gloo::utils::window().performance().map_or(0.0, |performance| performance.now())
}
