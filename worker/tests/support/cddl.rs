//! The CDDL of docs/formats.md, as a check for bytes.

use std::collections::BTreeSet;

use cddl_cat::validate_cbor_bytes;

const FORMATS: &str = include_str!("../../../docs/formats.md");
/// What the checker does not know: tags (`check` and `inside` take care of that of COSE_Sign1, so messages in byte
/// strings are looked at one by one) and controls of some types.
const REWRITTEN: [(&str, &str); 6] = [
    ("#6.18([", "(["),
    ("bstr .cbor package-message", "bstr"),
    ("bstr .cbor enrolment-message", "bstr"),
    ("bstr .cbor report-message", "bstr"),
    (".and tstr .size (1..48)", ""),
    (".size (80 / 128)", ""),
];
const COSE_SIGN1: u8 = 0xd2;

/// All blocks of CDDL in the document, as one.
fn rules() -> String {
    let blocks = FORMATS.split("```cddl\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().unwrap_or_default());
    let whole = blocks.collect::<Vec<_>>().join("\n");
    REWRITTEN.iter().fold(whole, |rules, (from, to)| rules.replace(from, to))
}

/// Whether the bytes are what the document calls `rule`.
pub fn check(rule: &str, bytes: &[u8]) -> Result<(), String> {
    let bytes = bytes.strip_prefix(&[COSE_SIGN1]).unwrap_or(bytes);
    validate_cbor_bytes(rule, &rules(), bytes).map_err(|fault| format!("{rule}: {fault}"))
}

/// The byte strings of an array of nothing else.
pub fn inside(bytes: &[u8]) -> Vec<Vec<u8>> {
    let strings: Vec<minicbor::bytes::ByteVec> = minicbor::decode(bytes).unwrap();
    strings.into_iter().map(Into::into).collect()
}

/// The numbers of all kinds of events in the document.
pub fn event_numbers() -> BTreeSet<u8> {
    let rules = rules();
    let kinds = rules.split("event-kind = ").nth(1).unwrap_or_default();
    let kinds = kinds.split("\n\n").next().unwrap_or_default();
    let numbers = kinds.lines().filter_map(|line| {
        line.trim_start_matches(['/', ' ']).strip_prefix('[')?.split(',').next()?.parse().ok()
    });
    numbers.collect()
}
