//! A sheet: from the job that asks for it to the confirmed end of that job.

use super::http::Head;
use super::pair::Twice;
use super::status::{self, JobState, Paper, Status};
use super::{ANSWER_MS, Asked, Escl, Form, MAX_RETRIES, MAX_TEXT_BYTES, Phase, Seen, pause, watch};
use crate::{Frame, MAX_SIDE_BYTES, NoSheet, Said, ScannerFault, Sensors, Side, jpeg};

/// For the answer to a job, in milliseconds.
const POST_MS: u32 = 30_000;
/// For one image, in milliseconds: warming up and the slowest side together.
const IMAGE_MS: u32 = 60_000;
/// For the end of a job, and of whatever was still being sent, in milliseconds.
const SETTLE_MS: u32 = 10_000;
/// Between two looks at a moving sheet, in milliseconds.
const LOOK_MS: u32 = 1_000;
/// Pause after "no more" while the device says that it still works, in milliseconds.
const AGAIN_MS: u32 = 500;
/// How often an image that is not ready is asked for again.
const MAX_NEXT: u32 = 30;
/// How often "no more" must have been said if the device goes on saying that the job works.
const MAX_MISSING: u32 = 6;

/// A sheet that moves.
#[derive(Default)]
pub(super) struct Sheet {
    step: Step,
    job: Option<String>,
    /// Sides that were given.
    sides: usize,
    cancelled: bool,
    tries: u32,
    wait_ms: u32,
    look_ms: u32,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Step {
    /// The job is to be sent.
    #[default]
    Post,
    Posting,
    /// The next image is to be asked for.
    Next,
    Getting,
    /// The status is to be asked for, because of that answer.
    Check(After),
    Checking(After),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum After {
    /// The job was not taken, and that is the pause before the next try.
    Refused { wait_ms: u32 },
    /// The image is not ready, and that is the pause before the next try.
    NotYet { wait_ms: u32 },
    /// There is no image.
    Missing,
    /// It was no answer to what was asked, unless the paper explains it.
    Odd,
}

/// What is said of the sheet once its job is gone.
pub(super) enum End {
    Done,
    None(NoSheet),
    /// It was said already.
    Told,
}

/// A job that is being ended.
pub(super) struct Settling {
    job: String,
    pub end: End,
    left_ms: u32,
    wait_ms: u32,
    tries: u32,
    asked: bool,
    answered: bool,
}

impl Sheet {
    pub fn is_posting(&self) -> bool {
        self.step == Step::Posting
    }

    pub fn elapsed(&mut self, ms: u32) {
        self.wait_ms = self.wait_ms.saturating_sub(ms);
        self.look_ms = self.look_ms.saturating_sub(ms);
    }

    pub fn due(&self) -> Option<u32> {
        [self.wait_ms, self.look_ms].into_iter().filter(|ms| *ms > 0).min()
    }
}

impl Settling {
    pub fn new(job: String, end: End) -> Self {
        Self { job, end, left_ms: SETTLE_MS, wait_ms: 0, tries: 0, asked: false, answered: false }
    }

    /// Whether it has taken too long.
    pub fn elapsed(&mut self, ms: u32) -> bool {
        self.wait_ms = self.wait_ms.saturating_sub(ms);
        self.left_ms = self.left_ms.saturating_sub(ms);
        self.left_ms == 0
    }

    pub fn due(&self) -> u32 {
        if self.wait_ms > 0 { self.wait_ms.min(self.left_ms) } else { self.left_ms }
    }
}

impl Escl {
    pub(super) fn act_sheet(&mut self) {
        let control = self.control();
        let Phase::Sheet(Sheet { step, wait_ms, look_ms, .. }) = self.phase else { return };
        match step {
            _ if wait_ms > 0 => {}
            Step::Post if self.is_idle(0) => self.post(),
            Step::Next if self.is_idle(0) => self.next_image(),
            Step::Check(after) if self.is_idle(control) => {
                if let Phase::Sheet(sheet) = &mut self.phase {
                    sheet.step = Step::Checking(after);
                }
                self.ask(control, Asked::Check, "GET", "/eSCL/ScannerStatus", Form::look());
            }
            // A device that jams may leave the image unanswered: the other pair tells sooner.
            Step::Getting if control > 0 && look_ms == 0 && self.is_idle(control) => {
                if let Phase::Sheet(sheet) = &mut self.phase {
                    sheet.look_ms = LOOK_MS;
                }
                self.ask(control, Asked::Look, "GET", "/eSCL/ScannerStatus", Form::look());
            }
            _ => {}
        }
    }

    fn post(&mut self) {
        let settings = self.settings;
        let Some(feeder) = &self.feeder else { return };
        let Some(dpi) = feeder.dpi(settings) else { return };
        let form = Form {
            body: Some(feeder.job(settings, dpi)),
            most: MAX_TEXT_BYTES,
            deadline_ms: POST_MS,
            twice: Twice::Different,
        };
        if let Phase::Sheet(sheet) = &mut self.phase {
            sheet.step = Step::Posting;
        }
        self.ask(0, Asked::Post, "POST", "/eSCL/ScanJobs", form);
    }

    fn next_image(&mut self) {
        let full = self.feeder.as_ref().map_or(0, super::Feeder::sides);
        let Phase::Sheet(sheet) = &mut self.phase else { return };
        let Some(job) = &sheet.job else { return };
        let path = format!("{job}/NextDocument");
        let whole = sheet.sides >= full;
        sheet.step = Step::Getting;
        sheet.look_ms = LOOK_MS;
        let form = Form {
            body: None,
            most: MAX_SIDE_BYTES,
            deadline_ms: IMAGE_MS,
            twice: Twice::Different,
        };
        self.ask(0, Asked::Next, "GET", &path, form);
        if let Some(line) = self.lines.first_mut().filter(|_| whole) {
            // That one would come voids the sheet; what it shows does not matter.
            line.pair.discard(IMAGE_MS);
        }
    }

    pub(super) fn cancel_when_posted(&mut self) {
        if let Phase::Sheet(sheet) = &mut self.phase {
            sheet.cancelled = true;
        }
    }

    pub(super) fn post_came(&mut self, head: &Head) {
        let Phase::Sheet(sheet) = &mut self.phase else { return };
        match head.status {
            201 => {
                let Some(job) = head.location.as_deref().and_then(status::path_of) else {
                    // There is a job that can't be named, so it can't be ended either.
                    return self.reopen(ScannerFault::Protocol);
                };
                self.unsettled = Some(job.clone());
                sheet.job = Some(job);
                sheet.step = Step::Next;
                sheet.tries = 0;
                if sheet.cancelled {
                    self.settle(End::None(NoSheet::Cancelled));
                }
            }
            409 | 503 if sheet.cancelled => self.settle(End::None(NoSheet::Cancelled)),
            409 | 503 => sheet.step = Step::Check(After::Refused { wait_ms: pause(head) }),
            // Scanning from a computer can be switched off in the device's own settings.
            401 | 403 => self.fail_sheet(ScannerFault::Unsupported),
            200..=299 => self.reopen(ScannerFault::Protocol),
            _ => {
                // If it is the answer to something else, there may be a job all the same.
                self.orphan = true;
                sheet.step = Step::Check(After::Odd);
            }
        }
    }

    pub(super) fn next_came(&mut self, head: &Head, body: Vec<u8>) {
        let full = self.feeder.as_ref().map_or(0, super::Feeder::sides);
        let dpi = self.feeder.as_ref().and_then(|feeder| feeder.dpi(self.settings)).unwrap_or(0);
        let Phase::Sheet(sheet) = &mut self.phase else { return };
        match head.status {
            200 if sheet.sides >= full => self.fail_sheet(ScannerFault::ManySheets),
            200 => {
                let Some(size) = jpeg::size(&body) else {
                    return self.reopen(ScannerFault::Protocol);
                };
                let side = if sheet.sides == 0 { Side::Front } else { Side::Back };
                let said = Said { dpi, size: Some(size), sensors: Sensors::default() };
                sheet.sides += 1;
                sheet.tries = 0;
                sheet.step = Step::Next;
                // It is read while the next one comes.
                self.outbox.side(Frame { side, bytes: body, said });
            }
            404 | 410 => sheet.step = Step::Check(After::Missing),
            503 => sheet.step = Step::Check(After::NotYet { wait_ms: pause(head) }),
            201..=299 => self.reopen(ScannerFault::Protocol),
            _ => sheet.step = Step::Check(After::Odd),
        }
    }

    pub(super) fn check_came(&mut self, head: &Head, body: &[u8]) {
        let Phase::Sheet(sheet) = &mut self.phase else { return };
        let Step::Checking(after) = sheet.step else { return };
        if head.status == 503 && sheet.tries < MAX_NEXT {
            sheet.tries += 1;
            sheet.wait_ms = pause(head);
            sheet.step = Step::Check(after);
            return;
        }
        let status = if head.status == 200 { status::read(body) } else { None };
        let Some(status) = status else { return self.reopen(ScannerFault::Protocol) };
        if let Paper::Fault(fault) = status.paper {
            return self.fail_sheet(fault);
        }
        sheet.tries += 1;
        match after {
            After::Refused { .. } if status.paper == Paper::Empty => {
                self.settle(End::None(NoSheet::Empty));
            }
            After::Refused { .. } if sheet.tries > MAX_RETRIES => {
                self.fail_sheet(ScannerFault::Busy);
            }
            After::Refused { wait_ms } => {
                sheet.wait_ms = wait_ms;
                sheet.step = Step::Post;
            }
            After::Odd => self.reopen(ScannerFault::Protocol),
            After::NotYet { wait_ms } => self.judge(&status, Some(wait_ms)),
            After::Missing => self.judge(&status, None),
        }
    }

    /// What follows from the device's word on the job after it gave no image: the next try after `wait_ms`
    /// if it was only not ready, the end of the sheet if there is no more.
    fn judge(&mut self, status: &Status, wait_ms: Option<u32>) {
        let full = self.feeder.as_ref().map_or(0, super::Feeder::sides);
        let Phase::Sheet(sheet) = &mut self.phase else { return };
        let job = sheet.job.as_deref().and_then(|path| status.job(path));
        let came = sheet.sides;
        let state = job.map(|job| job.state);
        match state {
            Some(JobState::Canceled) => return self.settle(End::None(NoSheet::Cancelled)),
            Some(JobState::Aborted) => return self.fail_sheet(ScannerFault::Protocol),
            _ => {}
        }
        let counts = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
        let owed = job.is_some_and(|job| job.images_to_transfer > 0);
        let works = owed || state.map_or(!status.idle, |state| state == JobState::Working);
        let patience = if came == full && !owed { MAX_MISSING } else { MAX_NEXT };
        if wait_ms.is_some() || (works && sheet.tries < patience) {
            if sheet.tries > MAX_NEXT {
                return self.fail_sheet(ScannerFault::NoAnswer);
            }
            sheet.wait_ms = wait_ms.unwrap_or(AGAIN_MS);
            sheet.step = Step::Next;
            return;
        }
        let lost = job.is_some_and(|job| counts(job.images_completed) > came);
        if came == 0 && !lost {
            self.settle(End::None(NoSheet::Empty));
        } else if came == full && !lost && !owed {
            self.settle(End::Done);
        } else {
            self.fail_sheet(ScannerFault::Protocol);
        }
    }

    /// The device is in step, and the sheet is void.
    pub(super) fn fail_sheet(&mut self, fault: ScannerFault) {
        self.outbox.fail(fault);
        self.settle(End::Told);
    }

    /// Ends the job of the sheet, then says `end`.
    pub(super) fn settle(&mut self, end: End) {
        let Phase::Sheet(sheet) = &mut self.phase else { return };
        match sheet.job.take() {
            Some(job) => {
                self.lines.iter_mut().for_each(|line| line.pair.discard(SETTLE_MS));
                self.phase = Phase::Settling(Settling::new(job, end));
            }
            // Perhaps there is a job, and its path is still to come.
            None if sheet.step == Step::Posting => self.reopen(ScannerFault::Protocol),
            None => self.finish(end),
        }
    }

    pub(super) fn act_settling(&mut self) {
        let control = self.control();
        let Phase::Settling(settling) = &self.phase else { return };
        if settling.answered {
            if (0..self.lines.len()).all(|line| self.is_idle(line)) {
                self.unsettled = None;
                if let Phase::Settling(settling) = std::mem::replace(&mut self.phase, Phase::Off) {
                    self.finish(settling.end);
                }
            }
        } else if !settling.asked && settling.wait_ms == 0 && self.is_idle(control) {
            let path = settling.job.clone();
            if let Phase::Settling(settling) = &mut self.phase {
                settling.asked = true;
            }
            let form = Form { deadline_ms: ANSWER_MS, ..Form::look() };
            self.ask(control, Asked::Delete, "DELETE", &path, form);
        }
    }

    /// Done, gone already, or a device that ends its jobs by itself.
    pub(super) fn delete_came(&mut self, head: &Head) {
        let Phase::Settling(settling) = &mut self.phase else { return };
        match head.status {
            503 if settling.tries < MAX_RETRIES => {
                settling.tries += 1;
                settling.asked = false;
                settling.wait_ms = pause(head);
                settling.left_ms = settling.left_ms.saturating_add(settling.wait_ms);
            }
            200..=299 | 400..=499 => settling.answered = true,
            _ => self.reopen(ScannerFault::Protocol),
        }
    }

    fn finish(&mut self, end: End) {
        self.phase = watch(Seen::Nothing);
        match end {
            End::Done => self.outbox.done(),
            End::None(why) => self.outbox.none(why),
            End::Told => {}
        }
    }
}
