//! A device that is recorded for a bug report. Its sheets are let go: nothing of them reaches the vault.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use urna_core::DeviceText;
use urna_core::journal::{PollState, ScannerFault};
use urna_core::vault_api::Status;
use urna_scanner::{
    Descriptors, Driver, Event, Images, NoSheet, Protocol, Recorder, Recording, Serials, Settings,
    State, Strings, Subject, driver_as, driver_for, filters,
};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use yew::Callback;

use crate::context::Kiosk;
use crate::usb::{self, Link, NotChosen, Said, Session, UsbDevice, Watch};

type Wire = Session<dyn Driver>;

/// Whether there is a service screen now: not while ballots are counted. In a training nothing counts.
pub fn is_allowed(kiosk: &Kiosk) -> bool {
    kiosk.is_training() || !is_counting(&kiosk.status)
}

fn is_counting(status: &Status) -> bool {
    matches!(status.state, PollState::Open | PollState::Paused)
}

/// Whether pages may be kept: the sheets that are at hand before opening are nobody's votes, later ones are.
pub fn may_keep_images(kiosk: &Kiosk) -> bool {
    let before = matches!(
        kiosk.status.state,
        PollState::Unprovisioned | PollState::Provisioned | PollState::Tested
    );
    before || kiosk.is_training()
}

/// Which devices are offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those that the program knows.
    Supported,
    /// All.
    Any,
}

/// How a device is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the driver that fits it.
    Fitting,
    /// By one that is only tried.
    Tried(Protocol),
    /// Not at all: what it says of itself is recorded.
    Descriptors,
}

/// A device that was chosen.
pub struct Candidate {
    device: UsbDevice,
    descriptors: Descriptors,
    strings: Strings,
}

impl Candidate {
    /// Lets a person choose one. Only from a click.
    pub async fn choose(reach: Reach) -> Result<Self, NotChosen> {
        let device = match reach {
            Reach::Supported => usb::choose(filters()).await?,
            Reach::Any => usb::choose(std::iter::empty()).await?,
        };
        // What says nothing that makes sense can't be recorded either.
        let said = device.said().ok_or(NotChosen::Nothing)?;
        let descriptors = usb::descriptors(&said).ok_or(NotChosen::Nothing)?;
        Ok(Candidate { device, descriptors, strings: strings(said) })
    }

    /// Its name, fit for the screen.
    pub fn name(&self) -> String {
        let name = format!("{} {}", self.strings.maker, self.strings.product);
        DeviceText::new(&name).map(String::from).unwrap_or_default()
    }

    /// Maker and model as USB numbers.
    pub fn numbers(&self) -> String {
        format!("{:04x}:{:04x}", self.descriptors.vendor, self.descriptors.product)
    }

    /// The ways to speak to it, the best one first.
    pub fn ways(&self) -> Vec<Way> {
        let fitting = driver_for(&self.descriptors, Settings::default()).map(|_| Way::Fitting);
        let tried = [Protocol::Escl, Protocol::Fi].map(|protocol| {
            driver_as(protocol, &self.descriptors, Settings::default())
                .map(|_| Way::Tried(protocol))
        });
        let tried = tried.into_iter().flatten().filter(|_| fitting.is_none());
        fitting.into_iter().chain([Way::Descriptors]).chain(tried).collect()
    }
}

fn strings(said: Said) -> Strings {
    Strings {
        maker: said.manufacturer_name.unwrap_or_default(),
        product: said.product_name.unwrap_or_default(),
        serial: said.serial_number.unwrap_or_default(),
    }
}

/// What came of the last sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Last {
    Nothing,
    Scanned,
    None(NoSheet),
    Fault(ScannerFault),
}

/// A recording that runs, until it is dropped.
pub struct Running(Rc<Inner>);

struct Inner {
    device: UsbDevice,
    wire: RefCell<Option<Rc<Wire>>>,
    recording: Recording,
    last: Cell<Last>,
    changed: RefCell<Callback<()>>,
    watch: RefCell<Option<Watch>>,
}

impl Running {
    /// Begins to record.
    pub fn start(
        candidate: &Candidate,
        way: Way,
        (images, serials): (Images, Serials),
        software: &str,
    ) -> Self {
        let settings = Settings::default();
        let device = candidate.descriptors.clone();
        let driver = match way {
            Way::Fitting => driver_for(&device, settings),
            Way::Tried(protocol) => driver_as(protocol, &device, settings),
            Way::Descriptors => None,
        };
        let subject = Subject {
            device,
            strings: candidate.strings.clone(),
            software: software.to_owned(),
            settings,
            images,
            serials,
        };
        match driver {
            None => Running(Inner::new(candidate, Recording::of_descriptors(subject))),
            Some(driver) => {
                let (recorder, recording) = Recorder::new(driver, subject);
                let inner = Inner::new(candidate, recording);
                inner.speak(candidate, Box::new(recorder));
                Running(inner)
            }
        }
    }

    /// What the device is doing; `None` if nobody speaks to it.
    pub fn state(&self) -> Option<State> {
        let wire = self.0.wire.borrow();
        wire.as_ref().map(|wire| {
            let is_gone = wire.link().is_gone();
            if is_gone { State::Disconnected } else { wire.look(|driver| driver.state()) }
        })
    }

    /// What came of the last sheet.
    pub fn last(&self) -> Last {
        self.0.last.get()
    }

    /// Who is told whenever there is something new to be shown.
    pub fn on_change(&self, changed: Callback<()>) {
        *self.0.changed.borrow_mut() = changed;
    }

    /// Ends it, and lets go of the device: another may take it when this has come to its end.
    pub fn end(&self) -> impl Future<Output = ()> + use<> {
        self.0.watch.borrow_mut().take();
        let was_open = self.0.wire.borrow_mut().take().is_some();
        // Whatever is under way ends with it.
        let closing = was_open.then(|| self.0.device.close());
        async move {
            if let Some(Ok(closing)) = closing {
                let _ = JsFuture::from(closing).await;
            }
        }
    }

    /// What was recorded.
    pub fn recording(&self) -> &Recording {
        &self.0.recording
    }

    /// Pulls in a sheet; removes a fault first, since whoever asks for a sheet has removed its cause.
    pub fn scan(&self) {
        let wire = self.0.wire.borrow().clone();
        let Some(wire) = wire else { return };
        self.0.last.set(Last::Nothing);
        wire.with(|driver| {
            if matches!(driver.state(), State::Faulted(_)) {
                driver.clear_fault();
            } else {
                // Nothing lies there, or it is not ready: the state says so.
                let _ = driver.start_sheet();
            }
        });
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        spawn_local(self.end());
    }
}

impl Inner {
    fn new(candidate: &Candidate, recording: Recording) -> Rc<Self> {
        Rc::new(Inner {
            device: candidate.device.clone(),
            wire: RefCell::default(),
            recording,
            last: Cell::new(Last::Nothing),
            changed: RefCell::default(),
            watch: RefCell::default(),
        })
    }

    fn speak(self: &Rc<Self>, candidate: &Candidate, driver: Box<dyn Driver>) {
        let link = Link::new(self.device.clone(), candidate.descriptors.alternates.clone());
        let me = Rc::downgrade(self);
        let wire = Session::new(driver, link, move || Self::look(&me));
        *self.wire.borrow_mut() = Some(wire.clone());
        let (me, device) = (Rc::downgrade(self), self.device.clone());
        let went = move |gone: UsbDevice| {
            let wire = me.upgrade().and_then(|inner| inner.wire.borrow().clone());
            if let Some(wire) = wire.filter(|_| gone == device) {
                wire.gone();
            }
        };
        *self.watch.borrow_mut() = usb::watch(|_| {}, went);
        wire.with(|driver| driver.connect());
    }

    fn look(me: &Weak<Self>) {
        let Some(inner) = me.upgrade() else { return };
        let wire = inner.wire.borrow().clone();
        let Some(wire) = wire else { return };
        while let Some(event) = wire.take(|driver| driver.poll()) {
            inner.last.set(match event {
                Event::SheetDone => Last::Scanned,
                Event::NoSheet(why) => Last::None(why),
                Event::Fault(fault) | Event::Trouble(fault) => Last::Fault(fault),
                // The side itself is let go.
                Event::Part(_) | Event::SideScanned(_) | Event::Connected => continue,
            });
        }
        let changed = inner.changed.borrow().clone();
        changed.emit(());
    }
}
