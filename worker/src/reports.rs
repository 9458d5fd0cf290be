//! Opening, closing, reports and the sealed result.

use urna_core::journal::{EventKind, PollState, Role};
use urna_core::report::{Incidents, PrivacyTest, Report, ReportKind};
use urna_core::rules::VoidRule;
use urna_core::seal::{Digest, SealedReport, VerifiedReport, to_qr_texts, verify_report};
use urna_core::software::BuildCheck;
use urna_core::tally::{Sensitivity, Tally};
use urna_core::vault_api::{Reply, VaultError};

use crate::disk::{Disk, FileName};
use crate::files::{RESULT_BYTES, result_at};
use crate::frame::{Frame, HEAD, frame_at};
use crate::log::Log;
use crate::reader::Reader;
use crate::vault::{
    Answer, Outcome, SOFTWARE, Unlocked, Vault, World, disk_fault, seal_fault, storage,
};

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    pub(crate) fn open_polls(&mut self, chair: String, secretary: String) -> Outcome {
        self.require(&[PollState::Tested])?;
        if !self.unlocked()?.tally.is_zero() || self.day.sheets > 0 {
            return Err(VaultError::NotZero);
        }
        if !self.day.zero_printed {
            return Err(VaultError::ZeroNotPrinted);
        }
        self.require_copy()?;
        self.check_pins(chair, secretary)?;
        self.session = Some(Role::Commission);
        self.append(EventKind::Opened)?;
        Ok(self.status_answer())
    }

    pub(crate) fn close(&mut self, chair: String, secretary: String) -> Outcome {
        self.require(&[PollState::Open, PollState::Paused])?;
        self.unlocked()?;
        if self.drop_to_confirm {
            return Err(VaultError::DropNotConfirmed);
        }
        if let Some(closes_at) = self.closes_at() {
            return Err(VaultError::TooEarly { closes_at });
        }
        self.check_pins(chair, secretary)?;
        self.session = Some(Role::Commission);
        self.append(EventKind::Closed)?;
        Ok(self.status_answer())
    }

    pub(crate) fn issue_report(&mut self, kind: ReportKind) -> Outcome {
        self.require(states_for(kind))?;
        self.unlocked()?;
        let sealed = match kind {
            // There is one final report, however often it is printed.
            ReportKind::Final => match self.stored_result(self.day.number())? {
                Some(sealed) => sealed,
                None => self.make_result()?,
            },
            ReportKind::Zero => {
                let privacy = self.try_secrecy()?;
                self.seal_report(kind, Some(privacy))?
            }
            ReportKind::Turnout => self.seal_report(kind, None)?,
        };
        let verified = self.verify_own(&sealed)?;
        if kind != ReportKind::Final || !self.day.final_issued {
            let (number, digest) = (verified.report.number, verified.digest);
            self.append(EventKind::ReportIssued { kind, number, digest })?;
        }
        let bytes = sealed.to_bytes().map_err(|fault| seal_fault(&fault))?;
        let qr = to_qr_texts(&bytes)
            .map_err(|fault| VaultError::Figures { detail: fault.to_string() })?;
        let report = Box::new(verified.report);
        Ok(Answer {
            reply: Reply::Report { report, digest: verified.digest, qr },
            buffers: vec![bytes],
        })
    }

    pub(crate) fn confirm_printed(&mut self, kind: ReportKind, copies: u8) -> Outcome {
        self.require_issued(kind)?;
        if copies == 0 {
            let detail = "no original was confirmed".to_owned();
            return Err(VaultError::BadRequest { detail });
        }
        // A later copy of the final report is printed in a state that must not go back.
        if kind != ReportKind::Final || self.day.state == PollState::Closed {
            self.append(EventKind::ReportPrinted { kind, copies })?;
        }
        Ok(self.status_answer())
    }

    /// A report that was issued went to paper, or should have.
    pub(crate) fn note_print(&mut self, kind: ReportKind, event: EventKind) -> Outcome {
        self.require_issued(kind)?;
        self.append(event)?;
        Ok(self.status_answer())
    }

    fn require_issued(&self, kind: ReportKind) -> Result<(), VaultError> {
        self.require(states_for(kind))?;
        let issued = match kind {
            ReportKind::Zero => self.day.zero_issued,
            ReportKind::Final => self.day.final_issued,
            ReportKind::Turnout => self.day.reports > 0,
        };
        if issued {
            return Ok(());
        }
        let detail = "this report was not issued yet".to_owned();
        Err(VaultError::BadRequest { detail })
    }

    pub(crate) fn sealed_result(&self) -> Outcome {
        self.require(&[PollState::Reported, PollState::Transmitted])?;
        let sealed = self.stored_result(self.day.number())?;
        let sealed = sealed.ok_or_else(|| storage("damaged", "no final report"))?;
        let digest = self.verify_own(&sealed)?.digest;
        let bytes = sealed.to_bytes().map_err(|fault| seal_fault(&fault))?;
        Ok(Answer { reply: Reply::SealedResult { digest }, buffers: vec![bytes] })
    }

    pub(crate) fn confirm_transmitted(&mut self, digest: Digest) -> Outcome {
        if self.is_of_earlier(digest) {
            self.require(&[PollState::Reported, PollState::Transmitted])?;
            self.append(EventKind::EarlierTransmitted { digest })?;
            return Ok(self.status_answer());
        }
        self.require(&[PollState::Reported])?;
        let sealed = self.stored_result(self.day.number())?;
        let sealed = sealed.ok_or_else(|| storage("damaged", "no final report"))?;
        if self.verify_own(&sealed)?.digest != digest {
            let detail = "the acknowledgement is for another result".to_owned();
            return Err(VaultError::BadRequest { detail });
        }
        self.append(EventKind::Transmitted { digest })?;
        Ok(self.status_answer())
    }

    /// Seals the final report and stores it before anybody sees it.
    fn make_result(&mut self) -> Result<SealedReport, VaultError> {
        let privacy = self.check_secrecy()?;
        let sealed = self.seal_report(ReportKind::Final, privacy)?;
        let bytes = sealed.to_bytes().map_err(|fault| seal_fault(&fault))?;
        if bytes.len() + HEAD > RESULT_BYTES {
            return Err(storage("full", "the final report is too long"));
        }
        self.store(FileName::Result, result_at(self.day.number()), &bytes)?;
        Ok(sealed)
    }

    /// The final report of a count, if it was made.
    pub(crate) fn stored_result(&self, count: u32) -> Result<Option<SealedReport>, VaultError> {
        let bytes = self.disk.read(FileName::Result).map_err(|fault| disk_fault(&fault))?;
        match frame_at(&bytes, result_at(count), RESULT_BYTES) {
            Frame::Sound(payload) => {
                SealedReport::from_bytes(payload).map(Some).map_err(|fault| seal_fault(&fault))
            }
            Frame::Empty => Ok(None),
            // Torn while it was first written, and shown to nobody: it is made again.
            Frame::Broken if !self.day.final_issued => Ok(None),
            Frame::Broken => Err(storage("damaged", "the stored final report is damaged")),
        }
    }

    fn seal_report(
        &self,
        kind: ReportKind,
        privacy: Option<PrivacyTest>,
    ) -> Result<SealedReport, VaultError> {
        let report = Report { privacy, ..self.report(kind)? };
        let definition = &self.election()?.verified.package.definition;
        let fits = report.check().and_then(|()| report.fits(definition));
        fits.map_err(|detail| VaultError::Figures { detail })?;
        let state = self.day.state;
        let (enrolment, _) = self.enrolment.as_ref().ok_or(VaultError::WrongState { state })?;
        SealedReport::seal(&report, enrolment.clone(), &self.unlocked()?.keys.device)
            .map_err(|fault| seal_fault(&fault))
    }

    fn report(&self, kind: ReportKind) -> Result<Report, VaultError> {
        let state = self.day.state;
        let verified = &self.election()?.verified;
        let definition = &verified.package.definition;
        let (_, enrolment) = self.enrolment.as_ref().ok_or(VaultError::WrongState { state })?;
        let Unlocked { tally, band, .. } = self.unlocked()?;
        let with_registers = kind != ReportKind::Turnout;
        let with_band = with_registers && !definition.thresholds.band_permille.is_empty();
        let marginal = if with_registers { marginal_contests(tally) } else { 0 };
        Ok(Report {
            version: Report::version_for(self.day.count.as_ref()),
            kind,
            mode: definition.mode,
            election: definition.id.clone(),
            package: verified.digest,
            precinct: enrolment.precinct.clone(),
            device: enrolment.device.clone(),
            number: self.day.reports.saturating_add(1),
            issued_at: self.world.now(),
            opened_at: self.day.opened_at,
            closed_at: self.day.closed_at,
            turnout: self.turnout.clone(),
            tally: with_registers.then(|| tally.clone()),
            thresholds: definition.thresholds.clone(),
            incidents: Incidents { marginal, ..self.day.incidents },
            log_events: self.log.as_ref().map_or(0, Log::len),
            log_head: self.log.as_ref().map_or_else(Digest::default, Log::head),
            software: SOFTWARE.to_owned(),
            sensitivity: with_band.then(|| Sensitivity::of(band, tally)),
            scanners: Some(self.day.scanners.reported(kind)),
            count: self.day.count.clone(),
            privacy: None,
            build: self.build.as_ref().and_then(BuildCheck::build),
        })
    }

    /// What leaves the vault must verify for everybody else too.
    pub(crate) fn verify_own(&self, sealed: &SealedReport) -> Result<VerifiedReport, VaultError> {
        let election = self.election()?;
        verify_report(sealed, &election.root, &election.verified)
            .map_err(|fault| seal_fault(&fault))
    }
}

fn states_for(kind: ReportKind) -> &'static [PollState] {
    match kind {
        ReportKind::Zero => &[PollState::Tested],
        ReportKind::Turnout => &[PollState::Open, PollState::Paused],
        ReportKind::Final => &[PollState::Closed, PollState::Reported, PollState::Transmitted],
    }
}

fn marginal_contests(tally: &Tally) -> u32 {
    let contests = tally.votes.iter().flat_map(|vote| &vote.contests);
    let counts = contests.flat_map(|contest| &contest.void);
    let marginal = counts.filter(|count| count.rule == VoidRule::MarginalMark);
    marginal.fold(0, |sum, count| count.ballots.saturating_add(sum))
}
