//! The vault: takes commands one at a time and answers each.

use urna_core::ScannerIdentity;
use urna_core::journal::{EventKind, PollState, Role};
use urna_core::report::VoteTurnout;
use urna_core::seal::{Digest, Enrolment, PublicKey, SealError, Signer, VerifiedPackage};
use urna_core::software::BuildCheck;
use urna_core::tally::{Band, Tally};
use urna_core::vault_api::{Command, EnrolledAs, Recovery, Reply, Status, VaultError};

use crate::ahead::Ahead;
use crate::copying::Copying;
use crate::counts::Wanted;
use crate::day::Day;
use crate::disk::{Disk, DiskFault};
use crate::keys::{Keys, SealedKeys};
use crate::log::{Log, LogFault};
use crate::people::Waits;
use crate::privacy::TRIAL_SHEETS;
use crate::reader::Reader;
use crate::records::{Records, RecordsFault};
use crate::surroundings::Clocks;

/// Name and version of the program, for log and reports.
pub const SOFTWARE: &str = concat!("Urna ", env!("CARGO_PKG_VERSION"));

/// Characters of a fault that the log keeps.
const MAX_FAULT_WORDS: usize = 200;

/// What the vault needs of the world.
pub trait World {
    /// Wall clock: seconds since 1970 UTC. Not evidence.
    fn now(&self) -> u64;
    /// Milliseconds since some moment, never going back.
    fn milliseconds(&self) -> f64;
    /// Fills `bytes` from a generator fit for keys.
    fn random(&mut self, bytes: &mut [u8]);
    /// Sheets that the self-test of secrecy tries. Fewer find less; only tests of other things take fewer.
    fn trial_sheets(&self) -> u32 {
        TRIAL_SHEETS
    }
    /// Minutes that the time zone of the wall clock is ahead of UTC.
    fn utc_offset_minutes(&self) -> i16;
}

/// A reply and the bytes beside it.
#[derive(Debug)]
pub struct Answer {
    /// The reply.
    pub reply: Reply,
    /// Its buffers.
    pub buffers: Vec<Vec<u8>>,
}

/// The vault over a disk, a world and a reader.
pub struct Vault<D, W, R> {
    pub(crate) disk: D,
    pub(crate) world: W,
    pub(crate) reader: R,
    pub(crate) log: Option<Log>,
    pub(crate) day: Day,
    pub(crate) election: Option<Election>,
    pub(crate) sealed_keys: Option<SealedKeys>,
    pub(crate) enrolment: Option<(Vec<u8>, Enrolment)>,
    pub(crate) unlocked: Option<Unlocked>,
    /// Who is signed in; means nothing without the keys.
    pub(crate) session: Option<Role>,
    /// Whether the keys were in memory before, since the start.
    pub(crate) was_unlocked: bool,
    pub(crate) waits: Waits,
    pub(crate) clocks: Clocks,
    pub(crate) tested_sheets: u32,
    pub(crate) recovery: Option<Recovery>,
    pub(crate) turnout: Vec<VoteTurnout>,
    /// A scanner that was connected before there was a log; the first event after provisioning.
    pub(crate) early_scanner: Option<ScannerIdentity>,
    /// What the page found out about the program's files at this start.
    pub(crate) build: Option<BuildCheck>,
    /// In memory only: an event after each invalid sheet would tell which sheet it was.
    pub(crate) drop_to_confirm: bool,
    /// Sides of the sheet that moves.
    pub(crate) ahead: Option<Ahead>,
    /// Number of the sheet that was counted last of those.
    pub(crate) last_counted: Option<u32>,
    /// The second copy.
    pub(crate) copying: Copying,
    /// Wrong PINs while there is no log: those that were tried on a copy.
    pub(crate) copy_tries: u32,
    /// After a failed write nothing is known of the disk until the next start.
    pub(crate) failed: Option<VaultError>,
}

/// The election that the device was provisioned with.
pub struct Election {
    pub root: PublicKey,
    pub verified: VerifiedPackage,
}

/// What needs the keys.
pub struct Unlocked {
    pub keys: Keys,
    pub records: Records,
    pub tally: Tally,
    pub band: Band,
}

pub(crate) type Outcome = Result<Answer, VaultError>;

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Opens what is stored; an empty disk gives an unprovisioned vault, unless `marker` says that there
    /// was one. The marker is [`Vault::marker`] of the last provisioning, kept in another store: a newly
    /// made file can vanish whole when power fails, and that must be an alarm and not a fresh start.
    ///
    /// # Errors
    /// [`VaultError`], where something is stored and can't be trusted, or is missing.
    pub fn open(disk: D, world: W, reader: R, marker: Option<&str>) -> Result<Self, VaultError> {
        let mut vault = Vault::bare(disk, world, reader);
        vault.load()?;
        match (marker, vault.marker()) {
            (Some(_), None) => Err(storage("missing", "the vault's files are gone")),
            (Some(was), Some(is)) if was != is => {
                Err(storage("damaged", "the vault's files are of another election package"))
            }
            _ => Ok(vault),
        }
    }

    /// A vault that has looked at nothing yet.
    pub(crate) fn bare(disk: D, world: W, reader: R) -> Self {
        let waits = Waits::new(world.milliseconds());
        Vault {
            disk,
            world,
            reader,
            log: None,
            day: Day::default(),
            election: None,
            sealed_keys: None,
            enrolment: None,
            unlocked: None,
            session: None,
            was_unlocked: false,
            waits,
            clocks: Clocks::default(),
            tested_sheets: 0,
            recovery: None,
            turnout: Vec::new(),
            early_scanner: None,
            build: None,
            drop_to_confirm: false,
            ahead: None,
            last_counted: None,
            copying: Copying::default(),
            copy_tries: 0,
            failed: None,
        }
    }

    /// What the marker must say: which package was taken; nothing before provisioning.
    pub fn marker(&self) -> Option<String> {
        self.election.as_ref().map(|election| election.verified.digest.to_string())
    }

    /// Carries out a command. Refused commands change nothing except, perhaps, the log.
    pub fn handle(&mut self, command: Command, buffers: Vec<Vec<u8>>) -> Answer {
        let failed = self.failed.clone().filter(|_| !matches!(command, Command::Status));
        let outcome = failed.map_or_else(|| self.dispatch(command, buffers), Err);
        outcome.unwrap_or_else(|refused| Answer::only(Reply::Refused(refused)))
    }

    /// The disk, for tests that look at what is stored.
    pub fn disk(&self) -> &D {
        &self.disk
    }

    /// The disk, for tests that cut its power.
    pub fn disk_mut(&mut self) -> &mut D {
        &mut self.disk
    }

    fn dispatch(&mut self, command: Command, buffers: Vec<Vec<u8>>) -> Outcome {
        if ends_sheets(&command) {
            self.ahead = None;
        }
        self.may(&command)?;
        match command {
            Command::Status => Ok(self.status_answer()),
            Command::Provision { root_pem } => self.provision(&root_pem, buffers),
            Command::MakeKey { chair_pin, secretary_pin } => {
                self.make_key(chair_pin, secretary_pin)
            }
            Command::EnrolmentRequest => self.enrolment_request(),
            Command::Enrol => self.enrol(buffers),
            Command::Unlock { chair_pin, secretary_pin } => self.unlock(chair_pin, secretary_pin),
            Command::TestSheet => self.test_sheet(&buffers),
            Command::ConfirmTest => self.confirm_test(),
            Command::IssueReport { kind } => self.issue_report(kind),
            Command::ConfirmPrinted { kind, copies } => self.confirm_printed(kind, copies),
            Command::Open { chair_pin, secretary_pin } => self.open_polls(chair_pin, secretary_pin),
            Command::CountSheet => self.count_sheet(&buffers),
            Command::TakePart { sheet, side } => self.take_part(sheet, side, buffers),
            Command::ReadSide { sheet, side } => self.read_side(sheet, side, buffers),
            Command::CountRead { sheet, sides } => self.count_read(sheet, sides),
            Command::ConfirmDrop => {
                self.drop_to_confirm = false;
                Ok(self.status_answer())
            }
            Command::Pause => self.step(PollState::Open, EventKind::Paused),
            Command::Resume { chair_pin, secretary_pin } => {
                self.require(&[PollState::Paused])?;
                self.check_pins(chair_pin, secretary_pin)?;
                self.session = Some(Role::Commission);
                self.step(PollState::Paused, EventKind::Resumed)
            }
            Command::Close { chair_pin, secretary_pin } => self.close(chair_pin, secretary_pin),
            Command::NotePrint { kind, way, originals, fault } => {
                self.note_print(kind, EventKind::ReportSent { kind, way, originals, fault })
            }
            Command::NoteScannerFault { fault } => self.note(EventKind::ScannerFault { fault }),
            Command::NoteScanner { name, firmware, serial } => {
                self.note_scanner(ScannerIdentity::new(&name, &firmware, &serial))
            }
            Command::NoteScannerGone => self.note_scanner_gone(),
            Command::NoteNetwork => self.step_keeping(PollState::Open, EventKind::NetworkSeen),
            Command::StartCount { purpose, replaces, chair_pin, secretary_pin } => {
                self.start_count(Wanted { purpose, replaces, buffers }, chair_pin, secretary_pin)
            }
            Command::LookAtCopy => self.look_at_copy(buffers),
            Command::TakeOver { chair_pin, secretary_pin } => {
                self.take_over(chair_pin, secretary_pin, buffers)
            }
            Command::CopyPackage => self.copy_package(),
            Command::MakeCopy => self.make_copy(),
            Command::CheckCopy => self.check_copy(buffers),
            Command::ConfirmCopied { digest } => self.confirm_copied(digest),
            Command::NoteCopyChosen => self.note_copy_chosen(),
            Command::NoteCopyLost { fault } => self.note_copy_lost(fault),
            Command::NoteBuild { check } => self.note_build(check),
            Command::SealedResult => self.sealed_result(),
            Command::ResultOf { count } => self.result_of(count),
            Command::StationReport { precinct } => self.station_report(&precinct, &buffers),
            Command::ConfirmTransmitted { digest } => self.confirm_transmitted(digest),
            Command::NoteTransmissionFailed { code } => {
                self.require(&[PollState::Reported, PollState::Transmitted])?;
                let code = code.chars().filter(char::is_ascii_graphic).take(40).collect();
                self.note(EventKind::TransmissionFailed { code })
            }
            Command::Log { from, most } => self.log_events(from, most),
            Command::LogOf { group, before, most } => Ok(self.log_of(group, before, most)),
            Command::ExportLog { chair_pin, secretary_pin } => {
                self.export_log(chair_pin, secretary_pin)
            }
            Command::Lock { cause } => self.lock(cause),
            Command::SignOut => self.sign_out(),
            Command::OperatorSignIn { pin } => self.operator_sign_in(pin),
            Command::ChangePins { chair_pin, secretary_pin, new_chair_pin, new_secretary_pin } => {
                self.change_pins((chair_pin, secretary_pin), (new_chair_pin, new_secretary_pin))
            }
            Command::SetOperatorPin { chair_pin, secretary_pin, operator_pin } => {
                self.set_operator_pin((chair_pin, secretary_pin), operator_pin)
            }
            Command::PermitClosing => self.permit_closing(buffers),
            Command::Note { note } => self.note_page(note),
            Command::Designs => self.designs(),
        }
    }

    pub(crate) fn require(&self, states: &[PollState]) -> Result<(), VaultError> {
        let state = self.day.state;
        if states.contains(&state) { Ok(()) } else { Err(VaultError::WrongState { state }) }
    }

    pub(crate) fn election(&self) -> Result<&Election, VaultError> {
        self.election.as_ref().ok_or(VaultError::WrongState { state: self.day.state })
    }

    pub(crate) fn unlocked(&self) -> Result<&Unlocked, VaultError> {
        self.unlocked.as_ref().ok_or(VaultError::Locked)
    }

    /// Appends an event, durable when this returns, and lets it take effect.
    pub(crate) fn append(&mut self, kind: EventKind) -> Result<(), VaultError> {
        let now = self.world.now();
        let log = self.log.as_mut().ok_or(VaultError::WrongState { state: self.day.state })?;
        if let Err(fault) = log.append(&mut self.disk, now, kind) {
            return Err(self.fail(fault.into()));
        }
        if let Some(event) = log.events().last() {
            self.day.apply(event);
        }
        Ok(())
    }

    /// Remembers a fault of the store: from now on nothing is accepted until the next start. The log tells of it
    /// where it can still be written.
    pub(crate) fn fail(&mut self, fault: VaultError) -> VaultError {
        let (now, what) = (self.world.now(), fault_words(&fault));
        // Before it has a package a log with more than its first event would be taken for one in use.
        if let (Some(log), Some(_)) = (self.log.as_mut(), &self.election) {
            // What can't be written here is what has failed.
            let _ = log.append(&mut self.disk, now, EventKind::StorageFault { what });
        }
        self.failed = Some(fault.clone());
        fault
    }

    pub(crate) fn status_answer(&self) -> Answer {
        Answer::only(Reply::Status(self.status()))
    }

    /// The answer to what a page asks for each sheet.
    pub(crate) fn progress_answer(&self) -> Answer {
        Answer::only(Reply::Status(self.progress()))
    }

    fn note(&mut self, kind: EventKind) -> Outcome {
        if self.log.is_some() {
            self.append(kind)?;
        }
        Ok(self.status_answer())
    }

    fn step(&mut self, from: PollState, kind: EventKind) -> Outcome {
        self.require(&[from])?;
        self.unlocked()?;
        self.append(kind)?;
        Ok(self.status_answer())
    }

    fn step_keeping(&mut self, state: PollState, kind: EventKind) -> Outcome {
        self.require(&[state, PollState::Paused])?;
        self.append(kind)?;
        Ok(self.status_answer())
    }

    fn log_events(&self, from: u64, most: u32) -> Outcome {
        let log = self.log.as_ref();
        let events = log.map_or(&[][..], Log::events);
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(events.len());
        let most = usize::try_from(most.min(1_000)).unwrap_or(1_000);
        let to = from.saturating_add(most).min(events.len());
        Ok(Answer::only(Reply::Log {
            events: events[from..to].to_vec(),
            total: log.map_or(0, Log::len),
            head: log.map_or_else(Digest::default, Log::head),
        }))
    }

    fn designs(&self) -> Outcome {
        let designs = self.election()?.verified.package.designs.clone();
        let buffers = designs.iter().map(|design| design.blank_png.clone()).collect();
        Ok(Answer { reply: Reply::Designs { designs }, buffers })
    }

    pub(crate) fn status(&self) -> Status {
        let election = self.election.as_ref();
        let definition = election.map(|election| election.verified.package.definition.clone());
        Status { definition, ..self.progress() }
    }

    /// The status without the definition: that of a nation takes longer to be told than a sheet to be counted.
    pub(crate) fn progress(&self) -> Status {
        let election = self.election.as_ref();
        let enrolled = self.enrolment.as_ref().map(|(_, enrolment)| EnrolledAs {
            device: enrolment.device.clone(),
            precinct: enrolment.precinct.clone(),
        });
        let room = self.unlocked.as_ref().map_or(0, |unlocked| unlocked.records.room());
        let key = self.unlocked.as_ref().map(|unlocked| unlocked.keys.device.public_key());
        Status {
            software: SOFTWARE.to_owned(),
            state: self.day.state,
            unlocked: self.unlocked.is_some(),
            definition: None,
            package: election.map(|election| election.verified.digest),
            root_fingerprint: election.map(|election| election.root.fingerprint()),
            key_fingerprint: key.map(|key| key.fingerprint()).or_else(|| self.logged_fingerprint()),
            enrolled,
            turnout: self.turnout.clone(),
            sheets: self.day.sheets,
            drop_to_confirm: self.drop_to_confirm,
            zero_printed: self.day.zero_printed,
            incidents: self.day.incidents,
            scanner: self.connected_scanner().cloned(),
            build: self.build.clone(),
            recovery: self.recovery,
            log_events: self.log.as_ref().map_or(0, Log::len),
            log_head: self.log.as_ref().map_or_else(Digest::default, Log::head),
            pin_delay_s: self.pin_delay_s(),
            room_for_sheets: u32::try_from(room).unwrap_or(u32::MAX),
            count: self.day.count.clone(),
            counts: self.reported_counts(),
            copy: self.copy_status(),
            signed_in: self.signed_in(),
            has_operator: self.has_operator(),
            closes_at: self.closes_at(),
        }
    }

    fn logged_fingerprint(&self) -> Option<String> {
        let events = self.log.as_ref()?.events().iter().rev();
        events.clone().find_map(|event| match &event.kind {
            EventKind::KeyMade { fingerprint } => Some(fingerprint.clone()),
            _ => None,
        })
    }
}

/// Whether a sheet that was read ahead is void from here on: after a fault, a way in besides, or a change of state.
fn ends_sheets(command: &Command) -> bool {
    matches!(
        command,
        Command::NoteScannerFault { .. }
            | Command::NoteScannerGone
            | Command::CountSheet
            | Command::Pause
            | Command::Close { .. }
            | Command::Lock { .. }
            | Command::SignOut
    )
}

impl Answer {
    pub(crate) fn only(reply: Reply) -> Self {
        Answer { reply, buffers: Vec::new() }
    }
}

/// What a fault says, short enough for an event.
fn fault_words(fault: &VaultError) -> String {
    fault.to_string().chars().take(MAX_FAULT_WORDS).collect()
}

pub(crate) fn storage(code: &str, detail: impl ToString) -> VaultError {
    VaultError::Storage { code: code.to_owned(), detail: detail.to_string() }
}

pub(crate) fn seal_fault(fault: &SealError) -> VaultError {
    let code = match fault {
        SealError::NotSealed => "not_sealed",
        SealError::WrongKind { .. } => "wrong_kind",
        SealError::WrongKey { .. } => "wrong_key",
        SealError::BadSignature => "bad_signature",
        SealError::BadContent(_) => "bad_content",
        SealError::Mismatch(_) => "mismatch",
    };
    VaultError::Seal { code: code.to_owned(), detail: fault.to_string() }
}

pub(crate) fn disk_fault(fault: &DiskFault) -> VaultError {
    storage("failed", fault)
}

impl From<LogFault> for VaultError {
    fn from(fault: LogFault) -> Self {
        match &fault {
            LogFault::Disk(fault) => disk_fault(fault),
            LogFault::Damaged(_) => storage("damaged", fault),
            LogFault::Full => storage("full", fault),
        }
    }
}

impl From<RecordsFault> for VaultError {
    fn from(fault: RecordsFault) -> Self {
        match &fault {
            RecordsFault::Disk(fault) => disk_fault(fault),
            RecordsFault::Damaged => storage("damaged", fault),
            RecordsFault::Full => storage("full", fault),
        }
    }
}
