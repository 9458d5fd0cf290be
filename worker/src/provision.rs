//! Start, provisioning, keys and enrolment.

use urna_core::definition::ElectionDefinition;
use urna_core::journal::{EventKind, PollState, Role};
use urna_core::report::VoteTurnout;
use urna_core::seal::{Enrolment, EnrolmentRequest, Package, PublicKey, Signer};
use urna_core::tally::{Band, Tally};
use urna_core::vault_api::{Recovery, Reply, VaultError};

use crate::day::LastSheet;
use crate::disk::{Disk, FileName};
use crate::files::{
    KEYS_PLACE, MAX_PACKAGE, Stored, check_sizes, enrolment_at, fits_enrolment, keys_at, keys_in,
    make_empty,
};
use crate::frame::{Frame, frame_at, framed, is_zero};
use crate::keys::{Keys, Pins, SealedKeys};
use crate::log::{Log, LogFault};
use crate::reader::Reader;
use crate::records::{Found, Records};
use crate::vault::{
    Answer, Election, Outcome, SOFTWARE, Unlocked, Vault, World, disk_fault, seal_fault, storage,
};

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Reads what is stored. No package: the device is new, or provisioning was cut off and is done
    /// again.
    pub(crate) fn load(&mut self) -> Result<(), VaultError> {
        let bytes = self.disk.read(FileName::Package).map_err(|fault| disk_fault(&fault))?;
        match frame_at(&bytes, 0, MAX_PACKAGE) {
            Frame::Sound(payload) => self.load_election(payload)?,
            Frame::Empty | Frame::Broken => return self.load_without_package(),
        }
        check_sizes(&self.disk, &self.election()?.verified.package.definition)?;
        let (log, repairs) = Log::open(&mut self.disk)?;
        for event in log.events() {
            self.day.apply(event);
        }
        // The log's first event is older than the package, so it was durable and was no torn end.
        if self.day.state == PollState::Unprovisioned {
            return Err(LogFault::Damaged(0).into());
        }
        self.log = Some(log);
        self.load_keys()?;
        if let Some(event) = repairs.mended {
            self.append(EventKind::LogMended { event })?;
        }
        if repairs.cut > 0 {
            let bytes = u32::try_from(repairs.cut).unwrap_or(u32::MAX);
            self.append(EventKind::TailCut { bytes })?;
        }
        self.append(EventKind::Started { software: SOFTWARE.to_owned() })
    }

    /// The package is written last, so without a sound one provisioning did not finish, unless the log shows
    /// that it did.
    fn load_without_package(&mut self) -> Result<(), VaultError> {
        // A log that ends with a taking over was not in use: that writes a whole log before the package.
        let was_in_use = Log::open(&mut self.disk).is_ok_and(|(log, _)| {
            let last = log.events().last().map(|event| &event.kind);
            log.len() > 1 && !matches!(last, Some(EventKind::TakenOver { .. }))
        });
        if was_in_use { Err(storage("damaged", "the election package is damaged")) } else { Ok(()) }
    }

    fn load_election(&mut self, payload: &[u8]) -> Result<(), VaultError> {
        let election = Election::from_stored(payload);
        self.election = Some(election.map_err(|fault| storage("damaged", fault))?);
        Ok(())
    }

    fn load_keys(&mut self) -> Result<(), VaultError> {
        let bytes = self.disk.read(FileName::Keys).map_err(|fault| disk_fault(&fault))?;
        let mut events = self.log.iter().flat_map(|log| log.events()).map(|event| &event.kind);
        let (mut made, mut enrolled) = (false, false);
        for kind in &mut events {
            made |= matches!(kind, EventKind::KeyMade { .. });
            enrolled |= matches!(kind, EventKind::Enrolled { .. });
        }
        let generation = self.day.keys_generation;
        self.sealed_keys = keys_in(&bytes, generation);
        // Another count's enrolment may have been written and its beginning not logged: only the current one's is
        // looked at.
        self.enrolment = self.enrolment_of(self.day.number()).ok();
        let is_logged = |enrolment: &Enrolment| {
            self.day.enrolled.as_ref().is_none_or(|logged| {
                logged.device == enrolment.device && logged.precinct == enrolment.precinct
            })
        };
        self.enrolment = self.enrolment.take().filter(|(_, enrolment)| is_logged(enrolment));
        if (made && self.sealed_keys.is_none()) || (enrolled && self.enrolment.is_none()) {
            return Err(storage("damaged", "the keys or the enrolment are damaged"));
        }
        // Written and not yet logged: the step was not acknowledged and is done again.
        self.sealed_keys = self.sealed_keys.take().filter(|_| made);
        self.enrolment = self.enrolment.take().filter(|_| enrolled);
        let stale = keys_at(generation + 1);
        if made && bytes.get(stale..stale + KEYS_PLACE).is_some_and(|place| !is_zero(place)) {
            self.wipe_keys(generation + 1)?;
        }
        Ok(())
    }

    /// Stores a new sealing of the keys beside the one that holds; the event makes it hold, and then the old one
    /// goes. Power may fail at any of these: the old PINs open the keys up to the event, the new ones from there.
    pub(crate) fn reseal(
        &mut self,
        sealed: SealedKeys,
        event: EventKind,
    ) -> Result<(), VaultError> {
        let payload = minicbor::to_vec(&sealed).unwrap_or_default();
        let generation = sealed.generation();
        self.store(FileName::Keys, keys_at(generation), &payload)?;
        self.append(event)?;
        self.sealed_keys = Some(sealed);
        self.wipe_keys(generation + 1)
    }

    /// Old PINs must not open what is left of an old sealing.
    fn wipe_keys(&mut self, generation: u32) -> Result<(), VaultError> {
        let zeros = [0; KEYS_PLACE];
        let wiped = self.disk.write_at(FileName::Keys, keys_at(generation), &zeros);
        let wiped = wiped.and_then(|()| self.disk.flush(FileName::Keys));
        wiped.map_err(|fault| self.fail(disk_fault(&fault)))
    }

    pub(crate) fn provision(&mut self, root_pem: &str, buffers: Vec<Vec<u8>>) -> Outcome {
        self.require(&[PollState::Unprovisioned])?;
        let sealed = one(buffers)?;
        let root = PublicKey::from_pem(root_pem).map_err(|fault| VaultError::Seal {
            code: "bad_key".to_owned(),
            detail: fault.to_string(),
        })?;
        let verified = Package::open(&sealed, &root).map_err(|fault| seal_fault(&fault))?;
        let definition = &verified.package.definition;
        let thresholds = definition.thresholds.clone();
        let prepared = self.reader.prepare(&verified.package.designs, thresholds);
        prepared.map_err(|detail| VaultError::Seal { code: "bad_content".to_owned(), detail })?;
        let stored = Stored { root: root.to_sec1(), package: sealed };
        let payload = minicbor::to_vec(&stored).unwrap_or_default();
        let event =
            EventKind::Provisioned { election: definition.id.clone(), package: verified.digest };
        if !Records::fit(definition) {
            let detail = "a ballot record of this election is too long to be kept".to_owned();
            return Err(VaultError::Seal { code: "bad_content".to_owned(), detail });
        }
        let made = self.make_files(&definition.clone(), &payload, event);
        made.map_err(|fault| self.fail(fault))?;
        self.election = Some(Election { root, verified });
        self.log_early_build()?;
        match self.early_scanner.take() {
            Some(scanner) => self.note_scanner(scanner),
            None => Ok(self.status_answer()),
        }
    }

    /// All files at their full size, the package last.
    pub(crate) fn make_files(
        &mut self,
        definition: &ElectionDefinition,
        package: &[u8],
        event: EventKind,
    ) -> Result<(), VaultError> {
        let world = &mut self.world;
        let fault = |fault| disk_fault(&fault);
        self.log = Some(make_empty(&mut self.disk, definition, |bytes| world.random(bytes))?);
        self.append(event)?;
        self.disk.replace(FileName::Package, &framed(package)).map_err(fault)?;
        self.disk.flush(FileName::Package).map_err(fault)
    }

    pub(crate) fn make_key(&mut self, chair: String, secretary: String) -> Outcome {
        self.require(&[PollState::Provisioned])?;
        if self.sealed_keys.is_some() {
            return Err(VaultError::WrongState { state: self.day.state });
        }
        let pins = Pins::new(chair, secretary).ok_or(VaultError::PinForm)?;
        let world = &mut self.world;
        let keys = Keys::draw(|bytes| world.random(bytes)).ok_or_else(no_key)?;
        let sealed = keys.seal(&pins, 0, |bytes| self.world.random(bytes)).ok_or_else(no_key)?;
        let payload = minicbor::to_vec(&sealed).unwrap_or_default();
        self.store(FileName::Keys, 0, &payload)?;
        self.append(EventKind::KeyMade { fingerprint: keys.device.public_key().fingerprint() })?;
        self.sealed_keys = Some(sealed);
        self.unlock_with(keys)?;
        (self.session, self.was_unlocked) = (Some(Role::Commission), true);
        self.enrolment_request()
    }

    pub(crate) fn enrolment_request(&self) -> Outcome {
        let device = &self.unlocked()?.keys.device;
        let request = EnrolmentRequest::seal(self.election()?.verified.digest, device);
        let request = request.map_err(|fault| seal_fault(&fault))?;
        let fingerprint = device.public_key().fingerprint();
        Ok(Answer { reply: Reply::EnrolmentRequest { fingerprint }, buffers: vec![request] })
    }

    pub(crate) fn enrol(&mut self, buffers: Vec<Vec<u8>>) -> Outcome {
        self.require(&[PollState::Provisioned])?;
        let sealed = one(buffers)?;
        let election = self.election()?;
        let enrolment =
            Enrolment::open(&sealed, &election.root).map_err(|fault| seal_fault(&fault))?;
        enrolment.check_package(&election.verified).map_err(|fault| seal_fault(&fault))?;
        if enrolment.device_key != self.unlocked()?.keys.device.public_key().to_sec1() {
            let detail = "the enrolment is for another device".to_owned();
            return Err(VaultError::Seal { code: "mismatch".to_owned(), detail });
        }
        if !fits_enrolment(&sealed) {
            let detail = "the enrolment is too long".to_owned();
            return Err(VaultError::BadRequest { detail });
        }
        self.store(FileName::Keys, enrolment_at(1), &sealed)?;
        let (device, precinct) = (enrolment.device.clone(), enrolment.precinct.clone());
        self.append(EventKind::Enrolled { device, precinct })?;
        self.enrolment = Some((sealed, enrolment));
        if let Some(unlocked) = self.unlocked.take() {
            self.unlock_with(unlocked.keys)?;
        }
        Ok(self.status_answer())
    }

    /// Rebuilds the tally and the band from the records and compares their number with the log.
    pub(crate) fn unlock_with(&mut self, keys: Keys) -> Result<(), VaultError> {
        let Election { verified, .. } = self.election()?;
        let definition = verified.package.definition.clone();
        let (package, designs) = (verified.digest, verified.package.designs.clone());
        let number = self.day.number();
        let (records, found) =
            Records::open(&self.disk, &definition, package, &keys.records, number)?;
        self.check_earlier(&found)?;
        let found: Vec<_> =
            found.into_iter().filter(|(n, _)| *n == number).map(|(_, record)| record).collect();
        let precinct = self.enrolment.as_ref().map(|(_, enrolment)| enrolment.precinct.clone());
        let mut tally = match &precinct {
            Some(precinct) => Tally::zero(&definition, precinct),
            None => Tally { votes: Vec::new() },
        };
        let mut band = Band::as_counted(&tally, &definition.thresholds.band_permille);
        for record in &found {
            let added = tally.add(&definition, record);
            let added = added.and_then(|()| band.add(&definition, record));
            added.map_err(|fault| storage("damaged", fault))?;
        }
        let recorded = u32::try_from(found.len()).unwrap_or(u32::MAX);
        self.turnout = turnout_of(&tally);
        let prepared = self.reader.prepare(&designs, definition.thresholds);
        prepared.map_err(|detail| storage("damaged", detail))?;
        self.recover(recorded)?;
        self.unlocked = Some(Unlocked { keys, records, tally, band });
        Ok(())
    }

    /// What was counted before the current count is as it was reported.
    fn check_earlier(&mut self, found: &[Found]) -> Result<(), VaultError> {
        for number in 1..self.day.number() {
            let recorded = found.iter().filter(|(count, _)| *count == number).count();
            let reported = self.day.earlier.iter().find(|count| count.number == number);
            let reported = reported.map_or(0, |count| count.sheets);
            if u32::try_from(recorded) != Ok(reported) {
                let what = format!(
                    "{recorded} ballot records of count {number} are stored and {reported} were reported"
                );
                return Err(self.fail(storage("damaged", what)));
            }
        }
        Ok(())
    }

    /// A record is written before its event: one more record than events is a sheet whose
    /// acknowledgement was cut off. Any other difference is damage.
    fn recover(&mut self, recorded: u32) -> Result<(), VaultError> {
        let logged = self.day.sheets;
        if recorded == logged.saturating_add(1) {
            self.append(EventKind::SheetRecovered { sheets: recorded })?;
            // Of this start only: at the next one another sheet may have been in the scanner.
            self.recovery = Some(Recovery::LastCounted);
            return Ok(());
        } else if recorded != logged {
            let what = format!("{recorded} ballot records are stored and {logged} were counted");
            return Err(self.fail(storage("damaged", what)));
        }
        self.recovery = self.recovery_word();
        Ok(())
    }

    /// What can be said of the sheet that was in the scanner when the program ended. The log knows what was
    /// counted, and not whether the answer came to the screen: where it may have been lost, the word must leave
    /// both open, or a clerk who trusts it feeds a counted sheet again.
    fn recovery_word(&self) -> Option<Recovery> {
        if !matches!(self.day.state, PollState::Open | PollState::Paused) {
            return None;
        }
        Some(match self.day.last_sheet {
            LastSheet::Counted => Recovery::CompareCount,
            LastSheet::None | LastSheet::GivenBack => Recovery::LastNotCounted,
        })
    }

    pub(crate) fn store(
        &mut self,
        file: FileName,
        at: usize,
        payload: &[u8],
    ) -> Result<(), VaultError> {
        let written = self.disk.write_at(file, at, &framed(payload));
        let flushed = written.and_then(|()| self.disk.flush(file));
        flushed.map_err(|fault| self.fail(disk_fault(&fault)))
    }
}

pub(crate) fn turnout_of(tally: &Tally) -> Vec<VoteTurnout> {
    let votes = tally.votes.iter();
    votes.map(|vote| VoteTurnout { vote: vote.vote.clone(), sheets: vote.sheets }).collect()
}

pub(crate) fn one(mut buffers: Vec<Vec<u8>>) -> Result<Vec<u8>, VaultError> {
    let detail = "exactly one file is needed".to_owned();
    if buffers.len() == 1 { buffers.pop() } else { None }.ok_or(VaultError::BadRequest { detail })
}

pub(crate) fn no_key() -> VaultError {
    storage("unavailable", "no key could be made")
}
