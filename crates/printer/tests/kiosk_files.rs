//! The udev rule that is shipped names the same classes as the program.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use urna_printer::CLASSES;

const RULES: &str = include_str!("../../../assets/kiosk/61-urna-receipt-printer.rules");

/// Class of each line that holds `mark`.
fn ruled(mark: &str) -> BTreeSet<String> {
    let lines = RULES.lines().filter(|line| line.contains(mark) && !line.starts_with('#'));
    let class = |line: &str| {
        let class = line.split_once("ENV{ID_USB_INTERFACES}==\"*:").unwrap().1;
        class.split_once(":*\"").unwrap().0.to_owned()
    };
    lines.map(class).collect()
}

#[test]
fn the_rule_opens_the_programs_classes_and_takes_the_driver_off_them() {
    let hex = |bytes: [u8; 3]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let wanted: BTreeSet<String> = CLASSES.into_iter().map(hex).collect();
    assert_eq!(ruled("MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\""), wanted);
    assert_eq!(ruled("MODE="), wanted);
    assert_eq!(ruled("usblp/unbind"), wanted);
}

#[test]
fn what_also_speaks_ipp_is_left_alone_before_anything_is_done() {
    let lines: Vec<&str> = RULES.lines().collect();
    let leave = "ENV{ID_USB_INTERFACES}==\"*:070104:*\", GOTO=\"urna_printer_end\"";
    let at =
        |mark: &str| lines.iter().position(|line| line.contains(mark) && !line.starts_with('#'));
    let left: Vec<usize> = (0..lines.len()).filter(|&line| lines[line] == leave).collect();
    let [device, interface] = left[..] else { panic!("{left:?}") };
    assert!(device < at("MODE=").unwrap());
    let (import, unbind) = (at("IMPORT{parent}").unwrap(), at("usblp/unbind").unwrap());
    assert!(import < interface && interface < unbind);
    assert!(at("DRIVER!=\"usblp\", GOTO=").unwrap() < import);
    for line in lines.iter().filter_map(|line| line.split_once("GOTO=\"")) {
        let label = line.1.trim_end_matches('"');
        assert!(RULES.contains(&format!("LABEL=\"{label}\"")), "{label}");
    }
}
