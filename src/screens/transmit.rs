//! After the final report was printed: the sealed result is sent, or carried.

use urna_core::journal::{ExportKind, PollState};
use urna_core::report::ReportKind;
use urna_core::vault_api::{Command, Reply};
use yew::prelude::*;

use crate::components::{PrintPanel, ProblemBox, Working};
use crate::context::{Kiosk, use_kiosk};
use crate::files;
use crate::net;
use crate::problem::Problem;
use crate::task::use_task;

/// The screen.
#[function_component]
pub fn Transmit() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let is_sent = kiosk.status.state == PollState::Transmitted;
    let collector = kiosk.definition().and_then(|definition| definition.collector_url.clone());
    let election = kiosk.definition().map(|d| d.id.to_string()).unwrap_or_default();
    let precinct =
        kiosk.status.enrolled.as_ref().map(|e| e.precinct.to_string()).unwrap_or_default();

    let send = {
        let (kiosk, task, collector) = (kiosk.clone(), task.clone(), collector.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, collector) = (kiosk.clone(), collector.clone());
            task.run(async move {
                let Some(collector) = collector else { return Ok(()) };
                send_result(&kiosk, &collector).await
            });
        })
    };
    let save = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        let name = format!("{election}-{precinct}.urna-report");
        Callback::from(move |_: MouseEvent| {
            let (kiosk, name) = (kiosk.clone(), name.clone());
            task.run(async move {
                files::save(&name, &sealed_result(&kiosk).await?)?;
                kiosk.note_export(ExportKind::Result);
                kiosk.refresh().await
            });
        })
    };
    let portal = collector
        .clone()
        .map(|url| format!("{}/{election}/precincts/{precinct}", url.trim_end_matches('/')));
    html! {
        <div class="column" data-testid="transmit">
            <section class="panel">
                if is_sent {
                    <h2 data-testid="transmitted">{kiosk.t("transmit-done")}</h2>
                    if let Some(portal) = portal {
                        <p>{kiosk.t("transmit-portal")}{" "}
                            <a href={portal.clone()} target="_blank" rel="noopener">{portal}</a></p>
                    }
                } else {
                    <h2>{kiosk.t("transmit-title")}</h2>
                    <p>{kiosk.t("transmit-words")}</p>
                    if let Some(collector) = &collector {
                        <p class="hint">{kiosk.t("transmit-to")}{" "}<code>{collector}</code></p>
                        <button class="primary" onclick={send} disabled={task.is_busy()} data-testid="send">
                            {kiosk.t("transmit-now")}
                        </button>
                    }
                }
                <button onclick={save} disabled={task.is_busy()} data-testid="save-result">
                    {kiosk.t("transmit-save")}
                </button>
                <Working busy={task.is_busy()} label={kiosk.t("working-send")} />
                <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            </section>
            <section>
                <h2 class="again">{kiosk.t("transmit-reprint")}</h2>
                <PrintPanel kind={ReportKind::Final} copies={1} />
            </section>
        </div>
    }
}

async fn sealed_result(kiosk: &Kiosk) -> Result<Vec<u8>, Problem> {
    let answer = kiosk.ask(Command::SealedResult, Vec::new()).await?;
    match (answer.reply, answer.buffers.into_iter().next()) {
        (Reply::SealedResult { .. }, Some(sealed)) => Ok(sealed),
        _ => Err(Problem::Unexpected),
    }
}

/// Sends the result and has the vault note what came of it.
async fn send_result(kiosk: &Kiosk, collector: &str) -> Result<(), Problem> {
    let sealed = sealed_result(kiosk).await?;
    match net::send_result(collector, &sealed).await {
        Ok(digest) => {
            kiosk.ask(Command::ConfirmTransmitted { digest }, Vec::new()).await.map(|_| ())
        }
        Err(problem) => {
            let command = Command::NoteTransmissionFailed { code: problem.code() };
            kiosk.ask(command, Vec::new()).await?;
            Err(problem)
        }
    }
}
