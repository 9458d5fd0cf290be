//! What happens around the vault: clocks, power, the page. Each kind has a bound in the log: a loose plug or a
//! hand at the clock must not fill it.

use urna_core::journal::{EventKind, PollState};
use urna_core::seal::{ClosingPermission, Digest, SealError};
use urna_core::vault_api::{PageNote, Reply, VaultError};

use crate::disk::Disk;
use crate::log::Log;
use crate::provision::one;
use crate::reader::Reader;
use crate::vault::{Answer, Outcome, Vault, World, seal_fault};

/// From so many seconds on it is a jump: what a clock is led after in small steps is less.
const JUMP_S: f64 = 3.0;
/// Events of one kind that the log takes. Together with those of scanners that is a tenth of it.
const MOST_JUMPS: usize = 200;
const MOST_PAGES: usize = 500;
const MOST_OTHERS: usize = 200;
/// No permission is for a later time: numbers of this size still pass through JavaScript.
const LATEST: u64 = 1 << 40;

/// Both clocks at the last comparison, and what was noted since the start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Clocks {
    last: Option<(u64, f64)>,
    storage: Option<bool>,
    mains: Option<bool>,
    visible: Option<bool>,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Notes what the page sees.
    pub(crate) fn note_page(&mut self, note: PageNote) -> Outcome {
        match note {
            PageNote::Export { what } => {
                self.note_bounded(EventKind::Exported { what }, MOST_OTHERS)?
            }
            PageNote::Second => self.note_bounded(EventKind::SecondRefused, MOST_OTHERS)?,
            PageNote::Storage { kept } if self.clocks.storage != Some(kept) => {
                self.note_bounded(EventKind::StorageKept { kept }, MOST_OTHERS)?;
                self.clocks.storage = Some(kept).filter(|_| self.log.is_some());
            }
            PageNote::Power { mains, percent } if self.clocks.mains != Some(mains) => {
                // On mains from the start is no news.
                if !mains || self.clocks.mains.is_some() {
                    let percent = percent.min(100);
                    self.note_bounded(EventKind::PowerChanged { mains, percent }, MOST_OTHERS)?;
                }
                self.clocks.mains = Some(mains);
            }
            PageNote::Page { visible } if self.clocks.visible.unwrap_or(true) != visible => {
                self.note_bounded(EventKind::PageShown { visible }, MOST_PAGES)?;
                self.clocks.visible = Some(visible);
            }
            PageNote::Storage { .. } | PageNote::Power { .. } | PageNote::Page { .. } => {}
            PageNote::Clock => self.compare_clocks()?,
        }
        // Not the state: it comes every few seconds, and the state carries the definition of a nation.
        Ok(Answer::only(Reply::Taken))
    }

    /// The wall clock against the one that nobody can set.
    fn compare_clocks(&mut self) -> Result<(), VaultError> {
        let (wall, steady) = (self.world.now(), self.world.milliseconds());
        if let Some((last_wall, last_steady)) = self.clocks.last {
            let passed = (steady - last_steady) / 1_000.0;
            let jump = seconds_between(last_wall, wall) - passed;
            if jump.abs() >= JUMP_S {
                let kind = EventKind::ClockJumped { seconds: whole(jump) };
                self.note_bounded(kind, MOST_JUMPS)?;
            }
        }
        self.clocks.last = Some((wall, steady));
        let utc_offset_minutes = self.world.utc_offset_minutes();
        if self.log.is_some() && self.day.utc_offset_minutes != Some(utc_offset_minutes) {
            self.note_bounded(EventKind::ClockNoted { utc_offset_minutes }, MOST_OTHERS)?;
        }
        Ok(())
    }

    /// An event, unless there is no log yet or it has enough of this kind.
    fn note_bounded(&mut self, kind: EventKind, most: usize) -> Result<(), VaultError> {
        let Some(log) = self.log.as_ref() else { return Ok(()) };
        let same = std::mem::discriminant(&kind);
        let of_kind = |log: &Log| {
            log.events().iter().filter(|e| std::mem::discriminant(&e.kind) == same).count()
        };
        if of_kind(log) < most { self.append(kind) } else { Ok(()) }
    }

    /// Until when polls can't be closed without the authority's leave; nothing where they can.
    pub(crate) fn closes_at(&self) -> Option<u64> {
        let election = self.election.as_ref()?;
        let now = self.world.now();
        let closes_at = election.verified.package.definition.closes_at()?;
        let permitted = self.day.closing_permitted_from.is_some_and(|from| from <= now);
        (now < closes_at && !permitted).then_some(closes_at)
    }

    /// Takes the authority's leave to close before the hour.
    pub(crate) fn permit_closing(&mut self, buffers: Vec<Vec<u8>>) -> Outcome {
        self.require(&[PollState::Open, PollState::Paused])?;
        let sealed = one(buffers)?;
        let root = &self.election()?.root;
        let state = self.day.state;
        let (_, enrolment) = self.enrolment.as_ref().ok_or(VaultError::WrongState { state })?;
        let permission = ClosingPermission::open(&sealed, root);
        let permission = permission.and_then(|permission| {
            permission.check_enrolment(enrolment)?;
            if permission.from > LATEST {
                return Err(SealError::BadContent("its time is out of range".to_owned()));
            }
            Ok(permission)
        });
        let from = permission.map_err(|fault| seal_fault(&fault))?.from;
        let permission = Digest::of(&sealed);
        // The same one again is no news.
        if self.day.closing_permitted_from != Some(from) {
            self.append(EventKind::ClosingPermitted { permission, from })?;
        }
        Ok(self.status_answer())
    }
}

#[allow(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2⁵³")]
fn seconds_between(earlier: u64, later: u64) -> f64 {
    later as f64 - earlier as f64
}

#[allow(clippy::cast_possible_truncation, reason = "`as` saturates")]
fn whole(seconds: f64) -> i64 {
    seconds.round() as i64
}
