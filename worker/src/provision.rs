//! Start, provisioning, keys and enrolment.

use minicbor::{Decode, Encode};
use urna_core::definition::ElectionDefinition;
use urna_core::journal::{EventKind, PollState};
use urna_core::report::VoteTurnout;
use urna_core::seal::{Enrolment, EnrolmentRequest, Package, PublicKey, Signer};
use urna_core::tally::{Band, Tally};
use urna_core::vault_api::{Recovery, Reply, VaultError};

use crate::disk::{Disk, FileName};
use crate::frame::{Frame, frame_at, framed};
use crate::keys::{Keys, Pins};
use crate::log::Log;
use crate::reader::Reader;
use crate::records::Records;
use crate::vault::{
    Answer, Election, Outcome, SOFTWARE, Unlocked, Vault, World, disk_fault, seal_fault, storage,
};

/// The keys file: sealed keys at its start, the enrolment behind.
const KEYS_BYTES: usize = 8_192;
const ENROLMENT_AT: usize = 2_048;
/// The sealed final report with every register, at most.
pub const RESULT_BYTES: usize = 1 << 20;
const MAX_PACKAGE: usize = 256 << 20;

/// The package file's payload.
#[derive(Encode, Decode)]
struct Stored {
    #[cbor(n(0), with = "minicbor::bytes")]
    root: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    package: Vec<u8>,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Reads what is stored. No package: the device is new, or provisioning was cut off and is done
    /// again.
    pub(crate) fn load(&mut self) -> Result<(), VaultError> {
        let bytes = self.disk.read(FileName::Package).map_err(|fault| disk_fault(&fault))?;
        match frame_at(&bytes, 0, MAX_PACKAGE) {
            Frame::Sound(payload) => self.load_election(payload)?,
            Frame::Empty => return Ok(()),
            Frame::Broken => return self.load_after_broken_provisioning(),
        }
        let (log, torn) = Log::open(&mut self.disk)?;
        for event in log.events() {
            self.day.apply(event);
        }
        self.log = Some(log);
        self.load_keys()?;
        if torn > 0 {
            self.append(EventKind::TailCut { bytes: u32::try_from(torn).unwrap_or(u32::MAX) })?;
        }
        self.append(EventKind::Started { software: SOFTWARE.to_owned() })
    }

    /// The package is written last, so a broken one means that provisioning did not finish, unless the
    /// log shows that it did.
    fn load_after_broken_provisioning(&mut self) -> Result<(), VaultError> {
        let was_in_use = Log::open(&mut self.disk).is_ok_and(|(log, _)| log.len() > 1);
        if was_in_use { Err(storage("damaged", "the election package is damaged")) } else { Ok(()) }
    }

    fn load_election(&mut self, payload: &[u8]) -> Result<(), VaultError> {
        let damaged = |what: &dyn std::fmt::Display| storage("damaged", what);
        let stored: Stored = minicbor::decode(payload).map_err(|fault| damaged(&fault))?;
        let root = PublicKey::from_sec1(&stored.root).map_err(|fault| damaged(&fault))?;
        let verified = Package::open(&stored.package, &root).map_err(|fault| damaged(&fault))?;
        self.election = Some(Election { root, verified });
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
        if let Frame::Sound(payload) = frame_at(&bytes, 0, ENROLMENT_AT) {
            self.sealed_keys = minicbor::decode(payload).ok();
        }
        if let Frame::Sound(sealed) = frame_at(&bytes, ENROLMENT_AT, KEYS_BYTES) {
            let election = self.election()?;
            let enrolment = Enrolment::open(sealed, &election.root);
            self.enrolment = enrolment.ok().map(|enrolment| (sealed.to_vec(), enrolment));
        }
        if (made && self.sealed_keys.is_none()) || (enrolled && self.enrolment.is_none()) {
            return Err(storage("damaged", "the keys or the enrolment are damaged"));
        }
        // Written and not yet logged: the step was not acknowledged and is done again.
        self.sealed_keys = self.sealed_keys.take().filter(|_| made);
        self.enrolment = self.enrolment.take().filter(|_| enrolled);
        Ok(())
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
    fn make_files(
        &mut self,
        definition: &ElectionDefinition,
        package: &[u8],
        event: EventKind,
    ) -> Result<(), VaultError> {
        let world = &mut self.world;
        let fault = |fault| disk_fault(&fault);
        Records::create(&mut self.disk, definition, |bytes| world.random(bytes)).map_err(fault)?;
        for (file, len) in [(FileName::Keys, KEYS_BYTES), (FileName::Result, RESULT_BYTES)] {
            self.disk.replace(file, &vec![0; len]).map_err(fault)?;
            self.disk.flush(file).map_err(fault)?;
        }
        self.log = Some(Log::create(&mut self.disk)?);
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
        let keys = std::iter::repeat_with(|| Keys::from_random(|bytes| world.random(bytes)));
        let keys = keys.take(8).flatten().next().ok_or_else(no_key)?;
        let sealed = keys.seal(&pins, |bytes| self.world.random(bytes)).ok_or_else(no_key)?;
        let payload = minicbor::to_vec(&sealed).unwrap_or_default();
        self.store(FileName::Keys, 0, &payload)?;
        self.append(EventKind::KeyMade { fingerprint: keys.device.public_key().fingerprint() })?;
        self.sealed_keys = Some(sealed);
        self.unlock_with(keys)?;
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
        self.store(FileName::Keys, ENROLMENT_AT, &sealed)?;
        let (device, precinct) = (enrolment.device.clone(), enrolment.precinct.clone());
        self.append(EventKind::Enrolled { device, precinct })?;
        self.enrolment = Some((sealed, enrolment));
        if let Some(unlocked) = self.unlocked.take() {
            self.unlock_with(unlocked.keys)?;
        }
        Ok(self.status_answer())
    }

    pub(crate) fn unlock(&mut self, chair: String, secretary: String) -> Outcome {
        let keys = self.check_pins(chair, secretary)?;
        if self.unlocked.is_none() {
            self.unlock_with(keys)?;
        }
        Ok(self.status_answer())
    }

    /// Opens the keys with both PINs; a wrong one is logged before it is answered.
    pub(crate) fn check_pins(
        &mut self,
        chair: String,
        secretary: String,
    ) -> Result<Keys, VaultError> {
        let Some(sealed) = self.sealed_keys.clone() else {
            return Err(VaultError::WrongState { state: self.day.state });
        };
        let delay_s = self.day.pin_delay_s(self.world.now());
        if delay_s > 0 {
            return Err(VaultError::TooSoon { delay_s });
        }
        let keys = Pins::new(chair, secretary).and_then(|pins| sealed.open(&pins));
        let Some(keys) = keys else {
            self.append(EventKind::WrongPin)?;
            return Err(VaultError::WrongPin { delay_s: self.day.pin_delay_s(self.world.now()) });
        };
        self.append(EventKind::Unlocked)?;
        Ok(keys)
    }

    /// Rebuilds the tally and the band from the records and compares their number with the log.
    fn unlock_with(&mut self, keys: Keys) -> Result<(), VaultError> {
        let Election { verified, .. } = self.election()?;
        let definition = verified.package.definition.clone();
        let (package, designs) = (verified.digest, verified.package.designs.clone());
        let (records, found) = Records::open(&self.disk, &definition, package, &keys.records)?;
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

    /// A record is written before its event: one more record than events is a sheet whose
    /// acknowledgement was cut off. Any other difference is damage.
    fn recover(&mut self, recorded: u32) -> Result<(), VaultError> {
        let logged = self.day.sheets;
        if recorded == logged.saturating_add(1) {
            self.append(EventKind::SheetRecovered { sheets: recorded })?;
            self.recovery = Some(Recovery::LastCounted);
        } else if recorded != logged {
            let what = format!("{recorded} ballot records are stored and {logged} were counted");
            self.append(EventKind::StorageFault { what: what.clone() })?;
            return Err(self.fail(storage("damaged", what)));
        } else if matches!(self.day.state, PollState::Open | PollState::Paused) {
            self.recovery = Some(Recovery::LastNotCounted);
        }
        Ok(())
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

fn one(mut buffers: Vec<Vec<u8>>) -> Result<Vec<u8>, VaultError> {
    let detail = "exactly one file is needed".to_owned();
    if buffers.len() == 1 { buffers.pop() } else { None }.ok_or(VaultError::BadRequest { detail })
}

fn no_key() -> VaultError {
    storage("unavailable", "no key could be made")
}
