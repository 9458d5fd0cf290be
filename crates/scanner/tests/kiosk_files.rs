//! The udev rule and the Chromium policy that are shipped name the same makers and classes as the program.
#![allow(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;

use urna_scanner::{Filter, filters};

const RULES: &str = include_str!("../../../assets/kiosk/60-urna-scanner.rules");
const POLICY: &str = include_str!("../../../assets/kiosk/urna-usb.json");

/// Maker and class of each filter, as texts of a rule.
fn wanted() -> BTreeSet<(Option<String>, String)> {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    filters()
        .map(|Filter { vendor, class }| (vendor.map(|vendor| format!("{vendor:04x}")), hex(&class)))
        .collect()
}

/// What stands between `before` and the next quote.
fn value<'a>(line: &'a str, before: &str) -> Option<&'a str> {
    line.split_once(before)?.1.split('"').next()
}

/// Maker and class of each line of the rules that holds `mark`.
fn ruled(mark: &str) -> BTreeSet<(Option<String>, String)> {
    let lines = RULES.lines().filter(|line| line.contains(mark) && !line.starts_with('#'));
    lines
        .map(|line| {
            let vendor = value(line, "{idVendor}==\"").map(str::to_owned);
            let class = value(line, "ENV{ID_USB_INTERFACES}==\"*:").unwrap();
            (vendor, class.trim_end_matches(":*").to_owned())
        })
        .collect()
}

#[test]
fn the_rule_opens_what_the_program_looks_for_and_nothing_else() {
    assert_eq!(ruled("MODE=\"0660\""), wanted());
    for line in RULES.lines().filter(|line| line.contains("MODE=")) {
        assert!(line.contains("GROUP=\"plugdev\", TAG+=\"uaccess\""), "{line}");
        assert!(!line.contains("0666"), "{line}");
    }
}

#[test]
fn the_printer_driver_is_taken_off_scanners_that_print_too_and_nothing_else() {
    let is_own = |class: &str| class == "ffffff";
    let printers: BTreeSet<_> = wanted().into_iter().filter(|(_, class)| !is_own(class)).collect();
    assert_eq!(ruled("usblp/unbind"), printers);
    // Within one line udev matches before it imports: the import must stand before, alone.
    let lines: Vec<&str> = RULES.lines().collect();
    let import =
        lines.iter().position(|line| *line == "IMPORT{parent}=\"ID_USB_INTERFACES\"").unwrap();
    let guard = lines.iter().position(|line| line.starts_with("DRIVER!=\"usblp\", GOTO=")).unwrap();
    let first = lines.iter().position(|line| line.contains("usblp/unbind")).unwrap();
    assert!(guard < import && import < first);
}

#[test]
fn each_jump_of_the_rules_has_its_place() {
    for line in RULES.lines() {
        if let Some(label) = value(line, "GOTO=\"") {
            assert!(RULES.contains(&format!("LABEL=\"{label}\"")), "{label}");
        }
    }
}

#[test]
fn the_policy_grants_the_makers_of_the_program_to_the_kiosk_and_nobody_else() {
    let policy: serde_json::Value = serde_json::from_str(POLICY).unwrap();
    let grants = policy["WebUsbAllowDevicesForUrls"].as_array().unwrap();
    assert_eq!(grants.len(), 1);
    let devices = grants[0]["devices"].as_array().unwrap();
    // A policy knows no classes: a device without a maker would be any device.
    let granted: BTreeSet<u64> =
        devices.iter().map(|device| device["vendor_id"].as_u64().unwrap()).collect();
    let makers: BTreeSet<u64> =
        filters().filter_map(|filter| filter.vendor).map(u64::from).collect();
    assert_eq!(granted, makers);
    assert_eq!(granted.len(), devices.len());
    // The kiosk's own address, as `make run` has it. Not `localhost`: storage lasts only at 127.0.0.1.
    assert_eq!(grants[0]["urls"], serde_json::json!(["http://127.0.0.1:8090"]));
    // Scanners of makers that no filter names are chosen by hand, so asking must be allowed.
    let any_maker = filters().any(|filter| filter.vendor.is_none());
    assert_eq!(policy["DefaultWebUsbGuardSetting"], if any_maker { 3 } else { 2 });
}
