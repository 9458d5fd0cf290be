//! The figures for programs: JSON and CSV with identifiers only, so that no name can break a column.

mod csv;
mod json;

pub use csv::{counts_csv, place_word, results_csv, turnout_csv};
pub use json::{precinct_json, results_json};
