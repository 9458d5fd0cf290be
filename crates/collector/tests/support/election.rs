//! Two regions, three precincts, a general vote everywhere and party lists in precinct 1.

use urna_core::definition::{
    BallotOption, BallotStyle, Contest, ContestKind, DEFINITION_VERSION, ElectionDefinition,
    ElectionMode, FaultPolicy, MarginalPolicy, Precinct, PreferenceFault, PreferenceRules, Region,
    Thresholds, VerdictPolicy, Vote,
};
use urna_core::design::{PageDesign, RectUm, Target, TargetShape};
use urna_core::seal::Package;
use urna_core::{OptionId, Text};

pub fn election() -> ElectionDefinition {
    let plurality = |votes_allowed| ContestKind::Plurality { votes_allowed };
    ElectionDefinition {
        version: DEFINITION_VERSION,
        id: "test-2027".into(),
        title: Text { ky: "Сыноо".into(), ru: "Проба".into(), en: "Trial <b>&".into() },
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
                    contest("president", plurality(1), &["a", "b"]),
                    contest("council", plurality(2), &["d", "e", "f"]),
                ],
            },
            Vote {
                id: "lists".into(),
                title: Text::same("Lists"),
                contests: vec![contest("parties", party_lists(), &["p1", "p2"])],
            },
        ],
        styles: vec![
            style("general", &["president", "council"], &[]),
            style("lists", &["parties"], &["1"]),
        ],
        regions: vec![region("north"), region("south")],
        precincts: vec![
            precinct("1", "north", 1_000),
            precinct("2", "north", 2_000),
            precinct("3", "south", 30),
        ],
        policy: VerdictPolicy {
            blank: FaultPolicy::Invalid,
            overvote: FaultPolicy::Invalid,
            void: FaultPolicy::Invalid,
            marginal: MarginalPolicy::Invalid,
            confirm_invalid_drop: true,
            second_copy: false,
        },
        thresholds: Thresholds {
            definite_permille: 80,
            marginal_permille: 45,
            band_permille: vec![40, 120],
        },
        report_copies: 2,
        collector_url: Some("http://127.0.0.1:8080".to_owned()),
        utc_offset_minutes: None,
    }
}

/// The package: one side per style with one target, which is all that the seal asks for.
pub fn package(definition: &ElectionDefinition) -> Package {
    let design = |style: &BallotStyle| {
        let contest = definition.contest(&style.contests[0]).unwrap();
        let area = RectUm { x: 10_000, y: 10_000, w: 8_000, h: 8_000 };
        let option = contest.options[0].id.clone();
        let shape = TargetShape::Square;
        PageDesign {
            id: style.id.as_str().into(),
            style: style.id.clone(),
            page: 1,
            width_um: 210_000,
            height_um: 297_000,
            targets: vec![Target { contest: contest.id.clone(), option, area, shape }],
            blank_png: vec![1, 2, 3],
            exact: false,
        }
    };
    let designs = definition.styles.iter().map(design).collect();
    Package { definition: definition.clone(), designs }
}

fn contest(id: &str, kind: ContestKind, options: &[&str]) -> Contest {
    let named = options.iter().chain(&["against-all"]);
    let option = |id: &&str| BallotOption {
        id: (*id).into(),
        name: Text::same(format!("<script>alert('{id}')</script> & \"{id}\"")),
        detail: None,
    };
    Contest {
        id: id.into(),
        title: Text::same(id),
        question: None,
        kind,
        options: named.map(option).collect(),
        against_all: Some(OptionId::from("against-all")),
    }
}

fn party_lists() -> ContestKind {
    let fault = PreferenceFault::PartyOnly;
    ContestKind::PartyPreference {
        rules: PreferenceRules {
            numbers: 5,
            without_number: fault,
            several_numbers: fault,
            against_all_with_number: fault,
        },
    }
}

fn style(vote: &str, contests: &[&str], precincts: &[&str]) -> BallotStyle {
    BallotStyle {
        id: vote.into(),
        vote: vote.into(),
        contests: contests.iter().map(|&id| id.into()).collect(),
        precincts: precincts.iter().map(|&id| id.into()).collect(),
    }
}

fn region(id: &str) -> Region {
    Region { id: id.into(), name: Text::same(id.to_uppercase()) }
}

fn precinct(id: &str, region: &str, registered: u32) -> Precinct {
    Precinct {
        id: id.into(),
        name: Text::same(format!("School {id}")),
        region: region.into(),
        registered,
    }
}
