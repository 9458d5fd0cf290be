//! Who may see what was read of a sheet: the commission at a test, trainees, and nobody of a vote.
#![allow(clippy::unwrap_used, reason = "tests")]

mod support;

use support::{CHAIR, SECRETARY, Station, training};
use urna_core::journal::PollState;
use urna_core::report::ReportKind;
use urna_core::vault_api::{Command, Place, Reply};
use urna_vault::Answer;

const SHEET: &str = "general a yes";

fn sides(words: &[&str]) -> Vec<Vec<u8>> {
    words.iter().map(|side| side.as_bytes().to_vec()).collect()
}

fn test(station: &mut Station, words: &[&str]) -> Answer {
    station.ask(Command::TestSheet, sides(words)).unwrap()
}

#[test]
fn while_polls_of_an_official_election_are_open_nothing_is_ever_explained() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Open);
    let before = station.explained.get();
    let (chair_pin, secretary_pin) = (CHAIR.to_owned(), SECRETARY.to_owned());
    for sheet in [SHEET, "lists p1 no-1", "general a b", "general ?a", "", "what is this"] {
        for _ in 0..2 {
            // A marginal mark and a sheet that is given back say as much of a voter as a valid one.
            let answer = station.vault.handle(Command::CountSheet, sides(&[sheet]));
            assert!(answer.buffers.is_empty(), "{sheet}: {answer:?}");
            let answer = station.vault.handle(Command::TestSheet, sides(&[sheet]));
            assert!(answer.buffers.is_empty(), "{sheet}: {answer:?}");
            station.vault.handle(Command::ConfirmDrop, Vec::new());
        }
        station.ask(Command::Pause, Vec::new()).unwrap();
        for command in [Command::CountSheet, Command::TestSheet] {
            let answer = station.vault.handle(command, sides(&[sheet]));
            assert!(answer.buffers.is_empty(), "{sheet}: {answer:?}");
        }
        let pins = (chair_pin.clone(), secretary_pin.clone());
        let resume = Command::Resume { chair_pin: pins.0, secretary_pin: pins.1 };
        station.ask(resume, Vec::new()).unwrap();
    }
    assert!(station.status().sheets >= 4, "sheets were counted");
    station.ask(Command::Close { chair_pin, secretary_pin }, Vec::new()).unwrap();
    for command in [Command::CountSheet, Command::TestSheet] {
        assert!(station.vault.handle(command, sides(&[SHEET])).buffers.is_empty());
    }
    assert_eq!(station.explained.get(), before, "the reader was asked to show a vote");
}

#[test]
fn a_test_sheet_is_shown_before_opening() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    let answer = test(&mut station, &[SHEET]);
    assert_eq!(answer.buffers, sides(&[SHEET]));
    // Of two sides the one that was read, whichever it is.
    assert_eq!(test(&mut station, &["", SHEET]).buffers, sides(&[SHEET]));
    assert_eq!(test(&mut station, &[SHEET, "what is this"]).buffers, sides(&[SHEET]));
    // Of a sheet without a ballot the side with something on it.
    assert_eq!(test(&mut station, &["", "what is this"]).buffers, sides(&["what is this"]));
}

#[test]
fn a_blank_test_sheet_is_given_back_with_what_it_says_of_the_glass() {
    let mut station = Station::new(1, &[]);
    station.work_to(PollState::Tested);
    let dirt = |answer: &Answer| match &answer.reply {
        Reply::TestSheet(reading) => {
            let code = match &reading.place {
                Place::GiveBack { code, .. } => code.clone(),
                other => format!("{other:?}"),
            };
            (code, reading.dirt.len())
        }
        other => panic!("{other:?}"),
    };
    assert_eq!(dirt(&test(&mut station, &[""])), ("blank".to_owned(), 1));
    assert_eq!(dirt(&test(&mut station, &["", ""])), ("blank".to_owned(), 2), "both glasses");
    // The back of a ballot shows what shines through, and no dirt.
    assert_eq!(dirt(&test(&mut station, &[SHEET, ""])).1, 0);
}

#[test]
fn in_a_training_each_sheet_is_shown() {
    let mut station = Station::new(1, &[]);
    station.package = training();
    station.work_to(PollState::Open);
    let answer = station.ask(Command::CountSheet, sides(&[SHEET])).unwrap();
    assert!(matches!(answer.reply, Reply::Sheet(_)));
    assert_eq!(answer.buffers, sides(&[SHEET]));
    // What was asked for is given, and no more: reports have buffers of their own.
    let slip = station.ask(Command::IssueReport { kind: ReportKind::Turnout }, Vec::new()).unwrap();
    assert_eq!(slip.buffers.len(), 1);
    assert!(station.ask(Command::Status, Vec::new()).unwrap().buffers.is_empty());
}
