//! What hostile bytes are fed to: by the fuzzers in `fuzz/`, and by the replay of what they found.
//!
//! Each function takes any bytes, panics if a promise is broken, and otherwise returns.

use std::sync::LazyLock;

use urna_core::ballot::{Mark, Sample, Stroke, sample_page};
use urna_core::definition::{ElectionDefinition, Thresholds};
use urna_core::design::PageDesign;
use urna_core::recognition::{
    MarkVerdict, PageReading, PreparedDesign, decode as decode_image, import_design, read_page,
};
use urna_core::seal::{
    ClosingPermission, Digest, Enrolment, EnrolmentRequest, LogExport, LogHead, Package, PublicKey,
    Revocation, SealKind, SealedReport, SecretKey, Signer, from_qr_texts, seal, to_qr_texts,
};
use urna_core::software::Manifest;
use urna_core::tally::BallotRecord;
use urna_core::{DeviceId, ElectionId, PrecinctId};

use super::pages::Edits;
use super::small::{FORMS, design as small_design};

/// The small forms and what reads them.
pub static DESIGNS: LazyLock<(Vec<PageDesign>, Vec<PreparedDesign>)> = LazyLock::new(|| {
    let designs: Vec<PageDesign> = FORMS.iter().map(small_design).collect();
    let prepared = designs.iter().map(|d| PreparedDesign::new(d).expect("a design")).collect();
    (designs, prepared)
});

/// A scanned page of a small form with every second target marked, as the JPEG of a scanner.
pub fn scanned(form: usize, stroke: Stroke, seed: u64) -> Vec<u8> {
    let design = &DESIGNS.0[form % DESIGNS.0.len()];
    let marked = design.targets.iter().step_by(2);
    let marks =
        marked.map(|t| Mark { contest: t.contest.clone(), option: t.option.clone(), stroke });
    let sample = Sample { marks: marks.collect(), upside_down: seed % 2 == 1, seed };
    sample_page(design, &sample).expect("a page")
}

/// An exported log: the file as it is, and as the events of one whose seals hold.
fn log(bytes: &[u8], root: &PublicKey) {
    static SEALED: LazyLock<LogExport> = LazyLock::new(|| {
        let key = SecretKey::from_random(&[1; 32]).expect("a key");
        let (election, package) = (ElectionId::from("e"), Digest::of(b"package"));
        let device_key = key.public_key().to_sec1();
        let (device, precinct) = (DeviceId::from("d-1"), PrecinctId::from("1"));
        let head = LogHead {
            election: election.clone(),
            package,
            precinct: precinct.clone(),
            device: device.clone(),
            events: 2,
            head: Digest::default(),
            made_at: 0,
            software: String::new(),
        };
        let enrolment = Enrolment { election, package, device, precinct, device_key };
        LogExport {
            enrolment: enrolment.seal(&key).expect("an enrolment"),
            head: head.seal(&key).expect("a head"),
            events: Vec::new(),
        }
    });
    if let Ok(export) = LogExport::from_bytes(bytes) {
        let _ = export.verify(Some(root));
        let _ = export.verify(None);
    }
    let halves = bytes.split_at(bytes.len() / 2);
    let events = vec![halves.0.to_vec().into(), halves.1.to_vec().into()];
    let export = LogExport { events, ..SEALED.clone() };
    assert!(export.verify(Some(root)).is_err(), "nobody hits the head by chance");
}

/// Any bytes as an image file.
pub fn decode(bytes: &[u8]) {
    if let Ok(page) = decode_image(bytes) {
        let pixels = u64::from(page.width()) * u64::from(page.height());
        assert!((100..=16_000).contains(&page.width()), "width {}", page.width());
        assert!((100..=16_000).contains(&page.height()), "height {}", page.height());
        assert!(pixels <= 80_000_000);
        assert_eq!(u64::try_from(page.pixels().len()).ok(), Some(pixels));
    }
}

/// A page made by the bytes: arbitrary content, or a ballot that was edited, cut, repeated, stretched.
/// The first byte says with how many designs it is read.
pub fn reader(bytes: &[u8]) {
    let Some((&how_many, bytes)) = bytes.split_first() else {
        return;
    };
    let page = Edits::of(bytes).page();
    let designs = &DESIGNS.1[..(usize::from(how_many) % DESIGNS.1.len()) + 1];
    let reading = read_page(&page, designs, &Thresholds::default());
    check(&reading, designs);
    if how_many >= 0xf0 {
        let again = read_page(&page, designs, &Thresholds::default());
        assert_eq!(reading, again, "the same page is read the same way");
    }
}

/// A scanner's JPEG in which bytes were changed: triples of a place (two bytes, as a share of the
/// length) and what is added there.
pub fn jpeg_reader(bytes: &[u8]) {
    static PAGES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
        let forms = 0..DESIGNS.0.len();
        forms.zip([1, 2, 3, 4]).map(|(form, seed)| scanned(form, Stroke::Cross, seed)).collect()
    });
    let Some((&which, edits)) = bytes.split_first() else {
        return;
    };
    let mut file = PAGES[usize::from(which) % PAGES.len()].clone();
    for edit in edits.chunks_exact(3).take(64) {
        let share = usize::from(u16::from_be_bytes([edit[0], edit[1]]));
        let at = share * file.len() / (usize::from(u16::MAX) + 1);
        file[at] = file[at].wrapping_add(edit[2]);
    }
    if let Ok(page) = decode_image(&file) {
        let designs = &DESIGNS.1;
        check(&read_page(&page, designs, &Thresholds::default()), designs);
    }
}

fn check<E: std::fmt::Debug>(reading: &Result<PageReading, E>, designs: &[PreparedDesign]) {
    let Ok(reading) = reading else {
        return;
    };
    let design = designs.iter().find(|d| d.design().id == reading.design).expect("a known design");
    assert!(reading.rotation_deg < 360 && reading.rotation_deg.is_multiple_of(90));
    assert_eq!(reading.targets.len(), design.design().targets.len());
    for (read, target) in reading.targets.iter().zip(&design.design().targets) {
        assert_eq!((&read.contest, &read.option), (&target.contest, &target.option));
        assert!(read.score_permille <= 1000 && read.spilled_permille <= 1000);
        if read.verdict == MarkVerdict::Marked {
            assert!(!read.is_doubtful, "a doubtful stroke is never a mark");
        }
    }
}

/// A foreign design: the length of its JSON (two bytes), the JSON, the picture of the blank page.
pub fn design(bytes: &[u8]) {
    let Some((length, rest)) = bytes.split_first_chunk::<2>() else {
        return;
    };
    let length = usize::from(u16::from_be_bytes(*length)).min(rest.len());
    let (json, picture) = rest.split_at(length);
    let Ok(json) = std::str::from_utf8(json) else {
        return;
    };
    if let Ok(imported) = import_design(json, picture.to_vec())
        && let Ok(prepared) = PreparedDesign::new(&imported.design)
    {
        // Reading its own blank page must not panic either.
        if let Ok(page) = decode_image(picture) {
            let designs = [prepared];
            check(&read_page(&page, &designs, &Thresholds::default()), &designs);
        }
    }
}

/// Sealed things and what is inside of them; the first byte says which parser.
pub fn seals(bytes: &[u8]) {
    static KEY: LazyLock<SecretKey> =
        LazyLock::new(|| SecretKey::from_random(&[1; 32]).expect("a key"));
    let Some((&which, bytes)) = bytes.split_first() else {
        return;
    };
    let root = KEY.public_key();
    // As received, and as the content of an envelope whose signature holds.
    let sealed = |kind| seal(kind, bytes.to_vec(), &*KEY).expect("a seal");
    match which % 8 {
        0 => {
            let _ = Package::open(bytes, &root);
            let _ = Package::open(&sealed(SealKind::Package), &root);
        }
        1 => {
            let _ = Enrolment::open(bytes, &root);
            if let Ok(enrolment) = Enrolment::open(&sealed(SealKind::Enrolment), &root) {
                let _ = enrolment.key();
            }
            let _ = ClosingPermission::open(&sealed(SealKind::ClosingPermission), &root);
            let _ = Revocation::open(bytes, &root);
            if let Ok(verified) = Revocation::open(&sealed(SealKind::Revocation), &root) {
                let again = verified.revocation.seal(&*KEY).expect("what was taken can be sealed");
                assert_eq!(
                    Revocation::open(&again, &root).map(|v| v.revocation),
                    Ok(verified.revocation)
                );
            }
        }
        2 => {
            let _ = EnrolmentRequest::open(bytes);
            let _ = EnrolmentRequest::open(&sealed(SealKind::EnrolmentRequest));
        }
        3 => {
            if let Ok(report) = SealedReport::from_bytes(bytes) {
                let _ = report.verify(&root);
            }
            log(bytes, &root);
        }
        4 => report_content(bytes, &KEY),
        5 => {
            if let Ok(text) = std::str::from_utf8(bytes)
                && let Ok(packed) = from_qr_texts(text)
            {
                assert!(packed.len() <= 1 << 20, "an unpacked report is bounded");
                // Hostile codes may be longer than ours, so that their content does not fit again.
                if let Ok(texts) = to_qr_texts(&packed) {
                    assert_eq!(from_qr_texts(&texts.join("\n")).as_ref(), Ok(&packed));
                }
            }
        }
        6 => {
            let _ = BallotRecord::from_padded_bytes(bytes);
        }
        _ => {
            if let Ok(manifest) = Manifest::parse(bytes) {
                assert_eq!(manifest.to_text().as_bytes(), bytes, "one text for one set of files");
            }
            if let Ok(definition) = serde_json::from_slice::<ElectionDefinition>(bytes) {
                let _ = definition.validate();
            }
        }
    }
}

/// A report that its device really signed, with any content.
fn report_content(bytes: &[u8], key: &SecretKey) {
    let enrolment = Enrolment {
        election: "e".into(),
        package: urna_core::seal::Digest::of(b"package"),
        device: "d".into(),
        precinct: "1".into(),
        device_key: key.public_key().to_sec1(),
    };
    let report = SealedReport {
        enrolment: enrolment.seal(key).expect("a seal"),
        report: seal(SealKind::Report, bytes.to_vec(), key).expect("a seal"),
    };
    if let Ok(verified) = report.verify(&key.public_key()) {
        assert!(verified.report.check().is_ok(), "figures that don't add up are refused");
    }
}
