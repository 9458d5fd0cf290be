//! Records what goes over the wire between a driver and its device, for a bug report.
//!
//! A [`Recorder`] is a driver around another: it passes everything on and writes down each request, how it
//! ended and how time passed. Pages are nobody's business, so their bytes are left out unless somebody has asked
//! for them; what can't be told apart from a page is left out too. The format is in `docs/scanners.md`.

mod file;
mod mask;
mod replay;
mod tape;
mod view;

pub use file::{Capture, CaptureFault};
pub use replay::{ReplayFault, replay};
pub use tape::{MAX_CAPTURE_BYTES, MAX_CAPTURE_BYTES_WITH_IMAGES, MAX_CAPTURE_ENTRIES};

use std::cell::RefCell;
use std::rc::Rc;

use tape::{Call, Tape};

use crate::{
    Capabilities, Completion, Descriptors, Driver, Event, Info, Machine, Request, Scanner,
    Settings, StartError, State,
};

/// What becomes of the bytes of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Images {
    /// Only their number is written.
    LeftOut,
    /// They are written: somebody asked for it, and the sheets are nobody's votes.
    Kept,
}

/// What becomes of serial numbers, and of names that are as good as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serials {
    /// Asterisks stand for them.
    Masked,
    /// They are written.
    Kept,
}

/// What a device says of itself before anything is asked: its USB strings. Empty where it says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Strings {
    /// Who made it.
    pub maker: String,
    /// What it is.
    pub product: String,
    /// Its serial number.
    pub serial: String,
}

/// What is recorded, and how much of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// The device's descriptors.
    pub device: Descriptors,
    /// Its strings.
    pub strings: Strings,
    /// Name and version of the program.
    pub software: String,
    /// How sheets are scanned.
    pub settings: Settings,
    /// Bytes of pages.
    pub images: Images,
    /// Serial numbers.
    pub serials: Serials,
}

/// A driver that writes down what another one does.
pub struct Recorder {
    driver: Box<dyn Driver>,
    tape: Rc<RefCell<Tape>>,
}

/// What a [`Recorder`] has written so far, for whoever has given the recorder away.
#[derive(Clone)]
pub struct Recording(Rc<RefCell<Tape>>);

impl Recorder {
    /// Records `driver`, which speaks to the device that `subject` describes.
    pub fn new(driver: Box<dyn Driver>, subject: Subject) -> (Self, Recording) {
        let tape = Rc::new(RefCell::new(Tape::new(subject)));
        (Self { driver, tape: tape.clone() }, Recording(tape))
    }

    /// Nobody else holds the tape meanwhile: each use ends before the next begins.
    fn write<T>(&self, write: impl FnOnce(&mut Tape) -> T) -> T {
        write(&mut self.tape.borrow_mut())
    }
}

impl Recording {
    /// The capture of a device to which nobody spoke: no driver knows its language.
    pub fn of_descriptors(subject: Subject) -> Self {
        Self(Rc::new(RefCell::new(Tape::new(subject))))
    }

    /// The file: one JSON value a line.
    pub fn file(&self) -> Vec<u8> {
        file::write(&self.0.borrow())
    }

    /// Bytes written down so far.
    pub fn len(&self) -> usize {
        self.0.borrow().len()
    }

    /// Whether nothing was written down.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether the bound is reached and nothing more is written.
    pub fn is_full(&self) -> bool {
        self.0.borrow().is_full()
    }
}

impl Machine for Recorder {
    fn request(&mut self) -> Option<Request> {
        let request = self.driver.request()?;
        self.write(|tape| tape.asked(&request));
        Some(request)
    }

    fn completed(&mut self, id: u32, completion: Completion) {
        self.write(|tape| tape.ended(id, &completion));
        self.driver.completed(id, completion);
    }

    fn elapsed(&mut self, ms: u32) {
        self.write(|tape| tape.passed(ms));
        self.driver.elapsed(ms);
    }

    fn due(&self) -> Option<u32> {
        self.driver.due()
    }
}

impl Scanner for Recorder {
    fn connect(&mut self) {
        self.write(|tape| tape.called(Call::Connect));
        self.driver.connect();
    }

    fn info(&self) -> Option<&Info> {
        self.driver.info()
    }

    fn capabilities(&self) -> Option<&Capabilities> {
        self.driver.capabilities()
    }

    fn state(&self) -> State {
        self.driver.state()
    }

    fn start_sheet(&mut self) -> Result<(), StartError> {
        let started = self.driver.start_sheet();
        if started.is_ok() {
            self.write(|tape| tape.called(Call::StartSheet));
        }
        started
    }

    fn poll(&mut self) -> Option<Event> {
        let event = self.driver.poll()?;
        if let Some(info) = self.driver.info() {
            self.write(|tape| tape.learn_serial(&info.serial));
        }
        self.write(|tape| tape.happened(&event));
        Some(event)
    }

    fn cancel(&mut self) {
        self.write(|tape| tape.called(Call::Cancel));
        self.driver.cancel();
    }

    fn clear_fault(&mut self) {
        self.write(|tape| tape.called(Call::ClearFault));
        self.driver.clear_fault();
    }
}
