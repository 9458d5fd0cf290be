//! From printed codes to a verified report, and a clear word for everything that is not one.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

#[path = "../../core/tests/support/sealed.rs"]
mod sealed;

use std::io::Cursor;

use fast_qr::{ECL, QRBuilder};
use image::{GrayImage, ImageFormat, Luma, imageops};
use sealed::{report, root_pem};
use urna_core::seal::to_qr_texts;
use urna_verify::{Outcome, qr_texts_of_photo, verify_texts};

fn texts(number: u32) -> Vec<String> {
    to_qr_texts(&report(number).1.to_bytes().unwrap()).unwrap()
}

fn code_of(outcome: &Outcome) -> &str {
    match outcome {
        Outcome::Refused { code, .. } => code,
        Outcome::Incomplete { .. } => "incomplete",
        Outcome::Verified { .. } => "verified",
    }
}

/// The report's codes as they are printed, two side by side.
fn printed(texts: &[String]) -> GrayImage {
    const MODULE: u32 = 4;
    const PLACE: u32 = 480;
    let rows = u32::try_from(texts.len()).unwrap().div_ceil(2);
    let mut page = GrayImage::from_pixel(2 * PLACE, rows * PLACE, Luma([255]));
    for (at, text) in (0_u32..).zip(texts) {
        let code = QRBuilder::new(text.as_str()).ecl(ECL::Q).build().unwrap();
        let (left, top) = (at % 2 * PLACE + 30, at / 2 * PLACE + 30);
        for y in 0..code.size {
            for x in 0..code.size {
                if code[y][x].value() {
                    let (x, y) = (u32::try_from(x).unwrap(), u32::try_from(y).unwrap());
                    for pixel in 0..MODULE * MODULE {
                        let (dx, dy) = (pixel % MODULE, pixel / MODULE);
                        page.put_pixel(left + x * MODULE + dx, top + y * MODULE + dy, Luma([0]));
                    }
                }
            }
        }
    }
    page
}

fn bytes_of(photo: &GrayImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    photo.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

#[test]
fn codes_in_any_order_are_verified() {
    let mut texts = texts(1);
    assert!(texts.len() > 1, "the demonstration's report takes several codes");
    texts.reverse();
    let lines = format!("\n{}\r\n{}\n", texts.join("\n"), texts[0]);
    let Outcome::Verified { report: verified, root, device_key, .. } =
        verify_texts(&root_pem(), &lines)
    else {
        panic!("not verified");
    };
    assert_eq!(*verified, report(1).0);
    assert_ne!(root, device_key);
}

#[test]
fn printed_codes_are_read_from_a_photo() {
    let texts = texts(1);
    let page = printed(&texts);
    // As printed, as a phone's JPEG, in soft light, and enlarged beyond the working size.
    let soft = imageops::blur(&page, 0.6);
    let large =
        imageops::resize(&page, 2_400, page.height() * 5 / 2, imageops::FilterType::Triangle);
    let turned = imageops::rotate90(&page);
    for (name, photo) in [("page", &page), ("soft", &soft), ("large", &large), ("turned", &turned)]
    {
        for format in [ImageFormat::Png, ImageFormat::Jpeg] {
            let found = qr_texts_of_photo(&bytes_of(photo, format));
            let outcome = verify_texts(&root_pem(), &found.join("\n"));
            assert_eq!(code_of(&outcome), "verified", "{name} {format:?}: {} found", found.len());
        }
    }
}

#[test]
fn missing_codes_are_named() {
    let texts = texts(1);
    let outcome = verify_texts(&root_pem(), &texts[1..].join("\n"));
    assert_eq!(outcome, Outcome::Incomplete { missing: vec![1], parts: texts.len() });
}

#[test]
fn codes_of_two_reports_do_not_mix() {
    let (a, b) = (texts(1), texts(2));
    let outcome = verify_texts(&root_pem(), &format!("{}\n{}", a[0], b[1]));
    assert_eq!(code_of(&outcome), "mixed");
}

#[test]
fn a_changed_character_is_found() {
    let texts = texts(1);
    for (at, text) in texts.iter().enumerate() {
        let start = text.find(':').unwrap() + 1;
        for place in [start, start + 7, text.len() - 1] {
            let mut changed = texts.clone();
            let other = if text[place..].starts_with('7') { "8" } else { "7" };
            changed[at].replace_range(place..=place, other);
            let outcome = verify_texts(&root_pem(), &changed.join("\n"));
            assert_eq!(code_of(&outcome), "damaged", "code {at}, character {place}");
        }
    }
}

#[test]
fn changed_figures_and_another_authority_are_refused() {
    let (_, mut sealed) = report(1);
    let middle = sealed.report.len() / 2;
    sealed.report[middle] ^= 1;
    let texts_changed = to_qr_texts(&sealed.to_bytes().unwrap()).unwrap();
    let outcome = verify_texts(&root_pem(), &texts_changed.join("\n"));
    assert_eq!(code_of(&outcome), "not_verified");

    use urna_core::seal::Signer;
    let other = sealed::key(3).public_key().to_pem().unwrap();
    assert_eq!(code_of(&verify_texts(&other, &texts(1).join("\n"))), "not_verified");
    assert_eq!(code_of(&verify_texts("no key", &texts(1).join("\n"))), "bad_key");
}

#[test]
fn garbage_is_refused_and_never_panics() {
    for garbage in
        ["https://example.org", "URNA2:AB", "URNA1", "URNA1/1:AB", "URNA1/0/1/X:A", "žaba:"]
    {
        assert_eq!(code_of(&verify_texts(&root_pem(), garbage)), "foreign", "{garbage}");
    }
    assert_eq!(code_of(&verify_texts(&root_pem(), "")), "foreign");
    for garbage in ["URNA1:", "URNA1:~~~", "URNA1:AAAA", "URNA1/1/1/0:žž"] {
        assert_eq!(code_of(&verify_texts(&root_pem(), garbage)), "damaged", "{garbage}");
    }
    let packed_noise = to_qr_texts(&[0xa5; 300]).unwrap().join("\n");
    assert_eq!(code_of(&verify_texts(&root_pem(), &packed_noise)), "not_verified");

    let photo = bytes_of(&printed(&texts(1)), ImageFormat::Png);
    for end in [0, 1, 8, 33, photo.len() / 2, photo.len() - 1] {
        qr_texts_of_photo(&photo[..end]);
    }
    let noise = GrayImage::from_fn(400, 300, |x, y| {
        Luma([(x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)).to_be_bytes()[1]])
    });
    for photo in [noise, GrayImage::new(1, 1), GrayImage::new(3_000, 1)] {
        assert_eq!(qr_texts_of_photo(&bytes_of(&photo, ImageFormat::Png)), [""; 0]);
    }
}
