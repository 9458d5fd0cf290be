//! Plays a capture to a driver: a bug report becomes a test.

use super::Capture;
use super::file::{AskLine, CallLine, Line, ask};
use crate::{Driver, Event};

/// Why a capture can't be played to its end.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplayFault {
    /// The driver does something else than it did then.
    #[error("line {line}: the driver asks for {asked}")]
    Differs {
        /// Which line, from 1.
        line: usize,
        /// What it asks for.
        asked: String,
    },
    /// Bytes of the line can't be read.
    #[error("line {line}: the bytes can't be read")]
    Bytes {
        /// Which line, from 1.
        line: usize,
    },
}

/// Plays a capture to `driver`, which must ask for the same as the recorded one. The events that it gives.
/// Bytes that were left out are zeros: pictures of an fi scanner replay so, others don't.
///
/// # Errors
/// [`ReplayFault`].
pub fn replay(capture: &Capture, driver: &mut dyn Driver) -> Result<Vec<Event>, ReplayFault> {
    let mut events = Vec::new();
    // The header is the first line.
    for (line, number) in capture.lines.iter().zip(2_usize..) {
        match line {
            Line::Call(call) => match call {
                CallLine::Connect => driver.connect(),
                // Whether it could begin is seen by what it asks for next.
                CallLine::StartSheet => drop(driver.start_sheet()),
                CallLine::Cancel => driver.cancel(),
                CallLine::ClearFault => driver.clear_fault(),
            },
            Line::Ask { id, timeout_ms, what } => {
                let asked = driver.request();
                let same = asked.clone().is_some_and(|request| {
                    (request.id, request.timeout_ms) == (*id, *timeout_ms)
                        && is_same(&ask(request.transfer), what)
                });
                if !same {
                    let asked = asked.map_or_else(|| "nothing".to_owned(), |r| format!("{r:?}"));
                    return Err(ReplayFault::Differs { line: number, asked });
                }
            }
            Line::End { id, how } => {
                let end = how.completion().ok_or(ReplayFault::Bytes { line: number })?;
                driver.completed(*id, end);
            }
            Line::Passed(times) => times.iter().for_each(|ms| driver.elapsed(*ms)),
            Line::Capture(_) | Line::Event(_) | Line::Full => {}
        }
        events.extend(std::iter::from_fn(|| driver.poll()));
    }
    Ok(events)
}

/// The same bytes, however they are written down.
fn is_same(asked: &AskLine, recorded: &AskLine) -> bool {
    let (AskLine::Out { endpoint, bytes }, AskLine::Out { endpoint: to, bytes: recorded }) =
        (asked, recorded)
    else {
        return asked == recorded;
    };
    let all = |pieces: &[super::file::PieceLine]| -> Option<Vec<u8>> {
        pieces
            .iter()
            .map(super::file::PieceLine::bytes)
            .collect::<Option<Vec<_>>>()
            .map(|p| p.concat())
    };
    endpoint == to && all(bytes) == all(recorded)
}
