//! Issues a report, prints its originals and asks whether they came out.

use std::rc::Rc;

use urna_core::journal::PrintWay;
use urna_core::report::ReportKind;
use urna_core::vault_api::{Command, Reply};
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::paper_choice::{PaperChoice, for_printer};
use super::report_sheet::{IssuedReport, Paper, ReportSheet, title_key};
use super::{ProblemBox, ReceiptPanel, Working};
use crate::context::{Kiosk, use_kiosk};
use crate::problem::Problem;
use crate::task::use_task;

#[derive(Properties, PartialEq)]
pub struct PrintProps {
    /// Which report.
    pub kind: ReportKind,
    /// How many originals when nobody says otherwise.
    pub copies: u8,
    /// Called once the commission confirmed the print.
    #[prop_or_default]
    pub on_confirmed: Callback<()>,
}

/// The panel.
#[function_component]
pub fn PrintPanel(props: &PrintProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let issued = use_state(|| None::<Rc<IssuedReport>>);
    let paper =
        use_state(|| if props.kind == ReportKind::Turnout { Paper::Roll80 } else { Paper::A4 });
    let copies = use_state(|| props.copies.max(1));
    let was_printed = use_state(|| false);

    let issue = {
        let (kiosk, task, issued) = (kiosk.clone(), task.clone(), issued.clone());
        let (was_printed, kind) = (was_printed.clone(), props.kind);
        Callback::from(move |_: MouseEvent| {
            let (kiosk, issued) = (kiosk.clone(), issued.clone());
            was_printed.set(false);
            task.run(async move {
                issued.set(Some(Rc::new(issue_report(&kiosk, kind).await?)));
                Ok(())
            });
        })
    };
    let print = {
        let (kiosk, task, was_printed) = (kiosk.clone(), task.clone(), was_printed.clone());
        let (kind, originals) = (props.kind, *copies);
        Callback::from(move |_: MouseEvent| {
            // It returns once the browser's dialog is closed; whether paper came out only people know.
            if gloo::utils::window().print().is_ok() {
                was_printed.set(true);
                let kiosk = kiosk.clone();
                task.run(async move {
                    let (way, fault) = (PrintWay::Browser, None);
                    let note = Command::NotePrint { kind, way, originals, fault };
                    kiosk.ask(note, Vec::new()).await.map(|_| ())
                });
            }
        })
    };
    let receipt_printed = {
        let was_printed = was_printed.clone();
        Callback::from(move |()| was_printed.set(true))
    };
    let confirm = {
        let (kiosk, task, issued) = (kiosk.clone(), task.clone(), issued.clone());
        let (kind, copies, on_confirmed) = (props.kind, *copies, props.on_confirmed.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, issued, on_confirmed) =
                (kiosk.clone(), issued.clone(), on_confirmed.clone());
            task.run(async move {
                kiosk.ask(Command::ConfirmPrinted { kind, copies }, Vec::new()).await?;
                issued.set(None);
                on_confirmed.emit(());
                Ok(())
            });
        })
    };
    let choose_paper = {
        let paper = paper.clone();
        Callback::from(move |chosen| paper.set(chosen))
    };
    let choose_copies = {
        let copies = copies.clone();
        Callback::from(move |event: InputEvent| {
            let input: HtmlInputElement = event.target_unchecked_into();
            copies.set(input.value().parse().unwrap_or(1).clamp(1, 99));
        })
    };

    let title = kiosk.t(title_key(props.kind));
    let Some(report) = (*issued).clone() else {
        return html! {
            <section class="panel print-panel">
                <button class="primary" onclick={issue} disabled={task.is_busy()} data-testid="issue-report">
                    {kiosk.texts.with("print-issue", &[("report", title.as_str().into())])}
                </button>
                <Working busy={task.is_busy()} label={kiosk.t("working-report")} />
                <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            </section>
        };
    };
    html! {
        <section class="panel print-panel">
            <div class="print-bar">
                <PaperChoice paper={*paper} on_choose={choose_paper} />
                <label>
                    <span>{kiosk.t("print-copies")}</span>
                    <input type="number" min="1" max="99" value={copies.to_string()} oninput={choose_copies}
                        data-testid="copies" />
                </label>
                <button class={classes!((!*was_printed).then_some("primary"))} onclick={print} data-testid="print">
                    {kiosk.t("print-now")}
                </button>
                <button class={classes!(was_printed.then_some("primary"))} onclick={confirm}
                    disabled={!*was_printed || task.is_busy()} data-testid="confirm-printed">
                    {kiosk.texts.with("print-confirm", &[("n", (*copies).into())])}
                </button>
            </div>
            <p class="hint">{kiosk.t("print-hint")}</p>
            <ReceiptPanel issued={report.clone()} copies={*copies} on_printed={receipt_printed} />
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            <div class="preview" tabindex="0" role="region" aria-label={title}>
                <ReportSheet issued={report.clone()} paper={*paper} original={(1, *copies)} />
            </div>
            {originals(&report, *paper, *copies)}
        </section>
    }
}

/// All originals, for the printer.
fn originals(report: &Rc<IssuedReport>, paper: Paper, copies: u8) -> Html {
    let all = (1..=copies).map(|number| {
        html! { <ReportSheet issued={report.clone()} {paper} original={(number, copies)} /> }
    });
    for_printer(html! { <>{for all}</> })
}

async fn issue_report(kiosk: &Kiosk, kind: ReportKind) -> Result<IssuedReport, Problem> {
    let answer = kiosk.ask(Command::IssueReport { kind }, Vec::new()).await?;
    let Reply::Report { report, digest, qr } = answer.reply else {
        return Err(Problem::Unexpected);
    };
    kiosk.refresh().await?;
    let qr = qr.into_iter().map(AttrValue::from).collect();
    Ok(IssuedReport { report: *report, digest, qr })
}
