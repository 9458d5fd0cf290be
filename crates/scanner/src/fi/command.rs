//! The SCSI commands that are sent, byte by byte, as SANE's fujitsu backend was seen to send them.

/// A command and its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Command {
    /// 6, 10 or 12 bytes.
    pub block: Vec<u8>,
    pub data: Data,
}

/// What follows the command block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Data {
    None,
    Out(Vec<u8>),
    /// At most so many bytes.
    In(u32),
}

/// The sheet's sides by their windows.
pub(super) const FRONT: u8 = 0x00;
pub(super) const BACK: u8 = 0x80;

/// Bytes of the answers.
pub(super) const SENSE_BYTES: u32 = 0x12;
const INQUIRY_BYTES: u8 = 0x60;
const FEATURES_BYTES: u8 = 0xcc;
const STATUS_BYTES: u8 = 0x0c;
const SERIAL_BYTES: u8 = 0x0a;
const SIZE_BYTES: u32 = 0x20;

fn none(block: &[u8]) -> Command {
    Command { block: block.to_vec(), data: Data::None }
}

fn input(block: &[u8], length: u32) -> Command {
    Command { block: block.to_vec(), data: Data::In(length) }
}

pub(super) fn test_unit_ready() -> Command {
    none(&[0; 6])
}

pub(super) fn request_sense() -> Command {
    input(&[0x03, 0, 0, 0, 0x12, 0], SENSE_BYTES)
}

pub(super) fn inquiry() -> Command {
    input(&[0x12, 0, 0, 0, INQUIRY_BYTES, 0], INQUIRY_BYTES.into())
}

/// The maker's page of features.
pub(super) fn features() -> Command {
    input(&[0x12, 1, 0xf0, 0, FEATURES_BYTES, 0], FEATURES_BYTES.into())
}

/// Makes [`read_serial`] answer with the serial number.
pub(super) fn ask_serial() -> Command {
    let what = b"GET DEVICE ID   ".to_vec();
    Command { block: vec![0x1d, 0, 0, 0, 16, 0], data: Data::Out(what) }
}

pub(super) fn read_serial() -> Command {
    input(&[0x1c, 0, 0, 0, SERIAL_BYTES, 0], SERIAL_BYTES.into())
}

/// A mode page of 8 bytes.
pub(super) fn mode_select(page: [u8; 8]) -> Command {
    let mut data = vec![0; 4];
    data.extend(page);
    Command { block: vec![0x15, 0x10, 0, 0, 12, 0], data: Data::Out(data) }
}

/// Nothing is read ahead: the image that comes is of the sheet that moves.
pub(super) const NO_BUFFERING: [u8; 8] = [0x3a, 6, 0x80, 0xc0, 0, 0, 0, 0];
/// Two sheets at once stop the scanner; they are noticed by ultrasound.
pub(super) const STOP_AT_DOUBLE_FEED: [u8; 8] = [0x38, 6, 0x90, 0, 0, 0, 0, 0];
/// The next sheet is not gripped before it is asked for.
pub(super) const NO_PREPICK: [u8; 8] = [0x33, 6, 0x80, 0, 0, 0, 0, 0];

pub(super) fn set_window(data: Vec<u8>) -> Command {
    let [_, l2, l1, l0] = length(&data);
    Command { block: vec![0x24, 0, 0, 0, 0, 0, l2, l1, l0, 0], data: Data::Out(data) }
}

pub(super) fn feed() -> Command {
    none(&[0x31, 1, 0, 0, 0, 0, 0, 0, 0, 0])
}

pub(super) fn scan(windows: &[u8]) -> Command {
    let [.., count] = length(windows);
    Command { block: vec![0x1b, 0, 0, 0, count, 0], data: Data::Out(windows.to_vec()) }
}

pub(super) fn read(window: u8, bytes: u32) -> Command {
    let [_, l2, l1, l0] = bytes.to_be_bytes();
    input(&[0x28, 0, 0, 0, 0, window, l2, l1, l0, 0], bytes)
}

pub(super) fn pixel_size(window: u8) -> Command {
    let [_, l2, l1, l0] = SIZE_BYTES.to_be_bytes();
    input(&[0x28, 0, 0x80, 0, 0, window, l2, l1, l0, 0], SIZE_BYTES)
}

pub(super) fn hardware_status() -> Command {
    input(&[0xc2, 0, 0, 0, 0, 0, 0, 0, STATUS_BYTES, 0], STATUS_BYTES.into())
}

pub(super) fn lamp_on() -> Command {
    none(&[0xf1, 5, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// Ends the scan that is under way.
pub(super) fn stop() -> Command {
    none(&[0xf1, 4, 0, 0, 0, 0, 0, 0, 0, 0])
}

/// Are so many bytes of the image there?
pub(super) fn is_ready(window: u8, bytes: u32) -> Command {
    let [_, l2, l1, l0] = bytes.to_be_bytes();
    none(&[0xf1, 0x10, window, 0, 0, 0, l2, l1, l0, 0])
}

fn length(data: &[u8]) -> [u8; 4] {
    u32::try_from(data.len()).unwrap_or(0).to_be_bytes()
}
