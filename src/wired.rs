//! The scanner on the USB cable: chosen or found again, taken, lost and taken anew. It outlives the screens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use urna_scanner::{
    Delivery, Driver, Event, Info, NoSheet, ScannerFault, Settings, Side, StartError, State,
    driver_for, filters,
};
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::listeners::Listeners;
use crate::usb::{self, Link, NotChosen, Refusal, Said, Session, UsbDevice, Watch};

type Wire = Session<dyn Driver>;

/// What a screen shows of the scanner.
#[derive(Clone, Debug, PartialEq)]
pub enum View {
    /// This browser has no USB.
    NoUsb,
    /// None was chosen.
    None,
    /// One was chosen that no driver fits.
    Unfit(String),
    /// It is taken, or on its way there, or away for the moment.
    Taken(Taken),
}

/// A scanner that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Maker and model: by its own word once it has one, else by its descriptors.
    pub name: String,
    /// What it says of itself, once it has.
    pub info: Option<Info>,
    /// What it is doing.
    pub state: State,
    /// The fault that came last, until somebody went on.
    pub fault: Option<Mishap>,
    /// Why it can't be taken.
    pub refusal: Option<Refusal>,
}

/// A fault, and whether it took a sheet along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mishap {
    /// The sheet that moved is not counted.
    OfSheet(ScannerFault),
    /// No sheet moved: nothing may be said of one.
    Alone(ScannerFault),
}

/// What comes of a sheet while it moves. It belongs to nothing until [`Fed::Done`].
#[derive(Debug)]
pub enum Piece {
    /// The next bytes of a side.
    Part(Side, Vec<u8>),
    /// The end of a side: the bytes at its beginning, or all of it if it came in no parts.
    End(Side, Vec<u8>),
}

/// How a sheet ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Fed {
    /// It is out, and so many sides of it were given.
    Done(u8),
    /// None came.
    None(NoSheet),
    /// It is void.
    Fault(ScannerFault),
}

/// The scanner on the cable.
#[derive(Clone)]
pub struct WiredScanner(Rc<Inner>);

struct Inner {
    held: RefCell<Option<Held>>,
    view: RefCell<View>,
    sheet: RefCell<Option<Sheet>>,
    mishap: Cell<Option<Mishap>>,
    listeners: Listeners,
    next_sheet: Cell<u32>,
    /// Sheets that move or are being judged: whoever shows what becomes of them must stay.
    busy: Cell<u32>,
    on_trouble: RefCell<Callback<ScannerFault>>,
    devices: RefCell<Option<Watch>>,
}

/// A device and its driver.
struct Held {
    wire: Rc<Wire>,
    who: Who,
}

/// What tells devices apart when one comes back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    vendor: u16,
    product: u16,
    serial: Option<String>,
    /// By its descriptors.
    pub name: String,
}

/// While it lives it is not yet shown what became of a sheet.
pub struct Busy(WiredScanner);

impl Drop for Busy {
    fn drop(&mut self) {
        let inner = &self.0.0;
        inner.busy.set(inner.busy.get().saturating_sub(1));
        inner.listeners.tell();
    }
}

/// A sheet that moves, and who waits for it.
struct Sheet {
    take: Box<dyn FnMut(Piece)>,
    sides: u8,
    end: oneshot::Sender<Fed>,
}

impl PartialEq for WiredScanner {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl WiredScanner {
    /// Takes the device that was granted before, if there is one, and watches for those that come.
    pub fn start() -> Self {
        let view = if usb::is_there() { View::None } else { View::NoUsb };
        let scanner = WiredScanner(Rc::new(Inner {
            held: RefCell::default(),
            view: RefCell::new(view),
            sheet: RefCell::default(),
            mishap: Cell::default(),
            listeners: Listeners::default(),
            next_sheet: Cell::default(),
            busy: Cell::default(),
            on_trouble: RefCell::default(),
            devices: RefCell::default(),
        }));
        let (came, went) = (Rc::downgrade(&scanner.0), Rc::downgrade(&scanner.0));
        let watch = usb::watch(
            move |device| {
                if let Some(inner) = came.upgrade() {
                    WiredScanner(inner).came(&device);
                }
            },
            move |device| {
                if let Some(inner) = went.upgrade() {
                    inner.went(&device);
                }
            },
        );
        *scanner.0.devices.borrow_mut() = watch;
        let first = scanner.clone();
        spawn_local(async move { first.take_granted().await });
        scanner
    }

    /// Takes the first device that may be used without asking and can be driven, if none is held.
    pub async fn take_granted(&self) {
        for device in usb::granted().await {
            self.came(&device);
        }
    }

    /// What is to be shown.
    pub fn view(&self) -> View {
        self.0.view.borrow().clone()
    }

    /// Whether a scanner was chosen that can be driven, be it there at the moment or not.
    pub fn is_taken(&self) -> bool {
        self.0.held.borrow().is_some()
    }

    /// Whether a sheet moves.
    pub fn is_moving(&self) -> bool {
        self.0.sheet.borrow().is_some()
    }

    /// What it is doing.
    pub fn state(&self) -> State {
        let wire = self.wire();
        wire.map_or(State::Disconnected, |wire| wire.look(|driver| driver.state()))
    }

    /// Lets a person choose one. Only from a click.
    pub async fn choose(&self) -> Result<(), NotChosen> {
        let device = usb::choose(filters()).await?;
        self.take(&device);
        Ok(())
    }

    /// Lets go of it: the tray takes its place. A sheet that moves is void.
    pub fn leave(&self) {
        let held = self.0.held.borrow_mut().take();
        if let Some(held) = held {
            // Whatever is under way ends with it.
            if let Ok(closing) = held.wire.link().device().close() {
                spawn_local(async move {
                    let _ = wasm_bindgen_futures::JsFuture::from(closing).await;
                });
            }
        }
        if let Some(sheet) = self.0.sheet.borrow_mut().take() {
            let _ = sheet.end.send(Fed::Fault(ScannerFault::Gone));
        }
        self.0.mishap.set(None);
        self.0.look();
    }

    /// A person has removed the cause of whatever was wrong.
    pub fn go_on(&self) {
        self.0.mishap.set(None);
        let Some(wire) = self.wire() else { return };
        wire.with(|driver| match driver.state() {
            State::Faulted(_) => driver.clear_fault(),
            State::Disconnected => driver.connect(),
            _ => {}
        });
    }

    /// Pulls in a sheet and waits until it is out. `take` gets what comes of it, as it comes.
    ///
    /// # Errors
    /// [`StartError`]; no sheet was touched.
    pub async fn feed(&self, take: impl FnMut(Piece) + 'static) -> Result<Fed, StartError> {
        let wire = self.wire().ok_or(StartError::NotConnected)?;
        if self.is_moving() {
            return Err(StartError::Busy);
        }
        let (end, ended) = oneshot::channel();
        // Before it starts, since it may end at once.
        *self.0.sheet.borrow_mut() = Some(Sheet { take: Box::new(take), sides: 0, end });
        if let Err(error) = wire.with(|driver| driver.start_sheet()) {
            self.0.sheet.borrow_mut().take();
            self.0.look();
            return Err(error);
        }
        Ok(ended.await.unwrap_or(Fed::Fault(ScannerFault::Gone)))
    }

    /// A number that no sheet had since the page was opened.
    pub fn next_sheet(&self) -> u32 {
        self.0.next_sheet.set(self.0.next_sheet.get().saturating_add(1));
        self.0.next_sheet.get()
    }

    /// Marks the scanner as busy until the mark is dropped: from the start of a sheet until it is shown what
    /// became of it.
    pub fn busy(&self) -> Busy {
        self.0.busy.set(self.0.busy.get().saturating_add(1));
        self.0.listeners.tell();
        Busy(self.clone())
    }

    /// Whether it is not yet shown what became of a sheet.
    pub fn is_busy(&self) -> bool {
        self.0.busy.get() > 0
    }

    /// Waits until something has changed.
    pub async fn changed(&self) {
        self.0.listeners.changed().await;
    }

    /// Wakes whoever waits for a change.
    pub fn wake(&self) {
        self.0.listeners.tell();
    }

    /// Calls back after each change of the view, until [`WiredScanner::forget_watcher`].
    pub fn watch(&self, watcher: Callback<()>) -> u32 {
        self.0.listeners.watch(watcher)
    }

    /// Calls back no more.
    pub fn forget_watcher(&self, id: u32) {
        self.0.listeners.forget(id);
    }

    /// Who is told of faults that took no sheet along.
    pub fn on_trouble(&self, on_trouble: Callback<ScannerFault>) {
        *self.0.on_trouble.borrow_mut() = on_trouble;
    }

    fn is_away(&self) -> bool {
        self.wire().is_some_and(|wire| wire.link().is_gone())
    }

    fn wire(&self) -> Option<Rc<Wire>> {
        self.0.held.borrow().as_ref().map(|held| held.wire.clone())
    }

    /// A device came that the page may use: the one that was lost, or the first that can be driven.
    fn came(&self, device: &UsbDevice) {
        let Some(said) = device.said() else { return };
        let is_back = self.0.held.borrow().as_ref().is_some_and(|held| held.who == who(&said));
        match (is_back, self.is_taken()) {
            (true, _) => self.take_back(device, &said),
            (false, false) => self.take_if_driven(device, &said),
            // Another one in the place of one that went away; while one is there it is left alone.
            (false, true) if self.is_away() => self.take_if_driven(device, &said),
            (false, true) => {}
        }
    }

    fn take(&self, device: &UsbDevice) {
        let Some(said) = device.said() else {
            return self.0.show(View::Unfit(String::new()));
        };
        let is_same = self.wire().is_some_and(|wire| wire.link().device() == device);
        if is_same {
            return self.go_on();
        }
        self.leave();
        self.take_if_driven(device, &said);
        if !self.is_taken() {
            self.0.show(View::Unfit(who(&said).name));
        }
    }

    fn take_if_driven(&self, device: &UsbDevice, said: &Said) {
        let Some(descriptors) = usb::descriptors(said) else { return };
        let Some(driver) = driver_for(&descriptors, settings()) else { return };
        let link = Link::new(device.clone(), descriptors.alternates);
        let inner = Rc::downgrade(&self.0);
        let wire = Session::new(driver, link, move || {
            if let Some(inner) = inner.upgrade() {
                inner.look();
            }
        });
        *self.0.held.borrow_mut() = Some(Held { wire: wire.clone(), who: who(said) });
        wire.with(|driver| driver.connect());
    }

    /// The same driver goes on: it remembers what it must not ask of the device again.
    fn take_back(&self, device: &UsbDevice, said: &Said) {
        let (Some(wire), Some(descriptors)) = (self.wire(), usb::descriptors(said)) else { return };
        if wire.link().device() == device && !wire.link().is_gone() {
            return;
        }
        if !wire.link().is_gone() {
            wire.gone();
        }
        wire.attach(Link::new(device.clone(), descriptors.alternates));
        wire.with(|driver| driver.connect());
    }
}

impl Inner {
    fn went(&self, device: &UsbDevice) {
        let wire = self.held.borrow().as_ref().map(|held| held.wire.clone());
        if let Some(wire) = wire.filter(|wire| wire.link().device() == device) {
            wire.gone();
        }
    }

    /// Takes the driver's events, and tells of whatever is to be shown otherwise.
    fn look(&self) {
        let wire = self.held.borrow().as_ref().map(|held| held.wire.clone());
        let Some(wire) = wire else {
            let view = if usb::is_there() { View::None } else { View::NoUsb };
            return self.show(view);
        };
        while let Some(event) = wire.take(|driver| driver.poll()) {
            self.happened(event);
        }
        let taken = self.held.borrow().as_ref().map(|held| {
            let link = held.wire.link();
            let (info, state) = wire.look(|driver| (driver.info().map(short), driver.state()));
            let name = info.as_ref().map(|info| info.name.clone());
            Taken {
                name: name.filter(|name| !name.is_empty()).unwrap_or(held.who.name.clone()),
                info,
                state: if link.is_gone() { State::Disconnected } else { state },
                fault: self.mishap.get(),
                refusal: link.refusal(),
            }
        });
        if let Some(taken) = taken {
            self.show(View::Taken(taken));
        }
    }

    fn happened(&self, event: Event) {
        let end = match event {
            Event::Part(part) => return self.take(Piece::Part(part.side, part.bytes)),
            Event::SideScanned(frame) => return self.take(Piece::End(frame.side, frame.bytes)),
            Event::Connected => {
                // It is back, and no sheet was lost.
                if self.mishap.get() == Some(Mishap::Alone(ScannerFault::Gone)) {
                    self.mishap.set(None);
                }
                return;
            }
            Event::Trouble(fault) => {
                self.mishap.set(Some(Mishap::Alone(fault)));
                let on_trouble = self.on_trouble.borrow().clone();
                return on_trouble.emit(fault);
            }
            Event::SheetDone => None,
            Event::NoSheet(why) => Some(Fed::None(why)),
            Event::Fault(fault) => {
                self.mishap.set(Some(Mishap::OfSheet(fault)));
                Some(Fed::Fault(fault))
            }
        };
        let sheet = self.sheet.borrow_mut().take();
        if let Some(Sheet { sides, end: waits, .. }) = sheet {
            // Whoever waited may be gone with the screen: then nobody counts it.
            let _ = waits.send(end.unwrap_or(Fed::Done(sides)));
        }
    }

    fn take(&self, piece: Piece) {
        if let Some(sheet) = self.sheet.borrow_mut().as_mut() {
            if matches!(piece, Piece::End(..)) {
                sheet.sides = sheet.sides.saturating_add(1);
            }
            // It only passes it on: nothing comes back here from it.
            (sheet.take)(piece);
        }
    }

    fn show(&self, view: View) {
        let is_new = self.view.replace(view.clone()) != view;
        if is_new {
            self.listeners.tell();
        }
    }
}

/// Pixels go on to the vault while the sheet moves.
fn settings() -> Settings {
    Settings { delivery: Delivery::Parts, ..Settings::default() }
}

/// Who a device is.
pub fn who(said: &Said) -> Who {
    let name = [&said.manufacturer_name, &said.product_name];
    let name = name.into_iter().flatten().map(|part| part.trim()).collect::<Vec<_>>().join(" ");
    Who {
        vendor: said.vendor_id,
        product: said.product_id,
        serial: said.serial_number.clone(),
        name: line(&name),
    }
}

fn short(info: &Info) -> Info {
    let Info { name, firmware, serial } = info;
    Info { name: line(name), firmware: line(firmware), serial: line(serial) }
}

/// Words of a device for the screen: one line, and longer ones tell no more.
fn line(words: &str) -> String {
    words.chars().filter(|c| !c.is_control()).take(60).collect::<String>().trim().to_owned()
}
