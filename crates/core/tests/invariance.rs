//! What must not change a reading: how the sheet lay, how bright the lamp was, and which square of the
//! page a mark is in (VVSG 2.0, 1.1.6-J and -K).

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a drawn page"
)]

#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other forms are for other tests")]
mod form;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use proptest::prelude::*;
use urna_core::ballot::{Sample, Stroke, sample_page};
use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{
    GrayPage, MarkVerdict, PageReading, PreparedDesign, decode, read_page,
};

/// Pixels per millimetre of the drawn forms (200 dpi).
const DENSITY: f32 = 200.0 / 25.4;
/// How far the score of one and the same page may be from that of its turned or moved copy, in
/// thousandths: grey edges fall on other pixels. Of 980 scores 42 was the most.
const COPY_TOLERANCE: u16 = 60;
/// The same for quarter turns, which interpolate nothing; of 450 scores 4 was the most.
const TURN_TOLERANCE: u16 = 15;

/// How far scores of one and the same mark in different squares may be apart, in thousandths: of 600
/// pairs 62 was the most, at 480, where thin gaps between lines close or stay.
fn place_tolerance(score: u16) -> u16 {
    20 + score / 6
}

type Form = (PageDesign, PreparedDesign);

static FORM: LazyLock<Form> = LazyLock::new(|| prepared(form::form()));
static DENSE: LazyLock<Form> = LazyLock::new(|| prepared(form::dense_form()));

fn prepared(design: PageDesign) -> Form {
    let prepared = PreparedDesign::new(&design).unwrap();
    (design, prepared)
}

fn read(form: &Form, page: &GrayPage) -> PageReading {
    let reading = read_page(page, std::slice::from_ref(&form.1), &Thresholds::default());
    reading.unwrap_or_else(|refusal| panic!("refused: {refusal}"))
}

fn verdicts(reading: &PageReading) -> Vec<MarkVerdict> {
    reading.targets.iter().map(|target| target.verdict).collect()
}

fn scores(reading: &PageReading) -> Vec<u16> {
    reading.targets.iter().map(|target| target.score_permille).collect()
}

/// A scanned page with these squares marked.
fn scan(options: &BTreeSet<usize>, stroke: Stroke, seed: u64) -> GrayPage {
    let options: Vec<usize> = options.iter().copied().collect();
    let marks = form::marks(&FORM.0, &options, stroke);
    decode(&sample_page(&FORM.0, &Sample { marks, upside_down: false, seed }).unwrap()).unwrap()
}

fn expected(options: &BTreeSet<usize>) -> Vec<MarkVerdict> {
    let verdict = |at| match options.contains(&at) {
        true => MarkVerdict::Marked,
        false => MarkVerdict::Unmarked,
    };
    (0..FORM.0.targets.len()).map(verdict).collect()
}

/// The page turned about its middle by `degrees`, then moved by millimetres; paper comes in at the edges.
fn moved(page: &GrayPage, degrees: f32, (dx, dy): (f32, f32)) -> GrayPage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (cx, cy) = (page.width() as f32 / 2.0, page.height() as f32 / 2.0);
    let mut copy = GrayPage::filled(page.width(), page.height(), 244);
    let width = page.width() as usize;
    for (row, line) in copy.pixels_mut().chunks_exact_mut(width).enumerate() {
        let y = row as f32 + 0.5 - cy - dy * DENSITY;
        for (column, pixel) in line.iter_mut().enumerate() {
            let x = column as f32 + 0.5 - cx - dx * DENSITY;
            let (from_x, from_y) = (cx + cos * x + sin * y, cy - sin * x + cos * y);
            let inside = (0.0..2.0 * cx).contains(&from_x) && (0.0..2.0 * cy).contains(&from_y);
            if inside {
                *pixel = page.sample(from_x, from_y) as u8;
            }
        }
    }
    copy
}

/// Contrast about the middle grey, then brightness.
fn lit(page: &GrayPage, gain: f32, offset: f32) -> GrayPage {
    let mut copy = page.clone();
    for pixel in copy.pixels_mut() {
        let level = (f32::from(*pixel) - 128.0) * gain + 128.0 + offset;
        *pixel = level.clamp(0.0, 255.0) as u8;
    }
    copy
}

fn strokes() -> impl Strategy<Value = Stroke> {
    prop_oneof![Just(Stroke::Tick), Just(Stroke::Cross), Just(Stroke::Fill)]
}

fn options() -> impl Strategy<Value = BTreeSet<usize>> {
    proptest::collection::btree_set(0..10_usize, 0..6)
}

fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(cases(10))]

    #[test]
    fn a_slight_turn_and_shift_change_no_verdict(
        options in options(), stroke in strokes(), seed in 0..1_000_u64,
        degrees in -1.0..1.0_f32, dx in -3.0..3.0_f32, dy in -3.0..3.0_f32,
    ) {
        let page = scan(&options, stroke, seed);
        let reading = read(&FORM, &moved(&page, degrees, (dx, dy)));
        prop_assert_eq!(verdicts(&reading), expected(&options));
        prop_assert_eq!(reading.rotation_deg, 0);
        for (copy, own) in scores(&reading).into_iter().zip(scores(&read(&FORM, &page))) {
            prop_assert!(copy.abs_diff(own) <= COPY_TOLERANCE, "{copy} and {own}");
        }
    }

    #[test]
    fn brightness_and_contrast_change_no_verdict(
        options in options(), stroke in strokes(), seed in 0..1_000_u64,
        gain in 0.6..1.25_f32, offset in -30.0..30.0_f32,
    ) {
        let reading = read(&FORM, &lit(&scan(&options, stroke, seed), gain, offset));
        prop_assert_eq!(verdicts(&reading), expected(&options));
    }

    #[test]
    fn all_four_orientations_read_the_same_and_a_second_time_to_the_score(
        options in options(), stroke in strokes(), seed in 0..1_000_u64,
    ) {
        let upright = scan(&options, stroke, seed);
        let own = read(&FORM, &upright);
        prop_assert_eq!(&own, &read(&FORM, &upright.clone()));
        let mut page = upright;
        for degrees in [90, 180, 270] {
            page = page.turned_90();
            let reading = read(&FORM, &page);
            prop_assert_eq!(reading.rotation_deg, degrees);
            prop_assert_eq!(verdicts(&reading), expected(&options));
            for (turned, own) in scores(&reading).into_iter().zip(scores(&own)) {
                prop_assert!(turned.abs_diff(own) <= TURN_TOLERANCE, "{turned} and {own}");
            }
        }
    }

    #[test]
    fn a_mark_counts_the_same_in_every_square(
        order in Just((0..30_usize).collect::<Vec<_>>()).prop_shuffle(),
        degrees in -1.0..1.0_f32,
    ) {
        let marked = |places: &[usize]| {
            let mut page = decode(&DENSE.0.blank_png).unwrap();
            for (shape, &place) in SHAPES.iter().zip(places) {
                draw(&mut page, DENSE.0.targets[place].area, shape);
            }
            let reading = read(&DENSE, &moved(&page, degrees, (0.0, 0.0)));
            places.iter().map(|&at| reading.targets[at].clone()).collect::<Vec<_>>()
        };
        // Each shape in one square, then all of them in others.
        let (first, second) = order.split_at(SHAPES.len());
        for (one, other) in marked(first).into_iter().zip(marked(&second[..SHAPES.len()])) {
            let apart = one.score_permille.abs_diff(other.score_permille);
            prop_assert!(apart <= place_tolerance(one.score_permille), "{one:?} and {other:?}");
            prop_assert_eq!(one.verdict, other.verdict);
        }
    }
}

/// Lines from place to place, as shares of a square's side.
type Shape = &'static [[(f32, f32); 2]];

/// A cross, a tick, a line of half the width, a hatching, and a dash that only just is a mark.
const SHAPES: [Shape; 5] = [
    &[[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]],
    &[[(0.2, 0.5), (0.4, 0.8)], [(0.4, 0.8), (0.85, 0.2)]],
    &[[(0.25, 0.5), (0.75, 0.5)]],
    &[[(0.2, 0.3), (0.8, 0.3)], [(0.2, 0.5), (0.8, 0.5)], [(0.2, 0.7), (0.8, 0.7)]],
    &[[(0.3, 0.3), (0.7, 0.7)]],
];

/// Draws lines of 0.8 mm, to the pixel the same in every square.
fn draw(page: &mut GrayPage, area: urna_core::design::RectUm, shape: Shape) {
    let px = |um: u32| (um as f32 / 1000.0 * DENSITY).round();
    let (left, top, side) = (px(area.x), px(area.y), px(area.w));
    let radius = 0.4 * DENSITY;
    let width = page.width() as usize;
    for &[from, to] in shape {
        for step in 0..=100_u16 {
            let share = f32::from(step) / 100.0;
            let at = |a: f32, b: f32| (a + share * (b - a)) * side;
            let (x, y) = (left + at(from.0, to.0), top + at(from.1, to.1));
            for py in (y - radius) as usize..=(y + radius) as usize {
                for px in (x - radius) as usize..=(x + radius) as usize {
                    let (dx, dy) = (px as f32 + 0.5 - x, py as f32 + 0.5 - y);
                    if dx.hypot(dy) <= radius {
                        page.pixels_mut()[py * width + px] = 40;
                    }
                }
            }
        }
    }
}
