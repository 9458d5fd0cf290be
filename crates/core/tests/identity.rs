//! Which page it is: by the code that is printed on it, by its print, or a refusal that says why not.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixel coordinates of a drawn page"
)]

#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other forms are for other tests")]
mod form;

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use urna_core::PageCode;
use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{
    GrayPage, MarkVerdict, PageReading, PreparedDesign, Refusal, decode, read_page,
};

/// A design with its name, and the options of its squares named after it: two of them are never the same
/// to a voter, whatever they look like.
fn named(design: PageDesign, name: &str) -> PageDesign {
    let id = format!("{name}-p1");
    let mut design = PageDesign { id: id.as_str().into(), style: name.into(), ..design };
    for target in &mut design.targets {
        target.option = format!("{name}-{}", target.option).as_str().into();
    }
    design
}

fn own_code(election: &str, style: &str, page: u16) -> String {
    PageCode::new(&election.into(), &style.into(), page).to_string()
}

/// The form as a ballot of our own: its name is in its code.
fn own(design: PageDesign, name: &str) -> PageDesign {
    form::with_code(named(design, name), &own_code("our-election", name, 1))
}

fn prepared(designs: &[PageDesign]) -> Vec<PreparedDesign> {
    designs.iter().map(|design| PreparedDesign::new(design).unwrap()).collect()
}

fn scanned(design: &PageDesign, seed: u64) -> GrayPage {
    let marks = form::marks(design, &MARKED, Stroke::Cross);
    let sample = Sample { marks, upside_down: seed % 2 == 1, seed };
    decode(&sample_page(design, &sample).unwrap()).unwrap()
}

const MARKED: [usize; 2] = [2, 7];

fn read(page: &GrayPage, designs: &[PreparedDesign]) -> Result<PageReading, Refusal> {
    let reading = read_page(page, designs, &Thresholds::default())?;
    let targets = reading.targets.iter().enumerate();
    let marked = targets.filter(|(_, target)| target.verdict == MarkVerdict::Marked);
    assert_eq!(marked.map(|(at, _)| at).collect::<BTreeSet<_>>(), MARKED.into());
    Ok(reading)
}

fn code(page: &GrayPage, designs: &[PreparedDesign]) -> &'static str {
    read(page, designs).expect_err("a refusal").code()
}

/// The blank page with ink over the share of its code, from the left.
fn smudged(design: &PageDesign, percent: u32) -> PageDesign {
    let mut blank = decode(&design.blank_png).unwrap();
    let (left, top, side) = form::CODE;
    let width = blank.width();
    for y in top - 8..top + side + 8 {
        let start = (y * width + left - 8) as usize;
        blank.pixels_mut()[start..start + (side * percent / 100 + 8) as usize].fill(60);
    }
    let png = form::png(width, blank.height(), blank.pixels());
    PageDesign { blank_png: png, ..design.clone() }
}

#[test]
fn the_code_tells_pages_apart_that_look_the_same() {
    let designs = ["north", "south", "east"].map(|name| own(form::form(), name));
    let ready = prepared(&designs);
    for (at, design) in designs.iter().enumerate() {
        for seed in [1, 2, 3, 4] {
            let reading = read(&scanned(design, 10 * at as u64 + seed), &ready).unwrap();
            assert_eq!(reading.design, design.id, "{seed}");
        }
    }
}

/// Codes of other people say nothing that we understand; they are told apart all the same.
#[test]
fn a_foreign_code_tells_pages_apart_that_look_the_same() {
    let coded = |name: &str| form::with_code(named(form::form(), name), &format!("ballot {name}"));
    let designs = ["north", "south"].map(coded);
    let ready = prepared(&designs);
    for (design, seed) in [(&designs[0], 1), (&designs[0], 2), (&designs[1], 3), (&designs[1], 4)] {
        assert_eq!(read(&scanned(design, seed), &ready).unwrap().design, design.id, "{seed}");
    }
    // A third precinct's code is no reason to refuse where only one design looks like the page.
    let third = coded("west");
    assert_eq!(read(&scanned(&third, 5), &ready[..1]).unwrap().design, designs[0].id);
    // Where two do, and would read it differently, nobody knows which one it is.
    assert_eq!(code(&scanned(&third, 6), &ready), "ambiguous");
}

#[test]
fn without_its_code_a_page_that_two_designs_explain_is_refused() {
    let designs = ["north", "south"].map(|name| own(form::form(), name));
    let ready = prepared(&designs);
    for seed in [1, 2] {
        let page = scanned(&smudged(&designs[1], 100), seed);
        assert_eq!(code(&page, &ready), "ambiguous", "{seed}");
        // Alone it is read by its print.
        assert_eq!(read(&page, &ready[1..]).unwrap().design, designs[1].id);
    }
}

/// Two precincts with the same options in the same squares: whichever design is taken, the votes are
/// the same.
#[test]
fn designs_that_mean_the_same_are_no_rivals() {
    let coded = |id: &str| {
        let design = PageDesign { id: id.into(), style: id.into(), ..form::form() };
        form::with_code(design, &own_code("our-election", id, 1))
    };
    let designs = ["north", "south"].map(coded);
    let ready = prepared(&designs);
    let page = scanned(&smudged(&designs[1], 100), 3);
    assert!(read(&page, &ready).is_ok());
    let page = scanned(&designs[1], 4);
    assert_eq!(read(&page, &ready).unwrap().design, designs[1].id);
    // A dozen of them don't hide one that means something else.
    let mut designs: Vec<_> = (0..12).map(|at| coded(&format!("precinct-{at}"))).collect();
    designs.push(own(form::form(), "north"));
    let page = scanned(&smudged(&designs[3], 100), 5);
    assert!(read(&page, &prepared(&designs[..12])).is_ok());
    assert_eq!(code(&page, &prepared(&designs)), "ambiguous");
}

#[test]
fn one_of_a_hundred_is_found_with_its_code_and_with_the_code_smudged() {
    let designs: Vec<_> =
        (0..100).map(|at| own(form::district_form(at), &format!("district-{at}"))).collect();
    let ready = prepared(&designs);
    for (at, seed) in [(0, 1), (37, 2), (99, 3)] {
        for percent in [0, 15, 100] {
            let page = scanned(&smudged(&designs[at], percent), seed);
            let reading = read(&page, &ready).unwrap_or_else(|r| panic!("{at} {percent}: {r}"));
            assert_eq!(reading.design, designs[at].id, "{percent} % smudged");
        }
    }
}

#[test]
fn a_code_of_another_election_is_named_whatever_the_page_looks_like() {
    let ready = prepared(&[own(form::form(), "north")]);
    let code_of = |election: &str, style: &str, page| own_code(election, style, page);
    for (text, expected) in [
        (code_of("their-election", "north", 1), "wrong_election"),
        (code_of("our-election", "nowhere", 1), "unknown_style"),
        (code_of("our-election", "north", 2), "other_page"),
    ] {
        for seed in [1, 2] {
            let alike = form::with_code(named(form::form(), "alike"), &text);
            assert_eq!(code(&scanned(&alike, seed), &ready), expected, "{text}");
            let unlike = form::with_code(named(form::dense_form(), "unlike"), &text);
            assert_eq!(code(&scanned(&unlike, seed), &ready), expected, "{text}");
        }
    }
    // With its own code, and with none, an unlike page is just no ballot.
    let unlike = own(form::dense_form(), "north");
    let refusal = code(&scanned(&unlike, 1), &ready);
    assert!(["not_a_ballot", "coverage_too_small"].contains(&refusal), "{refusal}");
}

#[test]
fn a_refusal_names_what_the_code_says() {
    let ready = prepared(&[own(form::form(), "north")]);
    let page = |text: &str| scanned(&form::with_code(form::form(), text), 1);
    let theirs = PageCode::new(&"their-election".into(), &"s".into(), 1);
    let refusal = read(&page(&theirs.to_string()), &ready).unwrap_err();
    assert_eq!(refusal, Refusal::WrongElection { election: theirs.election });
    let refusal = read(&page(&own_code("our-election", "north", 3)), &ready).unwrap_err();
    assert_eq!(refusal, Refusal::OtherPage { style: "north".to_owned(), page: 3 });
}

#[test]
fn the_back_of_a_sheet_is_no_strange_page() {
    let front = named(form::form(), "north");
    let back = PageDesign {
        id: "north-p2".into(),
        style: "north".into(),
        page: 2,
        targets: Vec::new(),
        ..form::dense_form()
    };
    let page = scanned(&named(form::dense_form(), "back"), 1);
    let expected = Refusal::OtherPage { style: "north".to_owned(), page: 2 };
    assert_eq!(read(&page, &prepared(&[front.clone(), back])).unwrap_err(), expected);
    let refusal = code(&page, &prepared(&[front]));
    assert!(["not_a_ballot", "coverage_too_small"].contains(&refusal), "{refusal}");
}

/// The page moved sideways by a wave down the page.
fn waved(page: &GrayPage, amplitude_px: f32, length_px: f32) -> GrayPage {
    let mut waved = page.clone();
    let (width, height) = (page.width(), page.height());
    for y in 0..height {
        let by = amplitude_px * (y as f32 / length_px * std::f32::consts::TAU).sin();
        for x in 0..width {
            let level = page.sample(x as f32 + 0.5 + by, y as f32 + 0.5);
            waved.pixels_mut()[(y * width + x) as usize] = level.round() as u8;
        }
    }
    waved
}

#[test]
fn a_page_that_lies_in_waves_is_read_right_or_refused() {
    let designs = [named(form::form(), "north")];
    let ready = prepared(&designs);
    let page = scanned(&designs[0], 2);
    let mut seen = BTreeSet::new();
    // 200 dpi: up to 2 mm to each side.
    for step in 0..16 {
        match read(&waved(&page, step as f32, 300.0), &ready) {
            Ok(_) => assert!(seen.is_empty(), "a flatter page was refused"),
            Err(refusal) => {
                seen.insert(refusal.code());
            }
        }
    }
    assert!(seen.contains("registration_residual"), "{seen:?}");
}

/// A page that is nothing but the corners of codes, and codes of noise, cost no more than another one.
#[test]
fn hostile_codes_are_bounded() {
    let ready = prepared(&[own(form::form(), "north")]);
    let (width, height) = (1_654, 2_339);
    for pitch in [30_u32, 60, 120] {
        let level = |x: u32, y: u32| {
            let (x, y) = (x % pitch / 4, y % pitch / 4);
            let ring = x.abs_diff(3).max(y.abs_diff(3));
            if ring < 4 && ring != 2 { 20 } else { 250 }
        };
        let pixels = (0..height).flat_map(|y| (0..width).map(move |x| level(x, y)));
        let page = GrayPage::new(width, height, pixels.collect()).unwrap();
        let start = Instant::now();
        assert!(read(&page, &ready).is_err());
        assert!(start.elapsed() < Duration::from_secs(5), "{pitch}: {:?}", start.elapsed());
    }
}

/// Two districts whose ballots differ in the words of one row are told apart by them.
#[test]
fn one_row_tells_designs_apart_whose_code_is_not_read() {
    let designs = [1, 2].map(|district| {
        let design = named(form::form_with_own_rows(district, 1), &format!("district-{district}"));
        form::with_code(design, &own_code("our-election", "district", 1))
    });
    let ready = prepared(&designs);
    for (design, seed) in [(&designs[0], 1), (&designs[0], 2), (&designs[1], 3), (&designs[1], 4)] {
        let page = scanned(&smudged(design, 100), seed);
        assert_eq!(read(&page, &ready).unwrap().design, design.id, "{seed}");
    }
}

/// The page lying 15 mm lower on a longer scan without a dark background: its code is not where it would
/// be if the paper filled the frame.
fn moved_down(page: &GrayPage) -> GrayPage {
    let (width, down) = (page.width(), 120);
    let mut pixels = vec![250; (width * down) as usize];
    pixels.extend_from_slice(page.pixels());
    GrayPage::new(width, page.height() + down, pixels).unwrap()
}

#[test]
fn the_code_is_read_where_the_pose_says_that_it_is() {
    let coded = |name: &str| form::with_code(named(form::form(), name), &format!("ballot {name}"));
    let designs = ["north", "south"].map(coded);
    let ready = prepared(&designs);
    for (design, seed) in [(&designs[0], 2), (&designs[1], 4)] {
        let page = moved_down(&scanned(design, seed));
        assert_eq!(read(&page, &ready).unwrap().design, design.id, "{seed}");
        assert_eq!(read(&page.turned_180(), &ready).unwrap().design, design.id, "{seed}");
    }
}

#[test]
fn a_page_like_none_is_named_by_a_code_anywhere_on_it() {
    let ready = prepared(&[own(form::form(), "north")]);
    let theirs = form::with_code(form::dense_form(), &own_code("their-election", "north", 1));
    for turned in [false, true] {
        let page = moved_down(&scanned(&theirs, 2));
        let page = if turned { page.turned_180() } else { page };
        assert_eq!(code(&page, &ready), "wrong_election", "{turned}");
    }
}
