//! Compares what the attacker makes of the stored bytes with the truth.

use std::collections::BTreeSet;

use urna_core::report::PrivacyMeans;

use super::chance::shows_order;
use super::generator::{Clues, clues};
use super::records::{self, Column};
use super::stored::{Stored, StoredSlot};
use super::trial::Truth;
use super::{bits, events};

/// Right claims about a successor: by chance each is right once in 2³² at most, and some ten thousand are tried.
const RIGHT_SUCCESSORS: usize = 4;
/// Right claims about a place: by chance one in some thousands is right, and some ten thousand are made.
const RIGHT_PLACES: usize = 40;
/// Slots that are a number in their own nonce: by chance one in some thousands.
pub(super) const REUSED: usize = 24;

/// The means that found the order, or something that could tell it.
pub(super) fn found(stored: &Stored, truth: &Truth) -> Vec<PrivacyMeans> {
    let opened = records::opened(stored);
    // Slots that hold no record are for the means that compare copies.
    let mut order: Vec<(usize, usize)> =
        truth.sheet_of_slot.iter().map(|&(_, sheet)| sheet).zip(0..).collect();
    order.retain(|&(_, at)| opened.get(at).is_some_and(Option::is_some));
    order.sort_unstable();
    let slots: Vec<&StoredSlot> =
        order.iter().filter_map(|&(_, at)| stored.slots.get(at)).collect();
    let plain: Vec<&[u8]> = order
        .iter()
        .filter_map(|&(_, at)| opened.get(at)?.as_ref().map(|bytes| bytes.as_slice()))
        .collect();
    let nonces = records::nonces(&slots);
    let places = Column {
        values: slots.iter().filter_map(|slot| u64::try_from(slot.slot).ok()).collect(),
        modulus: u64::try_from(stored.slot_count).unwrap_or(0),
    };
    // All rows stand in the order of the sheets from here on, so whatever runs with it shows the order.
    let tells = |column: Column| shows_order(&column.values, column.modulus);
    let is_found = |means: PrivacyMeans| match means {
        PrivacyMeans::Slots => shows_order(&places.values, places.modulus),
        PrivacyMeans::Nonces => {
            bits::have_structure(&nonces) || records::nonce_columns(&nonces).into_iter().any(tells)
        }
        PrivacyMeans::Generator => is_predicted(stored, truth),
        PrivacyMeans::Contents => {
            plain.len() != truth.votes.len()
                || records::different(&plain) > truth.different
                || records::plain_columns(&plain).any(tells)
        }
        PrivacyMeans::Sizes => records::differ_in_size(&slots),
        PrivacyMeans::Sealed => records::sealed_columns(&slots).any(tells),
        PrivacyMeans::Events => events::tell_more(stored, truth),
        PrivacyMeans::Files => !stored.other_files.is_empty(),
        PrivacyMeans::Copies => copies_tell_more(stored),
    };
    PrivacyMeans::ALL.into_iter().filter(|&means| is_found(means)).collect()
}

fn is_predicted(stored: &Stored, truth: &Truth) -> bool {
    let slots: Vec<&StoredSlot> = stored.slots.iter().collect();
    let Clues { follows, places, reused } = clues(stored, &records::nonces(&slots), &truth.fed_at);
    let sheet = |at: usize| truth.sheet_of_slot.get(at).map(|&(_, sheet)| sheet);
    let is_next = |&&(from, to): &&(usize, usize)| sheet(to) == sheet(from).map(|sheet| sheet + 1);
    let is_there = |&&(sheet, slot): &&(usize, usize)| {
        truth.sheet_of_slot.binary_search(&(slot, sheet)).is_ok()
    };
    follows.iter().filter(is_next).count() >= RIGHT_SUCCESSORS
        || places.iter().filter(is_there).count() >= RIGHT_PLACES
        || reused >= REUSED
}

/// Between two copies so many slots differ as sheets were counted, and none twice: the set of records that came in
/// between is known then, and nothing else.
fn copies_tell_more(stored: &Stored) -> bool {
    let slots = stored.copies.iter().flat_map(|copy| &copy.slots);
    let different: BTreeSet<_> = slots.clone().collect();
    different.len() != slots.count()
        || stored.copies.iter().any(|copy| copy.slots.len() != copy.sheets)
}
