//! A report as it is shown and printed: the same on the screen, on A4 and on 80 mm paper.

use urna_core::definition::{ElectionMode, Thresholds};
use urna_core::report::{Incidents, Report, ReportKind, Scanners};
use urna_core::seal::Digest;
use urna_core::software::{build_code, build_words};
use yew::prelude::*;

use super::count_words::count_facts;
use super::privacy_words::privacy_words;
use super::qr_code::QrCode;
use super::registers::Registers;
use super::scanner_words::scanner_words;
use crate::clock::date_time;
use crate::context::{Kiosk, use_kiosk};
use crate::i18n::Texts;

/// Paper that reports are printed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Paper {
    /// An ordinary sheet.
    A4,
    /// The roll of a receipt printer.
    Roll80,
}

impl Paper {
    /// Name of its style.
    pub fn class(self) -> &'static str {
        match self {
            Paper::A4 => "a4",
            Paper::Roll80 => "roll80",
        }
    }
}

/// A report with everything that goes onto its paper.
#[derive(Clone, Debug, PartialEq)]
pub struct IssuedReport {
    /// The content.
    pub report: Report,
    /// Digest of the sealed payload.
    pub digest: Digest,
    /// Texts of the QR codes.
    pub qr: Vec<AttrValue>,
}

#[derive(Properties, PartialEq)]
pub struct ReportProps {
    /// The report.
    pub issued: std::rc::Rc<IssuedReport>,
    /// The paper.
    pub paper: Paper,
    /// Which original of how many.
    pub original: (u8, u8),
}

/// The report.
#[function_component]
pub fn ReportSheet(props: &ReportProps) -> Html {
    let kiosk = use_kiosk();
    let Some(definition) = kiosk.definition() else { return html! {} };
    let report = &props.issued.report;
    let t = &kiosk.texts;
    // The vault has checked that it fits: it does not sign a report otherwise.
    let band = report.band().ok().flatten();
    let (number, of) = props.original;
    let title = kiosk.t(title_key(report.kind));
    let region = kiosk
        .precinct()
        .and_then(|precinct| definition.region(&precinct.region))
        .map(|region| t.of(&region.name).to_owned());
    let precinct_name = kiosk.precinct().map(|p| t.of(&p.name).to_owned()).unwrap_or_default();
    let registered = kiosk.precinct().map(|precinct| precinct.registered);
    let codes = props.issued.qr.iter().zip(1_usize..).map(|(text, at)| {
        let label = format!("QR {at}/{}", props.issued.qr.len());
        html! { <figure><QrCode text={text.clone()} label={label.clone()} /><figcaption>{label}</figcaption></figure> }
    });
    html! {
        <article class={classes!("report", props.paper.class())} data-testid="report"
            data-kind={kind_name(report.kind)}>
            if report.mode == ElectionMode::Training {
                <p class="watermark">{kiosk.t("training")}</p>
            }
            <header>
                <p class="report-election">{t.of(&definition.title)}{" · "}{&definition.date}</p>
                <h2>{title}</h2>
                <p>
                    {t.with("report-number", &[("n", report.number.into())])}{" · "}
                    {t.with("report-original", &[("n", number.into()), ("of", of.into())])}
                </p>
            </header>
            <dl class="report-facts">
                {fact(&kiosk, "report-precinct", format!("{} · {precinct_name}", report.precinct))}
                {for region.map(|region| fact(&kiosk, "report-region", region))}
                {for registered.map(|n| fact(&kiosk, "report-registered", n.to_string()))}
                {fact(&kiosk, "report-device", report.device.to_string())}
                {for count_facts(t, report.count.as_ref()).into_iter().map(|(key, words)| fact(&kiosk, key, words))}
                {fact(&kiosk, "report-issued", date_time(report.issued_at, t.lang()))}
                {for report.opened_at.map(|at| fact(&kiosk, "report-opened", date_time(at, t.lang())))}
                {for report.closed_at.map(|at| fact(&kiosk, "report-closed", date_time(at, t.lang())))}
            </dl>
            {for report.scanners.as_ref().map(|used| scanners(&kiosk, used))}
            if let Some(test) = &report.privacy {
                <dl class="report-facts" data-testid="report-privacy">
                    {fact(&kiosk, "report-privacy", privacy_words(t, report.kind, test))}
                </dl>
            }
            {turnout(&kiosk, report)}
            if let Some(tally) = &report.tally {
                <Registers tally={tally.clone()} band={band.clone()} />
            }
            {incidents(&kiosk, report)}
            <section class="seals">
                <h3>{kiosk.t("report-seal")}</h3>
                <p class="hint">{kiosk.t("report-seal-hint")}</p>
                <div class="codes">{for codes}</div>
                <dl class="report-facts technical">
                    {fact(&kiosk, "report-digest", props.issued.digest.to_string())}
                    {fact(&kiosk, "report-package", report.package.to_string())}
                    {fact(&kiosk, "report-log", format!("{} · {}", report.log_events, report.log_head))}
                    {fact(&kiosk, "report-software", report.software.clone())}
                    {fact(&kiosk, "report-build", build_line(t, report.build))}
                </dl>
                if let Some(build) = report.build {
                    <QrCode class="build-code" text={build_code(&build)} label={kiosk.t("build-code")} />
                }
            </section>
            {signatures(&kiosk)}
        </article>
    }
}

/// Which scanners worked, by their own word: an observer compares them with the one on the desk.
fn scanners(kiosk: &Kiosk, scanners: &Scanners) -> Html {
    let lines = scanners.used.iter().map(|scanner| scanner_words(&kiosk.texts, scanner));
    html! {
        <dl class="report-facts" data-testid="report-scanners">
            if scanners.used.is_empty() {
                {fact(kiosk, "report-scanner", kiosk.t("report-scanner-none"))}
            }
            {for lines.map(|line| html! {
                <><dt>{kiosk.t("report-scanner")}</dt><dd><code>{line}</code></dd></>
            })}
            if scanners.changes > 0 {
                {fact(kiosk, "report-scanner-changes", scanners.changes.to_string())}
            }
        </dl>
    }
}

fn turnout(kiosk: &Kiosk, report: &Report) -> Html {
    let Some(definition) = kiosk.definition() else { return html! {} };
    let lines = report.turnout.iter().map(|turnout| {
        let title = definition.vote(&turnout.vote).map(|vote| kiosk.texts.of(&vote.title));
        html! {
            <tr data-turnout={turnout.vote.to_string()}>
                <th scope="row">{title.unwrap_or(turnout.vote.as_str())}</th>
                <td>{turnout.sheets}</td>
            </tr>
        }
    });
    html! {
        <section>
            <h3>{kiosk.t("report-turnout")}</h3>
            <table class="registers"><tbody>{for lines}</tbody></table>
        </section>
    }
}

/// What is told of incidents, on paper and on a receipt: key of its words, and how often.
pub fn incident_counts(incidents: &Incidents) -> [(&'static str, u32); 6] {
    [
        ("report-not-accepted", incidents.not_accepted),
        ("report-marginal", incidents.marginal),
        ("report-scanner-faults", incidents.scanner_faults),
        ("report-starts", incidents.starts),
        ("report-wrong-pins", incidents.wrong_pins),
        ("report-network", incidents.network_seen),
    ]
}

/// The build's words and digest, or that it is not certain.
pub fn build_line(texts: &Texts, build: Option<Digest>) -> String {
    build.map_or_else(
        || texts.get("report-build-unknown"),
        |build| format!("{} · {build}", build_words(&build, texts.lang()).join(" ")),
    )
}

/// From which scores on there is a mark, or a doubt.
pub fn thresholds_line(texts: &Texts, thresholds: &Thresholds) -> String {
    texts.with(
        "report-thresholds",
        &[
            ("definite", thresholds.definite_permille.into()),
            ("marginal", thresholds.marginal_permille.into()),
        ],
    )
}

fn incidents(kiosk: &Kiosk, report: &Report) -> Html {
    let lines = incident_counts(&report.incidents);
    let thresholds = thresholds_line(&kiosk.texts, &report.thresholds);
    html! {
        <section>
            <h3>{kiosk.t("report-incidents")}</h3>
            <table class="registers"><tbody>
                {for lines.iter().map(|(key, count)| html! {
                    <tr><th scope="row">{kiosk.t(key)}</th><td>{*count}</td></tr>
                })}
            </tbody></table>
            <p class="hint" data-testid="thresholds">{thresholds}</p>
            if report.sensitivity.is_some() {
                <p class="hint">{kiosk.t("report-band-hint")}</p>
            }
        </section>
    }
}

pub(super) fn signatures(kiosk: &Kiosk) -> Html {
    let roles = [
        "report-sign-chair",
        "report-sign-secretary",
        "report-sign-member",
        "report-sign-observer",
    ];
    html! {
        <section class="signatures">
            {for roles.iter().map(|key| html! { <p><span>{kiosk.t(key)}</span></p> })}
        </section>
    }
}

pub(super) fn fact(kiosk: &Kiosk, key: &str, value: String) -> Html {
    html! { <><dt>{kiosk.t(key)}</dt><dd>{value}</dd></> }
}

/// Key of a report's title.
pub fn title_key(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Zero => "report-zero",
        ReportKind::Turnout => "report-slip",
        ReportKind::Final => "report-final",
    }
}

fn kind_name(kind: ReportKind) -> &'static str {
    match kind {
        ReportKind::Zero => "zero",
        ReportKind::Turnout => "turnout",
        ReportKind::Final => "final",
    }
}
