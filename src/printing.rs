//! The receipt printer on the USB cable: chosen or found again, taken, lost and taken anew. It outlives the
//! screens.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_channel::oneshot;
use gloo::storage::{LocalStorage, Storage};
use urna_core::journal::PrinterFault;
use urna_printer::{CLASSES, Event, Info, Printer, Roll, State, printer_for};
use urna_receipt::{Bitmap, Width};
use urna_scanner::Filter;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

use crate::listeners::Listeners;
use crate::usb::{self, Link, NotChosen, Refusal, Said, Session, UsbDevice, Watch};
use crate::wired::{Who, who};

const WIDTH_KEY: &str = "urna-receipt-width";

type Wire = Session<Printer>;

/// What a screen shows of the printer.
#[derive(Clone, Debug, PartialEq)]
pub enum View {
    /// This browser has no USB: there is the browser's own print only.
    NoUsb,
    /// None was chosen.
    None,
    /// One was chosen that can't be used.
    Unfit(String),
    /// It is taken, or on its way there, or away for the moment.
    Taken(Taken),
}

/// A printer that was taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Taken {
    /// Maker and model.
    pub name: String,
    /// What it is doing.
    pub state: State,
    /// Why it can't be taken.
    pub refusal: Option<Refusal>,
}

/// The printer on the cable.
#[derive(Clone)]
pub struct WiredPrinter(Rc<Inner>);

struct Inner {
    held: RefCell<Option<Held>>,
    view: RefCell<View>,
    /// Who waits for the end of a report.
    report: RefCell<Option<oneshot::Sender<Result<Roll, PrinterFault>>>>,
    width: Cell<Width>,
    listeners: Listeners,
    devices: RefCell<Option<Watch>>,
}

struct Held {
    wire: Rc<Wire>,
    who: Who,
}

impl PartialEq for WiredPrinter {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl WiredPrinter {
    /// Takes the printer that was granted before, if there is one, and watches for those that come.
    pub fn start() -> Self {
        let view = if usb::is_there() { View::None } else { View::NoUsb };
        let stored: Option<String> = LocalStorage::get(WIDTH_KEY).ok();
        let width = if stored.as_deref() == Some("58") { Width::Mm58 } else { Width::Mm80 };
        let printer = WiredPrinter(Rc::new(Inner {
            held: RefCell::default(),
            view: RefCell::new(view),
            report: RefCell::default(),
            width: Cell::new(width),
            listeners: Listeners::default(),
            devices: RefCell::default(),
        }));
        let (came, went) = (Rc::downgrade(&printer.0), Rc::downgrade(&printer.0));
        let watch = usb::watch(
            move |device| {
                if let Some(inner) = came.upgrade() {
                    WiredPrinter(inner).came(&device);
                }
            },
            move |device| {
                if let Some(inner) = went.upgrade() {
                    inner.went(&device);
                }
            },
        );
        *printer.0.devices.borrow_mut() = watch;
        let first = printer.clone();
        spawn_local(async move {
            for device in usb::granted().await {
                first.came(&device);
            }
        });
        printer
    }

    /// What is to be shown.
    pub fn view(&self) -> View {
        self.0.view.borrow().clone()
    }

    /// Width of its paper.
    pub fn width(&self) -> Width {
        self.0.width.get()
    }

    /// Another roll is in it.
    pub fn set_width(&self, width: Width) {
        let name = if width == Width::Mm58 { "58" } else { "80" };
        // Without storage the width is forgotten at the next start, nothing else.
        let _ = LocalStorage::set(WIDTH_KEY, name);
        self.0.width.set(width);
        self.0.listeners.tell();
    }

    /// Lets a person choose one. Only from a click.
    ///
    /// # Errors
    /// [`NotChosen`].
    pub async fn choose(&self) -> Result<(), NotChosen> {
        let filters = CLASSES.into_iter().map(|class| Filter { vendor: None, class });
        let device = usb::choose(filters).await?;
        let Some(said) = device.said() else {
            self.0.show(View::Unfit(String::new()));
            return Ok(());
        };
        // Taken a second time, it would be in the way of itself.
        if self.wire().is_some_and(|wire| wire.link().device() == &device && !wire.link().is_gone())
        {
            self.connect();
            return Ok(());
        }
        self.leave();
        if !self.take(&device, &said) {
            self.0.show(View::Unfit(who(&said).name));
        }
        Ok(())
    }

    /// Takes it anew, after somebody put it right.
    pub fn connect(&self) {
        if let Some(wire) = self.wire() {
            wire.with(Printer::connect);
        }
    }

    /// Prints an original and waits for its end.
    ///
    /// # Errors
    /// Why it is not printed; what came of it is void.
    pub async fn print(&self, bitmap: Bitmap) -> Result<Roll, PrinterFault> {
        let wire = self.wire().ok_or(PrinterFault::Gone)?;
        let (end, ended) = oneshot::channel();
        // Before it starts, since it may end at once.
        let other = self.0.report.replace(Some(end));
        if other.is_some() {
            self.0.report.replace(other);
            return Err(PrinterFault::Stopped);
        }
        if wire.with(|printer| printer.print(bitmap)).is_err() {
            self.0.report.take();
            return Err(match wire.look(Printer::state) {
                State::Faulted(fault) => fault,
                State::Disconnected => PrinterFault::Gone,
                _ => PrinterFault::NoAnswer,
            });
        }
        ended.await.unwrap_or(Err(PrinterFault::Gone))
    }

    /// Gives up the report that is being printed.
    pub fn stop(&self) {
        if let Some(wire) = self.wire() {
            wire.with(Printer::stop);
        }
    }

    /// Calls back after each change of the view, until [`WiredPrinter::forget_watcher`].
    pub fn watch(&self, watcher: Callback<()>) -> u32 {
        self.0.listeners.watch(watcher)
    }

    /// Calls back no more.
    pub fn forget_watcher(&self, id: u32) {
        self.0.listeners.forget(id);
    }

    fn wire(&self) -> Option<Rc<Wire>> {
        self.0.held.borrow().as_ref().map(|held| held.wire.clone())
    }

    fn leave(&self) {
        let held = self.0.held.borrow_mut().take();
        if let Some(held) = held {
            // Whatever is under way ends with it.
            if let Ok(closing) = held.wire.link().device().close() {
                spawn_local(async move {
                    let _ = wasm_bindgen_futures::JsFuture::from(closing).await;
                });
            }
        }
        self.0.ended(Err(PrinterFault::Gone));
        self.0.look();
    }

    /// A device came that the page may use: the one that was lost, or the first that can be used.
    fn came(&self, device: &UsbDevice) {
        let Some(said) = device.said() else { return };
        let held = self.0.held.borrow().as_ref().map(|held| held.who.clone());
        match held {
            Some(held) if held == who(&said) => self.take_back(device, &said),
            // Another one, while one is held.
            Some(_) => {}
            None => {
                self.take(device, &said);
            }
        }
    }

    /// Whether it is a printer.
    fn take(&self, device: &UsbDevice, said: &Said) -> bool {
        let Some(descriptors) = usb::descriptors(said) else { return false };
        let Some(printer) = printer_for(&descriptors) else { return false };
        let link = Link::new(device.clone(), descriptors.alternates);
        let inner = Rc::downgrade(&self.0);
        let wire = Session::new(Box::new(printer), link, move || {
            if let Some(inner) = inner.upgrade() {
                inner.look();
            }
        });
        *self.0.held.borrow_mut() = Some(Held { wire: wire.clone(), who: who(said) });
        wire.with(Printer::connect);
        true
    }

    fn take_back(&self, device: &UsbDevice, said: &Said) {
        let (Some(wire), Some(descriptors)) = (self.wire(), usb::descriptors(said)) else { return };
        if wire.link().device() == device && !wire.link().is_gone() {
            return;
        }
        if !wire.link().is_gone() {
            wire.gone();
        }
        wire.attach(Link::new(device.clone(), descriptors.alternates));
        wire.with(Printer::connect);
    }
}

impl Inner {
    fn went(&self, device: &UsbDevice) {
        let wire = self.held.borrow().as_ref().map(|held| held.wire.clone());
        if let Some(wire) = wire.filter(|wire| wire.link().device() == device) {
            wire.gone();
        }
    }

    /// Takes the machine's events, and tells of whatever is to be shown otherwise.
    fn look(&self) {
        let wire = self.held.borrow().as_ref().map(|held| held.wire.clone());
        let Some(wire) = wire else {
            let view = if usb::is_there() { View::None } else { View::NoUsb };
            return self.show(view);
        };
        while let Some(event) = wire.take(Printer::poll) {
            match event {
                Event::Connected => {}
                Event::Printed(roll) => self.ended(Ok(roll)),
                Event::NotPrinted(fault) => self.ended(Err(fault)),
            }
        }
        let taken = self.held.borrow().as_ref().map(|held| {
            let (info, state) = wire.look(|printer| (printer.info().cloned(), printer.state()));
            Taken {
                name: name(info, &held.who),
                state: if wire.link().is_gone() { State::Disconnected } else { state },
                refusal: wire.link().refusal(),
            }
        });
        if let Some(taken) = taken {
            self.show(View::Taken(taken));
        }
    }

    fn ended(&self, how: Result<Roll, PrinterFault>) {
        let report = self.report.borrow_mut().take();
        if let Some(report) = report {
            // Whoever waited may be gone with the screen.
            let _ = report.send(how);
        }
    }

    fn show(&self, view: View) {
        let is_new = self.view.replace(view.clone()) != view;
        if is_new {
            self.listeners.tell();
        }
    }
}

/// By its own word once it has one, else by its descriptors.
fn name(info: Option<Info>, who: &Who) -> String {
    let own = info.map(|info| info.name).filter(|name| !name.is_empty());
    own.unwrap_or_else(|| who.name.clone())
}

/// Key of a fault's cause and remedy.
pub fn fault_key(fault: PrinterFault) -> &'static str {
    match fault {
        PrinterFault::PaperOut => "printer-paper-out",
        PrinterFault::CoverOpen => "printer-cover-open",
        PrinterFault::Offline => "printer-offline",
        PrinterFault::Cutter => "printer-cutter",
        PrinterFault::Hot => "printer-hot",
        PrinterFault::Hardware => "printer-hardware",
        PrinterFault::Gone => "printer-gone",
        PrinterFault::NoAnswer => "printer-no-answer",
        PrinterFault::Protocol => "printer-protocol",
        PrinterFault::InUse => "printer-in-use",
        PrinterFault::Unsupported => "printer-unsupported",
        PrinterFault::TooLong => "printer-too-long",
        PrinterFault::Stopped => "printer-stopped",
    }
}
