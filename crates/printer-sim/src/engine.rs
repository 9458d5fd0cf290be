//! Commands of ESC/POS, carried out one after another as the mechanism gets free.

use std::collections::VecDeque;

use crate::buffer::{AtOnce, Buffer};
use crate::mechanism::Mechanism;
use crate::{Manners, Options};

const ESC: u8 = 0x1b;
const GS: u8 = 0x1d;
const DLE: u8 = 0x10;
const LF: u8 = 0x0a;
/// A line of text, in rows.
const LINE: u64 = 30;
/// Answers that nobody fetches are forgotten.
const MAX_ANSWERS: usize = 1_000;

/// A picture or feed under way.
#[derive(Debug)]
enum Moving {
    /// Rows of a picture that are still to come, and bytes in each.
    Picture { rows: usize, bytes: usize },
    /// White rows, and whether a cut follows.
    Feed { rows: u64, then_cut: bool },
}

#[derive(Debug)]
pub struct Engine {
    pub mechanism: Mechanism,
    buffer: Buffer,
    manners: Manners,
    moving: Option<Moving>,
    answers: VecDeque<Vec<u8>>,
    /// Bytes that were no command: they would have been printed as letters.
    pub rubbish: usize,
    /// Commands at once that no driver should send: they came out of a picture.
    pub stray: usize,
}

impl Engine {
    pub fn new(options: Options) -> Self {
        Engine {
            mechanism: Mechanism::new(options.dots, options.speed),
            buffer: Buffer::new(options.buffer),
            manners: options.manners,
            moving: None,
            answers: VecDeque::new(),
            rubbish: 0,
            stray: 0,
        }
    }

    /// Takes a byte from the host, unless there is no room.
    pub fn push(&mut self, byte: u8) -> bool {
        if self.manners == Manners::Office {
            self.rubbish += 1;
            return true;
        }
        match self.buffer.push(byte) {
            None => return false,
            Some(None) => {}
            Some(Some(AtOnce::Status(kind))) => {
                // Within a picture a question would be one by chance.
                self.stray += usize::from(self.is_in_picture());
                let answer = self.mechanism.condition.at_once(kind);
                self.answer(answer.into_iter().collect());
            }
            Some(Some(AtOnce::Other)) => self.stray += 1,
        }
        if self.manners == Manners::Hasty && self.ends_with_fence() {
            self.answer(vec![self.mechanism.condition.in_turn()]);
        }
        true
    }

    pub fn next_answer(&mut self) -> Option<Vec<u8>> {
        self.answers.pop_front()
    }

    /// Does one thing, if the mechanism is free by now (in microseconds since power-on); whether it did.
    pub fn run_one(&mut self, now: u64) -> bool {
        self.mechanism.is_free(now) && self.step(now)
    }

    /// Switched off and on.
    pub fn restart(&mut self) {
        self.buffer.clear();
        self.answers.clear();
        self.moving = None;
    }

    /// One row, one cut or one command; false if there is nothing to do.
    fn step(&mut self, now: u64) -> bool {
        match &mut self.moving {
            Some(Moving::Picture { rows: 0, .. })
            | Some(Moving::Feed { rows: 0, then_cut: false }) => {
                self.moving = None;
            }
            Some(Moving::Feed { rows: 0, .. }) => {
                self.mechanism.cut(now);
                self.moving = None;
            }
            Some(Moving::Picture { rows, bytes }) => {
                if self.buffer.len() < *bytes {
                    return false;
                }
                *rows -= 1;
                let row = self.buffer.take(*bytes);
                self.mechanism.print(now, &row);
            }
            Some(Moving::Feed { rows, .. }) => {
                *rows -= 1;
                self.mechanism.print(now, &[]);
            }
            None => return self.command(),
        }
        true
    }

    /// The next command, once it is there in full.
    fn command(&mut self) -> bool {
        let at = |place: usize| self.buffer.at(place);
        let length = match (at(0), at(1)) {
            (None, _) => return false,
            (Some(0), _) => 1,
            (Some(LF), _) => 1,
            (Some(ESC | GS | DLE), None) => return false,
            (Some(ESC), Some(b'@')) => 2,
            (Some(ESC), Some(b'J' | b'd')) => 3,
            (Some(GS), Some(b'a' | b'r' | b'I')) => 3,
            (Some(DLE), Some(0x04 | 0x05)) => 3,
            (Some(DLE), Some(0x14)) => 5,
            (Some(GS), Some(b'V')) => match at(2) {
                Some(65 | 66) => 4,
                _ => 3,
            },
            (Some(GS), Some(b'v')) => 8,
            (Some(_), _) => {
                self.buffer.take(1);
                self.rubbish += 1;
                return true;
            }
        };
        if self.buffer.len() < length {
            return false;
        }
        let bytes = self.buffer.take(length);
        self.carry_out(&bytes);
        true
    }

    fn carry_out(&mut self, command: &[u8]) {
        match *command {
            [LF] => self.feed(LINE),
            [ESC, b'J', rows] => self.feed(rows.into()),
            [ESC, b'd', lines] => self.feed(u64::from(lines) * LINE),
            [GS, b'V', 65 | 66, rows] => {
                let rows = Mechanism::rows_to_knife() + u64::from(rows);
                self.moving = Some(Moving::Feed { rows, then_cut: true });
            }
            [GS, b'V', _] => self.moving = Some(Moving::Feed { rows: 0, then_cut: true }),
            [GS, b'v', b'0', _, width_low, width_high, low, high] => {
                let bytes = usize::from(u16::from_le_bytes([width_low, width_high]));
                let rows = usize::from(u16::from_le_bytes([low, high]));
                self.moving = Some(Moving::Picture { rows, bytes });
            }
            [GS, b'r', 1 | 49] if matches!(self.manners, Manners::Good | Manners::Nameless) => {
                self.answer(vec![self.mechanism.condition.in_turn()]);
            }
            [GS, b'I', which] if self.manners != Manners::Nameless => {
                let text = match which {
                    65 => "_1.23 ESC/POS",
                    66 => "_EPSON",
                    67 => "_TM-SIM",
                    68 => "_SIM0001",
                    _ => return,
                };
                self.answer([text.as_bytes(), &[0]].concat());
            }
            // Initialise, and statuses that come unasked: it sends none.
            _ => {}
        }
    }

    fn feed(&mut self, rows: u64) {
        self.moving = Some(Moving::Feed { rows, then_cut: false });
    }

    fn answer(&mut self, bytes: Vec<u8>) {
        if !bytes.is_empty() && self.answers.len() < MAX_ANSWERS {
            self.answers.push_back(bytes);
        }
    }

    /// Whether bytes that go in now belong to a picture, as far as what waits was looked at.
    fn is_in_picture(&self) -> bool {
        match self.moving {
            Some(Moving::Picture { rows, bytes }) => self.buffer.len() < rows * bytes,
            _ => false,
        }
    }

    fn ends_with_fence(&self) -> bool {
        let end = self.buffer.len();
        let last = |back: usize| end.checked_sub(back).and_then(|at| self.buffer.at(at));
        (last(3), last(2), last(1)) == (Some(GS), Some(b'r'), Some(1))
    }
}
