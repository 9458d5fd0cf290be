//! Page designs: what one printed side looks like when nobody has marked it, and where its targets are.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::{ContestId, DesignId, OptionId, StyleId};

/// One printed side of a sheet. Ballots of our own renderer and foreign ones imported from a scan of
/// the blank sheet are the same thing here: a picture and boxes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct PageDesign {
    /// Identifier of the design.
    #[n(0)]
    pub id: DesignId,
    /// The ballot style whose sheet it is on.
    #[n(1)]
    pub style: StyleId,
    /// Page of the sheet, from 1.
    #[n(2)]
    pub page: u16,
    /// Width of the paper in micrometres.
    #[n(3)]
    pub width_um: u32,
    /// Height of the paper in micrometres.
    #[n(4)]
    pub height_um: u32,
    /// Where a voter may mark.
    #[n(5)]
    pub targets: Vec<Target>,
    /// The blank page as an 8-bit grey PNG that fills the paper exactly.
    #[n(6)]
    #[serde(skip)]
    #[cbor(with = "minicbor::bytes")]
    pub blank_png: Vec<u8>,
    /// Whether the blank page is what is printed, to the letter. Then a page that names somebody else
    /// beside a target is refused. A foreign blank may be another edition (other wording or precinct).
    #[n(7)]
    #[serde(default)]
    pub exact: bool,
}

/// A square or oval that a voter may mark.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct Target {
    /// The contest it belongs to.
    #[n(0)]
    pub contest: ContestId,
    /// The option it stands for; a numbered square is `no-1`, `no-2`, …
    #[n(1)]
    pub option: OptionId,
    /// Outer box of the printed outline, in micrometres from the top left corner of the paper.
    #[n(2)]
    pub area: RectUm,
    /// Shape of the printed outline.
    #[n(3)]
    pub shape: TargetShape,
}

/// Shape of a target's printed outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(rename_all = "snake_case")]
#[cbor(index_only)]
pub enum TargetShape {
    /// A rectangle.
    #[n(0)]
    Square,
    /// An ellipse that touches the box.
    #[n(1)]
    Oval,
}

/// A box in micrometres from the top left corner of the paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Encode, Decode)]
#[serde(deny_unknown_fields)]
#[cbor(map)]
pub struct RectUm {
    /// Left edge.
    #[n(0)]
    pub x: u32,
    /// Top edge.
    #[n(1)]
    pub y: u32,
    /// Width.
    #[n(2)]
    pub w: u32,
    /// Height.
    #[n(3)]
    pub h: u32,
}
