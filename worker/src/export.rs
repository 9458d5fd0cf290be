//! The log as others get it: events of one group, and the whole of it, signed.

use minicbor::bytes::ByteVec;
use urna_core::journal::{EventGroup, EventKind, ExportKind};
use urna_core::seal::{LogExport, LogHead};
use urna_core::vault_api::{Reply, VaultError};

use crate::disk::Disk;
use crate::log::Log;
use crate::reader::Reader;
use crate::vault::{Answer, Outcome, SOFTWARE, Vault, World, seal_fault};

/// Events that one answer has at most.
const MAX_EVENTS: usize = 1_000;

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// The last events of a group before a place; `total` counts those of the group.
    pub(crate) fn log_of(&self, group: EventGroup, before: u64, most: u32) -> Answer {
        let log = self.log.as_ref();
        let of_group =
            || log.map_or(&[][..], Log::events).iter().filter(|e| e.kind.group() == group);
        let most = usize::try_from(most).unwrap_or(MAX_EVENTS).min(MAX_EVENTS);
        let mut events: Vec<_> =
            of_group().rev().filter(|e| e.sequence < before).take(most).cloned().collect();
        events.reverse();
        Answer::only(Reply::Log {
            events,
            total: of_group().count() as u64,
            head: log.map(Log::head).unwrap_or_default(),
        })
    }

    /// The whole log with its head signed. That it was taken out is its last event.
    pub(crate) fn export_log(&mut self, chair: String, secretary: String) -> Outcome {
        let state = self.day.state;
        let wrong = || VaultError::WrongState { state };
        let (enrolment, enrolled) = self.enrolment.clone().ok_or_else(wrong)?;
        let keys = self.check_pins(chair, secretary)?;
        self.append(EventKind::Exported { what: ExportKind::Log })?;
        let log = self.log.as_ref().ok_or_else(wrong)?;
        let stored = log.stored(&self.disk)?;
        let (events, head) = (log.len(), log.head());
        let signed = LogHead {
            election: enrolled.election,
            package: enrolled.package,
            precinct: enrolled.precinct,
            device: enrolled.device,
            events,
            head,
            made_at: self.world.now(),
            software: SOFTWARE.to_owned(),
        };
        let export = LogExport {
            enrolment,
            head: signed.seal(&keys.device).map_err(|fault| seal_fault(&fault))?,
            events: stored.into_iter().map(ByteVec::from).collect(),
        };
        let file = export.to_bytes().map_err(|fault| seal_fault(&fault))?;
        Ok(Answer { reply: Reply::LogExport { events, head }, buffers: vec![file] })
    }
}
