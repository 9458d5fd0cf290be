//! What a hostile device says of itself can't deceive on paper or screen, and a report names scanners in one way.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use minicbor::{Decode, Encode};
use proptest::prelude::*;
use urna_core::report::{MAX_SCANNERS, Report, ReportKind, Scanners};
use urna_core::{DeviceText, MAX_DEVICE_TEXT, ScannerIdentity};

#[path = "support/sealed.rs"]
#[allow(dead_code, reason = "the key is for others")]
mod sealed;

fn shown(said: &str) -> String {
    DeviceText::new(said).map_or_else(String::new, String::from)
}

#[test]
fn names_of_real_scanners_stay_as_they_are() {
    for name in
        ["FUJITSU fi-7160", "HP ScanJet Pro 2000 s2", "Brother ADS-4300N", "0L00", "A36C[001]/7"]
    {
        assert_eq!(shown(name), name);
    }
}

#[test]
fn what_could_deceive_becomes_visible_or_a_space() {
    for (said, expected) in [
        ("", ""),
        (" \t\r\n\u{a0}\u{3000}", ""),
        ("fi\0-\u{7}7160", "fi - 7160"),
        ("one\r\ntwo\u{2028}three\u{85}four", "one two three four"),
        ("abc\u{202e}fed\u{2066}x\u{2069}", "abc?fed?x?"),
        ("a\u{200b}b\u{feff}c\u{ad}d", "a?b?c?d"),
        ("Ѕсаnnеr", "???nn?r"),
        ("e\u{301}\u{301}\u{301}", "e???"),
        ("«0 sheets»", "?0 sheets?"),
        ("  many    spaces  ", "many spaces"),
        ("\u{10ffff}\u{e000}", "??"),
    ] {
        assert_eq!(shown(said), expected, "{said:?}");
    }
}

#[test]
fn a_long_text_is_cut_and_says_so() {
    let long = "x".repeat(MAX_DEVICE_TEXT);
    assert_eq!(shown(&long), long);
    let cut = shown(&format!("{long}y"));
    assert_eq!((cut.len(), cut.ends_with("x...")), (MAX_DEVICE_TEXT, true));
    // A cut never leaves a space before its dots, and a book is not read to its end.
    let words = format!("{} {}", "x".repeat(MAX_DEVICE_TEXT - 4), "y".repeat(9));
    assert!(shown(&words).ends_with("x..."), "{}", shown(&words));
    assert_eq!(shown(&format!("{}end", " ".repeat(1 << 20))), "");
    assert_eq!(shown(&"\u{202e}".repeat(1 << 20)).len(), MAX_DEVICE_TEXT);
}

proptest! {
    #[test]
    fn whatever_is_said_one_printable_line_comes_of_it_and_returns(said in any::<String>()) {
        if let Some(text) = DeviceText::new(&said) {
            let kept = text.as_str();
            prop_assert!((1..=MAX_DEVICE_TEXT).contains(&kept.len()));
            prop_assert!(kept.bytes().all(|byte| (b' '..=b'~').contains(&byte)));
            prop_assert!(!kept.starts_with(' ') && !kept.ends_with(' ') && !kept.contains("  "));
            let again = DeviceText::new(kept);
            prop_assert_eq!(again.as_ref(), Some(&text));
            let bytes = minicbor::to_vec(&text).unwrap();
            prop_assert_eq!(&minicbor::decode::<DeviceText>(&bytes).unwrap(), &text);
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<DeviceText>(&json).unwrap(), text);
        }
    }
}

#[test]
fn a_reader_refuses_texts_that_no_vault_writes() {
    let long = "x".repeat(MAX_DEVICE_TEXT + 1);
    for text in ["", " ", " x", "x ", "x  y", "x\ny", "x\u{202e}y", "ё", long.as_str()] {
        let bytes = minicbor::to_vec(text).unwrap();
        assert!(minicbor::decode::<DeviceText>(&bytes).is_err(), "{text:?}");
        let json = serde_json::to_string(text).unwrap();
        assert!(serde_json::from_str::<DeviceText>(&json).is_err(), "{text:?}");
    }
}

fn report(scanners: Option<Scanners>, kind: ReportKind) -> Report {
    let (report, _) = sealed::report(1);
    Report { kind, scanners, ..report }
}

#[test]
fn a_report_names_scanners_within_its_bounds() {
    let scanner = ScannerIdentity::new("fi-7160", "0L00", "A36C001");
    let used =
        |count: usize, changes: u32| Some(Scanners { used: vec![scanner.clone(); count], changes });
    for (kind, scanners, is_sound) in [
        (ReportKind::Final, None, true),
        (ReportKind::Final, used(0, 0), true),
        (ReportKind::Final, used(MAX_SCANNERS, 99), true),
        (ReportKind::Final, used(MAX_SCANNERS + 1, 99), false),
        (ReportKind::Zero, used(1, 0), true),
        (ReportKind::Zero, used(2, 0), false),
        (ReportKind::Zero, used(1, 1), false),
    ] {
        let report = report(scanners, kind);
        assert_eq!(report.check().is_ok(), is_sound, "{kind:?}: {:?}", report.scanners);
    }
}

/// The report as a reader knew it that has no scanners.
#[derive(Decode, Encode)]
#[cbor(map)]
struct Older {
    #[n(0)]
    version: u32,
    #[n(17)]
    software: String,
}

#[test]
fn older_readers_skip_scanners_and_older_reports_have_none() {
    let scanners = Scanners { used: vec![ScannerIdentity::default()], changes: 3 };
    let new = minicbor::to_vec(report(Some(scanners.clone()), ReportKind::Final)).unwrap();
    let older: Older = minicbor::decode(&new).unwrap();
    assert_eq!((older.version, older.software.as_str()), (1, "test"));
    assert_eq!(minicbor::decode::<Report>(&new).unwrap().scanners, Some(scanners));
    let old = minicbor::to_vec(report(None, ReportKind::Final)).unwrap();
    assert_eq!(minicbor::decode::<Report>(&old).unwrap().scanners, None);
}
