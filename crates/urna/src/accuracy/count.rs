//! What was read right and what was not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use urna_core::recognition::{MarkVerdict, PageReading, Refusal};
use urna_simulator::pen::{Kind, Tool};
use urna_simulator::{Damage, Truth};

use super::plan::Plan;

/// Positions by what became of them.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Positions {
    pub right: u64,
    pub marginal: u64,
    /// A vote that was not seen, or one that nobody gave.
    pub wrong: u64,
    /// On sheets that were refused.
    pub refused: u64,
    /// Least and greatest score, in thousandths.
    pub scores: Option<(u16, u16)>,
}

/// Sheets of one kind of damage.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Sheets {
    pub read: u64,
    pub refused: u64,
    pub positions: Positions,
    /// Refusals by their code.
    pub codes: BTreeMap<String, u64>,
}

/// A position that was read wrongly.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Finding {
    pub sheet: u64,
    pub text: String,
}

/// The state of a run.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Counts {
    /// Digest of what the run was begun with.
    pub program: String,
    pub next_sheet: u64,
    /// By damage, within the specification and beyond.
    pub damage: BTreeMap<Damage, [Sheets; 2]>,
    /// By mark, within the specification and beyond.
    pub marks: BTreeMap<Mark, [Positions; 2]>,
    pub findings: Vec<Finding>,
    /// Sheets within the specification that were refused, other than cancelled ones.
    #[serde(default)]
    pub refusals: Vec<Finding>,
}

/// What a position carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Mark {
    Untouched,
    SpilledInto,
    Drawn(Kind, Tool),
    Lost,
}

impl From<Mark> for String {
    fn from(mark: Mark) -> String {
        serde_json::to_string(&match mark {
            Mark::Untouched => (0, None),
            Mark::SpilledInto => (1, None),
            Mark::Lost => (3, None),
            Mark::Drawn(kind, tool) => (2, Some((kind, tool))),
        })
        .unwrap_or_default()
    }
}

impl TryFrom<String> for Mark {
    type Error = String;

    fn try_from(text: String) -> Result<Mark, String> {
        let told: (u8, Option<(Kind, Tool)>) =
            serde_json::from_str(&text).map_err(|fault| fault.to_string())?;
        match told {
            (0, None) => Ok(Mark::Untouched),
            (1, None) => Ok(Mark::SpilledInto),
            (3, None) => Ok(Mark::Lost),
            (2, Some((kind, tool))) => Ok(Mark::Drawn(kind, tool)),
            _ => Err(format!("{text} is no mark")),
        }
    }
}

impl Positions {
    pub fn add(&mut self, other: &Positions) {
        self.right += other.right;
        self.marginal += other.marginal;
        self.wrong += other.wrong;
        self.refused += other.refused;
        self.scores = match (self.scores, other.scores) {
            (Some(a), Some(b)) => Some((a.0.min(b.0), a.1.max(b.1))),
            (a, b) => a.or(b),
        };
    }

    pub fn all(&self) -> u64 {
        self.right + self.marginal + self.wrong + self.refused
    }
}

impl Sheets {
    pub fn add(&mut self, other: &Sheets) {
        self.read += other.read;
        self.refused += other.refused;
        self.positions.add(&other.positions);
        for (code, count) in &other.codes {
            *self.codes.entry(code.clone()).or_default() += count;
        }
    }
}

impl Counts {
    pub fn new(program: &str) -> Counts {
        Counts {
            program: program.to_owned(),
            next_sheet: 0,
            damage: BTreeMap::new(),
            marks: BTreeMap::new(),
            findings: Vec::new(),
            refusals: Vec::new(),
        }
    }

    /// Compares a reading with the truth.
    pub fn count(
        &mut self,
        sheet: u64,
        plan: &Plan,
        truth: &[Truth],
        reading: Result<&PageReading, &Refusal>,
    ) {
        let class = usize::from(!plan.is_specified());
        let of_damage = &mut self.damage.entry(plan.damage).or_default()[class];
        match reading {
            Ok(_) => of_damage.read += 1,
            Err(refusal) => {
                of_damage.refused += 1;
                *of_damage.codes.entry(refusal.code().to_owned()).or_default() += 1;
                if plan.is_specified() && plan.damage != Damage::CutCorner {
                    let (damage, strength) = (plan.damage, plan.strength);
                    let text = format!("sheet {sheet}, {damage:?} {strength:.2}: {refusal}");
                    self.refusals.push(Finding { sheet, text });
                }
            }
        }
        for (at, &truth) in truth.iter().enumerate() {
            let tool = plan.marks.iter().find(|mark| mark.target == at).map(|mark| mark.tool);
            let mark = match (truth, tool) {
                (Truth::Drawn(kind), Some(tool)) => Mark::Drawn(kind, tool),
                (Truth::SpilledInto, _) => Mark::SpilledInto,
                (Truth::Lost(_), _) => Mark::Lost,
                _ => Mark::Untouched,
            };
            let target = reading.ok().and_then(|reading| reading.targets.get(at));
            let mut one = judged(truth, target.map(|target| target.verdict));
            one.scores = target.map(|target| (target.score_permille, target.score_permille));
            if let (1, Some(target)) = (one.wrong, target) {
                let text = format!(
                    "sheet {sheet}, {:?} {:.2}, target {at} {mark:?}: read as {:?}, score {}",
                    plan.damage, plan.strength, target.verdict, target.score_permille
                );
                self.findings.push(Finding { sheet, text });
            }
            of_damage.positions.add(&one);
            self.marks.entry(mark).or_default()[class].add(&one);
        }
    }

    /// Adds the counts of other sheets; of their findings as many as there is room for.
    pub fn add(&mut self, other: Counts, max_findings: usize) {
        for (damage, sheets) in other.damage {
            let own = self.damage.entry(damage).or_default();
            own.iter_mut().zip(&sheets).for_each(|(own, other)| own.add(other));
        }
        for (mark, positions) in other.marks {
            let own = self.marks.entry(mark).or_default();
            own.iter_mut().zip(&positions).for_each(|(own, other)| own.add(other));
        }
        for (own, other) in
            [(&mut self.findings, other.findings), (&mut self.refusals, other.refusals)]
        {
            let room = max_findings.saturating_sub(own.len());
            own.extend(other.into_iter().take(room));
        }
    }

    pub fn positions(&self) -> u64 {
        self.marks.values().flatten().map(Positions::all).sum()
    }

    /// Positions on sheets that were refused.
    pub fn refused_positions(&self) -> u64 {
        self.marks.values().flatten().map(|positions| positions.refused).sum()
    }

    /// All sheets within the specification whose damage is one of these.
    pub fn within(&self, is_one: impl Fn(Damage) -> bool) -> Sheets {
        let mut sum = Sheets::default();
        let chosen = self.damage.iter().filter(|(damage, _)| is_one(**damage));
        chosen.for_each(|(_, [within, _])| sum.add(within));
        sum
    }

    pub fn wrong(&self) -> u64 {
        self.marks.values().flatten().map(|positions| positions.wrong).sum()
    }

    pub fn sheets(&self) -> u64 {
        self.damage.values().flatten().map(|sheets| sheets.read + sheets.refused).sum()
    }

    pub fn refused(&self) -> u64 {
        self.damage.values().flatten().map(|sheets| sheets.refused).sum()
    }
}

/// What became of one position; without a verdict its sheet was refused.
pub fn judged(truth: Truth, verdict: Option<MarkVerdict>) -> Positions {
    let mut one = Positions::default();
    match (truth.is_vote(), verdict) {
        (_, None) => one.refused = 1,
        _ if matches!(truth, Truth::Lost(_)) => one.right = 1,
        (_, Some(MarkVerdict::Marginal)) => one.marginal = 1,
        (true, Some(MarkVerdict::Marked)) | (false, Some(MarkVerdict::Unmarked)) => one.right = 1,
        (true, Some(MarkVerdict::Unmarked)) | (false, Some(MarkVerdict::Marked)) => one.wrong = 1,
    }
    one
}
