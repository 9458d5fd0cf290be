//! A scan simulator: page designs go in, and out come pages as a scanner might have sent them, each with
//! the truth about its marks.
//!
//! A sheet goes through what sheets go through: a voter's pen ([`pen`]), the life of paper ([`paper`]:
//! folds, tears, bleed-through, weak print), the feeder and its camera ([`scanner`]: turn, twist, blur,
//! noise, dust, streaks), and the file format. How much of each is chosen by [`Damage`], whose strength
//! runs from nothing through the paper specification (1.0) to beyond what anybody can read (2.0).
//! Everything follows from one seed: the same page can be made again.
//!
//! It knows nothing of how recognition works, and shares no code with it but the grey picture itself.

mod canvas;
mod damage;
mod page;
pub mod paper;
pub mod pen;
mod random;
pub mod scanner;

pub use canvas::{Ink, Sheet, Spot};
pub use damage::{Damage, SPECIFIED};
pub use page::{Blank, MarkedTarget, Scan, SimulatorFault, Truth, mark_targets, scan};
pub use random::Random;
