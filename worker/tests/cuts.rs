//! The world is cut at every write, flush and message of a whole day, and whatever was not flushed meets every
//! fate that `fates.rs` knows. Each time: what the screen acknowledged is stored, nothing is there twice, the
//! screen's word on the last sheet is true, and the day goes on to the right result.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use std::collections::HashSet;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::Station;
use urna_core::journal::{Event, EventKind, PollState, ScannerFault};
use urna_core::report::Report;
use urna_core::seal::Digest;
use urna_core::vault_api::{Command, Recovery, Reply, Status, VaultError};
use urna_vault::{Disk, Fate, Fault, FileName, MemoryDisk, Step};

/// Valid, invalid and faint, on two ballot styles; between them a pause, a sheet given back and a jam.
const SHEETS: [&str; 4] =
    ["general a d e +yes", "lists p2 no-3", "general a b yes", "lists p2 -p3"];
const SEED: u64 = 42;

/// A message to the vault: the steps that it took on the disk, and what the screen had acknowledged.
struct Message {
    steps: Range<usize>,
    before: u32,
    after: u32,
    provisions: bool,
}

/// A day without a fault.
struct Day {
    trace: Vec<Step>,
    messages: Vec<Message>,
    marker: Option<String>,
    report: Report,
}

/// What may be found after a cut: so many steps on a disk, and the fates of what was not flushed. The disk is made
/// when it is needed: a thousand of them don't fit into memory.
struct Case<'a> {
    start: MemoryDisk,
    steps: &'a [Step],
    fates: Vec<Fate>,
    acknowledged: u32,
    marker: Option<String>,
    what: String,
}

/// The commission's next command; besides what the day asks for, each odd job once.
fn next(
    station: &mut Station,
    status: &Status,
    odd_jobs: &mut Vec<u32>,
) -> Option<(Command, Vec<Vec<u8>>)> {
    if status.state == PollState::Open && odd_jobs.last().is_some_and(|&at| at <= status.sheets) {
        let job = odd_jobs.pop().unwrap();
        return Some(match job {
            1 => (Command::Pause, Vec::new()),
            2 => (Command::CountSheet, vec![b"nothing of ours".to_vec()]),
            _ => (Command::NoteScannerFault { fault: ScannerFault::Jam }, Vec::new()),
        });
    }
    station.next(status)
}

fn is_sheet(command: &Command) -> bool {
    matches!(command, Command::CountSheet | Command::CountRead { .. })
}

/// Works through a day; ends with the first fault.
fn work(station: &mut Station, mut heard: impl FnMut(Message)) -> Result<(), VaultError> {
    let mut odd_jobs = vec![3, 2, 1];
    loop {
        let status = station.status();
        let start = station.vault.disk().trace().len();
        let before = station.acknowledged;
        let Some((command, buffers)) = next(station, &status, &mut odd_jobs) else {
            // The day is over, or a report could not be issued: then the vault says why.
            return station.ask(Command::Log { from: 0, most: 1 }, Vec::new()).map(|_| ());
        };
        let provisions = matches!(command, Command::Provision { .. });
        let counts = is_sheet(&command);
        let answer = station.ask(command, buffers)?;
        if counts && let Reply::Sheet(sheet) = &answer.reply {
            station.acknowledged = sheet.status.sheets;
        }
        let steps = start..station.vault.disk().trace().len();
        heard(Message { steps, before, after: station.acknowledged, provisions });
    }
}

fn whole_day() -> Day {
    let mut station = Station::new(SEED, &SHEETS);
    station.vault.disk_mut().start_trace();
    let mut messages = Vec::new();
    work(&mut station, |message| messages.push(message)).unwrap();
    assert_eq!(station.status().state, PollState::Transmitted);
    assert_eq!(station.acknowledged as usize, SHEETS.len());
    let trace = station.vault.disk().trace().to_vec();
    let marker = station.marker.clone();
    Day { trace, messages, marker, report: station.result().report }
}

/// Everything that may be found after a cut in the course of these messages on a disk.
fn cases<'a>(
    start: &MemoryDisk,
    trace: &'a [Step],
    messages: &[Message],
    marker: Option<&str>,
) -> Vec<Case<'a>> {
    let mut cases = Vec::new();
    for (number, message) in messages.iter().enumerate() {
        for step in message.steps.start..=message.steps.end {
            let steps = &trace[..step];
            // At its end the answer may have come or not; so may the marker that follows the files.
            let is_end = step == message.steps.end;
            let mut known = vec![message.before];
            if is_end && message.after != message.before {
                known.push(message.after);
            }
            let was_marked = messages[..number].iter().any(|message| message.provisions);
            let marked = |is: bool| marker.filter(|_| is).map(str::to_owned);
            let mut markers = vec![marked(was_marked || !messages.iter().any(|m| m.provisions))];
            if is_end && message.provisions {
                markers.push(marked(true));
            }
            for fates in start.after_steps(steps).cuts() {
                for acknowledged in known.clone() {
                    for marker in markers.clone() {
                        let (start, fates) = (start.clone(), fates.clone());
                        let what = format!("step {step} of {}, {fates:?}", trace.len());
                        cases.push(Case { start, steps, fates, acknowledged, marker, what });
                    }
                }
            }
        }
    }
    cases
}

/// The same for all that looks the same to the vault and the commission.
fn look(disk: &MemoryDisk, acknowledged: u32, marker: Option<&String>) -> u64 {
    let files = FileName::ALL.map(|file| crc32fast::hash(&disk.read(file).unwrap()));
    let mut hasher = DefaultHasher::new();
    (files, acknowledged, marker).hash(&mut hasher);
    hasher.finish()
}

impl Case<'_> {
    fn disk(&self) -> MemoryDisk {
        self.start.after_steps(self.steps).after_cut(&self.fates)
    }

    fn look(&self) -> u64 {
        look(&self.disk(), self.acknowledged, self.marker.as_ref())
    }

    /// Starts on the disk and unlocks; `trace` keeps what that wrote.
    fn start(&self) -> Station {
        let mut station = Station::new(SEED + 1, &SHEETS);
        station.marker.clone_from(&self.marker);
        station.acknowledged = self.acknowledged;
        let mut disk = self.disk();
        disk.start_trace();
        station.restart_with(disk).unwrap_or_else(|error| panic!("{}: {error}", self.what));
        station.work(|status| status.key_fingerprint.is_none() || status.unlocked);
        station
    }

    fn check(&self, right: &Report) -> Option<Recovery> {
        let mut station = self.start();
        let what = &self.what;
        let status = station.status();
        let more = status.sheets.checked_sub(self.acknowledged);
        assert!(matches!(more, Some(0 | 1)), "{what}: {} and {status:?}", self.acknowledged);
        // The clerk has the sheet in hand, and knows the number that the screen showed last.
        let is_counted = match status.recovery {
            Some(Recovery::LastCounted) => true,
            Some(Recovery::LastNotCounted) => false,
            Some(Recovery::CompareCount) => status.sheets != self.acknowledged,
            None => {
                let is_open = [PollState::Open, PollState::Paused].contains(&status.state);
                assert!(!is_open, "{what}: no word on the last sheet");
                false
            }
        };
        assert_eq!(is_counted, more == Some(1), "{what}: {:?}", status.recovery);
        station.acknowledged = status.sheets;
        if status.state == PollState::Unprovisioned {
            // Every file is made anew: from then on it is the day without a fault.
            station.work_to(PollState::Tested);
            return None;
        }
        work(&mut station, |_| {}).unwrap_or_else(|error| panic!("{what}: {error}"));
        let report = station.result().report;
        assert_eq!(
            (&report.tally, &report.sensitivity),
            (&right.tally, &right.sensitivity),
            "{what}"
        );
        assert_eq!(station.acknowledged as usize, SHEETS.len(), "{what}");
        check_log(&mut station, what);
        status.recovery
    }
}

/// The chain holds, and as many sheets are in it as were fed.
fn check_log(station: &mut Station, what: &str) {
    let reply = station.ask(Command::Log { from: 0, most: 1_000 }, Vec::new()).unwrap().reply;
    let Reply::Log { events, head, .. } = reply else { panic!("{what}: {reply:?}") };
    let mut previous = Digest::default();
    for (number, event) in (0..).zip(&events) {
        assert_eq!((event.sequence, event.previous), (number, previous), "{what}");
        previous = Digest::of(&minicbor::to_vec(event).unwrap());
    }
    assert_eq!(previous, head, "{what}");
    let counts = |event: &&Event| {
        matches!(event.kind, EventKind::SheetCounted { .. } | EventKind::SheetRecovered { .. })
    };
    assert_eq!(events.iter().filter(counts).count(), SHEETS.len(), "{what}");
}

/// A thread that fails takes the others with it: the first failure is what is wanted.
struct EndOfAll<'a>(&'a AtomicUsize);

impl Drop for EndOfAll<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(usize::MAX / 2, Ordering::Relaxed);
        }
    }
}

/// Checks all, on all cores; each look once.
fn check_all(cases: &[Case<'_>], right: &Report) -> (usize, HashSet<u64>, Vec<Recovery>) {
    let mut looks = HashSet::new();
    let unique: Vec<&Case<'_>> = cases.iter().filter(|case| looks.insert(case.look())).collect();
    let next = AtomicUsize::new(0);
    let check = || {
        let _end = EndOfAll(&next);
        let mut words = Vec::new();
        while let Some(case) = unique.get(next.fetch_add(1, Ordering::Relaxed)) {
            words.extend(case.check(right));
        }
        words
    };
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let words = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..cores).map(|_| scope.spawn(check)).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    (unique.len(), looks, words)
}

#[test]
fn a_cut_at_any_write_flush_or_message_with_any_fate_counts_each_sheet_once() {
    let day = whole_day();
    let cases = cases(&MemoryDisk::default(), &day.trace, &day.messages, day.marker.as_deref());
    let (checked, looks, words) = check_all(&cases, &day.report);
    assert!(day.trace.len() > 60 && checked > 150, "{} steps, {checked} cases", day.trace.len());
    for word in [Recovery::LastCounted, Recovery::LastNotCounted, Recovery::CompareCount] {
        assert!(words.contains(&word), "{word:?} is never said");
    }
    println!("{} steps, {} cuts, {checked} different disks", day.trace.len(), cases.len());
    faults_leave_what_a_cut_leaves(&day, &looks);
}

/// A write that is cut short or refused, a flush that fails: the vault says so and takes nothing more until it is
/// started again; the log tells of it where the log itself is well. What is left behind is what some cut leaves
/// behind, which was just checked, or is checked likewise.
fn faults_leave_what_a_cut_leaves(day: &Day, looks: &HashSet<u64>) {
    let mut left = Vec::new();
    for (number, step) in day.trace.iter().enumerate() {
        let faults = match step {
            Step::Write(write) => vec![Fault::Short(write.bytes.len() / 2), Fault::Refused],
            Step::Flush(_) => vec![Fault::Refused],
        };
        for fault in faults {
            let mut station = Station::new(SEED, &SHEETS);
            station.vault.disk_mut().set_fault(number, fault);
            station.vault.disk_mut().start_trace();
            let what = format!("{fault:?} at step {number}");
            let failed = work(&mut station, |_| {}).expect_err(&what);
            let again = station.ask(Command::CountSheet, vec![SHEETS[0].into()]).unwrap_err();
            assert_eq!(failed, again, "{what}");
            assert!(matches!(&failed, VaultError::Storage { code, .. } if code == "failed"));
            let disk = station.vault.disk();
            let more = &disk.trace()[number + 1..];
            assert!(is_one_event(more), "{what}: went on with {} steps", more.len());
            let died = disk.after_kill();
            let cuts = disk.cuts();
            let cuts = cuts.iter().map(|fates| disk.after_cut(fates));
            for start in cuts.filter(|_| matches!(step, Step::Flush(_))).chain([died]) {
                let (acknowledged, marker) = (station.acknowledged, station.marker.clone());
                let (what, fates) = (what.clone(), Vec::new());
                left.push(Case { start, steps: &[], fates, acknowledged, marker, what });
            }
        }
    }
    left.retain(|case| !looks.contains(&case.look()));
    check_all(&left, &day.report);
}

/// Nothing, or one event, durable.
fn is_one_event(steps: &[Step]) -> bool {
    match steps {
        [] => true,
        [Step::Write(write), Step::Flush(file)] => {
            write.file == FileName::Log && *file == FileName::Log
        }
        _ => false,
    }
}

/// The start that follows a cut is cut too, at each of its own writes.
#[test]
fn a_cut_in_the_start_after_a_cut_counts_each_sheet_once() {
    let day = whole_day();
    let of_sheet = day.messages.iter().position(|message| message.after == 2).unwrap();
    let first = cases(
        &MemoryDisk::default(),
        &day.trace,
        &day.messages[..=of_sheet],
        day.marker.as_deref(),
    );
    // Of the first cuts those in the second sheet, and before its answer.
    let within = |case: &&Case| case.acknowledged == 1;
    let mut looks = HashSet::new();
    let mut starts = Vec::new();
    for case in first.iter().filter(within).filter(|case| looks.insert(case.look())) {
        let mut station = case.start();
        // When it is through, the screen shows the number anew.
        let after = station.status().sheets;
        starts.push((case.disk(), station.vault.disk().trace().to_vec(), case.acknowledged, after));
    }
    let mut second = Vec::new();
    for (disk, trace, before, after) in &starts {
        let steps = 0..trace.len();
        let message = Message { steps, before: *before, after: *after, provisions: false };
        let all = cases(disk, trace, &[message], day.marker.as_deref());
        second.extend(all.into_iter().filter(|case| !case.what.contains("Sectors")));
    }
    let (checked, _, words) = check_all(&second, &day.report);
    assert!(checked > 100, "{checked} cases");
    assert!(words.contains(&Recovery::LastCounted));
}

/// Whichever newly made files vanish with the power after provisioning was acknowledged: an alarm at the next
/// start, never a fresh one.
#[test]
fn files_that_vanish_in_any_combination_are_an_alarm() {
    let day = whole_day();
    let provisioned = day.messages.iter().find(|message| message.provisions).unwrap();
    let whole = MemoryDisk::default().after_steps(&day.trace[..provisioned.steps.end]);
    for gone in 1..1_u32 << FileName::ALL.len() {
        let mut disk = whole.after_restart();
        for (at, file) in FileName::ALL.into_iter().enumerate() {
            if gone >> at & 1 == 1 {
                disk.durable_mut(file).clear();
            }
        }
        let mut station = Station::new(SEED, &SHEETS);
        station.marker.clone_from(&day.marker);
        let outcome = station.restart_with(disk);
        assert!(matches!(outcome, Err(VaultError::Storage { .. })), "{gone:b}: {outcome:?}");
    }
}

/// A fate that the harness must see: were the record written after the event, this is what a cut would leave.
#[test]
fn an_event_without_its_record_is_an_alarm() {
    let day = whole_day();
    let sheet = day.messages.iter().find(|message| message.after == 1).unwrap();
    let steps = day.trace[..sheet.steps.end].iter().enumerate();
    let is_record = |at: usize, step: &Step| {
        at >= sheet.steps.start
            && matches!(step, Step::Write(write) if write.file == FileName::Records)
    };
    let steps: Vec<Step> =
        steps.filter(|(at, step)| !is_record(*at, step)).map(|(_, step)| step.clone()).collect();
    let disk = MemoryDisk::default().after_steps(&steps);
    assert_eq!(disk.cuts(), [Vec::<Fate>::new()]);
    let mut station = Station::new(SEED, &SHEETS);
    station.marker.clone_from(&day.marker);
    station.restart_with(disk).unwrap();
    let (command, buffers) = {
        let status = station.status();
        station.next(&status).unwrap()
    };
    let refused = station.ask(command, buffers).unwrap_err();
    assert!(matches!(refused, VaultError::Storage { code, .. } if code == "damaged"));
}
