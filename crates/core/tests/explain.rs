//! The image of what was read: it says what reading says, whatever becomes of the page, and stays in bounds.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]

#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other forms are for other tests")]
mod form;
#[path = "support/sheet.rs"]
#[allow(dead_code, reason = "each test uses a part")]
mod sheet;

use std::collections::BTreeMap;

use image::RgbImage;
use sheet::Sheet;
use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::definition::Thresholds;
use urna_core::recognition::{
    Explained, GrayPage, Legend, PreparedDesign, Refusal, decode, explain, read_page,
};

// The colours of the signs, as `explain/signs.rs` has them.
const BLUE: [u8; 3] = [0, 84, 166];
const ORANGE: [u8; 3] = [230, 130, 0];
const RED: [u8; 3] = [205, 50, 0];
const PURPLE: [u8; 3] = [145, 40, 130];
const GREEN: [u8; 3] = [0, 135, 100];
const SKY: [u8; 3] = [40, 140, 215];

fn explained(page: &GrayPage, designs: &[PreparedDesign], legend: Legend) -> (Explained, RgbImage) {
    let explained = explain(page, designs, &Thresholds::default(), legend);
    let image = image::load_from_memory(&explained.png).unwrap().into_rgb8();
    assert!(image.width().max(image.height()) <= 2_000, "{:?}", image.dimensions());
    // The image tells of nothing but what reading gives.
    assert_eq!(explained.outcome, read_page(page, designs, &Thresholds::default()));
    (explained, image)
}

/// How often each colour is on the image, without the legend.
fn colors(page: &GrayPage, designs: &[PreparedDesign]) -> (Explained, BTreeMap<[u8; 3], usize>) {
    let (explained, image) = explained(page, designs, Legend::Scale);
    let mut counts = BTreeMap::new();
    for pixel in image.pixels() {
        *counts.entry(pixel.0).or_default() += 1;
    }
    (explained, counts)
}

fn count(colors: &BTreeMap<[u8; 3], usize>, color: [u8; 3]) -> usize {
    colors.get(&color).copied().unwrap_or(0)
}

#[test]
fn a_page_that_was_read_shows_outline_field_and_verdicts() {
    let (mut sheet, designs) = Sheet::dense();
    let (explained, blank) = colors(&sheet.page, designs);
    assert!(explained.outcome.is_ok());
    assert!(count(&blank, SKY) > 4_000, "the outline is as long as the page's edge");
    assert!(count(&blank, GREEN) > 100 * 25, "a dot for each place");
    assert_eq!(count(&blank, BLUE) + count(&blank, ORANGE) + count(&blank, PURPLE), 0);
    assert_eq!(count(&blank, RED), 0, "every place of a flawless page is found");

    sheet.cross(4);
    sheet.cross(9);
    let (explained, marked) = colors(&sheet.page, designs);
    assert_eq!(sheet::marked(&explained.outcome), [4, 9]);
    assert!(count(&marked, BLUE) > 2 * 4 * 36 * 4, "two boxes and their scores");
    assert_eq!(count(&marked, ORANGE), 0);

    // A stroke that is as much in one square as in the other: doubtful, twice marginal.
    sheet.line(Sheet::at(15, 0.5, 0.8), Sheet::at(14, 0.5, 0.2), 5.0);
    let (_, doubtful) = colors(&sheet.page, designs);
    assert!(count(&doubtful, ORANGE) > 500, "a marginal box");
    assert!(count(&doubtful, RED) > 200, "and a second box that says why");
}

#[test]
fn a_spill_and_a_stray_mark_have_signs_of_their_own() {
    let (mut sheet, designs) = Sheet::dense();
    sheet.tick_into_above(11, 0.3, 8.0);
    let (explained, colors_of_spill) = colors(&sheet.page, designs);
    assert_eq!(sheet::marked(&explained.outcome), [11]);
    assert!(explained.stray.marks.is_empty(), "{:?}", explained.stray);
    let dots = count(&colors_of_spill, PURPLE);
    assert!(dots > 100, "a dotted box around the square above");
    sheet.circle_around(20, 0.75, 3.0);
    let (explained, both) = colors(&sheet.page, designs);
    assert_eq!(explained.stray.marks.len(), 1);
    assert!(count(&both, PURPLE) > dots + 300);
}

#[test]
fn a_refused_page_shows_what_was_found_and_what_caused_it() {
    let (mut sheet, designs) = Sheet::dense();
    sheet.cross(7);
    let (x, _) = Sheet::at(0, 0.5, 0.5);
    sheet.line((x, 0.0), (x + 12.0, 2_338.0), 4.0);
    let (explained, streak) = colors(&sheet.page, designs);
    assert_eq!(explained.outcome.unwrap_err().code(), "streak_across_target");
    assert!(count(&streak, RED) > 10 * 500, "every square under the streak is crossed out");
    assert!(count(&streak, SKY) > 4_000 && count(&streak, GREEN) > 2_500);
    assert!(explained.stray.marks.is_empty(), "a streak is no mark: {:?}", explained.stray);
    assert!(!explained.stray.lines.is_empty());
}

#[test]
fn a_page_of_which_a_part_is_missing_shows_the_places_that_were_not_found() {
    let (mut sheet, designs) = Sheet::dense();
    sheet.cross(2);
    let mut page = sheet.page;
    let (width, height) = (page.width() as usize, page.height() as usize);
    page.pixels_mut()[width * height / 3..].fill(255);
    let (explained, part) = colors(&page, designs);
    assert_eq!(explained.outcome.unwrap_err(), Refusal::PartMissing);
    assert!(count(&part, RED) > 40 * 30, "a cross for each place");
    assert_eq!(count(&part, BLUE), 0, "though a square that is still there is marked");
    assert!(
        explained.stray.marks.is_empty(),
        "nothing is scored where the page is not known to lie"
    );
}

#[test]
fn what_is_no_page_shows_its_paper() {
    let (_, designs) = Sheet::dense();
    let mut noise = GrayPage::filled(1_654, 2_339, 250);
    let mut state = 5_u32;
    for pixel in noise.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *pixel = (state >> 24) as u8;
    }
    for page in [noise, GrayPage::filled(1_654, 2_339, 255), GrayPage::filled(200, 200, 0)] {
        let (explained, paper) = colors(&page, designs);
        assert!(explained.outcome.is_err());
        let outline = count(&paper, SKY);
        assert!((500..20_000).contains(&outline), "an interrupted line around it: {outline}");
        assert_eq!(count(&paper, GREEN), 0);
    }
}

#[test]
fn every_size_of_image_stays_in_bounds() {
    let (_, designs) = Sheet::dense();
    for (width, height) in [(100, 16_000), (16_000, 100), (100, 100), (5_000, 7_000), (1, 1)] {
        for legend in [Legend::Words, Legend::Scale] {
            let (_, image) = explained(&GrayPage::filled(width, height, 200), designs, legend);
            assert!(image.width() >= 900, "room for the legend");
        }
    }
    let (explained, _) = explained(&GrayPage::filled(500, 700, 200), &[], Legend::Words);
    assert!(explained.outcome.is_err(), "without any design");
}

#[test]
fn the_image_is_upright_whichever_way_the_sheet_was_fed() {
    let design = form::form();
    let designs = [PreparedDesign::new(&design).unwrap()];
    let marks = form::marks(&design, &[2, 5], Stroke::Cross);
    let jpeg = sample_page(&design, &Sample { marks, upside_down: false, seed: 3 }).unwrap();
    let page = decode(&jpeg).unwrap();
    let (_, upright) = explained(&page, &designs, Legend::Scale);
    let (turned, by_half) = explained(&page.turned_180(), &designs, Legend::Scale);
    assert_eq!(turned.outcome.unwrap().rotation_deg, 180);
    let (turned, by_quarter) = explained(&page.turned_90(), &designs, Legend::Scale);
    assert_eq!(turned.outcome.unwrap().rotation_deg, 90);
    for other in [by_half, by_quarter] {
        assert_eq!(other.dimensions(), upright.dimensions());
        let different = upright
            .pixels()
            .zip(other.pixels())
            .filter(|(a, b)| a.0.iter().zip(&b.0).any(|(a, b)| a.abs_diff(*b) > 60));
        let share = different.count() * 1_000 / upright.pixels().len();
        assert!(share < 25, "{share} ‰ of the pixels differ");
    }
}

#[test]
fn legend_and_headline_are_there_in_words_only_when_asked_for() {
    let (sheet, designs) = Sheet::dense();
    let (_, words) = explained(&sheet.page, designs, Legend::Words);
    let (_, scale) = explained(&sheet.page, designs, Legend::Scale);
    let grey = |image: &RgbImage| image.pixels().filter(|pixel| pixel.0 == [70, 70, 70]).count();
    assert!(grey(&words) > grey(&scale) + 5_000, "the meaning of each sign");
    // The scale of the arrows is always there: green below the page.
    let green = |image: &RgbImage, from: u32| {
        image.enumerate_pixels().filter(|(_, y, p)| *y >= from && p.0 == GREEN).count()
    };
    assert!(green(&scale, scale.height() - 30) > 50);
    assert!(green(&words, words.height() - 200) > 50);
}
