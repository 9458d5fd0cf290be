//! A machine on a wire: takes its requests, runs them in their order, keeps its time.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use gloo::timers::callback::Timeout;
use urna_usb::{Completion, Machine, Request};
use wasm_bindgen_futures::spawn_local;

use super::link::Link;
use super::schedule::{Late, Schedule};

/// For taking back a transfer, in milliseconds. A browser that does not even do that gets no more of them.
const TAKE_BACK_MS: u32 = 2_000;
/// Longest sleep, in milliseconds: a setting of timers has 31 bits.
const MAX_SLEEP_MS: u32 = 60_000;

/// A machine, and the device that it works on.
pub struct Session<M: ?Sized> {
    machine: RefCell<Box<M>>,
    link: RefCell<Rc<Link>>,
    schedule: RefCell<Schedule>,
    /// Transfers whose time has passed, and that are still on the wire.
    late: RefCell<VecDeque<(u32, u8)>>,
    timer: RefCell<Option<Timeout>>,
    clock_ms: Cell<f64>,
    is_pumping: Cell<bool>,
    again: Cell<bool>,
    changed: Box<dyn Fn()>,
    me: Weak<Session<M>>,
}

impl<M: Machine + ?Sized + 'static> Session<M> {
    /// Puts a machine on a wire. `changed` is called after whatever may have changed the machine.
    pub fn new(machine: Box<M>, link: Link, changed: impl Fn() + 'static) -> Rc<Self> {
        Rc::new_cyclic(|me| Session {
            machine: RefCell::new(machine),
            link: RefCell::new(Rc::new(link)),
            schedule: RefCell::default(),
            late: RefCell::default(),
            timer: RefCell::default(),
            clock_ms: Cell::new(now_ms()),
            is_pumping: Cell::new(false),
            again: Cell::new(false),
            changed: Box::new(changed),
            me: me.clone(),
        })
    }

    /// Does something with the machine, and whatever follows from it.
    pub fn with<T>(&self, action: impl FnOnce(&mut M) -> T) -> T {
        self.advance();
        // The page has one thread, and no action gives control away while it holds the machine.
        let outcome = action(&mut **self.machine.borrow_mut());
        self.pump();
        outcome
    }

    /// Looks at the machine.
    pub fn look<T>(&self, look: impl FnOnce(&M) -> T) -> T {
        look(&**self.machine.borrow())
    }

    /// Takes what the machine has to say, without a call of `changed`.
    pub fn take<T>(&self, take: impl FnOnce(&mut M) -> T) -> T {
        take(&mut **self.machine.borrow_mut())
    }

    /// The device.
    pub fn link(&self) -> Rc<Link> {
        self.link.borrow().clone()
    }

    /// The cable was pulled: nothing that is under way ends otherwise.
    pub fn gone(&self) {
        self.link.borrow().set_gone();
        self.end_all();
        self.pump();
    }

    /// The device is back. The machine must be told to connect.
    pub fn attach(&self, link: Link) {
        self.end_all();
        *self.link.borrow_mut() = Rc::new(link);
    }

    fn end_all(&self) {
        self.late.borrow_mut().clear();
        let ids = self.schedule.borrow_mut().clear();
        for id in ids {
            self.machine.borrow_mut().completed(id, Completion::Gone);
        }
    }

    fn pump(&self) {
        self.again.set(true);
        if self.is_pumping.replace(true) {
            return;
        }
        while self.again.take() {
            self.take_requests();
            self.begin();
        }
        self.is_pumping.set(false);
        self.sleep();
        (self.changed)();
    }

    fn take_requests(&self) {
        loop {
            let request = self.machine.borrow_mut().request();
            let Some(request) = request else { return };
            let id = request.id;
            if self.link.borrow().is_gone() {
                self.machine.borrow_mut().completed(id, Completion::Gone);
                continue;
            }
            let refused = self.schedule.borrow_mut().push(request);
            if let Some(id) = refused {
                self.machine.borrow_mut().completed(id, Completion::Failed);
            }
        }
    }

    fn begin(&self) {
        loop {
            let request = self.schedule.borrow_mut().start();
            let Some(Request { id, transfer, .. }) = request else { return };
            let (link, me) = (self.link(), self.me.clone());
            spawn_local(async move {
                let completion = link.run(transfer).await;
                if let Some(me) = me.upgrade() {
                    me.landed(&link, id, completion);
                }
            });
        }
    }

    fn landed(&self, link: &Rc<Link>, id: u32, completion: Completion) {
        if !Rc::ptr_eq(link, &self.link.borrow()) {
            return;
        }
        self.advance();
        let is_news = self.schedule.borrow_mut().landed(id);
        if is_news {
            self.machine.borrow_mut().completed(id, completion);
        }
        self.pump();
    }

    /// Lets the time pass that has passed.
    fn advance(&self) {
        let Some(ms) = whole_ms(now_ms() - self.clock_ms.get()) else { return };
        self.clock_ms.set(self.clock_ms.get() + f64::from(ms));
        let late = self.schedule.borrow_mut().elapsed(ms);
        for late in late {
            match late {
                Late::Harmless(id) => self.machine.borrow_mut().completed(id, Completion::TimedOut),
                Late::Device(id) => {
                    self.link.borrow().give_up();
                    self.machine.borrow_mut().completed(id, Completion::TimedOut);
                }
                Late::Transfer(id, endpoint) => self.take_back(id, endpoint),
            }
        }
        self.machine.borrow_mut().elapsed(ms);
    }

    /// Nothing of a late transfer may come any more before the machine is told, and nothing may begin before.
    fn take_back(&self, id: u32, endpoint: u8) {
        self.schedule.borrow_mut().hold();
        self.late.borrow_mut().push_back((id, endpoint));
        if self.late.borrow().len() > 1 {
            // Whoever takes back the first one goes on with this.
            return;
        }
        let (link, me) = (self.link(), self.me.clone());
        spawn_local(async move {
            loop {
                let Some(session) = me.upgrade() else { return };
                let next = session.late.borrow().front().copied();
                let Some((id, endpoint)) = next else { break };
                if !Rc::ptr_eq(&link, &session.link.borrow()) {
                    return;
                }
                drop(session);
                within(TAKE_BACK_MS, &link, endpoint).await;
                let Some(session) = me.upgrade() else { return };
                session.taken_back(&link, id);
            }
        });
    }

    fn taken_back(&self, link: &Rc<Link>, id: u32) {
        if !Rc::ptr_eq(link, &self.link.borrow()) {
            return;
        }
        self.advance();
        self.late.borrow_mut().retain(|(late, _)| *late != id);
        if self.late.borrow().is_empty() {
            self.schedule.borrow_mut().release();
        }
        let is_news = self.schedule.borrow_mut().landed(id);
        if is_news {
            self.machine.borrow_mut().completed(id, Completion::TimedOut);
        }
        self.pump();
    }

    fn sleep(&self) {
        let own = self.schedule.borrow().due();
        let due = own.into_iter().chain(self.machine.borrow().due()).min();
        let me = self.me.clone();
        *self.timer.borrow_mut() = due.map(|ms| {
            Timeout::new(ms.clamp(1, MAX_SLEEP_MS), move || {
                if let Some(me) = me.upgrade() {
                    me.advance();
                    me.pump();
                }
            })
        });
    }
}

/// Takes back what is under way on an endpoint, or gives up.
async fn within(ms: u32, link: &Rc<Link>, endpoint: u8) {
    let (sender, receiver) = oneshot::channel::<()>();
    let sender = Rc::new(Cell::new(Some(sender)));
    let end = |sender: &Cell<Option<oneshot::Sender<()>>>| {
        if let Some(sender) = sender.take() {
            // Whoever waited may be gone.
            let _ = sender.send(());
        }
    };
    let (late, taking) = (sender.clone(), link.clone());
    let limit = Timeout::new(ms, move || end(&late));
    spawn_local(async move {
        taking.take_back(endpoint).await;
        end(&sender);
    });
    let _ = receiver.await;
    limit.cancel();
}

fn now_ms() -> f64 {
    gloo::utils::window().performance().map_or_else(js_sys::Date::now, |clock| clock.now())
}

/// Whole milliseconds, at least one. A computer that slept may have lost days: an hour is as late as anything.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 1 and 3,600,000 by the clamp"
)]
fn whole_ms(ms: f64) -> Option<u32> {
    (ms >= 1.0).then(|| ms.clamp(1.0, 3_600_000.0) as u32)
}
