//! Whatever comes over the wire, no driver breaks, hangs or ends a sheet twice.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_truncation,
    reason = "tests"
)]

#[path = "support/hostile.rs"]
mod hostile;

use hostile::wire;
use proptest::prelude::*;

/// What devices say.
struct Said {
    loaded: Vec<u8>,
    capabilities: Vec<u8>,
    image: Vec<u8>,
    created: Vec<u8>,
    missing: Vec<u8>,
    busy: Vec<u8>,
    good: Vec<u8>,
    check: Vec<u8>,
    inquiry: Vec<u8>,
    features: Vec<u8>,
    end: Vec<u8>,
    paper: Vec<u8>,
    pixels: Vec<u8>,
}

fn said() -> Said {
    let names = "xmlns:s=\"http://schemas.hp.com/imaging/escl/2011/05/03\" \
        xmlns:p=\"http://www.pwg.org/schemas/2010/12/sm\"";
    let status = format!(
        "<s:ScannerStatus {names}><p:State>Idle</p:State><s:AdfState>ScannerAdfLoaded</s:AdfState></s:ScannerStatus>"
    );
    let capabilities = format!(
        "<s:ScannerCapabilities {names}><s:Adf><s:AdfDuplexInputCaps><s:ColorMode>Grayscale8</s:ColorMode>\
        <p:DocumentFormat>image/jpeg</p:DocumentFormat><s:DiscreteResolution><s:XResolution>200</s:XResolution>\
        <s:YResolution>200</s:YResolution></s:DiscreteResolution></s:AdfDuplexInputCaps></s:Adf></s:ScannerCapabilities>"
    );
    let http = |head: &str, body: &[u8]| {
        let mut all =
            format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\n\r\n", body.len()).into_bytes();
        all.extend(body);
        all
    };
    let jpeg = [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, 0, 100, 0, 100, 1, 1, 0x11, 0];
    let mut good = vec![0_u8; 13];
    good[0] = 0x53;
    let mut check = good.clone();
    check[9] = 2;
    let mut inquiry = b"\x06\0\0\0\x5b\0\0\0FUJITSU fi-7160         0C00".to_vec();
    inquiry.resize(96, 0);
    let mut features = vec![0; 0x64];
    (features[1], features[4], features[0x1c], features[0x20]) = (0xf0, 0x5f, 8, 0x80);
    (features[0x28], features[0x2b]) = (0xf9, 4);
    features[0x05..0x09].copy_from_slice(&[1, 0x2c, 1, 0x2c]);
    features[0x0a..0x12].copy_from_slice(&[2, 0x58, 2, 0x58, 0, 50, 0, 50]);
    features[0x14..0x1c].copy_from_slice(&[0, 0, 0x0a, 0x8c, 0, 0, 0x27, 0x10]);
    let mut end = vec![0x70, 0, 0x40];
    end.resize(18, 0);
    Said {
        loaded: http("200 OK", status.as_bytes()),
        capabilities: http("200 OK", capabilities.as_bytes()),
        image: http("200 OK", &jpeg),
        created: http("201 Created\r\nLocation: /eSCL/ScanJobs/1", b""),
        missing: http("404 Not Found", b""),
        busy: http("503 Busy", b""),
        good,
        check,
        inquiry,
        features,
        end,
        paper: vec![0; 12],
        pixels: vec![7; 156 * 2],
    }
}

/// A transfer is a length, in one of two units, and its bytes; long ones are cut or padded.
fn transfer(bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let verb = if bytes.len() < 150 {
        bytes.len()
    } else {
        let blocks = bytes.len().div_ceil(256);
        bytes.resize(blocks * 256, b'\n');
        149 + blocks
    };
    bytes.insert(0, u8::try_from(verb).unwrap());
    bytes
}

const SENT: u8 = 0;
const QUIET: u8 = 201;
const TICK: u8 = 230;
const START: u8 = 240;

/// A sheet of an eSCL scanner with one pair, from the beginning to its end.
fn escl_sheet() -> Vec<u8> {
    let said = said();
    let mut bytes = vec![1, SENT, SENT, SENT, SENT, QUIET];
    let mut answer = |answer: &[u8]| {
        bytes.push(SENT);
        bytes.extend(transfer(answer));
    };
    answer(&said.capabilities);
    answer(&said.loaded);
    for answers in
        [&said.created, &said.image, &said.image, &said.missing, &said.loaded, &said.missing]
    {
        if answers == &said.created {
            bytes.push(START);
        }
        bytes.push(SENT);
        bytes.extend(transfer(answers));
    }
    bytes
}

/// A one-sided sheet of an fi scanner.
fn fi_sheet() -> Vec<u8> {
    let said = said();
    let mut bytes = vec![0, SENT, SENT, SENT, SENT, QUIET];
    let mut command = |data: Option<&[u8]>, status: &[u8]| {
        bytes.push(SENT);
        if let Some(data) = data {
            bytes.extend(if data.is_empty() { vec![SENT] } else { transfer(data) });
        }
        bytes.extend(transfer(status));
    };
    command(None, &said.good);
    command(Some(&said.inquiry), &said.good);
    command(Some(&said.features), &said.good);
    command(Some(&[]), &said.good);
    command(Some(&said.paper), &said.good);
    bytes.push(START);
    let mut command = |data: Option<&[u8]>, status: &[u8]| {
        bytes.push(SENT);
        if let Some(data) = data {
            bytes.extend(if data.is_empty() { vec![SENT] } else { transfer(data) });
        }
        bytes.extend(transfer(status));
    };
    command(Some(&said.paper), &said.good);
    command(None, &said.good);
    command(None, &said.good);
    command(Some(&[]), &said.good);
    command(Some(&[]), &said.good);
    command(Some(&said.pixels[..156 - 12]), &said.good);
    command(Some(&[0; 12]), &said.check);
    command(Some(&said.end), &said.good);
    command(Some(&said.paper), &said.good);
    bytes
}

#[test]
fn the_bytes_that_are_spoilt_are_those_of_a_whole_sheet() {
    assert_eq!(wire(&escl_sheet()), (1, 1));
    assert_eq!(wire(&fi_sheet()), (1, 1));
}

/// Bytes that get somewhere: answers as devices give them, with anything between.
fn parts() -> impl Strategy<Value = Vec<u8>> {
    let said = said();
    let received = vec![
        said.loaded,
        said.capabilities,
        said.image,
        said.created,
        said.missing,
        said.busy,
        said.good,
        said.check,
        said.inquiry,
        said.features,
        said.end,
        said.paper,
        said.pixels,
    ];
    let answer = prop::sample::select(received).prop_map(|bytes| transfer(&bytes));
    let one = |byte: u8| Just(vec![byte]);
    let any = prop::collection::vec(any::<u8>(), 1..4);
    prop_oneof![6 => answer, 8 => one(SENT), 3 => one(QUIET), 3 => one(TICK), 2 => one(START), 1 => any]
}

#[test]
fn what_was_asked_before_a_device_is_taken_anew_does_not_pile_up() {
    // Found by fuzzing: whoever plugs and unplugs has each taking begin, and none answered.
    for which in 0..3 {
        assert_eq!(wire(&[&[which][..], &[u8::MAX; 200]].concat()), (0, 0));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]
    #[test]
    fn no_bytes_break_a_driver(which in 0..3_u8, all in prop::collection::vec(parts(), 0..120)) {
        let mut bytes = vec![which];
        bytes.extend(all.into_iter().flatten());
        wire(&bytes);
    }

    /// A whole sheet with a few bytes changed, left out or put in.
    #[test]
    fn no_spoilt_sheet_breaks_a_driver(
        fi: bool, edits in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8, any::<u8>()), 1..6),
        more in prop::collection::vec(parts(), 0..60),
    ) {
        let mut bytes = if fi { fi_sheet() } else { escl_sheet() };
        for (at, how, byte) in edits {
            let at = at.index(bytes.len() - 1) + 1;
            match how {
                0 => bytes[at] = byte,
                1 => bytes.insert(at, byte),
                _ => drop(bytes.remove(at)),
            }
        }
        bytes.extend(more.into_iter().flatten());
        wire(&bytes);
    }
}
