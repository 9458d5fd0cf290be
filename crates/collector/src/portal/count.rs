//! Which of a device's counts a card is of, what for, and what stands in whose place.

use maud::{Markup, html};
use urna_core::counts::{CountKey, HeldBecause, Standing as Place};
use urna_core::report::CountPurpose;

use super::reports::grouped;
use crate::figures::DeviceFigures;
use crate::http::View;

/// What is said of a count beside its device; nothing of an ordinary day that stands.
pub(super) fn part(view: &View, device: &DeviceFigures) -> Markup {
    let count = device.count();
    html! {
        @if let Some(count) = count {
            p class="count" {
                (view.t_with("count-number", &[("number", &device.number.to_string())])) ": "
                (view.t(purpose_key(count.purpose)))
            }
        }
        @match &device.place {
            Place::Replaced { by } => {
                p class="warning" {
                    (view.t_with("count-replaced-by", &[
                        ("device", by.device.as_str()), ("number", &by.number.to_string())]))
                }
            }
            Place::Held(why) => {
                p class="alarm" {
                    (view.t_with(held_key(*why), &[
                        ("device", device.device.as_str()), ("number", &device.number.to_string())]))
                }
            }
            Place::Counted | Place::Awaited => {}
        }
        @if let Some(count) = count.filter(|count| !count.replaces.is_empty()) {
            p { (view.t("count-replaces")) " "
                @for digest in &count.replaces {
                    a href=(format!("/api/v1/reports/{digest}/json")) {
                        code { (grouped(&digest.to_string())) } } " "
                } }
        }
    }
}

/// Where on the page a count's figures are.
pub(super) fn anchor(key: &CountKey) -> String {
    match key.number {
        1 => format!("device-{}", key.device),
        number => format!("device-{}-{number}", key.device),
    }
}

pub(super) fn held_key(why: HeldBecause) -> &'static str {
    match why {
        HeldBecause::NamesUnknown => "notice-rescan-unknown",
        HeldBecause::PlaceTaken => "notice-rescan-taken",
        HeldBecause::NamesItself => "notice-rescan-itself",
    }
}

fn purpose_key(purpose: CountPurpose) -> &'static str {
    match purpose {
        CountPurpose::LateBox => "count-late-box",
        CountPurpose::OtherStation => "count-other-station",
        CountPurpose::Rescan => "count-rescan",
    }
}
