//! Which of the device's counts this is, in words: on the screen, on reports, on the station's report.

use urna_core::report::{Count, CountPurpose};
use yew::prelude::*;

use crate::context::use_kiosk;
use crate::i18n::Texts;

/// Key of what a count is for.
pub fn purpose_key(purpose: CountPurpose) -> &'static str {
    match purpose {
        CountPurpose::LateBox => "count-late-box",
        CountPurpose::OtherStation => "count-other-station",
        CountPurpose::Rescan => "count-rescan",
    }
}

/// Number and purpose; the ordinary day has words too.
pub fn count_words(texts: &Texts, count: Option<&Count>) -> String {
    match count {
        Some(count) => format!("{} · {}", count.number, texts.get(purpose_key(count.purpose))),
        None => format!("1 · {}", texts.get("count-day")),
    }
}

/// What a report says of its count: keys of the names, and the values. Nothing on an ordinary day.
pub fn count_facts(texts: &Texts, count: Option<&Count>) -> Vec<(&'static str, String)> {
    let Some(count) = count else { return Vec::new() };
    let replaced = count.replaces.iter().map(|digest| ("report-replaces", digest.to_string()));
    std::iter::once(("report-count", count_words(texts, Some(count)))).chain(replaced).collect()
}

/// A line over every screen while a count besides the day goes on.
#[function_component]
pub fn CountNote() -> Html {
    let kiosk = use_kiosk();
    let Some(count) = &kiosk.status.count else { return html! {} };
    html! {
        <p class="band" role="status" data-testid="count" data-number={count.number.to_string()}
            data-purpose={count.purpose.as_str()}>
            {kiosk.texts.with("count-now", &[("count", count_words(&kiosk.texts, Some(count)).into())])}
        </p>
    }
}
