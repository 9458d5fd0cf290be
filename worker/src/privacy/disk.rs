//! The store of a trial: files in memory, and what was written over what since somebody watches.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::disk::{Disk, DiskFault, FileName};

/// A store in memory; clones are the same store.
#[derive(Clone, Default)]
pub(crate) struct TrialDisk(Rc<RefCell<Platter>>);

#[derive(Default)]
struct Platter {
    files: BTreeMap<FileName, Vec<u8>>,
    writes: Vec<Write>,
    is_watched: bool,
}

/// One write: what stood there before, and what stands there since.
pub(crate) struct Write {
    pub file: FileName,
    pub at: usize,
    pub old: Vec<u8>,
    pub new: Vec<u8>,
}

impl TrialDisk {
    /// From now on writes are remembered.
    pub fn watch(&self) {
        self.0.borrow_mut().is_watched = true;
    }

    /// Writes since then.
    pub fn written(&self) -> usize {
        self.0.borrow().writes.len()
    }

    /// Gives away all writes; the files stay.
    pub fn take_writes(&self) -> Vec<Write> {
        std::mem::take(&mut self.0.borrow_mut().writes)
    }
}

impl Platter {
    fn remember(&mut self, file: FileName, at: usize, old: Vec<u8>, new: &[u8]) {
        if self.is_watched {
            self.writes.push(Write { file, at, old, new: new.to_vec() });
        }
    }
}

impl Disk for TrialDisk {
    fn read(&self, file: FileName) -> Result<Vec<u8>, DiskFault> {
        Ok(self.0.borrow().files.get(&file).cloned().unwrap_or_default())
    }

    fn len(&self, file: FileName) -> Result<usize, DiskFault> {
        Ok(self.0.borrow().files.get(&file).map_or(0, Vec::len))
    }

    fn replace(&mut self, file: FileName, bytes: &[u8]) -> Result<(), DiskFault> {
        let mut platter = self.0.borrow_mut();
        let old = platter.files.insert(file, bytes.to_vec()).unwrap_or_default();
        platter.remember(file, 0, old, bytes);
        Ok(())
    }

    fn write_at(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault> {
        let mut platter = self.0.borrow_mut();
        let content = platter.files.entry(file).or_default();
        let part = at.checked_add(bytes.len()).and_then(|end| content.get_mut(at..end));
        let fault = DiskFault { file: file.as_str(), what: "beyond its end".to_owned() };
        let part = part.ok_or(fault)?;
        let old = part.to_vec();
        part.copy_from_slice(bytes);
        platter.remember(file, at, old, bytes);
        Ok(())
    }

    fn flush(&mut self, _: FileName) -> Result<(), DiskFault> {
        Ok(())
    }
}
