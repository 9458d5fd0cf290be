//! After a start: both PINs bring the keys back into memory.

use urna_core::vault_api::Command;
use yew::prelude::*;

use crate::components::{BuildCard, PinCommand};
use crate::context::use_kiosk;

/// The screen.
#[function_component]
pub fn Unlock() -> Html {
    let kiosk = use_kiosk();
    let command =
        Callback::from(|(chair_pin, secretary_pin)| Command::Unlock { chair_pin, secretary_pin });
    html! {
        <div class="column">
            <section class="panel narrow" data-testid="unlock">
                <h2>{kiosk.t("unlock-title")}</h2>
                <p>{kiosk.t("unlock-words")}</p>
                <PinCommand label={kiosk.t("unlock-now")} working={kiosk.t("working-pins")} {command} />
            </section>
            <BuildCard />
        </div>
    }
}
