//! Parts that several screens share.

mod band_table;
mod connect_guide;
mod device_panel;
mod dirt_map;
mod explanation;
mod feeder;
mod footer;
mod header;
mod pin_command;
mod pin_form;
mod print_panel;
mod problem_box;
mod qr_code;
mod registers;
mod report_sheet;
mod sample_form;
mod scanner_notes;
mod scanner_words;
mod sheet_verdict;
mod tray;
mod working;

pub use connect_guide::ConnectGuide;
pub use dirt_map::DirtMap;
pub use explanation::Explanation;
pub use feeder::Feeder;
pub use footer::Footer;
pub use header::{Header, LangChoice};
pub use pin_command::PinCommand;
use pin_form::PinForm;
pub use print_panel::PrintPanel;
pub use problem_box::ProblemBox;
pub use report_sheet::title_key;
pub use scanner_notes::{ScannerNotes, note_of};
pub use scanner_words::scanner_words;
pub use sheet_verdict::SheetVerdict;
pub use working::Working;
