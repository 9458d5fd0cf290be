//! Unusual image files: each is read right or refused by name, and none is misread.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::cast_possible_truncation, reason = "grey levels of a palette")]

#[path = "support/files.rs"]
mod files;
#[path = "support/small.rs"]
mod small;

use std::path::Path;
use std::sync::LazyLock;

use files::{Colour, Header, chunk, png, png_start, segment, with_segment, zlib};
use urna_core::ballot::{Mark, Sample, Stroke, sample_page};
use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{GrayPage, MarkVerdict, PreparedDesign, decode, read_page};

static FORM: LazyLock<(PageDesign, PreparedDesign)> = LazyLock::new(|| {
    let design = small::design(&small::FORMS[0]);
    let prepared = PreparedDesign::new(&design).unwrap();
    (design, prepared)
});

/// Every second option, as it is marked in `tests/files` too.
static MARKED: LazyLock<Vec<usize>> =
    LazyLock::new(|| (0..FORM.0.targets.len()).step_by(2).collect());

/// A scanner's JPEG with these options marked.
fn scanned(options: &[usize]) -> Vec<u8> {
    let marks = options.iter().map(|&at| &FORM.0.targets[at]).map(|target| Mark {
        contest: target.contest.clone(),
        option: target.option.clone(),
        stroke: Stroke::Cross,
    });
    let sample = Sample { marks: marks.collect(), upside_down: false, seed: 5 };
    sample_page(&FORM.0, &sample).unwrap()
}

/// The options that are read as marked, or the code of the refusal; nothing may be marginal.
fn marks(file: &[u8]) -> Result<Vec<usize>, &'static str> {
    let read =
        |page: GrayPage| read_page(&page, std::slice::from_ref(&FORM.1), &Thresholds::default());
    let reading = decode(file).and_then(read).map_err(|refusal| refusal.code())?;
    let with = |verdict| {
        let targets = reading.targets.iter().enumerate();
        targets.filter(|(_, t)| t.verdict == verdict).map(|(at, _)| at).collect::<Vec<_>>()
    };
    assert!(with(MarkVerdict::Marginal).is_empty());
    Ok(with(MarkVerdict::Marked))
}

fn file(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)).unwrap()
}

fn page_png(colour: Colour, depth: u8, interlaced: bool, chunks: &[Vec<u8>]) -> Vec<u8> {
    let page = decode(&scanned(&MARKED)).unwrap();
    let (width, height) = (page.width(), page.height());
    let header = Header { width, height, depth, colour, interlaced };
    png(header, chunks, &|x, y| page.row(y)[x as usize])
}

#[test]
fn a_png_is_read_in_every_depth_and_colour_interlaced_or_not() {
    let kinds = [
        (Colour::Grey, [1, 2, 4, 8, 16].as_slice()),
        (Colour::Rgb, &[8, 16]),
        (Colour::Palette, &[1, 2, 4, 8]),
        (Colour::GreyAlpha, &[8, 16]),
        (Colour::RgbAlpha, &[8, 16]),
    ];
    for (colour, depths) in kinds {
        for &depth in depths {
            for interlaced in [false, true] {
                let read = marks(&page_png(colour, depth, interlaced, &[]));
                assert_eq!(read, Ok(MARKED.clone()), "{} {depth} {interlaced}", colour as u8);
            }
        }
    }
}

/// An animation shows its first picture to whoever knows nothing of animations.
#[test]
fn of_an_animated_png_the_still_picture_is_read() {
    let page = decode(&scanned(&MARKED)).unwrap();
    let other = decode(&scanned(&[1])).unwrap();
    let (width, height) = (page.width(), page.height());
    let header = Header { width, height, depth: 8, colour: Colour::Grey, interlaced: false };
    let frame = |number: u32| {
        let fields = [number, width, height, 0, 0].map(u32::to_be_bytes).concat();
        chunk(*b"fcTL", &[&fields[..], &[0, 1, 0, 1, 0, 0]].concat())
    };
    let pixels = |page: &GrayPage| {
        let rows = (0..height).flat_map(|y| [&[0], page.row(y)].concat());
        zlib(&rows.collect::<Vec<u8>>())
    };
    let animated = [
        png_start(header),
        chunk(*b"acTL", &[2_u32, 0].map(u32::to_be_bytes).concat()),
        frame(0),
        chunk(*b"IDAT", &pixels(&page)),
        frame(1),
        chunk(*b"fdAT", &[&2_u32.to_be_bytes()[..], &pixels(&other)].concat()),
        chunk(*b"IEND", &[]),
    ];
    assert_eq!(marks(&animated.concat()), Ok(MARKED.clone()));
}

/// Grey that is seen through nothing: the colour below is what was scanned.
#[test]
fn transparency_hides_no_mark() {
    let page = decode(&scanned(&MARKED)).unwrap();
    let (width, height) = (page.width(), page.height());
    let header = Header { width, height, depth: 8, colour: Colour::GreyAlpha, interlaced: false };
    let rows = (0..height).map(|y| page.row(y).iter().flat_map(|&level| [level, 0]));
    let rows = rows.flat_map(|row| std::iter::once(0).chain(row)).collect::<Vec<u8>>();
    let idat = chunk(*b"IDAT", &zlib(&rows));
    let file = [png_start(header), idat, chunk(*b"IEND", &[])].concat();
    assert_eq!(marks(&file), Ok(MARKED.clone()));
}

#[test]
fn jpegs_of_other_kinds_are_read_or_refused() {
    assert_eq!(marks(&file("colour-420-restart.jpg")), Ok(MARKED.clone()));
    // A progressive one may lack the scans that refine it, and inks on a screen are not light. No
    // scanner sends either.
    for name in ["progressive.jpg", "cmyk.jpg"] {
        assert_eq!(marks(&file(name)), Err("not_an_image"), "{name}");
    }
    // Its first scan alone is a whole picture to a decoder, of blocks of one level.
    let progressive = file("progressive.jpg");
    let first = progressive.windows(2).position(|pair| pair == [0xff, 0xda]).expect("a scan") + 2;
    let next = progressive[first..].windows(2).position(|pair| pair == [0xff, 0xc4]).expect("more");
    let coarse = [&progressive[..first + next], &[0xff, 0xd9]].concat();
    assert_eq!(decode(&coarse).map_err(|refusal| refusal.code()), Err("not_an_image"));
}

/// The decoder goes on with zeros after any marker: grey where the page was.
#[test]
fn a_jpeg_whose_data_end_before_its_picture_is_refused() {
    for whole in [scanned(&MARKED), file("colour-420-restart.jpg")] {
        assert_eq!(marks(&whole), Ok(MARKED.clone()));
        let scan = whole.windows(2).position(|pair| pair == [0xff, 0xda]).expect("a scan") + 12;
        let length = whole.len() - scan;
        for share in (1..64).map(|part| scan + length * part / 64).chain([whole.len() - 40]) {
            let mut cut = whole[..share].to_vec();
            cut.truncate(cut.len() - usize::from(cut.ends_with(&[0xff])));
            cut.extend([0xff, 0xd9]);
            assert_eq!(marks(&cut), Err("not_an_image"), "{share} of {}", whole.len());
            // The same in the middle: an end, a restart, a scan that nothing announced.
            for marker in [0xd9, 0xd0, 0xd3, 0xda, 0xc4, 0xfe] {
                let mut broken = whole.clone();
                broken[share] = 0xff;
                broken[share + 1] = marker;
                assert_eq!(marks(&broken), Err("not_an_image"), "{marker:x} at {share}");
            }
        }
    }
}

#[test]
fn a_jpeg_without_some_of_its_restarts_is_refused() {
    let whole = file("colour-420-restart.jpg");
    let restarts: Vec<usize> = (0..whole.len() - 1)
        .filter(|&at| whole[at] == 0xff && (0xd0..=0xd7).contains(&whole[at + 1]))
        .collect();
    assert!(restarts.len() > 100);
    for pair in restarts.windows(9).step_by(40) {
        // Eight intervals, so that the numbers still follow each other.
        let without = [&whole[..pair[0]], &whole[pair[8]..]].concat();
        assert_eq!(marks(&without), Err("not_an_image"));
        let mut other = whole.clone();
        other[pair[0] + 1] ^= 1;
        assert_eq!(marks(&other), Err("not_an_image"));
    }
}

#[test]
fn an_exif_orientation_does_not_matter() {
    for orientation in 0..=9 {
        let mut exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
        exif.extend([orientation, 0, 0, 0, 0, 0, 0]);
        let turned = with_segment(&scanned(&MARKED), &segment(0xe1, &exif));
        assert_eq!(marks(&turned), Ok(MARKED.clone()), "{orientation}");
    }
}

#[test]
fn a_restart_interval_that_is_a_lie_is_refused() {
    let whole = scanned(&MARKED);
    for interval in [1_u16, 2, 7, 1_000] {
        let lie = with_segment(&whole, &segment(0xdd, &interval.to_be_bytes()));
        assert_eq!(marks(&lie), Err("not_an_image"), "{interval}");
    }
    // None, and one that is never reached.
    for interval in [0, u16::MAX] {
        let harmless = with_segment(&whole, &segment(0xdd, &interval.to_be_bytes()));
        assert_eq!(marks(&harmless), Ok(MARKED.clone()), "{interval}");
    }
}

#[test]
fn absurd_quantisation_is_refused_or_read_right() {
    let whole = scanned(&MARKED);
    let table = whole.windows(2).position(|pair| pair == [0xff, 0xdb]).expect("a table") + 5;
    for value in [0, 1, 2, 50, 255] {
        let mut absurd = whole.clone();
        absurd[table..table + 64].fill(value);
        match marks(&absurd) {
            Ok(read) => assert_eq!(read, *MARKED, "{value}"),
            Err(code) => assert_ne!(code, "", "{value}"),
        }
    }
}

#[test]
fn what_follows_the_end_of_a_picture_is_no_part_of_it() {
    let whole = page_png(Colour::Grey, 8, false, &[]);
    let more = [&whole[..], &whole[..]].concat();
    assert_eq!(marks(&more), Ok(MARKED.clone()));
    let jpeg = scanned(&MARKED);
    let more = [&jpeg[..], b"more"].concat();
    assert_eq!(marks(&more), Err("not_an_image"));
}

#[test]
fn a_grey_pgm_is_read_and_what_is_not_quite_one_is_refused() {
    let page = decode(&page_png(Colour::Grey, 8, false, &[])).unwrap();
    let (width, height) = (page.width(), page.height());
    let pgm = |head: &str| [head.as_bytes(), page.pixels()].concat();
    let size = format!("{width} {height}");
    for head in [format!("P5\n{size}\n255\n"), format!("P5\n {width:5}  {height:5}\n255\n")] {
        assert_eq!(decode(&pgm(&head)).unwrap(), page);
    }
    // Neither another size than the pixels have, nor another depth, nor a head that can be read in two ways.
    for head in [
        format!("P5\n{width} {}\n255\n", height - 1),
        format!("P5\n{width} {}\n255\n", height + 1),
        format!("P5\n{width} 18446744073709551616\n255\n"),
        format!("P5\n{size}\n65535\n"),
        format!("P5\n{size}\n254\n"),
        format!("P5\n{size}\n"),
        format!("P5\n{size}\n255"),
        format!("P5{size}\n255\n"),
        format!("P5\n# a remark\n{size}\n255\n"),
        format!("P5\n-{size}\n255\n"),
        format!("P5\n{}{size}\n255\n", " ".repeat(17)),
        format!("P2\n{size}\n255\n"),
    ] {
        assert_eq!(marks(&pgm(&head)), Err("not_an_image"), "{head:?}");
    }
    for cut in [0, 1, 2, 3, 10, 19] {
        let whole = pgm(&format!("P5\n{size}\n255\n"));
        assert_eq!(marks(&whole[..cut]), Err("not_an_image"), "{cut}");
    }
    assert_eq!(marks(b"P5\n16001 16001\n255\n"), Err("too_large"));
    assert_eq!(marks(b"P5\n99 200\n255\n"), Err("too_small"));
}
