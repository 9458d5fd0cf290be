//! A disk in memory that fails as real ones do: at any write or flush, in any of the ways of [`Fault`]; and
//! what was not flushed meets any [`Fate`] when the power goes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::disk::{Disk, DiskFault, FileName};
use crate::fates::{Fate, survivals};

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

/// What goes wrong at a write or flush while the power stays on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A write takes the first so many bytes, and says so. A flush does nothing, and says so.
    Short(usize),
    /// A write takes nothing since the disk is full. A flush fails: what it was for may reach the disk or not.
    Refused,
}

/// A write that was not flushed yet.
#[derive(Clone, Debug)]
pub struct Write {
    /// The file.
    pub file: FileName,
    /// Where; `None` for a whole file made anew.
    pub at: Option<usize>,
    /// What.
    pub bytes: Arc<Vec<u8>>,
}

/// One thing that the vault asked of the disk.
#[derive(Clone, Debug)]
pub enum Step {
    /// A write.
    Write(Write),
    /// A flush.
    Flush(FileName),
}

/// The files as they are on the platter, and what was written since the last flush.
#[derive(Clone, Debug)]
pub struct MemoryDisk {
    durable: BTreeMap<FileName, Arc<Vec<u8>>>,
    pending: Vec<Write>,
    power: Power,
    fault: Option<(usize, Fault)>,
    steps: usize,
    is_off: bool,
    trace: Option<Vec<Step>>,
    /// Shared by the copies of a disk.
    reads: Arc<AtomicUsize>,
    /// The file that can't be written any more.
    failing: Option<FileName>,
}

impl Default for MemoryDisk {
    fn default() -> Self {
        MemoryDisk {
            durable: BTreeMap::new(),
            pending: Vec::new(),
            power: Power::On,
            fault: None,
            steps: 0,
            is_off: false,
            trace: None,
            reads: Arc::default(),
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

    /// Sets what goes wrong at the n-th write or flush from now, counted from 0.
    pub fn set_fault(&mut self, step: usize, fault: Fault) {
        self.fault = Some((step, fault));
        self.steps = 0;
    }

    /// From now on each write and flush is kept, to be gone through afterwards.
    pub fn start_trace(&mut self) {
        self.trace = Some(Vec::new());
    }

    /// What was kept.
    pub fn trace(&self) -> &[Step] {
        self.trace.as_deref().unwrap_or_default()
    }

    /// What is durable here and then these steps, the power failing right after the last of them.
    pub fn after_steps(&self, steps: &[Step]) -> MemoryDisk {
        let mut disk = self.after_restart();
        for step in steps {
            match step {
                Step::Write(write) => disk.pending.push(write.clone()),
                Step::Flush(file) => disk.settle(*file),
            }
        }
        disk
    }

    /// From now on this file can't be written, the others can.
    pub fn fail_writes_to(&mut self, file: Option<FileName>) {
        self.failing = file;
    }

    /// Whether the power has failed.
    pub fn is_off(&self) -> bool {
        self.is_off
    }

    /// Writes and flushes since the power or the fault was set.
    pub fn steps(&self) -> usize {
        self.steps
    }

    /// How often a file was read.
    pub fn reads(&self) -> usize {
        self.reads.load(Ordering::Relaxed)
    }

    /// What was not flushed yet, in the order in which it was written.
    pub fn pending(&self) -> &[Write] {
        &self.pending
    }

    /// The disk as the next start finds it if nothing survived that was not flushed.
    pub fn after_restart(&self) -> MemoryDisk {
        MemoryDisk { durable: self.durable.clone(), ..MemoryDisk::default() }
    }

    /// The disk as the next start finds it if only the program died: the system keeps what was written.
    pub fn after_kill(&self) -> MemoryDisk {
        self.after_cut(&vec![Fate::Whole; self.pending.len()])
    }

    /// The disk as the next start finds it if these were the fates of what was not flushed.
    pub fn after_cut(&self, fates: &[Fate]) -> MemoryDisk {
        let mut disk = self.after_restart();
        for (write, fate) in self.pending.iter().zip(fates) {
            fate.apply(write, disk.durable.entry(write.file).or_default());
        }
        disk
    }

    /// Every way in which what was not flushed may meet a power cut, as [`survivals`] has it.
    pub fn cuts(&self) -> Vec<Vec<Fate>> {
        survivals(&self.pending)
    }

    /// The bytes on the platter, to look at or to damage.
    pub fn durable_mut(&mut self, file: FileName) -> &mut Vec<u8> {
        Arc::make_mut(self.durable.entry(file).or_default())
    }

    fn step(&mut self, file: FileName) -> Result<(), DiskFault> {
        let at = self.steps;
        self.steps += 1;
        match self.power {
            _ if self.is_off => {}
            Power::LoseUnflushed(when) if at == when => self.is_off = true,
            Power::TearLast(when) if at == when => {
                self.is_off = true;
                let mut fates = vec![Fate::Whole; self.pending.len()];
                if let (Some(fate), Some(write)) = (fates.last_mut(), self.pending.last()) {
                    *fate = Fate::Prefix(write.bytes.len() / 2);
                }
                self.durable = self.after_cut(&fates).durable;
                self.pending.clear();
            }
            _ => return Ok(()),
        }
        Err(DiskFault { file: file.as_str(), what: "the power is off".to_owned() })
    }

    /// The fault that is due at the step that comes next.
    fn fault_now(&self) -> Option<Fault> {
        self.fault.filter(|(when, _)| *when == self.steps).map(|(_, fault)| fault)
    }

    fn write(&mut self, mut write: Write) -> Result<(), DiskFault> {
        let file = write.file;
        let fault = self.fault_now();
        match fault {
            None => {}
            Some(Fault::Short(bytes)) => {
                let part = write.bytes.get(..bytes).unwrap_or(&write.bytes).to_vec();
                write.bytes = Arc::new(part);
            }
            Some(Fault::Refused) => write.bytes = Arc::default(),
        }
        if let Some(trace) = &mut self.trace {
            trace.push(Step::Write(write.clone()));
        }
        self.pending.push(write);
        self.step(file)?;
        match fault {
            None => Ok(()),
            Some(_) => Err(DiskFault { file: file.as_str(), what: "the disk is full".to_owned() }),
        }
    }

    /// What was written to the file is durable.
    fn settle(&mut self, file: FileName) {
        let all = std::mem::take(&mut self.pending);
        let (now, later) = all.into_iter().partition(|write| write.file == file);
        self.pending = later;
        for write in &now {
            Fate::Whole.apply(write, self.durable.entry(file).or_default());
        }
    }
}

impl Disk for MemoryDisk {
    fn read(&self, file: FileName) -> Result<Vec<u8>, DiskFault> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        let mut content = self.durable.get(&file).cloned().unwrap_or_default();
        for write in self.pending.iter().filter(|write| write.file == file) {
            Fate::Whole.apply(write, &mut content);
        }
        Ok(Arc::unwrap_or_clone(content))
    }

    fn len(&self, file: FileName) -> Result<usize, DiskFault> {
        let of_file = self.pending.iter().rev().filter(|write| write.file == file);
        let replaced = of_file.clone().find(|write| write.at.is_none());
        let durable = || self.durable.get(&file).map_or(0, |content| content.len());
        Ok(replaced.map_or_else(durable, |write| write.bytes.len()))
    }

    fn replace(&mut self, file: FileName, bytes: &[u8]) -> Result<(), DiskFault> {
        self.write(Write { file, at: None, bytes: Arc::new(bytes.to_vec()) })
    }

    fn write_at(&mut self, file: FileName, at: usize, bytes: &[u8]) -> Result<(), DiskFault> {
        if at + bytes.len() > self.len(file)? {
            return Err(DiskFault { file: file.as_str(), what: "beyond its end".to_owned() });
        }
        if self.failing == Some(file) {
            return Err(DiskFault { file: file.as_str(), what: "a bad sector".to_owned() });
        }
        self.write(Write { file, at: Some(at), bytes: Arc::new(bytes.to_vec()) })
    }

    fn flush(&mut self, file: FileName) -> Result<(), DiskFault> {
        if let Some(trace) = &mut self.trace {
            trace.push(Step::Flush(file));
        }
        let fault = self.fault_now();
        self.step(file)?;
        if fault.is_some() {
            return Err(DiskFault { file: file.as_str(), what: "the flush failed".to_owned() });
        }
        self.settle(file);
        Ok(())
    }
}
