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

/// Bytes that get somewhere: answers as devices give them, with anything between.
fn parts() -> impl Strategy<Value = Vec<u8>> {
    let status: &[u8] =
        b"<s:ScannerStatus xmlns:s=\"http://schemas.hp.com/imaging/escl/2011/05/03\" \
        xmlns:p=\"http://www.pwg.org/schemas/2010/12/sm\"><p:State>Idle</p:State>\
        <s:AdfState>ScannerAdfLoaded</s:AdfState></s:ScannerStatus>";
    let capabilities: &[u8] =
        b"<s:ScannerCapabilities xmlns:s=\"http://schemas.hp.com/imaging/escl/2011/05/03\" \
        xmlns:p=\"http://www.pwg.org/schemas/2010/12/sm\"><s:Adf><s:AdfDuplexInputCaps>\
        <s:ColorMode>Grayscale8</s:ColorMode><p:DocumentFormat>image/jpeg</p:DocumentFormat>\
        <s:DiscreteResolution><s:XResolution>200</s:XResolution><s:YResolution>200</s:YResolution>\
        </s:DiscreteResolution></s:AdfDuplexInputCaps></s:Adf></s:ScannerCapabilities>";
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
    let mut page = vec![0; 0x64];
    (page[1], page[4], page[0x1c], page[0x20]) = (0xf0, 0x5f, 8, 0x90);
    (page[0x28], page[0x29], page[0x2b], page[0x31]) = (0xff, 0xff, 4, 2);
    page[0x05..0x09].copy_from_slice(&[1, 0x2c, 1, 0x2c]);
    page[0x0a..0x12].copy_from_slice(&[2, 0x58, 2, 0x58, 0, 50, 0, 50]);
    page[0x14..0x1c].copy_from_slice(&[0, 0, 0x0a, 0x8c, 0, 0, 0x27, 0x10]);
    let mut eom = vec![0x70, 0, 0x40];
    eom.resize(18, 0);
    let received = [
        http("200 OK", status),
        http("200 OK", capabilities),
        http("200 OK", &jpeg),
        http("201 Created\r\nLocation: /eSCL/ScanJobs/1", b""),
        http("404 Not Found", b""),
        http("503 Busy", b""),
        good,
        check,
        inquiry,
        page,
        eom,
        vec![0; 12],
        vec![7; 400],
        Vec::new(),
    ];
    // A transfer is a length, in one of two units, and its bytes; long ones are padded.
    let transfer = prop::sample::select(received.to_vec()).prop_map(|mut bytes| {
        let verb = if bytes.len() < 150 {
            bytes.len()
        } else {
            let blocks = bytes.len().div_ceil(256);
            bytes.resize(blocks * 256, b'\n');
            149 + blocks
        };
        bytes.insert(0, u8::try_from(verb).unwrap());
        bytes
    });
    let empty = Just(vec![0]).boxed();
    let quiet = Just(vec![201]).boxed();
    let tick = Just(vec![230]).boxed();
    let start = Just(vec![240]).boxed();
    let any = prop::collection::vec(any::<u8>(), 1..4);
    prop_oneof![6 => transfer, 8 => empty, 3 => quiet, 3 => tick, 2 => start, 1 => any]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]
    #[test]
    fn no_bytes_break_a_driver(which in 0..3_u8, all in prop::collection::vec(parts(), 0..120)) {
        let mut bytes = vec![which];
        bytes.extend(all.into_iter().flatten());
        wire(&bytes);
    }
}
