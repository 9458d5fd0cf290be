//! Which build runs: what the page found out about the program's files at its start.

use urna_core::journal::EventKind;
use urna_core::software::BuildCheck;
use urna_core::vault_api::VaultError;

use crate::disk::Disk;
use crate::reader::Reader;
use crate::vault::{Outcome, Vault, World};

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Takes the page's word, once for each start; an event as soon as there is a log.
    pub(crate) fn note_build(&mut self, check: BuildCheck) -> Outcome {
        let is_other = self.build.as_ref().is_some_and(|said| *said != check);
        if is_other || !check.is_well_formed() {
            let detail = "the build was told before, or can't be".to_owned();
            return Err(VaultError::BadRequest { detail });
        }
        if self.build.is_none() {
            if self.log.is_some() {
                self.append(event_of(&check))?;
            }
            self.build = Some(check);
        }
        Ok(self.status_answer())
    }

    /// The event of what was noted before there was a log.
    pub(crate) fn log_early_build(&mut self) -> Result<(), VaultError> {
        let event = self.build.as_ref().map(event_of);
        event.map_or(Ok(()), |event| self.append(event))
    }
}

fn event_of(check: &BuildCheck) -> EventKind {
    match check {
        BuildCheck::Known { build } => EventKind::BuildKnown { build: *build },
        BuildCheck::Differs { build, file } => {
            EventKind::BuildDiffers { build: *build, file: file.clone() }
        }
        BuildCheck::Unknown => EventKind::BuildUnknown,
    }
}
