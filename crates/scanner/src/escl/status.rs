//! What a device says of its paper and its jobs.

use super::xml::{self, PWG, SCAN};
use crate::ScannerFault;

/// `ScannerStatus`, as far as it matters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Status {
    pub paper: Paper,
    /// Nothing is under way.
    pub idle: bool,
    jobs: Vec<Job>,
}

/// Paper in the feeder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paper {
    Loaded,
    Empty,
    /// The device does not say.
    Unknown,
    Fault(ScannerFault),
}

/// A job in the device's list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Job {
    path: String,
    pub state: JobState,
    pub images_completed: u32,
    pub images_to_transfer: u32,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JobState {
    Working,
    Completed,
    Canceled,
    Aborted,
}

/// Most jobs that are looked at; the newest come first.
const MAX_JOBS: usize = 32;

/// Reads `ScannerStatus`; `None` if it is none.
pub(super) fn read(bytes: &[u8]) -> Option<Status> {
    let document = xml::parse(bytes, "ScannerStatus")?;
    let root = document.root_element();
    // Jobs have a state of their own, below.
    let state = root.children().find(|node| node.has_tag_name((PWG, "State")));
    let state = state.and_then(|node| node.text()).map(str::trim)?;
    let paper = match xml::text(root, SCAN, "AdfState") {
        Some("ScannerAdfLoaded") => Paper::Loaded,
        // Some say `Processing` while nothing lies there.
        Some("ScannerAdfEmpty" | "ScannerAdfProcessing") => Paper::Empty,
        Some("ScannerAdfJam") => Paper::Fault(ScannerFault::Jam),
        Some("ScannerAdfDoorOpen" | "ScannerAdfHatchOpen") => Paper::Fault(ScannerFault::CoverOpen),
        Some("ScannerAdfMispick") => Paper::Fault(ScannerFault::Misfeed),
        Some("ScannerAdfMultipickDetected") => Paper::Fault(ScannerFault::DoubleFeed),
        Some("ScannerAdfDuplexPageTooShort" | "ScannerAdfDuplexPageTooLong") => {
            Paper::Fault(ScannerFault::PaperForm)
        }
        Some("ScannerAdfInputTrayFailed") => Paper::Fault(ScannerFault::Hardware),
        Some("ScannerAdfInputTrayOverloaded") => Paper::Fault(ScannerFault::ManySheets),
        _ => Paper::Unknown,
    };
    let paper = match (state, paper) {
        ("Stopped" | "Down", Paper::Loaded | Paper::Empty | Paper::Unknown) => {
            Paper::Fault(ScannerFault::Hardware)
        }
        (_, paper) => paper,
    };
    let jobs = xml::all(root, SCAN, "JobInfo").take(MAX_JOBS);
    Some(Status { paper, idle: state == "Idle", jobs: jobs.filter_map(job).collect() })
}

impl Status {
    /// The path of the newest job that is not at its end.
    pub fn working(&self) -> Option<&str> {
        let job = self.jobs.iter().find(|job| job.state == JobState::Working)?;
        Some(&job.path)
    }

    /// The job at that path.
    pub fn job(&self, path: &str) -> Option<&Job> {
        self.jobs.iter().find(|job| job.path == path)
    }
}

fn job(info: roxmltree::Node) -> Option<Job> {
    let state = match xml::text(info, PWG, "JobState")? {
        "Completed" => JobState::Completed,
        "Canceled" => JobState::Canceled,
        "Aborted" => JobState::Aborted,
        _ => JobState::Working,
    };
    Some(Job {
        path: path_of(xml::text(info, PWG, "JobUri")?)?,
        state,
        images_completed: xml::number(info, PWG, "ImagesCompleted").unwrap_or(0),
        images_to_transfer: xml::number(info, PWG, "ImagesToTransfer").unwrap_or(0),
    })
}

/// Longest path of a job, in bytes.
const MAX_PATH: usize = 512;

/// The path in a job's URI: hosts and schemes are invented over USB, and an authority may be cut. `None` if
/// there is none that can stand in a request.
pub(super) fn path_of(uri: &str) -> Option<String> {
    let path = match uri.split_once("://") {
        Some((_, rest)) => rest.find('/').and_then(|at| rest.get(at..))?,
        None => uri,
    };
    let path = path.trim_end_matches('/');
    let clean = path.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#".contains(&byte));
    (path.len() > 1 && path.len() <= MAX_PATH && path.starts_with('/') && clean)
        .then(|| path.to_owned())
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
