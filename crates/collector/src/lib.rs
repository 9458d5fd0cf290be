//! The central collector: takes sealed reports, verifies their whole chain of trust, keeps every
//! submission, and publishes the figures of each precinct with the sealed record behind them.

pub mod board;
pub mod campaign;
pub mod clock;
pub mod figures;
pub mod http;
pub mod i18n;
pub mod intake;
pub mod kiosk;
mod number;
mod open_data;
mod portal;
pub mod store;
