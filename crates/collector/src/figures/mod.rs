//! Figures: from the verified reports to what the portal shows. Everything here is derived, held in
//! memory, and made anew from the reports at every start.

mod area;
mod by_hour;
mod campaign;
mod device;
mod precinct;
mod unlisted;

pub use area::AreaFigures;
pub use by_hour::{HourFigures, by_hour, hour_of};
pub use campaign::{CampaignFigures, DataFile, StoredRevocation};
pub use device::{DeviceFigures, StoredReport};
pub use precinct::{Notice, PrecinctFigures, PrecinctState};
