//! The day so far, folded from the event log: poll state, counts of sheets, incidents.

use urna_core::journal::{Event, EventKind, PollState};
use urna_core::report::{Incidents, ReportKind};

use crate::scanners::ScannerDay;

/// Longest wait after wrong PINs, in seconds.
const MAX_DELAY_S: u64 = 300;

/// What the log says.
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
    pub incidents: Incidents,
    pub scanners: ScannerDay,
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
            incidents: Incidents::default(),
            scanners: ScannerDay::default(),
            wrong_pins_in_a_row: 0,
            wrong_pin_at: 0,
        }
    }
}

impl Day {
    /// Takes one event.
    pub fn apply(&mut self, event: &Event) {
        self.scanners.apply(&event.kind);
        match &event.kind {
            EventKind::Started { .. } => bump(&mut self.incidents.starts),
            EventKind::Provisioned { .. } => self.state = PollState::Provisioned,
            EventKind::TestPassed { .. } => self.state = PollState::Tested,
            EventKind::ReportIssued { kind, number, .. } => {
                self.reports = *number;
                self.zero_issued |= *kind == ReportKind::Zero;
                self.final_issued |= *kind == ReportKind::Final;
            }
            EventKind::ReportPrinted { kind, .. } => self.printed(*kind),
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
            }
            EventKind::SheetNotAccepted { .. } => bump(&mut self.incidents.not_accepted),
            EventKind::ScannerFault { .. } => bump(&mut self.incidents.scanner_faults),
            EventKind::NetworkSeen => bump(&mut self.incidents.network_seen),
            EventKind::WrongPin => {
                bump(&mut self.incidents.wrong_pins);
                bump(&mut self.wrong_pins_in_a_row);
                self.wrong_pin_at = event.at;
            }
            EventKind::Unlocked => self.wrong_pins_in_a_row = 0,
            EventKind::Transmitted { .. } => self.state = PollState::Transmitted,
            EventKind::KeyMade { .. }
            | EventKind::Enrolled { .. }
            | EventKind::ReportSent { .. }
            | EventKind::TailCut { .. }
            | EventKind::TransmissionFailed { .. }
            | EventKind::StorageFault { .. }
            | EventKind::BuildKnown { .. }
            | EventKind::BuildDiffers { .. }
            | EventKind::BuildUnknown
            // `ScannerDay` has taken them.
            | EventKind::ScannerConnected { .. }
            | EventKind::ScannerDisconnected
            | EventKind::ScannerChanged { .. } => {}
        }
    }

    /// Seconds until PINs are taken again: 1, 2, 4, … up to five minutes after each wrong one in a row.
    pub fn pin_delay_s(&self, now: u64) -> u32 {
        let Some(doublings) = self.wrong_pins_in_a_row.checked_sub(1) else { return 0 };
        let delay = 1_u64.checked_shl(doublings).unwrap_or(MAX_DELAY_S).min(MAX_DELAY_S);
        // A clock set back must not make the wait longer than it is.
        let passed = now.saturating_sub(self.wrong_pin_at);
        u32::try_from(delay.saturating_sub(passed)).unwrap_or(u32::MAX)
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
