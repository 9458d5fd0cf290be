//! Devices whose program is not among the builds that the authority published.

use super::device::DeviceFigures;
use super::precinct::Notice;
use crate::campaign::Campaign;

/// A notice for each device with a report of a build that is not in the list; none where there is no list.
pub(super) fn unlisted(campaign: &Campaign, devices: &[DeviceFigures]) -> Vec<Notice> {
    let is_unlisted = |device: &&DeviceFigures| {
        device.reports.iter().any(|stored| campaign.is_listed(stored.report.build) == Some(false))
    };
    let devices = devices.iter().filter(is_unlisted);
    devices.map(|device| Notice::UnlistedBuild { device: device.device.clone() }).collect()
}
