//! Requests and their answers.

use super::http::{Framing, Request, Style, head};
use super::job::{Jobs, State, Stream};
use super::settings::{self, Unfit};
use super::xml;
use crate::Side;
use crate::bench::Bench;

const XML: (&str, &str) = ("Content-Type", "text/xml");
const LATER: (&str, &str) = ("Retry-After", "1");

/// What the device does over HTTP.
#[derive(Debug, Default)]
pub struct Service {
    pub jobs: Jobs,
}

/// An answer: its head (with a short body), and the page that follows it.
#[derive(Debug)]
pub struct Answer {
    pub head: Vec<u8>,
    pub stream: Option<Stream>,
}

impl Service {
    /// Answers a request.
    pub fn answer(&mut self, bench: &mut Bench, request: &Request) -> Answer {
        let style = if bench.odd_headers { Style::Odd } else { Style::Usual };
        let path = request.path.trim_end_matches('/');
        match (request.method.as_str(), path) {
            ("GET", "/eSCL/ScannerCapabilities") => document(&xml::capabilities(), style),
            ("GET", "/eSCL/ScannerStatus") => document(&xml::status(bench, &self.jobs), style),
            ("POST", "/eSCL/ScanJobs") => self.make(bench, &request.body, style),
            ("GET", _) if path.ends_with("/NextDocument") => self.next(bench, path, style),
            ("DELETE", _) => self.delete(bench, path, style),
            ("GET" | "POST" | "HEAD" | "PUT" | "OPTIONS", _) => plain(404, &[], style),
            _ => plain(405, &[], style),
        }
    }

    fn make(&mut self, bench: &mut Bench, body: &[u8], style: Style) -> Answer {
        let settings = match settings::read(body) {
            Ok(settings) => settings,
            Err(Unfit::Malformed) => return plain(400, &[], style),
            Err(Unfit::Impossible) => return plain(409, &[], style),
        };
        if self.jobs.is_busy() || is_busy(bench) {
            return plain(503, &[LATER], style);
        }
        if bench.paper.trouble().is_some() || !bench.paper.is_loaded() {
            return plain(409, &[], style);
        }
        let path = self.jobs.make(settings, bench.now).path();
        let host = match style {
            Style::Usual => "http://localhost",
            // As HP devices do over USB: a name that only they know.
            Style::Odd => "http://NPI5CA15C.local:8080",
        };
        plain(201, &[("Location", &[host, &path].concat())], style)
    }

    fn next(&mut self, bench: &mut Bench, path: &str, style: Style) -> Answer {
        let Some(job) = self.jobs.at(path) else { return plain(404, &[], style) };
        if is_busy(bench) {
            return plain(503, &[LATER], style);
        }
        if job.state != State::Processing || std::mem::take(&mut bench.early_end) {
            return if bench.paper.trouble().is_some() {
                plain(409, &[], style)
            } else {
                plain(404, &[], style)
            };
        }
        let (side, sheet) = match job.turned.take() {
            Some(sheet) => (Side::Back, sheet),
            None => match bench.feed() {
                Ok(sheet) => (Side::Front, sheet),
                Err(None) => {
                    job.state = State::Completed;
                    bench.note("the hopper is empty: the job is done");
                    return plain(404, &[], style);
                }
                Err(Some(_)) => {
                    job.state = State::Aborted;
                    return plain(409, &[], style);
                }
            },
        };
        if bench.paper.trouble().is_some() || bench.paper.on_its_way() != Some(sheet) {
            job.state = State::Aborted;
            return plain(409, &[], style);
        }
        let Some(stream) = Stream::new(job, bench, sheet, side) else {
            return plain(404, &[], style);
        };
        let location = [job.path().as_str(), "/NextDocument"].concat();
        let headers = [("Content-Type", "image/jpeg"), ("Content-Location", &location)];
        Answer { head: head(200, &headers, Framing::Chunked, style), stream: Some(stream) }
    }

    fn delete(&mut self, bench: &mut Bench, path: &str, style: Style) -> Answer {
        let Some(job) = self.jobs.at(path) else { return plain(404, &[], style) };
        if job.state == State::Processing {
            job.state = State::Canceled;
            bench.paper.eject_all();
        }
        plain(200, &[], style)
    }
}

fn is_busy(bench: &mut Bench) -> bool {
    let busy = bench.busy > 0;
    bench.busy = bench.busy.saturating_sub(1);
    busy
}

fn document(text: &str, style: Style) -> Answer {
    let mut head = head(200, &[XML], Framing::Length(text.len()), style);
    head.extend_from_slice(text.as_bytes());
    Answer { head, stream: None }
}

fn plain(status: u16, headers: &[(&str, &str)], style: Style) -> Answer {
    Answer { head: head(status, headers, Framing::Length(0), style), stream: None }
}
