//! What is done to sheet number n.

use urna_simulator::pen::Kind;
use urna_simulator::{Damage, MarkedTarget, Random, mark_targets};

use super::Form;

/// Most sheets are within the specification; the others show where reading ends.
const BEYOND_SHARE: f32 = 0.15;

/// One sheet.
pub struct Plan {
    pub form: usize,
    pub damage: Damage,
    /// 1.0 is the end of the specification.
    pub strength: f32,
    pub marks: Vec<MarkedTarget>,
    pub seed: u64,
}

impl Plan {
    /// The same for the same seed and number, whatever was done before.
    pub fn of(seed: u64, sheet: u64, forms: &[Form]) -> Plan {
        let mut random = Random::new(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ sheet);
        let mut random = random.fork();
        let form = by_targets(forms, &mut random);
        let damage = random.one_of(&Damage::ALL).unwrap_or(Damage::Clean);
        let is_beyond = random.chance(BEYOND_SHARE);
        let strength = random.unit() + if is_beyond { 1.0 } else { 0.0 };
        let share = random.between(0.05, 0.5);
        let marks = mark_targets(&forms[form].blank, share, &Kind::ALL, &mut random);
        Plan { form, damage, strength, marks, seed: random.next_u64() }
    }

    pub fn is_specified(&self) -> bool {
        self.strength <= urna_simulator::SPECIFIED
    }
}

/// Half of the sheets are of any form, half of one with many targets: these are the harder ones, and
/// they bring more positions.
fn by_targets(forms: &[Form], random: &mut Random) -> usize {
    if random.chance(0.5) {
        return random.below(forms.len());
    }
    let many: Vec<usize> = (0..forms.len()).filter(|&at| forms[at].blank.targets() > 60).collect();
    random.one_of(&many).unwrap_or(0)
}
