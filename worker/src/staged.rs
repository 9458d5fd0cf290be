//! Files in memory, to be checked whole before any of them is stored.

use std::collections::BTreeMap;

use crate::disk::{Disk, DiskFault, FileName};

/// The files.
#[derive(Default)]
pub struct Staged(BTreeMap<FileName, Vec<u8>>);

impl Staged {
    /// Overwrites the beginning of a file that is there; `None` if it is too short.
    pub fn begin_with(&mut self, file: FileName, bytes: &[u8]) -> Option<()> {
        self.0.get_mut(&file)?.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(())
    }

    /// Stores all files, each durable before the next, in the order in which provisioning makes them.
    ///
    /// # Errors
    /// [`DiskFault`].
    pub fn store(&self, disk: &mut dyn Disk) -> Result<(), DiskFault> {
        for file in FileName::ALL {
            disk.replace(file, self.0.get(&file).map_or(&[], Vec::as_slice))?;
            disk.flush(file)?;
        }
        Ok(())
    }
}

impl Disk for Staged {
    fn read(&self, file: FileName) -> Result<Vec<u8>, DiskFault> {
        Ok(self.0.get(&file).cloned().unwrap_or_default())
    }

    fn len(&self, file: FileName) -> Result<usize, DiskFault> {
        Ok(self.0.get(&file).map_or(0, Vec::len))
    }

    fn replace(&mut self, file: FileName, bytes: &[u8]) -> Result<(), DiskFault> {
        self.0.insert(file, bytes.to_vec());
        Ok(())
    }

    fn write_at(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault> {
        let content = self.0.get_mut(&file);
        let place = content.and_then(|content| content.get_mut(at..at.checked_add(bytes.len())?));
        let beyond = || DiskFault { file: file.as_str(), what: "beyond its end".to_owned() };
        place.ok_or_else(beyond)?.copy_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self, _: FileName) -> Result<(), DiskFault> {
        Ok(())
    }
}
