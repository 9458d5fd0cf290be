//! The vault: owns recognition, event log, ballot records, tally, keys and signing.
//!
//! Everything here runs over a [`Disk`] and a [`World`], so that the same code is tested natively, with
//! the power cut at every write, and runs in a Web Worker over the browser's private file system.

mod ahead;
mod copy;
mod copying;
mod count;
mod counts;
mod day;
mod disk;
mod explanation;
mod export;
mod fates;
mod files;
mod frame;
mod keys;
mod log;
mod memory;
mod people;
mod privacy;
mod provision;
mod reader;
mod records;
mod reports;
mod scanners;
mod secrecy;
mod software;
mod staged;
mod surroundings;
mod take_over;
mod vault;

#[cfg(target_arch = "wasm32")]
pub mod browser;

pub use disk::{Disk, DiskFault, FileName};
pub use fates::{Fate, SECTOR};
pub use files::bytes_per_sheet;
pub use memory::{Fault, MemoryDisk, Power, Step, Write};
pub use reader::{Explanation, PageReader, ReadFault, Reader};
pub use records::SLOTS;
pub use vault::{Answer, SOFTWARE, Vault, World};
