//! After the final report was printed: the sealed result is sent, or carried.

use urna_core::journal::ExportKind;
use urna_core::report::ReportKind;
use urna_core::vault_api::{Command, Reply, ReportedCount};
use yew::prelude::*;

use super::{BadDay, Station};
use crate::components::{PrintPanel, ProblemBox, Working, count_words};
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
    let shows_others = use_state(|| false);
    let is_sent = kiosk.status.counts.iter().all(|count| count.is_sent);
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
                send_results(&kiosk, &collector).await
            });
        })
    };
    let save = |count: &ReportedCount| {
        let (kiosk, task, number) = (kiosk.clone(), task.clone(), count.number);
        let name = file_name(&election, count);
        Callback::from(move |_: MouseEvent| {
            let (kiosk, name) = (kiosk.clone(), name.clone());
            task.run(async move {
                files::save(&name, &sealed_result(&kiosk, number).await?)?;
                kiosk.note_export(ExportKind::Result);
                kiosk.refresh().await
            });
        })
    };
    let toggle = {
        let shows_others = shows_others.clone();
        Callback::from(move |_: MouseEvent| shows_others.set(!*shows_others))
    };
    let current = kiosk.status.counts.last();
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
                {for current.map(|count| html! {
                    <button onclick={save(count)} disabled={task.is_busy()} data-testid="save-result">
                        {kiosk.t("transmit-save")}
                    </button>
                })}
                {counts(&kiosk, &save)}
                <Working busy={task.is_busy()} label={kiosk.t("working-send")} />
                <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            </section>
            <section>
                <h2 class="again">{kiosk.t("transmit-reprint")}</h2>
                <PrintPanel kind={ReportKind::Final} copies={1} />
            </section>
            <Station />
            <button onclick={toggle} aria-expanded={(*shows_others).to_string()} data-testid="another-count">
                {kiosk.t("way-open")}
            </button>
            if *shows_others {
                <BadDay />
            }
        </div>
    }
}

/// All counts of this device, where there is more than the day.
fn counts(kiosk: &Kiosk, save: &dyn Fn(&ReportedCount) -> Callback<MouseEvent>) -> Html {
    if kiosk.status.counts.len() < 2 {
        return html! {};
    }
    let rows = kiosk.status.counts.iter().map(|count| {
        let becomes = match (count.is_replaced, count.is_sent) {
            (true, _) => "counts-replaced",
            (false, true) => "counts-sent",
            (false, false) => "counts-unsent",
        };
        html! {
            <tr data-count={count.number.to_string()} data-replaced={count.is_replaced.to_string()}
                data-sent={count.is_sent.to_string()}>
                <th scope="row">{count_words(&kiosk.texts, count.count.as_ref())}</th>
                <td>{count.enrolled.precinct.as_str()}</td>
                <td>{count.sheets}</td>
                <td>{kiosk.t(becomes)}</td>
                <td><button class="quiet" onclick={save(count)}>{kiosk.t("counts-save")}</button></td>
            </tr>
        }
    });
    html! {
        <>
            <h3>{kiosk.t("counts-title")}</h3>
            <table class="registers" data-testid="counts"><tbody>{for rows}</tbody></table>
        </>
    }
}

fn file_name(election: &str, count: &ReportedCount) -> String {
    let precinct = &count.enrolled.precinct;
    match count.number {
        1 => format!("{election}-{precinct}.urna-report"),
        number => format!("{election}-{precinct}-count-{number}.urna-report"),
    }
}

async fn sealed_result(kiosk: &Kiosk, count: u32) -> Result<Vec<u8>, Problem> {
    let answer = kiosk.ask(Command::ResultOf { count }, Vec::new()).await?;
    match (answer.reply, answer.buffers.into_iter().next()) {
        (Reply::SealedResult { .. }, Some(sealed)) => Ok(sealed),
        _ => Err(Problem::Unexpected),
    }
}

/// Sends every result that was not acknowledged, the earliest first: a re-scan comes after what it replaces.
async fn send_results(kiosk: &Kiosk, collector: &str) -> Result<(), Problem> {
    let unsent = kiosk.status.counts.iter().filter(|count| !count.is_sent);
    for count in unsent.map(|count| count.number) {
        send_result(kiosk, collector, count).await?;
    }
    Ok(())
}

/// Sends one result and has the vault note what came of it.
async fn send_result(kiosk: &Kiosk, collector: &str, count: u32) -> Result<(), Problem> {
    let sealed = sealed_result(kiosk, count).await?;
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
