//! What went wrong, in the words of whoever stands in front of the kiosk.

use urna_core::vault_api::VaultError;

use crate::i18n::Texts;

/// Something that a person has to know about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The vault refused.
    Vault(VaultError),
    /// The vault stopped or does not answer; only loading the page again helps.
    VaultGone(String),
    /// A file could not be read.
    File(String),
    /// A server can't be reached, is too slow or answers nonsense.
    Net {
        /// Which: a key of the translations, `net-…`.
        key: &'static str,
        /// What was seen, in words for a protocol.
        detail: String,
    },
    /// The collector refused the result.
    Collector {
        /// Its stable code.
        code: String,
        /// Its words.
        detail: String,
    },
    /// The scanner stopped; the sheet is not counted.
    Scanner(urna_scanner::ScannerFault),
    /// A stick or folder can't be read.
    Copy(urna_core::CopyFault),
    /// A sample ballot could not be made.
    Sample(String),
    /// The vault answered something that does not belong to the question.
    Unexpected,
}

impl Problem {
    /// What happened and what to do next.
    pub fn text(&self, t: &Texts) -> String {
        match self {
            Problem::Vault(error) => vault_text(error, t),
            Problem::VaultGone(_) => t.get("vault-gone"),
            Problem::File(_) => t.get("file-unreadable"),
            Problem::Net { key, .. } => t.get(key),
            Problem::Collector { code, .. } => {
                t.get_or(&format!("collector-{}", dashed(code)), "collector-refused")
            }
            Problem::Scanner(fault) => {
                let cause = t.get(crate::scanning::fault_key(*fault));
                format!("{cause} {}", t.get(crate::scanning::fate_key(*fault)))
            }
            Problem::Copy(fault) => t.get(crate::second_copy::fault_key(*fault)),
            Problem::Sample(_) => t.get("sample-failed"),
            Problem::Unexpected => t.get("vault-gone"),
        }
    }

    /// The words for a protocol, where there are more.
    pub fn detail(&self) -> Option<String> {
        match self {
            Problem::Vault(
                VaultError::Seal { detail, .. }
                | VaultError::Storage { detail, .. }
                | VaultError::Copy { detail, .. }
                | VaultError::Figures { detail }
                | VaultError::Station { detail, .. }
                | VaultError::BadRequest { detail },
            ) => Some(detail.clone()),
            Problem::VaultGone(detail)
            | Problem::File(detail)
            | Problem::Net { detail, .. }
            | Problem::Collector { detail, .. }
            | Problem::Sample(detail) => Some(detail.clone()),
            Problem::Vault(_) | Problem::Scanner(_) | Problem::Copy(_) | Problem::Unexpected => {
                None
            }
        }
        .filter(|detail| !detail.is_empty())
    }

    /// A code for the log.
    pub fn code(&self) -> String {
        match self {
            Problem::Net { key, .. } => (*key).to_owned(),
            Problem::Collector { code, .. } => format!("collector-{code}"),
            _ => "other".to_owned(),
        }
    }
}

fn vault_text(error: &VaultError, t: &Texts) -> String {
    match error {
        VaultError::WrongState { state } => {
            t.with("error-wrong-state", &[("state", t.get(state_key(*state)).into())])
        }
        VaultError::Locked => t.get("error-locked"),
        VaultError::SignedOut => t.get("error-signed-out"),
        VaultError::CommissionOnly => t.get("error-commission-only"),
        VaultError::TooEarly { closes_at } => {
            let time = crate::clock::date_time(*closes_at, t.lang());
            t.with("error-too-early", &[("time", time.into())])
        }
        VaultError::PinForm => t.get("error-pin-form"),
        VaultError::WrongPin { delay_s } => {
            t.with("error-wrong-pin", &[("seconds", (*delay_s).into())])
        }
        VaultError::TooSoon { delay_s } => {
            t.with("error-too-soon", &[("seconds", (*delay_s).into())])
        }
        VaultError::Seal { code, .. } => {
            t.get_or(&format!("fault-seal-{}", dashed(code)), "fault-seal")
        }
        VaultError::ZeroNotPrinted => t.get("error-zero-not-printed"),
        VaultError::NotZero => t.get("error-not-zero"),
        VaultError::DropNotConfirmed => t.get("error-drop-not-confirmed"),
        VaultError::TooManyScanners => t.get("error-too-many-scanners"),
        VaultError::TooManyCounts => t.get("error-too-many-counts"),
        VaultError::Station { code, .. } => {
            t.get_or(&format!("fault-station-{}", dashed(code)), "fault-station")
        }
        VaultError::CopyBehind => t.get("error-copy-behind"),
        VaultError::Copy { code, .. } => {
            t.get_or(&format!("fault-copy-{}", dashed(code)), "fault-copy-damaged")
        }
        VaultError::OrderShows { found } => {
            let means = crate::components::means_words(t, found);
            t.with("error-order-shows", &[("means", means.into())])
        }
        VaultError::Storage { code, .. } => {
            t.get_or(&format!("fault-storage-{}", dashed(code)), "fault-storage")
        }
        VaultError::Figures { .. } => t.get("error-figures"),
        VaultError::BadRequest { .. } => t.get("error-bad-request"),
    }
}

/// Key of a poll state's name.
pub fn state_key(state: urna_core::journal::PollState) -> &'static str {
    use urna_core::journal::PollState;
    match state {
        PollState::Unprovisioned => "state-unprovisioned",
        PollState::Provisioned => "state-provisioned",
        PollState::Tested => "state-tested",
        PollState::Open => "state-open",
        PollState::Paused => "state-paused",
        PollState::Closed => "state-closed",
        PollState::Reported => "state-reported",
        PollState::Transmitted => "state-transmitted",
    }
}

/// Why a sheet is given back, by the code of its refusal.
pub fn refusal_text(t: &Texts, code: &str) -> String {
    t.get_or(&format!("refusal-{}", dashed(code)), "refusal-other")
}

/// A code as a part of a translation key.
fn dashed(code: &str) -> String {
    code.replace('_', "-")
}

#[cfg(test)]
mod tests {
    use urna_core::Lang;

    use super::refusal_text;
    use crate::i18n::Texts;

    /// Where codes of refusals are given, and what stands before each of them.
    const SOURCES: [(&str, &str); 2] = [
        (include_str!("../crates/core/src/recognition/refusal.rs"), "=> \""),
        (include_str!("../worker/src/count.rs"), "fault(\""),
    ];

    #[test]
    fn each_refusal_has_words_of_its_own() {
        let after = |(source, before): (&'static str, &'static str)| {
            source.split(before).skip(1).filter_map(|rest| rest.split('"').next())
        };
        let codes: Vec<&str> = SOURCES.into_iter().flat_map(after).collect();
        assert!(
            codes.contains(&"wrong_election") && codes.contains(&"wrong_precinct"),
            "{codes:?}"
        );
        for lang in [Lang::Ky, Lang::Ru, Lang::En] {
            let texts = Texts::new(lang);
            let otherwise = refusal_text(&texts, "no_such_code");
            for code in &codes {
                assert_ne!(refusal_text(&texts, code), otherwise, "{code} in {lang:?}");
            }
        }
    }
}
