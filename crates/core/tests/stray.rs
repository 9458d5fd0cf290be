//! Marks outside every target: found where they are, and told from print, dust, folds and streaks.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic, in its helpers too")]
#![allow(clippy::cast_precision_loss, reason = "places on a drawn page")]

#[path = "support/form.rs"]
#[allow(dead_code, reason = "the other forms are for other tests")]
mod form;
#[path = "support/sheet.rs"]
#[allow(dead_code, reason = "each test uses a part")]
mod sheet;

use sheet::Sheet;
use urna_core::ballot::{Sample, Stroke as Pen, sample_page};
use urna_core::recognition::{
    GrayPage, PreparedDesign, Stray, StrayMark, decode, register, stray_marks,
};

fn stray(page: &GrayPage, designs: &[PreparedDesign]) -> Stray {
    let registration = register(page, designs).unwrap();
    stray_marks(&designs[registration.design_index()], &registration)
}

/// Pixels of 200 dpi in micrometres.
fn um(px: f32) -> f32 {
    px * 127.0
}

fn lies_at(mark: &StrayMark, (x0, y0): (f32, f32), (x1, y1): (f32, f32)) -> bool {
    let area = mark.area;
    let near = |um_read: u32, px: f32| (um_read as f32 - um(px)).abs() < 700.0;
    near(area.x, x0) && near(area.y, y0) && near(area.x + area.w, x1) && near(area.y + area.h, y1)
}

#[test]
fn an_unmarked_and_a_marked_page_have_no_stray_marks() {
    let (mut sheet, designs) = Sheet::dense();
    assert_eq!(stray(&sheet.page, designs), Stray::default());
    sheet.cross(3);
    sheet.tick_into_above(11, 0.3, 6.0);
    // A cross that leaves its square on all sides is still of the square.
    sheet.line(Sheet::at(20, -0.3, -0.3), Sheet::at(20, 1.3, 1.3), 4.0);
    sheet.line(Sheet::at(20, 1.3, -0.3), Sheet::at(20, -0.3, 1.3), 4.0);
    assert_eq!(stray(&sheet.page, designs), Stray::default());
    // And so is one of which most lies outside.
    sheet.line(Sheet::at(5, 0.5, 0.5), Sheet::at(5, -2.2, 0.6), 5.0);
    assert_eq!(stray(&sheet.page, designs), Stray::default());
}

#[test]
fn print_that_comes_out_bolder_is_no_mark() {
    let (sheet, designs) = Sheet::dense();
    let mut bold = sheet.page.clone();
    let width = bold.width() as usize;
    let pixels = sheet.page.pixels();
    // A quarter of a millimetre on every side.
    for at in (0..pixels.len()).filter(|&at| pixels[at] < 128) {
        for row in 0..5 {
            let start = (at + row * width).saturating_sub(2 * width + 2);
            bold.pixels_mut()[start..start + 5].fill(20);
        }
    }
    assert_eq!(stray(&bold, designs), Stray::default());
}

#[test]
fn print_that_the_scanner_shifts_turns_and_blurs_is_no_mark() {
    let design = form::form();
    let designs = [PreparedDesign::new(&design).unwrap()];
    for seed in 0..12 {
        let marks = form::marks(&design, &[1, 4], [Pen::Tick, Pen::Fill][(seed % 2) as usize]);
        let sample = Sample { marks, upside_down: seed % 3 == 0, seed };
        let page = decode(&sample_page(&design, &sample).unwrap()).unwrap();
        assert_eq!(stray(&page, &designs), Stray::default(), "seed {seed}");
    }
}

#[test]
fn a_circle_around_a_square_is_stray_and_a_tick_inside_it_is_not() {
    let (mut sheet, designs) = Sheet::dense();
    sheet.circle_around(8, 0.75, 3.0);
    let found = stray(&sheet.page, designs);
    assert_eq!(found.marks.len(), 1, "{found:?}");
    let (from, to) = (Sheet::at(8, -0.25, -0.25), Sheet::at(8, 1.25, 1.25));
    assert!(lies_at(&found.marks[0], from, to), "{found:?}");
    let mut ticked = Sheet::dense().0;
    ticked.line(Sheet::at(8, 0.2, 0.5), Sheet::at(8, 0.4, 0.8), 4.0);
    ticked.line(Sheet::at(8, 0.4, 0.8), Sheet::at(8, 0.8, 0.2), 4.0);
    assert_eq!(stray(&ticked.page, designs), Stray::default());
}

#[test]
fn a_mark_in_the_margin_and_one_through_print_are_found() {
    let (mut sheet, designs) = Sheet::dense();
    sheet.line((1_330.0, 700.0), (1_390.0, 730.0), 4.0);
    // A long word across two lines of print.
    sheet.line((300.0, 400.0), (520.0, 480.0), 5.0);
    sheet.line((520.0, 400.0), (300.0, 480.0), 5.0);
    let found = stray(&sheet.page, designs);
    let at = |from, to| found.marks.iter().any(|mark| lies_at(mark, from, to));
    assert!(at((1_328.0, 698.0), (1_392.0, 732.0)), "{found:?}");
    let is_in_text = |mark: &&StrayMark| {
        let x = mark.area.x as f32 / 127.0;
        (290.0..530.0).contains(&x) && mark.area.h > 2_000
    };
    assert!(found.marks.iter().any(|mark| is_in_text(&mark)), "{found:?}");
    let ink = found.marks.iter().find(|mark| lies_at(mark, (1_328.0, 698.0), (1_392.0, 732.0)));
    // 67 pixels of 0.127 mm by 4.
    let mm2 = f64::from(ink.unwrap().ink_milli_mm2) / 1_000.0;
    assert!((3.0..6.5).contains(&mm2), "{mm2}");
}

#[test]
fn dust_is_left_out() {
    let (mut sheet, designs) = Sheet::dense();
    for at in 0..20_u16 {
        sheet.dot((1_330.0, 200.0 + 90.0 * f32::from(at)), 6.0);
    }
    assert_eq!(stray(&sheet.page, designs), Stray::default());
    sheet.dot((1_330.0, 150.0), 14.0);
    assert_eq!(stray(&sheet.page, designs).marks.len(), 1);
}

#[test]
fn folds_and_streaks_are_told_apart_at_any_slope() {
    for (from, to) in [
        ((1_330.0, 0.0), (1_330.0, 2_338.0)),
        ((1_290.0, 0.0), (1_370.0, 2_338.0)),
        ((0.0, 1_140.0), (1_653.0, 1_140.0)),
        ((0.0, 1_100.0), (1_653.0, 1_160.0)),
    ] {
        let (mut sheet, designs) = Sheet::dense();
        sheet.line(from, to, 4.0);
        let found = stray(&sheet.page, designs);
        assert!(found.marks.is_empty(), "{from:?}: {found:?}");
        assert!(!found.lines.is_empty(), "{from:?}: the line is there all the same");
    }
    // A line of a pen down half of the page is a mark.
    let (mut sheet, designs) = Sheet::dense();
    sheet.line((1_330.0, 300.0), (1_330.0, 1_400.0), 4.0);
    let found = stray(&sheet.page, designs);
    assert_eq!((found.marks.len(), found.lines.len()), (1, 0), "{found:?}");
}

#[test]
fn a_dark_background_beside_the_page_is_no_mark() {
    let (sheet, designs) = Sheet::dense();
    let (width, height) = (sheet.page.width(), sheet.page.height());
    let (wide, high) = (width + 120, height + 160);
    let mut framed = GrayPage::filled(wide, high, 20);
    for y in 0..height {
        let start = ((y + 80) * wide + 60) as usize;
        framed.pixels_mut()[start..start + width as usize].copy_from_slice(sheet.page.row(y));
    }
    assert_eq!(stray(&framed, designs), Stray::default());
    // Nor is a dog-ear that shows it.
    for y in 0..50_u32 {
        let start = ((high - 80 - 50 + y) * wide + wide - 60 - y) as usize;
        framed.pixels_mut()[start..start + y as usize].fill(20);
    }
    assert_eq!(stray(&framed, designs), Stray::default());
}

#[test]
fn of_many_marks_the_largest_are_listed() {
    let (mut sheet, designs) = Sheet::dense();
    for at in 0..70_u16 {
        let (column, row) = (f32::from(at % 2), f32::from(at / 2));
        sheet.dot((1_305.0 + 50.0 * column, 150.0 + 58.0 * row), 14.0 + f32::from(at % 7));
    }
    let found = stray(&sheet.page, designs);
    assert_eq!(found.marks.len(), 50);
    assert!(found.marks.is_sorted_by(|a, b| a.ink_milli_mm2 >= b.ink_milli_mm2));
    assert!(found.marks[49].ink_milli_mm2 > 2_000, "the smallest are left out: {found:?}");
}
