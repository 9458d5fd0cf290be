//! What the self-test of the secrecy of the vote says, as it is shown and printed.

use urna_core::report::{PrivacyMeans, PrivacyTest, ReportKind};

use crate::i18n::Texts;

/// The outcome in one line.
pub fn privacy_words(t: &Texts, kind: ReportKind, test: &PrivacyTest) -> String {
    if !test.is_passed() {
        return t.with("report-privacy-found", &[("means", means_words(t, &test.found).into())]);
    }
    let key =
        if kind == ReportKind::Zero { "report-privacy-trial" } else { "report-privacy-stored" };
    t.with(key, &[("sheets", test.sheets.into()), ("means", test.passed.len().into())])
}

/// The names of means, one behind the other.
pub fn means_words(t: &Texts, means: &[PrivacyMeans]) -> String {
    let names = means.iter().map(|means| t.get(means_key(*means)));
    names.collect::<Vec<_>>().join(", ")
}

fn means_key(means: PrivacyMeans) -> &'static str {
    match means {
        PrivacyMeans::Slots => "privacy-slots",
        PrivacyMeans::Nonces => "privacy-nonces",
        PrivacyMeans::Generator => "privacy-generator",
        PrivacyMeans::Contents => "privacy-contents",
        PrivacyMeans::Sizes => "privacy-sizes",
        PrivacyMeans::Sealed => "privacy-sealed",
        PrivacyMeans::Events => "privacy-events",
        PrivacyMeans::Files => "privacy-files",
        PrivacyMeans::Copies => "privacy-copies",
    }
}

#[cfg(test)]
mod tests {
    use urna_core::Lang;
    use urna_core::report::{PrivacyMeans, PrivacyTest, ReportKind};

    use super::{means_words, privacy_words};
    use crate::i18n::Texts;

    #[test]
    fn what_was_found_is_named_and_what_was_not_is_not() {
        let all = PrivacyMeans::ALL;
        for lang in Lang::ALL {
            let texts = Texts::new(lang);
            let words = |kind, found: &[PrivacyMeans]| {
                privacy_words(&texts, kind, &PrivacyTest::new(7, &all, found))
            };
            let slots = means_words(&texts, &all[..1]);
            assert!(words(ReportKind::Final, &all[..1]).contains(&slots), "{slots}");
            for kind in [ReportKind::Zero, ReportKind::Final] {
                let passed = words(kind, &[]);
                assert!(passed.contains('7') && passed.contains('9'), "{passed}");
                assert!(!passed.contains(&slots), "{passed}");
            }
            assert_ne!(words(ReportKind::Zero, &[]), words(ReportKind::Final, &[]));
        }
    }
}
