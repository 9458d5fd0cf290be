//! Work that takes a moment: one at a time, with a sign that it runs and words if it fails.

use std::future::Future;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::problem::Problem;

/// The work of a screen.
#[derive(Clone)]
pub struct Task {
    busy: UseStateHandle<bool>,
    problem: UseStateHandle<Option<Problem>>,
}

impl Task {
    /// Whether something runs.
    pub fn is_busy(&self) -> bool {
        *self.busy
    }

    /// What went wrong last.
    pub fn problem(&self) -> Option<Problem> {
        (*self.problem).clone()
    }

    /// Runs `work`; a problem stays shown until the next run.
    pub fn run(&self, work: impl Future<Output = Result<(), Problem>> + 'static) {
        if *self.busy {
            return;
        }
        let (busy, problem) = (self.busy.clone(), self.problem.clone());
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let outcome = work.await;
            problem.set(outcome.err());
            busy.set(false);
        });
    }
}

/// The work of the screen that calls this.
#[hook]
pub fn use_task() -> Task {
    Task { busy: use_state(|| false), problem: use_state(|| None) }
}
