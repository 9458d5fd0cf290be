//! Photos of codes, as a phone makes them: what must be read, and what must not stop the reader.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

#[path = "support/camera.rs"]
mod camera;

use std::fs;
use std::path::Path;

use camera::{PLAIN, Sheet, Shot};
use urna_verify::qr_texts_of_photo;

/// Texts as long as those of a report's codes.
fn texts(count: usize, length: usize) -> Vec<String> {
    const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
    let mut state = 5_u64;
    let mut letter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        char::from(LETTERS[usize::try_from(state >> 33).unwrap() % LETTERS.len()])
    };
    let mut text = |at: usize| (0..length).map(|_| letter()).fold(format!("URNA1/{at}:"), push);
    (1..=count).map(&mut text).collect()
}

fn push(mut text: String, letter: char) -> String {
    text.push(letter);
    text
}

/// The photo's sides, so that the whole sheet is on it however it lies.
fn fitting(sheet: &Sheet, shot: Shot) -> Shot {
    let (width, height) = sheet.size();
    let mut side = 40;
    while f64::from(side) < width.hypot(height) * shot.module * 1.15 + 40.0 {
        side += 1;
    }
    Shot { size: (side, side), ..shot }
}

#[test]
fn codes_are_read_however_the_paper_lies() {
    let texts = texts(4, 638);
    let sheet = Sheet::new(&texts, 2);
    let photo = Shot { blur: 0.7, noise: 6, shade: 0.2, quality: 80, ..PLAIN };
    let shots = [
        Shot { module: 2.0, ..PLAIN },
        Shot { module: 10.0, turn: 45.0, ..PLAIN },
        Shot { module: 2.5, turn: 13.0, ..photo },
        Shot { turn: 200.0, ..photo },
        Shot { module: 5.0, tilt: 20.0, turn: 100.0, ..photo },
        Shot { module: 5.0, tilt: 30.0, turn: 330.0, ..photo },
        Shot { blur: 1.5, turn: 75.0, ..photo },
        Shot { noise: 30, ..photo },
        Shot { shade: 0.7, turn: 300.0, ..photo },
        Shot { quality: 40, turn: 13.0, ..photo },
        Shot { bend: 2.0, ..photo },
    ];
    for (seed, shot) in (0..).zip(shots) {
        let found = qr_texts_of_photo(&sheet.photographed(&fitting(&sheet, shot), seed));
        assert_eq!(found, texts, "{shot:?}");
    }
}

#[test]
fn small_codes_are_read() {
    let texts = texts(2, 60);
    let sheet = Sheet::new(&texts, 2);
    for module in [1.5, 2.0, 3.0, 6.0] {
        for turn in [0.0, 13.0, 90.0, 185.0] {
            let shot = fitting(&sheet, Shot { module, turn, ..PLAIN });
            assert_eq!(qr_texts_of_photo(&sheet.photographed(&shot, 1)), texts, "{module} {turn}");
        }
    }
}

/// Beyond what can be read nothing is made up.
#[test]
fn a_photo_that_says_too_little_says_nothing_else() {
    let texts = texts(4, 638);
    let sheet = Sheet::new(&texts, 2);
    let mut read = 0;
    for (seed, (blur, noise)) in (0..).zip([(1.6, 20), (2.0, 10), (2.5, 40), (3.5, 5), (0.5, 110)])
    {
        let shot = fitting(&sheet, Shot { blur, noise, module: 3.0, turn: 13.0, ..PLAIN });
        for text in qr_texts_of_photo(&sheet.photographed(&shot, seed)) {
            assert!(texts.contains(&text), "{text}");
            read += 1;
        }
    }
    assert!(read < 20, "too kind to say anything about bad photos");
}

#[test]
fn files_that_stopped_other_readers_do_not_stop_this_one() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = [here.join("tests/hostile"), here.join("../core/tests/hostile/decode")];
    for folder in folders {
        let mut files = 0;
        for file in fs::read_dir(&folder).unwrap() {
            assert_eq!(qr_texts_of_photo(&fs::read(file.unwrap().path()).unwrap()), [""; 0]);
            files += 1;
        }
        assert!(files > 1, "{folder:?}");
    }
}
