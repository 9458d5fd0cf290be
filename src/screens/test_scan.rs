//! Before opening: sheets are read and shown, nothing is kept.

use std::rc::Rc;

use urna_core::recognition::MarkVerdict;
use urna_core::vault_api::{Command, Reply, TestReading};
use yew::prelude::*;

use crate::components::{DirtMap, Explanation, Feeder, ProblemBox, SheetVerdict, Working};
use crate::context::{Kiosk, use_kiosk};
use crate::files::Picture;
use crate::scanning::{Feed, use_station};
use crate::task::use_task;
use crate::vault::Answer;

/// The screen.
#[function_component]
pub fn TestScan() -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let station = use_station();
    let reading = use_state(|| None::<TestReading>);
    let picture = use_state(|| None::<Rc<Picture>>);
    let count = use_state(|| 0_u32);
    let counter = use_mut_ref(|| 0_u32);

    let on_reply = {
        let (reading, count, picture) = (reading.clone(), count.clone(), picture.clone());
        Callback::from(move |answer: Answer| {
            if let Reply::TestSheet(new) = answer.reply {
                if new.style.is_some() {
                    *counter.borrow_mut() += 1;
                    count.set(*counter.borrow());
                }
                let shown = answer.buffers.first().and_then(|png| Picture::new(png).ok());
                picture.set(shown.map(Rc::new));
                reading.set(Some(new));
            }
        })
    };
    let confirm = {
        let (kiosk, task) = (kiosk.clone(), task.clone());
        Callback::from(move |_: MouseEvent| {
            let kiosk = kiosk.clone();
            task.run(async move { kiosk.ask(Command::ConfirmTest, Vec::new()).await.map(|_| ()) });
        })
    };
    html! {
        <div class="two" data-testid="test-scan">
            <section class="panel">
                <h2>{kiosk.t("test-title")}</h2>
                <p>{kiosk.t("test-words")}</p>
                if let Some(reading) = &*reading {
                    <SheetVerdict place={reading.place.clone()} milliseconds={Some(reading.milliseconds)} />
                    {reading_table(&kiosk, reading)}
                    {stray_line(&kiosk, reading)}
                    {for reading.dirt.iter().enumerate().map(|(at, dirt)| html! {
                        <DirtMap dirt={dirt.clone()} side={(reading.dirt.len() > 1).then_some(at + 1)} />
                    })}
                }
                <p data-testid="tested">{kiosk.texts.with("test-count", &[("n", (*count).into())])}</p>
                <button class="primary" onclick={confirm} disabled={*count == 0 || station.scanner().is_busy() || task.is_busy()}
                    data-testid="confirm-test">
                    {kiosk.t("test-confirm")}
                </button>
                <Working busy={task.is_busy()} />
                <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
                // A blank sheet has nothing to explain beside its dirt.
                if let Some(picture) = picture.as_ref().filter(|_| reading.as_ref().is_some_and(|r| r.dirt.is_empty())) {
                    <Explanation picture={picture.clone()} />
                }
            </section>
            <Feeder station={station.clone()} feed={Feed::Test} {on_reply} locked=false />
        </div>
    }
}

/// Marks outside every square, which nobody counts.
fn stray_line(kiosk: &Kiosk, reading: &TestReading) -> Html {
    let count = reading.stray.len();
    if count == 0 {
        return html! {};
    }
    html! {
        <p data-testid="stray" data-count={count.to_string()}>
            {kiosk.texts.with("test-stray", &[("n", count.into())])}
        </p>
    }
}

/// What was read. A test sheet is nobody's vote, so it may be shown.
fn reading_table(kiosk: &Kiosk, reading: &TestReading) -> Html {
    let Some(definition) = kiosk.definition() else { return html! {} };
    let lines = reading.targets.iter().filter(|target| target.verdict != MarkVerdict::Unmarked);
    let lines = lines.map(|target| {
        let option = definition.contest(&target.contest).and_then(|c| c.option(&target.option));
        let name = option.map(|option| kiosk.texts.of(&option.name).to_owned());
        let verdict = if target.verdict == MarkVerdict::Marked { "mark-marked" } else { "mark-marginal" };
        html! {
            <tr>
                <th scope="row">{name.unwrap_or_else(|| target.option.as_str().replace("no-", "№ "))}</th>
                <td>{kiosk.t(verdict)}</td>
                <td>{format!("{} ‰", target.score_permille)}</td>
            </tr>
        }
    });
    html! { <table class="registers" data-testid="test-reading"><tbody>{for lines}</tbody></table> }
}
