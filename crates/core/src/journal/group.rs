//! Groups of events, for whoever looks for some of them.

use serde::{Deserialize, Serialize};

use super::EventKind;

/// What an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventGroup {
    /// States of the polls, and how the device came into service.
    States,
    /// Who was there: PINs, signing in and out.
    People,
    /// Sheets and the scanner.
    Scanner,
    /// What is stored, and the program's starts.
    Storage,
    /// Reports, exports and what was sent.
    Reports,
    /// Network, clock, power, screen.
    Surroundings,
}

impl EventGroup {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 6] = [
        Self::States,
        Self::People,
        Self::Scanner,
        Self::Storage,
        Self::Reports,
        Self::Surroundings,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::States => "states",
            Self::People => "people",
            Self::Scanner => "scanner",
            Self::Storage => "storage",
            Self::Reports => "reports",
            Self::Surroundings => "surroundings",
        }
    }
}

impl EventKind {
    /// What the event is about.
    pub fn group(&self) -> EventGroup {
        match self {
            Self::Provisioned { .. }
            | Self::KeyMade { .. }
            | Self::Enrolled { .. }
            | Self::TestPassed { .. }
            | Self::Opened
            | Self::Paused
            | Self::Resumed
            | Self::Closed
            | Self::CountStarted { .. }
            | Self::TakenOver { .. }
            | Self::ClosingPermitted { .. } => EventGroup::States,
            Self::WrongPin
            | Self::Unlocked
            | Self::OperatorSignedIn
            | Self::SignedOut { .. }
            | Self::Locked { .. }
            | Self::WrongOperatorPin
            | Self::PinsChanged { .. }
            | Self::OperatorPinSet { .. } => EventGroup::People,
            Self::SheetCounted { .. }
            | Self::SheetRecovered { .. }
            | Self::SheetNotAccepted { .. }
            | Self::ScannerFault { .. }
            | Self::ScannerConnected { .. }
            | Self::ScannerDisconnected
            | Self::ScannerChanged { .. } => EventGroup::Scanner,
            Self::Started { .. }
            | Self::TailCut { .. }
            | Self::LogMended { .. }
            | Self::StorageFault { .. }
            | Self::StorageKept { .. }
            | Self::CopyChosen
            | Self::CopyInStep
            | Self::CopyLost { .. }
            | Self::BuildKnown { .. }
            | Self::BuildDiffers { .. }
            | Self::BuildUnknown
            | Self::SecondRefused => EventGroup::Storage,
            Self::ReportIssued { .. }
            | Self::ReportPrinted { .. }
            | Self::ReportSent { .. }
            | Self::Transmitted { .. }
            | Self::TransmissionFailed { .. }
            | Self::EarlierTransmitted { .. }
            | Self::StationSummed { .. }
            | Self::PrivacyTried { .. }
            | Self::PrivacyChecked { .. }
            | Self::Exported { .. } => EventGroup::Reports,
            Self::NetworkSeen
            | Self::ClockJumped { .. }
            | Self::ClockNoted { .. }
            | Self::PowerChanged { .. }
            | Self::PageShown { .. } => EventGroup::Surroundings,
        }
    }
}
