//! What is written is on the paper, within its edges, and what does not fit is refused.
#![allow(clippy::unwrap_used, reason = "tests")]

use urna_receipt::{Bitmap, Fonts, MAX_ROWS, Receipt, Style, TooLong, Width};

const REGULAR: &[u8] = include_bytes!("../../../assets/fonts/NotoSans-Regular.ttf");
const BOLD: &[u8] = include_bytes!("../../../assets/fonts/NotoSans-Bold.ttf");

fn drawn(width: Width, write: impl FnOnce(&mut Receipt)) -> Result<Bitmap, TooLong> {
    let mut receipt = Receipt::new(&Fonts::new(REGULAR, BOLD).unwrap(), width);
    write(&mut receipt);
    receipt.finish()
}

fn black(bitmap: &Bitmap) -> usize {
    bitmap.bytes().iter().map(|byte| usize::try_from(byte.count_ones()).unwrap()).sum()
}

/// Dots across that are black in any of these rows.
fn columns(bitmap: &Bitmap, rows: std::ops::Range<usize>) -> Vec<usize> {
    let is_black = |x: &usize| rows.clone().any(|y| bitmap.is_black(*x, y));
    (0..bitmap.width()).filter(is_black).collect()
}

#[test]
fn letters_of_three_languages_are_dots_and_none_is_another() {
    let letter = |text: &str| drawn(Width::Mm80, |r| r.text(Style::Body, text)).unwrap();
    let letters = ["Ң", "Н", "Ө", "О", "Ү", "У", "ң", "ө", "ү", "Ж", "Q", "№", "‰"];
    for (at, one) in letters.iter().enumerate() {
        assert!(black(&letter(one)) > 20, "{one}");
        assert!(letters[at + 1..].iter().all(|other| letter(other) != letter(one)), "{one}");
    }
}

#[test]
fn a_long_name_goes_over_several_lines_and_its_figure_stands_at_the_right() {
    let name =
        "Кыргыз Республикасынын Жогорку Кеңешинин депутаттарын шайлоо боюнча округдук комиссия";
    for width in [Width::Mm80, Width::Mm58] {
        let short = drawn(width, |r| r.row("Ж", "1234567")).unwrap();
        let long = drawn(width, |r| r.row(name, "1234567")).unwrap();
        let lines = (long.height() - short.height()) / Style::Body.line() + 1;
        assert!(lines >= 2, "{width:?}: {lines}");
        let last = long.height() - short.height();
        let right = columns(&long, last..last + Style::Body.line());
        assert!(right.last().unwrap() + 4 > width.dots(), "{width:?}: {right:?}");
        // Nothing of the name runs below the figure.
        let taken = columns(&short, 0..Style::Body.line());
        let figure = taken.iter().rev().take_while(|x| **x > width.dots() / 2).last().unwrap();
        let above = columns(&long, 0..last);
        assert!(above.iter().all(|x| x < figure), "{width:?}");
    }
}

#[test]
fn columns_that_do_not_fit_come_below() {
    let head: Vec<String> = (0..8).map(|n| format!("{n}00 ‰")).collect();
    let cells: Vec<String> = (0..8).map(|n| format!("1{n}34567")).collect();
    let table = |width, columns: usize| {
        let rows = [("Баарына каршы".to_owned(), cells[..columns].to_vec())];
        drawn(width, |r| r.table(&head[..columns], &rows)).unwrap().height()
    };
    assert_eq!(table(Width::Mm80, 3), table(Width::Mm80, 5));
    assert_eq!(table(Width::Mm58, 1), table(Width::Mm58, 3));
    assert!(2 * table(Width::Mm58, 8) > 3 * table(Width::Mm58, 3));
}

#[test]
fn the_longest_paper_is_the_end() {
    let rows = |count: usize| {
        drawn(Width::Mm80, |r| (0..count).for_each(|_| r.row("a", "1"))).map(|b| b.height())
    };
    let one = rows(2).unwrap() - rows(1).unwrap();
    assert!(rows(MAX_ROWS / one - 2).is_ok());
    assert_eq!(rows(MAX_ROWS / one + 1), Err(TooLong));
    let letters = "Ж".repeat(100_000);
    assert_eq!(drawn(Width::Mm58, |r| r.text(Style::Title, &letters)), Err(TooLong));
    assert_eq!(drawn(Width::Mm80, |r| r.code(&"A".repeat(10_000), "QR")), Err(TooLong));
}

#[test]
fn what_is_no_font_is_refused() {
    assert!(Fonts::new(b"no font", BOLD).is_err());
}
