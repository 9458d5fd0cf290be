//! Recognition: from the bytes of one scanned side to a score and a verdict for each target.
//!
//! Every page design has a picture of its blank page. A scan is read by finding that picture in it
//! ([`register`]) and looking for ink that the blank page does not have ([`score`]). Stages, one file
//! each: `decode` → `frame` (the paper on its background) → `feature` (coarse matches) → `register`
//! (orientation and global fit) → `field` (local displacements, since paper twists while it is fed) →
//! `score`. For people there are an image of what was read ([`explain`]), the marks outside every target
//! ([`stray_marks`]) and the dirt on the scanner's glass ([`dirt`]); nothing is counted by these.

mod bare;
mod code;
mod decode;
mod diagnosis;
mod dirt;
mod explain;
mod feature;
mod field;
mod finder;
mod fit;
mod flood;
mod frame;
mod gray;
mod import;
mod jpeg;
mod line;
mod outline;
mod patch;
mod position;
mod prepared;
mod refusal;
mod region;
mod register;
mod rivals;
mod score;
mod stray;
mod stroke;
mod target;
mod transform;

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

pub use decode::decode;
pub use dirt::{
    Dirt, DirtReason, GlassVerdict, NotBlank, SPECK_LIMIT_MILLI_MM2, SPECKS_LIMIT, STREAK_LIMIT,
    Speck, Streak, StreakCourse, dirt,
};
pub use explain::{Explained, Legend, explain};
pub use gray::{Area, GrayPage};
pub use import::{ImportFault, ImportedContest, ImportedDesign, import_design};
pub use prepared::{DesignFault, PreparedDesign};
pub use refusal::Refusal;
pub use register::{Registration, register, register_within};
pub use score::score;
pub use stray::{Stray, StrayMark, stray_marks};

use crate::definition::Thresholds;
use crate::design::PageDesign;
use crate::{ContestId, DesignId, OptionId, StyleId};

/// What a target's score means under the thresholds in force.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Encode, Decode,
)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum MarkVerdict {
    /// Below the marginal threshold.
    #[n(0)]
    Unmarked,
    /// Between the thresholds: nobody may count it silently.
    #[n(1)]
    Marginal,
    /// At or above the definite threshold.
    #[n(2)]
    Marked,
}

impl MarkVerdict {
    /// The verdict on a score.
    pub fn of(score_permille: u16, thresholds: &Thresholds) -> Self {
        if score_permille >= thresholds.definite_permille {
            MarkVerdict::Marked
        } else if score_permille >= thresholds.marginal_permille {
            MarkVerdict::Marginal
        } else {
            MarkVerdict::Unmarked
        }
    }
}

/// One target as it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TargetReading {
    /// The contest it belongs to.
    pub contest: ContestId,
    /// The option it stands for.
    pub option: OptionId,
    /// Ink that the blank page does not have, as a share of the inner area or of 16 mm² where that is
    /// larger, in thousandths.
    pub score_permille: u16,
    /// Ink that belongs to the mark of a neighbour and is not in the score, likewise.
    pub spilled_permille: u16,
    /// Whether nobody can say what the ink in it is, or whose: then it is never more than marginal.
    pub is_doubtful: bool,
    /// What the score means.
    pub verdict: MarkVerdict,
}

/// One page as it was read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PageReading {
    /// The design it was read with.
    pub design: DesignId,
    /// The ballot style of that design.
    pub style: StyleId,
    /// Page of the sheet, from 1.
    pub page: u16,
    /// How far the scan is turned clockwise against the design: 0, 90, 180 or 270 degrees.
    pub rotation_deg: u16,
    /// Root mean square of what registration could not explain, in micrometres.
    pub rms_um: u32,
    /// Every target of the design, in its order.
    pub targets: Vec<TargetReading>,
}

/// Reads one side: finds out which of `designs` it is, registers it and scores its targets.
///
/// # Errors
/// [`Refusal`], where the page is not read with certainty.
pub fn read_page(
    page: &GrayPage,
    designs: &[PreparedDesign],
    thresholds: &Thresholds,
) -> Result<PageReading, Refusal> {
    let registration = register(page, designs)?;
    let design = &designs[registration.design_index()];
    page_with_targets(design)?;
    let targets = score(design, &registration, thresholds)
        .map_err(|refusal| registration.cause(refusal, design))?;
    Ok(reading_of(&registration, design, targets))
}

/// A side without targets is no ballot by itself: it lies the wrong way round, or alone.
fn page_with_targets(design: &PreparedDesign) -> Result<(), Refusal> {
    let PageDesign { style, page, .. } = design.design();
    if design.targets.is_empty() {
        return Err(Refusal::OtherPage { style: style.to_string(), page: *page });
    }
    Ok(())
}

fn reading_of(
    registration: &Registration,
    design: &PreparedDesign,
    targets: Vec<TargetReading>,
) -> PageReading {
    PageReading {
        design: design.design().id.clone(),
        style: design.design().style.clone(),
        page: design.design().page,
        rotation_deg: registration.rotation_deg(),
        rms_um: registration.rms_um(),
        targets,
    }
}
