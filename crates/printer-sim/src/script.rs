//! What goes wrong, and when: one event a line, in words.

use std::str::FromStr;

use urna_scanner_sim::{ScriptError, events_of};

/// A script, read with [`str::parse`]. The language is described in docs/printers.md.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Events in the order of their lines.
    pub events: Vec<(When, What)>,
}

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// When so many millimetres of paper have moved since power-on.
    Mm(u32),
    /// With the bulk transfer of this number, from 1, both directions counted.
    Transfer(u32),
    /// So many milliseconds after power-on.
    At(u32),
    /// So many milliseconds after the event on the line before.
    Then(u32),
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The roll ends here.
    PaperOut,
    /// Little is left of it.
    NearEnd,
    /// Somebody puts a new roll in, and tears off what hangs out.
    Load,
    /// Somebody opens the cover.
    CoverOpen,
    /// Somebody closes it.
    CoverClosed,
    /// Somebody switches it offline.
    Offline,
    /// And back.
    Online,
    /// The knife sticks at its next cut.
    CutterJam,
    /// Somebody frees it.
    CutterFreed,
    /// The head is too hot.
    Hot,
    /// It has cooled down.
    Cool,
    /// A part breaks.
    Broken,
    /// Switched off and on again: nothing waits any more, and no part is broken.
    Restart,
    /// From now on so many millimetres in a second.
    Pace(u32),
    /// The next transfer stalls; what it would have carried comes after the halt is cleared.
    Stall,
    /// The next IN transfer comes so many milliseconds late.
    Slow(u32),
    /// The next answer is lost.
    Lost,
    /// An empty transfer comes before the next one.
    ZeroLength,
    /// The next answer is noise.
    Garbage,
    /// The next answer comes twice.
    Twice,
    /// From now on it says its first status without end.
    Endless,
    /// From now on it takes whatever comes and says nothing.
    Silent,
    /// It says and does again what it should.
    Cured,
    /// The cable is pulled.
    Unplug,
    /// The cable is put back.
    Plug,
}

/// Words for what needs no number.
const WORDS: [(&str, What); 21] = [
    ("paper-out", What::PaperOut),
    ("near-end", What::NearEnd),
    ("load", What::Load),
    ("cover-open", What::CoverOpen),
    ("cover-closed", What::CoverClosed),
    ("offline", What::Offline),
    ("online", What::Online),
    ("cutter-jam", What::CutterJam),
    ("cutter-freed", What::CutterFreed),
    ("hot", What::Hot),
    ("cool", What::Cool),
    ("broken", What::Broken),
    ("restart", What::Restart),
    ("stall", What::Stall),
    ("lost", What::Lost),
    ("zero-length", What::ZeroLength),
    ("garbage", What::Garbage),
    ("twice", What::Twice),
    ("endless", What::Endless),
    ("silent", What::Silent),
    ("cured", What::Cured),
];

impl FromStr for Script {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Self, ScriptError> {
        let other = |_: &str| Err("not 'WHEN: WHAT'");
        let events = events_of(text, |when| matches!(when, When::Then(_)), other)?;
        Ok(Script { events })
    }
}

impl FromStr for When {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| word.parse().map_err(|_| "a number is wanted");
        Ok(match words.as_slice() {
            ["mm", n] => When::Mm(number(n)?),
            ["transfer", n] => When::Transfer(number(n)?),
            ["at", ms] => When::At(number(ms)?),
            ["then", ms] => When::Then(number(ms)?),
            _ => return Err("when? 'mm N', 'transfer N', 'at MS' or 'then MS'"),
        })
    }
}

impl FromStr for What {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| word.parse().map_err(|_| "a number is wanted");
        match words.as_slice() {
            ["slow", ms] => Ok(What::Slow(number(ms)?)),
            ["pace", speed] => Ok(What::Pace(number(speed)?)),
            ["unplug"] => Ok(What::Unplug),
            ["plug"] => Ok(What::Plug),
            [word] => {
                let known = WORDS.iter().find(|(name, _)| name == word).map(|(_, what)| *what);
                known.ok_or("what happens then? see docs/printers.md for the words")
            }
            _ => Err("what happens then? see docs/printers.md for the words"),
        }
    }
}
