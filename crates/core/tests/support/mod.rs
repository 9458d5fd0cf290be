//! A small election that has every kind of contest, for the tests of rules, tally and seals.

use urna_core::definition::{
    BallotOption, BallotStyle, Contest, ContestKind, DEFINITION_VERSION, ElectionDefinition,
    ElectionMode, FaultPolicy, MarginalPolicy, Precinct, PreferenceFault, PreferenceRules, Region,
    Thresholds, VerdictPolicy, Vote,
};
use urna_core::{OptionId, Text};

pub fn option(id: &str) -> BallotOption {
    BallotOption { id: id.into(), name: Text::same(id), detail: None }
}

pub fn contest(id: &str, kind: ContestKind, options: &[&str], against_all: bool) -> Contest {
    let mut options: Vec<_> = options.iter().map(|id| option(id)).collect();
    if against_all {
        options.push(option("against-all"));
    }
    Contest {
        id: id.into(),
        title: Text::same(id),
        question: None,
        kind,
        options,
        against_all: against_all.then(|| OptionId::from("against-all")),
    }
}

pub fn preference(fault: PreferenceFault) -> ContestKind {
    ContestKind::PartyPreference {
        rules: PreferenceRules {
            numbers: 5,
            without_number: fault,
            several_numbers: fault,
            against_all_with_number: fault,
        },
    }
}

/// President (1 of 3 + against all), council (2 of 4 + against all) and question on one sheet,
/// parties (3 × 5 numbers) on another; the party sheet is for precinct 1 only.
pub fn election() -> ElectionDefinition {
    let plurality = |votes_allowed| ContestKind::Plurality { votes_allowed };
    ElectionDefinition {
        version: DEFINITION_VERSION,
        id: "test-election".into(),
        title: Text::same("Test"),
        date: "2027-01-24".to_owned(),
        mode: ElectionMode::Official,
        turnout_hours: vec![10, 12],
        opens: "08:00".to_owned(),
        closes: "20:00".to_owned(),
        votes: vec![
            Vote {
                id: "general".into(),
                title: Text::same("General"),
                contests: vec![
                    contest("president", plurality(1), &["a", "b", "c"], true),
                    contest("council", plurality(2), &["d", "e", "f", "g"], true),
                    contest("question", ContestKind::Referendum, &["yes", "no"], false),
                ],
            },
            Vote {
                id: "lists".into(),
                title: Text::same("Lists"),
                contests: vec![contest(
                    "parties",
                    preference(PreferenceFault::PartyOnly),
                    &["p1", "p2", "p3"],
                    true,
                )],
            },
        ],
        styles: vec![
            BallotStyle {
                id: "general".into(),
                vote: "general".into(),
                contests: vec!["president".into(), "council".into(), "question".into()],
                precincts: vec![],
            },
            BallotStyle {
                id: "lists".into(),
                vote: "lists".into(),
                contests: vec!["parties".into()],
                precincts: vec!["1".into()],
            },
        ],
        regions: vec![Region { id: "r".into(), name: Text::same("R") }],
        precincts: ["1", "2"]
            .map(|id| Precinct {
                id: id.into(),
                name: Text::same(id),
                region: "r".into(),
                registered: 1_000,
            })
            .to_vec(),
        policy: VerdictPolicy {
            blank: FaultPolicy::Accept,
            overvote: FaultPolicy::Invalid,
            void: FaultPolicy::Invalid,
            marginal: MarginalPolicy::Invalid,
            confirm_invalid_drop: true,
            second_copy: false,
        },
        thresholds: Thresholds {
            definite_permille: 80,
            marginal_permille: 45,
            band_permille: vec![40, 60, 120, 160],
        },
        report_copies: 2,
        collector_url: None,
        utc_offset_minutes: None,
    }
}
