//! What goes wrong, and when: one event a line, in words.

use std::str::FromStr;

/// Longest script in bytes.
const MAX_SCRIPT: usize = 64 * 1024;

/// A script, read with [`str::parse`]. The language is described in docs/scanners-sim.md.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// From which whatever looks random follows.
    pub seed: u64,
    /// Events in the order of their lines.
    pub events: Vec<(When, What)>,
}

/// When something happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// With the bulk transfer of this number, from 1, both directions counted.
    Transfer(u32),
    /// While the nth sheet is fed, from 1.
    Sheet(u32, Moment),
    /// So many milliseconds after power-on.
    At(u32),
    /// So many milliseconds after the event on the line before.
    Then(u32),
}

/// A moment in the life of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// The host has ordered it, and the feeder starts.
    BeforeFeed,
    /// Half of its front has reached the host.
    DuringFront,
    /// All of its front has reached the host, and not yet all of its back.
    BetweenSides,
    /// All that was asked for has reached the host; the sheet has not left the path.
    AfterBack,
}

/// What happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum What {
    /// The sheet on its way sticks, or the next one does when it is fed.
    Jam,
    /// A second sheet comes along.
    DoubleFeed,
    /// Somebody opens the cover.
    CoverOpen,
    /// Somebody closes it.
    CoverClosed,
    /// Somebody takes out whatever sticks in the path.
    JamRemoved,
    /// Somebody takes all sheets out of the hopper.
    Empty,
    /// Somebody lays so many further sheets into the hopper.
    Load(u32),
    /// Somebody lays the nth sheet, from 1, under those in the hopper once more, wherever it came out.
    Again(u32),
    /// The next IN transfer takes so many milliseconds.
    Slow(u32),
    /// From now on each sheet takes so many milliseconds to go through, and its image comes no sooner.
    Pace(u32),
    /// The next transfer stalls; what it would have carried comes after the halt is cleared.
    Stall,
    /// An empty transfer comes before the next one.
    ZeroLength,
    /// The next IN transfer lacks its last bytes, which are lost.
    Short(u32),
    /// The next IN transfer carries so many bytes, and the rest comes with the one after it.
    Split(u32),
    /// No IN transfer carries more than so many bytes from now on; 0 ends it.
    Drip(u32),
    /// The next IN transfer has so many bytes too many.
    Long(u32),
    /// The next IN transfer carries noise.
    Garbage,
    /// The cable is pulled.
    Unplug,
    /// The cable is put back.
    Plug,
    /// The device is busy for so many requests or commands.
    Busy(u32),
    /// eSCL: from now on header names are small, extra ones come along, and locations name a strange host.
    OddHeaders,
    /// eSCL: the next document is denied with 404, as some do that were asked too early.
    EarlyEnd,
}

/// What is wrong with a script.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScriptError {
    /// It is longer than any script.
    #[error("the script is longer than {MAX_SCRIPT} bytes")]
    TooLong,
    /// A line is not understood.
    #[error("line {0}: {1}")]
    Line(usize, &'static str),
}

impl FromStr for Script {
    type Err = ScriptError;

    fn from_str(text: &str) -> Result<Self, ScriptError> {
        let mut seed = 0;
        let other = |line: &str| {
            let number = line.strip_prefix("seed ").and_then(|n| n.trim().parse().ok());
            seed = number.ok_or("neither 'WHEN: WHAT' nor 'seed NUMBER'")?;
            Ok(())
        };
        let events = events_of(text, |when| matches!(when, When::Then(_)), other)?;
        Ok(Script { seed, events })
    }
}

/// The events of a script: 'WHEN: WHAT' in each line, and what `other` takes of the lines without a colon.
/// Behind '#' is for people. `is_then` says which events need one before them.
///
/// # Errors
/// [`ScriptError`].
pub fn events_of<When, What>(
    text: &str,
    is_then: impl Fn(&When) -> bool,
    mut other: impl FnMut(&str) -> Result<(), &'static str>,
) -> Result<Vec<(When, What)>, ScriptError>
where
    When: FromStr<Err = &'static str>,
    What: FromStr<Err = &'static str>,
{
    if text.len() > MAX_SCRIPT {
        return Err(ScriptError::TooLong);
    }
    let mut events = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let wrong = |why| ScriptError::Line(at + 1, why);
        match line.split_once(':') {
            None if line.is_empty() => {}
            None => other(line).map_err(wrong)?,
            Some((when, what)) => {
                let when = when.parse().map_err(wrong)?;
                if is_then(&when) && events.is_empty() {
                    return Err(wrong("'then' needs an event before it"));
                }
                events.push((when, what.parse().map_err(wrong)?));
            }
        }
    }
    Ok(events)
}

impl FromStr for When {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| word.parse().map_err(|_| "a number is wanted");
        Ok(match words.as_slice() {
            ["transfer", n] => When::Transfer(number(n)?),
            ["sheet", n, moment] => When::Sheet(number(n)?, moment.parse()?),
            ["at", ms] => When::At(number(ms)?),
            ["then", ms] => When::Then(number(ms)?),
            _ => return Err("when? 'transfer N', 'sheet N MOMENT', 'at MS' or 'then MS'"),
        })
    }
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(match text {
            "before-feed" => Moment::BeforeFeed,
            "during-front" => Moment::DuringFront,
            "between-sides" => Moment::BetweenSides,
            "after-back" => Moment::AfterBack,
            _ => {
                return Err("which moment? before-feed, during-front, between-sides or after-back");
            }
        })
    }
}

impl FromStr for What {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let number = |word: &str| word.parse().map_err(|_| "a number is wanted");
        Ok(match words.as_slice() {
            ["jam"] => What::Jam,
            ["double-feed"] => What::DoubleFeed,
            ["cover-open"] => What::CoverOpen,
            ["cover-closed"] => What::CoverClosed,
            ["jam-removed"] => What::JamRemoved,
            ["empty"] => What::Empty,
            ["load", n] => What::Load(number(n)?),
            ["again", n] => What::Again(number(n)?),
            ["slow", ms] => What::Slow(number(ms)?),
            ["pace", ms] => What::Pace(number(ms)?),
            ["stall"] => What::Stall,
            ["zero-length"] => What::ZeroLength,
            ["short", n] => What::Short(number(n)?),
            ["split", n] => What::Split(number(n)?),
            ["drip", n] => What::Drip(number(n)?),
            ["long", n] => What::Long(number(n)?.min(MAX_LONG)),
            ["garbage"] => What::Garbage,
            ["unplug"] => What::Unplug,
            ["plug"] => What::Plug,
            ["busy", n] => What::Busy(number(n)?),
            ["odd-headers"] => What::OddHeaders,
            ["early-end"] => What::EarlyEnd,
            _ => return Err("what happens then? see docs/scanners-sim.md for the words"),
        })
    }
}

/// A transfer that is longer than it should be is at most so many bytes longer.
const MAX_LONG: u32 = 1 << 20;
