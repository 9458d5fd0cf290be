//! The frame of every page.

use maud::{DOCTYPE, Markup, html};
use urna_core::Lang;

use crate::http::{SCRIPT_PATH, STYLE_PATH, View};

/// A page with its frame.
pub(super) fn layout(view: &View, title: &str, content: Markup) -> Markup {
    let brand = view.t("portal-name");
    html! {
        (DOCTYPE)
        html lang=(view.lang.tag()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · " (brand) }
                link rel="stylesheet" href=(STYLE_PATH.as_str());
                link rel="icon" href="data:,";
                script src=(SCRIPT_PATH.as_str()) defer {}
            }
            body data-seq=(view.snapshot.seq) {
                a class="skip" href="#content" { (view.t("skip-to-content")) }
                header { div class="wide" {
                    a class="brand" href=(view.link("/")) { (brand) }
                    nav aria-label=(view.t("languages")) { @for lang in Lang::ALL {
                        @let current = (lang == view.lang).then_some("true");
                        a href=(view.link_in(lang)) lang=(lang.tag()) hreflang=(lang.tag())
                            aria-current=[current] { (name_of(lang)) }
                    } }
                } }
                main id="content" class="wide" { (content) }
                footer { div class="wide" {
                    p { strong { (view.t("preliminary")) } }
                    p {
                        a href=(view.link("/submit")) { (view.t("submit-title")) }
                        @if view.app.settings.verify_page.is_some() {
                            " · " a href="/verify" { (view.t("verify-title")) }
                        }
                    }
                } }
            }
        }
    }
}

/// The way back up: name and address of each page above this one.
pub(super) fn trail(view: &View, steps: &[(&str, String)]) -> Markup {
    html! { nav class="trail" aria-label=(view.t("trail")) { ol {
        li { a href=(view.link("/")) { (view.t("to-home")) } }
        @for (name, path) in steps { li { a href=(view.link(path)) { (name) } } }
    } } }
}

/// The sentence that stands beside all figures.
pub(super) fn preliminary(view: &View) -> Markup {
    html! { p class="preliminary" { (view.t("preliminary")) } }
}

/// A bar as long as the share, beside a number that says the same.
pub(super) fn bar(part: u64, whole: u64) -> Markup {
    let hundredths = crate::number::hundredths_of_percent(part, whole).unwrap_or(0).min(10_000);
    html! {
        svg class="bar" viewBox="0 0 10000 10" preserveAspectRatio="none" aria-hidden="true" {
            rect class="whole" width="10000" height="10" {}
            rect class="part" width=(hundredths) height="10" {}
        }
    }
}

fn name_of(lang: Lang) -> &'static str {
    match lang {
        Lang::Ky => "Кыргызча",
        Lang::Ru => "Русский",
        Lang::En => "English",
    }
}
