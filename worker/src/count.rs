//! Sheets: reading, judging, recording. The order of the writes is what makes "counted once" hold.

use urna_core::ContestId;
use urna_core::definition::BallotStyle;
use urna_core::journal::{EventKind, PollState};
use urna_core::recognition::PageReading;
use urna_core::rules::{SheetVotes, Verdict, judge_sheet, judge_sheet_at};
use urna_core::tally::BallotRecord;
use urna_core::vault_api::{Place, Reply, SheetReply, TestReading, VaultError};

use crate::disk::Disk;
use crate::explanation::Explained;
use crate::provision::turnout_of;
use crate::reader::{ReadFault, Reader};
use crate::vault::{Answer, Outcome, Vault, World, storage};

/// Sides of one sheet, at most.
pub(crate) const MAX_SIDES: usize = 2;

/// A sheet that was read.
struct Sheet {
    reading: PageReading,
    style: BallotStyle,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Counts a sheet whose sides are given.
    pub(crate) fn count_sheet(&mut self, sides: &[Vec<u8>]) -> Outcome {
        let start = self.world.milliseconds();
        self.may_count()?;
        let read = self.read_sides(sides)?;
        self.count(read, sides, |now| elapsed(start, now))
    }

    /// Whether a sheet may be counted now.
    pub(crate) fn may_count(&self) -> Result<(), VaultError> {
        self.require(&[PollState::Open])?;
        self.unlocked()?;
        self.require_copy()?;
        if self.drop_to_confirm { Err(VaultError::DropNotConfirmed) } else { Ok(()) }
    }

    /// Counts a sheet of which this was read. The record is durable before the event, the event before the
    /// answer: whenever power fails, the sheet is recorded or it is not, and the next start knows which.
    pub(crate) fn count(
        &mut self,
        read: Vec<Result<PageReading, ReadFault>>,
        pictures: &[Vec<u8>],
        took: impl Fn(f64) -> u32,
    ) -> Outcome {
        let (place, vote) = match self.sheet_of(read)? {
            Err(fault) => (self.give_back(fault)?, None),
            Ok(sheet) => {
                let definition = &self.election()?.verified.package.definition;
                let (votes, verdict) =
                    judge_sheet(definition, &sheet.style, &sheet.reading.targets);
                let at = |&permille: &u16| {
                    judge_sheet_at(definition, &sheet.style, &sheet.reading.targets, permille)
                };
                let others: Vec<_> = definition.thresholds.band_permille.iter().map(at).collect();
                (self.carry_out(&votes, &others, verdict)?, Some(votes.vote))
            }
        };
        self.recovery = None;
        let status = self.progress();
        let milliseconds = took(self.world.milliseconds());
        let reply = Reply::Sheet(SheetReply { place, vote, status, milliseconds });
        Ok(Answer { reply, buffers: self.explanation(pictures).png })
    }

    /// Reads a sheet before opening and shows what was read; nothing is kept.
    pub(crate) fn test_sheet(&mut self, sides: &[Vec<u8>]) -> Outcome {
        let start = self.world.milliseconds();
        self.require(&[PollState::Provisioned, PollState::Tested])?;
        self.enrolled()?;
        let (place, style, votes, targets) = match self.sheet_of(self.read_sides(sides)?)? {
            Err(ReadFault { code, detail }) => {
                (Place::GiveBack { code, detail }, None, None, Vec::new())
            }
            Ok(sheet) => {
                let definition = &self.election()?.verified.package.definition;
                let (votes, verdict) =
                    judge_sheet(definition, &sheet.style, &sheet.reading.targets);
                self.tested_sheets = self.tested_sheets.saturating_add(1);
                (place_of(verdict), Some(sheet.style.id), Some(votes), sheet.reading.targets)
            }
        };
        let milliseconds = elapsed(start, self.world.milliseconds());
        let Explained { png, stray, dirt } = self.explanation(sides);
        let reading = TestReading { place, style, votes, targets, stray, dirt, milliseconds };
        Ok(Answer { reply: Reply::TestSheet(reading), buffers: png })
    }

    pub(crate) fn confirm_test(&mut self) -> Outcome {
        self.require(&[PollState::Provisioned])?;
        self.enrolled()?;
        if self.tested_sheets == 0 {
            let detail = "no test sheet was read".to_owned();
            return Err(VaultError::BadRequest { detail });
        }
        self.append(EventKind::TestPassed { sheets: self.tested_sheets })?;
        Ok(self.status_answer())
    }

    pub(crate) fn enrolled(&self) -> Result<(), VaultError> {
        self.unlocked()?;
        let state = self.day.state;
        self.enrolment.as_ref().map(|_| ()).ok_or(VaultError::WrongState { state })
    }

    fn read_sides(
        &self,
        sides: &[Vec<u8>],
    ) -> Result<Vec<Result<PageReading, ReadFault>>, VaultError> {
        if sides.is_empty() || sides.len() > MAX_SIDES {
            let detail = "a sheet has one or two sides".to_owned();
            return Err(VaultError::BadRequest { detail });
        }
        Ok(sides.iter().map(|side| self.reader.read(side)).collect())
    }

    /// Exactly one side must be a ballot of this precinct; the other may be anything but another
    /// ballot, since the sheet is fed with either face up.
    fn sheet_of(
        &self,
        sides: Vec<Result<PageReading, ReadFault>>,
    ) -> Result<Result<Sheet, ReadFault>, VaultError> {
        let mut read = Vec::new();
        let mut worst: Option<ReadFault> = None;
        for side in sides {
            match side {
                Ok(reading) => read.push(reading),
                // "Blank" and "other page" are the back of the sheet; any other refusal says more.
                Err(fault) if worst.as_ref().is_none_or(|worst| is_back(&worst.code)) => {
                    worst = Some(fault);
                }
                Err(_) => {}
            }
        }
        let reading = match (read.pop(), read.is_empty(), worst) {
            (Some(reading), true, _) => reading,
            (Some(_), false, _) => return Ok(Err(fault("two_ballots", "both sides are ballots"))),
            (None, _, Some(fault)) => return Ok(Err(fault)),
            (None, _, None) => return Ok(Err(fault("blank", "nothing was scanned"))),
        };
        let definition = &self.election()?.verified.package.definition;
        let Some(style) = definition.style(&reading.style).cloned() else {
            return Ok(Err(fault("unknown_style", "the ballot style is not of this election")));
        };
        let precinct = self.enrolment.as_ref().map(|(_, enrolment)| &enrolment.precinct);
        if !precinct.is_some_and(|precinct| style.is_for(precinct)) {
            return Ok(Err(fault("wrong_precinct", "the ballot is for another precinct")));
        }
        // Contests that are not on this page would be counted as blank.
        let is_here = |contest: &ContestId| reading.targets.iter().any(|t| t.contest == *contest);
        if !style.contests.iter().all(is_here) {
            return Ok(Err(fault("other_page", "not all contests of the ballot are on this page")));
        }
        Ok(Ok(Sheet { reading, style }))
    }

    /// Counts the votes, beside them what they would be at each threshold of the band.
    fn carry_out(
        &mut self,
        votes: &SheetVotes,
        others: &[SheetVotes],
        verdict: Verdict,
    ) -> Result<Place, VaultError> {
        let invalid = match &verdict {
            Verdict::Accepted => false,
            Verdict::Invalid { .. } => true,
            Verdict::NotAccepted { .. } => return self.give_back(fault("policy", "given back")),
        };
        // By its fields, so that the rest of the vault can change beside it: a nation's definition is too
        // long to be copied for each sheet.
        let state = self.day.state;
        let election = self.election.as_ref().ok_or(VaultError::WrongState { state })?;
        let definition = &election.verified.package.definition;
        let foreign = |fault: &dyn std::fmt::Display| storage("damaged", fault);
        let record = BallotRecord::new(definition, votes, invalid)
            .and_then(|record| record.with_band(definition, others))
            .map_err(|f| foreign(&f))?;
        let padded = record.to_padded_bytes(definition).map_err(|f| foreign(&f))?;
        let unlocked = self.unlocked.as_mut().ok_or(VaultError::Locked)?;
        // Counted on a copy first: what can't be counted must not be recorded.
        let (mut tally, mut band) = (unlocked.tally.clone(), unlocked.band.clone());
        let counted = tally.add(definition, &record).and_then(|()| band.add(definition, &record));
        counted.map_err(|f| foreign(&f))?;
        let world = &mut self.world;
        if unlocked.records.room() == 0 {
            return Err(storage("full", "no room for another ballot record"));
        }
        let must_confirm = invalid && definition.policy.confirm_invalid_drop;
        let added = unlocked.records.add(&mut self.disk, padded, |bytes| world.random(bytes));
        added.map_err(|fault| self.fail(fault.into()))?;
        self.append(EventKind::SheetCounted { vote: votes.vote.clone() })?;
        self.turnout = turnout_of(&tally);
        if let Some(unlocked) = self.unlocked.as_mut() {
            (unlocked.tally, unlocked.band) = (tally, band);
        }
        self.drop_to_confirm = must_confirm;
        Ok(place_of(verdict))
    }

    fn give_back(&mut self, ReadFault { code, detail }: ReadFault) -> Result<Place, VaultError> {
        self.append(EventKind::SheetNotAccepted { code: code.clone() })?;
        Ok(Place::GiveBack { code, detail })
    }
}

fn place_of(verdict: Verdict) -> Place {
    match verdict {
        Verdict::Accepted => Place::BallotBox,
        Verdict::Invalid { reasons } => Place::InvalidSection { reasons },
        Verdict::NotAccepted { .. } => {
            Place::GiveBack { code: "policy".to_owned(), detail: "given back".to_owned() }
        }
    }
}

fn is_back(code: &str) -> bool {
    ["blank", "other_page"].contains(&code)
}

fn fault(code: &str, detail: &str) -> ReadFault {
    ReadFault { code: code.to_owned(), detail: detail.to_owned() }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a duration in milliseconds; `as` saturates"
)]
pub(crate) fn elapsed(start: f64, end: f64) -> u32 {
    (end - start).round() as u32
}
