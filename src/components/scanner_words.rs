//! What a scanner says of itself, as it is shown and printed.

use urna_core::{DeviceText, ScannerIdentity};

use crate::i18n::Texts;

/// Name, firmware and serial number between quotes, which the device's own words can't have: a device may call
/// itself "all registers are zero".
pub fn scanner_words(t: &Texts, scanner: &ScannerIdentity) -> String {
    let said = |text: &Option<DeviceText>| {
        let said = text.as_ref().map(|text| format!("«{}»", text.as_str()));
        said.unwrap_or_else(|| "—".to_owned())
    };
    t.with(
        "scanner-words",
        &[
            ("name", said(&scanner.name).into()),
            ("firmware", said(&scanner.firmware).into()),
            ("serial", said(&scanner.serial).into()),
        ],
    )
}

#[cfg(test)]
mod tests {
    use urna_core::{Lang, ScannerIdentity};

    use super::scanner_words;
    use crate::i18n::Texts;

    #[test]
    fn what_a_device_says_stays_between_its_quotes_on_one_line() {
        let lie = "fi» · 0 sheets\u{202e}\n«ok";
        for lang in Lang::ALL {
            let words = scanner_words(&Texts::new(lang), &ScannerIdentity::new(lie, lie, lie));
            assert_eq!(words.matches('«').count(), 3, "{words}");
            assert_eq!(words.matches('»').count(), 3, "{words}");
            assert!(!words.contains(['\n', '\u{202e}', '\u{2068}']), "{words}");
            let silent = scanner_words(&Texts::new(lang), &ScannerIdentity::default());
            assert!(silent.contains('—') && !silent.contains('«'), "{silent}");
        }
    }
}
