//! A small election with an authority and devices of its own, and a collector to send reports to.

#![allow(dead_code, reason = "each test program uses a part of it")]

mod election;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use jiff::tz::TimeZone;
use tower::ServiceExt;
use urna_collector::board::Board;
use urna_collector::campaign::Campaign;
use urna_collector::clock::Clock;
use urna_collector::http::{App, Settings, router};
use urna_collector::store::Store;
use urna_core::definition::ElectionDefinition;
use urna_core::report::{Incidents, REPORT_VERSION, Report, ReportKind, VoteTurnout};
use urna_core::seal::{Digest, Enrolment, SealedReport, SecretKey, Signer};
use urna_core::tally::{BallotRecord, RecordedContest, Sensitivity, Tally};

pub use election::{election, package};

pub const AUTHORITY: u8 = 1;
/// 2027-01-24 09:58 in Bishkek.
pub const MORNING: u64 = 1_800_763_080;

pub fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(&[seed; 32]).unwrap()
}

pub fn campaign_of(definition: &ElectionDefinition) -> Campaign {
    let authority = key(AUTHORITY);
    let sealed = package(definition).seal(&authority).unwrap();
    Campaign::new(authority.public_key().to_pem().unwrap(), sealed).unwrap()
}

/// An enrolled device.
pub struct Device {
    pub key: SecretKey,
    pub enrolment: Enrolment,
    pub sealed_enrolment: Vec<u8>,
    pub definition: ElectionDefinition,
}

impl Device {
    pub fn new(definition: &ElectionDefinition, name: &str, precinct: &str, seed: u8) -> Self {
        let authority = key(AUTHORITY);
        let sealed_package = package(definition).seal(&authority).unwrap();
        Self::enrolled(definition, Digest::of(&sealed_package), name, precinct, seed)
    }

    pub fn enrolled(
        definition: &ElectionDefinition,
        package: Digest,
        name: &str,
        precinct: &str,
        seed: u8,
    ) -> Self {
        let key = key(seed);
        let enrolment = Enrolment {
            election: definition.id.clone(),
            package,
            device: name.into(),
            precinct: precinct.into(),
            device_key: key.public_key().to_sec1(),
        };
        let sealed_enrolment = enrolment.seal(&self::key(AUTHORITY)).unwrap();
        Device { key, enrolment, sealed_enrolment, definition: definition.clone() }
    }

    pub fn zero(&self) -> Tally {
        Tally::zero(&self.definition, &self.enrolment.precinct)
    }

    pub fn report(&self, kind: ReportKind, number: u32, tally: &Tally) -> Report {
        let turnout = tally.votes.iter();
        let turnout = turnout.map(|v| VoteTurnout { vote: v.vote.clone(), sheets: v.sheets });
        Report {
            version: REPORT_VERSION,
            kind,
            mode: self.definition.mode,
            election: self.enrolment.election.clone(),
            package: self.enrolment.package,
            precinct: self.enrolment.precinct.clone(),
            device: self.enrolment.device.clone(),
            number,
            issued_at: MORNING,
            opened_at: Some(MORNING),
            closed_at: None,
            turnout: turnout.collect(),
            tally: (kind != ReportKind::Turnout).then(|| tally.clone()),
            thresholds: self.definition.thresholds.clone(),
            incidents: Incidents::default(),
            log_events: 3,
            log_head: Digest::of(b"log"),
            software: "test 0.1".to_owned(),
            scanners: None,
            count: None,
            privacy: None,
            build: None,
            sensitivity: (kind != ReportKind::Turnout).then(Sensitivity::default),
        }
    }

    pub fn seal(&self, report: &Report) -> SealedReport {
        SealedReport::seal(report, self.sealed_enrolment.clone(), &self.key).unwrap()
    }

    /// What names a report.
    pub fn digest(&self, report: &Report) -> Digest {
        self.seal(report).verify(&self::key(AUTHORITY).public_key()).unwrap().digest
    }

    /// Lets `count` of the sheets for president a be blank at the higher threshold of the band.
    pub fn make_faint(&self, report: &mut Report, count: u32) {
        let mut band = report.band().unwrap().unwrap();
        let at = &mut band.contests[0].at[1];
        at.valid -= count;
        at.blank += count;
        at.undervotes += u64::from(count);
        at.votes[0].votes -= count;
        report.sensitivity = Some(Sensitivity::of(&band, report.tally.as_ref().unwrap()));
    }

    /// A final report over sheets of president with one vote each; `a`, `b`, against all, blank.
    pub fn final_bytes(&self, number: u32, president: [usize; 4]) -> Vec<u8> {
        let tally = self.president(president);
        self.seal(&self.report(ReportKind::Final, number, &tally)).to_bytes().unwrap()
    }

    pub fn president(&self, [a, b, against_all, blank]: [usize; 4]) -> Tally {
        let mut tally = self.zero();
        for (count, options) in [(a, vec![0]), (b, vec![1]), (against_all, vec![2])] {
            let president = RecordedContest::Valid { options, preference: None };
            self.add(&mut tally, count, president);
        }
        self.add(&mut tally, blank, RecordedContest::Blank);
        tally
    }

    fn add(&self, tally: &mut Tally, count: usize, president: RecordedContest) {
        let council = RecordedContest::Valid { options: vec![0, 1], preference: None };
        let invalid = president == RecordedContest::Blank;
        let contests = vec![president, council];
        let record = BallotRecord { style: 0, invalid, contests, alternatives: vec![] };
        for _ in 0..count {
            tally.add(&self.definition, &record).unwrap();
        }
    }

    /// Adds sheets of the party list: party by position, number, count.
    pub fn lists(&self, tally: &mut Tally, party: u16, number: Option<u16>, count: usize) {
        let contests = vec![RecordedContest::Valid { options: vec![party], preference: number }];
        let record = BallotRecord { style: 1, invalid: false, contests, alternatives: vec![] };
        for _ in 0..count {
            tally.add(&self.definition, &record).unwrap();
        }
    }
}

/// A collector on a database.
pub struct Collector {
    pub routes: Router,
    pub board: Arc<Board>,
}

impl Collector {
    /// On an empty SQLite database in memory that lives as long as the collector.
    pub async fn new() -> Self {
        Self::on("sqlite::memory:", vec![campaign_of(&election())], Settings::default()).await
    }

    pub async fn on(url: &str, campaigns: Vec<Campaign>, settings: Settings) -> Self {
        let store = Store::open(url).await.unwrap();
        let clock = Clock::new(TimeZone::get("Asia/Bishkek").unwrap(), "2027-01-24".parse().ok());
        let board = Arc::new(Board::load(campaigns, store, clock).await.unwrap());
        Collector { routes: router(App::new(Arc::clone(&board), settings)), board }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, 64 << 20).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn post(&self, bytes: impl Into<Body>) -> Answer {
        self.send(Request::post("/api/v1/reports").body(bytes.into()).unwrap()).await
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Status and the stable code of a refusal.
    pub fn refusal(&self) -> (u16, String) {
        let body = self.json();
        assert_eq!(body["status"], "refused", "{body}");
        (self.status.as_u16(), body["code"].as_str().unwrap().to_owned())
    }
}
