//! Whether numbers that should be random have a structure; nobody needs to know their order for that.

use super::chance::real;

/// Of each bit the share of ones may be off by this many times half the root of the number: by Hoeffding's bound
/// 2·exp(−32), which is 2.5·10⁻¹⁴.
const OFF: f64 = 8.0;
/// So many more numbers than bits have full rank, but for one in 2⁶⁴.
const MORE: usize = 64;
const BITS: usize = 96;

/// Whether nonces repeat, have a bit that is mostly one or mostly zero, or lie in a linear space, as the outputs of
/// shift registers do.
pub(super) fn have_structure(nonces: &[[u8; 12]]) -> bool {
    let numbers: Vec<u128> = nonces.iter().map(number).collect();
    repeat(&numbers) || lean(&numbers) || depend(&numbers)
}

fn number(nonce: &[u8; 12]) -> u128 {
    nonce.iter().fold(0, |number, &byte| number << 8 | u128::from(byte))
}

fn repeat(numbers: &[u128]) -> bool {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    sorted.windows(2).any(|pair| pair[0] == pair[1])
}

fn lean(numbers: &[u128]) -> bool {
    let n = real(numbers.len());
    (0..BITS).any(|bit| {
        let ones = numbers.iter().filter(|&&number| number >> bit & 1 == 1).count();
        (real(ones) - n / 2.0).abs() > OFF * n.sqrt() / 2.0
    })
}

fn depend(numbers: &[u128]) -> bool {
    let Some((&first, rest)) = numbers.split_first() else { return false };
    if rest.len() < BITS + MORE {
        return false;
    }
    // Gauss: each row that is kept has a leading bit of its own.
    let mut rows: Vec<u128> = Vec::new();
    for &number in rest {
        // Differences, so that an affine space shows too.
        let mut left = number ^ first;
        for &row in &rows {
            left = left.min(left ^ row);
        }
        if left != 0 {
            rows.push(left);
        }
    }
    rows.len() < BITS
}
