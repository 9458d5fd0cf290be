//! Test decks: read sheet by sheet as a device reads them, they come to what the second count says.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::{Value, json};
use support::{done, failed, folder, path};
use urna_core::definition::{
    ContestKind, ElectionDefinition, FaultPolicy, MarginalPolicy, PreferenceFault,
};
use urna_core::design::PageDesign;
use urna_core::recognition::{PreparedDesign, decode, import_design, read_page};
use urna_core::rules::{SheetVotes, Verdict, VoidRule, judge_sheet};
use urna_core::tally::{BallotRecord, Tally};

const DEFINITION: &str = include_str!("../../../assets/demo/definition.json");

/// An election with a device that serves one of its precincts.
struct Device {
    definition: ElectionDefinition,
    designs: Vec<PreparedDesign>,
    precinct: &'static str,
}

impl Device {
    fn new(place: &Path, definition: ElectionDefinition, precinct: &'static str) -> Device {
        let file = place.join("definition.json");
        std::fs::write(&file, serde_json::to_string(&definition).unwrap()).unwrap();
        done(&["render", "--definition", path(&file), "--out", path(place)]);
        let designs = definition.styles.iter().map(|style| {
            let folder = place.join(format!("{}-p1", style.id));
            let blank = std::fs::read(folder.join("blank.png")).unwrap();
            let json = std::fs::read_to_string(folder.join("design.json")).unwrap();
            let design = import_design(&json, blank).unwrap().design;
            let design = PageDesign { style: style.id.clone(), exact: true, ..design };
            PreparedDesign::new(&design).unwrap()
        });
        Device { designs: designs.collect(), definition, precinct }
    }

    /// Makes a deck and reads it. What it covers must be everything that can happen.
    fn agrees_on_a_deck(&self, place: &Path, more: &[&str]) -> Covered {
        let deck = place.join("deck");
        let file = place.join("definition.json");
        let arguments = ["testdeck", "--definition", path(&file), "--precinct", self.precinct];
        let told = done(&[&arguments, more, &["--out", path(&deck)]].concat());
        let expected = json_of(&deck.join("expected.json"));
        let mut tally = Tally::zero(&self.definition, &self.precinct.into());
        let mut places = [0_u64; 3];
        let mut covered = Covered::default();
        for sheet in truths(&deck) {
            let name = format!("{} {}", sheet["image"], sheet["purpose"]);
            let bytes = std::fs::read(deck.join(sheet["image"].as_str().unwrap())).unwrap();
            let read = self.read(&bytes);
            covered.add(&sheet);
            let found = match read {
                Err(code) => json!({"place": "given_back", "contests": [], "code": code}),
                Ok((votes, Verdict::NotAccepted { .. })) => told_of(&votes, "given_back"),
                Ok((votes, verdict)) => {
                    let invalid = verdict != Verdict::Accepted;
                    let record = BallotRecord::new(&self.definition, &votes, invalid).unwrap();
                    tally.add(&self.definition, &record).unwrap();
                    told_of(&votes, if invalid { "invalid_section" } else { "ballot_box" })
                }
            };
            assert_eq!(found["place"], sheet["expected"]["place"], "{name}: {found}");
            assert_eq!(found["contests"], sheet["expected"]["contests"], "{name}");
            let code = match (sheet["paper"].as_str().unwrap(), sheet["purpose"].as_str().unwrap())
            {
                ("white", _) => json!("blank"),
                ("cancelled", _) => json!("cancelled"),
                (_, "ballot of another precinct") => json!("wrong_precinct"),
                _ => Value::Null,
            };
            assert_eq!(found["code"], code, "{name}");
            let names = ["ballot_box", "invalid_section", "given_back"];
            places[names.iter().position(|name| found["place"] == *name).unwrap()] += 1;
        }
        let fed: u64 = places.iter().sum();
        let [valid, invalid, back] = places;
        let sheets = json!({
            "fed": fed, "ballot_box": valid, "invalid_section": invalid, "given_back": back,
        });
        assert_eq!(expected["sheets"], sheets);
        same_registers(
            &expected["votes"],
            &serde_json::to_value(&tally).unwrap()["votes"],
            "votes",
        );
        assert!(tally.check().is_empty(), "{:?}", tally.check());
        let all = told.lines().find(|line| line.starts_with("all ")).unwrap();
        let figures: Vec<u64> =
            all.split_whitespace().skip(1).map(|n| n.parse().unwrap()).collect();
        assert_eq!(figures, [fed, valid, invalid, back], "the summary says the same");
        covered
    }

    /// As the vault does it: the code of the refusal, or votes and verdict.
    fn read(&self, bytes: &[u8]) -> Result<(SheetVotes, Verdict), String> {
        let thresholds = &self.definition.thresholds;
        let page = decode(bytes).map_err(|fault| fault.code().to_owned())?;
        let reading =
            read_page(&page, &self.designs, thresholds).map_err(|fault| fault.code().to_owned())?;
        let style = self.definition.style(&reading.style).unwrap();
        if !style.is_for(&self.precinct.into()) {
            return Err("wrong_precinct".to_owned());
        }
        Ok(judge_sheet(&self.definition, style, &reading.targets))
    }
}

/// What the truths of a deck name.
#[derive(Default)]
struct Covered {
    marked: BTreeSet<(String, String)>,
    outcomes: BTreeSet<(String, String)>,
    preferences: BTreeSet<u64>,
}

impl Covered {
    fn add(&mut self, sheet: &Value) {
        let word = |value: &Value| value.as_str().unwrap().to_owned();
        if sheet["expected"]["place"] != "given_back" {
            for mark in sheet["marks"].as_array().unwrap() {
                self.marked.insert((word(&mark["contest"]), word(&mark["option"])));
            }
        }
        for contest in sheet["expected"]["contests"].as_array().unwrap() {
            let outcome = &contest["outcome"];
            let how = if outcome["type"] == "void" { &outcome["rule"] } else { &outcome["type"] };
            self.outcomes.insert((word(&contest["contest"]), word(how)));
            self.preferences.extend(outcome["preference"].as_u64());
        }
    }

    fn of(&self, contest: &str) -> Vec<&str> {
        let of_contest = self.outcomes.iter().filter(|(id, _)| id == contest);
        of_contest.map(|(_, outcome)| outcome.as_str()).collect()
    }
}

fn told_of(votes: &SheetVotes, place: &str) -> Value {
    json!({"place": place, "contests": votes.contests, "code": null})
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

fn truths(deck: &Path) -> Vec<Value> {
    let numbered = (1..).map(|number| deck.join(format!("{number:04}.json")));
    numbered.take_while(|path| path.exists()).map(|path| json_of(&path)).collect()
}

/// Register by register, so that a difference is named.
fn same_registers(expected: &Value, counted: &Value, place: &str) {
    match (expected, counted) {
        (Value::Array(a), Value::Array(b)) => {
            assert_eq!(a.len(), b.len(), "{place}");
            for (at, (a, b)) in a.iter().zip(b).enumerate() {
                same_registers(a, b, &format!("{place}[{at}]"));
            }
        }
        (Value::Object(a), Value::Object(b)) => {
            assert!(a.keys().eq(b.keys()), "{place}: {a:?} and {b:?}");
            for (key, a) in a {
                same_registers(a, &b[key], &format!("{place}.{key}"));
            }
        }
        (a, b) => assert_eq!(a, b, "{place}"),
    }
}

/// The demonstration's election with few numbers, president and parties on one sheet, and everything that
/// can be decided otherwise decided otherwise.
fn joined() -> ElectionDefinition {
    let mut definition: ElectionDefinition = serde_json::from_str(DEFINITION).unwrap();
    let taken = |definition: &mut ElectionDefinition, id: &str| {
        let at = definition.votes.iter().position(|vote| vote.id.as_str() == id).unwrap();
        definition.styles.retain(|style| style.vote.as_str() != id);
        definition.votes.remove(at).contests
    };
    let council = taken(&mut definition, "local");
    let parties = taken(&mut definition, "parliament");
    let vote = definition.votes.iter_mut().find(|vote| vote.id.as_str() == "presidential").unwrap();
    vote.contests.extend(council.into_iter().chain(parties));
    for contest in &mut vote.contests {
        if let ContestKind::PartyPreference { rules } = &mut contest.kind {
            rules.numbers = 4;
            rules.without_number = PreferenceFault::Void;
            rules.several_numbers = PreferenceFault::Void;
            rules.against_all_with_number = PreferenceFault::PartyOnly;
        }
        let against_all = contest.options.pop().unwrap();
        contest.options.truncate(4);
        contest.options.push(against_all);
    }
    let ids: Vec<_> = vote.contests.iter().map(|contest| contest.id.clone()).collect();
    for style in &mut definition.styles {
        if style.vote.as_str() == "presidential" {
            style.contests.clone_from(&ids);
        } else {
            style.precincts = vec!["1002".into()];
        }
    }
    definition
}

/// What can happen in every contest, and these.
fn and_plain(outcomes: &[&'static str]) -> Vec<&'static str> {
    let plain = ["blank", "marginal_mark", "overvoted", "valid"];
    let all: BTreeSet<_> = plain.iter().chain(outcomes).copied().collect();
    all.into_iter().collect()
}

#[test]
fn the_demonstrations_deck_comes_to_the_second_count() {
    let place = folder("deck-demo");
    let definition: ElectionDefinition = serde_json::from_str(DEFINITION).unwrap();
    let device = Device::new(&place, definition, "1301");
    let covered = device.agrees_on_a_deck(&place, &["--seed", "7"]);
    for design in &device.designs {
        for target in &design.design().targets {
            let mark = (target.contest.to_string(), target.option.to_string());
            assert!(covered.marked.contains(&mark), "{mark:?} is marked on no sheet");
        }
    }
    assert_eq!(covered.of("president"), and_plain(&[]));
    assert_eq!(covered.of("water-law"), and_plain(&[]));
    assert_eq!(covered.of("council"), and_plain(&["against_all_with_option"]));
    assert_eq!(
        covered.of("parties"),
        and_plain(&["against_all_with_number", "number_without_party"])
    );
    assert!(covered.preferences.iter().copied().eq(1..=54), "every number is preferred once");
}

#[test]
fn every_rule_happens_on_a_sheet_with_several_contests_and_jpegs() {
    let place = folder("deck-joined");
    let device = Device::new(&place, joined(), "1001");
    let covered = device.agrees_on_a_deck(&place, &["--seed", "3", "--format", "jpeg"]);
    let rules: BTreeSet<&str> =
        covered.outcomes.iter().map(|(_, outcome)| outcome.as_str()).collect();
    for rule in VoidRule::ALL {
        let name = serde_json::to_value(rule).unwrap();
        let name = name.as_str().unwrap();
        // Under these rules "against all" with a number is a vote.
        assert_eq!(rules.contains(name), rule != VoidRule::AgainstAllWithNumber, "{name}");
    }
}

#[test]
fn other_policies_put_sheets_elsewhere() {
    let mut definition = joined();
    definition.policy.blank = FaultPolicy::Accept;
    definition.policy.overvote = FaultPolicy::GiveBack;
    definition.policy.void = FaultPolicy::Accept;
    definition.policy.marginal = MarginalPolicy::GiveBack;
    let place = folder("deck-policies");
    let device = Device::new(&place, definition, "1001");
    let covered = device.agrees_on_a_deck(&place, &["--seed", "11"]);
    assert!(!covered.of("president").contains(&"sheet_invalid"), "no sheet is invalid");
}

#[test]
fn the_same_seed_makes_the_same_deck() {
    let files = |name: &str, seed: &str| {
        let place = folder(name);
        let mut definition = joined();
        definition.styles.retain(|style| style.vote.as_str() != "presidential");
        definition.votes.retain(|vote| vote.id.as_str() != "presidential");
        let file = place.join("definition.json");
        std::fs::write(&file, serde_json::to_string(&definition).unwrap()).unwrap();
        let deck = place.join("deck");
        let told = ["testdeck", "--definition", path(&file), "--out", path(&deck), "--seed", seed];
        done(&told);
        let (code, fault) = failed(&told);
        assert!(code == 2 && fault.contains("is not empty"), "{fault}");
        let mut files: Vec<_> =
            std::fs::read_dir(deck).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().map(|file| std::fs::read(file).unwrap()).collect::<Vec<_>>()
    };
    let first = files("deck-once", "5");
    assert_eq!(first, files("deck-again", "5"));
    assert_ne!(first, files("deck-other", "6"));
}

#[test]
fn damage_within_the_specification_changes_no_total() {
    let place = folder("deck-damage");
    let mut definition = joined();
    definition.styles.retain(|style| style.vote.as_str() != "presidential");
    definition.votes.retain(|vote| vote.id.as_str() != "presidential");
    let device = Device::new(&place, definition, "1002");
    device.agrees_on_a_deck(&place, &["--damage", "turn", "--strength", "1", "--format", "jpeg"]);
}

#[test]
fn what_cant_be_made_is_said() {
    let place = folder("deck-faults");
    let deck = place.join("deck");
    let told = |more: &[&str]| failed(&[&["testdeck", "--out", path(&deck)], more].concat());
    assert!(told(&["--precinct", "9999"]).1.contains("there is no precinct 9999"));
    assert!(told(&["--damage", "fire"]).1.contains("known are: clean, turn"));
    assert!(told(&["--damage", "cut_corner"]).1.contains("cancels every sheet"));
    assert!(told(&["--strength", "3"]).1.contains("from 0 to 2"));
    assert!(told(&["--package", "x"]).1.contains("--root"));
}
