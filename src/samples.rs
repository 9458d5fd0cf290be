//! Sample ballots for the simulated scanner: blank pages marked by a pen.

use std::rc::Rc;

use urna_core::ballot::{Mark, Sample, Stroke, sample_page};
use urna_core::definition::{Contest, ContestKind, ElectionDefinition, number_option};
use urna_core::design::PageDesign;
use urna_core::vault_api::{Command, Reply};
use urna_core::{OptionId, PrecinctId};

use crate::context::Kiosk;
use crate::problem::Problem;

/// Fetches the page designs with their pictures.
pub async fn designs(kiosk: &Kiosk) -> Result<Rc<Vec<PageDesign>>, Problem> {
    let answer = kiosk.ask(Command::Designs, Vec::new()).await?;
    let Reply::Designs { designs } = answer.reply else { return Err(Problem::Unexpected) };
    if designs.len() != answer.buffers.len() {
        return Err(Problem::Unexpected);
    }
    let with_picture = |(design, blank_png)| PageDesign { blank_png, ..design };
    Ok(Rc::new(designs.into_iter().zip(answer.buffers).map(with_picture).collect()))
}

/// The designs that voters of a precinct are given.
pub fn designs_for<'a>(
    definition: &'a ElectionDefinition,
    designs: &'a [PageDesign],
    precinct: &'a PrecinctId,
) -> impl Iterator<Item = &'a PageDesign> {
    designs.iter().filter(move |design| {
        definition.style(&design.style).is_some_and(|style| style.is_for(precinct))
    })
}

/// Makes the page of one sample.
pub fn page(design: &PageDesign, sample: &Sample) -> Result<Vec<u8>, Problem> {
    sample_page(design, sample).map_err(|fault| Problem::Sample(fault.to_string()))
}

/// How the `nth` sample of a series is marked. Of each ten, seven are plain, one is blank, one has a
/// mark too many, one a doubtful mark; every fourth is fed upside down.
pub fn nth_sample(definition: &ElectionDefinition, design: &PageDesign, nth: u64) -> Sample {
    let contests = definition.style(&design.style).map(|style| style.contests.clone());
    let contests = contests.unwrap_or_default();
    let mut marks = Vec::new();
    for contest in contests.iter().filter_map(|id| definition.contest(id)) {
        marks.extend(marks_of(contest, nth));
    }
    Sample { marks, upside_down: nth % 4 == 3, seed: nth.wrapping_mul(0x9e37_79b9).wrapping_add(1) }
}

fn marks_of(contest: &Contest, nth: u64) -> Vec<Mark> {
    let pick = |step: u64| {
        let count = contest.options.len().max(1) as u64;
        let at = usize::try_from(nth.wrapping_mul(step) % count).unwrap_or(0);
        contest.options.get(at).map(|option| option.id.clone())
    };
    let mark = |option: OptionId, stroke| Mark { contest: contest.id.clone(), option, stroke };
    let stroke = [Stroke::Tick, Stroke::Cross, Stroke::Fill][usize::try_from(nth % 3).unwrap_or(0)];
    let Some(first) = pick(7) else { return Vec::new() };
    let mut marks = match nth % 10 {
        4 => return Vec::new(),
        6 => vec![mark(first.clone(), Stroke::Dot)],
        _ => vec![mark(first.clone(), stroke)],
    };
    let is_against_all = contest.against_all.as_ref() == Some(&first);
    if let ContestKind::PartyPreference { rules } = &contest.kind
        && !is_against_all
    {
        let number =
            u16::try_from(nth.wrapping_mul(5) % u64::from(rules.numbers.max(1))).unwrap_or(0);
        marks.push(mark(number_option(number + 1), stroke));
    }
    if nth % 10 == 8 {
        let count = contest.options.iter();
        let others = count.filter(|option| option.id != first).take(contest.votes_allowed().into());
        marks.extend(others.map(|option| mark(option.id.clone(), stroke)));
    }
    marks
}
