//! Start, provisioning, keys and enrolment.

use minicbor::{Decode, Encode};
use urna_core::definition::ElectionDefinition;
use urna_core::journal::{EventKind, PollState};
use urna_core::report::{MAX_COUNTS, VoteTurnout};
use urna_core::seal::{Enrolment, EnrolmentRequest, Package, PublicKey, Signer};
use urna_core::tally::{Band, Tally};
use urna_core::vault_api::{Recovery, Reply, VaultError};

use crate::day::LastSheet;
use crate::disk::{Disk, FileName};
use crate::frame::{Frame, HEAD, frame_at, framed};
use crate::keys::{Keys, Pins};
use crate::log::{LOG_BYTES, Log};
use crate::reader::Reader;
use crate::records::{Found, Records, SLOTS};
use crate::vault::{
    Answer, Election, Outcome, SOFTWARE, Unlocked, Vault, World, disk_fault, seal_fault, storage,
};

/// The keys file: sealed keys at its start, the enrolments behind, one for each count.
const KEYS_BYTES: usize = ENROLMENT_AT + MAX_COUNTS as usize * ENROLMENT_BYTES;
const ENROLMENT_AT: usize = 2_048;
/// A sealed enrolment in its frame, at most.
pub(crate) const ENROLMENT_BYTES: usize = 6_144;
/// The sealed final report with every register in its frame, at most; one behind the other, one for each count.
pub const RESULT_BYTES: usize = 1 << 20;
const RESULTS_BYTES: usize = MAX_COUNTS as usize * RESULT_BYTES;
const MAX_PACKAGE: usize = 256 << 20;

/// Where the enrolment of a count stands in the keys file.
pub(crate) fn enrolment_at(count: u32) -> usize {
    ENROLMENT_AT + place(count) * ENROLMENT_BYTES
}

/// Whether a sealed enrolment has room in its place.
pub(crate) fn fits_enrolment(sealed: &[u8]) -> bool {
    sealed.len() + HEAD <= ENROLMENT_BYTES
}

/// Where the final report of a count stands in the result file.
pub(crate) fn result_at(count: u32) -> usize {
    place(count) * RESULT_BYTES
}

/// Place of a count among others; no count is beyond [`MAX_COUNTS`], since its report would not hold.
fn place(count: u32) -> usize {
    usize::try_from(count.clamp(1, MAX_COUNTS) - 1).unwrap_or(0)
}

/// The package file's payload.
#[derive(Encode, Decode)]
struct Stored {
    #[cbor(n(0), with = "minicbor::bytes")]
    root: Vec<u8>,
    #[cbor(n(1), with = "minicbor::bytes")]
    package: Vec<u8>,
}

/// What a device stores for each sheet that it can count, the log and everything else but the package included.
pub fn bytes_per_sheet(definition: &ElectionDefinition) -> usize {
    (Records::file_bytes(definition) + KEYS_BYTES + RESULT_BYTES + LOG_BYTES).div_ceil(SLOTS)
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Reads what is stored. No package: the device is new, or provisioning was cut off and is done
    /// again.
    pub(crate) fn load(&mut self) -> Result<(), VaultError> {
        let bytes = self.disk.read(FileName::Package).map_err(|fault| disk_fault(&fault))?;
        match frame_at(&bytes, 0, MAX_PACKAGE) {
            Frame::Sound(payload) => self.load_election(payload)?,
            Frame::Empty | Frame::Broken => return self.load_without_package(),
        }
        self.check_sizes()?;
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

    /// The package is written last, so without a sound one provisioning did not finish, unless the log shows
    /// that it did.
    fn load_without_package(&mut self) -> Result<(), VaultError> {
        let was_in_use = Log::open(&mut self.disk).is_ok_and(|(log, _)| log.len() > 1);
        if was_in_use { Err(storage("damaged", "the election package is damaged")) } else { Ok(()) }
    }

    fn load_election(&mut self, payload: &[u8]) -> Result<(), VaultError> {
        let election = Election::from_stored(payload);
        self.election = Some(election.map_err(|fault| storage("damaged", fault))?);
        Ok(())
    }

    /// A file that is missing or cut is told before polls may open, and not when it is needed.
    fn check_sizes(&self) -> Result<(), VaultError> {
        let definition = &self.election()?.verified.package.definition;
        let sizes = [
            (FileName::Records, Records::file_bytes(definition)),
            (FileName::Keys, KEYS_BYTES),
            (FileName::Result, RESULT_BYTES),
            (FileName::Log, LOG_BYTES),
        ];
        for (file, expected) in sizes {
            let found = self.disk.read(file).map_err(|fault| disk_fault(&fault))?.len();
            if found != expected {
                let what = format!("{} has {found} bytes instead of {expected}", file.as_str());
                return Err(storage("damaged", what));
            }
        }
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
        if !Records::fit(definition) {
            let detail = "a ballot record of this election is too long to be kept".to_owned();
            return Err(VaultError::Seal { code: "bad_content".to_owned(), detail });
        }
        let made = self.make_files(&definition.clone(), &payload, event);
        made.map_err(|fault| self.fail(fault))?;
        self.election = Some(Election { root, verified });
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
        Records::create(&mut self.disk, definition, |bytes| world.random(bytes)).map_err(fault)?;
        for (file, len) in [(FileName::Keys, KEYS_BYTES), (FileName::Result, RESULTS_BYTES)] {
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
                self.append(EventKind::StorageFault { what: what.clone() })?;
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
            self.append(EventKind::StorageFault { what: what.clone() })?;
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

impl Election {
    /// Reads the payload of a package file; the root is the one that it names.
    pub(crate) fn from_stored(payload: &[u8]) -> Result<Election, String> {
        let words = |fault: &dyn std::fmt::Display| fault.to_string();
        let stored: Stored = minicbor::decode(payload).map_err(|fault| words(&fault))?;
        let root = PublicKey::from_sec1(&stored.root).map_err(|fault| words(&fault))?;
        let verified = Package::open(&stored.package, &root).map_err(|fault| words(&fault))?;
        Ok(Election { root, verified })
    }
}

/// All files at their full size but the package, each durable before the next.
pub(crate) fn make_empty(
    disk: &mut dyn Disk,
    definition: &ElectionDefinition,
    random: impl FnMut(&mut [u8]),
) -> Result<Log, VaultError> {
    let fault = |fault| disk_fault(&fault);
    Records::create(disk, definition, random).map_err(fault)?;
    for (file, len) in [(FileName::Keys, KEYS_BYTES), (FileName::Result, RESULT_BYTES)] {
        disk.replace(file, &vec![0; len]).map_err(fault)?;
        disk.flush(file).map_err(fault)?;
    }
    Ok(Log::create(disk)?)
}

/// The sealed keys in a keys file.
pub(crate) fn keys_in(bytes: &[u8]) -> Option<SealedKeys> {
    match frame_at(bytes, 0, ENROLMENT_AT) {
        Frame::Sound(payload) => minicbor::decode(payload).ok(),
        _ => None,
    }
}

/// The enrolment in a keys file, and its seal.
pub(crate) fn enrolment_in(bytes: &[u8], root: &PublicKey) -> Option<(Vec<u8>, Enrolment)> {
    match frame_at(bytes, ENROLMENT_AT, KEYS_BYTES) {
        Frame::Sound(sealed) => {
            Enrolment::open(sealed, root).ok().map(|enrolment| (sealed.to_vec(), enrolment))
        }
        _ => None,
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
