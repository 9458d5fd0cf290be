//! A stick for the second copy, and a page that keeps it in step.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part, and may panic")]

use urna_core::definition::ElectionDefinition;
use urna_core::seal::Digest;
use urna_core::vault_api::{Command, Reply, Status, VaultError};
use urna_vault::Answer;

use super::{CHAIR, SECRETARY, Station, definition, package_of};

/// The two files of one device on a stick.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stick {
    pub package: Vec<u8>,
    pub copy: Vec<u8>,
    pub names: [String; 2],
}

impl Stick {
    /// What a page does: writes, reads back, says so.
    pub fn keep_up(&mut self, station: &mut Station) -> Result<Status, VaultError> {
        let ([package, copy], [at, name]) = ([Command::CopyPackage, Command::MakeCopy], [0, 1]);
        (self.names[at], self.package) = file(station.ask(package, vec![])?);
        (self.names[name], self.copy) = file(station.ask(copy, vec![])?);
        let digest = Digest::of(&self.copy);
        station.ask(Command::ConfirmCopied { digest }, vec![])?;
        Ok(station.status())
    }

    pub fn files(&self) -> Vec<Vec<u8>> {
        vec![self.package.clone(), self.copy.clone()]
    }
}

fn file(answer: Answer) -> (String, Vec<u8>) {
    let Reply::Copy { name, digest } = answer.reply else { panic!("{:?}", answer.reply) };
    let bytes = answer.buffers.into_iter().next().unwrap();
    assert_eq!(digest, Digest::of(&bytes));
    (name, bytes)
}

/// The small election, in which nothing is counted without a second copy.
pub fn definition_with_copy() -> ElectionDefinition {
    let mut definition = definition();
    definition.version = 3;
    definition.policy.second_copy = true;
    definition
}

/// A device of that election.
pub fn station(seed: u64, sheets: &[&'static str]) -> Station {
    let mut station = Station::new(seed, sheets);
    station.package = package_of(definition_with_copy());
    station
}

/// Works like [`Station::work`], with the stick in its place all the time.
pub fn work(station: &mut Station, stick: &mut Stick, until: impl Fn(&Status) -> bool) {
    loop {
        let status = station.status();
        if status.copy.holds_up() && status.unlocked {
            stick.keep_up(station).unwrap();
        }
        if until(&status) || station.vault.disk().is_off() {
            return;
        }
        let Some((command, buffers)) = station.next(&status) else { return };
        if let Err(error) = station.ask(command, buffers) {
            assert!(station.vault.disk().is_off(), "{:?}: {error}", status.state);
            return;
        }
    }
}

pub fn take_over() -> Command {
    Command::TakeOver { chair_pin: CHAIR.to_owned(), secretary_pin: SECRETARY.to_owned() }
}
