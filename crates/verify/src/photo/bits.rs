//! From modules to bits, and from bits to a text.
#![allow(clippy::cast_precision_loss, reason = "a code has at most 177 modules along a side")]

use rqrr::{Grid, SimpleGrid};

use super::align::Lattice;
use super::ink::Ink;
use super::map::{Map, Point};

/// Modules in each direction that a module is compared with. The masks of a code keep dark and light even.
const AROUND: usize = 5;
/// How much of the modules beside it a blurred module shows, at most.
const BLUR: f32 = 0.18;

/// Share of the timing patterns, which alternate from finder pattern to finder pattern, that are as they
/// should be: about a half where there is no code.
pub(super) fn timing(ink: &Ink, map: &Map, modules: usize) -> f64 {
    let places = 8..modules.saturating_sub(8);
    let count = 2 * places.len();
    let is_right = |x: usize, y: usize, at: usize| {
        let pixel = map.apply(Point { x: x as f64 + 0.5, y: y as f64 + 0.5 });
        ink.holds(pixel) && (ink.level(pixel) < ink.limit(pixel)) == at.is_multiple_of(2)
    };
    let right =
        places.map(|at| usize::from(is_right(at, 6, at)) + usize::from(is_right(6, at, at)));
    right.sum::<usize>() as f64 / count.max(1) as f64
}

/// Grey levels of a code's modules, row by row.
pub(super) struct Modules {
    side: usize,
    levels: Vec<f32>,
}

impl Modules {
    pub(super) fn sampled(ink: &Ink, lattice: &Lattice, side: usize) -> Modules {
        let level = |at: usize| {
            let (x, y) = ((at % side) as f64 + 0.5, (at / side) as f64 + 0.5);
            let around = [(0.0, 0.0), (0.2, 0.2), (-0.2, 0.2), (0.2, -0.2), (-0.2, -0.2)];
            let levels =
                around.map(|(dx, dy)| ink.level(lattice.apply(Point { x: x + dx, y: y + dy })));
            levels.iter().sum::<f32>() / 5.0
        };
        Modules { side, levels: (0..side * side).map(level).collect() }
    }

    /// What the code says: as it is, and with the blur taken back.
    pub(super) fn text(&self) -> Option<String> {
        self.decoded().or_else(|| self.sharpened().decoded())
    }

    fn decoded(&self) -> Option<String> {
        let dark: Vec<bool> = (0..self.levels.len()).map(|at| self.is_dark(at)).collect();
        text_of(self.side, |x, y| dark.get(y * self.side + x).copied().unwrap_or(false))
    }

    /// Darker than the middle between the dark and the light modules around.
    fn is_dark(&self, at: usize) -> bool {
        let (x, y) = (at % self.side, at / self.side);
        let span = |v: usize| v.saturating_sub(AROUND)..(v + AROUND + 1).min(self.side);
        let rows = || {
            span(y).flat_map(|y| {
                let row = y * self.side;
                &self.levels[row + span(x).start..row + span(x).end]
            })
        };
        let mean = |sum: f32, count: usize| sum / count.max(1) as f32;
        let all = mean(rows().sum(), rows().count());
        let (mut dark, mut darks, mut light, mut lights) = (0.0, 0, 0.0, 0);
        for &level in rows() {
            if level < all {
                dark += level;
                darks += 1;
            } else {
                light += level;
                lights += 1;
            }
        }
        self.levels[at] < (mean(dark, darks) + mean(light, lights)) / 2.0
    }

    /// The modules less what the blur brought in from those beside them.
    fn sharpened(&self) -> Modules {
        let side = self.side;
        let level = |at: usize| {
            let (x, y) = (at % side, at / side);
            let own = self.levels[at];
            let beside = [
                (x > 0).then(|| self.levels[at - 1]),
                (x + 1 < side).then(|| self.levels[at + 1]),
                (y > 0).then(|| self.levels[at - side]),
                (y + 1 < side).then(|| self.levels[at + side]),
            ];
            own + beside.iter().flatten().map(|level| BLUR * (own - level)).sum::<f32>()
        };
        Modules { side, levels: (0..self.levels.len()).map(level).collect() }
    }
}

/// The text of a square of bits, its errors corrected.
fn text_of(side: usize, is_dark: impl Fn(usize, usize) -> bool) -> Option<String> {
    let grid = SimpleGrid::from_func(side, is_dark);
    let mut bytes = Vec::new();
    Grid::new(grid).decode_to(&mut bytes).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]
mod tests {
    use fast_qr::{ECL, QRBuilder};

    use super::text_of;

    fn random(state: &mut u64, below: u64) -> u64 {
        *state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*state >> 33) % below
    }

    /// The decoder under it takes any bits: a photo can show whatever somebody drew.
    #[test]
    fn no_bits_stop_the_decoder_and_noise_says_nothing() {
        let mut state = 1;
        for case in 0..4_000_usize {
            let side = 21 + 4 * (case % 40);
            let share = 1 + random(&mut state, 9);
            let bits: Vec<bool> =
                (0..side * side).map(|_| random(&mut state, 10) < share).collect();
            assert_eq!(text_of(side, |x, y| bits[y * side + x]), None, "case {case}");
        }
    }

    /// Sound codes with a few bits turned, so that all parts behind the correction are reached: what comes
    /// out is what went in, or nothing.
    #[test]
    fn damaged_codes_say_the_same_or_nothing() {
        let mut state = 2;
        let (mut read, mut unread, mut sides) = (0, 0, std::collections::BTreeSet::new());
        for level in [ECL::L, ECL::M, ECL::Q, ECL::H] {
            for length in (1..2_950).step_by(29) {
                let text = format!("{length}{}", ["7", "Q", "q"][length % 3].repeat(length));
                let Ok(code) = QRBuilder::new(text.as_str()).ecl(level).build() else {
                    break;
                };
                let side = code.size;
                sides.insert(side);
                for damage in 0..6 {
                    let share = 80 * damage;
                    let mut turned: Vec<bool> =
                        (0..side * side).map(|_| random(&mut state, 2_000) < share).collect();
                    // Not the format, which would be taken for another one's.
                    turned.iter_mut().take(9 * side).for_each(|bit| *bit &= damage % 2 == 0);
                    let is_dark = |x: usize, y: usize| code[y][x].value() != turned[y * side + x];
                    match text_of(side, is_dark) {
                        Some(found) => {
                            assert_eq!(found, text, "{side} modules, {damage}");
                            read += 1;
                        }
                        None => unread += 1,
                    }
                }
            }
        }
        assert!(read > 200 && unread > 200, "{read} read, {unread} not");
        assert_eq!(sides.len(), 40, "{sides:?}");
    }
}
