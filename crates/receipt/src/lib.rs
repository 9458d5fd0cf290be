//! Paper as dots: texts in any letters that the fonts have, tables of figures and QR codes, laid out for the
//! roll of a receipt printer.
//!
//! A receipt printer has letters of its own, but which ones differs from model to model, and few know Kyrgyz.
//! Dots print the same on all of them. Given the same fonts and texts, the dots are the same everywhere.

mod bitmap;
mod canvas;
mod code;
mod receipt;
mod type_setter;
mod wrap;

pub use bitmap::{Bitmap, MAX_ROWS};
pub use receipt::{Receipt, TooLong};
pub use type_setter::{FontError, Fonts, Style};

/// Width of the paper; dots at 203 dpi, eight to the millimetre.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Width {
    /// Rolls of 80 mm, of which 72 mm are printed.
    Mm80,
    /// Rolls of 58 mm, of which 48 mm are printed.
    Mm58,
}

impl Width {
    /// Dots across.
    pub fn dots(self) -> usize {
        match self {
            Width::Mm80 => 576,
            Width::Mm58 => 384,
        }
    }
}
