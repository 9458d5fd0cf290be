//! The day so far, folded from the event log: poll state, counts of sheets, incidents.

use urna_core::journal::{Event, EventKind, PollState};
use urna_core::report::{Count, Incidents, ReportKind};
use urna_core::seal::Digest;
use urna_core::vault_api::{EnrolledAs, ReportedCount};

use crate::copying::CopyDay;
use crate::scanners::ScannerDay;

/// What became of the sheet that moved last since the polls were opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastSheet {
    /// None moved.
    #[default]
    None,
    /// It was given back.
    GivenBack,
    /// It was counted; whether the screen could still say so is not known.
    Counted,
}

/// What the log says of the current count; of earlier ones what was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub state: PollState,
    pub zero_issued: bool,
    pub zero_printed: bool,
    pub final_issued: bool,
    pub opened_at: Option<u64>,
    pub closed_at: Option<u64>,
    pub reports: u32,
    pub sheets: u32,
    pub last_sheet: LastSheet,
    pub incidents: Incidents,
    pub scanners: ScannerDay,
    /// Which count this is and what for; none on the ordinary day.
    pub count: Option<Count>,
    /// As what the device is enrolled for it.
    pub enrolled: Option<EnrolledAs>,
    /// Counts before it that were reported.
    pub earlier: Vec<ReportedCount>,
    final_digest: Option<Digest>,
    pub copy: CopyDay,
    /// Wrong ones since the last right ones: of the two, and of an operator.
    pub wrong_pins: WrongPins,
    /// Which sealing of the keys holds.
    pub keys_generation: u32,
    /// From when on the authority lets polls be closed before the hour.
    pub closing_permitted_from: Option<u64>,
    /// The time zone that was noted last.
    pub utc_offset_minutes: Option<i16>,
}

/// Wrong PINs in a row.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrongPins {
    pub both: u32,
    pub operator: u32,
}

impl Default for Day {
    fn default() -> Self {
        Day {
            state: PollState::Unprovisioned,
            zero_issued: false,
            zero_printed: false,
            final_issued: false,
            opened_at: None,
            closed_at: None,
            reports: 0,
            sheets: 0,
            last_sheet: LastSheet::None,
            incidents: Incidents::default(),
            scanners: ScannerDay::default(),
            count: None,
            enrolled: None,
            earlier: Vec::new(),
            final_digest: None,
            copy: CopyDay::default(),
            wrong_pins: WrongPins::default(),
            keys_generation: 0,
            closing_permitted_from: None,
            utc_offset_minutes: None,
        }
    }
}

impl Day {
    /// Takes one event.
    pub fn apply(&mut self, event: &Event) {
        self.scanners.apply(&event.kind);
        self.copy.apply(&event.kind);
        match &event.kind {
            EventKind::Started { .. } => bump(&mut self.incidents.starts),
            EventKind::Provisioned { .. } => self.state = PollState::Provisioned,
            EventKind::TestPassed { .. } => self.state = PollState::Tested,
            EventKind::ReportIssued { kind, number, digest } => {
                self.reports = *number;
                self.zero_issued |= *kind == ReportKind::Zero;
                if *kind == ReportKind::Final {
                    self.final_issued = true;
                    self.final_digest = Some(*digest);
                }
            }
            EventKind::ReportPrinted { kind, .. } => self.printed(*kind),
            // What was printed before holds no longer if the order shows now.
            EventKind::PrivacyTried { found, .. } if !found.is_empty() => {
                (self.zero_issued, self.zero_printed) = (false, false);
            }
            EventKind::PrivacyTried { .. } => {}
            EventKind::Opened => {
                self.state = PollState::Open;
                self.opened_at = Some(event.at);
            }
            EventKind::Paused => self.state = PollState::Paused,
            EventKind::Resumed => self.state = PollState::Open,
            EventKind::Closed => {
                self.state = PollState::Closed;
                self.closed_at = Some(event.at);
            }
            EventKind::SheetCounted { .. } | EventKind::SheetRecovered { .. } => {
                bump(&mut self.sheets);
                self.last_sheet = LastSheet::Counted;
            }
            EventKind::SheetNotAccepted { .. } => {
                bump(&mut self.incidents.not_accepted);
                self.last_sheet = LastSheet::GivenBack;
            }
            EventKind::ScannerFault { .. } => bump(&mut self.incidents.scanner_faults),
            EventKind::NetworkSeen => bump(&mut self.incidents.network_seen),
            EventKind::WrongPin => {
                bump(&mut self.incidents.wrong_pins);
                bump(&mut self.wrong_pins.both);
            }
            EventKind::WrongOperatorPin => {
                bump(&mut self.incidents.wrong_pins);
                bump(&mut self.wrong_pins.operator);
            }
            EventKind::Unlocked => self.wrong_pins.both = 0,
            EventKind::OperatorSignedIn => self.wrong_pins.operator = 0,
            EventKind::PinsChanged { generation }
            | EventKind::OperatorPinSet { generation, .. } => self.keys_generation = *generation,
            EventKind::ClosingPermitted { from, .. } => self.closing_permitted_from = Some(*from),
            EventKind::ClockNoted { utc_offset_minutes } => {
                self.utc_offset_minutes = Some(*utc_offset_minutes);
            }
            EventKind::TakenOver { wrong_pins, .. } => self.taken_over(*wrong_pins),
            EventKind::Transmitted { .. } => self.state = PollState::Transmitted,
            EventKind::Enrolled { device, precinct } => {
                self.enrolled =
                    Some(EnrolledAs { device: device.clone(), precinct: precinct.clone() });
            }
            EventKind::CountStarted { count, device, precinct } => {
                let enrolled =
                    EnrolledAs { device: device.clone(), precinct: precinct.clone() };
                self.start_count(count.clone(), enrolled);
            }
            EventKind::EarlierTransmitted { digest } => {
                let sent = self.earlier.iter_mut().filter(|count| count.digest == *digest);
                sent.for_each(|count| count.is_sent = true);
            }
            EventKind::KeyMade { .. }
            | EventKind::StationSummed { .. }
            | EventKind::ReportSent { .. }
            | EventKind::TailCut { .. }
            | EventKind::LogMended { .. }
            | EventKind::TransmissionFailed { .. }
            | EventKind::StorageFault { .. }
            | EventKind::SignedOut { .. }
            | EventKind::Locked { .. }
            | EventKind::Exported { .. }
            | EventKind::ClockJumped { .. }
            | EventKind::StorageKept { .. }
            | EventKind::PowerChanged { .. }
            | EventKind::PageShown { .. }
            | EventKind::SecondRefused
            | EventKind::PrivacyChecked { .. }
            | EventKind::BuildKnown { .. }
            | EventKind::BuildDiffers { .. }
            | EventKind::BuildUnknown
            // `ScannerDay` has taken them.
            | EventKind::ScannerConnected { .. }
            | EventKind::ScannerDisconnected
            | EventKind::ScannerChanged { .. }
            // `CopyDay` has taken them.
            | EventKind::CopyChosen
            | EventKind::CopyInStep
            | EventKind::CopyLost { .. } => {}
        }
    }

    /// Number of the current count.
    pub fn number(&self) -> u32 {
        self.count.as_ref().map_or(1, |count| count.number)
    }

    /// The counts that were reported, the current one included once it is.
    pub fn reported(&self) -> Vec<ReportedCount> {
        let mut counts = self.earlier.clone();
        counts.extend(self.reported_now());
        let replaced: Vec<Digest> = counts
            .iter()
            .filter_map(|c| c.count.as_ref())
            .flat_map(|c| c.replaces.clone())
            .collect();
        for count in &mut counts {
            count.is_replaced = replaced.contains(&count.digest);
        }
        counts
    }

    fn reported_now(&self) -> Option<ReportedCount> {
        let is_sent = self.state == PollState::Transmitted;
        Some(ReportedCount {
            number: self.number(),
            count: self.count.clone(),
            enrolled: self.enrolled.clone()?,
            sheets: self.sheets,
            digest: self.final_digest.filter(|_| is_sent || self.state == PollState::Reported)?,
            is_sent,
            is_replaced: false,
        })
    }

    /// Everything that belongs to one count begins anew. The number of reports and of starts goes on, and so do the
    /// scanner, the second copy, the people and the clock.
    fn start_count(&mut self, count: Count, enrolled: EnrolledAs) {
        let mut earlier = std::mem::take(&mut self.earlier);
        earlier.extend(self.reported_now());
        *self = Day {
            // Whoever was tested before the first count need not be tested before the second.
            state: if self.state == PollState::Provisioned {
                self.state
            } else {
                PollState::Tested
            },
            reports: self.reports,
            incidents: Incidents { starts: self.incidents.starts, ..Incidents::default() },
            scanners: self.scanners.clone(),
            count: Some(count),
            enrolled: Some(enrolled),
            earlier,
            copy: self.copy.clone(),
            wrong_pins: self.wrong_pins,
            keys_generation: self.keys_generation,
            closing_permitted_from: self.closing_permitted_from,
            utc_offset_minutes: self.utc_offset_minutes,
            ..Day::default()
        };
    }

    /// Two people must resume: the paper has to be compared with what the copy says first.
    fn taken_over(&mut self, wrong_pins: u32) {
        if self.state == PollState::Open {
            self.state = PollState::Paused;
        }
        let before = self.incidents.wrong_pins;
        self.incidents.wrong_pins = before.saturating_add(wrong_pins);
    }

    fn printed(&mut self, kind: ReportKind) {
        match kind {
            ReportKind::Zero => self.zero_printed = true,
            ReportKind::Final => self.state = PollState::Reported,
            ReportKind::Turnout => {}
        }
    }
}

fn bump(count: &mut u32) {
    *count = count.saturating_add(1);
}
