//! What the kiosk asks of a scanner, whichever it is, and the simulated one of the tray.
//!
//! A driver is a machine without I/O and without a clock: the kiosk calls [`Scanner::poll`] until it
//! has nothing more to say. What a device can tell comes from eSCL's `ScannerStatus` (Mopria eSCL 2.97,
//! section 9) and the hopper, jam, cover and double-feed bits of SCSI scanners' sense data.

mod simulated;

pub use simulated::{MAX_SHEETS, MAX_SIDE_BYTES, Sheet, SheetFault, SimulatedScanner};
pub use urna_core::journal::ScannerFault;

/// Which side of the paper, as the device sees it. Which one is printed only recognition knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The one that faces the device's first sensor.
    Front,
    /// The other.
    Back,
}

/// Bytes of one scanned side: a JPEG or PNG file.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which side.
    pub side: Side,
    /// The image file, unchecked: the device is hostile.
    pub bytes: Vec<u8>,
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
    /// Version of its firmware.
    pub firmware: String,
    /// Serial number.
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

/// What a device is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No paper.
    Empty,
    /// Paper lies ready.
    Ready,
    /// A sheet moves through.
    Scanning,
    /// Stopped until a person has helped and [`Scanner::clear_fault`] was called.
    Faulted(ScannerFault),
}

/// What happened.
#[derive(Debug, PartialEq, Eq)]
pub enum Event {
    /// One side of the sheet; it belongs to nothing until [`Event::SheetDone`].
    SideScanned(Frame),
    /// The sheet is out and all its sides were given.
    SheetDone,
    /// The sheet was not scanned, or not whole: sides given since its start are void.
    Fault(ScannerFault),
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
    /// A fault waits for a person.
    #[error("a fault was not cleared: {0:?}")]
    Faulted(ScannerFault),
}

/// A scanner.
pub trait Scanner {
    /// What it is.
    fn info(&self) -> Info;
    /// What it can do.
    fn capabilities(&self) -> Capabilities;
    /// What it is doing.
    fn state(&self) -> State;
    /// Pulls in a sheet.
    ///
    /// # Errors
    /// [`StartError`]; the sheet was not touched.
    fn start_sheet(&mut self) -> Result<(), StartError>;
    /// What happened next; `None` if nothing did.
    fn poll(&mut self) -> Option<Event>;
    /// Gives up the sheet that moves; it comes out unscanned.
    fn cancel(&mut self);
    /// A person has removed the cause of a fault.
    fn clear_fault(&mut self);
}
