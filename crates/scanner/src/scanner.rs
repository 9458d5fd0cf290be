//! What the kiosk may ask of a scanner, and what it hears back.

use urna_core::journal::ScannerFault;

use crate::frame::Frame;

/// A document scanner, driven by polling. Never blocks and never looks at a clock.
pub trait Scanner {
    /// What the device says of itself.
    fn info(&self) -> ScannerInfo;

    /// What the device can do.
    fn capabilities(&self) -> Capabilities;

    /// What the device is doing.
    fn state(&self) -> ScannerState;

    /// Begins to scan the first sheet of the tray.
    ///
    /// # Errors
    /// [`ScannerError`]; nothing has moved then.
    fn start_sheet(&mut self, settings: &ScanSettings) -> Result<(), ScannerError>;

    /// Gives up the sheet being scanned; [`ScannerEvent::Cancelled`] tells when it is done. Does
    /// nothing when no sheet is being scanned.
    fn cancel(&mut self);

    /// Tells the device that the clerk has cleared the fault. Does nothing when there is none.
    fn clear_fault(&mut self);

    /// The next event, if there is one. Goes one step at most.
    fn poll(&mut self) -> Option<ScannerEvent>;
}

/// What a device says of itself; for the journal and the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScannerInfo {
    /// Maker.
    pub vendor: String,
    /// Model.
    pub model: String,
    /// Serial number, if it tells.
    pub serial: Option<String>,
    /// Version of its firmware, if it tells.
    pub firmware: Option<String>,
}

/// What a device can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Scans both sides in one pass.
    pub duplex: bool,
    /// Resolutions, ascending.
    pub dpi: Vec<u32>,
    /// Longest sheet.
    pub max_length_mm: u32,
    /// Widest sheet.
    pub max_width_mm: u32,
    /// Can tell two sheets that stick together from one.
    pub double_feed_sensor: bool,
}

/// What a device is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScannerState {
    /// Waiting, the tray is empty.
    Idle,
    /// Waiting, with paper in the tray.
    Ready,
    /// A sheet is on its way, or being given up.
    Scanning,
    /// Nothing moves before the fault is cleared.
    Fault(ScannerFault),
}

/// Which sides to scan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sides {
    /// The front only.
    Front,
    /// Both.
    Both,
}

/// Whether to stop when two sheets stick together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoubleFeedCheck {
    /// Stop.
    On,
    /// Don't look.
    Off,
}

/// How to scan a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScanSettings {
    /// Which sides.
    pub sides: Sides,
    /// Resolution; one of [`Capabilities::dpi`].
    pub dpi: u32,
    /// Length of the sheet; up to [`Capabilities::max_length_mm`].
    pub length_mm: u32,
    /// Whether to stop at a double feed; needs [`Capabilities::double_feed_sensor`].
    pub double_feed: DoubleFeedCheck,
}

impl ScanSettings {
    /// Finds what these settings ask for and the device can't do.
    ///
    /// # Errors
    /// [`ScannerError::Unsupported`], naming the first such setting.
    pub fn check(&self, can: &Capabilities) -> Result<(), ScannerError> {
        let unsupported = |setting| Err(ScannerError::Unsupported { setting });
        if self.sides == Sides::Both && !can.duplex {
            return unsupported("sides");
        }
        if !can.dpi.contains(&self.dpi) {
            return unsupported("dpi");
        }
        if self.length_mm == 0 || self.length_mm > can.max_length_mm {
            return unsupported("length_mm");
        }
        if self.double_feed == DoubleFeedCheck::On && !can.double_feed_sensor {
            return unsupported("double_feed");
        }
        Ok(())
    }
}

/// Why a sheet can't be started.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScannerError {
    /// The tray is empty.
    #[error("no paper in the tray")]
    NoPaper,
    /// A sheet is on its way.
    #[error("a sheet is being scanned")]
    Busy,
    /// A fault was not cleared yet.
    #[error("the scanner has a fault: {0:?}")]
    Faulted(ScannerFault),
    /// The device can't do what was asked.
    #[error("the scanner can't do what `{setting}` asks")]
    Unsupported {
        /// Field of [`ScanSettings`].
        setting: &'static str,
    },
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScannerEvent {
    /// Paper was put into the empty tray.
    PaperPresent,
    /// The tray is empty now.
    PaperGone,
    /// A side was scanned. It belongs to a sheet only once [`ScannerEvent::SheetDone`] follows.
    SideScanned(Frame),
    /// The sheet was scanned whole and came out.
    SheetDone,
    /// The sheet was given up on request.
    Cancelled {
        /// Where it is.
        fate: SheetFate,
    },
    /// Something went wrong. A sheet that was on its way was not scanned.
    Fault {
        /// What.
        fault: ScannerFault,
        /// Where the sheet is.
        fate: SheetFate,
    },
}

/// Where a sheet is that was *not* scanned, so that the clerk can feed it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SheetFate {
    /// No sheet was on its way.
    NoSheet,
    /// It never left the tray; nothing to do.
    InTray,
    /// It is in the paper path: open the cover, take it out, put it into the tray.
    InPath,
    /// It came out unread: put it into the tray again.
    Ejected,
    /// The device can't say: look into the tray, the paper path and the output.
    NotKnown,
}
