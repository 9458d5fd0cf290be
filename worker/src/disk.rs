//! The few files of the vault and what is asked of whatever stores them.

/// A file of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileName {
    /// Authority's key and sealed election package. Written last when provisioning: it says that the
    /// rest is there.
    Package,
    /// Sealed keys and enrolment.
    Keys,
    /// Event log.
    Log,
    /// Ballot records.
    Records,
    /// Sealed final report.
    Result,
}

impl FileName {
    /// All files, in the order in which provisioning makes them.
    pub const ALL: [FileName; 5] =
        [FileName::Records, FileName::Keys, FileName::Result, FileName::Log, FileName::Package];

    /// Its name in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            FileName::Package => "package.bin",
            FileName::Keys => "keys.bin",
            FileName::Log => "log.bin",
            FileName::Records => "records.bin",
            FileName::Result => "result.bin",
        }
    }
}

/// The store failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {what}")]
pub struct DiskFault {
    /// Name of the file.
    pub file: &'static str,
    /// What the store says.
    pub what: String,
}

/// A store of the vault's files. A file that was never written is empty.
pub trait Disk {
    /// The whole content of a file.
    ///
    /// # Errors
    /// [`DiskFault`].
    fn read(&self, file: FileName) -> Result<Vec<u8>, DiskFault>;

    /// Length of a file's content, without reading it.
    ///
    /// # Errors
    /// [`DiskFault`].
    fn len(&self, file: FileName) -> Result<usize, DiskFault>;

    /// Replaces the whole content; used only when provisioning.
    ///
    /// # Errors
    /// [`DiskFault`].
    fn replace(&mut self, file: FileName, bytes: &[u8]) -> Result<(), DiskFault>;

    /// Overwrites a part that exists; never makes the file longer.
    ///
    /// # Errors
    /// [`DiskFault`].
    fn write_at(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault>;

    /// Returns once everything written to the file is durable.
    ///
    /// # Errors
    /// [`DiskFault`].
    fn flush(&mut self, file: FileName) -> Result<(), DiskFault>;
}
