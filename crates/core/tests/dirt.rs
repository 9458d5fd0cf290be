//! The dirt test: streaks and specks of the glass on a blank sheet, and what is no dirt.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "places on a drawn page"
)]

#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other forms are for other tests")]
mod form;

use urna_core::recognition::{
    Dirt, DirtReason, GlassVerdict, GrayPage, NotBlank, SPECK_LIMIT_MILLI_MM2, STREAK_LIMIT,
    StreakCourse, decode, dirt,
};

const A4: u32 = 210_000;
/// Pixels of 200 dpi to the millimetre.
const PX: f32 = 200.0 / 25.4;

/// A sheet of A4 at 200 dpi on a background, turned by an angle, with noise.
struct Scan {
    page: GrayPage,
}

impl Scan {
    fn new(background: u8, margin_mm: f32, angle: f32) -> Scan {
        let (width, height) = (210.0 * PX, 297.0 * PX);
        let (wide, high) = (width + 2.0 * margin_mm * PX, height + 2.0 * margin_mm * PX);
        let mut page = GrayPage::filled(wide as u32, high as u32, background);
        let (sin, cos) = angle.to_radians().sin_cos();
        let mut state = 9_u32;
        let row_width = page.width() as usize;
        for (at, pixel) in page.pixels_mut().iter_mut().enumerate() {
            let (x, y) =
                ((at % row_width) as f32 - wide / 2.0, (at / row_width) as f32 - high / 2.0);
            let (u, v) = (cos * x + sin * y, cos * y - sin * x);
            let (from_edge, is_on) = {
                let (du, dv) = (width / 2.0 - u.abs(), height / 2.0 - v.abs());
                (du.min(dv), du >= 0.0 && dv >= 0.0)
            };
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (state >> 24) as f32 / 255.0 * 16.0 - 8.0;
            // Light falls off to the right, and the sheet's edge throws a thin shadow.
            let level = if is_on { 240.0 - 12.0 * x / wide } else { f32::from(background) };
            let shadow = if from_edge.abs() < 1.0 { 60.0 } else { 0.0 };
            *pixel = (level - shadow + noise).clamp(0.0, 255.0) as u8;
        }
        Scan { page }
    }

    fn plain() -> Scan {
        Scan::new(240, 0.0, 0.0)
    }

    /// Darkens a box, in millimetres of the scan.
    fn darken(mut self, x: f32, y: f32, w: f32, h: f32, by: u8) -> Scan {
        let (width, height) = (self.page.width(), self.page.height());
        let px = |mm: f32| (mm * PX).round().max(0.0) as u32;
        for row in px(y)..px(y + h).min(height) {
            for column in px(x)..px(x + w).min(width) {
                let at = (row * width + column) as usize;
                let pixel = &mut self.page.pixels_mut()[at];
                *pixel = pixel.saturating_sub(by);
            }
        }
        self
    }

    fn dirt(&self) -> Dirt {
        dirt(&self.page, A4)
    }
}

fn reasons(dirt: &Dirt) -> Vec<DirtReason> {
    match &dirt.verdict {
        GlassVerdict::Dirty { reasons } => reasons.clone(),
        GlassVerdict::Clean => Vec::new(),
        GlassVerdict::NotBlank { reason } => panic!("not blank: {reason:?}"),
    }
}

fn why_not_blank(page: &GrayPage) -> Option<NotBlank> {
    match dirt(page, A4).verdict {
        GlassVerdict::NotBlank { reason } => Some(reason),
        _ => None,
    }
}

#[test]
fn clean_glass_is_clean_before_any_background_and_at_any_angle() {
    for (background, margin) in [(240, 0.0), (252, 8.0), (20, 8.0), (60, 3.0)] {
        for angle in [0.0, 0.4, -1.2, 2.9] {
            let found = Scan::new(background, margin, angle).dirt();
            let name = format!("{background} {margin} {angle}");
            assert_eq!(found.verdict, GlassVerdict::Clean, "{name}: {found:?}");
            assert!(found.streaks.is_empty() && found.specks.is_empty(), "{name}: {found:?}");
        }
    }
}

#[test]
fn a_streak_is_found_where_it_is_before_any_background() {
    for (background, margin) in [(240, 0.0), (252, 8.0), (20, 8.0)] {
        for angle in [0.0, 1.5, -2.5] {
            for width in [0.2, 0.6, 3.0] {
                let scan = Scan::new(background, margin, angle);
                let scan = scan.darken(103.0, 0.0, width, 400.0, 90);
                let found = scan.dirt();
                let name = format!("{background} {angle} {width}: {found:?}");
                assert!(!matches!(found.verdict, GlassVerdict::NotBlank { .. }), "{name}");
                assert_eq!(reasons(&found), [DirtReason::Streak], "{name}");
                assert_eq!(found.streaks.len(), 1, "{name}");
                let streak = found.streaks[0];
                assert_eq!(streak.course, StreakCourse::Down);
                // Places are those of what the scan shows as paper, taken to be 210 mm wide: a white
                // background and the corners of a turned sheet come to it.
                let at = streak.at_um as f32 / found.width_um as f32;
                let expected = (103.0 + width / 2.0) / (210.0 + 2.0 * margin);
                assert!((at - expected).abs() < 0.01, "{name}");
                assert!(streak.width_um as f32 / 1_000.0 <= width + 0.6, "{name}");
                assert!(streak.to_um - streak.from_um > 250_000, "{name}");
                assert!(streak.darkness >= STREAK_LIMIT, "{name}");
            }
        }
    }
    let found = Scan::plain().darken(103.0, 0.0, 0.6, 400.0, 90).dirt();
    let streak = found.streaks[0];
    assert!(streak.at_um.abs_diff(103_300) < 300, "{streak:?}");
    assert!(streak.width_um.abs_diff(600) < 300, "{streak:?}");
    assert!(streak.darkness.abs_diff(90) < 12, "{streak:?}");
}

#[test]
fn a_streak_down_a_part_of_the_sheet_ends_where_it_ends() {
    let found = Scan::plain().darken(50.0, 120.0, 0.5, 80.0, 60).dirt();
    let streak = found.streaks[0];
    assert_eq!(reasons(&found), [DirtReason::Streak]);
    assert!(streak.from_um.abs_diff(120_000) <= 10_000, "{streak:?}");
    assert!(streak.to_um.abs_diff(200_000) <= 10_000, "{streak:?}");
}

#[test]
fn a_faint_streak_is_listed_and_does_not_make_the_glass_dirty() {
    let found = Scan::plain().darken(60.0, 0.0, 1.0, 400.0, 13).dirt();
    assert_eq!(found.verdict, GlassVerdict::Clean, "{found:?}");
    assert_eq!(found.streaks.len(), 1, "{found:?}");
    let found = Scan::plain().darken(60.0, 0.0, 1.0, 400.0, STREAK_LIMIT + 4).dirt();
    assert_eq!(reasons(&found), [DirtReason::Streak], "{found:?}");
}

#[test]
fn a_line_across_is_told_from_one_along_the_way_of_the_paper() {
    let found = Scan::plain().darken(0.0, 150.0, 300.0, 0.5, 90).dirt();
    assert_eq!(found.streaks.len(), 1, "{found:?}");
    assert_eq!(found.streaks[0].course, StreakCourse::Across);
    assert!(found.streaks[0].at_um.abs_diff(150_250) < 300, "{found:?}");
}

#[test]
fn specks_are_found_where_they_are_and_judged_by_size_and_number() {
    let found = Scan::plain().darken(40.0, 70.0, 1.0, 0.8, 120).dirt();
    assert_eq!(reasons(&found), [DirtReason::LargeSpeck], "{found:?}");
    let speck = found.specks[0];
    assert!(speck.x_um.abs_diff(40_500) < 300 && speck.y_um.abs_diff(70_400) < 300, "{speck:?}");
    assert!(speck.area_milli_mm2.abs_diff(800) < 300, "{speck:?}");

    let small = Scan::plain().darken(40.0, 70.0, 0.5, 0.5, 120).dirt();
    assert_eq!(small.verdict, GlassVerdict::Clean, "{small:?}");
    assert_eq!(small.specks.len(), 1, "and listed all the same");
    assert!(small.specks[0].area_milli_mm2 < SPECK_LIMIT_MILLI_MM2);

    let mut many = Scan::plain();
    for at in 0..20_u16 {
        let (x, y) = (f32::from(at * 37 % 170), f32::from(at * 83 % 240));
        many = many.darken(20.0 + x, 25.0 + y, 0.5, 0.5, 120);
    }
    assert_eq!(reasons(&many.dirt()), [DirtReason::ManySpecks]);
}

#[test]
fn a_printed_page_is_no_dirty_glass() {
    for design in [form::form(), form::dense_form()] {
        let Ok(page) = decode(&design.blank_png) else { panic!("the form's blank") };
        assert_eq!(why_not_blank(&page), Some(NotBlank::Print));
    }
    // One line of type, upright and along the sheet's side; a frame; a table; a stamp.
    let letters = |along: bool| {
        let mut scan = Scan::plain();
        for at in 0..9_u16 {
            let (x, y) = (60.0 + 3.5 * f32::from(at), 100.0 + f32::from(at % 3) * 0.2);
            let (x, y) = if along { (x, y) } else { (y, x) };
            scan = scan.darken(x, y, 2.0, 2.4, 180);
        }
        scan
    };
    let frame = |scan: Scan| {
        let scan = scan.darken(30.0, 40.0, 120.0, 0.4, 180).darken(30.0, 160.0, 120.0, 0.4, 180);
        scan.darken(30.0, 40.0, 0.4, 120.0, 180).darken(149.6, 40.0, 0.4, 120.0, 180)
    };
    let mut ruled = Scan::plain();
    for at in 0..20_u16 {
        ruled = ruled.darken(15.0, 20.0 + 12.0 * f32::from(at), 180.0, 0.3, 120);
    }
    let stamp = Scan::plain().darken(100.0, 100.0, 30.0, 30.0, 120);
    for (name, scan) in [
        ("type", letters(true)),
        ("type along", letters(false)),
        ("type in a frame", frame(letters(true))),
        ("ruled", ruled),
        ("stamp", stamp),
    ] {
        assert_eq!(why_not_blank(&scan.page), Some(NotBlank::Print), "{name}");
    }
}

#[test]
fn a_fold_that_lies_askew_is_no_dirt() {
    let mut scan = Scan::plain();
    for at in 0..2_000_u16 {
        let along = f32::from(at) / 2_000.0;
        scan = scan.darken(10.0 + 190.0 * along, 140.0 + 6.0 * along, 0.2, 0.4, 60);
    }
    assert_eq!(scan.dirt().verdict, GlassVerdict::Clean, "{:?}", scan.dirt());
    // So little askew that it stays in the same columns for a while.
    let mut scan = Scan::plain();
    for at in 0..1_000_u16 {
        let along = f32::from(at) / 1_000.0;
        scan = scan.darken(100.0 + 4.0 * along, 20.0 + 250.0 * along, 1.5, 0.3, 60);
    }
    let found = scan.dirt();
    assert_eq!((&found.verdict, found.streaks.len()), (&GlassVerdict::Clean, 0), "{found:?}");
}

#[test]
fn what_is_no_white_sheet_says_nothing() {
    assert_eq!(why_not_blank(&GrayPage::filled(1_654, 2_339, 30)), Some(NotBlank::Dark));
    assert_eq!(why_not_blank(&GrayPage::filled(100, 16_000, 250)), Some(NotBlank::Shape));
    assert_eq!(why_not_blank(&GrayPage::filled(1, 1, 250)), None, "a point without a speck");
    let mut state = 3_u32;
    let mut noise = GrayPage::filled(1_000, 1_400, 0);
    for pixel in noise.pixels_mut() {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        *pixel = (state >> 24) as u8;
    }
    assert!(why_not_blank(&noise).is_some());
}
