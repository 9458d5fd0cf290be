//! Which build this is, for whoever compares it with what the authority published.

use urna_core::seal::Digest;
use urna_core::software::{BuildCheck, build_code, build_words};
use yew::prelude::*;

use super::qr_code::QrCode;
use crate::context::{Kiosk, use_kiosk};

/// Words in one line.
const IN_LINE: usize = 4;

/// The build as words and code, or why it is not certain.
#[function_component]
pub fn BuildCard() -> Html {
    let kiosk = use_kiosk();
    let content = match &kiosk.status.build {
        Some(BuildCheck::Known { build }) => known(&kiosk, build),
        Some(BuildCheck::Differs { file, .. }) => {
            let words = kiosk.texts.with("build-differs", &[("file", file.as_str().into())]);
            html! { <p class="band warn" role="alert">{words}</p> }
        }
        Some(BuildCheck::Unknown) | None => {
            html! { <p class="hint">{kiosk.t("build-unknown")}</p> }
        }
    };
    let build = kiosk.status.build.as_ref().and_then(BuildCheck::build);
    html! {
        <section class="panel narrow" data-testid="build" data-build={build.map(|build| build.to_string())}>
            <h2>{kiosk.t("build-title")}</h2>
            {content}
        </section>
    }
}

fn known(kiosk: &Kiosk, build: &Digest) -> Html {
    html! {
        <div class="build">
            <BuildWords build={*build} />
            <QrCode class="build-code" text={build_code(build)} label={kiosk.t("build-code")} />
            <p class="hint">{kiosk.t("build-hint")}</p>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct WordsProps {
    pub build: Digest,
}

/// The words, four in a line.
#[function_component]
pub fn BuildWords(props: &WordsProps) -> Html {
    let kiosk = use_kiosk();
    let words = build_words(&props.build, kiosk.texts.lang());
    let lines = words.chunks(IN_LINE).map(|words| html! { <li>{words.join(" ")}</li> });
    html! { <ol class="build-words">{for lines}</ol> }
}
