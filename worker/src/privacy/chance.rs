//! Whether numbers that stand in an order tell of it: three statistics, each with a bound on how often chance
//! alone would reach it.
//!
//! Under "no order" every order of the values is equally likely. Then a rank correlation is as good as normal, and
//! a sum of numbers between 0 and 1, one for each pair of a random matching, departs from its mean E by t with
//! a probability of at most 2·exp(−t²/(4E + 2t)) (S. Chatterjee, Stein's method for concentration inequalities,
//! 2007, proposition 1.1). Neighbours in time are such pairs, taken as (1, 2), (3, 4), … and (2, 3), (4, 5), ….

/// Standard deviations of a rank correlation: 1.3·10⁻¹⁵ on both sides.
pub(super) const DEVIATIONS: f64 = 8.0;
/// A matching may be off with a probability of 2·exp(−40), which is 8.5·10⁻¹⁸.
const SURPRISE: f64 = 40.0;
/// Two values are near if fewer than one in so many lie between them.
const NEAR: usize = 16;

/// Whether values in the order of the sheets follow it: rise or fall, stay near each other, or go on by the same
/// step. `modulus` is where the step wraps; 0 is 2⁶⁴.
pub(super) fn shows_order(values: &[u64], modulus: u64) -> bool {
    let Some(first) = values.first() else { return false };
    if values.iter().all(|value| value == first) {
        return false;
    }
    let ranks = ranks(values);
    deviations(&ranks) > DEVIATIONS || stays_near(&ranks) || goes_by_steps(values, modulus)
}

/// Rank correlation with the order, in standard deviations.
pub(super) fn deviations(ranks: &[usize]) -> f64 {
    let n = real(ranks.len());
    // Ranks are doubled, so that ties are whole numbers.
    let (middle, mean) = ((n - 1.0) / 2.0, n + 1.0);
    let (mut both, mut of_ranks, mut of_places) = (0.0, 0.0, 0.0);
    for (place, &rank) in ranks.iter().enumerate() {
        let (place, rank) = (real(place) - middle, real(rank) - mean);
        both += place * rank;
        of_ranks += rank * rank;
        of_places += place * place;
    }
    let variance = of_ranks * of_places / (n - 1.0).max(1.0);
    if variance > 0.0 { both.abs() / variance.sqrt() } else { 0.0 }
}

/// Twice the rank of each value, the mean rank where values are equal.
pub(super) fn ranks(values: &[u64]) -> Vec<usize> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable();
    let rank = |value: &u64| {
        let below = sorted.partition_point(|other| other < value);
        below + sorted.partition_point(|other| other <= value) + 1
    };
    values.iter().map(rank).collect()
}

fn stays_near(ranks: &[usize]) -> bool {
    let reach = 2 * ranks.len() / NEAR;
    let is_near = |a: usize, b: usize| a.abs_diff(b) <= reach;
    matchings(ranks).into_iter().any(|pairs| {
        let near = pairs.iter().filter(|(a, b)| is_near(**a, **b)).count();
        exceeds(near, pairs.len(), || {
            let mut seconds: Vec<usize> = pairs.iter().map(|(_, b)| **b).collect();
            seconds.sort_unstable();
            let around = |a: usize| {
                let upper = seconds.partition_point(|&b| b <= a.saturating_add(reach));
                upper - seconds.partition_point(|&b| b < a.saturating_sub(reach))
            };
            pairs.iter().map(|(a, _)| around(**a)).sum()
        })
    })
}

fn goes_by_steps(values: &[u64], modulus: u64) -> bool {
    let step = |a: u64, b: u64| match modulus {
        0 => b.wrapping_sub(a),
        m => (b % m + m - a % m) % m,
    };
    matchings(values).into_iter().any(|pairs| {
        let mut steps: Vec<u64> = pairs.iter().map(|(a, b)| step(**a, **b)).collect();
        steps.sort_unstable();
        steps.chunk_by(|a, b| a == b).any(|same| {
            exceeds(same.len(), pairs.len(), || {
                let mut seconds: Vec<u64> = pairs.iter().map(|(_, b)| **b).collect();
                seconds.sort_unstable();
                let matching = |a: u64| {
                    let b = match modulus {
                        0 => a.wrapping_add(same[0]),
                        m => (a % m + same[0]) % m,
                    };
                    let upper = seconds.partition_point(|&other| other <= b);
                    upper - seconds.partition_point(|&other| other < b)
                };
                pairs.iter().map(|(a, _)| matching(**a)).sum()
            })
        })
    })
}

/// Neighbours in time, each value in one pair at most.
fn matchings<T>(values: &[T]) -> [Vec<(&T, &T)>; 2] {
    let from = |start: usize| {
        let pairs = values.get(start..).unwrap_or_default().chunks_exact(2);
        pairs.map(|pair| (&pair[0], &pair[1])).collect()
    };
    [from(0), from(1)]
}

/// Whether `count` of so many pairs is too many; `among_all` counts them among all pairs of a first and a
/// second, and is asked only where it matters.
fn exceeds(count: usize, pairs: usize, among_all: impl FnOnce() -> usize) -> bool {
    // Whatever the mean, the bound is above this.
    if real(count) <= 2.0 * SURPRISE {
        return false;
    }
    let mean = real(among_all()) / real(pairs.max(1));
    real(count) - mean > SURPRISE + (SURPRISE * SURPRISE + 4.0 * mean * SURPRISE).sqrt()
}

pub(super) fn real(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::{deviations, ranks, shows_order};
    use crate::privacy::ballots::Draws;

    const SHEETS: u64 = 1_000;

    fn of(value: impl Fn(u64) -> u64) -> Vec<u64> {
        (0..SHEETS).map(value).collect()
    }

    #[test]
    fn what_follows_the_order_is_found() {
        let mut draws = Draws::new([1; 32]);
        let mut noise = |below: usize| u64::try_from(draws.below(below)).unwrap();
        let noisy: Vec<u64> = (0..SHEETS).map(|at| at + noise(3_000)).collect();
        let mut place = 0;
        let walk: Vec<u64> = (0..SHEETS)
            .map(|_| {
                place = (place + noise(300)) % 6_000;
                place
            })
            .collect();
        for (values, modulus) in [
            (of(|at| at), 0),
            (of(|at| 9_999 - at), 0),
            (of(|at| at / 500), 0),
            (of(|at| at % 256), 256),
            (of(|at| at * 91 % 256), 256),
            (of(|at| at.wrapping_mul(0x9e37_79b9_7f4a_7c15)), 0),
            (noisy, 0),
            (walk, 6_000),
        ] {
            assert!(shows_order(&values, modulus), "{:?}", &values[..8]);
        }
    }

    #[test]
    fn what_is_the_same_or_drawn_or_rare_is_not() {
        assert!(!shows_order(&[], 0) && !shows_order(&[7], 0) && !shows_order(&[1, 2], 0));
        assert!(!shows_order(&of(|_| 7), 256));
        // A few that stand out, side by side: chance puts them there often enough.
        assert!(!shows_order(&of(|at| u64::from((500..503).contains(&at))), 256));
        let mut most: f64 = 0.0;
        for seed in 0..40 {
            let mut draws = Draws::new([seed; 32]);
            for (below, modulus) in [(2, 256), (3, 256), (256, 256), (6_000, 6_000)] {
                let drawn = (0..SHEETS).map(|_| draws.below(below).try_into().unwrap());
                let drawn: Vec<u64> = drawn.collect();
                assert!(!shows_order(&drawn, modulus), "below {below}, seed {seed}");
                most = most.max(deviations(&ranks(&drawn)));
            }
        }
        assert!((2.0..4.5).contains(&most), "160 draws are off by {most} deviations at most");
    }
}
