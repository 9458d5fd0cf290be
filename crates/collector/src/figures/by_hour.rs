//! Turnout over the day, from the turnout slips.

use std::collections::BTreeMap;

use urna_core::counts::CountKey;
use urna_core::report::{Report, ReportKind};

use super::device::sheets_of;
use super::precinct::PrecinctFigures;
use crate::campaign::Campaign;
use crate::clock::Clock;

/// A slip printed this many minutes before the hour belongs to the hour: commissions start early.
const EARLY_MINUTES: u16 = 15;

/// Turnout at one hour.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct HourFigures {
    /// The hour of the definition.
    pub hour: u8,
    /// Precincts with a slip of this very hour.
    pub precincts: u64,
    /// Sheets by vote, by the latest slip of each device up to this hour.
    pub sheets: Vec<u64>,
}

/// The hour of the definition that a slip belongs to, by the device's clock.
pub fn hour_of(campaign: &Campaign, clock: &Clock, report: &Report) -> Option<u8> {
    let minute = clock.minute_of_day(i64::try_from(report.issued_at).ok()?)? + EARLY_MINUTES;
    let hours = campaign.definition().turnout_hours.iter().copied();
    hours.filter(|&hour| u16::from(hour) * 60 <= minute).max()
}

/// Turnout at each hour of the definition, for hours that have any slip.
pub fn by_hour<'a>(
    campaign: &Campaign,
    precincts: impl Iterator<Item = &'a PrecinctFigures>,
) -> Vec<HourFigures> {
    let votes = &campaign.definition().votes;
    let empty = |&hour: &u8| HourFigures { hour, precincts: 0, sheets: vec![0; votes.len()] };
    let mut rows: Vec<HourFigures> =
        campaign.definition().turnout_hours.iter().map(empty).collect();
    for precinct in precincts {
        let slips = latest_slips(precinct);
        for row in &mut rows {
            let now = slips.values().filter(|by_hour| by_hour.contains_key(&row.hour));
            row.precincts += u64::from(now.count() > 0);
            for by_hour in slips.values() {
                let Some((_, report)) = by_hour.range(..=row.hour).next_back() else {
                    continue;
                };
                for (sum, vote) in row.sheets.iter_mut().zip(votes) {
                    *sum += sheets_of(report, &vote.id);
                }
            }
        }
    }
    rows.retain(|row| row.precincts > 0);
    rows
}

/// The last slip of each count in each hour; reports lie in the order of their numbers. A re-scan shows no turnout:
/// its sheets are those of another count.
fn latest_slips(precinct: &PrecinctFigures) -> BTreeMap<CountKey, BTreeMap<u8, &Report>> {
    let mut slips: BTreeMap<_, BTreeMap<u8, &Report>> = BTreeMap::new();
    for device in precinct.devices.iter().filter(|device| !device.is_rescan()) {
        let counted = device.reports.iter().filter(|stored| stored.revocation.is_none());
        for stored in counted {
            if let (ReportKind::Turnout, Some(hour)) = (stored.report.kind, stored.hour) {
                slips.entry(device.key()).or_default().insert(hour, &stored.report);
            }
        }
    }
    slips
}
