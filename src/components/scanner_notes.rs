//! Tells the vault which scanner is connected: it belongs into the log and onto the reports.

use std::cell::RefCell;
use std::rc::Rc;

use urna_core::vault_api::{Command, VaultError};
use urna_scanner::{Info, State};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::ProblemBox;
use crate::context::{Kiosk, use_kiosk};
use crate::problem::Problem;
use crate::wired::{View, WiredScanner};

/// Watches the scanner on the cable, wherever the person is; shows only that one is not taken.
#[function_component]
pub fn ScannerNotes() -> Html {
    let kiosk = use_kiosk();
    let refused = use_state(|| None::<Problem>);
    {
        let (kiosk, refused) = (kiosk.clone(), refused.clone());
        use_effect_with((), move |()| {
            let scanner = kiosk.scanner.clone();
            let noted = Rc::new(RefCell::new(None::<Info>));
            let look = Callback::from(move |()| {
                let now = connected(&kiosk.scanner);
                if noted.replace(now.clone()) != now {
                    let (kiosk, refused) = (kiosk.clone(), refused.clone());
                    spawn_local(async move {
                        // Its going does not take back why it was not taken.
                        let comes = now.is_some();
                        let outcome = note(&kiosk, now).await;
                        if comes {
                            refused.set(outcome);
                        }
                    });
                }
            });
            look.emit(());
            let watcher = scanner.watch(look);
            move || scanner.forget_watcher(watcher)
        });
    }
    html! { <ProblemBox problem={(*refused).clone()} texts={kiosk.texts.clone()} /> }
}

/// What the scanner says of itself, while it is there.
fn connected(scanner: &WiredScanner) -> Option<Info> {
    match scanner.view() {
        View::Taken(taken) if taken.state != State::Disconnected => taken.info,
        _ => None,
    }
}

/// Says what has changed. A scanner that the vault does not take is let go: it must count nothing.
async fn note(kiosk: &Kiosk, now: Option<Info>) -> Option<Problem> {
    let command = now.map_or(Command::NoteScannerGone, |info| note_of(&info));
    match kiosk.ask(command, Vec::new()).await {
        Err(problem @ Problem::Vault(VaultError::TooManyScanners)) => {
            kiosk.scanner.leave();
            Some(problem)
        }
        // A vault that fails here fails at the next sheet too, and says so there.
        _ => None,
    }
}

/// The note of a scanner that is connected.
pub fn note_of(info: &Info) -> Command {
    Command::NoteScanner {
        name: info.name.clone(),
        firmware: info.firmware.clone(),
        serial: info.serial.clone(),
    }
}
