//! Which scanner is connected, and which were: folded from the event log, noted by the kiosk.

use urna_core::ScannerIdentity;
use urna_core::journal::EventKind;
use urna_core::report::{MAX_SCANNERS, ReportKind, Scanners};
use urna_core::vault_api::VaultError;

use crate::disk::Disk;
use crate::reader::Reader;
use crate::vault::{Outcome, Vault, World};

/// Comings and goings of the same scanner that the log takes: a loose plug must not fill it. What comes after
/// tells nothing new, since only the same scanner can come.
const MAX_NOTES: u32 = 1_000;
/// Scanners that came in place of another. A device that gives itself a new name for each sheet would write
/// what it saw into the log; the bound keeps that small, and no polling place has so many scanners.
const MAX_CHANGES: u32 = 100;

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Notes which scanner is connected.
    pub(crate) fn note_scanner(&mut self, scanner: ScannerIdentity) -> Outcome {
        if self.log.is_none() {
            self.early_scanner = Some(scanner);
        } else if let Some(kind) = self.day.scanners.comes(scanner)? {
            self.append(kind)?;
        }
        Ok(self.status_answer())
    }

    /// Notes that none is connected any more.
    pub(crate) fn note_scanner_gone(&mut self) -> Outcome {
        self.early_scanner = None;
        if let Some(kind) = self.day.scanners.goes() {
            self.append(kind)?;
        }
        Ok(self.status_answer())
    }

    pub(crate) fn connected_scanner(&self) -> Option<&ScannerIdentity> {
        self.early_scanner.as_ref().or(self.day.scanners.connected.as_ref())
    }
}

/// What the log says of scanners.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ScannerDay {
    connected: Option<ScannerIdentity>,
    last: Option<ScannerIdentity>,
    notes: u32,
    changes: u32,
    /// Since the last zero report.
    since_zero: Option<Scanners>,
    closed: bool,
}

impl ScannerDay {
    /// Takes one event.
    pub fn apply(&mut self, kind: &EventKind) {
        match kind {
            EventKind::ScannerConnected { scanner } => {
                bump(&mut self.notes);
                self.connect(scanner);
            }
            EventKind::ScannerDisconnected => {
                bump(&mut self.notes);
                self.connected = None;
            }
            EventKind::ScannerChanged { scanner } => {
                bump(&mut self.changes);
                if let Some(since) = self.since_zero.as_mut().filter(|_| !self.closed) {
                    bump(&mut since.changes);
                }
                self.connect(scanner);
            }
            // Whatever was connected has to be taken anew.
            EventKind::Started { .. } => self.connected = None,
            EventKind::ReportIssued { kind: ReportKind::Zero, .. } => {
                let used = self.connected.iter().cloned().collect();
                self.since_zero = Some(Scanners { used, changes: 0 });
            }
            EventKind::Closed => self.closed = true,
            EventKind::CountStarted { .. } => {
                self.since_zero = None;
                self.closed = false;
            }
            _ => {}
        }
    }

    /// What a report of this kind says of scanners.
    pub fn reported(&self, kind: ReportKind) -> Scanners {
        let now = || Scanners { used: self.connected.iter().cloned().collect(), changes: 0 };
        match kind {
            ReportKind::Zero => now(),
            ReportKind::Turnout | ReportKind::Final => self.since_zero.clone().unwrap_or_else(now),
        }
    }

    /// A scanner is connected: the event that says so, if it is news for the log.
    fn comes(&mut self, scanner: ScannerIdentity) -> Result<Option<EventKind>, VaultError> {
        if self.connected.as_ref() == Some(&scanner) {
            return Ok(None);
        }
        let is_another = self.last.as_ref().is_some_and(|last| *last != scanner);
        if is_another && self.changes >= MAX_CHANGES {
            return Err(VaultError::TooManyScanners);
        }
        if is_another {
            return Ok(Some(EventKind::ScannerChanged { scanner }));
        }
        if self.notes >= MAX_NOTES {
            self.connected = Some(scanner);
            return Ok(None);
        }
        Ok(Some(EventKind::ScannerConnected { scanner }))
    }

    /// The scanner went: the event that says so, if it is news for the log.
    fn goes(&mut self) -> Option<EventKind> {
        self.connected.as_ref()?;
        if self.notes >= MAX_NOTES {
            self.connected = None;
            return None;
        }
        Some(EventKind::ScannerDisconnected)
    }

    fn connect(&mut self, scanner: &ScannerIdentity) {
        self.connected = Some(scanner.clone());
        self.last = Some(scanner.clone());
        let since = self.since_zero.as_mut().filter(|_| !self.closed);
        if let Some(used) = since.map(|since| &mut since.used)
            && used.len() < MAX_SCANNERS
            && !used.contains(scanner)
        {
            used.push(scanner.clone());
        }
    }
}

fn bump(count: &mut u32) {
    *count = count.saturating_add(1);
}
