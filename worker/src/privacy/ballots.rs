//! Made-up ballots of the real election, and who "reads" them.

use urna_core::definition::{BallotStyle, Contest, ElectionDefinition, Thresholds, number_option};
use urna_core::design::PageDesign;
use urna_core::recognition::{MarkVerdict, PageReading, TargetReading};
use urna_core::rules::{SheetVotes, Verdict, judge_sheet, judge_sheet_at};
use urna_core::seal::Digest;
use urna_core::{DesignId, OptionId, PrecinctId, VoteId};

use crate::reader::{Explanation, ReadFault, Reader};

/// Different ballots of a trial, at most: few enough that each is fed many times, so that records of equal votes
/// can be compared.
const MOST: usize = 24;
/// Tries for that.
const TRIES: usize = 200;
/// A mark that nobody doubts.
const FULL_PERMILLE: u16 = 900;

/// One made-up ballot, as recognition would hand it over.
pub(crate) struct Ballot {
    pub vote: VoteId,
    reading: PageReading,
}

/// Draws for the trial itself. They come from the vault's generator by one seed only, so that a weak generator
/// can't tie the votes of the trial to their order.
pub(crate) struct Draws {
    seed: [u8; 32],
    drawn: u64,
}

impl Draws {
    pub fn new(seed: [u8; 32]) -> Self {
        Draws { seed, drawn: 0 }
    }

    /// A number below `limit`; the bias of the remainder is below 2⁻³² here.
    pub fn below(&mut self, limit: usize) -> usize {
        self.drawn += 1;
        let block = Digest::of(&[self.seed.as_slice(), &self.drawn.to_le_bytes()].concat());
        let mut word = [0; 8];
        word.copy_from_slice(&block.0[..8]);
        let limit = u64::try_from(limit.max(1)).unwrap_or(u64::MAX);
        usize::try_from(u64::from_le_bytes(word) % limit).unwrap_or(0)
    }
}

/// Ballots that count, no two of which have the same votes. Empty only where the precinct has no style.
pub(crate) fn made(
    definition: &ElectionDefinition,
    precinct: &PrecinctId,
    draws: &mut Draws,
) -> Vec<Ballot> {
    let styles: Vec<_> = definition.styles.iter().filter(|style| style.is_for(precinct)).collect();
    let mut ballots = Vec::new();
    let mut seen: Vec<(SheetVotes, Vec<SheetVotes>)> = Vec::new();
    for at in 0..TRIES {
        let Some(style) = styles.get(at % styles.len().max(1)) else { break };
        let targets = marked(definition, style, draws);
        let (votes, verdict) = judge_sheet(definition, style, &targets);
        let others = definition.thresholds.band_permille.iter();
        let others = others.map(|&at| judge_sheet_at(definition, style, &targets, at)).collect();
        let votes = (votes, others);
        if matches!(verdict, Verdict::NotAccepted { .. }) || seen.contains(&votes) {
            continue;
        }
        ballots.push(Ballot { vote: style.vote.clone(), reading: page(style, targets) });
        seen.push(votes);
        if ballots.len() == MOST {
            break;
        }
    }
    ballots
}

fn page(style: &BallotStyle, targets: Vec<TargetReading>) -> PageReading {
    PageReading {
        design: DesignId::from("trial"),
        style: style.id.clone(),
        page: 1,
        rotation_deg: 0,
        rms_um: 0,
        targets,
    }
}

/// Every target of the sheet, most contests marked as they should be and some in every other way.
fn marked(
    definition: &ElectionDefinition,
    style: &BallotStyle,
    draws: &mut Draws,
) -> Vec<TargetReading> {
    let contests = style.contests.iter().filter_map(|id| definition.contest(id));
    contests.flat_map(|contest| marked_contest(contest, &definition.thresholds, draws)).collect()
}

fn marked_contest(
    contest: &Contest,
    thresholds: &Thresholds,
    draws: &mut Draws,
) -> Vec<TargetReading> {
    let allowed = usize::from(contest.votes_allowed());
    let wanted = match draws.below(12) {
        0 => 0,
        1 => allowed + 1,
        _ => 1 + draws.below(allowed),
    };
    let mut options: Vec<OptionId> = contest.options.iter().map(|o| o.id.clone()).collect();
    let mut chosen: Vec<OptionId> = Vec::new();
    while chosen.len() < wanted && !options.is_empty() {
        chosen.push(options.swap_remove(draws.below(options.len())));
    }
    let numbers = contest.preference_numbers();
    let is_against_all = contest.against_all.as_ref().is_some_and(|id| chosen.contains(id));
    if numbers > 0 && !is_against_all && wanted > 0 {
        let number = 1 + draws.below(usize::from(numbers));
        chosen.push(number_option(u16::try_from(number).unwrap_or(1)));
    }
    // A faint mark is one that counts, and would not at a higher threshold.
    let is_faint = draws.below(4) == 0;
    let score = if is_faint { thresholds.definite_permille } else { FULL_PERMILLE };
    let all = contest.options.iter().map(|option| option.id.clone());
    let targets = all.chain((1..=numbers).map(number_option)).map(|option| {
        let score_permille = if chosen.contains(&option) { score } else { 0 };
        TargetReading {
            contest: contest.id.clone(),
            option,
            score_permille,
            spilled_permille: 0,
            is_doubtful: false,
            verdict: MarkVerdict::of(score_permille, thresholds),
        }
    });
    targets.collect()
}

/// Reads a side that is nothing but the number of a ballot.
pub(crate) struct TrialReader(pub Vec<Ballot>);

impl Reader for TrialReader {
    fn prepare(&mut self, _: &[PageDesign], _: Thresholds) -> Result<(), String> {
        Ok(())
    }

    fn read(&self, side: &[u8]) -> Result<PageReading, ReadFault> {
        let number = side.first().copied().map(usize::from);
        let ballot = number.and_then(|number| self.0.get(number));
        let unknown = || ReadFault { code: "not_a_ballot".to_owned(), detail: String::new() };
        ballot.map(|ballot| ballot.reading.clone()).ok_or_else(unknown)
    }

    fn explain(&self, _: &[u8]) -> Option<Explanation> {
        None
    }
}
