//! Event logs on the command line: verified against root key and reports, broken links named, NIST's format.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

#[path = "../../core/tests/support/sealed.rs"]
mod sealed;
mod support;

use std::path::PathBuf;

use minicbor::bytes::ByteVec;
use sealed::key;
use serde_json::{Value, json};
use support::{done, failed, folder, path, text};
use urna_core::journal::{Event, EventKind, PrintWay, PrinterFault, Role, ScannerFault};
use urna_core::report::ReportKind;
use urna_core::seal::{
    ClosingPermission, Digest, EnrolmentRequest, LogExport, LogHead, PublicKey, SealedReport,
    to_qr_texts,
};

fn kinds() -> Vec<EventKind> {
    vec![
        EventKind::Provisioned { election: "demo-2027".into(), package: Digest::of(b"package") },
        EventKind::Unlocked,
        EventKind::OperatorSignedIn,
        EventKind::ScannerFault { fault: ScannerFault::Jam },
        EventKind::ReportSent {
            kind: ReportKind::Zero,
            way: PrintWay::Receipt,
            originals: 0,
            fault: Some(PrinterFault::PaperOut),
        },
        EventKind::ClockJumped { seconds: -3_600 },
        EventKind::SignedOut { role: Role::Operator },
        EventKind::NetworkSeen,
        EventKind::LogMended { event: 3 },
    ]
}

fn chain() -> (Vec<Vec<u8>>, Digest) {
    let mut previous = Digest::default();
    let events = kinds().into_iter().zip(0..).map(|(kind, sequence)| {
        let event = Event { sequence, at: 1_800_000_000 + 60 * sequence, previous, kind };
        let bytes = minicbor::to_vec(&event).unwrap();
        previous = Digest::of(&bytes);
        bytes
    });
    let events: Vec<_> = events.collect();
    (events, previous)
}

/// The log of the device whose report `sealed` makes, after a change.
fn file(change: impl FnOnce(&mut Vec<Vec<u8>>)) -> Vec<u8> {
    let (report, sealed) = sealed::report(2);
    let (mut events, head) = chain();
    let head = LogHead {
        election: report.election,
        package: report.package,
        precinct: report.precinct,
        device: report.device,
        events: events.len() as u64,
        head,
        made_at: 1_800_010_000,
        software: "test".to_owned(),
    };
    change(&mut events);
    let export = LogExport {
        enrolment: sealed.enrolment,
        head: head.seal(&key(2)).unwrap(),
        events: events.into_iter().map(ByteVec::from).collect(),
    };
    export.to_bytes().unwrap()
}

/// A folder with the log, the root key, a report that carries a head of it, and one that carries another.
fn place(name: &str) -> (PathBuf, PathBuf, PathBuf) {
    let out = folder(name);
    let (log, root) = (out.join("log.urna-log"), out.join("authority.pem"));
    std::fs::write(&log, file(|_| {})).unwrap();
    std::fs::write(&root, sealed::root_pem()).unwrap();
    let (report, sealed) = sealed::report(2);
    let (events, _) = chain();
    for (name, head) in [("good", Digest::of(&events[2])), ("other", Digest::of(b"other"))] {
        let report = urna_core::report::Report { log_events: 3, log_head: head, ..report.clone() };
        let sealed = SealedReport::seal(&report, sealed.enrolment.clone(), &key(2)).unwrap();
        let bytes = sealed.to_bytes().unwrap();
        std::fs::write(out.join(format!("{name}.urna-report")), &bytes).unwrap();
        std::fs::write(out.join(format!("{name}.txt")), to_qr_texts(&bytes).unwrap().join("\n"))
            .unwrap();
    }
    (out, log, root)
}

#[test]
fn a_log_is_verified_against_root_and_reports() {
    let (out, log, root) = place("log-verify");
    let said = done(&["log", "verify", path(&log)]);
    assert!(said.contains("events 9") && said.contains("NOT CHECKED"), "{said}");
    let (good, codes) = (out.join("good.urna-report"), out.join("good.txt"));
    let head = format!("9:{}", &chain().1.to_string()[..16]);
    let said = done(&[
        "log",
        "verify",
        path(&log),
        "--root",
        path(&root),
        "--report",
        path(&good),
        "--report",
        path(&codes),
        "--head",
        &head,
    ]);
    assert!(said.contains("the authority enrolled the device"), "{said}");
    assert_eq!(said.matches("its head is in the log").count(), 2, "{said}");
    assert!(said.contains("is in the log"), "{said}");
    let other = out.join("other.urna-report");
    let (code, why) = failed(&["log", "verify", path(&log), "--report", path(&other)]);
    assert!(code == 2 && why.contains("after 3 events the head is"), "{why}");
    for (head, word) in [
        ("9:0123456789abcdef", "after 9 events"),
        ("10:0123456789abcdef", "the log has 9"),
        ("8:0123", "16 digits"),
        ("eight", "16 digits"),
    ] {
        let (_, why) = failed(&["log", "verify", path(&log), "--head", head]);
        assert!(why.contains(word), "{head}: {why}");
    }
    std::fs::write(&root, key(3).public_key_pem()).unwrap();
    let (_, why) = failed(&["log", "verify", path(&log), "--root", path(&root)]);
    assert!(why.contains("signed by another key"), "{why}");
}

trait Pem {
    fn public_key_pem(&self) -> String;
}

impl Pem for urna_core::seal::SecretKey {
    fn public_key_pem(&self) -> String {
        let key: PublicKey = urna_core::seal::Signer::public_key(self);
        key.to_pem().unwrap()
    }
}

#[test]
fn the_first_broken_link_is_named() {
    let out = folder("log-broken");
    let log = out.join("log.urna-log");
    type Change = fn(&mut Vec<Vec<u8>>);
    let table: [(Change, &str); 5] = [
        // The last byte of the fourth event is what it says.
        (|events| *events[3].last_mut().unwrap() ^= 1, "event 3: it was changed"),
        (|events| drop(events.remove(5)), "event 5: event 6 stands in its place"),
        (|events| events.swap(2, 4), "event 2: event 4 stands in its place"),
        (|events| drop(events.pop()), "event 8: it is missing"),
        (|events| events[1].truncate(5), "event 1: it can't be read"),
    ];
    for (change, expected) in table {
        std::fs::write(&log, file(change)).unwrap();
        let (code, why) = failed(&["log", "verify", path(&log)]);
        assert!(code == 2 && why.contains(expected), "{why}");
        failed(&["log", "export", "--nist", path(&log)]);
    }
    std::fs::write(&log, b"nonsense").unwrap();
    let (_, why) = failed(&["log", "verify", path(&log)]);
    assert!(why.contains("not an exported event log"), "{why}");
}

#[test]
fn events_are_printed_one_a_line() {
    let (_, log, _) = place("log-lines");
    let said = done(&["log", "export", path(&log)]);
    let lines: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 9);
    assert_eq!(lines[5]["event"], "clock_jumped");
    assert_eq!(lines[5]["content"], json!({ "seconds": -3_600 }));
    assert_eq!(lines[1]["at"], "2027-01-15T08:01:00Z");
    assert_eq!(lines[8]["hash"], chain().1.to_string());
}

/// What a field of NIST's schema holds.
enum Holds {
    Text,
    Time,
    Day,
    OneOf(&'static [&'static str]),
    Objects(&'static str),
}

/// The classes of NIST SP 1500-101, version 1: field, whether it must be there, what it holds. No other field may
/// be there (`additionalProperties` is false throughout).
fn class(name: &str) -> Vec<(&'static str, bool, Holds)> {
    use Holds::{Day, Objects, OneOf, Text, Time};
    match name {
        "ElectionEventLog" => vec![
            ("Details", false, Text),
            ("Device", false, Objects("Device")),
            ("ElectionId", false, Text),
            ("GeneratedTime", true, Time),
        ],
        "Device" => vec![
            ("Details", false, Text),
            ("Event", false, Objects("Event")),
            ("HashType", false, OneOf(&["md6", "other", "sha-256", "sha-512"])),
            ("Id", true, Text),
            ("Manufacturer", false, Text),
            ("Model", false, Text),
            ("OtherHashType", false, Text),
            ("OtherType", false, Text),
            ("Type", false, OneOf(&["ems", "other", "scan-batch", "scan-single"])),
            ("Version", false, Text),
        ],
        "Event" => vec![
            ("Description", false, Text),
            ("Details", false, Text),
            ("Disposition", true, OneOf(&["failure", "na", "other", "success"])),
            ("Hash", false, Text),
            ("Id", true, Text),
            ("OtherDisposition", false, Text),
            ("Sequence", true, Text),
            ("Severity", false, Text),
            ("TimeStamp", true, Time),
            ("Type", true, Text),
            ("UserId", false, Text),
        ],
        "ElectionEventLogDocumentation" => vec![
            ("DeviceId", false, Text),
            ("DeviceManufacturer", true, Text),
            ("DeviceModel", true, Text),
            ("DeviceVersion", false, Text),
            ("EventIdDescription", true, Objects("EventIdDescription")),
            ("EventTypeDescription", true, Objects("EventTypeDescription")),
            ("GeneratedDate", true, Day),
        ],
        "EventIdDescription" => vec![("Description", true, Text), ("Id", true, Text)],
        "EventTypeDescription" => vec![("Description", true, Text), ("Type", true, Text)],
        _ => panic!("{name}"),
    }
}

fn check(value: &Value, name: &str) {
    let fields = value.as_object().unwrap();
    assert_eq!(fields["@type"], format!("EventLogging.{name}"));
    let class = class(name);
    for field in fields.keys().filter(|field| *field != "@type") {
        assert!(class.iter().any(|(known, ..)| known == field), "{name} has no {field}");
    }
    for (field, must, holds) in class {
        let Some(value) = fields.get(field) else {
            assert!(!must, "{name} lacks {field}");
            continue;
        };
        match holds {
            Holds::Text => assert!(value.is_string(), "{name}.{field}"),
            Holds::Time => {
                let time: jiff::Timestamp = value.as_str().unwrap().parse().unwrap();
                assert!(time.as_second() >= 1_800_000_000);
            }
            Holds::Day => drop(value.as_str().unwrap().parse::<jiff::civil::Date>().unwrap()),
            Holds::OneOf(words) => {
                assert!(words.contains(&value.as_str().unwrap()), "{name}.{field}: {value}")
            }
            Holds::Objects(class) => {
                let objects = value.as_array().unwrap();
                assert!(!objects.is_empty());
                objects.iter().for_each(|object| check(object, class));
            }
        }
    }
}

#[test]
fn the_nist_format_is_the_one_of_its_schema() {
    let (_, log, root) = place("log-nist");
    let arguments = ["log", "export", "--nist", path(&log), "--root", path(&root)];
    let content: Value = serde_json::from_str(&done(&arguments)).unwrap();
    check(&content, "ElectionEventLog");
    let events = content["Device"][0]["Event"].as_array().unwrap();
    let said: Vec<_> = events
        .iter()
        .map(|event| {
            let text = |field: &str| event[field].as_str().unwrap_or("-").to_owned();
            [text("Sequence"), text("Id"), text("Type"), text("Disposition"), text("UserId")]
                .join(" ")
        })
        .collect();
    let expected = [
        "0 provisioned states success -",
        "1 unlocked people success chair and secretary",
        "2 operator_signed_in people success operator",
        "3 scanner_fault scanner failure -",
        "4 report_sent reports failure -",
        "5 clock_jumped surroundings na -",
        "6 signed_out people success -",
        "7 network_seen surroundings na -",
        "8 log_mended storage failure -",
    ];
    assert_eq!(said, expected);
    assert_eq!(events[8]["Hash"], chain().1.to_string());
    let about: Value =
        serde_json::from_str(&done(&["log", "export", "--nist-documentation", path(&log)]))
            .unwrap();
    check(&about, "ElectionEventLogDocumentation");
    let named = about["EventIdDescription"].as_array().unwrap();
    assert_eq!(named.len(), 9);
    // In words, and not by its code once more.
    assert!(named.iter().all(|kind| kind["Description"] != kind["Id"]), "{named:?}");
}

#[test]
fn a_permission_to_close_is_sealed_for_one_precinct() {
    let out = folder("permit");
    done(&["demo", "--out", path(&out)]);
    let (secret, package) = (out.join("authority.key"), out.join("package.urna"));
    let permission = out.join("permission.urna");
    let permit = |precinct: &str, from: &str| {
        vec![
            "permit-closing".to_owned(),
            "--key".to_owned(),
            path(&secret).to_owned(),
            "--package".to_owned(),
            path(&package).to_owned(),
            "--precinct".to_owned(),
            precinct.to_owned(),
            "--from".to_owned(),
            from.to_owned(),
            "--out".to_owned(),
            path(&permission).to_owned(),
        ]
    };
    let run = |arguments: &[String]| {
        support::urna(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let said = run(&permit("1301", "2027-01-24T15:00+06:00"));
    assert!(said.status.success(), "{}", text(&said.stderr));
    let pem = std::fs::read_to_string(out.join("authority.pem")).unwrap();
    let root = PublicKey::from_pem(&pem).unwrap();
    let sealed = std::fs::read(&permission).unwrap();
    let opened = ClosingPermission::open(&sealed, &root).unwrap();
    assert_eq!((opened.precinct.as_str(), opened.from), ("1301", 1_800_781_200));
    assert_eq!(opened.package, Digest::of(&std::fs::read(&package).unwrap()));
    for bad in [permit("9999", "2027-01-24T15:00+06:00"), permit("1301", "at three")] {
        assert!(!run(&bad).status.success());
    }
}

#[test]
fn a_device_is_enrolled_by_codes() {
    let out = folder("enrol-codes");
    done(&["demo", "--out", path(&out)]);
    let (secret, package) = (out.join("authority.key"), out.join("package.urna"));
    let digest = Digest::of(&std::fs::read(&package).unwrap());
    let request = EnrolmentRequest::seal(digest, &key(5)).unwrap();
    let texts = to_qr_texts(&request).unwrap();
    assert_eq!(texts.len(), 1, "one code is enough");
    std::fs::write(out.join("request.txt"), texts.join("\n")).unwrap();
    std::fs::write(out.join("request.urna"), &request).unwrap();
    let enrol = |request: &str, enrolment: &str| {
        let (request, enrolment) = (out.join(request), out.join(enrolment));
        done(&[
            "enrol",
            "--key",
            path(&secret),
            "--package",
            path(&package),
            "--request",
            path(&request),
            "--precinct",
            "1301",
            "--device",
            "d-7",
            "--out",
            path(&enrolment),
        ]);
        std::fs::read(enrolment).unwrap()
    };
    let plain = enrol("request.urna", "enrolment.urna");
    assert_eq!(
        enrol("request.txt", "enrolment.txt"),
        (to_qr_texts(&plain).unwrap().join("\n") + "\n").into_bytes()
    );
    let png = enrol("request.txt", "enrolment.png");
    let read = urna_verify::qr_texts_of_photo(&png);
    assert_eq!(urna_core::seal::from_qr_texts(&read.join("\n")).unwrap(), plain);
    // A picture of codes is as good as the file, also on the way in; a picture without any is not.
    let (root, text) = (out.join("authority.pem"), out.join("enrolment.txt"));
    assert!(done(&["verify", "--root", path(&root), path(&text)]).contains("\"d-7\""));
    let blank = out.join("ballots/presidential-p1/blank.png");
    let (code, why) = failed(&[
        "enrol",
        "--key",
        path(&secret),
        "--package",
        path(&package),
        "--request",
        path(&blank),
        "--precinct",
        "1301",
        "--device",
        "d-7",
        "--out",
        path(&text),
    ]);
    assert!(code == 2 && why.contains("QR code"), "{why}");
}
