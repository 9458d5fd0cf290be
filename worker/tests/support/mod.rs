//! A vault on a disk in memory, and a commission that works through the day as its status asks.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part, and may panic")]
#![allow(clippy::cast_precision_loss, reason = "seconds of a test")]

pub mod stick;

#[path = "../../../crates/core/tests/support/mod.rs"]
mod election;

use std::cell::Cell;
use std::rc::Rc;

use serde_json::Value;
use urna_core::definition::{BallotStyle, ElectionDefinition, ElectionMode, Thresholds};
use urna_core::design::{PageDesign, RectUm, Target, TargetShape};
use urna_core::journal::{EventKind, PollState};
use urna_core::recognition::{
    Dirt, GlassVerdict, MarkVerdict, NotBlank, PageReading, TargetReading,
};
use urna_core::report::{CountPurpose, ReportKind};
use urna_core::seal::{
    Digest, Enrolment, EnrolmentRequest, Package, PublicKey, SealedReport, SecretKey, Signer,
    VerifiedReport,
};
use urna_core::vault_api::{Command, Recovery, Reply, Status, VaultError};
use urna_vault::{Answer, Explanation, MemoryDisk, ReadFault, Reader, Vault, World};

pub const CHAIR: &str = "271828";
pub const SECRETARY: &str = "314159";
/// Sheets of the self-test of secrecy.
pub const TRIAL_SHEETS: u32 = 8;

/// Clock and randomness by the book.
pub struct TestWorld {
    /// Time that passes.
    pub clock: Rc<Cell<u64>>,
    /// By how many seconds somebody set the wall clock.
    pub set_by: Rc<Cell<i64>>,
    /// Whether its randomness can be foretold.
    pub is_weak: Rc<Cell<bool>>,
    started: u64,
    seed: u64,
    draws: u64,
}

impl TestWorld {
    pub fn new(seed: u64) -> TestWorld {
        TestWorld::at(Rc::new(Cell::new(1_800_000_000)), seed)
    }

    /// A world that begins at this time.
    pub fn at(clock: Rc<Cell<u64>>, seed: u64) -> TestWorld {
        let started = clock.get();
        let (set_by, is_weak) = (Rc::default(), Rc::default());
        TestWorld { clock, set_by, is_weak, started, seed, draws: 0 }
    }
}

/// SplitMix64, which is no generator for anything secret.
fn foretold(draws: &mut u64, bytes: &mut [u8]) {
    for chunk in bytes.chunks_mut(8) {
        *draws = draws.wrapping_add(1);
        let z = draws.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
    }
}

impl World for TestWorld {
    fn now(&self) -> u64 {
        self.clock.get().saturating_add_signed(self.set_by.get())
    }

    fn milliseconds(&self) -> f64 {
        self.clock.get().saturating_sub(self.started) as f64 * 1_000.0
    }

    fn utc_offset_minutes(&self) -> i16 {
        360
    }

    /// Hashes of a counter: the vault's self-test finds generators that are weaker. What fills a file needs
    /// no more than to look random.
    fn random(&mut self, bytes: &mut [u8]) {
        self.draws += 1;
        if self.is_weak.get() {
            return foretold(&mut self.draws, bytes);
        }
        let hash = Digest::of(&[self.seed.to_le_bytes(), self.draws.to_le_bytes()].concat());
        let mut first = [0; 8];
        first.copy_from_slice(&hash.0[..8]);
        match hash.0.get(..bytes.len()) {
            Some(part) => bytes.copy_from_slice(part),
            None => foretold(&mut u64::from_le_bytes(first), bytes),
        }
    }

    /// Enough to see that it is made; what it finds is tested where it is written.
    fn trial_sheets(&self) -> u32 {
        TRIAL_SHEETS
    }
}

/// Reads sides that say in words what is marked: `style option option …`; `?option` is marginal, `+option`
/// just enough to be marked, `-option` just not enough to be marginal. `style/contest option …` is a page
/// with that contest only.
#[derive(Default)]
pub struct WordReader {
    designs: Vec<PageDesign>,
    thresholds: Thresholds,
    /// How often it was asked to show what is marked.
    explained: Rc<Cell<u32>>,
}

impl Reader for WordReader {
    fn prepare(&mut self, designs: &[PageDesign], thresholds: Thresholds) -> Result<(), String> {
        self.designs = designs.to_vec();
        self.thresholds = thresholds;
        Ok(())
    }

    fn read(&self, side: &[u8]) -> Result<PageReading, ReadFault> {
        let fault = |code: &str| ReadFault { code: code.to_owned(), detail: code.to_owned() };
        let words = std::str::from_utf8(side).map_err(|_| fault("not_an_image"))?;
        let mut words = words.split_whitespace();
        let style = words.next().ok_or_else(|| fault("blank"))?;
        let (style, only) = style.split_once('/').unwrap_or((style, ""));
        let design = self.designs.iter().find(|design| design.style.as_str() == style);
        let design = design.ok_or_else(|| fault("not_a_ballot"))?;
        let marks: Vec<&str> = words.collect();
        let verdict = |option: &str| {
            let (low, high) =
                (self.thresholds.marginal_permille, self.thresholds.definite_permille);
            let scores = [("", 900), ("?", low), ("+", high), ("-", low - 1)];
            let marked =
                |sign: &str| marks.iter().any(|mark| mark.strip_prefix(sign) == Some(option));
            let score = scores.iter().find(|(sign, _)| marked(sign)).map_or(0, |&(_, score)| score);
            (score, MarkVerdict::of(score, &self.thresholds))
        };
        let is_here = |t: &&Target| only.is_empty() || t.contest.as_str() == only;
        let targets = design.targets.iter().filter(is_here).map(|target| {
            // Options repeat between contests, so a mark may name its contest too.
            let full = format!("{}/{}", target.contest, target.option);
            let (score_permille, verdict) = match verdict(&full) {
                (0, _) => verdict(target.option.as_str()),
                found => found,
            };
            TargetReading {
                contest: target.contest.clone(),
                option: target.option.clone(),
                score_permille,
                spilled_permille: 0,
                is_doubtful: false,
                verdict,
            }
        });
        Ok(PageReading {
            design: design.id.clone(),
            style: design.style.clone(),
            page: 1,
            rotation_deg: 0,
            rms_um: 0,
            targets: targets.collect(),
        })
    }

    /// The "image" is the side itself: it shows everything.
    fn explain(&self, side: &[u8]) -> Option<Explanation> {
        self.explained.set(self.explained.get() + 1);
        let read = self.read(side);
        let code = read.as_ref().map_or_else(|fault| fault.code.as_str(), |_| "");
        let verdict = GlassVerdict::NotBlank { reason: NotBlank::Print };
        let dirt = Dirt {
            verdict,
            width_um: 210_000,
            height_um: 297_000,
            streaks: vec![],
            specks: vec![],
        };
        (code != "not_an_image").then(|| Explanation {
            png: side.to_vec(),
            stray: Vec::new(),
            is_read: read.is_ok(),
            dirt: (code == "blank").then_some(dirt),
        })
    }
}

pub type TestVault = Vault<MemoryDisk, TestWorld, WordReader>;

pub fn authority() -> SecretKey {
    SecretKey::from_random(&[1; 32]).unwrap()
}

pub fn root_pem() -> String {
    authority().public_key().to_pem().unwrap()
}

/// A design with every target that its style needs, in a row.
fn design(definition: &ElectionDefinition, style: &str) -> PageDesign {
    let mut targets = Vec::new();
    for contest in &definition.style(&style.into()).unwrap().contests {
        let contest = definition.contest(contest).unwrap();
        let numbers = (1..=contest.preference_numbers()).map(urna_core::definition::number_option);
        for option in contest.options.iter().map(|option| option.id.clone()).chain(numbers) {
            let x = 1_000 * u32::try_from(targets.len()).unwrap();
            targets.push(Target {
                contest: contest.id.clone(),
                option,
                area: RectUm { x, y: 0, w: 500, h: 500 },
                shape: TargetShape::Square,
            });
        }
    }
    PageDesign {
        id: style.into(),
        style: style.into(),
        page: 1,
        width_um: 100_000,
        height_um: 100_000,
        targets,
        blank_png: b"blank".to_vec(),
        exact: false,
    }
}

/// The small election, and a style that is for the other precinct only.
pub fn definition() -> ElectionDefinition {
    let mut definition = election::election();
    let general = definition.style(&"general".into()).unwrap().clone();
    let precincts = vec!["2".into()];
    definition.styles.push(BallotStyle { id: "south".into(), precincts, ..general });
    definition
}

pub fn package() -> Vec<u8> {
    package_of(definition())
}

/// The same election as a training.
pub fn training() -> Vec<u8> {
    package_of(ElectionDefinition { mode: ElectionMode::Training, ..definition() })
}

pub fn package_of(definition: ElectionDefinition) -> Vec<u8> {
    let designs = ["general", "lists", "south"].map(|style| design(&definition, style)).to_vec();
    Package { definition, designs }.seal(&authority()).unwrap()
}

/// The device's enrolment for precinct 1.
pub fn enrolment(request: &[u8]) -> Vec<u8> {
    enrolment_as(request, "d-1", "1")
}

/// An enrolment of this name for any precinct.
pub fn enrolment_as(request: &[u8], device: &str, precinct: &str) -> Vec<u8> {
    let (request, key) = EnrolmentRequest::open(request).unwrap();
    let enrolment = Enrolment {
        election: definition().id,
        package: request.package,
        device: device.into(),
        precinct: precinct.into(),
        device_key: key.to_sec1(),
    };
    enrolment.seal(&authority()).unwrap()
}

/// A count after the ordinary day.
#[derive(Clone)]
pub struct Later {
    pub purpose: CountPurpose,
    pub replaces: Vec<u32>,
    pub buffers: Vec<Vec<u8>>,
    pub sheets: Vec<&'static str>,
}

impl Later {
    pub fn new(purpose: CountPurpose, replaces: &[u32], sheets: &[&'static str]) -> Later {
        Later { purpose, replaces: replaces.to_vec(), buffers: vec![], sheets: sheets.to_vec() }
    }

    pub fn command(&self) -> Command {
        Command::StartCount {
            purpose: self.purpose,
            replaces: self.replaces.clone(),
            chair_pin: CHAIR.to_owned(),
            secretary_pin: SECRETARY.to_owned(),
        }
    }
}

/// A device and what its commission remembers.
pub struct Station {
    pub vault: TestVault,
    pub clock: Rc<Cell<u64>>,
    /// By how many seconds somebody set its clock.
    pub set_by: Rc<Cell<i64>>,
    /// Whether the device's randomness can be foretold.
    pub is_weak: Rc<Cell<bool>>,
    pub sheets: Vec<&'static str>,
    /// What is counted after the day.
    pub later: Vec<Later>,
    /// Name that the device is enrolled under.
    pub device: &'static str,
    /// Sheets that the screen said were counted.
    pub acknowledged: u32,
    /// In which count.
    pub acknowledged_in: u32,
    pub tested: bool,
    /// The package that it is provisioned with.
    pub package: Vec<u8>,
    /// How often the reader was asked to show what is marked.
    pub explained: Rc<Cell<u32>>,
    /// What the browser keeps beside the files.
    pub marker: Option<String>,
    seed: u64,
}

impl Station {
    pub fn new(seed: u64, sheets: &[&'static str]) -> Station {
        let world = TestWorld::new(seed);
        let (clock, set_by) = (world.clock.clone(), world.set_by.clone());
        let is_weak = world.is_weak.clone();
        let explained = Rc::new(Cell::new(0));
        let reader = WordReader { explained: explained.clone(), ..WordReader::default() };
        let vault = Vault::open(MemoryDisk::default(), world, reader, None).unwrap();
        Station {
            vault,
            clock,
            is_weak,
            set_by,
            sheets: sheets.to_vec(),
            later: Vec::new(),
            device: "d-1",
            acknowledged: 0,
            acknowledged_in: 1,
            tested: false,
            package: package(),
            explained,
            marker: None,
            seed,
        }
    }

    /// Asks the vault; refusals are errors.
    pub fn ask(&mut self, command: Command, buffers: Vec<Vec<u8>>) -> Result<Answer, VaultError> {
        let answer = self.vault.handle(command, buffers);
        // The browser writes the marker after the files and before the answer.
        self.marker = self.marker.take().or_else(|| self.vault.marker());
        match answer.reply {
            Reply::Refused(error) => Err(error),
            _ => Ok(answer),
        }
    }

    pub fn status(&mut self) -> Status {
        match self.vault.handle(Command::Status, Vec::new()).reply {
            Reply::Status(status) => status,
            other => panic!("{other:?}"),
        }
    }

    /// Starts again on what the disk kept.
    pub fn restart(&mut self) -> Result<(), VaultError> {
        let disk = self.vault.disk().after_restart();
        self.restart_with(disk)
    }

    pub fn restart_with(&mut self, disk: MemoryDisk) -> Result<(), VaultError> {
        self.seed = self.seed.wrapping_add(1);
        self.tested = false;
        self.clock.set(self.clock.get() + 1_000);
        let mut world = TestWorld::at(self.clock.clone(), self.seed);
        (world.set_by, world.is_weak) = (self.set_by.clone(), self.is_weak.clone());
        let reader = WordReader { explained: self.explained.clone(), ..WordReader::default() };
        self.vault = Vault::open(disk, world, reader, self.marker.as_deref())?;
        Ok(())
    }

    /// The next thing that a commission does in this state; `None` when the day is over.
    pub fn next(&mut self, status: &Status) -> Option<(Command, Vec<Vec<u8>>)> {
        let (chair_pin, secretary_pin) = (CHAIR.to_owned(), SECRETARY.to_owned());
        let only = |command: Command| Some((command, Vec::new()));
        if status.key_fingerprint.is_some() && status.signed_in.is_none() {
            return only(Command::Unlock { chair_pin, secretary_pin });
        }
        match status.state {
            PollState::Unprovisioned => {
                Some((Command::Provision { root_pem: root_pem() }, vec![self.package.clone()]))
            }
            PollState::Provisioned if status.key_fingerprint.is_none() => {
                only(Command::MakeKey { chair_pin, secretary_pin })
            }
            PollState::Provisioned if status.enrolled.is_none() => {
                let request = self.ask(Command::EnrolmentRequest, Vec::new()).ok()?;
                Some((Command::Enrol, vec![enrolment_as(&request.buffers[0], self.device, "1")]))
            }
            PollState::Provisioned if !self.tested => {
                self.tested = true;
                Some((Command::TestSheet, vec![b"general a".to_vec()]))
            }
            PollState::Provisioned => only(Command::ConfirmTest),
            PollState::Tested if !status.zero_printed => self.print(ReportKind::Zero),
            PollState::Tested => only(Command::Open { chair_pin, secretary_pin }),
            PollState::Open if status.drop_to_confirm => only(Command::ConfirmDrop),
            PollState::Open => match self.sheets_of(status).get(status.sheets as usize) {
                // Every second one is read while it moves.
                Some(sheet) if status.sheets % 2 == 1 => {
                    let number = status.sheets + 1_000 * number_of(status);
                    let side = vec![sheet.as_bytes().to_vec()];
                    self.ask(Command::ReadSide { sheet: number, side: 0 }, side).ok()?;
                    only(Command::CountRead { sheet: number, sides: 1 })
                }
                Some(sheet) => Some((Command::CountSheet, vec![sheet.as_bytes().to_vec()])),
                None => only(Command::Close { chair_pin, secretary_pin }),
            },
            PollState::Paused => only(Command::Resume { chair_pin, secretary_pin }),
            PollState::Closed => self.print(ReportKind::Final),
            PollState::Reported => {
                let answer = self.ask(Command::SealedResult, Vec::new()).ok()?;
                let digest = verify(&answer.buffers[0]).digest;
                only(Command::ConfirmTransmitted { digest })
            }
            PollState::Transmitted => {
                let later = self.later.get(number_of(status) as usize - 1)?.clone();
                Some((later.command(), later.buffers))
            }
        }
    }

    fn sheets_of(&self, status: &Status) -> Vec<&'static str> {
        match number_of(status) {
            1 => self.sheets.clone(),
            number => self.later[number as usize - 2].sheets.clone(),
        }
    }

    /// Issues a report; what is left is to confirm its print. Without the report nothing comes back.
    fn print(&mut self, kind: ReportKind) -> Option<(Command, Vec<Vec<u8>>)> {
        self.ask(Command::IssueReport { kind }, Vec::new()).ok()?;
        Some((Command::ConfirmPrinted { kind, copies: 2 }, Vec::new()))
    }

    /// Works until `until` holds, the day is over or the power is off. Every other fault is a failure.
    pub fn work(&mut self, until: impl Fn(&Status) -> bool) {
        loop {
            let status = self.status();
            if until(&status) || self.vault.disk().is_off() {
                return;
            }
            let Some((command, buffers)) = self.next(&status) else { return };
            let is_sheet = matches!(command, Command::CountSheet | Command::CountRead { .. });
            let is_start = matches!(command, Command::StartCount { .. });
            match self.ask(command, buffers) {
                Ok(_) if is_start => {
                    self.acknowledged = 0;
                    self.acknowledged_in += 1;
                }
                Ok(_) if is_sheet => self.acknowledged += 1,
                Ok(_) => {}
                Err(_) if self.vault.disk().is_off() => return,
                Err(error) => panic!("{:?}: {error}", status.state),
            }
        }
    }

    pub fn work_to(&mut self, state: PollState) {
        self.work(|status| status.state == state);
        assert_eq!(self.status().state, state);
    }

    pub fn recovery(&mut self) -> Option<Recovery> {
        self.status().recovery
    }

    /// The whole day and every later count.
    pub fn work_through(&mut self) {
        self.work(|_| false);
        assert_eq!(number_of(&self.status()) as usize, self.later.len() + 1);
        assert_eq!(self.status().state, PollState::Transmitted);
    }

    /// The sealed final report of any count, as it is sent.
    pub fn result_of(&mut self, count: u32) -> Vec<u8> {
        self.ask(Command::ResultOf { count }, Vec::new()).unwrap().buffers.remove(0)
    }

    /// The sealed final report.
    pub fn result(&mut self) -> VerifiedReport {
        let answer = self.ask(Command::SealedResult, Vec::new()).unwrap();
        verify(&answer.buffers[0])
    }
}

/// All events of a device's log.
pub fn events(station: &mut Station) -> Vec<EventKind> {
    let answer = station.ask(Command::Log { from: 0, most: 1_000 }, vec![]).unwrap();
    let Reply::Log { events, .. } = answer.reply else { panic!("{:?}", answer.reply) };
    events.into_iter().map(|event| event.kind).collect()
}

/// The payloads of the frames at the start of a file.
pub fn frames(bytes: &[u8]) -> Vec<&[u8]> {
    let mut rest = bytes;
    std::iter::from_fn(|| {
        let len = usize::try_from(u32::from_le_bytes(*rest.first_chunk()?)).unwrap();
        let payload = rest.get(8..8 + len).filter(|_| len > 0)?;
        rest = &rest[8 + len..];
        Some(payload)
    })
    .collect()
}

/// Number of the current count.
pub fn number_of(status: &Status) -> u32 {
    status.count.as_ref().map_or(1, |count| count.number)
}

pub fn verify(sealed: &[u8]) -> VerifiedReport {
    let root: PublicKey = authority().public_key();
    let verified = SealedReport::from_bytes(sealed).unwrap().verify(&root).unwrap();
    verified.report.check().unwrap();
    verified.report.fits(&definition()).unwrap();
    verified
}

/// Everything that a reply shows, without what is random or a digest of it.
pub fn shown(answer: &Answer) -> Value {
    let mut value = serde_json::to_value(&answer.reply).unwrap();
    scrub(&mut value);
    value
}

fn scrub(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if [
                    "log_head",
                    "head",
                    "previous",
                    "digest",
                    "fingerprint",
                    "key_fingerprint",
                    "qr",
                ]
                .contains(&name.as_str())
                {
                    *value = Value::Null;
                } else {
                    scrub(value);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(scrub),
        _ => {}
    }
}
