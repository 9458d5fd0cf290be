//! Writes the second copy of a device that has counted so many sheets: to be taken over by a kiosk, for tests and times.
//!
//!     full_copy <folder with authority.key, authority.pem, package.urna> <precinct> <sheets> <out>
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a tool for tests")]

use std::path::Path;
use std::time::Instant;

use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::journal::PollState;
use urna_core::recognition::{MarkVerdict, PageReading, TargetReading};
use urna_core::report::ReportKind;
use urna_core::seal::{Enrolment, EnrolmentRequest, SecretKey};
use urna_core::vault_api::{Command, Reply, Status};
use urna_vault::{Answer, Explanation, MemoryDisk, ReadFault, Reader, Vault, World};

/// Those of the end-to-end tests.
const PINS: [&str; 2] = ["271828", "314159"];

struct Machine;

impl World for Machine {
    fn now(&self) -> u64 {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        now.map_or(0, |since| since.as_secs())
    }

    fn milliseconds(&self) -> f64 {
        0.0
    }

    fn random(&mut self, bytes: &mut [u8]) {
        getrandom::fill(bytes).expect("random numbers");
    }

    fn utc_offset_minutes(&self) -> i16 {
        0
    }
}

/// Reads a side that says in a number which option of which design is marked.
#[derive(Default)]
struct Numbers(Vec<PageDesign>);

impl Reader for Numbers {
    fn prepare(&mut self, designs: &[PageDesign], _: Thresholds) -> Result<(), String> {
        self.0 = designs.to_vec();
        Ok(())
    }

    fn read(&self, side: &[u8]) -> Result<PageReading, ReadFault> {
        let number = usize::from_le_bytes(side.try_into().unwrap_or_default());
        let design = &self.0[number % self.0.len()];
        let marked = number / self.0.len() % design.targets.len();
        let targets = design.targets.iter().enumerate().map(|(at, target)| TargetReading {
            contest: target.contest.clone(),
            option: target.option.clone(),
            score_permille: if at == marked { 900 } else { 0 },
            spilled_permille: 0,
            is_doubtful: false,
            verdict: if at == marked { MarkVerdict::Marked } else { MarkVerdict::Unmarked },
        });
        Ok(PageReading {
            design: design.id.clone(),
            style: design.style.clone(),
            page: design.page,
            rotation_deg: 0,
            rms_um: 0,
            targets: targets.collect(),
        })
    }

    fn explain(&self, _: &[u8]) -> Option<Explanation> {
        None
    }
}

type Device = Vault<MemoryDisk, Machine, Numbers>;

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let [_, folder, precinct, sheets, out] = args.as_slice() else {
        panic!("full_copy <folder> <precinct> <sheets> <out>");
    };
    let mut device = opened(Path::new(folder), precinct);
    let sheets: u32 = sheets.parse().expect("a number of sheets");
    let mut number = 0_usize;
    while status(&mut device).sheets < sheets {
        number += 1;
        ask(&mut device, Command::CountSheet, vec![number.to_le_bytes().to_vec()]);
        ask(&mut device, Command::ConfirmDrop, vec![]);
        if status(&mut device).copy.holds_up() {
            let answer = ask(&mut device, Command::MakeCopy, vec![]);
            confirm(&mut device, &answer);
        }
    }
    for command in [Command::CopyPackage, Command::MakeCopy] {
        let start = Instant::now();
        let answer = ask(&mut device, command, vec![]);
        let took = start.elapsed();
        let Reply::Copy { name, .. } = answer.reply else { panic!("{:?}", answer.reply) };
        println!("{name}: {} bytes, made in {took:?}", answer.buffers[0].len());
        std::fs::write(Path::new(out).join(name), &answer.buffers[0]).expect("the copy's folder");
    }
}

/// A device whose polls are open.
fn opened(folder: &Path, precinct: &str) -> Device {
    let read = |name: &str| std::fs::read(folder.join(name)).expect(name);
    let text = |name: &str| String::from_utf8(read(name)).expect(name);
    let authority = SecretKey::from_pem(&text("authority.key")).expect("the authority's key");
    let (chair_pin, secretary_pin) = (PINS[0].to_owned(), PINS[1].to_owned());
    let mut device = Vault::open(MemoryDisk::default(), Machine, Numbers::default(), None).unwrap();
    let root_pem = text("authority.pem");
    ask(&mut device, Command::Provision { root_pem }, vec![read("package.urna")]);
    let both = (chair_pin.clone(), secretary_pin.clone());
    let make = Command::MakeKey { chair_pin: both.0, secretary_pin: both.1 };
    let request = ask(&mut device, make, vec![]);
    let (request, key) = EnrolmentRequest::open(&request.buffers[0]).unwrap();
    let election = status(&mut device).definition.unwrap().id;
    let enrolment = Enrolment {
        election,
        package: request.package,
        device: "scanner-1".into(),
        precinct: precinct.into(),
        device_key: key.to_sec1(),
    };
    ask(&mut device, Command::Enrol, vec![enrolment.seal(&authority).unwrap()]);
    ask(&mut device, Command::TestSheet, vec![0_usize.to_le_bytes().to_vec()]);
    ask(&mut device, Command::ConfirmTest, vec![]);
    ask(&mut device, Command::IssueReport { kind: ReportKind::Zero }, vec![]);
    ask(&mut device, Command::ConfirmPrinted { kind: ReportKind::Zero, copies: 1 }, vec![]);
    let answer = ask(&mut device, Command::MakeCopy, vec![]);
    confirm(&mut device, &answer);
    ask(&mut device, Command::Open { chair_pin, secretary_pin }, vec![]);
    let answer = ask(&mut device, Command::MakeCopy, vec![]);
    confirm(&mut device, &answer);
    assert_eq!(status(&mut device).state, PollState::Open);
    device
}

fn confirm(device: &mut Device, answer: &Answer) {
    let Reply::Copy { digest, .. } = answer.reply else { panic!("{:?}", answer.reply) };
    ask(device, Command::ConfirmCopied { digest }, vec![]);
}

fn ask(device: &mut Device, command: Command, buffers: Vec<Vec<u8>>) -> Answer {
    let answer = device.handle(command, buffers);
    match answer.reply {
        Reply::Refused(fault) => panic!("{fault}"),
        _ => answer,
    }
}

fn status(device: &mut Device) -> Status {
    match device.handle(Command::Status, vec![]).reply {
        Reply::Status(status) => status,
        other => panic!("{other:?}"),
    }
}
