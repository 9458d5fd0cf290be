//! A disk in memory whose power can be cut at any write or flush.

use std::collections::BTreeMap;

use crate::disk::{Disk, DiskFault, FileName};

/// When the power fails, and what becomes of what was not flushed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Power {
    /// Never.
    On,
    /// At the n-th write or flush from now, counted from 0: everything unflushed is lost.
    LoseUnflushed(usize),
    /// Likewise, but the unflushed writes reach the disk, the last one only by half.
    TearLast(usize),
}

/// The files as they are on the platter, and what was written since the last flush.
#[derive(Clone, Debug)]
pub struct MemoryDisk {
    durable: BTreeMap<FileName, Vec<u8>>,
    pending: Vec<(FileName, Option<usize>, Vec<u8>)>,
    power: Power,
    steps: usize,
    is_off: bool,
    /// The file that can't be written any more.
    failing: Option<FileName>,
}

impl Default for MemoryDisk {
    fn default() -> Self {
        MemoryDisk {
            durable: BTreeMap::new(),
            pending: Vec::new(),
            power: Power::On,
            steps: 0,
            is_off: false,
            failing: None,
        }
    }
}

impl MemoryDisk {
    /// Sets when the power will fail.
    pub fn set_power(&mut self, power: Power) {
        self.power = power;
        self.steps = 0;
    }

    /// From now on this file can't be written, the others can.
    pub fn fail_writes_to(&mut self, file: Option<FileName>) {
        self.failing = file;
    }

    /// Whether the power has failed.
    pub fn is_off(&self) -> bool {
        self.is_off
    }

    /// Writes and flushes since the power was set.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// The disk as the next start finds it.
    pub fn after_restart(&self) -> MemoryDisk {
        MemoryDisk { durable: self.durable.clone(), ..MemoryDisk::default() }
    }

    /// The bytes on the platter, to look at or to damage.
    pub fn durable_mut(&mut self, file: FileName) -> &mut Vec<u8> {
        self.durable.entry(file).or_default()
    }

    fn step(&mut self, file: FileName) -> Result<(), DiskFault> {
        let off = DiskFault { file: file.as_str(), what: "the power is off".to_owned() };
        if self.is_off {
            return Err(off);
        }
        let at = self.steps;
        self.steps += 1;
        match self.power {
            Power::LoseUnflushed(when) if at == when => self.is_off = true,
            Power::TearLast(when) if at == when => {
                self.is_off = true;
                if let Some((_, _, bytes)) = self.pending.last_mut() {
                    bytes.truncate(bytes.len() / 2);
                }
                let pending = std::mem::take(&mut self.pending);
                pending.into_iter().for_each(|write| self.apply(write));
            }
            _ => return Ok(()),
        }
        Err(off)
    }

    fn apply(&mut self, (file, at, bytes): (FileName, Option<usize>, Vec<u8>)) {
        let content = self.durable.entry(file).or_default();
        match at {
            None => *content = bytes,
            Some(at) => {
                if let Some(part) = content.get_mut(at..at + bytes.len()) {
                    part.copy_from_slice(&bytes);
                }
            }
        }
    }

    fn len(&self, file: FileName) -> usize {
        let replaced =
            self.pending.iter().rev().find(|(name, at, _)| *name == file && at.is_none());
        let durable = || self.durable.get(&file).map_or(0, Vec::len);
        replaced.map_or_else(durable, |(_, _, bytes)| bytes.len())
    }
}

impl Disk for MemoryDisk {
    fn read(&self, file: FileName) -> Result<Vec<u8>, DiskFault> {
        let mut view = self.clone();
        let pending = std::mem::take(&mut view.pending);
        pending.into_iter().for_each(|write| view.apply(write));
        Ok(view.durable.remove(&file).unwrap_or_default())
    }

    fn replace(&mut self, file: FileName, bytes: &[u8]) -> Result<(), DiskFault> {
        self.pending.push((file, None, bytes.to_vec()));
        self.step(file)
    }

    fn write_at(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault> {
        if at + bytes.len() > self.len(file) {
            return Err(DiskFault { file: file.as_str(), what: "beyond its end".to_owned() });
        }
        if self.failing == Some(file) {
            return Err(DiskFault { file: file.as_str(), what: "a bad sector".to_owned() });
        }
        self.pending.push((file, Some(at), bytes.to_vec()));
        self.step(file)
    }

    fn flush(&mut self, file: FileName) -> Result<(), DiskFault> {
        self.step(file)?;
        let (now, later) =
            std::mem::take(&mut self.pending).into_iter().partition(|(name, ..)| *name == file);
        self.pending = later;
        let now: Vec<_> = now;
        now.into_iter().for_each(|write| self.apply(write));
        Ok(())
    }
}
