//! What the kiosk asks of a scanner, whichever it is; the drivers of real ones; and the simulated one of
//! the tray.
//!
//! A driver is a machine without I/O and without a clock. The kiosk sees a [`Scanner`] and calls
//! [`Scanner::poll`] until it has nothing more to say; whoever holds the USB wire sees a [`Driver`].
//! [`driver_for`] chooses one by what a device says of itself.

mod capture;
mod escl;
mod fi;
mod grey_pgm;
mod jpeg;
mod outbox;
mod select;
mod simulated;

pub use capture::{
    Capture, CaptureFault, Images, MAX_CAPTURE_BYTES, MAX_CAPTURE_BYTES_WITH_IMAGES,
    MAX_CAPTURE_ENTRIES, Recorder, Recording, ReplayFault, Serials, Strings, Subject, replay,
};
pub use escl::Escl;
pub use fi::Fi;
pub use select::{Filter, Protocol, driver_as, driver_for, filters};
pub use simulated::{MAX_SHEETS, Sheet, SheetFault, SimulatedScanner};
pub use urna_core::journal::ScannerFault;
pub use urna_usb::{Alternate, Completion, Descriptors, MAX_TRANSFER, Machine, Request, Transfer};

/// Longest image of one side, in bytes: as much as the vault takes.
pub const MAX_SIDE_BYTES: usize = 64 << 20;
/// Most images of one sheet.
pub const SIDES: usize = 2;

/// Which side of the paper, as the device sees it. Which one is printed only recognition knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that faces the device's first sensor.
    Front,
    /// The other.
    Back,
}

/// Bytes of one scanned side: a JPEG or PGM file, of the simulated scanner whatever file was put in.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which side.
    pub side: Side,
    /// The image file, unchecked: the device is hostile. After an [`Event::Part`] of this side its first bytes
    /// only, which are known last: they go over the first ones of the parts.
    pub bytes: Vec<u8>,
    /// What the device said of it.
    pub said: Said,
}

/// Bytes of a side.
#[derive(Clone, PartialEq, Eq)]
pub struct Part {
    /// Which side.
    pub side: Side,
    /// Its next bytes.
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Part {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Part({:?}, {} bytes)", self.side, self.bytes.len())
    }
}

/// What a device said of a side. Nothing that is counted follows from it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Dots per inch that were asked for and not refused; 0 if there are none, as for a file.
    pub dpi: u16,
    /// Width and height in pixels.
    pub size: Option<(u32, u32)>,
    /// Sensors that noticed something which is no fault; said with the side that came last.
    pub sensors: Sensors,
}

/// Sensors that noticed something which is no fault.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sensors {
    /// The sheet went through askew.
    pub skewed: bool,
    /// It is thicker than those before.
    pub thick: bool,
    /// Its length differs from those before.
    pub length: bool,
}

impl std::fmt::Debug for Frame {
    /// A ballot's image belongs into no log, so only its length is shown.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Frame({:?}, {} bytes)", self.side, self.bytes.len())
    }
}

/// What a device says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// Maker and model.
    pub name: String,
    /// Version of its firmware; empty if it does not say.
    pub firmware: String,
    /// Serial number; empty if it does not say.
    pub serial: String,
}

/// What a device can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Both sides in one pass.
    pub duplex: bool,
    /// Resolutions in dots per inch, ascending.
    pub dpi: Vec<u16>,
    /// Longest sheet, in millimetres.
    pub longest_mm: u16,
    /// Whether it notices two sheets at once.
    pub detects_double_feed: bool,
}

/// How sheets are scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Dots per inch.
    pub dpi: u16,
    /// Width that is scanned, in millimetres; less if the device can't.
    pub width_mm: u16,
    /// Length that is scanned, in millimetres; less if the device can't.
    pub length_mm: u16,
    /// How an fi-series scanner sends its pixels.
    pub pixels: Pixels,
    /// How raw pixels are given.
    pub delivery: Delivery,
}

/// How raw pixels are given. Files that a device made are short, and always given whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As one file, when the sheet is out.
    Whole,
    /// In parts, while the sheet moves.
    Parts,
}

/// How an fi-series scanner sends its pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pixels {
    /// One byte for each.
    Raw,
    /// As JPEG, where the device says that it can.
    Jpeg,
}

impl Default for Settings {
    /// What recognition was measured with, on sheets up to A3 in length: the paper's end ends the side.
    fn default() -> Self {
        Self {
            dpi: 200,
            width_mm: 216,
            length_mm: 420,
            pixels: Pixels::Raw,
            delivery: Delivery::Whole,
        }
    }
}

/// What a device is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// [`Scanner::connect`] was not called yet, or the device went away.
    Disconnected,
    /// It is being taken, or brought back in step after a fault.
    Connecting,
    /// No paper.
    Empty,
    /// Paper lies ready.
    Ready,
    /// A sheet moves through.
    Scanning,
    /// Stopped until a person has helped and [`Scanner::clear_fault`] was called.
    Faulted(ScannerFault),
}

impl State {
    /// Whether a sheet can be started.
    pub(crate) fn may_start(self) -> Result<(), StartError> {
        match self {
            State::Disconnected | State::Connecting => Err(StartError::NotConnected),
            State::Faulted(fault) => Err(StartError::Faulted(fault)),
            State::Scanning => Err(StartError::Busy),
            State::Empty => Err(StartError::Empty),
            State::Ready => Ok(()),
        }
    }
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// The device is taken: [`Scanner::info`] and [`Scanner::capabilities`] are known.
    Connected,
    /// The next bytes of a side that is not complete yet; they belong to nothing until [`Event::SheetDone`].
    Part(Part),
    /// One side of the sheet; it belongs to nothing until [`Event::SheetDone`].
    SideScanned(Frame),
    /// The sheet is out and all its sides were given.
    SheetDone,
    /// No sheet came of it, and nothing is wrong: sides given since its start are void.
    NoSheet(NoSheet),
    /// The sheet was not scanned, or not whole: sides given since its start are void.
    Fault(ScannerFault),
    /// Something needs a hand while no sheet moves: the last one stays what it was.
    Trouble(ScannerFault),
}

/// Why no sheet came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoSheet {
    /// No paper lay there after all.
    Empty,
    /// [`Scanner::cancel`], or the button on the device.
    Cancelled,
}

/// Why a sheet can't be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// There is no paper.
    #[error("there is no paper")]
    Empty,
    /// A sheet is still moving.
    #[error("a sheet is being scanned")]
    Busy,
    /// The device is not there, or not ready yet.
    #[error("the scanner is not connected")]
    NotConnected,
    /// A fault waits for a person.
    #[error("a fault was not cleared: {0:?}")]
    Faulted(ScannerFault),
}

/// A scanner.
///
/// Each successful [`Scanner::start_sheet`] ends with exactly one of [`Event::SheetDone`],
/// [`Event::NoSheet`] and [`Event::Fault`].
pub trait Scanner {
    /// Takes the device, or takes it anew; for one that came back after [`State::Disconnected`] as well. A
    /// sheet that moves ends with [`Event::Fault`].
    fn connect(&mut self);
    /// What it is, once it has said so.
    fn info(&self) -> Option<&Info>;
    /// What it can do, once it has said so.
    fn capabilities(&self) -> Option<&Capabilities>;
    /// What it is doing. Watching for paper is looking for [`State::Ready`].
    fn state(&self) -> State;
    /// Pulls in a sheet.
    ///
    /// # Errors
    /// [`StartError`]; the sheet was not touched.
    fn start_sheet(&mut self) -> Result<(), StartError>;
    /// What happened next; `None` if nothing did.
    fn poll(&mut self) -> Option<Event>;
    /// Gives up the sheet that moves. It is given up only when [`NoSheet::Cancelled`] says so: it may have
    /// been done before, or something may go wrong first.
    fn cancel(&mut self);
    /// A person has removed the cause of a fault.
    fn clear_fault(&mut self);
}

/// A scanner at the other end of a wire: what the kiosk asks of it, and what the wire does for it.
pub trait Driver: Scanner + Machine {}

impl<T: Scanner + Machine> Driver for T {}

/// What the clerk is told when a device can't be taken.
pub(crate) fn fault_of(fault: urna_usb::OpenFault) -> ScannerFault {
    match fault {
        urna_usb::OpenFault::InUse => ScannerFault::InUse,
        urna_usb::OpenFault::NoAnswer => ScannerFault::NoAnswer,
        urna_usb::OpenFault::Protocol => ScannerFault::Protocol,
    }
}
