//! What a person does with the paper.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use urna_scanner_sim::{OnBus, Script, Simulator, fi_scanner, generated_sheets};

fn pictures(device: &impl Simulator) -> Vec<usize> {
    device.truth().sheets.iter().map(|sheet| sheet.picture).collect()
}

fn hands(device: &mut impl Simulator, what: &str) {
    device.happen(&what.parse().unwrap());
}

#[test]
fn a_sheet_that_is_fed_again_shows_what_it_showed_and_shifts_no_other() {
    let mut device = fi_scanner(generated_sheets(3, 40, 60, 50), Script::default());
    hands(&mut device, "empty");
    hands(&mut device, "load 2");
    hands(&mut device, "again 5");
    hands(&mut device, "load 2");
    assert_eq!(pictures(&device), [0, 1, 2, 0, 1, 1, 2, 0]);
    assert_eq!(device.truth().check(), Ok(()));
}

#[test]
fn a_sheet_that_never_was_is_not_fed_again() {
    let mut device = fi_scanner(generated_sheets(1, 40, 60, 50), Script::default());
    for what in ["again 0", "again 2", "again 4294967295"] {
        hands(&mut device, what);
    }
    assert_eq!(pictures(&device), [0]);
}

#[test]
fn what_lies_in_the_hopper_is_noted_when_it_changes() {
    let mut device = fi_scanner(generated_sheets(2, 40, 60, 50), Script::default());
    hands(&mut device, "empty");
    hands(&mut device, "load 2");
    hands(&mut device, "cover-open");
    let notes = device.take_notes();
    let hopper: Vec<_> = notes.iter().filter(|note| note.starts_with("hopper: ")).collect();
    assert_eq!(hopper, ["hopper: 2"]);
}
