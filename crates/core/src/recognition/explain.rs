//! What was read, drawn for people: an image of the page with everything that recognition found on it.
//!
//! Nothing here decides anything. Every sign differs in shape or kind of line too, not in colour alone.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates of a picture of at most 2,000 pixels"
)]

mod canvas;
mod glyphs;
mod legend;
mod signs;
mod view;

use self::canvas::Canvas;
use self::view::View;
use super::gray::GrayPage;
use super::page_with_targets;
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::register::{Registration, locate};
use super::score::{score, score_each};
use super::stray::{Stray, stray_marks};
use super::{PageReading, TargetReading, reading_of};
use crate::definition::Thresholds;

/// What is written beside the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Legend {
    /// A headline and the meaning of every sign, in English.
    Words,
    /// The scale of the arrows only, for whoever shows the image with words of their own.
    Scale,
}

/// A page with what was read of it.
#[derive(Clone, Debug)]
pub struct Explained {
    /// A colour PNG, at most 2,000 pixels on its longer side.
    pub png: Vec<u8>,
    /// What reading the page gives.
    pub outcome: Result<PageReading, Refusal>,
    /// Marks outside every target; none where the page was not registered.
    pub stray: Stray,
}

/// Reads a page and draws what was found, also of a page that is refused: then as much as was found
/// before, and the targets that it was refused for.
pub fn explain(
    page: &GrayPage,
    designs: &[PreparedDesign],
    thresholds: &Thresholds,
    legend: Legend,
) -> Explained {
    let seen = Seen::of(page, designs, thresholds);
    let png = seen.drawn(page, legend).to_png();
    Explained { png, outcome: seen.outcome, stray: seen.stray }
}

/// Everything that was found on a page.
struct Seen<'a> {
    located: Option<Place<'a>>,
    /// Each target by itself; empty where the page does not lie where the design says.
    targets: Vec<Result<TargetReading, Refusal>>,
    outcome: Result<PageReading, Refusal>,
    stray: Stray,
}

/// Where the page was found, and with which design.
struct Place<'a> {
    registration: Registration<'a>,
    design: &'a PreparedDesign,
}

impl<'a> Seen<'a> {
    fn of(page: &'a GrayPage, designs: &'a [PreparedDesign], thresholds: &Thresholds) -> Self {
        let located = match locate(page, designs) {
            Ok(found) => found,
            Err(refusal) => return Seen::nothing(refusal),
        };
        let checked = located.is_sure(page, designs);
        let registration = located.registration;
        let design = &designs[registration.design_index()];
        let checked = checked.and_then(|()| page_with_targets(design));
        // A sheet that is cancelled, or not alone, lies where its targets are all the same.
        let lies_right = matches!(checked, Ok(()) | Err(Refusal::Cancelled | Refusal::TwoSheets));
        let (targets, stray) = if lies_right {
            let targets = score_each(design, &registration, thresholds).unwrap_or_default();
            (targets, stray_marks(design, &registration))
        } else {
            (Vec::new(), Stray::default())
        };
        let scored = checked.and_then(|()| {
            score(design, &registration, thresholds)
                .map_err(|refusal| registration.cause(refusal, design))
        });
        let outcome = scored.map(|targets| reading_of(&registration, design, targets));
        Seen { located: Some(Place { registration, design }), targets, outcome, stray }
    }

    fn nothing(refusal: Refusal) -> Self {
        Seen { located: None, targets: Vec::new(), outcome: Err(refusal), stray: Stray::default() }
    }

    fn drawn(&self, page: &GrayPage, legend: Legend) -> Canvas {
        let rotation = self.located.as_ref().map_or(0, |found| found.registration.rotation_deg());
        let view = View::new(page, rotation, legend);
        let mut canvas = view.canvas(page);
        match &self.located {
            Some(found) => {
                signs::field(&mut canvas, &view, found);
                signs::outline(&mut canvas, &view, found);
                signs::stray(&mut canvas, &view, found, &self.stray);
                signs::targets(&mut canvas, &view, found, &self.targets);
            }
            None => signs::paper_alone(&mut canvas, &view, page),
        }
        legend::draw(&mut canvas, &view, self, legend);
        canvas
    }
}
