//! What the self-test of the secrecy of the vote says: which ways to rebuild the order of votes were tried,
//! and which of them, if any, led somewhere.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use super::ReportKind;

/// A way to rebuild the order in which votes were cast. Numbers and names never change.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PrivacyMeans {
    /// Places of the records in their file.
    #[n(0)]
    Slots,
    /// Nonces of the sealed records: as counters, as times, as numbers with a structure.
    #[n(1)]
    Nonces,
    /// The random generator: its next outputs from those that are stored, or from the time as its seed.
    #[n(2)]
    Generator,
    /// What the keys open: every byte of it, and whether it says more than the votes.
    #[n(3)]
    Contents,
    /// Sizes of the records.
    #[n(4)]
    Sizes,
    /// The sealed bytes themselves.
    #[n(5)]
    Sealed,
    /// Events of the log: whether one says anything that depends on the votes.
    #[n(6)]
    Events,
    /// All other files, and the times of files: whether one changes from one sheet to the next.
    #[n(7)]
    Files,
    /// Copies of everything from several moments: whether they tell more than the set of records between two.
    #[n(8)]
    Copies,
}

impl PrivacyMeans {
    /// All of them, by their numbers.
    pub const ALL: [Self; 9] = [
        Self::Slots,
        Self::Nonces,
        Self::Generator,
        Self::Contents,
        Self::Sizes,
        Self::Sealed,
        Self::Events,
        Self::Files,
        Self::Copies,
    ];

    /// Its name for people who maintain the program, and in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Slots => "slots",
            Self::Nonces => "nonces",
            Self::Generator => "generator",
            Self::Contents => "contents",
            Self::Sizes => "sizes",
            Self::Sealed => "sealed",
            Self::Events => "events",
            Self::Files => "files",
            Self::Copies => "copies",
        }
    }
}

/// Outcome of the self-test: on a zero report of a trial with made-up sheets, whose order is known; on a final
/// report of what is stored, as far as that can be judged by who does not know the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[cbor(map)]
pub struct PrivacyTest {
    /// Sheets of the trial, or records that were looked at.
    #[n(0)]
    pub sheets: u32,
    /// Means that did no better than chance; ascending.
    #[n(1)]
    pub passed: Vec<PrivacyMeans>,
    /// Means that found something; ascending.
    #[n(2)]
    pub found: Vec<PrivacyMeans>,
}

impl PrivacyTest {
    /// Of `tried` means, those in `found` found something.
    pub fn new(sheets: u32, tried: &[PrivacyMeans], found: &[PrivacyMeans]) -> Self {
        let all = |wanted: bool| {
            let means = PrivacyMeans::ALL.into_iter().filter(|means| tried.contains(means));
            means.filter(|means| found.contains(means) == wanted).collect()
        };
        PrivacyTest { sheets, passed: all(false), found: all(true) }
    }

    /// Whether no means found anything.
    pub fn is_passed(&self) -> bool {
        self.found.is_empty()
    }

    pub(super) fn check(&self, kind: ReportKind) -> Result<(), String> {
        let ascends = |means: &[PrivacyMeans]| means.is_sorted_by(|a, b| a < b);
        let once = self.passed.iter().all(|means| !self.found.contains(means));
        if !ascends(&self.passed) || !ascends(&self.found) || !once {
            return Err("the self-test names its means twice or out of order".to_owned());
        }
        match kind {
            ReportKind::Zero if !self.is_passed() => {
                Err("a zero report of a device whose self-test found the order of votes".to_owned())
            }
            ReportKind::Turnout => Err("a turnout slip carries a self-test".to_owned()),
            ReportKind::Zero | ReportKind::Final => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{PrivacyMeans, PrivacyTest};
    use crate::report::ReportKind;

    #[test]
    fn names_and_numbers_are_those_of_the_formats() {
        for (means, number) in PrivacyMeans::ALL.into_iter().zip(0_u8..) {
            assert_eq!(minicbor::to_vec(means).unwrap(), [number]);
            assert_eq!(serde_json::to_value(means).unwrap(), means.code());
        }
        let test = PrivacyTest::new(9, &PrivacyMeans::ALL[..3], &[PrivacyMeans::Nonces]);
        let bytes = [0xa3, 0, 9, 1, 0x82, 0, 2, 2, 0x81, 1];
        assert_eq!(minicbor::to_vec(&test).unwrap(), bytes);
        assert_eq!(minicbor::decode::<PrivacyTest>(&bytes).unwrap(), test);
    }

    #[test]
    fn only_a_report_that_may_say_so_says_what_was_found() {
        let passed = PrivacyTest::new(9, &PrivacyMeans::ALL, &[]);
        let found = PrivacyTest::new(9, &PrivacyMeans::ALL, &[PrivacyMeans::Slots]);
        assert!(passed.check(ReportKind::Zero).is_ok() && passed.check(ReportKind::Final).is_ok());
        assert!(found.check(ReportKind::Zero).is_err() && found.check(ReportKind::Final).is_ok());
        assert!(passed.check(ReportKind::Turnout).is_err());
        let twice = PrivacyTest { passed: PrivacyMeans::ALL.to_vec(), ..found };
        assert!(twice.check(ReportKind::Final).is_err());
        let mixed =
            PrivacyTest { passed: vec![PrivacyMeans::Files, PrivacyMeans::Slots], ..passed };
        assert!(mixed.check(ReportKind::Zero).is_err());
    }
}
