//! Which sheets a test deck has: every target marked, every branch of every rule taken.

use urna_core::definition::{Contest, ContestKind, ElectionDefinition};
use urna_core::design::{PageDesign, Target};

use super::expect::{Paper, Weight, takes};

/// A sheet that will be made.
pub struct Planned<'a> {
    /// What it is there for.
    pub purpose: String,
    pub paper: Paper,
    pub design: &'a PageDesign,
    /// Targets by their place in the design.
    pub marks: Vec<(usize, Weight)>,
}

type Marks = Vec<(usize, Weight)>;

/// The targets of one contest on one page.
struct Squares {
    contest: String,
    /// Options in printed order, without "against all".
    options: Vec<usize>,
    against_all: Option<usize>,
    numbers: Vec<usize>,
    allowed: usize,
}

/// The sheets of one page design in this precinct.
pub fn of_design<'a>(
    definition: &ElectionDefinition,
    design: &'a PageDesign,
    precinct: &str,
) -> Vec<Planned<'a>> {
    let all: Vec<Squares> = contests_on(definition, design);
    let valid = |turn: usize| all.iter().flat_map(|squares| squares.valid(turn)).collect::<Marks>();
    let planned =
        |purpose: String, paper: Paper, marks: Marks| Planned { purpose, paper, design, marks };
    let is_ours = definition.style(&design.style).is_some_and(|style| takes(precinct, style));
    if !is_ours {
        return vec![planned("ballot of another precinct".to_owned(), Paper::Ballot, valid(0))];
    }
    let mut sheets = Vec::new();
    let turns = all.iter().map(Squares::turns).max().unwrap_or(0);
    for turn in 0..turns {
        sheets.push(planned(format!("valid, {} of {turns}", turn + 1), Paper::Ballot, valid(turn)));
    }
    for (at, squares) in all.iter().enumerate() {
        for (turn, (purpose, marks)) in squares.branches().into_iter().enumerate() {
            let others = all.iter().enumerate().filter(|(other, _)| *other != at);
            let others = others.flat_map(|(_, squares)| squares.valid(turn));
            let purpose = format!("{}: {purpose}", squares.contest);
            sheets.push(planned(purpose, Paper::Ballot, marks.into_iter().chain(others).collect()));
        }
    }
    if all.len() > 1 {
        sheets.push(planned("nothing marked anywhere".to_owned(), Paper::Ballot, Vec::new()));
        let marks = all.iter().flat_map(Squares::everything).collect();
        sheets.push(planned("everything marked".to_owned(), Paper::Ballot, marks));
    }
    sheets.push(planned("cancelled: corner cut off".to_owned(), Paper::Cancelled, valid(0)));
    sheets
}

fn contests_on(definition: &ElectionDefinition, design: &PageDesign) -> Vec<Squares> {
    let Some(style) = definition.styles.iter().find(|style| style.id == design.style) else {
        return Vec::new();
    };
    let contests = definition.votes.iter().flat_map(|vote| &vote.contests);
    let contests = contests.filter(|contest| style.contests.contains(&contest.id));
    let all = contests.map(|contest| squares(contest, &design.targets));
    // A page may lack a contest that its sheet has on another page.
    all.filter(|squares| squares.turns() > 0).collect()
}

fn squares(contest: &Contest, targets: &[Target]) -> Squares {
    let place = |option: &str| {
        let is = |target: &Target| target.contest == contest.id && target.option.as_str() == option;
        targets.iter().position(is)
    };
    let against_all = contest.against_all.as_ref();
    let names = contest.options.iter().filter(|option| Some(&option.id) != against_all);
    let (allowed, numbers) = match &contest.kind {
        ContestKind::Plurality { votes_allowed } => (usize::from(*votes_allowed), 0),
        ContestKind::Referendum => (1, 0),
        ContestKind::PartyPreference { rules } => (1, rules.numbers),
    };
    Squares {
        contest: contest.id.to_string(),
        options: names.filter_map(|option| place(option.id.as_str())).collect(),
        against_all: against_all.and_then(|option| place(option.as_str())),
        numbers: (1..=numbers).filter_map(|number| place(&format!("no-{number}"))).collect(),
        allowed,
    }
}

impl Squares {
    /// Valid sheets after which each target was marked, but for "against all" of a party list: it takes no
    /// number and has a sheet of its own.
    fn turns(&self) -> usize {
        if self.numbers.is_empty() {
            self.names().len()
        } else {
            self.options.len().max(self.numbers.len())
        }
    }

    /// A valid vote, another one each turn: with every number, and with every count of options.
    fn valid(&self, turn: usize) -> Marks {
        let nth = |list: &[usize]| turn.checked_rem(list.len()).map(|at| list[at]);
        if let (Some(party), Some(number)) = (nth(&self.options), nth(&self.numbers)) {
            return clear(&[party, number]);
        }
        match nth(&self.names()) {
            Some(name) if Some(name) != self.against_all => {
                let from = self.options.iter().cycle().skip_while(|&&option| option != name);
                let wanted = turn % self.allowed.max(1) + 1;
                clear(&from.take(wanted.min(self.options.len())).copied().collect::<Vec<_>>())
            }
            name => clear(name.as_slice()),
        }
    }

    /// Every way to be valid, blank, overvoted or void that the contest's kind has.
    fn branches(&self) -> Vec<(&'static str, Marks)> {
        let mut all = vec![("blank", Vec::new())];
        all.extend(self.of_names());
        if self.numbers.is_empty() {
            all.extend(self.of_several());
        } else {
            all.extend(self.of_numbers());
        }
        all
    }

    fn of_names(&self) -> Vec<(&'static str, Marks)> {
        let mut all = vec![("every option marked", clear(&self.names()))];
        let number = self.numbers.first().map(|&at| (at, Weight::Clear));
        if let [first, ..] = self.options[..] {
            all.push(("doubtful mark alone", vec![(first, Weight::Doubtful)]));
        }
        if let [first, second, ..] = self.options[..] {
            let beside = |weight| {
                [(first, Weight::Clear), (second, weight)].into_iter().chain(number).collect()
            };
            all.push(("doubtful mark beside a clear one", beside(Weight::Doubtful)));
            all.push(("trace of a pen beside a clear mark", beside(Weight::Trace)));
        }
        if let ([first, ..], Some(against_all)) = (&self.options[..], self.against_all) {
            all.push(("against all", clear(&[against_all])));
            all.push(("against all with another option", clear(&[*first, against_all])));
        }
        all
    }

    /// Where there are no numbers.
    fn of_several(&self) -> Vec<(&'static str, Marks)> {
        let names = self.names();
        let mut all = Vec::new();
        if let Some(marked) = names.get(..=self.allowed) {
            all.push(("one mark too many", clear(marked)));
        }
        if self.allowed > 1 {
            all.push(("fewer than allowed", clear(&names[..1.min(names.len())])));
            if let Some(marked) = self.options.get(..self.allowed) {
                all.push(("as many as allowed", clear(marked)));
            }
            let some = self.options.get(..self.allowed - 1).unwrap_or(&self.options);
            let marked: Vec<usize> = some.iter().copied().chain(self.against_all).collect();
            all.push(("against all among as many as allowed", clear(&marked)));
        }
        all
    }

    fn of_numbers(&self) -> Vec<(&'static str, Marks)> {
        let mut all = Vec::new();
        let [number, ..] = self.numbers[..] else { return all };
        let two = self.numbers.get(..2);
        let joined = |names: &[usize], numbers: &[usize]| clear(&[names, numbers].concat());
        all.push(("number without party", clear(&[number])));
        all.push(("all numbers without party", clear(&self.numbers)));
        if let Some(against_all) = self.against_all {
            all.push(("against all with number", clear(&[against_all, number])));
            all.push(("against all with all numbers", joined(&[against_all], &self.numbers)));
        }
        if let [party, ..] = self.options[..] {
            all.push(("party without number", clear(&[party])));
            all.push(("party with all numbers", joined(&[party], &self.numbers)));
            let doubtful = vec![(party, Weight::Clear), (number, Weight::Doubtful)];
            all.push(("party with a doubtful number", doubtful));
            if let Some(two) = two {
                all.push(("party with two numbers", joined(&[party], two)));
                let trace =
                    vec![(party, Weight::Clear), (two[0], Weight::Clear), (two[1], Weight::Trace)];
                all.push(("trace of a pen beside a clear number", trace));
            }
        }
        if let Some(parties) = self.options.get(..2) {
            all.push(("two parties", clear(parties)));
            all.push(("two parties with a number", joined(parties, &[number])));
        }
        all
    }

    fn names(&self) -> Vec<usize> {
        self.options.iter().copied().chain(self.against_all).collect()
    }

    fn everything(&self) -> Marks {
        clear(&[self.names(), self.numbers.clone()].concat())
    }
}

fn clear(targets: &[usize]) -> Marks {
    targets.iter().map(|&target| (target, Weight::Clear)).collect()
}
