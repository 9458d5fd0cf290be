//! The receipt printer: what it is, what it does, what is wrong, and the originals that it prints.

use std::rc::Rc;

use urna_core::journal::{PrintWay, PrinterFault};
use urna_core::vault_api::Command;
use urna_printer::{Roll, State, is_curable};
use urna_receipt::{Bitmap, Width};
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use super::ProblemBox;
use super::report_sheet::IssuedReport;
use crate::clock::date_time;
use crate::context::{Kiosk, use_kiosk};
use crate::printing::{Taken, View, WiredPrinter, fault_key};
use crate::problem::Problem;
use crate::receipt::{Content, draw};
use crate::task::{Task, use_task};
use crate::usb::NotChosen;

#[derive(Properties, PartialEq)]
pub struct ReceiptProps {
    /// The report.
    pub issued: Rc<IssuedReport>,
    /// How many originals.
    pub copies: u8,
    /// Called when all of them are printed.
    pub on_printed: Callback<()>,
}

/// The panel.
#[function_component]
pub fn ReceiptPanel(props: &ReceiptProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let printer = use_printer(&kiosk);
    let run = Run {
        kiosk: kiosk.clone(),
        issued: props.issued.clone(),
        copies: props.copies,
        printed: use_state(|| 0),
        fault: use_state(|| None),
        on_printed: props.on_printed.clone(),
    };
    let not_chosen = use_state(|| None::<NotChosen>);
    let choose = {
        let (printer, not_chosen) = (printer.clone(), not_chosen.clone());
        Callback::from(move |_: MouseEvent| {
            let (printer, not_chosen) = (printer.clone(), not_chosen.clone());
            not_chosen.set(None);
            wasm_bindgen_futures::spawn_local(async move {
                not_chosen.set(printer.choose().await.err());
            });
        })
    };
    let view = printer.view();
    if view == View::NoUsb {
        return html! {};
    }
    html! {
        <section class="receipt-printer" data-testid="printer" data-state={view_code(&view)}>
            <h3>{kiosk.t("printer-title")}</h3>
            if let View::Taken(taken) = &view {
                {state(&kiosk, taken)}
                {outcome(&run)}
                {actions(&run, &task, &printer, taken)}
            } else {
                <p class="hint">{kiosk.t("printer-words")}</p>
            }
            if matches!(view, View::Unfit(_)) {
                <p class="problem" role="alert" data-testid="printer-unfit">{kiosk.t("printer-unfit")}</p>
            }
            if let Some(why) = *not_chosen {
                <p class="problem" role="alert">{kiosk.t(not_chosen_key(why))}</p>
            }
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
            <button class="quiet" onclick={choose} disabled={task.is_busy()} data-testid="printer-choose">
                {kiosk.t(if matches!(view, View::Taken(_)) { "printer-other" } else { "printer-choose" })}
            </button>
        </section>
    }
}

/// The printer of the kiosk; the screen that calls this is drawn again when it has changed.
#[hook]
fn use_printer(kiosk: &Kiosk) -> WiredPrinter {
    let printer = kiosk.printer.clone();
    let changed = use_force_update();
    use_effect_with(printer.clone(), move |printer| {
        let printer = printer.clone();
        let id = printer.watch(Callback::from(move |()| changed.force_update()));
        move || printer.forget_watcher(id)
    });
    printer
}

/// Originals of one report, as far as they are printed.
#[derive(Clone)]
struct Run {
    kiosk: Kiosk,
    issued: Rc<IssuedReport>,
    copies: u8,
    /// Those that are printed; the next one goes on from there.
    printed: UseStateHandle<u8>,
    /// What kept the next one from being printed.
    fault: UseStateHandle<Option<PrinterFault>>,
    on_printed: Callback<()>,
}

impl Run {
    /// Originals that are still to come; all of them again once all are printed.
    fn first(&self) -> u8 {
        if *self.printed >= self.copies { 1 } else { self.printed.saturating_add(1) }
    }

    /// Prints what is still to come, until something keeps it from that; and what became of it into the log.
    async fn print(self, printer: WiredPrinter) -> Result<(), Problem> {
        let first = self.first();
        self.printed.set(first - 1);
        self.fault.set(None);
        let (mut originals, mut fault) = (0, None);
        for number in first..=self.copies {
            let bitmap = self.bitmap(number, printer.width())?;
            let printed = match bitmap {
                Ok(bitmap) => printer.print(bitmap).await,
                Err(fault) => Err(fault),
            };
            if let Err(why) = printed {
                fault = Some(why);
                break;
            }
            originals += 1;
            self.printed.set(number);
        }
        self.fault.set(fault);
        let kind = self.issued.report.kind;
        let note = Command::NotePrint { kind, way: PrintWay::Receipt, originals, fault };
        self.kiosk.ask(note, Vec::new()).await?;
        if fault.is_none() {
            self.on_printed.emit(());
        }
        Ok(())
    }

    fn bitmap(&self, number: u8, width: Width) -> Result<Result<Bitmap, PrinterFault>, Problem> {
        let definition = self.kiosk.definition().ok_or(Problem::Unexpected)?;
        let lang = self.kiosk.texts.lang();
        let codes: Vec<String> = self.issued.qr.iter().map(|code| code.to_string()).collect();
        let content = Content {
            report: &self.issued.report,
            digest: self.issued.digest,
            codes: &codes,
            definition,
            precinct: self.kiosk.precinct(),
            texts: &self.kiosk.texts,
            date_time: &|at| date_time(at, lang),
        };
        Ok(draw(&content, (number, self.copies), width))
    }
}

fn state(kiosk: &Kiosk, taken: &Taken) -> Html {
    let words = match taken.state {
        State::Disconnected => kiosk.t("printer-state-away"),
        State::Connecting => kiosk.t("printer-state-connecting"),
        State::Ready(Roll::Fine) => kiosk.t("printer-state-ready"),
        State::Ready(Roll::NearEnd) => kiosk.t("printer-state-near-end"),
        State::Printing { done, of } => {
            let percent = done * 100 / of.max(1);
            kiosk.texts.with("printer-state-printing", &[("percent", percent.into())])
        }
        State::Faulted(fault) => kiosk.t(fault_key(fault)),
    };
    let is_wrong = matches!(taken.state, State::Faulted(_) | State::Disconnected);
    let refusal = taken.refusal.filter(|_| is_wrong);
    html! {
        <>
            <p><b data-testid="printer-name">{&taken.name}</b></p>
            <p class={classes!(is_wrong.then_some("problem"))} role="status" data-testid="printer-state">{words}</p>
            if let Some(refusal) = refusal {
                <p class="problem">{kiosk.t(super::device_panel::refusal_key(refusal))}</p>
            }
        </>
    }
}

/// How many are printed, and what became of the one that is not.
fn outcome(run: &Run) -> Html {
    let (kiosk, printed) = (&run.kiosk, *run.printed);
    let count = [("n", printed.into()), ("of", run.copies.into())];
    html! {
        <>
            if printed > 0 {
                <p class="done" data-testid="printer-printed" data-printed={printed.to_string()}>
                    {kiosk.texts.with("printer-printed", &count)}
                </p>
            }
            if let Some(fault) = *run.fault {
                <div class="problem" role="alert" data-testid="printer-fault" data-fault={fault_key(fault)}>
                    <p>{kiosk.t(fault_key(fault))}</p>
                    <p><b>{kiosk.texts.with("printer-void", &[("n", run.first().into())])}</b></p>
                </div>
            }
        </>
    }
}

fn actions(run: &Run, task: &Task, printer: &WiredPrinter, taken: &Taken) -> Html {
    let kiosk = &run.kiosk;
    let print = {
        let (run, task, printer) = (run.clone(), task.clone(), printer.clone());
        Callback::from(move |_: MouseEvent| task.run(run.clone().print(printer.clone())))
    };
    let stop = {
        let printer = printer.clone();
        Callback::from(move |_: MouseEvent| printer.stop())
    };
    let connect = {
        let printer = printer.clone();
        Callback::from(move |_: MouseEvent| printer.connect())
    };
    let choose_width = {
        let printer = printer.clone();
        Callback::from(move |event: Event| {
            let select: HtmlSelectElement = event.target_unchecked_into();
            printer.set_width(if select.value() == "58" { Width::Mm58 } else { Width::Mm80 });
        })
    };
    let left = run.copies.saturating_sub(run.first() - 1);
    let label = kiosk.texts.with("printer-print", &[("n", left.into())]);
    let needs_hand = matches!(taken.state, State::Faulted(fault) if !is_curable(fault));
    html! {
        <div class="actions">
            <label>
                <span>{kiosk.t("printer-roll")}</span>
                <select onchange={choose_width} disabled={task.is_busy()} data-testid="printer-width">
                    <option value="80" selected={printer.width() == Width::Mm80}>{"80 mm"}</option>
                    <option value="58" selected={printer.width() == Width::Mm58}>{"58 mm"}</option>
                </select>
            </label>
            if task.is_busy() {
                <button onclick={stop} data-testid="printer-stop">{kiosk.t("printer-stop")}</button>
            } else if needs_hand {
                <button onclick={connect} data-testid="printer-connect">{kiosk.t("printer-connect")}</button>
            } else {
                <button class="primary" onclick={print} disabled={!matches!(taken.state, State::Ready(_))}
                    data-testid="printer-print">{label}</button>
            }
        </div>
    }
}

fn not_chosen_key(why: NotChosen) -> &'static str {
    match why {
        NotChosen::Nothing => "printer-none-chosen",
        NotChosen::Forbidden => "device-forbidden",
    }
}

/// A code for tests and style sheets.
fn view_code(view: &View) -> &'static str {
    match view {
        View::NoUsb | View::None => "none",
        View::Unfit(_) => "unfit",
        View::Taken(taken) => match taken.state {
            State::Disconnected => "away",
            State::Connecting => "connecting",
            State::Ready(Roll::Fine) => "ready",
            State::Ready(Roll::NearEnd) => "near-end",
            State::Printing { .. } => "printing",
            State::Faulted(_) => "faulted",
        },
    }
}
