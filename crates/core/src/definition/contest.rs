//! Contests: the questions, their options and the rules that read them.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::{ContestId, OptionId, Text};

/// One question put to the voter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Contest {
    /// Identifier, unique in the election.
    #[n(0)]
    pub id: ContestId,
    /// Title on the ballot and on reports.
    #[n(1)]
    pub title: Text,
    /// The question itself, where it is longer than the title (referendums).
    #[n(2)]
    pub question: Option<Text>,
    /// How marks become votes.
    #[n(3)]
    pub kind: ContestKind,
    /// The options in printed order; with a party list these are the parties.
    #[n(4)]
    pub options: Vec<BallotOption>,
    /// The option that stands for "against all"; it is also listed in `options`.
    #[n(5)]
    pub against_all: Option<OptionId>,
}

/// One choice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct BallotOption {
    /// Identifier, unique in its contest.
    #[n(0)]
    pub id: OptionId,
    /// The name as printed.
    #[n(1)]
    pub name: Text,
    /// A second printed line: year of birth, party, occupation.
    #[n(2)]
    pub detail: Option<Text>,
}

/// How marks become votes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum ContestKind {
    /// Vote for at most `votes_allowed` of the options.
    #[n(0)]
    Plurality {
        /// 1 to the number of options.
        #[n(0)]
        votes_allowed: u16,
    },
    /// One of two or more answers.
    #[n(1)]
    Referendum,
    /// One party, and one number of a candidate on that party's list.
    #[n(2)]
    PartyPreference {
        /// What the numbers are and what their faults mean.
        #[n(0)]
        rules: PreferenceRules,
    },
}

/// The numbered squares of a party list and what their faults mean. The law changed these more than
/// once, so they are data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct PreferenceRules {
    /// Numbered squares on the ballot, from 1; at most 999.
    #[n(0)]
    pub numbers: u16,
    /// A party is marked and no number.
    #[n(1)]
    pub without_number: PreferenceFault,
    /// A party is marked and more than one number.
    #[n(2)]
    pub several_numbers: PreferenceFault,
    /// "Against all" is marked and also a number.
    #[n(3)]
    pub against_all_with_number: PreferenceFault,
}

/// What a faulty preference does to the vote for the party. A number without a party is always void:
/// it says nothing about a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum PreferenceFault {
    /// The party has the vote, no candidate has the preference.
    #[n(0)]
    PartyOnly,
    /// The whole contest is void.
    #[n(1)]
    Void,
}

impl Contest {
    /// How many options a voter may mark.
    pub fn votes_allowed(&self) -> u16 {
        match self.kind {
            ContestKind::Plurality { votes_allowed } => votes_allowed,
            ContestKind::Referendum | ContestKind::PartyPreference { .. } => 1,
        }
    }

    /// The option with this identifier.
    pub fn option(&self, id: &OptionId) -> Option<&BallotOption> {
        self.options.iter().find(|option| option.id == *id)
    }

    /// The numbered squares, 0 where the contest has none.
    pub fn preference_numbers(&self) -> u16 {
        match &self.kind {
            ContestKind::PartyPreference { rules } => rules.numbers,
            ContestKind::Plurality { .. } | ContestKind::Referendum => 0,
        }
    }

    /// The number of a numbered square, if `id` names one of this contest.
    pub fn number_of(&self, id: &OptionId) -> Option<u16> {
        let number: u16 = id.as_str().strip_prefix("no-")?.parse().ok()?;
        let exact = number_option(number) == *id;
        (exact && (1..=self.preference_numbers()).contains(&number)).then_some(number)
    }
}

/// The option identifier of a numbered square: `no-1`, `no-2`, …
pub fn number_option(number: u16) -> OptionId {
    OptionId(format!("no-{number}"))
}
