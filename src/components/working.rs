//! The line that says that something runs.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct WorkingProps {
    /// Whether something runs.
    pub busy: bool,
    /// What it is.
    #[prop_or_default]
    pub label: String,
    /// Done and all, where that is known.
    #[prop_or_default]
    pub progress: Option<(usize, usize)>,
}

/// A progress line; keeps its place while nothing runs.
#[function_component]
pub fn Working(props: &WorkingProps) -> Html {
    let (value, max) = match props.progress {
        Some((done, all)) => (Some(done.to_string()), Some(all.to_string())),
        None => (None, None),
    };
    html! {
        <div class="working" role="status" aria-live="polite">
            if props.busy {
                <progress {value} {max} aria-label={props.label.clone()}></progress>
                <span>{&props.label}</span>
            }
        </div>
    }
}
