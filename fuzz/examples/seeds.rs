//! Writes what fuzzing begins with: `seeds <folder>` makes one folder for each target.

use std::io::Write;
use std::path::Path;

use image::ExtendedColorType::{L8, Rgb8};
use image::codecs::jpeg::JpegEncoder;
use urna_core::ballot::Stroke;
use urna_core::definition::ElectionDefinition;
use urna_core::recognition::decode;
use urna_core::report::{Incidents, REPORT_VERSION, Report, ReportKind};
use urna_core::rules::SheetVotes;
use urna_core::seal::{
    Digest, Enrolment, EnrolmentRequest, Package, Revocation, RevocationReason, SealedReport,
    SecretKey, Signer, to_qr_texts,
};
use urna_core::tally::{BallotRecord, Sensitivity, Tally};
use urna_fuzz::files::{Colour, Header, chunk, png, segment, with_segment, zlib};
use urna_fuzz::hostile::{DESIGNS, scanned};

const DEFINITION: &str = include_str!("../../assets/demo/definition.json");

fn main() -> std::io::Result<()> {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    let folder = Path::new(&folder);
    let save = |target: &str, name: &str, bytes: &[u8]| {
        let folder = folder.join(target);
        std::fs::create_dir_all(&folder)?;
        std::fs::File::create(folder.join(name))?.write_all(bytes)
    };
    for (name, bytes) in images() {
        save("decode", &format!("seed-{name}"), &bytes)?;
    }
    for form in 0..DESIGNS.0.len() as u8 {
        for how_many in [0, 3, 0xf0] {
            // Blank and marked pages as they are, and with a few edits of each kind.
            save("reader", &format!("seed-{form}-{how_many}"), &[how_many, form + 4])?;
            for edit in 0..16_u8 {
                let edits = [how_many, form + 4, edit, 90, 3, 40, 7, 60, 5, 60, 9, 128, 130, 120];
                save("reader", &format!("seed-{form}-{how_many}-{edit}"), &edits)?;
            }
        }
        // Over the code of a page one that says something else, and one that is damaged.
        for (name, flips) in [("code", 0), ("damaged-code", 9)] {
            let mut edits = vec![3, form + 4, 13, 12, 0, 230, 0, 2, flips];
            edits.extend((0..2 * flips).map(|at| at.wrapping_mul(29)));
            edits.extend([33]);
            edits.extend(b"URNA-P1:0123456789:ABCDEF0123:1");
            save("reader", &format!("seed-{form}-{name}"), &edits)?;
        }
        save("jpeg_reader", &format!("seed-{form}"), &[form, 0x90, 0x12, 1, 0xc0, 0, 3])?;
    }
    for (design, name) in DESIGNS.0.iter().zip(["first", "second", "lying", "narrow"]) {
        save("design", &format!("seed-{name}"), &foreign(design))?;
    }
    for (name, bytes) in photos() {
        save("photo", &format!("seed-{name}"), &bytes)?;
    }
    for (which, bytes) in seals() {
        save("seals", &format!("seed-{which}"), &[&[which], &bytes[..]].concat())?;
    }
    Ok(())
}

/// Every kind of file that `decode` knows, small.
fn images() -> Vec<(String, Vec<u8>)> {
    let page = decode(&scanned(0, Stroke::Cross, 5)).expect("a page");
    let level = |x: u32, y: u32| page.row(300 + y)[440 + x as usize];
    let mut images = Vec::new();
    let colours = [
        (Colour::Grey, [1, 2, 4, 8, 16].as_slice(), "grey"),
        (Colour::Rgb, &[8, 16], "rgb"),
        (Colour::Palette, &[1, 2, 4, 8], "palette"),
        (Colour::GreyAlpha, &[8, 16], "grey-alpha"),
        (Colour::RgbAlpha, &[8, 16], "rgb-alpha"),
    ];
    for (colour, depths, name) in colours {
        for &depth in depths {
            for interlaced in [false, true] {
                let header = Header { width: 110, height: 102, depth, colour, interlaced };
                let name = format!("{name}-{depth}-{interlaced}.png");
                images.push((name, png(header, &[], &level)));
            }
        }
    }
    let grey =
        Header { width: 110, height: 102, depth: 8, colour: Colour::Grey, interlaced: false };
    let profile = [&b"p\0\0"[..], &zlib(&[0; 4_000])].concat();
    let chunks = [
        chunk(*b"iCCP", &profile),
        chunk(*b"gAMA", &45_455_u32.to_be_bytes()),
        chunk(*b"acTL", &[0, 0, 0, 1, 0, 0, 0, 0]),
        chunk(*b"zTXt", &[&b"k\0\0"[..], &zlib(b"text")].concat()),
        chunk(*b"tRNS", &[0, 255]),
    ];
    images.push(("chunks.png".to_owned(), png(grey, &chunks, &level)));
    let pixels: Vec<u8> =
        (0..104).flat_map(|y| (0..112).map(move |x| (x, y))).map(|(x, y)| level(x, y)).collect();
    let coloured: Vec<u8> = pixels.iter().flat_map(|&grey| [grey, 255 - grey, 30]).collect();
    for (name, quality, colour) in [("grey", 60, L8), ("colour", 30, Rgb8), ("fine", 98, L8)] {
        let pixels = if colour == L8 { &pixels } else { &coloured };
        let mut jpeg = Vec::new();
        JpegEncoder::new_with_quality(&mut jpeg, quality)
            .encode(pixels, 112, 104, colour)
            .expect("a picture");
        let exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
        images.push((format!("{name}-exif.jpg"), with_segment(&jpeg, &segment(0xe1, exif))));
        images.push((format!("{name}-restart.jpg"), with_segment(&jpeg, &segment(0xdd, &[0, 1]))));
        images.push((format!("{name}.jpg"), jpeg));
    }
    images
}

/// Codes of several sizes by their modules, and one as a file.
fn photos() -> Vec<(&'static str, Vec<u8>)> {
    let modules = |text: &str| {
        let code = fast_qr::QRBuilder::new(text).build().expect("a code");
        let (side, quiet) = (code.size, 4);
        let columns = side + 2 * quiet;
        let mut bytes = vec![u8::try_from(columns).expect("a small code")];
        for y in 0..columns {
            bytes.extend((0..columns).map(|x| {
                let at = |v: usize| v.checked_sub(quiet).filter(|&v| v < side);
                let dark = at(x).zip(at(y)).is_some_and(|(x, y)| code[y][x].value());
                if dark { 20 } else { 240 }
            }));
        }
        bytes
    };
    let small = modules("URNA1:A");
    let columns = usize::from(small[0]);
    let file = urna_fuzz::small::png(columns as u32, columns as u32, &small[1..]);
    vec![
        ("file", [&[0], &file[..]].concat()),
        ("small", small),
        ("middle", modules(&format!("URNA1/1/2/00000000:{}", "A7".repeat(60)))),
    ]
}

/// A design as it is imported.
fn foreign(design: &urna_core::design::PageDesign) -> Vec<u8> {
    let blank = decode(&design.blank_png).expect("a page");
    let mm = |um: u32| f64::from(um) / 1000.0;
    let px = |um: u32| f64::from(um) * 6.0 / 1000.0;
    let target = |t: &urna_core::design::Target| {
        let (x, y, w, h) = (px(t.area.x), px(t.area.y), px(t.area.w), px(t.area.h));
        serde_json::json!({"contest": t.contest, "option": t.option, "shape": t.shape,
            "x": x, "y": y, "w": w, "h": h})
    };
    let json = serde_json::json!({
        "id": design.id, "exact": true,
        "page_mm": {"width": mm(design.width_um), "height": mm(design.height_um)},
        "blank_px": {"width": blank.width(), "height": blank.height()},
        "contests": [{"id": "contest", "title": "t", "votes_allowed": 1}],
        "targets": design.targets.iter().map(target).collect::<Vec<_>>(),
    })
    .to_string();
    let length = u16::try_from(json.len()).expect("a short text").to_be_bytes();
    [&length[..], json.as_bytes(), &design.blank_png].concat()
}

/// For each parser of the target something that it takes.
fn revocation() -> Revocation {
    Revocation {
        election: "e".into(),
        device: "d".into(),
        fingerprint: Some("A1B2-C3D4-E5F6-0718".to_owned()),
        reason: RevocationReason::Lost,
        since: Some(7),
        made_at: 8,
    }
}

fn seals() -> Vec<(u8, Vec<u8>)> {
    let definition: ElectionDefinition = serde_json::from_str(DEFINITION).expect("a definition");
    let (root, device) = (key(1), key(2));
    let precinct = definition.precincts[0].id.clone();
    let designs = definition.styles.iter().map(|style| urna_core::design::PageDesign {
        style: style.id.clone(),
        targets: Vec::new(),
        blank_png: vec![1, 2, 3],
        ..DESIGNS.0[0].clone()
    });
    let package = Package { definition: definition.clone(), designs: designs.collect() };
    let digest = Digest::of(b"package");
    let enrolment = Enrolment {
        election: definition.id.clone(),
        package: digest,
        device: "d".into(),
        precinct: precinct.clone(),
        device_key: device.public_key().to_sec1(),
    };
    let report = report(&definition, &precinct, digest);
    let sealed_enrolment = enrolment.seal(&root).expect("a seal");
    let sealed = SealedReport::seal(&report, sealed_enrolment, &device).expect("a seal");
    let sealed = sealed.to_bytes().expect("bytes");
    let request = EnrolmentRequest { device_key: device.public_key().to_sec1(), package: digest };
    let style = &definition.styles[0];
    let (vote, style) = (style.vote.clone(), style.id.clone());
    let votes = SheetVotes { vote, style, contests: Vec::new() };
    let record = BallotRecord::new(&definition, &votes, false).expect("a record");
    vec![
        (0, minicbor::to_vec(&package).expect("bytes")),
        (1, minicbor::to_vec(&enrolment).expect("bytes")),
        (2, minicbor::to_vec(&request).expect("bytes")),
        (3, sealed.clone()),
        (4, minicbor::to_vec(&report).expect("bytes")),
        (5, to_qr_texts(&sealed).expect("codes").join("\n").into_bytes()),
        (6, record.to_padded_bytes(&definition).expect("bytes")),
        (7, DEFINITION.as_bytes().to_vec()),
        (17, minicbor::to_vec(revocation()).expect("bytes")),
        (15, format!("{digest}  index.html\n").into_bytes()),
        (8, package.seal(&root).expect("a seal")),
        (9, enrolment.seal(&root).expect("a seal")),
        (10, EnrolmentRequest::seal(digest, &device).expect("a seal")),
    ]
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_random(&[seed; 32]).expect("a key")
}

fn report(
    definition: &ElectionDefinition,
    precinct: &urna_core::PrecinctId,
    package: Digest,
) -> Report {
    let tally = Tally::zero(definition, precinct);
    let turnout = tally.votes.iter();
    let turnout =
        turnout.map(|v| urna_core::report::VoteTurnout { vote: v.vote.clone(), sheets: v.sheets });
    Report {
        version: REPORT_VERSION,
        kind: ReportKind::Final,
        mode: definition.mode,
        election: definition.id.clone(),
        package,
        precinct: precinct.clone(),
        device: "d".into(),
        number: 1,
        issued_at: 1_800_000_000,
        opened_at: None,
        closed_at: None,
        turnout: turnout.collect(),
        tally: Some(tally),
        sensitivity: Some(Sensitivity::default()),
        thresholds: definition.thresholds.clone(),
        incidents: Incidents::default(),
        log_events: 3,
        log_head: Digest::of(b"head"),
        software: "fuzz".to_owned(),
        scanners: None,
        count: None,
        privacy: None,
        build: None,
    }
}
