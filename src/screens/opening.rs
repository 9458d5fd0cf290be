//! The zero report, then both PINs: the polls open.

use urna_core::report::ReportKind;
use urna_core::vault_api::Command;
use yew::prelude::*;

use super::BadDay;
use crate::components::{BuildCard, PinCommand, PrintPanel};
use crate::context::use_kiosk;

/// The screen.
#[function_component]
pub fn Opening() -> Html {
    let kiosk = use_kiosk();
    let copies = kiosk.definition().map_or(1, |definition| definition.report_copies);
    let command =
        Callback::from(|(chair_pin, secretary_pin)| Command::Open { chair_pin, secretary_pin });
    html! {
        <div class="column" data-testid="opening">
            <section class="panel">
                <h2>{kiosk.t("opening-title")}</h2>
                <p>{kiosk.t("opening-words")}</p>
                if kiosk.status.zero_printed {
                    <p class="done" data-testid="zero-printed">{kiosk.t("opening-zero-printed")}</p>
                }
            </section>
            <PrintPanel kind={ReportKind::Zero} {copies} />
            if kiosk.status.zero_printed {
                <section class="panel narrow">
                    <h2>{kiosk.t("opening-open")}</h2>
                    <p>{kiosk.t("opening-offline")}</p>
                    <PinCommand label={kiosk.t("opening-open-now")} working={kiosk.t("working-pins")} {command} />
                </section>
            }
            // Begun by mistake: nothing of it was counted, and another one may take its place.
            if kiosk.status.count.is_some() {
                <BadDay />
            }
            <BuildCard />
        </div>
    }
}
