//! Feeds sheets to the vault, one at a time: from the tray of the simulated scanner, or from the scanner on the
//! cable, once one was chosen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo::timers::future::TimeoutFuture;
use urna_core::vault_api::{Command, Reply};
use urna_scanner::{Event, Scanner, ScannerFault, SimulatedScanner, State};
use yew::prelude::*;

use crate::components::note_of;
use crate::context::{Kiosk, use_kiosk};
use crate::feeding::Feeding;
use crate::problem::Problem;
use crate::vault::Answer;
use crate::wired::WiredScanner;

/// A pause between two questions to the simulated scanner, so that the page can draw.
const POLL_MS: u32 = 4;

/// What becomes of the sheets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feed {
    /// They are shown.
    Test,
    /// They are counted.
    Count,
}

impl Feed {
    /// What the vault is asked to do with a sheet.
    pub fn command(self) -> Command {
        match self {
            Feed::Test => Command::TestSheet,
            Feed::Count => Command::CountSheet,
        }
    }
}

/// The scanner of a screen.
#[derive(Clone)]
pub struct Station {
    tray: Rc<RefCell<SimulatedScanner>>,
    stop: Rc<Cell<bool>>,
    feeding: Feeding,
    changed: UseForceUpdateHandle,
}

impl PartialEq for Station {
    /// Never: what the tray shows may have changed whenever the screen is drawn.
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

/// The scanner of the screen that calls this. Feeding ends with the screen.
#[hook]
pub fn use_station() -> Station {
    let kiosk = use_kiosk();
    let tray = use_mut_ref(SimulatedScanner::default);
    let stop = use_memo((), |()| Cell::new(false));
    let changed = use_force_update();
    let feeding = use_memo((), |()| Feeding::new(kiosk.scanner.clone()));
    {
        let (feeding, changed) = (feeding.clone(), changed.clone());
        use_effect_with((), move |()| {
            let scanner = feeding.scanner().clone();
            let watcher = scanner.watch(Callback::from(move |()| changed.force_update()));
            move || {
                feeding.stop();
                scanner.forget_watcher(watcher);
            }
        });
    }
    Station { tray, stop, feeding: (*feeding).clone(), changed }
}

impl Station {
    /// Reads or changes the tray.
    pub fn with<T>(&self, action: impl FnOnce(&mut SimulatedScanner) -> T) -> T {
        // The page has one thread, and no action gives control away while it holds the scanner.
        let outcome = action(&mut self.tray.borrow_mut());
        self.changed.force_update();
        outcome
    }

    /// Looks at the tray.
    pub fn look<T>(&self, look: impl FnOnce(&SimulatedScanner) -> T) -> T {
        look(&self.tray.borrow())
    }

    /// Stops feeding from the tray after the sheet that moves.
    pub fn stop(&self) {
        self.stop.set(true);
    }

    /// The scanner on the cable.
    pub fn scanner(&self) -> &WiredScanner {
        self.feeding.scanner()
    }

    /// Sheets that it pulls in by itself.
    pub fn feeding(&self) -> &Feeding {
        &self.feeding
    }

    /// Feeds one sheet, or all until one needs a hand, the vault refuses or the tray is empty.
    pub async fn feed(
        &self,
        kiosk: &Kiosk,
        feed: Feed,
        all: bool,
        on_reply: &Callback<Answer>,
    ) -> Result<(), Problem> {
        self.stop.set(false);
        // The tray is a scanner too, and says which: nobody shall take its sheets for paper.
        let simulated = self.look(|scanner| scanner.info().map(note_of));
        if let Some(note) = simulated {
            kiosk.ask(note, Vec::new()).await?;
        }
        while !self.stop.get() && !self.look(SimulatedScanner::is_empty) {
            if feed == Feed::Count && kiosk.copy.holds_up() {
                // The band says what is wrong; it goes on by itself.
                kiosk.copy.changed().await;
                continue;
            }
            let sides = match self.scan().await {
                Ok(sides) => sides,
                Err(fault) => {
                    kiosk.ask(Command::NoteScannerFault { fault }, Vec::new()).await?;
                    return Err(Problem::Scanner(fault));
                }
            };
            let answer = kiosk.ask(feed.command(), sides).await?;
            let waits =
                matches!(&answer.reply, Reply::Sheet(sheet) if sheet.status.drop_to_confirm);
            on_reply.emit(answer);
            if waits || !all {
                break;
            }
        }
        Ok(())
    }

    /// Scans one sheet: all its sides, or the fault that kept it from being scanned whole.
    async fn scan(&self) -> Result<Vec<Vec<u8>>, ScannerFault> {
        let started = self.with(|scanner| {
            if matches!(scanner.state(), State::Faulted(_)) {
                // Whoever feeds again has removed the cause.
                scanner.clear_fault();
            }
            scanner.start_sheet()
        });
        started.map_err(|_| ScannerFault::Protocol)?;
        let mut sides = Vec::new();
        loop {
            TimeoutFuture::new(POLL_MS).await;
            match self.with(Scanner::poll) {
                Some(Event::SideScanned(frame)) => sides.push(frame.bytes),
                Some(Event::SheetDone) => return Ok(sides),
                Some(Event::Fault(fault)) => return Err(fault),
                // Emptied while it moved.
                Some(Event::NoSheet(_)) => return Err(ScannerFault::Protocol),
                None if self.look(Scanner::state) != State::Scanning => {
                    return Err(ScannerFault::Protocol);
                }
                // The tray gives whole sides.
                Some(Event::Part(_) | Event::Connected | Event::Trouble(_)) | None => {}
            }
        }
    }
}

/// Key of a fault's cause and remedy.
pub fn fault_key(fault: ScannerFault) -> &'static str {
    match fault {
        ScannerFault::Jam => "scanner-jam",
        ScannerFault::DoubleFeed => "scanner-double-feed",
        ScannerFault::CoverOpen => "scanner-cover-open",
        ScannerFault::Gone => "scanner-gone",
        ScannerFault::Protocol => "scanner-protocol",
        ScannerFault::NoAnswer => "scanner-no-answer",
        ScannerFault::ManySheets => "scanner-many-sheets",
        ScannerFault::Misfeed => "scanner-misfeed",
        ScannerFault::PaperForm => "scanner-paper-form",
        ScannerFault::Hardware => "scanner-hardware",
        ScannerFault::Busy => "scanner-busy",
        ScannerFault::InUse => "scanner-in-use",
        ScannerFault::Unsupported => "scanner-unsupported",
    }
}

/// Key of what becomes of the sheet that moved when the fault came. Without one ([`Event::Trouble`]) nothing
/// may be said of a sheet: the last one was counted, and feeding it again would count it twice.
pub fn fate_key(fault: ScannerFault) -> &'static str {
    match fault {
        ScannerFault::DoubleFeed | ScannerFault::ManySheets => "scanner-fate-several",
        _ => "scanner-fate-one",
    }
}
