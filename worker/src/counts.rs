//! Counts besides the ordinary day: a late box, another station's ballots, all of it once more. Each begins at zero
//! with both PINs and goes the same way as the day; the log is one chain, and what was counted before stays.

use urna_core::PrecinctId;
use urna_core::journal::{EventKind, PollState, Role};
use urna_core::report::{Count, CountPurpose, MAX_COUNTS};
use urna_core::seal::{
    Digest, Enrolment, Mismatch, SealError, SealedReport, Signer, VerifiedReport, verify_report,
};
use urna_core::station::{MAX_STATION_PARTS, station_sum};
use urna_core::vault_api::{Reply, ReportedCount, VaultError};

use crate::disk::{Disk, FileName};
use crate::files::{RESULT_BYTES, enrolment_at, enrolment_in, fits_enrolment};
use crate::reader::Reader;
use crate::vault::{Answer, Outcome, Vault, World, disk_fault, seal_fault, storage};

/// What the commission wants counted.
pub(crate) struct Wanted {
    pub purpose: CountPurpose,
    /// Own counts that it replaces.
    pub replaces: Vec<u32>,
    /// An enrolment, or reports of other devices.
    pub buffers: Vec<Vec<u8>>,
}

/// A count that may begin.
struct Next {
    count: Count,
    sealed_enrolment: Vec<u8>,
    enrolment: Enrolment,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Begins another count. What can't be is refused before anything is written.
    pub(crate) fn start_count(
        &mut self,
        wanted: Wanted,
        chair: String,
        secretary: String,
    ) -> Outcome {
        let number = self.next_number(wanted.purpose)?;
        self.enrolled()?;
        let next = match wanted.purpose {
            CountPurpose::LateBox => self.late_box(number, &wanted)?,
            CountPurpose::OtherStation => self.other_station(number, wanted.buffers)?,
            CountPurpose::Rescan => self.rescan(number, &wanted)?,
        };
        next.count.check().map_err(|detail| VaultError::BadRequest { detail })?;
        let keys = self.check_pins(chair, secretary)?;
        // The first count has its enrolment already.
        if number > 1 {
            self.store(FileName::Keys, enrolment_at(number), &next.sealed_enrolment)?;
        }
        let Enrolment { device, precinct, .. } = next.enrolment.clone();
        self.append(EventKind::CountStarted { count: next.count, device, precinct })?;
        self.enrolment = Some((next.sealed_enrolment, next.enrolment));
        self.session = Some(Role::Commission);
        self.drop_to_confirm = false;
        self.unlock_with(keys)?;
        Ok(self.status_answer())
    }

    /// Number of the count that would begin now. One that was begun and never opened is left behind; the day
    /// itself becomes another count only as long as no report of it was issued.
    fn next_number(&self, purpose: CountPurpose) -> Result<u32, VaultError> {
        let current = self.day.number();
        let is_untouched_day = self.day.count.is_none() && !self.day.zero_issued;
        let number = match self.day.state {
            PollState::Reported | PollState::Transmitted => current + 1,
            PollState::Tested if self.day.count.is_some() => current + 1,
            PollState::Provisioned | PollState::Tested
                if is_untouched_day && purpose == CountPurpose::Rescan =>
            {
                current
            }
            state => return Err(VaultError::WrongState { state }),
        };
        if number > MAX_COUNTS { Err(VaultError::TooManyCounts) } else { Ok(number) }
    }

    fn late_box(&self, number: u32, wanted: &Wanted) -> Result<Next, VaultError> {
        if !wanted.buffers.is_empty() || !wanted.replaces.is_empty() {
            return Err(bad("a late box takes nothing's place"));
        }
        let (sealed_enrolment, enrolment) = self.enrolment_of(1)?;
        let count = Count { number, purpose: CountPurpose::LateBox, replaces: Vec::new() };
        Ok(Next { count, sealed_enrolment, enrolment })
    }

    /// The authority takes this device into service for another precinct too.
    fn other_station(&self, number: u32, mut buffers: Vec<Vec<u8>>) -> Result<Next, VaultError> {
        let sealed_enrolment = match (buffers.pop(), buffers.is_empty()) {
            (Some(sealed), true) if fits_enrolment(&sealed) => sealed,
            _ => return Err(bad("exactly one enrolment is needed")),
        };
        let election = self.election()?;
        let enrolment = Enrolment::open(&sealed_enrolment, &election.root);
        let enrolment = enrolment.map_err(|fault| seal_fault(&fault))?;
        enrolment.check_package(&election.verified).map_err(|fault| seal_fault(&fault))?;
        if enrolment.device_key != self.unlocked()?.keys.device.public_key().to_sec1() {
            return Err(seal_fault(&SealError::Mismatch(Mismatch::Device)));
        }
        let (_, home) = self.enrolment_of(1)?;
        if enrolment.precinct == home.precinct {
            return Err(seal_fault(&SealError::Mismatch(Mismatch::Precinct)));
        }
        let count = Count { number, purpose: CountPurpose::OtherStation, replaces: Vec::new() };
        Ok(Next { count, sealed_enrolment, enrolment })
    }

    /// All that is replaced is of one station, and this device is enrolled for it.
    fn rescan(&self, number: u32, wanted: &Wanted) -> Result<Next, VaultError> {
        let reported = self.reported_counts();
        let mut names: Vec<(PrecinctId, Digest)> = Vec::new();
        for &number in &wanted.replaces {
            let own = reported.iter().find(|own| own.number == number && !own.is_replaced);
            let own = own.ok_or_else(|| bad("there is no such count that stands"))?;
            names.push((own.enrolled.precinct.clone(), own.digest));
        }
        let own_key = self.unlocked()?.keys.device.public_key().to_sec1();
        for verified in self.verified(&wanted.buffers)? {
            if verified.enrolment.device_key == own_key {
                return Err(bad("the report is of this device"));
            }
            names.push((verified.report.precinct, verified.digest));
        }
        let Some(precinct) = names.first().map(|(precinct, _)| precinct.clone()) else {
            return Err(bad("nothing is named that is replaced"));
        };
        if names.iter().any(|(other, _)| *other != precinct) {
            return Err(seal_fault(&SealError::Mismatch(Mismatch::Precinct)));
        }
        let (sealed_enrolment, enrolment) = self.enrolment_for(number, &precinct)?;
        let replaces = names.into_iter().map(|(_, digest)| digest).collect();
        let count = Count { number, purpose: CountPurpose::Rescan, replaces };
        Ok(Next { count, sealed_enrolment, enrolment })
    }

    /// The enrolment of any count up to this one that was for this precinct.
    fn enrolment_for(
        &self,
        number: u32,
        precinct: &PrecinctId,
    ) -> Result<(Vec<u8>, Enrolment), VaultError> {
        let earlier = (1..number.max(2)).filter_map(|number| self.enrolment_of(number).ok());
        let mut fitting = earlier.filter(|(_, enrolment)| enrolment.precinct == *precinct);
        fitting.next().ok_or_else(|| seal_fault(&SealError::Mismatch(Mismatch::Precinct)))
    }

    /// The enrolment under which a count runs, or ran.
    pub(crate) fn enrolment_of(&self, number: u32) -> Result<(Vec<u8>, Enrolment), VaultError> {
        let bytes = self.disk.read(FileName::Keys).map_err(|fault| disk_fault(&fault))?;
        let enrolment = enrolment_in(&bytes, number, &self.election()?.root);
        enrolment.ok_or_else(|| storage("damaged", "the enrolment is damaged"))
    }

    /// The counts that were reported.
    pub(crate) fn reported_counts(&self) -> Vec<ReportedCount> {
        self.day.reported()
    }

    /// The sealed final report of any count.
    pub(crate) fn result_of(&self, number: u32) -> Outcome {
        self.require(&[PollState::Reported, PollState::Transmitted])?;
        let is_there = self.reported_counts().iter().any(|count| count.number == number);
        let sealed = if is_there { self.stored_result(number)? } else { None };
        let sealed = sealed.ok_or_else(|| bad("there is no such count"))?;
        let digest = self.verify_own(&sealed)?.digest;
        let bytes = sealed.to_bytes().map_err(|fault| seal_fault(&fault))?;
        Ok(Answer { reply: Reply::SealedResult { digest }, buffers: vec![bytes] })
    }

    /// Whether the collector's word is on an earlier count that it had not acknowledged before.
    pub(crate) fn is_of_earlier(&self, digest: Digest) -> bool {
        let current = self.day.number();
        let counts = self.reported_counts();
        counts.iter().any(|c| c.number != current && c.digest == digest && !c.is_sent)
    }

    /// Puts together the station's one report: every result of this device for it, and the ones that are given.
    pub(crate) fn station_report(&mut self, precinct: &PrecinctId, others: &[Vec<u8>]) -> Outcome {
        self.require(&[PollState::Reported, PollState::Transmitted])?;
        let mut reports = Vec::new();
        for own in self.reported_counts() {
            if own.enrolled.precinct == *precinct {
                let sealed = self.stored_result(own.number)?;
                let sealed = sealed.ok_or_else(|| storage("damaged", "no final report"))?;
                reports.push(self.verify_own(&sealed)?);
            }
        }
        if reports.is_empty() {
            return Err(bad("this device has counted nothing of that station"));
        }
        reports.extend(self.verified(others)?);
        let package = self.election()?.verified.digest;
        let sum = station_sum(precinct, package, &reports).map_err(|fault| {
            VaultError::Station { code: fault.code().to_owned(), detail: fault.to_string() }
        })?;
        let parts = u32::try_from(sum.parts.len()).unwrap_or(u32::MAX);
        self.append(EventKind::StationSummed { parts })?;
        Ok(Answer::only(Reply::Station(Box::new(sum))))
    }

    /// Reports from outside, each with its whole chain of trust up to the root key and the package.
    fn verified(&self, sealed: &[Vec<u8>]) -> Result<Vec<VerifiedReport>, VaultError> {
        if sealed.len() > MAX_STATION_PARTS || sealed.iter().any(|one| one.len() > RESULT_BYTES) {
            return Err(bad("too many reports, or too long ones"));
        }
        let election = self.election()?;
        let verify = |bytes: &Vec<u8>| {
            let sealed = SealedReport::from_bytes(bytes)?;
            verify_report(&sealed, &election.root, &election.verified)
        };
        sealed.iter().map(verify).collect::<Result<_, _>>().map_err(|fault| seal_fault(&fault))
    }
}

fn bad(detail: &str) -> VaultError {
    VaultError::BadRequest { detail: detail.to_owned() }
}
