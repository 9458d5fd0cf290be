//! The demonstration election is usable, and its ballots are laid out so that they can be read.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use std::collections::BTreeSet;

use urna_core::ballot::{Ballot, LayoutFault, lay_out};
use urna_core::definition::{ElectionDefinition, number_option};

const DEFINITION: &str = include_str!("../../../assets/demo/definition.json");

fn definition() -> ElectionDefinition {
    serde_json::from_str(DEFINITION).unwrap()
}

fn ballots() -> Vec<Ballot> {
    let definition = definition();
    definition.styles.iter().map(|style| lay_out(&definition, &style.id).unwrap()).collect()
}

#[test]
fn the_demonstration_election_is_valid() {
    definition().validate().unwrap();
}

#[test]
fn every_option_and_number_has_one_target() {
    let definition = definition();
    for ballot in ballots() {
        let style = definition.style(&ballot.style).unwrap();
        let mut expected = BTreeSet::new();
        for id in &style.contests {
            let contest = definition.contest(id).unwrap();
            expected.extend(contest.options.iter().map(|o| (id.clone(), o.id.clone())));
            let numbers = 1..=contest.preference_numbers();
            expected.extend(numbers.map(|number| (id.clone(), number_option(number))));
        }
        let targets = ballot.targets.iter().map(|t| (t.contest.clone(), t.option.clone()));
        assert_eq!(targets.collect::<BTreeSet<_>>(), expected, "{}", ballot.style);
        assert_eq!(ballot.targets.len(), expected.len(), "{}", ballot.style);
    }
}

#[test]
fn squares_lie_on_the_paper_and_apart() {
    for ballot in ballots() {
        for (at, target) in ballot.targets.iter().enumerate() {
            let a = target.area;
            assert!(a.x >= 5_000 && a.x + a.w + 5_000 <= ballot.width_um, "{target:?}");
            assert!(a.y >= 5_000 && a.y + a.h + 5_000 <= ballot.height_um, "{target:?}");
            for other in &ballot.targets[at + 1..] {
                let b = other.area;
                let apart = |a: u32, a_len: u32, b: u32, b_len: u32| {
                    a + a_len + 3_500 <= b || b + b_len + 3_500 <= a
                };
                let is_apart = apart(a.x, a.w, b.x, b.w) || apart(a.y, a.h, b.y, b.h);
                assert!(is_apart, "{target:?} and {other:?}");
            }
        }
    }
}

#[test]
fn the_svg_has_the_papers_true_size() {
    for ballot in ballots() {
        let svg = ballot.to_svg();
        let mm = |um: u32| f64::from(um) / 1000.0;
        let (width, height) = (mm(ballot.width_um), mm(ballot.height_um));
        assert!(svg.contains(&format!("width=\"{width}mm\" height=\"{height}mm\"")), "{svg:.200}");
        let view = format!("viewBox=\"0 0 {} {}\"", ballot.width_um, ballot.height_um);
        assert!(svg.contains(&view), "one unit is one micrometre");
        assert_eq!(svg.matches("stroke-width").count(), ballot.targets.len());
    }
}

#[test]
fn what_does_not_fit_is_a_fault() {
    let mut definition = definition();
    assert_eq!(
        lay_out(&definition, &"nowhere".into()),
        Err(LayoutFault::UnknownStyle("nowhere".into()))
    );
    let contest = &mut definition.votes[0].contests[0];
    let option = contest.options[0].clone();
    contest.options.extend(std::iter::repeat_n(option, 60));
    let style = definition.styles[0].id.clone();
    assert_eq!(lay_out(&definition, &style), Err(LayoutFault::TooLong(style)));
}
