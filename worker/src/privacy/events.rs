//! Whether the log says anything of a sheet besides its vote and its time.

use std::collections::BTreeMap;

use urna_core::VoteId;
use urna_core::journal::Event;
use urna_core::seal::Digest;

use super::stored::Stored;
use super::trial::Truth;
use crate::frame::{Frame, HEAD, frame_at};
use urna_core::seal::MAX_EVENT_BYTES as MAX_EVENT;

/// Whether any two sheets of one vote left other bytes in the log than their place, their time and the chain
/// ask for. No chance is in this: an event is wholly determined, to the bit.
pub(super) fn tell_more(stored: &Stored, truth: &Truth) -> bool {
    let Some(payloads) = payloads(&stored.log) else { return true };
    let since = payloads.iter().filter(|(at, _)| *at >= stored.log_end).count();
    let before = payloads.len() - since;
    if !stored.is_log_appended || since != truth.votes.len() || before == 0 {
        return true;
    }
    let mut kinds: BTreeMap<&VoteId, Vec<u8>> = BTreeMap::new();
    let sheets = payloads.windows(2).skip(before - 1).zip(before..);
    for ((pair, sequence), (vote, fed_at)) in sheets.zip(truth.votes.iter().zip(&truth.fed_at)) {
        let ((_, previous), (_, payload)) = (pair[0], pair[1]);
        let Ok(event) = minicbor::decode::<Event>(payload) else { return true };
        let is_bare = minicbor::to_vec(&event).is_ok_and(|bytes| bytes == payload)
            && event.previous == Digest::of(previous)
            && u64::try_from(sequence) == Ok(event.sequence)
            && event.at == *fed_at;
        let kind = minicbor::to_vec(&event.kind).unwrap_or_default();
        if !is_bare || *kinds.entry(vote).or_insert_with(|| kind.clone()) != kind {
            return true;
        }
    }
    false
}

/// Places and payloads of all frames; nothing where something else is between or behind them.
fn payloads(log: &[u8]) -> Option<Vec<(usize, &[u8])>> {
    let mut payloads = Vec::new();
    let mut at = 0;
    // The event of a sheet ends with a letter, so the trimmed log ends with its last frame.
    while at < log.len() {
        let Frame::Sound(payload) = frame_at(log, at, MAX_EVENT) else { return None };
        payloads.push((at, payload));
        at += HEAD + payload.len();
    }
    Some(payloads)
}
