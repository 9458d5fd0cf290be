//! Paper, head and knife: what moves, and how long it takes.

use crate::piece::{End, Piece};
use crate::script::What;
use crate::status::Condition;

/// Rows in a millimetre.
pub const ROWS_PER_MM: u64 = 8;
/// From the head to the knife, in rows.
const TO_KNIFE: u64 = 96;
/// A cut takes so long, in microseconds.
const CUT_US: u64 = 300_000;
/// Most rows that are kept: 40 m. A printer that is fed for ever must not eat the memory.
const MAX_ROWS: usize = 320_000;

#[derive(Debug)]
pub struct Mechanism {
    pub condition: Condition,
    dots: usize,
    speed: u32,
    pieces: Vec<Piece>,
    kept: usize,
    /// Rows since power-on.
    pub moved: u64,
    jams_at_cut: bool,
    /// When it is free again, in microseconds since power-on.
    free_at: u64,
}

impl Mechanism {
    pub fn new(dots: usize, speed: u32) -> Self {
        let (condition, pieces) = (Condition::default(), vec![Piece::new(dots)]);
        Mechanism {
            condition,
            dots,
            speed,
            pieces,
            kept: 0,
            moved: 0,
            jams_at_cut: false,
            free_at: 0,
        }
    }

    /// All that came out, the one that still hangs out last.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether it can do something at this time.
    pub fn is_free(&self, now: u64) -> bool {
        !self.condition.is_stopped() && self.free_at <= now
    }

    /// Prints a row. What the head has no dots for is lost.
    pub fn print(&mut self, now: u64, row: &[u8]) {
        let mut row = row.to_vec();
        row.resize(self.dots / 8, 0);
        self.moved += 1;
        self.free_at = self.free_at.max(now.saturating_sub(self.row_us())) + self.row_us();
        if self.kept < MAX_ROWS {
            self.kept += 1;
            self.hanging().rows.push(row);
        }
    }

    /// Cuts; the paper was fed to the knife before.
    pub fn cut(&mut self, now: u64) {
        self.free_at = self.free_at.max(now) + CUT_US;
        if std::mem::take(&mut self.jams_at_cut) {
            self.condition.cutter = true;
        } else {
            self.part(End::Cut);
        }
    }

    /// Rows that are fed before a cut.
    pub fn rows_to_knife() -> u64 {
        TO_KNIFE
    }

    /// Something happens to it; whether it was about the mechanism at all.
    pub fn happen(&mut self, what: &What) -> bool {
        let condition = &mut self.condition;
        match what {
            What::PaperOut => condition.no_paper = true,
            What::NearEnd => condition.near_end = true,
            What::Load => {
                (condition.no_paper, condition.near_end) = (false, false);
                self.part(End::Torn);
            }
            What::CoverOpen => condition.cover_open = true,
            What::CoverClosed => condition.cover_open = false,
            What::Offline => condition.offline = true,
            What::Online => condition.offline = false,
            What::CutterJam => self.jams_at_cut = true,
            What::CutterFreed => condition.cutter = false,
            What::Hot => condition.hot = true,
            What::Cool => condition.hot = false,
            What::Broken => condition.broken = true,
            What::Restart => condition.broken = false,
            What::Pace(speed) => self.speed = *speed,
            _ => return false,
        }
        true
    }

    fn row_us(&self) -> u64 {
        1_000_000 / (u64::from(self.speed.max(1)) * ROWS_PER_MM)
    }

    fn hanging(&mut self) -> &mut Piece {
        if self.pieces.last().is_none_or(|piece| piece.end != End::Hanging) {
            self.pieces.push(Piece::new(self.dots));
        }
        let last = self.pieces.len() - 1;
        &mut self.pieces[last]
    }

    fn part(&mut self, end: End) {
        if let Some(piece) = self.pieces.last_mut().filter(|piece| !piece.rows.is_empty()) {
            piece.end = end;
            self.pieces.push(Piece::new(self.dots));
        }
    }
}
