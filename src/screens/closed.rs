//! The polls are closed: the final report is printed before anything is sent.

use urna_core::report::ReportKind;
use yew::prelude::*;

use crate::components::PrintPanel;
use crate::context::use_kiosk;

/// The screen.
#[function_component]
pub fn Closed() -> Html {
    let kiosk = use_kiosk();
    let copies = kiosk.definition().map_or(1, |definition| definition.report_copies);
    html! {
        <div class="column" data-testid="closed">
            <section class="panel">
                <h2>{kiosk.t("closed-title")}</h2>
                <p>{kiosk.t("closed-words")}</p>
                <p>{kiosk.texts.with("sheets-counted", &[("n", kiosk.status.sheets.into())])}</p>
            </section>
            <PrintPanel kind={ReportKind::Final} {copies} />
        </div>
    }
}
