//! A problem, in plain words, with the technical ones below.

use yew::prelude::*;

use crate::i18n::Texts;
use crate::problem::Problem;

#[derive(Properties, PartialEq)]
pub struct ProblemProps {
    /// What went wrong; nothing is shown without it.
    pub problem: Option<Problem>,
    /// The language.
    pub texts: Texts,
}

/// The box; read out at once.
#[function_component]
pub fn ProblemBox(props: &ProblemProps) -> Html {
    let Some(problem) = &props.problem else { return html! {} };
    let detail = problem.detail().map(|detail| html! { <small lang="en">{detail}</small> });
    html! {
        <div class="problem" role="alert" data-testid="problem">
            <p>{problem.text(&props.texts)}</p>
            {detail}
        </div>
    }
}
