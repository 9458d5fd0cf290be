//! One contest: which options are marked, and what that means by the contest's rules.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::OptionId;
use crate::definition::{Contest, ContestKind, PreferenceFault, PreferenceRules};

/// What a voter's marks in one contest mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Outcome {
    /// Votes for `choices`; fewer than allowed is an undervote, not a fault.
    Valid {
        /// Chosen options in printed order, at least one.
        choices: Vec<OptionId>,
        /// The preferred number on the chosen party's list.
        preference: Option<u16>,
    },
    /// No mark at all.
    Blank,
    /// More options are marked than the voter may choose.
    Overvoted,
    /// The rule named makes the contest count for nobody.
    Void {
        /// Which rule.
        rule: VoidRule,
    },
}

/// Why a contest is void.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum VoidRule {
    /// A number on a party list is marked, and no party.
    #[n(0)]
    NumberWithoutParty,
    /// A party is marked, and no number, where the rules ask for one.
    #[n(1)]
    PartyWithoutNumber,
    /// A party is marked, and more than one number.
    #[n(2)]
    SeveralNumbers,
    /// "Against all" is marked together with a number.
    #[n(3)]
    AgainstAllWithNumber,
    /// "Against all" is marked together with an option, where several options are allowed.
    #[n(4)]
    AgainstAllWithOption,
    /// A mark is neither clearly a mark nor clearly none.
    #[n(5)]
    MarginalMark,
    /// Another contest made the whole sheet invalid.
    #[n(6)]
    SheetInvalid,
}

impl VoidRule {
    /// All rules, in the order of reports.
    pub const ALL: [VoidRule; 7] = [
        VoidRule::NumberWithoutParty,
        VoidRule::PartyWithoutNumber,
        VoidRule::SeveralNumbers,
        VoidRule::AgainstAllWithNumber,
        VoidRule::AgainstAllWithOption,
        VoidRule::MarginalMark,
        VoidRule::SheetInvalid,
    ];
}

/// Applies the contest's rules to the options that carry a definite mark. Marks that name no option
/// of the contest are ignored; the order and repetition of `marked` do not matter.
pub fn interpret_contest(contest: &Contest, marked: &[OptionId]) -> Outcome {
    let choices: Vec<OptionId> = contest
        .options
        .iter()
        .filter(|option| marked.contains(&option.id))
        .map(|option| option.id.clone())
        .collect();
    match &contest.kind {
        ContestKind::Plurality { .. } | ContestKind::Referendum => plurality(contest, choices),
        ContestKind::PartyPreference { rules } => {
            let mut numbers: Vec<u16> =
                marked.iter().filter_map(|id| contest.number_of(id)).collect();
            numbers.sort_unstable();
            numbers.dedup();
            party_preference(contest, rules, choices, &numbers)
        }
    }
}

fn plurality(contest: &Contest, choices: Vec<OptionId>) -> Outcome {
    if choices.is_empty() {
        Outcome::Blank
    } else if choices.len() > usize::from(contest.votes_allowed()) {
        Outcome::Overvoted
    } else if choices.len() > 1 && has_against_all(contest, &choices) {
        Outcome::Void { rule: VoidRule::AgainstAllWithOption }
    } else {
        Outcome::Valid { choices, preference: None }
    }
}

fn party_preference(
    contest: &Contest,
    rules: &PreferenceRules,
    choices: Vec<OptionId>,
    numbers: &[u16],
) -> Outcome {
    if choices.len() > 1 {
        return Outcome::Overvoted;
    }
    if choices.is_empty() {
        return match numbers {
            [] => Outcome::Blank,
            _ => Outcome::Void { rule: VoidRule::NumberWithoutParty },
        };
    }
    if has_against_all(contest, &choices) {
        return match numbers {
            [] => Outcome::Valid { choices, preference: None },
            _ => party_only_or_void(
                rules.against_all_with_number,
                choices,
                VoidRule::AgainstAllWithNumber,
            ),
        };
    }
    match numbers {
        [] => party_only_or_void(rules.without_number, choices, VoidRule::PartyWithoutNumber),
        [number] => Outcome::Valid { choices, preference: Some(*number) },
        _ => party_only_or_void(rules.several_numbers, choices, VoidRule::SeveralNumbers),
    }
}

fn party_only_or_void(fault: PreferenceFault, choices: Vec<OptionId>, rule: VoidRule) -> Outcome {
    match fault {
        PreferenceFault::PartyOnly => Outcome::Valid { choices, preference: None },
        PreferenceFault::Void => Outcome::Void { rule },
    }
}

fn has_against_all(contest: &Contest, choices: &[OptionId]) -> bool {
    contest.against_all.as_ref().is_some_and(|id| choices.contains(id))
}
