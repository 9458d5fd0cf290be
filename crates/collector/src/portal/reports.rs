//! The reports of a device, each with its sealed record to take home.

use maud::{Markup, html};
use urna_core::definition::ElectionDefinition;
use urna_core::report::{PrivacyTest, Report, ReportKind, Scanners};
use urna_core::software::build_words;
use urna_core::{DeviceText, ScannerIdentity, VoteId};

use crate::figures::{CampaignFigures, DeviceFigures, StoredReport};
use crate::http::View;

/// All reports of a device.
pub(super) fn list(view: &View, figures: &CampaignFigures, device: &DeviceFigures) -> Markup {
    html! { ul class="reports" { @for stored in &device.reports { (item(view, figures, device, stored)) } } }
}

fn item(
    view: &View,
    figures: &CampaignFigures,
    device: &DeviceFigures,
    stored: &StoredReport,
) -> Markup {
    let definition = figures.campaign.definition();
    let report = &stored.report;
    let kind = match report.kind {
        ReportKind::Zero => "report-zero",
        ReportKind::Turnout => "report-turnout",
        ReportKind::Final => "report-final",
    };
    let issued = i64::try_from(report.issued_at).map(|at| view.time(at)).unwrap_or_default();
    let record = format!("/api/v1/reports/{}", stored.digest);
    let revoked = stored.revocation.as_ref();
    let in_dispute = device.disputed && report.kind == ReportKind::Final && revoked.is_none();
    html! {
        li class=(if in_dispute || revoked.is_some() { "disputed" } else { "" }) {
            p { strong { (view.t(kind)) } " № " (report.number)
                @if in_dispute { " " strong class="bad" {
                    (view.t(if stored.standing.is_published() { "conflict-first" } else { "conflict-later" })) } } }
            @if let Some(known) = revoked { p { strong class="bad" { (view.t("report-revoked")) } " "
                a href=(format!("/api/v1/revocations/{}", known.digest)) download { (view.t("sealed-record")) } } }
            p { @for turnout in &report.turnout {
                span class="chip" { (title(view, definition, &turnout.vote)) ": " strong { (view.n(turnout.sheets)) } } " " } }
            dl class="facts" {
                div { dt { (view.t("issued-at")) } dd { (issued) } }
                div { dt { (view.t("received-at")) } dd { (view.time(stored.received_at)) } }
                div { dt { (view.t("fingerprint")) } dd { code { (grouped(&stored.digest.to_string())) } } }
                div { dt { (view.t("signed-by")) } dd { code { (stored.signed_by) } } }
                div { dt { (view.t("software")) } dd { (report.software) } }
                (build_fact(view, figures, report))
                @if let Some(scanners) = &report.scanners { (scanner_facts(view, scanners)) }
                @if let Some(test) = &report.privacy {
                    div { dt { (view.t("privacy")) } dd { (privacy_words(view, test)) } }
                }
            }
            p class="links" {
                a href=(record) download { (view.t("sealed-record")) }
                a href=(format!("{record}/qr")) download { (view.t("qr-text")) }
                a href=(format!("{record}/json")) { "JSON" }
            }
        }
    }
}

/// The build in words and digits, and whether the authority published it.
fn build_fact(view: &View, figures: &CampaignFigures, report: &Report) -> Markup {
    html! {
        div { dt { (view.t("build")) } dd {
            @match &report.build {
                Some(build) => {
                    (build_words(build, view.lang).join(" ")) " · " code { (grouped(&build.to_string())) }
                }
                None => { "—" }
            }
            @if figures.campaign.is_listed(report.build) == Some(false) {
                " " strong class="bad" { (view.t("build-unlisted")) }
            }
        } }
    }
}

/// Which scanners worked, between quotes that their own words can't have.
fn scanner_facts(view: &View, scanners: &Scanners) -> Markup {
    let said = |text: &Option<DeviceText>| {
        text.as_ref().map_or_else(|| "—".to_owned(), |text| format!("«{}»", text.as_str()))
    };
    let words = |scanner: &ScannerIdentity| {
        [&scanner.name, &scanner.firmware, &scanner.serial].map(said).join(" · ")
    };
    html! {
        @if scanners.used.is_empty() { div { dt { (view.t("scanner")) } dd { "—" } } }
        @for scanner in &scanners.used {
            div { dt { (view.t("scanner")) } dd { code { (words(scanner)) } } }
        }
        @if scanners.changes > 0 {
            div { dt { (view.t("scanner-changes")) } dd { (view.n(scanners.changes)) } }
        }
    }
}

/// What the self-test of the secrecy of the vote found; its means by their codes.
fn privacy_words(view: &View, test: &PrivacyTest) -> String {
    if test.is_passed() {
        return view.t("privacy-passed");
    }
    let codes = test.found.iter().map(|means| means.code()).collect::<Vec<_>>().join(", ");
    format!("{}: {codes}", view.t("privacy-found"))
}

fn title<'a>(view: &View, definition: &'a ElectionDefinition, id: &'a VoteId) -> &'a str {
    definition.vote(id).map_or(id.as_str(), |vote| vote.title.in_lang(view.lang))
}

/// The first 16 digits in groups of four: what two people can compare by voice.
pub(super) fn grouped(digest: &str) -> String {
    let groups: Vec<&str> = (0..4).filter_map(|at| digest.get(at * 4..at * 4 + 4)).collect();
    groups.join(" ")
}
