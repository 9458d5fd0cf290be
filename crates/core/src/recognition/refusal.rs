//! Why a page is not read. Refusing is right whenever reading would be a guess.

use serde::{Deserialize, Serialize};

/// Why a page is not read, with the evidence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Refusal {
    /// The bytes are not a JPEG or PNG, or end too early.
    #[error("this is not a complete JPEG or PNG image: {detail}")]
    NotAnImage {
        /// What the decoder says.
        detail: String,
    },
    /// More pixels or bytes than a scanned page has.
    #[error("the image is larger than any scanned page: {width} × {height} pixels")]
    TooLarge {
        /// Width in pixels; 0 if the file alone is too long.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Too few pixels to find a mark in.
    #[error("the image has too few pixels: {width} × {height}")]
    TooSmall {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// Nothing is printed on the page.
    #[error("the page is blank")]
    Blank,
    /// Nothing printed on the page is on any of the designs.
    #[error("this is not a ballot of this election ({matches} matching places, {needed} needed)")]
    NotABallot {
        /// Places that agree with the best design.
        matches: u32,
        /// Places that have to agree.
        needed: u32,
    },
    /// The page's code is of another election.
    #[error("the code on the page is of another election: {election}")]
    WrongElection {
        /// What the code calls that election.
        election: String,
    },
    /// The page's code is of a ballot style of this election that is not among the designs.
    #[error(
        "the code on the page is of a ballot style that is not known here: {style}, page {page}"
    )]
    UnknownStyle {
        /// What the code calls that style.
        style: String,
        /// Page of the sheet, from 1.
        page: u16,
    },
    /// A page of a known sheet that nobody marks, or that is not among the designs.
    #[error("this is page {page} of ballot style {style}, on which nothing is to be read")]
    OtherPage {
        /// Its ballot style.
        style: String,
        /// Page of the sheet, from 1.
        page: u16,
    },
    /// Two designs explain the page alike and would read it differently.
    #[error("the page is as much like {first} as like {second}")]
    Ambiguous {
        /// One design.
        first: String,
        /// The other design.
        second: String,
    },
    /// Some of it is there and too much is missing, covered or different.
    #[error("only {found} of {expected} places of the page were found")]
    CoverageTooSmall {
        /// Places found.
        found: u32,
        /// Places looked for.
        expected: u32,
    },
    /// The page was found and does not lie flat enough on its design.
    #[error("the page is too distorted: {rms_um} µm, at most {limit_um} µm")]
    RegistrationResidual {
        /// Root mean square of the residuals, in micrometres.
        rms_um: u32,
        /// The limit, in micrometres.
        limit_um: u32,
    },
    /// What surrounds one of the targets could not be found, so its score would be a guess.
    #[error("the surroundings of target {contest}/{option} were not found")]
    TargetUncertain {
        /// Contest of the target.
        contest: String,
        /// Option of the target.
        option: String,
    },
    /// A line along the whole page goes through a target: dirt on the scanner's glass.
    #[error("a streak along the page goes through target {contest}/{option}")]
    StreakAcrossTarget {
        /// Contest of the target.
        contest: String,
        /// Option of the target.
        option: String,
    },
    /// The lower right corner is cut off.
    #[error("the lower right corner is cut off: this ballot was cancelled")]
    Cancelled,
    /// There is more paper or print than one page has.
    #[error("there is more than one sheet on the scan")]
    TwoSheets,
    /// A part of the page shows nothing of what is printed there.
    #[error("a part of the page is missing, covered or folded over")]
    PartMissing,
    /// Print without a sharp edge.
    #[error("the scan is too blurred")]
    TooBlurred,
    /// The page is dark in many places where nothing is printed and nothing need be written.
    #[error("{permille} ‰ of the page's empty places are dark: dirt, or the back shows through")]
    NotBare {
        /// Share of the empty places that are dark, in thousandths.
        permille: u32,
    },
    /// Ink and paper can't be told apart.
    #[error("the contrast is too low: {contrast} of 255")]
    LowContrast {
        /// Difference of paper and print, in grey levels.
        contrast: u32,
    },
}

impl Refusal {
    /// A code that stays the same in all languages and versions.
    pub fn code(&self) -> &'static str {
        match self {
            Refusal::NotAnImage { .. } => "not_an_image",
            Refusal::TooLarge { .. } => "too_large",
            Refusal::TooSmall { .. } => "too_small",
            Refusal::Blank => "blank",
            Refusal::NotABallot { .. } => "not_a_ballot",
            Refusal::WrongElection { .. } => "wrong_election",
            Refusal::UnknownStyle { .. } => "unknown_style",
            Refusal::OtherPage { .. } => "other_page",
            Refusal::Ambiguous { .. } => "ambiguous",
            Refusal::CoverageTooSmall { .. } => "coverage_too_small",
            Refusal::RegistrationResidual { .. } => "registration_residual",
            Refusal::TargetUncertain { .. } => "target_uncertain",
            Refusal::StreakAcrossTarget { .. } => "streak_across_target",
            Refusal::Cancelled => "cancelled",
            Refusal::TwoSheets => "two_sheets",
            Refusal::PartMissing => "part_missing",
            Refusal::TooBlurred => "too_blurred",
            Refusal::NotBare { .. } => "not_bare",
            Refusal::LowContrast { .. } => "low_contrast",
        }
    }
}
