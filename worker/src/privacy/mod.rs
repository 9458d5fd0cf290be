//! The self-test of the secrecy of the vote.
//!
//! Before a zero report the vault tries itself: a second vault of the same code, on a store in memory and
//! with the real random generator, counts made-up sheets of the real election in an order that is known. Then
//! an attacker gets everything that was stored, and the key of the records, and tries every means that the
//! design knows to rebuild that order. A judge, who knows the order, compares. Whatever does better than chance
//! keeps the polls closed. At closing the same attacker looks at the real records, as far as one can say
//! something without knowing the order ([`look_at`]).
//!
//! Each means has a false-alarm probability that is far below one in 10⁹ for all means of a trial together;
//! docs/security.md says how that adds up.

mod ballots;
mod bits;
mod chance;
mod disk;
mod events;
mod generator;
mod judge;
#[cfg(test)]
mod leaks;
mod look;
mod records;
mod stored;
#[cfg(test)]
mod tests;
mod trial;

pub(crate) use look::look_at;
pub(crate) use trial::{Setup, TRIAL_SHEETS};

use urna_core::report::{PrivacyMeans, PrivacyTest};
use urna_core::vault_api::VaultError;

use crate::vault::World;

/// The whole self-test: a trial, the attack on it, and the judge's word.
///
/// # Errors
/// [`VaultError`], where not even the trial's own sheets can be counted.
pub(crate) fn self_test(
    setup: &Setup,
    world: &mut dyn World,
    sheets: u32,
) -> Result<PrivacyTest, VaultError> {
    let (stored, truth) = trial::run(setup, world, sheets, |disk, _| disk)?;
    Ok(PrivacyTest::new(sheets, &PrivacyMeans::ALL, &judge::found(&stored, &truth)))
}
