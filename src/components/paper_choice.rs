//! Which paper a report is printed on, and the part of the page that only the printer shows.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::report_sheet::Paper;
use crate::context::use_kiosk;

#[derive(Properties, PartialEq)]
pub struct PaperProps {
    /// The chosen paper.
    pub paper: Paper,
    /// Called with another one.
    pub on_choose: Callback<Paper>,
    /// The name by which tests find it.
    #[prop_or("paper")]
    pub testid: &'static str,
}

/// The choice.
#[function_component]
pub fn PaperChoice(props: &PaperProps) -> Html {
    let kiosk = use_kiosk();
    let choose = props.on_choose.reform(|event: Event| {
        let select: HtmlSelectElement = event.target_unchecked_into();
        if select.value() == "roll80" { Paper::Roll80 } else { Paper::A4 }
    });
    html! {
        <label>
            <span>{kiosk.t("print-paper")}</span>
            <select onchange={choose} data-testid={props.testid}>
                <option value="a4" selected={props.paper == Paper::A4}>{"A4"}</option>
                <option value="roll80" selected={props.paper == Paper::Roll80}>{"80 mm"}</option>
            </select>
        </label>
    }
}

/// Sheets for the printer alone.
pub fn for_printer(sheets: Html) -> Html {
    let place = gloo::utils::document().get_element_by_id("print");
    place.map(|place| create_portal(sheets, place)).unwrap_or_default()
}
