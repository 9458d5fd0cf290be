//! The USB wire as a browser has it (WebUSB), for any [`urna_usb::Machine`]: the driver of a scanner, or of
//! anything else.
//!
//! WebUSB has no time-outs and takes nothing back, so both are made here: a transfer ends when its interface is
//! released. Whatever is awaited may never come; nothing waits longer than the machine has said.
//!
//! It runs in the page and not in a worker of its own: `requestDevice` exists in the page only, and the page
//! does nothing while a sheet comes that a transfer would have to wait for (docs/scanners.md has the figures).

mod access;
mod descriptors;
mod js;
mod link;
mod schedule;
mod session;

pub use access::{NotChosen, Watch, choose, granted, is_there, watch};
pub use descriptors::descriptors;
pub use js::{Said, UsbDevice};
pub use link::{Link, Refusal};
pub use session::Session;
