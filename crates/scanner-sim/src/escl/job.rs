//! Jobs, and pages on their way to the host.

use std::collections::VecDeque;
use std::sync::Arc;

use super::http;
use super::settings::Settings;
use crate::Side;
use crate::bench::{Bench, Burst, Image, Sides};

/// Jobs that the status lists.
const REMEMBERED: usize = 8;

/// Image bytes in one chunk. Odd, so that chunks and USB packets never fall together.
const CHUNK: usize = 12_345;

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There may be more pages.
    Processing,
    /// The hopper ran empty.
    Completed,
    /// The host deleted it.
    Canceled,
    /// A fault or a reset ended it.
    Aborted,
}

/// A scan job.
#[derive(Debug)]
pub struct Job {
    pub number: u32,
    pub settings: Settings,
    pub state: State,
    /// Sides that were sent.
    pub images: u32,
    /// When it was made, in milliseconds.
    pub since: u64,
    /// The sheet whose back comes next.
    pub turned: Option<usize>,
}

impl Job {
    /// Its resource on the device.
    pub fn path(&self) -> String {
        format!("/eSCL/ScanJobs/{:08}", self.number)
    }
}

/// All jobs, oldest first.
#[derive(Debug, Default)]
pub struct Jobs {
    list: VecDeque<Job>,
    made: u32,
}

impl Jobs {
    /// Begins a job.
    pub fn make(&mut self, settings: Settings, now: u64) -> &Job {
        self.made = self.made.wrapping_add(1);
        if self.list.len() >= REMEMBERED {
            self.list.pop_front();
        }
        let number = self.made;
        let state = State::Processing;
        self.list.push_back(Job { number, settings, state, images: 0, since: now, turned: None });
        &self.list[self.list.len() - 1]
    }

    /// Whether a job is not over.
    pub fn is_busy(&self) -> bool {
        self.list.iter().any(|job| job.state == State::Processing)
    }

    /// The job whose resource begins this path.
    pub fn at(&mut self, path: &str) -> Option<&mut Job> {
        self.list.iter_mut().find(|job| path.starts_with(&job.path()))
    }

    fn numbered(&mut self, number: u32) -> Option<&mut Job> {
        self.list.iter_mut().find(|job| job.number == number)
    }

    /// The newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &Job> {
        self.list.iter().rev()
    }

    /// Nobody will ask for more; what is in the path comes out.
    pub fn abort(&mut self, bench: &mut Bench) {
        for job in self.list.iter_mut().filter(|job| job.state == State::Processing) {
            job.state = State::Aborted;
            bench.paper.eject_all();
        }
    }
}

/// One side on its way.
#[derive(Debug)]
pub struct Stream {
    job: u32,
    sheet: usize,
    side: Side,
    sides: Sides,
    file: Arc<[u8]>,
    sent: usize,
    over: bool,
}

impl Stream {
    /// A side of a sheet for a job; `None` if there is no such sheet.
    pub fn new(job: &Job, bench: &Bench, sheet: usize, side: Side) -> Option<Self> {
        let paper = bench.paper.sheet(sheet)?;
        let picture = if side == Side::Front { &paper.front } else { &paper.back };
        let sides = if job.settings.duplex { Sides::Both } else { Sides::One };
        let file = picture.jpeg(job.settings.region);
        Some(Stream { job: job.number, sheet, side, sides, file, sent: 0, over: false })
    }

    /// Whether the last byte was given.
    pub fn is_over(&self) -> bool {
        self.over
    }

    /// The next chunk. A page that sticks ends in the middle, properly framed: only the status tells.
    pub fn next(&mut self, bench: &mut Bench, jobs: &mut Jobs) -> Option<Burst> {
        let broken = bench.paper.trouble().is_some()
            || bench.paper.on_its_way() != Some(self.sheet)
            || jobs.numbered(self.job).is_none_or(|job| job.state != State::Processing);
        if broken {
            self.over = true;
            if let Some(job) = jobs.numbered(self.job).filter(|j| j.state == State::Processing) {
                job.state = State::Aborted;
            }
            return Some(http::chunk(&[]).into());
        }
        let seen = bench.seen(self.file.len());
        let until = self.file.len().min(self.sent + CHUNK);
        if until > seen {
            return None;
        }
        let mut bytes = http::chunk(self.file.get(self.sent..until).unwrap_or_default());
        self.sent = until;
        if until == self.file.len() {
            self.over = true;
            bytes.extend(http::chunk(&[]));
            self.finish(jobs);
        }
        let total = self.file.len();
        let image = Image { sheet: self.sheet, side: self.side, until, total, sides: self.sides };
        Some(Burst { bytes, image: Some(image) })
    }

    fn finish(&self, jobs: &mut Jobs) {
        if let Some(job) = jobs.numbered(self.job) {
            job.images = job.images.saturating_add(1);
            let more = self.side == Side::Front && self.sides == Sides::Both;
            job.turned = more.then_some(self.sheet);
        }
    }
}
