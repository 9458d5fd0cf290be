//! The second count: what a test deck must come to, straight from the marks that were drawn and the
//! words of the law (docs/formats.md).
//!
//! It shares no code with the count that it is there to check: nothing of `urna_core::rules`, nothing of
//! `urna_core::tally`, and it reads the definition's data with its own eyes. Every register is counted
//! anew over all sheets, which is slow and can't go wrong in the same way.

use serde::Serialize;
use urna_core::definition::{
    BallotStyle, Contest, ContestKind, ElectionDefinition, FaultPolicy, MarginalPolicy,
    PreferenceFault,
};

/// How clearly a target was marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// A mark that nobody can overlook.
    Clear,
    /// Between the thresholds.
    Doubtful,
    /// Far below them: a pen rested there.
    Trace,
}

/// What was fed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// A ballot as it was printed.
    Ballot,
    /// A ballot whose lower right corner was cut off.
    Cancelled,
    /// White paper.
    White,
}

/// A sheet as it was drawn.
pub struct Drawn<'a> {
    pub paper: Paper,
    pub style: &'a BallotStyle,
    /// Contest and option of each mark.
    pub marks: Vec<(&'a str, &'a str, Weight)>,
}

/// Where a sheet must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    BallotBox,
    InvalidSection,
    GivenBack,
}

/// What a contest must come to on one sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Meaning {
    Valid { choices: Vec<String>, preference: Option<u16> },
    Blank,
    Overvoted,
    Void { rule: &'static str },
}

/// A contest on one sheet.
#[derive(Clone, Debug, Serialize)]
pub struct ContestMeaning {
    pub contest: String,
    pub outcome: Meaning,
}

/// What one sheet must come to.
#[derive(Clone, Debug, Serialize)]
pub struct SheetMeaning {
    pub place: Place,
    /// In the order of the style; none on a sheet that is not read.
    pub contests: Vec<ContestMeaning>,
}

/// The names of the rules, in the order of reports.
const RULES: [&str; 7] = [
    "number_without_party",
    "party_without_number",
    "several_numbers",
    "against_all_with_number",
    "against_all_with_option",
    "marginal_mark",
    "sheet_invalid",
];

/// What becomes of one sheet in this precinct.
pub fn sheet(definition: &ElectionDefinition, precinct: &str, drawn: &Drawn) -> SheetMeaning {
    let nothing = SheetMeaning { place: Place::GivenBack, contests: Vec::new() };
    if drawn.paper != Paper::Ballot || !takes(precinct, drawn.style) {
        return nothing;
    }
    let mut contests = Vec::new();
    let (mut is_invalid, mut is_given_back) = (false, false);
    for contest in contests_of(definition, drawn.style) {
        let outcome = meaning(contest, drawn);
        let policy = &definition.policy;
        let fault = match &outcome {
            Meaning::Valid { .. } => FaultPolicy::Accept,
            Meaning::Blank => policy.blank,
            Meaning::Overvoted => policy.overvote,
            Meaning::Void { rule: "marginal_mark" } => match policy.marginal {
                MarginalPolicy::Invalid => FaultPolicy::Invalid,
                MarginalPolicy::GiveBack => FaultPolicy::GiveBack,
            },
            Meaning::Void { .. } => policy.void,
        };
        is_invalid |= fault == FaultPolicy::Invalid;
        is_given_back |= fault == FaultPolicy::GiveBack;
        contests.push(ContestMeaning { contest: contest.id.to_string(), outcome });
    }
    // A voter who may try again may do so even where another fault would void the sheet.
    let place = match (is_given_back, is_invalid) {
        (true, _) => Place::GivenBack,
        (false, true) => Place::InvalidSection,
        (false, false) => Place::BallotBox,
    };
    if place == Place::InvalidSection {
        for contest in &mut contests {
            if matches!(contest.outcome, Meaning::Valid { .. }) {
                contest.outcome = Meaning::Void { rule: "sheet_invalid" };
            }
        }
    }
    SheetMeaning { place, contests }
}

/// What the marks in one contest mean.
fn meaning(contest: &Contest, drawn: &Drawn) -> Meaning {
    let own = |option: &str, weight: Weight| {
        let mut marks = drawn.marks.iter();
        marks.any(|mark| *mark == (contest.id.as_str(), option, weight))
    };
    let is_doubtful = drawn
        .marks
        .iter()
        .any(|(of, _, weight)| *of == contest.id.as_str() && *weight == Weight::Doubtful);
    if is_doubtful {
        return Meaning::Void { rule: "marginal_mark" };
    }
    let options = contest.options.iter().map(|option| option.id.to_string());
    let named: Vec<String> = options.filter(|option| own(option, Weight::Clear)).collect();
    let against_all = contest.against_all.as_ref().map(ToString::to_string);
    let is_against_all = against_all.is_some_and(|option| named.contains(&option));
    match &contest.kind {
        ContestKind::PartyPreference { rules } => {
            let squares = (1..=rules.numbers).filter(|n| own(&format!("no-{n}"), Weight::Clear));
            let numbers: Vec<u16> = squares.collect();
            let party_or_void = |fault: PreferenceFault, rule: &'static str| match fault {
                PreferenceFault::PartyOnly => {
                    Meaning::Valid { choices: named.clone(), preference: None }
                }
                PreferenceFault::Void => Meaning::Void { rule },
            };
            match (named.len(), is_against_all, numbers.as_slice()) {
                (0, _, []) => Meaning::Blank,
                (0, _, _) => Meaning::Void { rule: "number_without_party" },
                (1, true, []) => Meaning::Valid { choices: named, preference: None },
                (1, true, _) => {
                    party_or_void(rules.against_all_with_number, "against_all_with_number")
                }
                (1, false, []) => party_or_void(rules.without_number, "party_without_number"),
                (1, false, [number]) => {
                    Meaning::Valid { choices: named, preference: Some(*number) }
                }
                (1, false, _) => party_or_void(rules.several_numbers, "several_numbers"),
                _ => Meaning::Overvoted,
            }
        }
        _ if named.is_empty() => Meaning::Blank,
        _ if named.len() > usize::from(allowed(contest)) => Meaning::Overvoted,
        _ if is_against_all && named.len() > 1 => Meaning::Void { rule: "against_all_with_option" },
        _ => Meaning::Valid { choices: named, preference: None },
    }
}

/// The figures of one vote.
#[derive(Clone, Debug, Serialize)]
pub struct VoteTotals {
    vote: String,
    sheets: u64,
    valid: u64,
    invalid: u64,
    styles: Vec<StyleTotal>,
    contests: Vec<ContestTotals>,
}

#[derive(Clone, Debug, Serialize)]
struct StyleTotal {
    style: String,
    sheets: u64,
}

#[derive(Clone, Debug, Serialize)]
struct ContestTotals {
    contest: String,
    votes_allowed: u16,
    ballots: u64,
    valid: u64,
    blank: u64,
    overvoted: u64,
    void: Vec<VoidTotal>,
    undervotes: u64,
    choices: Vec<ChoiceTotals>,
}

#[derive(Clone, Debug, Serialize)]
struct VoidTotal {
    rule: &'static str,
    ballots: u64,
}

#[derive(Clone, Debug, Serialize)]
struct ChoiceTotals {
    option: String,
    votes: u64,
    preferences: Vec<u64>,
    without_preference: u64,
}

/// A sheet with what it must come to.
pub type Expected<'a> = (&'a Drawn<'a>, &'a SheetMeaning);

/// Everything that the precinct's report must say of these sheets.
pub fn totals(
    definition: &ElectionDefinition,
    precinct: &str,
    sheets: &[Expected],
) -> Vec<VoteTotals> {
    let mut votes = Vec::new();
    for vote in &definition.votes {
        let styles = definition.styles.iter().filter(|style| style.vote == vote.id);
        let styles: Vec<&BallotStyle> = styles.filter(|style| takes(precinct, style)).collect();
        if styles.is_empty() {
            continue;
        }
        let counted: Vec<Expected> = sheets
            .iter()
            .filter(|(drawn, meant)| drawn.style.vote == vote.id && meant.place != Place::GivenBack)
            .copied()
            .collect();
        let at = |place| count(&counted, |(_, meant)| meant.place == place);
        let on_paper =
            |contest: &&Contest| styles.iter().any(|style| style.contests.contains(&contest.id));
        votes.push(VoteTotals {
            vote: vote.id.to_string(),
            sheets: count(&counted, |_| true),
            valid: at(Place::BallotBox),
            invalid: at(Place::InvalidSection),
            styles: styles
                .iter()
                .map(|style| StyleTotal {
                    style: style.id.to_string(),
                    sheets: count(&counted, |(drawn, _)| drawn.style.id == style.id),
                })
                .collect(),
            contests: vote
                .contests
                .iter()
                .filter(on_paper)
                .map(|contest| contest_totals(contest, &counted))
                .collect(),
        });
    }
    votes
}

fn contest_totals(contest: &Contest, counted: &[Expected]) -> ContestTotals {
    let meanings: Vec<&Meaning> = counted
        .iter()
        .flat_map(|(_, meant)| &meant.contests)
        .filter(|meant| meant.contest == contest.id.as_str())
        .map(|meant| &meant.outcome)
        .collect();
    let of = |wanted: &Meaning| count(&meanings, |meaning| *meaning == wanted);
    let chosen = |meaning: &Meaning| match meaning {
        Meaning::Valid { choices, .. } => Some(choices.len()),
        _ => None,
    };
    let allowed = allowed(contest);
    // Nobody is said to have left votes unused on a sheet that was void.
    let unused = meanings.iter().map(|meaning| match meaning {
        Meaning::Blank => u64::from(allowed),
        other => chosen(other).map_or(0, |given| {
            u64::from(allowed).saturating_sub(u64::try_from(given).unwrap_or(u64::MAX))
        }),
    });
    ContestTotals {
        contest: contest.id.to_string(),
        votes_allowed: allowed,
        ballots: count(&meanings, |_| true),
        valid: count(&meanings, |meaning| chosen(meaning).is_some()),
        blank: of(&Meaning::Blank),
        overvoted: of(&Meaning::Overvoted),
        void: RULES
            .map(|rule| VoidTotal { rule, ballots: of(&Meaning::Void { rule }) })
            .into_iter()
            .collect(),
        undervotes: unused.sum(),
        choices: contest
            .options
            .iter()
            .map(|option| choice_totals(contest, option.id.as_str(), &meanings))
            .collect(),
    }
}

fn choice_totals(contest: &Contest, option: &str, meanings: &[&Meaning]) -> ChoiceTotals {
    let votes = |number: Option<Option<u16>>| {
        count(meanings, |meaning| match meaning {
            Meaning::Valid { choices, preference } => {
                choices.iter().any(|choice| choice == option)
                    && number.is_none_or(|number| *preference == number)
            }
            _ => false,
        })
    };
    let is_against_all = contest.against_all.as_ref().is_some_and(|id| id.as_str() == option);
    // "Against all" has no list, so no numbers.
    let numbers = match &contest.kind {
        ContestKind::PartyPreference { rules } if !is_against_all => rules.numbers,
        _ => 0,
    };
    ChoiceTotals {
        option: option.to_owned(),
        votes: votes(None),
        preferences: (1..=numbers).map(|number| votes(Some(Some(number)))).collect(),
        without_preference: if numbers > 0 { votes(Some(None)) } else { 0 },
    }
}

/// How many options the law lets a voter mark.
fn allowed(contest: &Contest) -> u16 {
    match contest.kind {
        ContestKind::Plurality { votes_allowed } => votes_allowed,
        ContestKind::Referendum | ContestKind::PartyPreference { .. } => 1,
    }
}

/// Whether a polling place uses ballots of this style.
pub fn takes(precinct: &str, style: &BallotStyle) -> bool {
    style.precincts.is_empty() || style.precincts.iter().any(|id| id.as_str() == precinct)
}

/// The contests of a style in printed order.
fn contests_of<'a>(
    definition: &'a ElectionDefinition,
    style: &'a BallotStyle,
) -> impl Iterator<Item = &'a Contest> {
    let all = definition.votes.iter().flat_map(|vote| &vote.contests);
    style.contests.iter().filter_map(move |id| all.clone().find(|contest| contest.id == *id))
}

fn count<T>(things: &[T], is: impl Fn(&T) -> bool) -> u64 {
    u64::try_from(things.iter().filter(|thing| is(thing)).count()).unwrap_or(u64::MAX)
}
