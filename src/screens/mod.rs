//! One screen for each thing that the commission does, in the order of the day.

mod bad_day;
mod closed;
mod event_log;
mod fault;
mod opening;
mod paused;
mod people;
mod provision;
mod service;
mod station;
mod take_over;
mod test_scan;
mod transmit;
mod unlock;
mod voting;

pub use bad_day::BadDay;
pub use closed::Closed;
pub use event_log::EventLog;
pub use fault::{Fault, Starting};
pub use opening::Opening;
pub use paused::Paused;
pub use people::{People, role_key};
pub use provision::Provision;
pub use service::Service;
pub use station::Station;
use take_over::TakeOver;
pub use test_scan::TestScan;
pub use transmit::Transmit;
pub use unlock::Unlock;
pub use voting::Voting;
