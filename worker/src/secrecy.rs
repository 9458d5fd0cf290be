//! When the self-test of the secrecy of the vote is made, and what follows from it.

use urna_core::journal::EventKind;
use urna_core::report::PrivacyTest;
use urna_core::vault_api::VaultError;

use crate::disk::Disk;
use crate::privacy::{Setup, look_at, self_test};
use crate::reader::Reader;
use crate::vault::{Vault, World};

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Before a zero report: a trial. If the order of its sheets shows, there is no zero report, and so no opening.
    pub(crate) fn try_secrecy(&mut self) -> Result<PrivacyTest, VaultError> {
        let state = self.day.state;
        let election = self.election.as_ref().ok_or(VaultError::WrongState { state })?;
        let enrolment = self.enrolment.as_ref().ok_or(VaultError::WrongState { state })?;
        let sheets = self.world.trial_sheets();
        let test = self_test(&Setup { election, enrolment }, &mut self.world, sheets)?;
        self.append(EventKind::PrivacyTried { sheets, found: test.found.clone() })?;
        if test.is_passed() { Ok(test) } else { Err(VaultError::OrderShows { found: test.found }) }
    }

    /// Before the final report: a look at the records. Whatever it finds is said, and the result stands: votes
    /// that were cast must be reported. Nothing where the records can't be read any more.
    pub(crate) fn check_secrecy(&mut self) -> Result<Option<PrivacyTest>, VaultError> {
        let full = match self.unlocked()?.records.full(&self.disk) {
            Ok(full) => full,
            Err(fault) => {
                self.append(EventKind::StorageFault { what: fault.to_string() })?;
                return Ok(None);
            }
        };
        let test = look_at(&full, &self.election()?.verified.package.definition);
        drop(full);
        let (sheets, found) = (test.sheets, test.found.clone());
        self.append(EventKind::PrivacyChecked { sheets, found })?;
        Ok(Some(test))
    }
}
