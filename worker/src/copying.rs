//! Keeps the second copy in step: the vault makes it, the page writes it and reads it back, and as long as the vault
//! was not told so, nothing is counted where the policy asks for a copy.

use urna_core::journal::{Event, EventKind};
use urna_core::seal::{Digest, Signer};
use urna_core::vault_api::{Reply, VaultError};
use urna_core::{CopyFault, CopyStanding, CopyStatus};

use crate::copy::{Content, Header, Part, SealedCopy, fault};
use crate::disk::{Disk, FileName};
use crate::frame::without_tail;
use crate::log::Log;
use crate::reader::Reader;
use crate::vault::{Answer, Outcome, Vault, World, disk_fault, storage};

/// Events of the copy that the log takes: a loose stick must not fill it.
const MAX_NOTES: u32 = 2_000;

/// What the vault knows of its copy; in memory only, so that after a start the copy is behind.
#[derive(Default)]
pub struct Copying {
    /// The copy that was made last: its digest, and the events in it.
    made: Option<(Digest, u64)>,
    /// Events in the copy that was confirmed last.
    covers: Option<u64>,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// The package file as it is: the authority's key and the sealed package.
    pub(crate) fn copy_package(&self) -> Outcome {
        let digest = self.election()?.verified.digest;
        let bytes = self.disk.read(FileName::Package).map_err(|fault| disk_fault(&fault))?;
        Ok(copy_answer(package_name(&digest), bytes))
    }

    /// Everything that is needed to go on from here, sealed.
    pub(crate) fn make_copy(&mut self) -> Outcome {
        let keys = self.unlocked()?.keys.records.clone();
        let name = self.copy_name()?;
        let events = self.log.as_ref().map_or(0, Log::len);
        let (header, content) = (self.copy_header()?, self.copy_content()?);
        let mut nonce = [0; 12];
        self.world.random(&mut nonce);
        let bytes = header.seal(&content, &keys, nonce);
        let bytes = bytes.ok_or_else(|| storage("failed", "no copy could be made"))?;
        self.copying.made = Some((Digest::of(&bytes), events));
        Ok(copy_answer(name, bytes))
    }

    /// Whether a copy that is there already may be written over: one of this very log that is not longer, or one that
    /// opens nothing. Another one means that a device goes on from it with the same key.
    pub(crate) fn check_copy(&mut self, mut buffers: Vec<Vec<u8>>) -> Outcome {
        let key = self.unlocked()?.keys.records.clone();
        let bytes = buffers.pop().unwrap_or_default();
        let copy = SealedCopy::parse(&bytes).and_then(|copy| copy.open(&key).map(|_| copy));
        let is_ahead = copy.is_ok_and(|copy| {
            self.head_after(copy.header.events).is_none_or(|head| head != copy.header.head)
        });
        if is_ahead {
            self.note_copy_lost(CopyFault::Ahead)?;
            return Err(fault("ahead", "another device goes on from this copy"));
        }
        Ok(self.progress_answer())
    }

    /// The copy that was made last is written, and the same when read back.
    pub(crate) fn confirm_copied(&mut self, digest: Digest) -> Outcome {
        self.unlocked()?;
        let made = self.copying.made.take().filter(|(made, _)| *made == digest);
        let Some((_, events)) = made else {
            let detail = "this is not the copy that was made last".to_owned();
            return Err(VaultError::BadRequest { detail });
        };
        self.copying.covers = Some(events);
        if self.day.copy.said != Said::InStep && self.day.copy.notes < MAX_NOTES {
            self.append(EventKind::CopyInStep)?;
        }
        Ok(self.progress_answer())
    }

    pub(crate) fn note_copy_chosen(&mut self) -> Outcome {
        self.copying = Copying::default();
        self.note_copy(EventKind::CopyChosen)
    }

    /// The copy is not in step any more, whatever was confirmed before.
    pub(crate) fn note_copy_lost(&mut self, fault: CopyFault) -> Outcome {
        self.copying = Copying::default();
        if self.day.copy.said == Said::Lost(fault) {
            return Ok(self.progress_answer());
        }
        self.note_copy(EventKind::CopyLost { fault })
    }

    /// Refuses where the policy asks for a copy that is not in step.
    pub(crate) fn require_copy(&self) -> Result<(), VaultError> {
        if self.copy_status().holds_up() { Err(VaultError::CopyBehind) } else { Ok(()) }
    }

    pub(crate) fn copy_status(&self) -> CopyStatus {
        let policy = self.election.as_ref().map(|e| e.verified.package.definition.policy);
        let events = self.log.as_ref().map_or(&[][..], Log::events);
        CopyStatus {
            required: policy.is_some_and(|policy| policy.second_copy),
            standing: standing(self.copying.covers, events),
        }
    }

    fn note_copy(&mut self, kind: EventKind) -> Outcome {
        if self.log.is_some() && self.day.copy.notes < MAX_NOTES {
            self.append(kind)?;
        }
        Ok(self.progress_answer())
    }

    /// By the device's key: copies of several devices may lie side by side.
    fn copy_name(&self) -> Result<String, VaultError> {
        let key = self.unlocked()?.keys.device.public_key();
        Ok(format!("urna-{}.copy", key.fingerprint()))
    }

    fn copy_header(&self) -> Result<Header, VaultError> {
        let package = self.election()?.verified.digest;
        let keys = self.disk.read(FileName::Keys).map_err(|fault| disk_fault(&fault))?;
        let log = self.log.as_ref().ok_or(VaultError::WrongState { state: self.day.state })?;
        let at = log.events().last().map_or(0, |event| event.at);
        let header = Header::new(package, &keys, (log.len(), log.head()), self.day.sheets);
        Ok(Header { at, count: self.day.number(), ..header })
    }

    fn copy_content(&mut self) -> Result<Content, VaultError> {
        let mut content = Content::default();
        for file in FileName::ALL {
            match file {
                // One beside the copy, the other in its head.
                FileName::Package | FileName::Keys => {}
                FileName::Records => {
                    let unlocked = self.unlocked.as_ref().ok_or(VaultError::Locked)?;
                    let world = &mut self.world;
                    let records = &unlocked.records;
                    let sealed = records.sealed(&self.disk, |bytes| world.random(bytes))?;
                    content.records.push(Part::of(file, sealed));
                }
                FileName::Log | FileName::Result => {
                    let bytes = self.disk.read(file).map_err(|fault| disk_fault(&fault))?;
                    content.files.push(Part::of(file, without_tail(&bytes).to_vec()));
                }
            }
        }
        Ok(content)
    }

    /// Head of the log after so many events, if there are so many.
    fn head_after(&self, events: u64) -> Option<Digest> {
        let log = self.log.as_ref()?;
        if events == log.len() {
            return Some(log.head());
        }
        log.events().get(usize::try_from(events).ok()?).map(|event| event.previous)
    }
}

/// Name of the package beside the copies: one for each election.
pub fn package_name(package: &Digest) -> String {
    let digits: String = package.to_string().chars().take(16).collect();
    format!("urna-{digits}.package")
}

fn copy_answer(name: String, bytes: Vec<u8>) -> Answer {
    let digest = Digest::of(&bytes);
    Answer { reply: Reply::Copy { name, digest }, buffers: vec![bytes] }
}

fn standing(covers: Option<u64>, events: &[Event]) -> CopyStanding {
    let Some(covers) = covers else { return CopyStanding::Behind };
    let behind_last = |is: fn(&EventKind) -> bool| {
        events.iter().rposition(|event| is(&event.kind)).map_or(0, |at| at as u64 + 1)
    };
    if covers < behind_last(weighs) {
        CopyStanding::Behind
    } else if covers < behind_last(|kind| !is_of_copy(kind)) {
        CopyStanding::InStep
    } else {
        CopyStanding::Current
    }
}

/// Whether a device that goes on from a copy without this event would have another state, another count or other
/// reports. What does not weigh may come while a sheet moves, and must not make it void.
fn weighs(kind: &EventKind) -> bool {
    !is_of_copy(kind)
        && !matches!(
            kind,
            EventKind::ReportSent { .. }
                | EventKind::ScannerFault { .. }
                | EventKind::ScannerConnected { .. }
                | EventKind::ScannerDisconnected
                | EventKind::ScannerChanged { .. }
                | EventKind::WrongPin
                | EventKind::Unlocked
                | EventKind::NetworkSeen
                | EventKind::TransmissionFailed { .. }
                | EventKind::StationSummed { .. }
                | EventKind::OperatorSignedIn
                | EventKind::WrongOperatorPin
                | EventKind::SignedOut { .. }
                | EventKind::Locked { .. }
                | EventKind::Exported { .. }
                | EventKind::ClockJumped { .. }
                | EventKind::ClockNoted { .. }
                | EventKind::StorageKept { .. }
                | EventKind::PowerChanged { .. }
                | EventKind::PageShown { .. }
                | EventKind::SecondRefused
                | EventKind::BuildKnown { .. }
                | EventKind::BuildDiffers { .. }
                | EventKind::BuildUnknown
        )
}

/// These are in the next copy: one made for their sake would bring the next.
fn is_of_copy(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CopyChosen | EventKind::CopyInStep | EventKind::CopyLost { .. })
}

/// What the log says of the copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyDay {
    said: Said,
    notes: u32,
}

/// What it said last since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Said {
    #[default]
    Nothing,
    InStep,
    Lost(CopyFault),
}

impl CopyDay {
    /// Takes one event.
    pub fn apply(&mut self, kind: &EventKind) {
        self.said = match kind {
            EventKind::CopyInStep => Said::InStep,
            EventKind::CopyLost { fault } => Said::Lost(*fault),
            EventKind::CopyChosen | EventKind::Started { .. } => Said::Nothing,
            _ => return,
        };
        if is_of_copy(kind) {
            self.notes = self.notes.saturating_add(1);
        }
    }
}
