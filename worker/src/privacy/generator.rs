//! Weak random generators: the next outputs from those that are stored, or all of them from the time.
//!
//! A nonce shows 12 bytes of the generator's output. Of a generator whose state is one number, that is
//! the whole state: every later nonce follows. Of others the state follows from a guess of the seed. What is
//! not found here: a generator whose state is longer than a nonce and that was seeded with more than the time.

use super::records::word;
use super::stored::Stored;
use crate::records::random_below;

/// Words between the nonces of two sheets, at most.
const STEPS: usize = 16;
/// A seed may be this many seconds older than the opening.
const SEEDED_BEFORE_S: u64 = 3_600;
/// And at most so much younger, for programs that seed with milliseconds as well.
const SEEDED_AFTER_S: u64 = 2;
/// Draws in a row that hit full slots before a seed is believed.
const HITS: usize = 12;

/// What the attacker claims.
#[derive(Default)]
pub(super) struct Clues {
    /// "The record in this slot was written next after the one in that": positions in the list of slots.
    pub follows: Vec<(usize, usize)>,
    /// "This sheet is in that slot."
    pub places: Vec<(usize, usize)>,
    /// Records whose nonce gave their slot too.
    pub reused: usize,
}

/// A generator: its state is one number.
struct Family {
    /// Bytes that it gives at a time.
    bytes: usize,
    next: fn(u64) -> u64,
    output: fn(u64) -> u64,
    /// The state from the output, where that shows all of it.
    state: Option<fn(u64) -> u64>,
}

const SHOWN: Option<fn(u64) -> u64> = Some(|output| output);
const LOW_32: u64 = 0xffff_ffff;
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;
const STAR: u64 = 0x2545_f491_4f6c_dd1d;

const FAMILIES: [Family; 12] = [
    // Numerical Recipes.
    Family {
        bytes: 4,
        next: |s| lcg(s, 1_664_525, 1_013_904_223) & LOW_32,
        output: |s| s,
        state: SHOWN,
    },
    // ANSI C.
    Family {
        bytes: 4,
        next: |s| lcg(s, 1_103_515_245, 12_345) & 0x7fff_ffff,
        output: |s| s,
        state: SHOWN,
    },
    // Microsoft C, the whole state.
    Family { bytes: 4, next: |s| lcg(s, 214_013, 2_531_011) & LOW_32, output: |s| s, state: SHOWN },
    // Its rand(), byte by byte.
    Family {
        bytes: 1,
        next: |s| lcg(s, 214_013, 2_531_011) & LOW_32,
        output: |s| s >> 16 & 0xff,
        state: None,
    },
    // Lehmer, both multipliers in use.
    Family {
        bytes: 4,
        next: |s| s.wrapping_mul(48_271) % 0x7fff_ffff,
        output: |s| s,
        state: SHOWN,
    },
    Family {
        bytes: 4,
        next: |s| s.wrapping_mul(16_807) % 0x7fff_ffff,
        output: |s| s,
        state: SHOWN,
    },
    // java.util.Random.
    Family {
        bytes: 4,
        next: |s| lcg(s, 0x5_deec_e66d, 11) & 0xffff_ffff_ffff,
        output: |s| s >> 16,
        state: None,
    },
    // Knuth's MMIX.
    Family {
        bytes: 8,
        next: |s| lcg(s, 6_364_136_223_846_793_005, 1_442_695_040_888_963_407),
        output: |s| s,
        state: SHOWN,
    },
    // Marsaglia's xorshift of 32 and of 64 bits.
    Family {
        bytes: 4,
        next: |s| shift(shift(shift(s, 13), -17), 5) & LOW_32,
        output: |s| s,
        state: SHOWN,
    },
    Family { bytes: 8, next: |s| shift(shift(shift(s, 13), -7), 17), output: |s| s, state: SHOWN },
    // xorshift64*.
    Family {
        bytes: 8,
        next: |s| shift(shift(shift(s, -12), 25), -27),
        output: |s| s.wrapping_mul(STAR),
        state: Some(|o| o.wrapping_mul(inverse(STAR))),
    },
    // SplitMix64.
    Family { bytes: 8, next: |s| s.wrapping_add(GOLDEN), output: split, state: Some(unsplit) },
];

/// Tries all of it.
pub(super) fn clues(stored: &Stored, nonces: &[[u8; 12]], fed_at: &[u64]) -> Clues {
    let slots: Vec<usize> = stored.slots.iter().map(|slot| slot.slot).collect();
    let mut places = Vec::new();
    for family in &FAMILIES {
        for also_nonce in [false, true] {
            places.extend(seeded_once(family, stored, &slots, fed_at.len(), also_nonce));
        }
        places.extend(seeded_each_time(family, stored.slot_count, fed_at));
    }
    places.extend(drawn_twice(nonces, &slots, stored.slot_count));
    Clues { follows: follows(nonces), places, reused: reused(nonces, &slots, stored.slot_count) }
}

/// Nonces that follow from another one.
pub(super) fn follows(nonces: &[[u8; 12]]) -> Vec<(usize, usize)> {
    let mut follows = Vec::new();
    for family in FAMILIES.iter().filter(|family| family.bytes > 1) {
        let Some(state) = family.state else { continue };
        let first = |nonce: &[u8; 12]| word(&nonce[..family.bytes], true);
        let mut known: Vec<(u64, usize)> = nonces.iter().map(first).zip(0..).collect();
        known.sort_unstable();
        for &(output, at) in &known {
            let mut state = state(output);
            if (family.output)(state) != output {
                continue;
            }
            for _ in 0..STEPS {
                state = (family.next)(state);
                let next = (family.output)(state);
                // A state that stays, as zero does in shift registers, foretells nothing.
                if next == output {
                    break;
                }
                let found = known.binary_search_by_key(&next, |&(output, _)| output);
                follows
                    .extend(found.ok().and_then(|found| known.get(found)).map(|&(_, to)| (at, to)));
            }
        }
    }
    follows.retain(|(from, to)| from != to);
    follows.sort_unstable();
    follows.dedup();
    follows
}

/// Records whose slot is a number in their nonce, as it is.
pub(super) fn reused(nonces: &[[u8; 12]], slots: &[usize], slot_count: usize) -> usize {
    let count = u64::try_from(slot_count.max(1)).unwrap_or(u64::MAX);
    let readings = [(0, 8), (4, 8), (0, 4), (4, 4), (8, 4)];
    let both = readings.into_iter().flat_map(|reading| [(reading, true), (reading, false)]);
    let hits = both.map(|((at, width), is_little)| {
        let is_hit = |(nonce, slot): &(&[u8; 12], &usize)| {
            usize::try_from(word(&nonce[at..at + width], is_little) % count) == Ok(**slot)
        };
        nonces.iter().zip(slots).filter(is_hit).count()
    });
    hits.max().unwrap_or(0)
}

/// A nonce may begin with the very draw that chose the slot among those that were free: then the draw says how
/// many were, which is the place in the order. It holds as long as the slot is where it was in the list.
fn drawn_twice(nonces: &[[u8; 12]], slots: &[usize], slot_count: usize) -> Vec<(usize, usize)> {
    let mut claims = Vec::new();
    for (nonce, &slot) in nonces.iter().zip(slots) {
        let draw = word(&nonce[..8], true);
        let free = (0..nonces.len()).filter(|before| {
            let free = u64::try_from(slot_count.saturating_sub(*before)).unwrap_or(u64::MAX);
            usize::try_from(draw % free.max(1)) == Ok(slot)
        });
        claims.extend(free.map(|before| (before, slot)));
    }
    claims
}

/// One generator for the day, seeded with a time before it: the draws of slots, and of nonces if those come
/// from it too, done again as `Records` does them.
fn seeded_once(
    family: &Family,
    stored: &Stored,
    slots: &[usize],
    sheets: usize,
    also_nonce: bool,
) -> Vec<(usize, usize)> {
    if sheets <= HITS {
        return Vec::new();
    }
    let began = stored.began_at;
    let seconds = began.saturating_sub(SEEDED_BEFORE_S)..=began.saturating_add(SEEDED_AFTER_S);
    let milliseconds =
        began.saturating_mul(1_000)..began.saturating_add(SEEDED_AFTER_S).saturating_mul(1_000);
    let mut free: Vec<usize> = (0..stored.slot_count).collect();
    for seed in seconds.chain(milliseconds) {
        let mut state = seed;
        let mut draws: Vec<(usize, usize)> = Vec::new();
        while draws.len() < sheets && !free.is_empty() {
            let at = random_below(free.len(), |bytes| fill(family, &mut state, bytes));
            let slot = free.swap_remove(at);
            draws.push((at, slot));
            if slots.binary_search(&slot).is_err() {
                break;
            }
            if also_nonce {
                fill(family, &mut state, &mut [0; 12]);
            }
        }
        if draws.len() > HITS {
            return draws.iter().enumerate().map(|(sheet, &(_, slot))| (sheet, slot)).collect();
        }
        for (at, slot) in draws.into_iter().rev() {
            free.push(slot);
            let last = free.len() - 1;
            free.swap(at, last);
        }
    }
    Vec::new()
}

/// A generator seeded anew for each sheet with the time that the log gives it.
fn seeded_each_time(family: &Family, slot_count: usize, fed_at: &[u64]) -> Vec<(usize, usize)> {
    let mut free: Vec<usize> = (0..slot_count).collect();
    let mut claims = Vec::new();
    for (sheet, &seed) in fed_at.iter().enumerate() {
        let mut state = seed;
        let mut word = [0; 8];
        fill(family, &mut state, &mut word);
        let direct = u64::from_le_bytes(word) % u64::try_from(slot_count.max(1)).unwrap_or(1);
        claims.extend(usize::try_from(direct).ok().map(|slot| (sheet, slot)));
        if !free.is_empty() {
            let mut state = seed;
            let at = random_below(free.len(), |bytes| fill(family, &mut state, bytes));
            claims.push((sheet, free.swap_remove(at)));
        }
    }
    claims.dedup();
    claims
}

fn fill(family: &Family, state: &mut u64, bytes: &mut [u8]) {
    for part in bytes.chunks_mut(family.bytes) {
        *state = (family.next)(*state);
        let output = (family.output)(*state).to_le_bytes();
        part.copy_from_slice(&output[..part.len()]);
    }
}

fn lcg(state: u64, factor: u64, term: u64) -> u64 {
    state.wrapping_mul(factor).wrapping_add(term)
}

/// One step of a shift register; to the left where `by` is positive.
fn shift(state: u64, by: i32) -> u64 {
    state ^ if by > 0 { state << by.unsigned_abs() } else { state >> by.unsigned_abs() }
}

fn split(state: u64) -> u64 {
    let z = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

fn unsplit(output: u64) -> u64 {
    let z = unshift(output, 31).wrapping_mul(inverse(0x94d0_49bb_1331_11eb));
    let z = unshift(z, 27).wrapping_mul(inverse(0xbf58_476d_1ce4_e5b9));
    unshift(z, 30)
}

/// The number that gave `z ^ z >> by`.
fn unshift(output: u64, by: u32) -> u64 {
    let mut z = output;
    for _ in 0..64 / by {
        z = output ^ z >> by;
    }
    z
}

/// The inverse of an odd number modulo 2⁶⁴, by Newton's rule.
fn inverse(odd: u64) -> u64 {
    let mut inverse = odd;
    for _ in 0..6 {
        inverse = inverse.wrapping_mul(2_u64.wrapping_sub(odd.wrapping_mul(inverse)));
    }
    inverse
}

#[cfg(test)]
mod tests {
    use super::{FAMILIES, fill};

    #[test]
    fn a_state_follows_from_what_it_gives() {
        let mut checked = 0;
        for family in FAMILIES {
            let Some(state_of) = family.state else { continue };
            for seed in [1, 77, 1_800_000_000] {
                let state = (family.next)((family.next)(seed));
                assert_eq!(state_of((family.output)(state)), state);
                checked += 1;
            }
        }
        assert_eq!(checked, 30);
    }

    #[test]
    fn generators_give_what_their_authors_say() {
        let of = |family: usize, seed: u64| {
            let mut bytes = [0; 8];
            let mut state = seed;
            fill(&FAMILIES[family], &mut state, &mut bytes);
            u64::from_le_bytes(bytes)
        };
        // Vigna's SplitMix64 with seed 1234567; Park and Miller's check with seed 1.
        assert_eq!(of(11, 1_234_567), 6_457_827_717_110_365_317);
        let mut state = 1;
        for _ in 0..10_000 {
            state = (FAMILIES[5].next)(state);
        }
        assert_eq!(state, 1_043_618_065);
        // Microsoft's rand() after srand(1): 41, 18467, 6334.
        assert_eq!(
            of(3, 1).to_le_bytes()[..3],
            [41, 18_467 & 0xff, 6_334 & 0xff].map(|n: u16| n.to_le_bytes()[0])
        );
    }
}
