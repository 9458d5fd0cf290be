//! Sheets that the scanner on the cable pulls in by itself, as soon as one lies ready.
//!
//! The next sheet is not started before the vault's answer to the last one is shown, and not before a person has
//! said so where the last one must go somewhere by hand: what the screen says is about the sheet that came out
//! last, at any time (docs/scanners.md, "One sheet at a time").

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use urna_core::vault_api::{Command, Place, Reply};
use urna_scanner::{NoSheet, Side, StartError, State};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::context::Kiosk;
use crate::problem::Problem;
use crate::scanning::Feed;
use crate::vault::Answer;
use crate::wired::{Fed, Piece, WiredScanner};

/// Whether sheets are pulled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// No.
    Off,
    /// Yes, as soon as one lies ready.
    On,
    /// Not before a person has put the last one where it belongs.
    Held(Hold),
}

/// What a person has to do with the last sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hold {
    /// Give it back.
    GiveBack,
    /// Put it into the invalid section, and confirm that.
    Drop,
}

/// The feeding of a screen.
#[derive(Clone)]
pub struct Feeding {
    scanner: WiredScanner,
    run: Rc<Cell<Run>>,
    /// Somebody goes on from sheet to sheet, as long as `run` says so.
    is_going: Rc<Cell<bool>>,
    problem: Rc<RefCell<Option<Problem>>>,
}

impl Feeding {
    /// Nothing is fed yet.
    pub fn new(scanner: WiredScanner) -> Self {
        let run = Rc::new(Cell::new(Run::Off));
        Feeding { scanner, run, is_going: Rc::default(), problem: Rc::default() }
    }

    /// The scanner.
    pub fn scanner(&self) -> &WiredScanner {
        &self.scanner
    }

    /// Whether sheets are pulled in.
    pub fn run(&self) -> Run {
        self.run.get()
    }

    /// What the vault had to say against it.
    pub fn problem(&self) -> Option<Problem> {
        self.problem.borrow().clone()
    }

    /// No sheet is started any more; the one that moves goes on to its end.
    pub fn stop(&self) {
        self.run.set(Run::Off);
        self.scanner.wake();
    }

    /// From now on sheets are pulled in by themselves.
    pub fn start(&self, kiosk: &Kiosk, feed: Feed, on_reply: &Callback<Answer>) {
        self.run.set(Run::On);
        self.problem.borrow_mut().take();
        self.scanner.go_on();
        self.scanner.wake();
        if self.is_going.replace(true) {
            return;
        }
        let (me, kiosk, on_reply) = (self.clone(), kiosk.clone(), on_reply.clone());
        spawn_local(async move {
            if let Err(problem) = me.feed_all(&kiosk, feed, &on_reply).await {
                me.run.set(Run::Off);
                *me.problem.borrow_mut() = Some(problem);
            }
            me.is_going.set(false);
            me.scanner.wake();
        });
    }

    async fn feed_all(
        &self,
        kiosk: &Kiosk,
        feed: Feed,
        on_reply: &Callback<Answer>,
    ) -> Result<(), Problem> {
        while self.run.get() == Run::On {
            if kiosk.copy.holds_up() && feed == Feed::Count {
                // The band says what is wrong; it goes on by itself.
                kiosk.copy.changed().await;
                continue;
            }
            match self.scanner.state() {
                State::Ready => {
                    let busy = self.scanner.busy();
                    self.feed_one(kiosk, feed, on_reply).await?;
                    // What became of it stands on the page before anything else moves.
                    TimeoutFuture::new(0).await;
                    drop(busy);
                }
                // The panel says what is wrong.
                State::Faulted(_) | State::Disconnected => self.run.set(Run::Off),
                State::Connecting | State::Empty | State::Scanning => self.scanner.changed().await,
            }
        }
        Ok(())
    }

    async fn feed_one(
        &self,
        kiosk: &Kiosk,
        feed: Feed,
        on_reply: &Callback<Answer>,
    ) -> Result<(), Problem> {
        let (fed, finish) = self.pull_in(kiosk, feed).await;
        let (command, buffers) = match fed {
            Ok(Fed::Done(sides)) => finish(sides),
            Ok(Fed::Fault(fault)) => {
                self.run.set(Run::Off);
                return kiosk
                    .ask(Command::NoteScannerFault { fault }, Vec::new())
                    .await
                    .map(|_| ());
            }
            // Somebody pressed the device's own button.
            Ok(Fed::None(NoSheet::Cancelled)) => {
                self.run.set(Run::Off);
                return Ok(());
            }
            // It was taken out again.
            Ok(Fed::None(NoSheet::Empty)) => return Ok(()),
            // Something has changed meanwhile, and will change again.
            Err(_) => {
                self.scanner.changed().await;
                return Ok(());
            }
        };
        let answer = kiosk.ask(command, buffers).await?;
        if let Some(hold) = hold(&answer.reply) {
            self.run.set(Run::Held(hold));
        }
        on_reply.emit(answer);
        Ok(())
    }

    /// Pulls in a sheet; how it ended, and what the vault is to be asked if it is out. What is to be counted is
    /// with the vault by then, most of it read; a test sheet is given to it whole.
    async fn pull_in(&self, kiosk: &Kiosk, feed: Feed) -> (Result<Fed, StartError>, Finish) {
        match feed {
            Feed::Count => {
                let (sheet, vault) = (self.scanner.next_sheet(), kiosk.clone());
                let fed = self.scanner.feed(move |piece| pass_on(&vault, sheet, piece)).await;
                let finish = move |sides| (Command::CountRead { sheet, sides }, Vec::new());
                (fed, Box::new(finish))
            }
            Feed::Test => {
                let sides = Rc::new(RefCell::new(Sides::new()));
                let taken = sides.clone();
                let fed =
                    self.scanner.feed(move |piece| keep(&mut taken.borrow_mut(), piece)).await;
                let sides = sides.take().into_iter().map(|(_, bytes)| bytes).collect();
                (fed, Box::new(move |_| (Command::TestSheet, sides)))
            }
        }
    }
}

/// From the number of sides of a sheet that is out to what the vault is asked.
type Finish = Box<dyn FnOnce(u8) -> (Command, Vec<Vec<u8>>)>;

/// The sides of a sheet, as far as they came.
type Sides = Vec<(Side, Vec<u8>)>;

/// Gives the vault a piece of a sheet that moves. If that fails, it is said when the sheet is to be counted.
fn pass_on(kiosk: &Kiosk, sheet: u32, piece: Piece) {
    let number = |side| match side {
        Side::Front => 0,
        Side::Back => 1,
    };
    let (command, bytes) = match piece {
        Piece::Part(side, bytes) => (Command::TakePart { sheet, side: number(side) }, bytes),
        Piece::End(side, bytes) => (Command::ReadSide { sheet, side: number(side) }, bytes),
    };
    kiosk.tell(&command, &bytes);
}

/// Puts a side together in the page.
fn keep(sides: &mut Sides, piece: Piece) {
    let (Piece::Part(side, bytes) | Piece::End(side, bytes)) = &piece;
    let Some((_, begun)) = sides.iter_mut().find(|(other, _)| other == side) else {
        return sides.push((*side, bytes.clone()));
    };
    match &piece {
        Piece::Part(..) => begun.extend_from_slice(bytes),
        Piece::End(..) => {
            if let Some(place) = begun.get_mut(..bytes.len()) {
                place.copy_from_slice(bytes);
            }
        }
    }
}

/// What a person has to do before the next sheet may come. At a test sheets go nowhere.
fn hold(reply: &Reply) -> Option<Hold> {
    let Reply::Sheet(sheet) = reply else { return None };
    if sheet.status.drop_to_confirm {
        return Some(Hold::Drop);
    }
    matches!(sheet.place, Place::GiveBack { .. }).then_some(Hold::GiveBack)
}
