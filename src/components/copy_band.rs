//! The second copy, on every screen: whether it is in step; if not, what is wrong and what to do.

use std::cell::RefCell;
use std::rc::Rc;

use gloo::timers::callback::Interval;
use urna_core::CopyFault;
use urna_core::CopyStanding;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::context::{Kiosk, use_kiosk};
use crate::second_copy::{View, fault_key, is_wanted};

/// How often a stick that is not there is tried again, and one that is there looked for.
const LOOK_MS: u32 = 1_000;

/// The band; it drives the copying while no sheet does.
#[function_component]
pub fn CopyBand() -> Html {
    let kiosk = use_kiosk();
    let changed = use_force_update();
    let latest = use_mut_ref(|| kiosk.clone());
    *latest.borrow_mut() = kiosk.clone();
    {
        let (copy, latest) = (kiosk.copy.clone(), latest.clone());
        use_effect_with((), move |()| {
            let watcher = copy.watch(Callback::from(move |()| changed.force_update()));
            let ticking = Interval::new(LOOK_MS, move || look(&latest));
            move || {
                drop(ticking);
                copy.forget_watcher(watcher);
            }
        });
    }
    let view = kiosk.copy.view();
    let status = &kiosk.status;
    let cause = (status.log_events, status.unlocked, view == View::Kept);
    {
        let kiosk = kiosk.clone();
        use_effect_with(cause, move |_| {
            spawn_local(async move { kiosk.keep_up().await });
        });
    }
    if !is_wanted(status) {
        return html! {};
    }
    let standing = status.copy.standing;
    let lines = match view {
        View::Kept if standing == CopyStanding::Behind => quiet(&kiosk, "writing", "copy-writing"),
        View::Kept => quiet(&kiosk, "in-step", "copy-in-step"),
        View::Unable => html! { <p>{kiosk.t("copy-unable")}</p> },
        View::None => html! { <><p>{kiosk.t("copy-none")}</p>{choose(&kiosk, "copy-choose")}</> },
        View::Asks => html! {
            <><p>{kiosk.t("copy-asks")}</p>{allow(&kiosk)}{choose(&kiosk, "copy-choose-other")}</>
        },
        View::Lost(fault) => lost(&kiosk, fault),
    };
    if view == View::Kept {
        return lines;
    }
    let code = if let View::Lost(fault) = view { fault_key(fault) } else { "not-chosen" };
    html! {
        <div class="copy-band" role="alert" data-testid="second-copy" data-copy={code}>{lines}</div>
    }
}

fn look(latest: &Rc<RefCell<Kiosk>>) {
    let kiosk = latest.borrow().clone();
    spawn_local(async move { kiosk.look_for_copy().await });
}

fn quiet(kiosk: &Kiosk, code: &'static str, key: &str) -> Html {
    html! { <p class="copy-line" role="status" data-testid="second-copy" data-copy={code}>{kiosk.t(key)}</p> }
}

fn lost(kiosk: &Kiosk, fault: CopyFault) -> Html {
    html! {
        <>
            <p><b>{kiosk.t(fault_key(fault))}</b></p>
            <p>{kiosk.t(if fault == CopyFault::Ahead { "copy-stopped-for-good" } else { "copy-stopped" })}</p>
            if fault == CopyFault::NotAllowed {
                {allow(kiosk)}
            }
            {choose(kiosk, "copy-choose-other")}
        </>
    }
}

fn choose(kiosk: &Kiosk, key: &str) -> Html {
    let onclick = {
        let kiosk = kiosk.clone();
        Callback::from(move |_: MouseEvent| {
            let kiosk = kiosk.clone();
            spawn_local(async move { kiosk.choose_copy().await });
        })
    };
    html! { <button {onclick} data-testid="copy-choose">{kiosk.t(key)}</button> }
}

fn allow(kiosk: &Kiosk) -> Html {
    let onclick = {
        let copy = kiosk.copy.clone();
        Callback::from(move |_: MouseEvent| {
            let copy = copy.clone();
            spawn_local(async move { copy.allow().await });
        })
    };
    html! { <button class="primary" {onclick} data-testid="copy-allow">{kiosk.t("copy-allow")}</button> }
}
