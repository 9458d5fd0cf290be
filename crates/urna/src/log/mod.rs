//! Event logs that were taken out of a kiosk: verified, listed, turned into NIST's format.

mod nist;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde_json::{Value, json};
use urna_core::seal::{
    Digest, LogExport, PublicKey, ReadEvent, SealedReport, VerifiedLog, from_qr_texts,
};

use crate::{files, keys};

/// Digits of a head that must be given at least: fewer can be met by trying.
const MIN_HEAD_DIGITS: usize = 16;

#[derive(Subcommand)]
pub enum Command {
    /// Check the chain of a log, the device's signature and its enrolment; name the first broken link.
    Verify(Verify),
    /// Print a log whose chain holds as JSON: one event a line, or in the NIST format (SP 1500-101).
    Export(Export),
}

#[derive(Args)]
pub struct Verify {
    /// The exported log.
    file: PathBuf,
    /// The authority's public key (PEM). Without it nobody vouches for the device.
    #[arg(long)]
    root: Option<PathBuf>,
    /// A report of the device: a sealed file or a text with its QR codes. Its head must be in the log.
    #[arg(long = "report", value_name = "FILE")]
    reports: Vec<PathBuf>,
    /// A head as a report prints it: number of events, a colon, and at least the first 16 digits.
    #[arg(long = "head", value_name = "EVENTS:HASH")]
    heads: Vec<String>,
}

#[derive(Args)]
pub struct Export {
    /// The exported log.
    file: PathBuf,
    /// The authority's public key (PEM). Without it nobody vouches for the device.
    #[arg(long)]
    root: Option<PathBuf>,
    /// An ElectionEventLog of NIST SP 1500-101.
    #[arg(long)]
    nist: bool,
    /// The ElectionEventLogDocumentation that goes with it: what the kinds of this log mean.
    #[arg(long, conflicts_with = "nist")]
    nist_documentation: bool,
}

pub fn run(command: &Command) -> anyhow::Result<()> {
    match command {
        Command::Verify(options) => verify(options),
        Command::Export(options) => export(options),
    }
}

fn verify(options: &Verify) -> anyhow::Result<()> {
    let root = options.root.as_deref().map(keys::read_public).transpose()?;
    let log = read(&options.file, root.as_ref())?;
    let (head, key) = (&log.head, log.enrolment.key()?.fingerprint());
    println!(
        "device {} ({key}), precinct {}, election {}",
        head.device, head.precinct, head.election
    );
    println!("events {}", head.events);
    println!("head {}", head.head);
    println!("the chain holds, and the device signed its head");
    match root {
        Some(_) => println!("the authority enrolled the device"),
        None => println!("NOT CHECKED: whether the authority enrolled the device (--root)"),
    }
    for path in &options.reports {
        compare(path, &log)?;
    }
    for text in &options.heads {
        let (events, hash) = parse_head(text)?;
        check_head(&log, events, &hash).with_context(|| format!("head {text}"))?;
        println!("head {text}: is in the log");
    }
    Ok(())
}

/// The chain must hold, whoever vouches for it.
fn read(file: &Path, root: Option<&PublicKey>) -> anyhow::Result<VerifiedLog> {
    let log = LogExport::from_bytes(&files::read(file)?).and_then(|export| export.verify(root));
    log.context("not verified")
}

/// A report of this device must carry a head that the log has.
fn compare(path: &Path, log: &VerifiedLog) -> anyhow::Result<()> {
    let name = path.display();
    let bytes = files::read(path)?;
    let bytes = if bytes.trim_ascii_start().starts_with(b"URNA1") {
        from_qr_texts(std::str::from_utf8(&bytes).context("the QR texts are not text")?)?
    } else {
        bytes
    };
    let sealed = SealedReport::from_bytes(&bytes).with_context(|| format!("{name}"))?;
    let report = sealed.verify_under(&log.enrolment).with_context(|| format!("{name}"))?;
    check_head(log, report.log_events, &report.log_head.to_string())
        .with_context(|| format!("{name}"))?;
    println!("report {} ({name}): its head is in the log", report.number);
    Ok(())
}

fn check_head(log: &VerifiedLog, events: u64, hash: &str) -> anyhow::Result<()> {
    let found = log.head_after(events).map(|head| head.to_string());
    let Some(found) = found else {
        anyhow::bail!("it speaks of {events} events, the log has {}", log.head.events);
    };
    anyhow::ensure!(
        found.starts_with(hash),
        "after {events} events the head is {found} and not {hash}: the log is not the one that was there then"
    );
    Ok(())
}

fn parse_head(text: &str) -> anyhow::Result<(u64, String)> {
    let form = || format!("{text:?} is not <events>:<hash> with {MIN_HEAD_DIGITS} digits or more");
    let (events, hash) = text.split_once(':').with_context(form)?;
    let hash = hash.to_ascii_lowercase();
    let is_hash = hash.len() >= MIN_HEAD_DIGITS && hash.bytes().all(|b| b.is_ascii_hexdigit());
    anyhow::ensure!(is_hash, form());
    Ok((events.parse().with_context(form)?, hash))
}

fn export(options: &Export) -> anyhow::Result<()> {
    let root = options.root.as_deref().map(keys::read_public).transpose()?;
    let log = read(&options.file, root.as_ref())?;
    if options.nist || options.nist_documentation {
        let content = if options.nist { nist::log(&log)? } else { nist::documentation(&log)? };
        println!("{}", serde_json::to_string_pretty(&content)?);
        return Ok(());
    }
    for event in &log.events {
        println!("{}", line(event)?);
    }
    Ok(())
}

/// One event as JSON: its place, its time, and what it says.
fn line(event: &ReadEvent) -> anyhow::Result<Value> {
    let (code, content) = parts(event)?;
    Ok(json!({
        "sequence": event.sequence, "at": time(event.at)?, "event": code, "content": content,
        "hash": Digest::to_string(&event.digest),
    }))
}

/// The stable name of an event's kind, and what else it says.
fn parts(event: &ReadEvent) -> anyhow::Result<(String, Value)> {
    let Some(kind) = &event.kind else { return Ok(("unknown".to_owned(), json!({}))) };
    let mut content = serde_json::to_value(kind)?;
    let code = content.as_object_mut().and_then(|fields| fields.remove("type"));
    let code = code.as_ref().and_then(Value::as_str).unwrap_or("unknown").to_owned();
    Ok((code, content))
}

fn time(seconds: u64) -> anyhow::Result<String> {
    let time = i64::try_from(seconds).ok().and_then(|s| Timestamp::from_second(s).ok());
    Ok(time.with_context(|| format!("{seconds} s is no time"))?.to_string())
}
