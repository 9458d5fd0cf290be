//! Who is told when something has changed that outlives the screens: some each time, others once.

use std::cell::{Cell, RefCell};

use futures_channel::oneshot;
use yew::Callback;

/// Those who are told.
#[derive(Default)]
pub struct Listeners {
    watchers: RefCell<Vec<(u32, Callback<()>)>>,
    next: Cell<u32>,
    waiting: RefCell<Vec<oneshot::Sender<()>>>,
}

impl Listeners {
    /// Calls back after each change, until [`Listeners::forget`].
    pub fn watch(&self, watcher: Callback<()>) -> u32 {
        let id = self.next.get();
        self.next.set(id.wrapping_add(1));
        self.watchers.borrow_mut().push((id, watcher));
        id
    }

    /// Calls back no more.
    pub fn forget(&self, id: u32) {
        self.watchers.borrow_mut().retain(|(watcher, _)| *watcher != id);
    }

    /// Waits for the next change, or until somebody wakes all that wait.
    pub async fn changed(&self) {
        let (sender, receiver) = oneshot::channel();
        self.waiting.borrow_mut().push(sender);
        // It is dropped only with the listeners themselves.
        let _ = receiver.await;
    }

    /// Wakes those that wait: nothing is to be shown otherwise.
    pub fn wake(&self) {
        for waiting in self.waiting.take() {
            // Whoever waited may have gone.
            let _ = waiting.send(());
        }
    }

    /// Something has changed.
    pub fn tell(&self) {
        self.wake();
        // Who is told may watch or forget meanwhile.
        let watchers = self.watchers.borrow().clone();
        for (_, watcher) in watchers {
            watcher.emit(());
        }
    }
}
