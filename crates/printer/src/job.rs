//! A report under way: how far it is, and whether the printer could really have printed that much.

use urna_receipt::Bitmap;

use crate::command;

/// Rows in a millisecond that no receipt printer prints: 500 mm/s.
const TOO_FAST: u64 = 4;
/// Milliseconds for a row of a slow one: 50 mm/s, 8 rows to the millimetre.
const SLOW_MS_PER_1000_ROWS: u64 = 2_500;
/// What is fed to the knife before a report and after it is so many rows more, and the two cuts take so long.
const FEED_ROWS: u64 = 240;
const CUTS_MS: u64 = 1_000;
/// Least time from the last answer to the last look, in milliseconds: the knife moves, the paper settles.
const SETTLE_MS: u64 = 1_000;
/// Longest.
const MAX_SETTLE_MS: u64 = 180_000;

/// What is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The printer's turn: it is looked at first.
    Waiting,
    /// That it begins anew.
    Beginning,
    /// A band.
    Band,
    /// The knife.
    Cutting,
    /// That all has come to rest.
    Settling,
}

/// A report under way.
pub struct Job {
    bitmap: Bitmap,
    pub step: Step,
    /// Rows that were sent, and rows that the printer has dealt with.
    sent: usize,
    done: usize,
    /// Since the first band was sent.
    elapsed_ms: u64,
    /// Since the answer that is waited for was asked for.
    pub waited_ms: u32,
    /// The answer came while something else was asked.
    pub is_fenced: bool,
    /// A person wants no more of it.
    pub is_stopped: bool,
}

impl Job {
    pub fn new(bitmap: Bitmap) -> Self {
        Job {
            bitmap,
            step: Step::Waiting,
            sent: 0,
            done: 0,
            elapsed_ms: 0,
            waited_ms: 0,
            is_fenced: false,
            is_stopped: false,
        }
    }

    /// The next band; none when all were sent.
    pub fn next_band(&mut self) -> Option<Vec<u8>> {
        let band = command::band(&self.bitmap, self.sent)?;
        self.sent = (self.sent + command::band_rows(&self.bitmap)).min(self.bitmap.height());
        Some(band)
    }

    /// The printer has dealt with everything that was sent.
    pub fn fenced(&mut self) {
        self.done = self.sent;
        self.is_fenced = false;
    }

    pub fn progress(&self) -> (usize, usize) {
        (self.done, self.bitmap.height())
    }

    pub fn elapsed(&mut self, ms: u32) {
        self.waited_ms = self.waited_ms.saturating_add(ms);
        if self.sent > 0 {
            self.elapsed_ms = self.elapsed_ms.saturating_add(u64::from(ms));
        }
    }

    /// How long is waited before the last look. A printer that answered faster than paper can move answers
    /// before it prints: it is given the time that a slow one needs.
    pub fn settle_ms(&self) -> u32 {
        let rows = u64::try_from(self.bitmap.height()).unwrap_or(u64::MAX);
        let is_credible = self.elapsed_ms.saturating_mul(TOO_FAST) >= rows;
        let moved = rows.saturating_add(FEED_ROWS);
        let slow = moved.saturating_mul(SLOW_MS_PER_1000_ROWS) / 1_000 + CUTS_MS;
        let rest = if is_credible { 0 } else { slow.saturating_sub(self.elapsed_ms) };
        u32::try_from(rest.clamp(SETTLE_MS, MAX_SETTLE_MS)).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use urna_receipt::{Bitmap, Width};

    use super::Job;

    #[test]
    fn a_printer_that_answers_too_fast_is_given_time() {
        let mut bitmap = Bitmap::new(Width::Mm80);
        bitmap.grow(8_000);
        let mut job = Job::new(bitmap);
        job.elapsed(50_000);
        assert_eq!(job.settle_ms(), 21_600, "what passed before the first band is nothing");
        job.next_band();
        job.elapsed(1_500);
        assert_eq!(job.settle_ms(), 20_100);
        job.elapsed(500);
        assert_eq!(job.settle_ms(), 1_000, "a metre in two seconds is possible");
    }
}
