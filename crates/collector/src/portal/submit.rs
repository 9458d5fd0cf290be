//! Handing in a report by hand: the text of its QR codes, read by any phone.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::{Response, StatusCode};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout::layout;
use crate::http::{App, View, cached_page, uncached};
use crate::intake::{self, Code, Refusal, Taken};
use crate::store;

#[derive(Deserialize)]
pub(super) struct Pasted {
    codes: String,
}

pub(super) async fn form_page(view: View) -> Response<Body> {
    cached_page(&view, || layout(&view, &view.t("submit-title"), form(&view)))
}

pub(super) async fn result_page(
    State(app): State<Arc<App>>,
    view: View,
    pasted: Result<Form<Pasted>, FormRejection>,
) -> Response<Body> {
    let taken = match pasted {
        Ok(Form(pasted)) => {
            intake::take(&app.board, store::Form::Qr, pasted.codes.as_bytes()).await
        }
        Err(fault) if fault.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            Err(Refusal::new(Code::TooLarge, "too long"))
        }
        Err(_) => Err(Refusal::new(Code::QrForeign, "nothing was pasted")),
    };
    let status = match &taken {
        Ok(_) => 200,
        Err(refusal) => refusal.code.status(),
    };
    let page = layout(
        &view,
        &view.t("submit-title"),
        html! {
            (outcome(&view, &taken))
            (form(&view))
        },
    );
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    uncached(status, "text/html; charset=utf-8", page.into_string().into_bytes())
}

fn outcome(view: &View, taken: &Result<Taken, Refusal>) -> Markup {
    match taken {
        Ok(taken) => html! { div class="good" role="status" {
            p { strong { (view.t(if taken.is_new { "submit-accepted" } else { "submit-already" })) } }
            (where_it_is(view, taken))
        } },
        Err(refusal) => html! { div class="alarm" role="alert" {
            p { strong { (view.t("submit-refused")) } }
            p { (view.t(&format!("refusal-{}", refusal.code.as_str().replace('_', "-")))) }
            p class="quiet" { code { (refusal.code.as_str()) } " – " (refusal.detail) }
        } },
    }
}

/// The way to the precinct that the report is of.
fn where_it_is(view: &View, taken: &Taken) -> Markup {
    let Some(stored) = view.app.board.report(&taken.digest) else {
        return html! {};
    };
    let (election, precinct) = (&stored.report.election, &stored.report.precinct);
    html! { p { a href=(view.link(&format!("/{election}/precincts/{precinct}"))) {
    (view.t_with("precinct-number", &[("id", precinct.as_str())])) } } }
}

fn form(view: &View) -> Markup {
    html! {
        h1 { (view.t("submit-title")) }
        p { (view.t("submit-text")) }
        form method="post" action=(view.link("/submit")) {
            label for="codes" { (view.t("submit-codes")) }
            textarea id="codes" name="codes" rows="8" required spellcheck="false"
                autocapitalize="off" autocomplete="off" placeholder="URNA1:…" {}
            button { (view.t("submit-send")) }
        }
    }
}
