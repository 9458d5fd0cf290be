//! The codes of a picture.

use urna_core::recognition::GrayPage;

use super::align::Lattice;
use super::bits::{Modules, timing};
use super::corner::corners;
use super::ink::Ink;
use super::map::Map;
use super::pattern::patterns_in;

/// Share of right modules in the timing patterns with which three patterns are tried as a code.
const LEAST_TIMING: f64 = 0.72;
/// Squares of modules that are tried to be decoded, at most: each costs some milliseconds.
const MAX_TRIES: usize = 60;

/// Three finder patterns, and how many modules there may be between them.
struct Candidate {
    members: [usize; 3],
    modules: usize,
    map: Map,
    timing: f64,
}

/// The texts of the codes that can be read.
pub(super) fn texts_in(photo: &GrayPage) -> Vec<String> {
    let ink = Ink::of(photo);
    let patterns = patterns_in(&ink);
    let mut candidates: Vec<Candidate> = Vec::new();
    for corner in corners(&ink, &patterns) {
        candidates.extend(corner.sizes().filter_map(|(modules, map)| {
            let timing = timing(&ink, &map, modules);
            let members = corner.members;
            (timing >= LEAST_TIMING).then_some(Candidate { members, modules, map, timing })
        }));
    }
    candidates.sort_by(|a, b| b.timing.total_cmp(&a.timing));
    let mut is_read = vec![false; patterns.len()];
    let (mut texts, mut tries) = (Vec::new(), 0);
    for Candidate { members, modules, map, .. } in candidates {
        if tries == MAX_TRIES {
            break;
        }
        // A pattern belongs to one code.
        if members.iter().any(|&member| is_read[member]) {
            continue;
        }
        tries += 1;
        let lattice = Lattice::of(&ink, map, modules);
        if let Some(text) = Modules::sampled(&ink, &lattice, modules).text() {
            texts.push(text);
            members.into_iter().for_each(|member| is_read[member] = true);
        }
    }
    texts
}
