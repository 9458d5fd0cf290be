//! A sealed final report of the demonstration election, for the tests of whoever verifies one.

use urna_core::definition::ElectionDefinition;
use urna_core::report::{Incidents, REPORT_VERSION, Report, ReportKind, VoteTurnout};
use urna_core::seal::{Digest, Enrolment, SealedReport, SecretKey, Signer};
use urna_core::tally::{Sensitivity, Tally};

pub const DEFINITION: &str = include_str!("../../../../assets/demo/definition.json");

pub fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(&[seed; 32]).expect("a key")
}

/// The report with this number, of the first precinct; the authority's key has seed 1.
pub fn report(number: u32) -> (Report, SealedReport) {
    let definition: ElectionDefinition = serde_json::from_str(DEFINITION).expect("a definition");
    let precinct = definition.precincts[0].id.clone();
    let package = Digest::of(b"package");
    let tally = Tally::zero(&definition, &precinct);
    let turnout = tally.votes.iter();
    let turnout = turnout.map(|v| VoteTurnout { vote: v.vote.clone(), sheets: v.sheets }).collect();
    let enrolment = Enrolment {
        election: definition.id.clone(),
        package,
        device: "d-1".into(),
        precinct: precinct.clone(),
        device_key: key(2).public_key().to_sec1(),
    };
    let report = Report {
        version: REPORT_VERSION,
        kind: ReportKind::Final,
        mode: definition.mode,
        election: definition.id,
        package,
        precinct,
        device: "d-1".into(),
        number,
        issued_at: 1_800_000_000,
        opened_at: None,
        closed_at: None,
        turnout,
        tally: Some(tally),
        sensitivity: (!definition.thresholds.band_permille.is_empty()).then(Sensitivity::default),
        thresholds: definition.thresholds,
        incidents: Incidents::default(),
        log_events: 3,
        log_head: Digest::of(b"head"),
        software: "test".to_owned(),
        scanners: None,
        count: None,
        privacy: None,
        build: None,
    };
    let enrolment = enrolment.seal(&key(1)).expect("a sealed enrolment");
    let sealed = SealedReport::seal(&report, enrolment, &key(2)).expect("a sealed report");
    (report, sealed)
}

pub fn root_pem() -> String {
    key(1).public_key().to_pem().expect("a public key")
}
