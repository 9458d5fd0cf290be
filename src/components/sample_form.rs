//! A ballot marked by hand on the screen: for training, and to show a voter how a mark is read.

use std::collections::BTreeSet;
use std::rc::Rc;

use urna_core::OptionId;
use urna_core::ballot::{Mark, Sample, Stroke};
use urna_core::definition::ElectionDefinition;
use urna_core::design::{PageDesign, Target};
use web_sys::{HtmlInputElement, HtmlSelectElement};
use yew::prelude::*;

use super::ProblemBox;
use super::tray::put;
use crate::context::{Kiosk, use_kiosk};
use crate::samples;
use crate::scanning::Station;
use crate::task::use_task;

const STROKES: [(&str, Stroke); 4] = [
    ("sample-tick", Stroke::Tick),
    ("sample-cross", Stroke::Cross),
    ("sample-fill", Stroke::Fill),
    ("sample-dot", Stroke::Dot),
];

#[derive(Properties, PartialEq)]
pub struct SampleProps {
    /// The scanner whose tray the ballot goes into.
    pub station: Station,
}

/// The form.
#[function_component]
pub fn SampleForm(props: &SampleProps) -> Html {
    let kiosk = use_kiosk();
    let task = use_task();
    let designs = use_state(|| Rc::new(Vec::<PageDesign>::new()));
    let chosen = use_state(|| 0_usize);
    let marks = use_state(BTreeSet::<usize>::new);
    let stroke = use_state(|| 0_usize);
    let upside_down = use_state(|| false);
    let seed = use_mut_ref(|| 1_u64);
    {
        let (kiosk, task, designs) = (kiosk.clone(), task.clone(), designs.clone());
        use_effect_with((), move |()| {
            task.run(async move {
                let all = samples::designs(&kiosk).await?;
                let (Some(definition), Some(precinct)) = (kiosk.definition(), kiosk.precinct())
                else {
                    return Ok(());
                };
                let own = samples::designs_for(definition, &all, &precinct.id).cloned().collect();
                designs.set(Rc::new(own));
                Ok(())
            });
        });
    }
    let Some(definition) = kiosk.definition() else { return html! {} };
    let Some(design) = designs.get(*chosen).cloned() else {
        return html! { <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} /> };
    };

    let choose = {
        let (chosen, marks) = (chosen.clone(), marks.clone());
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            chosen.set(value.parse().unwrap_or(0));
            marks.set(BTreeSet::new());
        })
    };
    let choose_stroke = {
        let stroke = stroke.clone();
        Callback::from(move |event: Event| {
            let value = event.target_unchecked_into::<HtmlSelectElement>().value();
            stroke.set(value.parse().unwrap_or(0).min(STROKES.len() - 1));
        })
    };
    let turn = {
        let upside_down = upside_down.clone();
        Callback::from(move |event: Event| {
            upside_down.set(event.target_unchecked_into::<HtmlInputElement>().checked());
        })
    };
    let add = {
        let (task, station, marks) = (task.clone(), props.station.clone(), marks.clone());
        let (design, stroke, upside_down) = (design.clone(), STROKES[*stroke].1, *upside_down);
        Callback::from(move |_: MouseEvent| {
            *seed.borrow_mut() += 1;
            let marked = marks.iter().filter_map(|&at| design.targets.get(at));
            let marked = marked.map(|target| Mark {
                contest: target.contest.clone(),
                option: target.option.clone(),
                stroke,
            });
            let sample = Sample { marks: marked.collect(), upside_down, seed: *seed.borrow() };
            let (station, design) = (station.clone(), design.clone());
            task.run(async move {
                put(&station, design.id.to_string(), samples::page(&design, &sample)?)
            });
        })
    };
    let ballots = designs.iter().enumerate().map(|(at, design)| {
        html! { <option value={at.to_string()} selected={at == *chosen}>{ballot_name(&kiosk, definition, design)}</option> }
    });
    let strokes = STROKES.iter().enumerate().map(|(at, (key, _))| {
        html! { <option value={at.to_string()} selected={at == *stroke}>{kiosk.t(key)}</option> }
    });
    let boxes = design.targets.iter().enumerate().map(|(at, target)| {
        let toggle = {
            let marks = marks.clone();
            Callback::from(move |_: Event| {
                let mut new = (*marks).clone();
                if !new.remove(&at) {
                    new.insert(at);
                }
                marks.set(new);
            })
        };
        html! {
            <label class="target">
                <input type="checkbox" checked={marks.contains(&at)} onchange={toggle}
                    data-option={target.option.to_string()} />
                <span>{target_name(&kiosk, definition, target)}</span>
            </label>
        }
    });
    html! {
        <div class="sample-form">
            <label class="inline"><span>{kiosk.t("sample-ballot")}</span>
                <select onchange={choose} data-testid="sample-design">{for ballots}</select></label>
            <label class="inline"><span>{kiosk.t("sample-pen")}</span>
                <select onchange={choose_stroke} data-testid="sample-stroke">{for strokes}</select></label>
            <label class="inline"><input type="checkbox" checked={*upside_down} onchange={turn} />
                <span>{kiosk.t("sample-upside-down")}</span></label>
            <div class="targets" data-testid="sample-targets">{for boxes}</div>
            <button onclick={add} disabled={task.is_busy()} data-testid="sample-add">{kiosk.t("sample-add")}</button>
            <ProblemBox problem={task.problem()} texts={kiosk.texts.clone()} />
        </div>
    }
}

fn ballot_name(kiosk: &Kiosk, definition: &ElectionDefinition, design: &PageDesign) -> String {
    let style = definition.style(&design.style);
    let vote = style.and_then(|style| definition.vote(&style.vote));
    let title = vote.map(|vote| kiosk.texts.of(&vote.title)).unwrap_or_default();
    format!("{title} · {}", design.id)
}

fn target_name(kiosk: &Kiosk, definition: &ElectionDefinition, target: &Target) -> String {
    let contest = definition.contest(&target.contest);
    let number = |id: &OptionId| contest.and_then(|contest| contest.number_of(id));
    let option = contest.and_then(|contest| contest.option(&target.option));
    match (option, number(&target.option)) {
        (Some(option), _) => kiosk.texts.of(&option.name).to_owned(),
        (None, Some(number)) => format!("№ {number}"),
        (None, None) => target.option.to_string(),
    }
}
