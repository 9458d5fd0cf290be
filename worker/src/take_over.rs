//! Another device goes on from a second copy. Everything is checked in memory before anything is stored; the files
//! are then stored as in provisioning, the package last, so that a cut leaves a new device or one that has all.

use urna_core::definition::ElectionDefinition;
use urna_core::journal::{EventKind, PollState, Role};
use urna_core::seal::{SealedReport, Signer, verify_report};
use urna_core::tally::{BallotRecord, Band, Tally};
use urna_core::vault_api::{EnrolledAs, Reply, VaultError};
use urna_core::{CopyFacts, PrecinctId};

use crate::copy::{Content, Header, SealedCopy, damaged, fault};
use crate::day::Day;
use crate::disk::{Disk, FileName};
use crate::files::{
    MAX_PACKAGE, RESULT_BYTES, enrolment_in, latest_keys_in, make_empty, result_at,
};
use crate::frame::{Frame, frame_at};
use crate::keys::{Keys, Pins};
use crate::log::{Log, Repairs};
use crate::reader::Reader;
use crate::records::Records;
use crate::staged::Staged;
use crate::vault::{Answer, Election, Outcome, SOFTWARE, Vault, World, disk_fault};

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// What a copy says of itself, for people to compare before anything follows from it.
    pub(crate) fn look_at_copy(&self, buffers: Vec<Vec<u8>>) -> Outcome {
        self.require(&[PollState::Unprovisioned])?;
        let found = Found::read(buffers)?;
        let Found { election, copy, .. } = &found;
        let Header { keys, events, head, sheets, at, count, .. } = &copy.header;
        let enrolled = enrolment_in(keys, *count, &election.root).map(|(_, enrolment)| {
            EnrolledAs { device: enrolment.device, precinct: enrolment.precinct }
        });
        let facts = CopyFacts {
            root_fingerprint: election.root.fingerprint(),
            package: election.verified.digest,
            title: election.verified.package.definition.title.clone(),
            enrolled,
            sheets: *sheets,
            events: *events,
            head: *head,
            at: *at,
        };
        Ok(Answer::only(Reply::CopySeen(Box::new(facts))))
    }

    /// Goes on from a copy.
    pub(crate) fn take_over(
        &mut self,
        chair: String,
        secretary: String,
        buffers: Vec<Vec<u8>>,
    ) -> Outcome {
        self.require(&[PollState::Unprovisioned])?;
        let found = Found::read(buffers)?;
        let keys = self.keys_of_copy(&found, chair, secretary)?;
        let content = found.copy.open(&keys.records)?;
        let staged = self.stage(&found, &content, &keys)?;
        // Nothing was stored so far, and nothing that is stored from here on was not checked.
        staged.store(&mut self.disk).map_err(|fault| self.fail(disk_fault(&fault)))?;
        self.day = Day::default();
        self.load().map_err(|fault| self.fail(fault))?;
        self.append(EventKind::Unlocked)?;
        self.unlock_with(keys)?;
        (self.session, self.was_unlocked) = (Some(Role::Commission), true);
        self.log_early_build()?;
        // No sheet was in this device's scanner.
        self.recovery = None;
        match self.early_scanner.take() {
            Some(scanner) => self.note_scanner(scanner),
            None => Ok(self.status_answer()),
        }
    }

    /// Opens the keys in a copy with both PINs. There is no log yet, so wrong ones are remembered until there is.
    fn keys_of_copy(
        &mut self,
        found: &Found,
        chair: String,
        secretary: String,
    ) -> Result<Keys, VaultError> {
        let sealed = latest_keys_in(&found.copy.header.keys).ok_or_else(|| damaged("no keys"))?;
        let delay_s = self.delay_s(self.copy_tries, self.waits.both);
        if delay_s > 0 {
            return Err(VaultError::TooSoon { delay_s });
        }
        let keys = Pins::new(chair, secretary).and_then(|pins| sealed.open(&pins));
        keys.ok_or_else(|| {
            self.copy_tries = self.copy_tries.saturating_add(1);
            self.waits.both = self.world.milliseconds();
            VaultError::WrongPin { delay_s: self.delay_s(self.copy_tries, self.waits.both) }
        })
    }

    /// All files of the device that goes on, checked.
    fn stage(
        &mut self,
        found: &Found,
        content: &Content,
        keys: &Keys,
    ) -> Result<Staged, VaultError> {
        let Found { election, copy, package_file } = found;
        let definition = &election.verified.package.definition;
        let mut staged = Staged::default();
        let world = &mut self.world;
        make_empty(&mut staged, definition, |bytes| world.random(bytes))?;
        staged.begin_with(FileName::Keys, &copy.header.keys).ok_or_else(too_long)?;
        for part in &content.files {
            let file = part.file()?;
            if !matches!(file, FileName::Log | FileName::Result) {
                return Err(damaged(format!("{} has no place in a copy", part.name)));
            }
            staged.begin_with(file, &part.bytes).ok_or_else(too_long)?;
        }
        let (mut log, day) = checked_log(&mut staged, copy, election, keys)?;
        let precinct = checked_enrolment(copy, election, keys, &day)?;
        checked_results(&staged, election, &day)?;
        self.put_records(&mut staged, found, content, keys, (&day, precinct.as_ref()))?;
        let event = EventKind::TakenOver {
            software: SOFTWARE.to_owned(),
            sheets: day.sheets,
            wrong_pins: self.copy_tries,
        };
        log.append(&mut staged, self.world.now(), event)?;
        let stored = staged.replace(FileName::Package, package_file);
        stored.map_err(|fault| disk_fault(&fault))?;
        let designs = &election.verified.package.designs;
        self.reader.prepare(designs, definition.thresholds.clone()).map_err(damaged)?;
        Ok(staged)
    }

    /// The records of the copy, sealed anew, each in a new place.
    fn put_records(
        &mut self,
        staged: &mut Staged,
        found: &Found,
        content: &Content,
        keys: &Keys,
        (day, precinct): (&Day, Option<&PrecinctId>),
    ) -> Result<(), VaultError> {
        let verified = &found.election.verified;
        let definition = &verified.package.definition;
        let number = day.number();
        let (mut records, _) =
            Records::open(staged, definition, verified.digest, &keys.records, number)?;
        let mut all = Vec::new();
        for part in &content.records {
            if part.file()? != FileName::Records {
                return Err(damaged(format!("{} holds no ballot records", part.name)));
            }
            let opened = records.unseal_all(&part.bytes);
            all.extend(opened.ok_or_else(|| damaged("a ballot record does not open"))?);
        }
        for count in 1..=number {
            let earlier = day.earlier.iter().find(|earlier| earlier.number == count);
            let (sheets, precinct) = match earlier {
                _ if count == number => (day.sheets, precinct),
                Some(earlier) => (earlier.sheets, Some(&earlier.enrolled.precinct)),
                // Begun, and never reported.
                None => (0, precinct),
            };
            let of_count = all.iter().filter(|(n, _)| *n == count).map(|(_, record)| record);
            check_figures(definition, precinct, sheets, of_count)?;
        }
        for (count, record) in all {
            let padded = record.to_padded_bytes(definition).map_err(damaged)?;
            records.add_to(count, staged, padded, |bytes| self.world.random(bytes))?;
        }
        Ok(())
    }
}

/// A package and a copy that belong together. Nobody vouches for the copy yet.
struct Found {
    election: Election,
    copy: SealedCopy,
    package_file: Vec<u8>,
}

impl Found {
    fn read(buffers: Vec<Vec<u8>>) -> Result<Found, VaultError> {
        let Ok([package_file, copy]) = <[Vec<u8>; 2]>::try_from(buffers) else {
            let detail = "a package and a copy are needed".to_owned();
            return Err(VaultError::BadRequest { detail });
        };
        let Frame::Sound(payload) = frame_at(&package_file, 0, MAX_PACKAGE) else {
            return Err(damaged("the package is damaged"));
        };
        let election = Election::from_stored(payload).map_err(damaged)?;
        let copy = SealedCopy::parse(&copy)?;
        if copy.header.package != election.verified.digest {
            return Err(fault("other_package", "the copy is of another election package"));
        }
        Ok(Found { election, copy, package_file })
    }
}

/// The log of the copy, and the day that it tells: whole, and the one that the head of the copy names.
fn checked_log(
    staged: &mut Staged,
    copy: &SealedCopy,
    election: &Election,
    keys: &Keys,
) -> Result<(Log, Day), VaultError> {
    let (log, repairs) = Log::open(staged).map_err(damaged)?;
    let header = &copy.header;
    let is_whole = repairs == Repairs::default();
    if !is_whole || log.len() != header.events || log.head() != header.head {
        return Err(damaged("the log is not the one that the copy names"));
    }
    let mut day = Day::default();
    let (mut is_of_package, mut is_of_key) = (false, false);
    let own = keys.device.public_key().fingerprint();
    for event in log.events() {
        day.apply(event);
        match &event.kind {
            EventKind::Provisioned { package, .. } => {
                is_of_package = *package == election.verified.digest;
            }
            EventKind::KeyMade { fingerprint } => is_of_key = *fingerprint == own,
            _ => {}
        }
    }
    let sealing = latest_keys_in(&header.keys).map(|sealed| sealed.generation());
    if sealing != Some(day.keys_generation) {
        return Err(damaged("the keys are not sealed as the log says"));
    }
    if !is_of_package || !is_of_key || day.sheets != header.sheets {
        return Err(damaged("the log does not belong to the copy"));
    }
    Ok((log, day))
}

/// The enrolment, if the log says that there was one: of this package and this key.
fn checked_enrolment(
    copy: &SealedCopy,
    election: &Election,
    keys: &Keys,
    day: &Day,
) -> Result<Option<PrecinctId>, VaultError> {
    if copy.header.count != day.number() {
        return Err(damaged("the copy is in another count than its log"));
    }
    let enrolment = enrolment_in(&copy.header.keys, day.number(), &election.root);
    let enrolment = enrolment.map(|(_, enrolment)| enrolment);
    let Some(enrolment) = enrolment else {
        let is_fine = day.state == PollState::Provisioned;
        return if is_fine { Ok(None) } else { Err(damaged("there is no enrolment")) };
    };
    enrolment.check_package(&election.verified).map_err(damaged)?;
    if enrolment.device_key != keys.device.public_key().to_sec1() {
        return Err(fault("other_device", "the enrolment is for another device"));
    }
    Ok(Some(enrolment.precinct))
}

/// The final reports that the log says that there were.
fn checked_results(staged: &Staged, election: &Election, day: &Day) -> Result<(), VaultError> {
    let earlier = day.earlier.iter().map(|count| count.number);
    let issued = earlier.chain(day.final_issued.then(|| day.number()));
    let bytes = staged.read(FileName::Result).map_err(|fault| disk_fault(&fault))?;
    for count in issued {
        let Frame::Sound(sealed) = frame_at(&bytes, result_at(count), RESULT_BYTES) else {
            return Err(damaged("a final report is damaged"));
        };
        let sealed = SealedReport::from_bytes(sealed).map_err(damaged)?;
        verify_report(&sealed, &election.root, &election.verified).map_err(damaged)?;
    }
    Ok(())
}

/// That there are as many records as were counted, and that they can be added up, as the next unlocking will.
fn check_figures<'a>(
    definition: &ElectionDefinition,
    precinct: Option<&PrecinctId>,
    sheets: u32,
    records: impl Iterator<Item = &'a BallotRecord>,
) -> Result<(), VaultError> {
    let records: Vec<_> = records.collect();
    if u32::try_from(records.len()) != Ok(sheets) {
        let found = records.len();
        return Err(damaged(format!("{found} ballot records, and {sheets} were counted")));
    }
    let Some(precinct) = precinct else {
        return if records.is_empty() { Ok(()) } else { Err(damaged("records, and no precinct")) };
    };
    let mut tally = Tally::zero(definition, precinct);
    let mut band = Band::as_counted(&tally, &definition.thresholds.band_permille);
    for record in records {
        tally.add(definition, record).map_err(damaged)?;
        band.add(definition, record).map_err(damaged)?;
    }
    Ok(())
}

fn too_long() -> VaultError {
    damaged("a file is longer than it can be")
}
