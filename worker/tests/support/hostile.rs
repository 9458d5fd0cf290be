//! Stored bytes that anybody may have changed: what the vault must bear, whatever they are.

use std::sync::LazyLock;

use crate::station::{MemoryDisk, Station};
use urna_core::journal::PollState;
use urna_core::vault_api::{Command, Reply, VaultError};
use urna_vault::{Disk, FileName};

const SHEETS: [&str; 3] = ["general a d yes", "lists p2 no-3", "general b e no"];
/// Edits that one input is worth.
const MOST_EDITS: usize = 64;
/// With this bit in the first byte the keys are opened too, which takes a hundred times as long.
pub const UNLOCK: u8 = 0x80;
/// With this bit the marker is gone with what it marked.
pub const UNMARKED: u8 = 0x40;

/// A day at four moments, and its marker.
static DAYS: LazyLock<(Vec<MemoryDisk>, Option<String>)> = LazyLock::new(|| {
    let mut station = Station::new(1, &SHEETS);
    let mut disks = vec![MemoryDisk::default()];
    station.work_to(PollState::Provisioned);
    disks.push(station.vault.disk().after_restart());
    station.work(|status| status.sheets == 3);
    disks.push(station.vault.disk().after_restart());
    station.work_to(PollState::Reported);
    disks.push(station.vault.disk().after_restart());
    (disks, station.marker.clone())
});

/// Changes a day's files as the bytes say and opens them. What comes of it is an alarm, or a vault that
/// works; one that was provisioned is never taken for a new one.
///
/// # Panics
/// If the vault breaks that.
pub fn opening(bytes: &[u8]) -> Result<(), VaultError> {
    let (disks, marker) = &*DAYS;
    let mut input = Input(bytes);
    let first = input.byte();
    let moment = usize::from(first & 3);
    let mut disk = disks[moment].clone();
    for _ in 0..MOST_EDITS {
        if input.0.is_empty() {
            break;
        }
        edit(&mut disk, &mut input);
    }
    let mut station = Station::new(1, &SHEETS);
    let is_marked = moment > 0 && first & UNMARKED == 0;
    station.marker = marker.clone().filter(|_| is_marked);
    match station.restart_with(disk) {
        Err(fault @ VaultError::Storage { .. }) => return Err(fault),
        Err(other) => panic!("{other}"),
        Ok(()) => {}
    }
    let status = station.status();
    assert!(!is_marked || status.state != PollState::Unprovisioned, "taken for a new device");
    let log = station.ask(Command::Log { from: 0, most: 1_000 }, Vec::new())?;
    assert!(matches!(log.reply, Reply::Log { .. }));
    if first & UNLOCK != 0 { go_on(&mut station) } else { Ok(()) }
}

/// Goes on with the day as far as it comes. A log can be forged by whoever knows its format, so that a day may
/// end early or with other sheets in it; figures that come out must add up, as `Station::result` checks.
fn go_on(station: &mut Station) -> Result<(), VaultError> {
    for _ in 0..40 {
        let status = station.status();
        if status.state == PollState::Transmitted {
            break;
        }
        let Some((command, buffers)) = station.next(&status) else { break };
        station.ask(command, buffers)?;
    }
    Ok(())
}

/// Where the sound frames of a file begin at a moment of the day, and how long their payloads are.
pub fn frames_of(moment: usize, file: FileName) -> Vec<(usize, usize)> {
    frames(&DAYS.0[moment].read(file).unwrap())
}

/// One change of one file.
fn edit(disk: &mut MemoryDisk, input: &mut Input<'_>) {
    let verb = usize::from(input.byte());
    let file = FileName::ALL[verb % FileName::ALL.len()];
    let content = disk.durable_mut(file);
    match verb / FileName::ALL.len() % 6 {
        0 => {
            let at = input.place(content.len());
            let bytes = input.run();
            content.iter_mut().skip(at).zip(bytes).for_each(|(place, byte)| *place = *byte);
        }
        1 => content.truncate(input.place(content.len())),
        2 => {
            let (at, bit) = (input.place(content.len()), input.byte() % 8);
            content.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << bit);
        }
        3 => *content = input.run().to_vec(),
        4 => content.extend_from_slice(input.run()),
        _ => reframe(content, input),
    }
}

/// Changes what is in a frame, and its checksum with it.
fn reframe(content: &mut [u8], input: &mut Input<'_>) {
    let frames = frames(content);
    let Some(&(at, len)) = frames.get(usize::from(input.byte()) % frames.len().max(1)) else {
        return;
    };
    let payload = content.get_mut(at + 8..at + 8 + len).unwrap_or_default();
    let from = input.place(payload.len());
    let bytes = input.run();
    payload.iter_mut().skip(from).zip(bytes).for_each(|(place, byte)| *place = *byte);
    let sum = crc32fast::hash(payload).to_le_bytes();
    content[at + 4..at + 8].copy_from_slice(&sum);
}

/// Where sound frames begin, and how long their payloads are: one behind the other, and that of the enrolment.
fn frames(content: &[u8]) -> Vec<(usize, usize)> {
    let mut frames = Vec::new();
    for start in [0, 2_048] {
        let mut at = start;
        while let Some(head) = content.get(at..at + 8) {
            let len = u32::from_le_bytes([head[0], head[1], head[2], head[3]]);
            let Ok(len) = usize::try_from(len) else { break };
            if len == 0 || content.get(at + 8..).is_none_or(|rest| rest.len() < len) {
                break;
            }
            if !frames.contains(&(at, len)) {
                frames.push((at, len));
            }
            at += 8 + len;
        }
    }
    frames
}

/// Bytes, one after the other; zeros behind their end.
struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        first
    }

    /// A place within so many bytes; the first 64 KiB, where the content is, are met far more often.
    fn place(&mut self, len: usize) -> usize {
        let [scale, low, high] = [self.byte(), self.byte(), self.byte()].map(usize::from);
        let at = low | high << 8;
        let at = if scale >= 0xf0 { at * len / 0x1_0000 } else { at };
        at.min(len)
    }

    /// A stretch of bytes with its length before it.
    fn run(&mut self) -> &'a [u8] {
        let len = usize::from(self.byte()).min(self.0.len());
        let (run, rest) = self.0.split_at(len);
        self.0 = rest;
        run
    }
}
