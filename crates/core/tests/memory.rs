//! How much memory hostile and large files can take: promises of `decode` and of reading, measured at the
//! allocator.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::cast_possible_truncation, reason = "grey levels of a palette")]

#[path = "support/files.rs"]
#[allow(dead_code, reason = "other kinds of files are for other tests")]
mod files;
#[path = "support/small.rs"]
mod small;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use files::{Colour, Header, chunk, png, png_start, zlib};
use image::ExtendedColorType::{L8, Rgb8};
use image::codecs::jpeg::JpegEncoder;
use peak_alloc::PeakAlloc;
use urna_core::definition::Thresholds;
use urna_core::recognition::{GrayPage, PreparedDesign, decode, read_page};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Side of the largest square picture that is decoded.
const SIDE: u32 = 8_944;
const PIXELS: usize = SIDE as usize * SIDE as usize;
const MB: usize = 1 << 20;
/// What decoding takes beside the pixels: rows, tables and the inflater's window.
const BESIDE_PIXELS: usize = 6 * MB;
/// What a file takes that is refused by its headers.
const REFUSED: usize = MB;
/// What reading takes beside the page, for each paper width among the designs.
const READING: usize = 40 * MB;

/// Holds the other tests back, whose own files would be counted too.
fn alone() -> MutexGuard<'static, ()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The most that was allocated at one time while `work` ran, beside what was there before.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let done = work();
    (done, ALLOCATOR.peak_usage().saturating_sub(before))
}

fn header(side: u32, depth: u8, colour: Colour, interlaced: bool) -> Header {
    Header { width: side, height: side, depth, colour, interlaced }
}

/// Code of the refusal, with its memory and time.
fn refused(name: &str, file: &[u8]) -> (&'static str, usize) {
    let start = Instant::now();
    let (page, peak) = peak(|| decode(file));
    assert!(start.elapsed() < Duration::from_secs(10), "{name} took {:?}", start.elapsed());
    (page.expect_err(name).code(), peak)
}

fn jpeg_of(name: &str, width: u16, height: u16) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name);
    let mut file = std::fs::read(path).unwrap();
    let is_frame = |pair: &[u8]| pair == [0xff, 0xc0] || pair == [0xff, 0xc2];
    let frame = file.windows(2).position(is_frame).expect("a frame header");
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

#[test]
fn what_is_refused_by_its_headers_takes_next_to_nothing() {
    let _alone = alone();
    let empty = |header| {
        let parts = [png_start(header), chunk(*b"IDAT", &zlib(&[0; 1_000])), chunk(*b"IEND", &[])];
        parts.concat()
    };
    for side in [SIDE + 1, 16_001, 60_000, 1 << 30] {
        let file = empty(header(side, 16, Colour::RgbAlpha, true));
        let (code, peak) = refused("a PNG's claim", &file);
        assert!(["too_large", "not_an_image"].contains(&code), "{code}");
        assert!(peak < REFUSED, "{side}: {peak}");
    }
    for name in ["progressive.jpg", "cmyk.jpg", "colour-420-restart.jpg"] {
        for (width, height) in [(u16::MAX, u16::MAX), (16_000, 16_000), (9_000, 9_000)] {
            let (code, peak) = refused(name, &jpeg_of(name, width, height));
            assert_eq!(code, "too_large", "{name}");
            assert!(peak < REFUSED, "{name}: {peak}");
        }
    }
    // All coefficients at once would take 480 MB.
    let (code, peak) = refused("progressive", &jpeg_of("progressive.jpg", 8_944, 8_944));
    assert_eq!(code, "not_an_image");
    assert!(peak < REFUSED, "{peak}");
}

/// A few bytes that say they are 80 million pixels of 8 bytes.
#[test]
fn a_picture_without_its_pixels_takes_no_more_than_these_would() {
    let _alone = alone();
    for colour in [Colour::Grey, Colour::RgbAlpha] {
        for interlaced in [false, true] {
            let start = png_start(header(SIDE, 16, colour, interlaced));
            let rest = [chunk(*b"IDAT", &zlib(&[0; 1_000])), chunk(*b"IEND", &[])];
            let (code, peak) = refused("no pixels", &[start, rest.concat()].concat());
            assert_eq!(code, "not_an_image");
            assert!(peak < PIXELS + BESIDE_PIXELS, "{peak}");
        }
    }
    for name in ["cmyk.jpg", "colour-420-restart.jpg"] {
        let (code, peak) = refused(name, &jpeg_of(name, 8_944, 8_944));
        assert_eq!(code, "not_an_image");
        assert!(peak < PIXELS + BESIDE_PIXELS, "{name}: {peak}");
    }
}

/// Chunks beside the pixels that unpack to far more than they are.
#[test]
fn bombs_beside_the_pixels_are_not_unpacked() {
    let _alone = alone();
    let zeros = zlib(&vec![0; 200 * MB]);
    let packed = [&b"p\0\0"[..], &zeros].concat();
    let international = [&b"k\0\x01\0\0\0"[..], &zeros].concat();
    for (name, data) in [(*b"iCCP", &packed), (*b"zTXt", &packed), (*b"iTXt", &international)] {
        let chunks = vec![chunk(name, data); 3];
        let file = png(header(200, 8, Colour::Grey, false), &chunks, &|_, _| 200);
        let (page, peak) = peak(|| decode(&file));
        assert!(page.is_ok(), "{}", String::from_utf8_lossy(&name));
        assert!(peak < BESIDE_PIXELS, "{}: {peak}", String::from_utf8_lossy(&name));
    }
    // More pixels than there is room for.
    let more = [png_start(header(200, 8, Colour::Grey, false)), chunk(*b"IDAT", &zeros)].concat();
    let file = [more, chunk(*b"IEND", &[])].concat();
    let start = Instant::now();
    let (_, peak) = peak(|| decode(&file));
    assert!(peak < BESIDE_PIXELS, "{peak}");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn the_largest_pictures_take_their_pixels_and_little_more() {
    let _alone = alone();
    let level = |x: u32, y: u32| if (x ^ y) & 1_024 == 0 { 250 } else { 30 };
    let kinds = [(16, Colour::RgbAlpha, true), (1, Colour::Palette, false)];
    for (depth, colour, interlaced) in kinds {
        let file = png(header(SIDE, depth, colour, interlaced), &[], &level);
        let (page, peak) = peak(|| decode(&file).unwrap());
        assert_eq!(page.pixels().len(), PIXELS);
        assert!(peak < PIXELS + BESIDE_PIXELS, "{peak}");
    }
    for (colour, samples) in [(L8, 1), (Rgb8, 3)] {
        let mut file = Vec::new();
        let side = u16::try_from(SIDE).unwrap().into();
        let pixels = vec![200; PIXELS * samples];
        JpegEncoder::new_with_quality(&mut file, 80).encode(&pixels, side, side, colour).unwrap();
        drop(pixels);
        let (page, peak) = peak(|| decode(&file).unwrap());
        assert_eq!(page.pixels().len(), PIXELS);
        assert!(peak < PIXELS + BESIDE_PIXELS, "{peak}");
    }
}

/// Blank pages of 80 million pixels, of which one is on the list of designs and one is not.
#[test]
fn reading_the_largest_page_takes_a_bound_share_of_it() {
    let _alone = alone();
    let designs: Vec<_> = small::FORMS.iter().map(small::design).collect();
    let prepared: Vec<_> = designs.iter().map(|d| PreparedDesign::new(d).unwrap()).collect();
    // Three paper widths: two forms have the same.
    for (count, widths) in [(1, 1), (2, 1), (4, 3)] {
        for (at, read) in [(0, true), (3, count == 4)] {
            let blank = decode(&designs[at].blank_png).unwrap();
            let page = enlarged(&blank);
            let reading =
                peak(|| read_page(&page, &prepared[..count], &Thresholds::default()).is_ok());
            assert_eq!(reading.0, read, "{at} of {count}");
            assert!(reading.1 < widths * READING, "{at} of {count}: {}", reading.1);
        }
    }
}

fn enlarged(page: &GrayPage) -> GrayPage {
    let times = (80_000_000 / (page.width() * page.height())).isqrt();
    let (width, height) = (page.width() * times, page.height() * times);
    let rows = (0..height).map(|y| page.row(y / times));
    let pixels =
        rows.flat_map(|row| row.iter().flat_map(|&l| std::iter::repeat_n(l, times as usize)));
    GrayPage::new(width, height, pixels.collect()).unwrap()
}
