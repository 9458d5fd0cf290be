//! Verifies whatever is sealed, and prints what it says.

use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};
use urna_core::seal::{
    Digest, Enrolment, EnrolmentRequest, Package, PublicKey, Revocation, SealError, SealedReport,
    from_qr_texts,
};

use crate::{files, keys};

pub fn run(root: &Path, file: &Path) -> anyhow::Result<()> {
    let root = keys::read_public(root)?;
    let bytes = files::read(file)?;
    let content = content(&bytes, &root).context("not verified")?;
    println!("{}", serde_json::to_string_pretty(&content)?);
    Ok(())
}

fn content(bytes: &[u8], root: &PublicKey) -> anyhow::Result<Value> {
    if bytes.trim_ascii_start().starts_with(b"URNA1") {
        let texts = std::str::from_utf8(bytes).context("the QR texts are not text")?;
        return sealed(&from_qr_texts(texts)?, root);
    }
    sealed(bytes, root)
}

fn sealed(bytes: &[u8], root: &PublicKey) -> anyhow::Result<Value> {
    match Package::open(bytes, root) {
        Ok(package) => {
            let designs: Vec<_> =
                package.package.designs.iter().map(|design| json!(design)).collect();
            return Ok(json!({
                "kind": "package", "digest": package.digest,
                "definition": package.package.definition, "designs": designs,
            }));
        }
        Err(SealError::NotSealed) => return report(bytes, root),
        Err(SealError::WrongKind { .. }) => {}
        Err(fault) => return Err(fault.into()),
    }
    match Enrolment::open(bytes, root) {
        Ok(enrolment) => Ok(json!({
            "kind": "enrolment", "digest": Digest::of(bytes),
            "device_key": enrolment.key()?.fingerprint(), "enrolment": enrolment,
        })),
        Err(SealError::WrongKind { .. }) if Revocation::open(bytes, root).is_ok() => {
            let verified = Revocation::open(bytes, root)?;
            Ok(json!({
                "kind": "revocation", "digest": verified.digest, "revocation": verified.revocation,
            }))
        }
        Err(SealError::WrongKind { .. }) => {
            let (request, key) = EnrolmentRequest::open(bytes)?;
            Ok(json!({
                "kind": "enrolment_request", "package": request.package,
                "device_key": key.fingerprint(),
            }))
        }
        Err(fault) => Err(fault.into()),
    }
}

fn report(bytes: &[u8], root: &PublicKey) -> anyhow::Result<Value> {
    let verified = SealedReport::from_bytes(bytes)?.verify(root)?;
    // In full: the report itself says only what differs.
    let band = verified.report.band().map_err(anyhow::Error::msg)?;
    Ok(json!({
        "kind": "report", "digest": verified.digest, "report": verified.report, "band": band,
        "enrolment": verified.enrolment, "device_key": verified.enrolment.key()?.fingerprint(),
    }))
}
