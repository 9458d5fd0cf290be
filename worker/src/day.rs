//! The day so far, folded from the event log: poll state, counts of sheets, incidents.

use urna_core::journal::{Event, EventKind, PollState};
use urna_core::report::{Incidents, ReportKind};

use crate::scanners::ScannerDay;

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
            incidents: Incidents::default(),
            scanners: ScannerDay::default(),
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
            EventKind::Transmitted { .. } => self.state = PollState::Transmitted,
            EventKind::KeyMade { .. }
            | EventKind::Enrolled { .. }
            | EventKind::ReportSent { .. }
            | EventKind::TailCut { .. }
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
            // `ScannerDay` has taken them.
            | EventKind::ScannerConnected { .. }
            | EventKind::ScannerDisconnected
            | EventKind::ScannerChanged { .. } => {}
        }
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
