//! A look at the real records at closing, by who does not know their order.

use urna_core::definition::ElectionDefinition;
use urna_core::report::{PrivacyMeans, PrivacyTest};
use urna_core::tally::BallotRecord;

use super::chance::{DEVIATIONS, real};
use super::{bits, generator, judge};
use crate::records::{FullSlot, SLOTS};

/// What can be tried without the truth.
const TRIED: [PrivacyMeans; 4] =
    [PrivacyMeans::Slots, PrivacyMeans::Nonces, PrivacyMeans::Generator, PrivacyMeans::Contents];
/// Nonces that follow from others. By chance there is one among 6,000 records.
const FOLLOWERS: usize = 16;
/// Distances between full slots that are looked at.
const DISTANCES: usize = 64;
/// −ln of the probability allowed to each distance: 10⁻¹³.
const SURPRISE: f64 = 30.0;

/// Looks at all full slots.
pub(crate) fn look_at(full: &[FullSlot], definition: &ElectionDefinition) -> PrivacyTest {
    let nonces: Vec<[u8; 12]> = full.iter().map(|slot| slot.nonce).collect();
    let slots: Vec<usize> = full.iter().map(|slot| slot.slot).collect();
    let is_found = |means: &PrivacyMeans| match means {
        PrivacyMeans::Slots => are_gathered(&slots),
        PrivacyMeans::Nonces => bits::have_structure(&nonces),
        PrivacyMeans::Generator => {
            generator::follows(&nonces).len() >= FOLLOWERS
                || generator::reused(&nonces, &slots, SLOTS) >= judge::REUSED
        }
        _ => !full.iter().all(|slot| says_votes_alone(slot, definition)),
    };
    let found: Vec<PrivacyMeans> = TRIED.into_iter().filter(is_found).collect();
    PrivacyTest::new(u32::try_from(full.len()).unwrap_or(u32::MAX), &TRIED, &found)
}

/// The votes have one encoding; a byte more or other than that is not of the votes.
fn says_votes_alone(slot: &FullSlot, definition: &ElectionDefinition) -> bool {
    let record = BallotRecord::from_padded_bytes(&slot.plain);
    let again = record.and_then(|record| record.to_padded_bytes(definition));
    again.is_ok_and(|again| again == **slot.plain)
}

/// Whether full slots lie together, at the start or the end, or at equal distances, instead of anywhere.
fn are_gathered(slots: &[usize]) -> bool {
    let (n, all) = (real(slots.len()), real(SLOTS));
    let sum: f64 = slots.iter().map(|&slot| real(slot)).sum();
    // Mean and variance of the sum of numbers drawn without putting back.
    let variance = n * (all * all - 1.0) / 12.0 * (all - n) / (all - 1.0);
    if (sum - n * (all - 1.0) / 2.0).abs() > DEVIATIONS * variance.sqrt() && n > 1.0 {
        return true;
    }
    let mut full = vec![false; SLOTS];
    for &slot in slots {
        if let Some(is_full) = full.get_mut(slot) {
            *is_full = true;
        }
    }
    (1..=DISTANCES).any(|distance| {
        // Pairs at one distance fall into two halves of which no two pairs share a slot. Of such pairs the number is
        // no more scattered than if each were full by itself (negative association), so Chernoff's bound holds.
        let is_pair = |slot: &&usize| full.get(**slot + distance).is_some_and(|&is_full| is_full);
        let odd = slots.iter().filter(is_pair).filter(|slot| **slot / distance % 2 == 1).count();
        let even = slots.iter().filter(is_pair).count() - odd;
        let mean = n * (n - 1.0) / all / 2.0;
        [odd, even].into_iter().any(|count| is_too_many(real(count), mean))
    })
}

/// Whether chance gives so many or more with a probability below exp(−30), where `mean` are expected.
fn is_too_many(count: f64, mean: f64) -> bool {
    count > mean && mean + count * (count / mean.max(1e-9)).ln() - count > SURPRISE
}

#[cfg(test)]
mod tests {
    use super::{SLOTS, are_gathered};
    use crate::privacy::ballots::Draws;

    #[test]
    fn slots_in_a_row_or_at_steps_are_gathered_and_drawn_ones_are_not() {
        for n in [40, 300, 2_000] {
            assert!(are_gathered(&(0..n).collect::<Vec<_>>()), "{n} at the start");
            assert!(
                are_gathered(&(SLOTS / 2..SLOTS / 2 + n).collect::<Vec<_>>()),
                "{n} in the middle"
            );
            let step = (SLOTS / n).min(64);
            assert!(are_gathered(&(0..n).map(|at| at * step).collect::<Vec<_>>()), "{n} by {step}");
        }
        for seed in 0..10 {
            let mut draws = Draws::new([seed; 32]);
            let mut free: Vec<usize> = (0..SLOTS).collect();
            for n in [0, 1, 2, 30, 1_000, SLOTS - 1] {
                let drawn = std::iter::repeat_with(|| free.swap_remove(draws.below(free.len())));
                let mut drawn: Vec<usize> = drawn.take(n).collect();
                drawn.sort_unstable();
                assert!(!are_gathered(&drawn), "{n} of seed {seed}");
                free.extend(drawn);
            }
        }
    }
}
