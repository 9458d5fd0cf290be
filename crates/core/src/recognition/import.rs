//! Foreign page designs: a folder with `blank.png` and `design.json`.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "micrometres of a page, checked against its size"
)]

use serde::Deserialize;

use crate::definition::{BallotOption, Contest, ContestKind, PreferenceRules};
use crate::design::{PageDesign, RectUm, Target, TargetShape};
use crate::{ContestId, DesignId, OptionId, StyleId, Text};

/// Why a folder is not a page design.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportFault {
    /// `design.json` is not of the expected form.
    #[error("design.json can't be read: {0}")]
    Malformed(String),
    /// A size is zero, negative or beyond reason.
    #[error("{0} is out of range")]
    OutOfRange(String),
}

/// An imported page design.
pub struct ImportedDesign {
    /// The design.
    pub design: PageDesign,
    /// Its contests.
    pub contests: Vec<ImportedContest>,
}

/// A contest of an imported design.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ImportedContest {
    /// Identifier.
    pub id: ContestId,
    /// Title.
    #[serde(default)]
    pub title: String,
    /// How many options a voter may mark.
    pub votes_allowed: u16,
    /// What its numbered squares mean, if it is a party list; their options are called `no-1`, `no-2` and so on.
    #[serde(default)]
    pub preference: Option<PreferenceRules>,
    /// The option that stands for "against all".
    #[serde(default)]
    pub against_all: Option<OptionId>,
}

impl ImportedContest {
    /// The same as a contest of an election, with the options that `design` has targets for.
    pub fn of_election(&self, design: &PageDesign) -> Contest {
        let kind = match &self.preference {
            Some(rules) => ContestKind::PartyPreference { rules: rules.clone() },
            None => ContestKind::Plurality { votes_allowed: self.votes_allowed },
        };
        let title = Text { ky: self.title.clone(), ru: self.title.clone(), en: self.title.clone() };
        let mut contest = Contest {
            id: self.id.clone(),
            title,
            question: None,
            kind,
            options: Vec::new(),
            against_all: self.against_all.clone(),
        };
        let of_it = design.targets.iter().filter(|target| target.contest == self.id);
        let options = of_it.filter(|target| contest.number_of(&target.option).is_none());
        let options = options.map(|Target { option, .. }| {
            let text = || option.to_string();
            let name = Text { ky: text(), ru: text(), en: text() };
            BallotOption { id: option.clone(), name, detail: None }
        });
        contest.options = options.collect();
        contest
    }
}

#[derive(Deserialize)]
struct Json {
    id: String,
    page_mm: Size,
    blank_px: Size,
    contests: Vec<ImportedContest>,
    targets: Vec<JsonTarget>,
    #[serde(default)]
    exact: bool,
}

#[derive(Deserialize)]
struct Size {
    width: f64,
    height: f64,
}

#[derive(Deserialize)]
struct JsonTarget {
    contest: ContestId,
    option: OptionId,
    x: f64,
    y: f64,
    w: f64,
    h: f64,
    #[serde(default = "oval")]
    shape: TargetShape,
}

/// Reads the text of `design.json` and puts the bytes of `blank.png` beside it. Boxes are in pixels of
/// the blank picture; targets are ovals unless `"shape": "square"` says otherwise.
///
/// # Errors
/// [`ImportFault`].
pub fn import_design(json: &str, blank_png: Vec<u8>) -> Result<ImportedDesign, ImportFault> {
    let json: Json =
        serde_json::from_str(json).map_err(|fault| ImportFault::Malformed(fault.to_string()))?;
    let per_px_x = ratio(json.page_mm.width, json.blank_px.width)?;
    let per_px_y = ratio(json.page_mm.height, json.blank_px.height)?;
    let targets = json.targets.iter().map(|target| {
        let place = format!("target {}/{}", target.contest, target.option);
        Ok(Target {
            contest: target.contest.clone(),
            option: target.option.clone(),
            area: RectUm {
                x: micrometres(target.x * per_px_x, &place)?,
                y: micrometres(target.y * per_px_y, &place)?,
                w: micrometres(target.w * per_px_x, &place)?,
                h: micrometres(target.h * per_px_y, &place)?,
            },
            shape: target.shape,
        })
    });
    let design = PageDesign {
        targets: targets.collect::<Result<_, _>>()?,
        width_um: micrometres(json.page_mm.width * 1000.0, "page width")?,
        height_um: micrometres(json.page_mm.height * 1000.0, "page height")?,
        id: DesignId(json.id.clone()),
        style: StyleId(json.id),
        page: 1,
        blank_png,
        exact: json.exact,
    };
    Ok(ImportedDesign { design, contests: json.contests })
}

fn oval() -> TargetShape {
    TargetShape::Oval
}

/// Micrometres to the pixel.
fn ratio(mm: f64, px: f64) -> Result<f64, ImportFault> {
    let ratio = mm * 1000.0 / px;
    if ratio.is_finite() && ratio > 0.0 {
        Ok(ratio)
    } else {
        Err(ImportFault::OutOfRange("page size".to_owned()))
    }
}

fn micrometres(value: f64, what: &str) -> Result<u32, ImportFault> {
    let value = value.round();
    if (0.0..=2_000_000.0).contains(&value) {
        Ok(value as u32)
    } else {
        Err(ImportFault::OutOfRange(what.to_owned()))
    }
}
