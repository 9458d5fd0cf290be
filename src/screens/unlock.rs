//! Nobody is signed in: after a start or a lock both PINs bring the keys back; while they are in memory, an
//! operator's PIN is enough to go on.

use urna_core::vault_api::Command;
use yew::prelude::*;

use crate::components::{BuildCard, PinCommand, PinWork};
use crate::context::use_kiosk;

/// The screen.
#[function_component]
pub fn Unlock() -> Html {
    let kiosk = use_kiosk();
    let command =
        Callback::from(|(chair_pin, secretary_pin)| Command::Unlock { chair_pin, secretary_pin });
    let operator = Callback::from(|pins: Vec<String>| {
        let pin = pins.into_iter().next()?;
        Some(vec![Command::OperatorSignIn { pin }])
    });
    let is_signed_out = kiosk.status.unlocked;
    let words = if is_signed_out { "unlock-signed-out" } else { "unlock-words" };
    html! {
        <div class="column" data-testid="unlock">
            if is_signed_out && kiosk.status.has_operator {
                <section class="panel narrow" data-testid="operator-sign-in">
                    <h2>{kiosk.t("operator-title")}</h2>
                    <PinWork fields={vec![("pin-operator", "pin-operator")]} label={kiosk.t("operator-now")}
                        working={kiosk.t("working-pins")} commands={operator} />
                </section>
            }
            <section class="panel narrow" data-testid="both-sign-in">
                <h2>{kiosk.t("unlock-title")}</h2>
                <p>{kiosk.t(words)}</p>
                <PinCommand label={kiosk.t("unlock-now")} working={kiosk.t("working-pins")} {command} />
            </section>
            <BuildCard />
        </div>
    }
}
