//! The polls are open: sheets are counted, and nothing else is shown of them.

use std::rc::Rc;

use gloo::timers::callback::Interval;
use urna_core::report::ReportKind;
use urna_core::vault_api::{Command, Recovery, Reply, SheetReply};
use yew::prelude::*;

use crate::clock;
use crate::components::{
    EarlyClosing, Explanation, Feeder, PinCommand, PrintPanel, ProblemBox, SheetVerdict, Working,
};
use crate::context::{Kiosk, use_kiosk};
use crate::files::Picture;
use crate::scanning::{Feed, use_station};
use crate::task::use_task;
use crate::vault::Answer;

/// What is open beside the counter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Tray,
    Slip,
    Closing,
}

/// The screen.
#[function_component]
pub fn Voting() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let station = use_station();
    let last = use_state(|| None::<SheetReply>);
    let picture = use_state(|| None::<Rc<Picture>>);
    let side = use_state(|| Side::Tray);

    let on_reply = {
        let (last, picture) = (last.clone(), picture.clone());
        let is_training = kiosk.is_training();
        Callback::from(move |answer: Answer| {
            if let Reply::Sheet(sheet) = answer.reply {
                // The vault gives no image of a vote; in a training it does.
                let shown = answer.buffers.first().filter(|_| is_training);
                picture.set(shown.and_then(|png| Picture::new(png).ok()).map(Rc::new));
                last.set(Some(sheet));
            }
        })
    };
    let command = |command: Command| {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |_: MouseEvent| {
            let (kiosk, command) = (kiosk.clone(), command.clone());
            task.run(async move { kiosk.ask(command, Vec::new()).await.map(|_| ()) });
        })
    };
    let show = |wanted: Side| {
        let (side, station) = (side.clone(), station.clone());
        let next = if *side == wanted { Side::Tray } else { wanted };
        Callback::from(move |_: MouseEvent| {
            // Nothing is pulled in behind whoever looks at something else.
            station.feeding().stop();
            side.set(next);
        })
    };
    let back_to_tray = {
        let side = side.clone();
        Callback::from(move |()| side.set(Side::Tray))
    };
    let waits = kiosk.status.drop_to_confirm;
    // What becomes of the sheet that moves must be seen here.
    let moves = station.scanner().is_busy();
    let beside = match *side {
        Side::Tray => {
            html! { <Feeder station={station.clone()} feed={Feed::Count} {on_reply} locked={waits} /> }
        }
        Side::Slip => html! {
            <PrintPanel kind={ReportKind::Turnout} copies={1} on_confirmed={back_to_tray} />
        },
        Side::Closing if moves => html! { <Working busy=true label={kiosk.t("working-scan")} /> },
        Side::Closing => html! { <Closing /> },
    };
    let pressed = |of: Side| (*side == of).to_string();
    html! {
        <div class="two voting" data-testid="voting">
            <section class="panel">
                <Counter />
                {last_sheet(&kiosk, (*last).as_ref())}
                if waits {
                    <div class="confirm-drop">
                        <p>{kiosk.t("voting-drop")}</p>
                        <button class="primary" onclick={command(Command::ConfirmDrop)} disabled={task.is_busy()}
                            data-testid="confirm-drop">
                            {kiosk.t("voting-drop-done")}
                        </button>
                    </div>
                }
                <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
                <div class="actions">
                    <button onclick={show(Side::Slip)} aria-pressed={pressed(Side::Slip)} data-testid="turnout">
                        {kiosk.t("voting-slip")}
                    </button>
                    <button onclick={command(Command::Pause)} disabled={waits || moves || task.is_busy()} data-testid="pause">
                        {kiosk.t("voting-pause")}
                    </button>
                    <button onclick={show(Side::Closing)} aria-pressed={pressed(Side::Closing)}
                        data-testid="close-polls">
                        {kiosk.t("voting-close")}
                    </button>
                </div>
                if let Some(picture) = picture.as_ref() {
                    <Explanation picture={picture.clone()} />
                }
            </section>
            {beside}
        </div>
    }
}

/// Where the last sheet went; after a start, what became of the one that was in the scanner.
fn last_sheet(kiosk: &Kiosk, last: Option<&SheetReply>) -> Html {
    if let Some(sheet) = last {
        let vote = sheet.vote.as_ref().and_then(|id| kiosk.definition()?.vote(id));
        let vote = vote.map(|vote| kiosk.texts.of(&vote.title).to_owned());
        return html! {
            <SheetVerdict place={sheet.place.clone()} {vote} milliseconds={Some(sheet.milliseconds)} />
        };
    }
    let key = match kiosk.status.recovery {
        Some(Recovery::LastCounted) => "recovery-counted",
        Some(Recovery::LastNotCounted) => "recovery-not-counted",
        Some(Recovery::CompareCount) => "recovery-compare",
        None => return html! { <p class="hint">{kiosk.t("voting-ready")}</p> },
    };
    let sheets = kiosk.status.sheets;
    let words = [("sheets", sheets.into()), ("before", sheets.saturating_sub(1).into())];
    let words = kiosk.texts.with(key, &words);
    html! { <p class="band" role="status" data-testid="recovery" data-recovery={key}>{words}</p> }
}

/// Sheets counted, large, and when turnout is read next.
#[function_component]
fn Counter() -> Html {
    let kiosk = use_kiosk();
    let time = use_state(clock::time_of_day);
    {
        let time = time.clone();
        use_effect_with((), move |()| {
            let tick = Interval::new(10_000, move || time.set(clock::time_of_day()));
            move || drop(tick)
        });
    }
    let Some(definition) = kiosk.definition() else { return html! {} };
    let votes = kiosk.status.turnout.iter().map(|turnout| {
        let title = definition.vote(&turnout.vote).map(|vote| kiosk.texts.of(&vote.title));
        html! {
            <div class="vote-count">
                <b data-testid={format!("sheets-{}", turnout.vote)}>{turnout.sheets}</b>
                <span>{title.unwrap_or(turnout.vote.as_str())}</span>
            </div>
        }
    });
    let hour = clock::hour();
    let next = definition.turnout_hours.iter().find(|&&due| u32::from(due) > hour);
    let next = next.map(|due| {
        kiosk.texts.with("voting-next-turnout", &[("time", format!("{due:02}:00").into())])
    });
    html! {
        <div class="counter">
            <div class="total">
                <b data-testid="sheets">{kiosk.status.sheets}</b>
                <span>{kiosk.texts.with("voting-sheets", &[("n", kiosk.status.sheets.into())])}</span>
            </div>
            <div class="by-vote">{for votes}</div>
            <p class="times"><time>{(*time).clone()}</time>{" "}{next.unwrap_or_default()}</p>
        </div>
    }
}

/// Both PINs close the polls; there is no way back.
#[function_component]
fn Closing() -> Html {
    let kiosk = use_kiosk();
    let command =
        Callback::from(|(chair_pin, secretary_pin)| Command::Close { chair_pin, secretary_pin });
    html! {
        <section class="panel" data-testid="closing">
            <h2>{kiosk.t("closing-title")}</h2>
            <p>{kiosk.t("closing-words")}</p>
            <EarlyClosing />
            <PinCommand label={kiosk.t("closing-now")} working={kiosk.t("working-pins")} {command} />
        </section>
    }
}
