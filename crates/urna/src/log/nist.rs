//! The Election Event Logging Common Data Format of NIST SP 1500-101, version 1, as JSON. Its classes, fields
//! and enumerations are those of the schema that NIST publishes beside the document.

use serde_json::{Value, json};
use urna_core::journal::{EventGroup, EventKind};
use urna_core::seal::{ReadEvent, VerifiedLog};

use super::{parts, time};

/// The kiosk's own words for its events.
const WORDS: &str = include_str!("../../../../assets/i18n/en.ftl");
const MAKER: &str = "Urna";
const MODEL: &str = "Urna kiosk";

/// An `ElectionEventLog` with one device.
pub fn log(log: &VerifiedLog) -> anyhow::Result<Value> {
    let head = &log.head;
    let events: Vec<Value> = log.events.iter().map(event).collect::<anyhow::Result<_>>()?;
    let key = log.enrolment.key()?.fingerprint();
    Ok(json!({
        "@type": "EventLogging.ElectionEventLog",
        "ElectionId": head.election,
        "GeneratedTime": time(head.made_at)?,
        "Details": format!("precinct {}; package {}; times are the device's own", head.precinct, head.package),
        "Device": [{
            "@type": "EventLogging.Device",
            "Id": head.device,
            "Type": "scan-single",
            "Manufacturer": MAKER,
            "Model": MODEL,
            "Version": head.software,
            "HashType": "sha-256",
            "Details": format!("device key {key}; head of the log after {} events: {}", head.events, head.head),
            "Event": events,
        }],
    }))
}

/// The `ElectionEventLogDocumentation`: what the identifiers and types of this log mean.
pub fn documentation(log: &VerifiedLog) -> anyhow::Result<Value> {
    let mut kinds: Vec<String> = Vec::new();
    for event in &log.events {
        let (code, _) = parts(event)?;
        if !kinds.contains(&code) {
            kinds.push(code);
        }
    }
    kinds.sort();
    let kinds = kinds.iter().map(|code| {
        json!({ "@type": "EventLogging.EventIdDescription", "Id": code, "Description": words(code) })
    });
    let groups = EventGroup::ALL.map(|group| {
        json!({
            "@type": "EventLogging.EventTypeDescription",
            "Type": group.as_str(), "Description": about(group),
        })
    });
    let head = &log.head;
    let date = time(head.made_at)?;
    Ok(json!({
        "@type": "EventLogging.ElectionEventLogDocumentation",
        "DeviceId": head.device,
        "DeviceManufacturer": MAKER,
        "DeviceModel": MODEL,
        "DeviceVersion": head.software,
        "EventIdDescription": kinds.collect::<Vec<_>>(),
        "EventTypeDescription": groups,
        "GeneratedDate": date.get(..10).unwrap_or(&date),
    }))
}

fn event(event: &ReadEvent) -> anyhow::Result<Value> {
    let (code, content) = parts(event)?;
    let kind = event.kind.as_ref();
    let mut fields = json!({
        "@type": "EventLogging.Event",
        "Id": code,
        "Sequence": event.sequence.to_string(),
        "TimeStamp": time(event.at)?,
        "Type": kind.map_or("unknown", |kind| kind.group().as_str()),
        "Disposition": disposition(kind),
        "Severity": if disposition(kind) == "failure" { "warning" } else { "info" },
        "Description": words(&code),
        "Hash": event.digest.to_string(),
    });
    if content.as_object().is_some_and(|content| !content.is_empty()) {
        fields["Details"] = content.to_string().into();
    }
    if let Some(user) = kind.and_then(user) {
        fields["UserId"] = user.into();
    }
    Ok(fields)
}

fn disposition(kind: Option<&EventKind>) -> &'static str {
    use EventKind as E;
    match kind {
        None => "na",
        Some(
            E::WrongPin
            | E::WrongOperatorPin
            | E::ScannerFault { .. }
            | E::SheetNotAccepted { .. }
            | E::StorageFault { .. }
            | E::StorageKept { kept: false }
            | E::TailCut { .. }
            | E::LogMended { .. }
            | E::CopyLost { .. }
            | E::BuildDiffers { .. }
            | E::BuildUnknown
            | E::SecondRefused
            | E::TransmissionFailed { .. }
            | E::ReportSent { fault: Some(_), .. },
        ) => "failure",
        Some(kind) if kind.group() == EventGroup::Surroundings => "na",
        Some(_) => "success",
    }
}

/// Who did it, where PINs say so.
fn user(kind: &EventKind) -> Option<&'static str> {
    use EventKind as E;
    match kind {
        E::Unlocked
        | E::Opened
        | E::Resumed
        | E::Closed
        | E::PinsChanged { .. }
        | E::OperatorPinSet { .. } => Some("chair and secretary"),
        E::OperatorSignedIn => Some("operator"),
        _ => None,
    }
}

fn about(group: EventGroup) -> &'static str {
    match group {
        EventGroup::States => "States of the polls, and how the device came into service",
        EventGroup::People => "PINs, signing in and out, locking",
        EventGroup::Scanner => "Sheets and the scanner; never how a sheet is marked",
        EventGroup::Storage => "What is stored, and starts of the program",
        EventGroup::Reports => "Reports, prints, exports, and what was sent",
        EventGroup::Surroundings => "Network, clock, power, and the page on the screen",
    }
}

/// What the kiosk calls this kind; a kind without a name of its own goes by its code.
fn words(code: &str) -> String {
    let key = format!("event-{} = ", code.replace('_', "-"));
    let line = WORDS.lines().find_map(|line| line.strip_prefix(&key));
    line.map_or_else(|| code.to_owned(), |words| words.trim_end_matches(':').to_owned())
}
