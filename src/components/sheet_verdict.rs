//! Where a sheet goes, large enough to be read across a table. Never how it is marked.

use urna_core::rules::{InvalidReason, VoidRule};
use urna_core::vault_api::Place;
use yew::prelude::*;

use crate::context::{Kiosk, use_kiosk};
use crate::problem::refusal_text;

#[derive(Properties, PartialEq)]
pub struct SheetVerdictProps {
    /// Where the sheet goes.
    pub place: Place,
    /// Title of the vote that it belongs to.
    #[prop_or_default]
    pub vote: Option<String>,
    /// From the frame to the durable record, in milliseconds.
    #[prop_or_default]
    pub milliseconds: Option<u32>,
}

/// The panel.
#[function_component]
pub fn SheetVerdict(props: &SheetVerdictProps) -> Html {
    let kiosk = use_kiosk();
    let (class, sign, title, words) = match &props.place {
        Place::BallotBox => ("box", "✓", kiosk.t("place-ballot-box"), Vec::new()),
        Place::InvalidSection { reasons } => {
            let mut words: Vec<String> =
                reasons.iter().map(|reason| reason_text(&kiosk, reason)).collect();
            words.dedup();
            ("invalid", "✕", kiosk.t("place-invalid-section"), words)
        }
        Place::GiveBack { code, .. } => {
            ("back", "↩", kiosk.t("place-give-back"), vec![refusal_text(&kiosk.texts, code)])
        }
    };
    html! {
        <section class={classes!("verdict", class)} role="status" aria-live="assertive"
            data-testid="verdict" data-place={class}>
            <span class="sign" aria-hidden="true">{sign}</span>
            <div>
                <h2>{title}</h2>
                {for words.into_iter().map(|line| html! { <p>{line}</p> })}
                if let Some(vote) = &props.vote {
                    <p class="vote">{vote}</p>
                }
                if let Some(milliseconds) = props.milliseconds {
                    <small>{kiosk.texts.with("sheet-milliseconds", &[("n", milliseconds.into())])}</small>
                }
            </div>
        </section>
    }
}

/// Why a sheet is invalid, in words that don't tell what was chosen.
fn reason_text(kiosk: &Kiosk, reason: &InvalidReason) -> String {
    let key = match reason {
        InvalidReason::Blank { .. } => "reason-blank",
        InvalidReason::Overvoted { .. } => "reason-overvoted",
        InvalidReason::Void { rule, .. } => void_key(*rule),
    };
    kiosk.t(key)
}

/// Key of a void rule's name.
pub fn void_key(rule: VoidRule) -> &'static str {
    match rule {
        VoidRule::NumberWithoutParty => "reason-number-without-party",
        VoidRule::PartyWithoutNumber => "reason-party-without-number",
        VoidRule::SeveralNumbers => "reason-several-numbers",
        VoidRule::AgainstAllWithNumber => "reason-against-all-with-number",
        VoidRule::AgainstAllWithOption => "reason-against-all-with-option",
        VoidRule::MarginalMark => "reason-marginal-mark",
        VoidRule::SheetInvalid => "reason-sheet-invalid",
    }
}
