//! Ballots of our own: from the definition to a page that a browser prints at true size, and to the
//! targets that recognition reads. Both come from one layout.
//!
//! The look follows the Kyrgyz ballot: one side, Kyrgyz and Russian, an empty square to the right of
//! each option, "against all" last.

mod code;
mod layout;
mod pen;
mod svg;

pub use layout::{Ballot, LayoutFault, lay_out};
pub use pen::{Mark, PenFault, Sample, Stroke, sample_page};
pub use svg::escape;
