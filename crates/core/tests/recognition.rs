//! What is no ballot is refused by a stable code, within bounds, and never panics.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    reason = "pixel coordinates of a drawn page"
)]

#[path = "support/form.rs"]
mod form;

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{
    DesignFault, GrayPage, MarkVerdict, PageReading, PreparedDesign, decode, read_page,
};

static FORM: LazyLock<(PageDesign, PreparedDesign)> = LazyLock::new(|| {
    let design = form::form();
    let prepared = PreparedDesign::new(&design).unwrap();
    (design, prepared)
});

fn read_pixels(page: &GrayPage) -> Result<PageReading, &'static str> {
    read_page(page, std::slice::from_ref(&FORM.1), &Thresholds::default()).map_err(|r| r.code())
}

fn read(bytes: &[u8]) -> Result<PageReading, &'static str> {
    decode(bytes).map_err(|refusal| refusal.code()).and_then(|page| read_pixels(&page))
}

fn code(bytes: &[u8]) -> &'static str {
    read(bytes).expect_err("a refusal")
}

/// Options with this verdict, by their place on the form.
fn with(reading: &PageReading, verdict: MarkVerdict) -> BTreeSet<usize> {
    let targets = reading.targets.iter().enumerate();
    targets.filter(|(_, target)| target.verdict == verdict).map(|(at, _)| at).collect()
}

const MARKED: [usize; 4] = [0, 3, 4, 9];

fn jpeg(seed: u64) -> Vec<u8> {
    let marks = form::marks(&FORM.0, &MARKED, Stroke::Cross);
    sample_page(&FORM.0, &Sample { marks, upside_down: false, seed }).unwrap()
}

fn page(level: impl Fn(u32, u32) -> u8) -> GrayPage {
    let (width, height) = (1_654, 2_339);
    let pixels = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    GrayPage::new(width, height, pixels.map(|(x, y)| level(x, y)).collect()).unwrap()
}

/// A grey level that has nothing to do with its neighbour's.
fn noise(x: u32, y: u32) -> u8 {
    let mixed = (x ^ y.rotate_left(16)).wrapping_mul(0x9e37_79b1);
    (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca77).to_be_bytes()[0]
}

#[test]
fn the_form_itself_is_read() {
    for upside_down in [false, true] {
        let marks = form::marks(&FORM.0, &MARKED, Stroke::Tick);
        let bytes = sample_page(&FORM.0, &Sample { marks, upside_down, seed: 5 }).unwrap();
        let reading = read(&bytes).unwrap();
        assert_eq!(with(&reading, MarkVerdict::Marked), MARKED.into());
        assert_eq!(with(&reading, MarkVerdict::Marginal), BTreeSet::new());
        assert_eq!(reading.rotation_deg, if upside_down { 180 } else { 0 });
    }
}

#[test]
fn bytes_that_are_no_image_are_refused() {
    let noise: Vec<u8> = (0..50_000).map(|at| noise(at, 3)).collect();
    for bytes in
        [&b""[..], b"\xff", b"A list of voters.\n", b"\xff\xd8\xff\xe0", b"\x89PNG", &noise]
    {
        assert_eq!(code(bytes), "not_an_image");
    }
}

#[test]
fn an_image_that_ends_early_is_refused() {
    let png = &FORM.0.blank_png;
    let jpeg = jpeg(1);
    for share in [1, 10, 30, 50, 70, 90, 97] {
        assert_eq!(code(&png[..png.len() * share / 100]), "not_an_image", "{share} % of a PNG");
        assert_eq!(code(&jpeg[..jpeg.len() * share / 100]), "not_an_image", "{share} % of a JPEG");
    }
}

#[test]
fn sizes_are_judged_before_pixels_are_decoded() {
    assert_eq!(code(&form::png(1, 1, &[255])), "too_small");
    let mut png = form::png(200, 200, &[255; 200 * 200]);
    // Width and height of the PNG header, and its checksum.
    for side in [16_001_u32, 60_000, 1 << 20] {
        png[16..20].copy_from_slice(&side.to_be_bytes());
        png[20..24].copy_from_slice(&side.to_be_bytes());
        let sum = crc32(&png[12..29]);
        png[29..33].copy_from_slice(&sum.to_be_bytes());
        let start = Instant::now();
        assert_eq!(code(&png), "too_large", "{side}");
        assert!(start.elapsed() < Duration::from_secs(1));
    }
    let mut jpeg = jpeg(1);
    let frame = jpeg.windows(2).position(|w| w == [0xff, 0xc0]).expect("a frame header");
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff; 4]);
    let start = Instant::now();
    assert_eq!(code(&jpeg), "too_large");
    assert!(start.elapsed() < Duration::from_secs(1));
    assert_eq!(code(&vec![0; (64 << 20) + 1]), "too_large");
}

/// The checksum of PNG (ISO/IEC 15948, annex D), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[test]
fn a_sheet_without_print_is_blank() {
    assert_eq!(read_pixels(&page(|_, _| 255)).unwrap_err(), "blank");
    assert_eq!(read_pixels(&page(|_, _| 0)).unwrap_err(), "blank");
    assert_eq!(read_pixels(&page(|x, y| 240 + noise(x, y) % 8)).unwrap_err(), "blank");
}

#[test]
fn another_picture_is_no_ballot() {
    assert_eq!(read_pixels(&page(noise)).unwrap_err(), "not_a_ballot");
    // Soft shapes of all sizes with grain, as in a photo of anything.
    let photo = page(|x, y| {
        let wave = |a: u32, b: u32, c: u32| ((x * a + y * b) % c).abs_diff(c / 2) * 160 / c;
        let level =
            wave(3, 5, 4_001) + wave(7, 2, 911) + wave(1, 9, 307) + u32::from(noise(x, y) / 16);
        u8::try_from(level.min(255)).unwrap()
    });
    let refusal = read_pixels(&photo).unwrap_err();
    assert!(["not_a_ballot", "too_blurred"].contains(&refusal), "{refusal}");
    // A page of text in the same columns, with other words.
    let text = page(|x, y| {
        let is_line = y % 54 < 24 && (120..1_250).contains(&x);
        if is_line && noise(x / 13, y / 54) > 120 { 20 } else { 250 }
    });
    let refusal = read_pixels(&text).unwrap_err();
    assert!(["not_a_ballot", "coverage_too_small"].contains(&refusal), "{refusal}");
}

#[test]
fn strips_and_single_rows_do_not_panic() {
    for (width, height) in [(1, 1), (1, 4_000), (4_000, 1), (3, 3), (100, 4_000), (61, 61)] {
        let strip = GrayPage::filled(width, height, 200);
        assert!(read_pixels(&strip).is_err(), "{width} × {height}");
    }
}

#[test]
fn a_page_with_its_targets_covered_is_not_guessed() {
    let page = decode(&jpeg(2)).unwrap();
    // A note of white paper over the column of squares.
    let mut covered = page.clone();
    let width = page.width() as usize;
    for row in covered.pixels_mut().chunks_exact_mut(width) {
        row[1_350..1_550].fill(235);
    }
    assert_eq!(read_pixels(&covered).unwrap_err(), "part_missing");
    // Half the page folded away.
    let mut folded = page;
    let half = folded.pixels().len() / 2;
    folded.pixels_mut()[half..].fill(235);
    assert_eq!(read_pixels(&folded).unwrap_err(), "part_missing");
}

/// The page laid onto a dark background, 20 pixels from its left and upper edges.
fn on_dark(page: &GrayPage, width: u32, height: u32) -> GrayPage {
    let mut scan = GrayPage::filled(width, height, 25);
    for y in 0..page.height().min(height - 20) {
        let start = (y + 20) as usize * width as usize + 20;
        let row = &page.row(y)[..page.width().min(width - 20) as usize];
        scan.pixels_mut()[start..start + row.len()].copy_from_slice(row);
    }
    scan
}

#[test]
fn a_sheet_whose_lower_right_corner_is_cut_off_is_cancelled() {
    let page = decode(&jpeg(6)).unwrap();
    let whole = on_dark(&page, 1_700, 2_380);
    assert_eq!(with(&whole_reading(&whole), MarkVerdict::Marked), MARKED.into());
    let cut = |corner: (u32, u32), legs: u32| {
        let mut scan = whole.clone();
        for y in 0..scan.height() {
            for x in 0..scan.width() {
                if x.abs_diff(corner.0) + y.abs_diff(corner.1) < legs {
                    scan.pixels_mut()[(y * 1_700 + x) as usize] = 25;
                }
            }
        }
        scan
    };
    let (right, bottom) = (20 + page.width(), 20 + page.height());
    // 16 mm and 30 mm; upside down it is the upper left corner of the scan.
    for legs in [126, 236] {
        let cut_off = cut((right, bottom), legs);
        assert_eq!(read_pixels(&cut_off).unwrap_err(), "cancelled", "{legs}");
        assert_eq!(read_pixels(&cut_off.turned_180()).unwrap_err(), "cancelled", "{legs}");
        assert_eq!(read_pixels(&cut_off.turned_90()).unwrap_err(), "cancelled", "{legs}");
    }
    // Another corner, and a dog-ear of 5 mm.
    for (corner, legs) in [((20, bottom), 126), ((20, 20), 126), ((right, bottom), 40)] {
        let reading = whole_reading(&cut(corner, legs));
        assert_eq!(with(&reading, MarkVerdict::Marked), MARKED.into(), "{corner:?}");
    }
}

fn whole_reading(page: &GrayPage) -> PageReading {
    read_pixels(page).unwrap_or_else(|code| panic!("refused: {code}"))
}

#[test]
fn two_sheets_at_once_are_refused() {
    let page = decode(&jpeg(7)).unwrap();
    let (width, height) = (page.width(), page.height());
    // The second one follows 50 mm behind, and shows what is printed at its end.
    let behind = 394;
    let both = |x: u32, y: u32| {
        let (over, under) = (page.row(y), page.row(y.saturating_sub(behind)));
        if y < height { over[x as usize] } else { under[x as usize] }
    };
    let pixels = (0..height + behind).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels = pixels.map(|(x, y)| both(x, y)).collect();
    let scan = GrayPage::new(width, height + behind, pixels).unwrap();
    assert_eq!(read_pixels(&scan).unwrap_err(), "two_sheets");
    // Without any print on the second one its length tells, before a dark background.
    let pixels = (0..height + behind).flat_map(|y| (0..width).map(move |x| (x, y)));
    let pixels = pixels.map(|(x, y)| if y < height { both(x, y) } else { 240 }).collect();
    let blank_behind = GrayPage::new(width, height + behind, pixels).unwrap();
    let scan = on_dark(&blank_behind, width + 60, height + behind + 60);
    assert_eq!(read_pixels(&scan).unwrap_err(), "two_sheets");
}

/// Mean over a box, three times: nearly a Gaussian.
fn blurred(page: &GrayPage, reach: i32) -> GrayPage {
    let mut soft = page.clone();
    for _ in 0..3 {
        for is_across in [true, false] {
            let from = soft.clone();
            let (width, height) = (from.width() as i32, from.height() as i32);
            let side = 2 * reach + 1;
            for y in 0..height {
                for x in 0..width {
                    let at = |off: i32| {
                        let (x, y) = if is_across { (x + off, y) } else { (x, y + off) };
                        let (x, y) = (x.clamp(0, width - 1), y.clamp(0, height - 1));
                        i32::from(from.pixels()[(y * width + x) as usize])
                    };
                    let mean = (-reach..=reach).map(at).sum::<i32>() / side;
                    soft.pixels_mut()[(y * width + x) as usize] = u8::try_from(mean).unwrap();
                }
            }
        }
    }
    soft
}

#[test]
fn a_blurred_page_is_read_right_or_refused_as_blurred() {
    let page = decode(&jpeg(8)).unwrap();
    let mut refused = 0;
    for reach in 1..=8 {
        match read_pixels(&blurred(&page, reach)) {
            Ok(reading) => {
                assert_eq!(refused, 0, "a sharper page was refused");
                assert_eq!(with(&reading, MarkVerdict::Marked), MARKED.into(), "{reach}");
            }
            Err(code) => {
                assert_eq!(code, "too_blurred", "{reach}");
                refused += 1;
            }
        }
    }
    assert!(refused > 0);
}

#[test]
fn a_design_that_can_not_be_read_with_is_refused() {
    let design = form::form();
    let fault = |design: &PageDesign| PreparedDesign::new(design).err().unwrap();
    let broken = PageDesign { blank_png: b"no picture".to_vec(), ..design.clone() };
    assert!(matches!(fault(&broken), DesignFault::Blank(_)));
    let tiny = PageDesign { width_um: 10, ..design.clone() };
    assert_eq!(fault(&tiny), DesignFault::Size);
    let white = form::png(827, 1_170, &[255; 827 * 1_170]);
    let empty = PageDesign { blank_png: white, ..design.clone() };
    assert!(matches!(fault(&empty), DesignFault::Featureless { .. }));
    for x in [209_000, 4_000_000, u32::MAX] {
        let mut beside = design.clone();
        beside.targets[0].area.x = x;
        assert!(matches!(fault(&beside), DesignFault::Target { .. }), "{x}");
    }
}

/// A JPEG has no checksum, so damage can leave a picture and even paint a mark. What protects is the
/// checksum of the wire; but where the damage shows, the page must be refused or the mark be marginal.
#[test]
fn a_damaged_jpeg_hardly_ever_becomes_a_wrong_vote() {
    let whole = jpeg(3);
    let headers = whole.windows(2).position(|w| w == [0xff, 0xda]).expect("a scan header");
    let (mut refused, mut right, mut wrong) = (0, 0, 0);
    for case in 0..400 {
        let random = |salt| usize::from(noise(case, salt));
        let place = (random(1) << 16 | random(2) << 8 | random(9)) % (whole.len() - headers);
        let mut bytes = whole.clone();
        bytes[headers + place] ^= noise(case, 5) | 1;
        match read(&bytes) {
            Err(_) => refused += 1,
            Ok(reading) if with(&reading, MarkVerdict::Marked) == MARKED.into() => right += 1,
            Ok(reading) => {
                let (marked, unmarked) = (MarkVerdict::Marked, MarkVerdict::Unmarked);
                let is_added = with(&reading, marked).iter().any(|at| !MARKED.contains(at));
                let is_lost = with(&reading, unmarked).iter().any(|at| MARKED.contains(at));
                wrong += i32::from(is_added || is_lost);
            }
        }
    }
    assert!(refused > 0 && right > 0, "{refused} refused, {right} right");
    assert_eq!(wrong, 0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() })]

    #[test]
    fn random_bytes_after_an_image_header_never_panic(
        tail in proptest::collection::vec(any::<u8>(), 0..3_000),
        is_png in any::<bool>(),
    ) {
        let mut bytes = if is_png { FORM.0.blank_png[..60].to_vec() } else { jpeg(4)[..700].to_vec() };
        bytes.extend(tail);
        prop_assert!(read(&bytes).is_err());
    }
}
