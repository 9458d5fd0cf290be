//! The day so far, folded from the event log: poll state, counts of sheets, incidents.

use urna_core::journal::{Event, EventKind, PollState};
use urna_core::report::{Count, Incidents, ReportKind};
use urna_core::seal::Digest;
use urna_core::vault_api::{EnrolledAs, ReportedCount};

use crate::copying::CopyDay;
use crate::scanners::ScannerDay;

/// Longest wait after wrong PINs, in seconds.
const MAX_DELAY_S: u64 = 300;

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
    wrong_pins_in_a_row: u32,
    wrong_pin_at: u64,
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
            wrong_pins_in_a_row: 0,
            wrong_pin_at: 0,
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
                bump(&mut self.wrong_pins_in_a_row);
                self.wrong_pin_at = event.at;
            }
            EventKind::Unlocked => self.wrong_pins_in_a_row = 0,
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
            | EventKind::TransmissionFailed { .. }
            | EventKind::StorageFault { .. }
            // `ScannerDay` has taken them.
            | EventKind::PrivacyChecked { .. }
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
    /// scanner and the wait after wrong PINs.
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
            wrong_pins_in_a_row: self.wrong_pins_in_a_row,
            wrong_pin_at: self.wrong_pin_at,
            ..Day::default()
        };
    }

    /// Seconds until PINs are taken again: 1, 2, 4, … up to five minutes after each wrong one in a row.
    pub fn pin_delay_s(&self, now: u64) -> u32 {
        let Some(doublings) = self.wrong_pins_in_a_row.checked_sub(1) else { return 0 };
        let delay = 1_u64.checked_shl(doublings).unwrap_or(MAX_DELAY_S).min(MAX_DELAY_S);
        // A clock set back must not make the wait longer than it is.
        let passed = now.saturating_sub(self.wrong_pin_at);
        u32::try_from(delay.saturating_sub(passed)).unwrap_or(u32::MAX)
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
