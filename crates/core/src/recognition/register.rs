//! Which design a page is, which way up, and where each point of the design lies on it.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates and counts of matches, bounded by the page"
)]

use super::feature::{Feature, Match, Search, Sequence, features, matches};
use super::field::Field;
use super::frame::{FINE, Frame, paper};
use super::gray::GrayPage;
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::transform::{Affine, Point};

/// Fewest places that must agree on one map. Real scans reach 413 or more with their own design; of the
/// others' pages half stay below this, and the anchors decide on the rest (docs/recognition.md).
const MIN_MATCHES: usize = 24;
/// Fewer corners than this on a whole page: nothing is printed on it.
const BLANK_FEATURES: usize = 24;
/// How far from the common map a match may lie, in coarse pixels (1.3 mm: paper twists).
const TOLERANCE: f32 = 4.0;
const ROUNDS: usize = 400;
/// Largest rest that registration may leave, in micrometres; real scans leave 155 or less.
const RMS_LIMIT_UM: u32 = 350;
/// Share of a design's anchors that must be found, in percent: right designs reach 71 or more, wrong
/// ones 41 or less.
const MIN_COVERAGE_PERCENT: usize = 45;

/// Where each point of a design lies on a page.
pub struct Registration {
    design_index: usize,
    rotation_deg: u16,
    matches: usize,
    coverage_percent: usize,
    pub(super) frame: Frame,
    pub(super) field: Field,
}

impl Registration {
    /// Position of the design in the list that [`register`] was given.
    pub fn design_index(&self) -> usize {
        self.design_index
    }

    /// How far the scan is turned clockwise against the design: 0, 90, 180 or 270 degrees.
    pub fn rotation_deg(&self) -> u16 {
        self.rotation_deg
    }

    /// Places of page and design that agree on one map; evidence of how sure the design is.
    pub fn matches(&self) -> usize {
        self.matches
    }

    /// Share of the design's anchors that were found, in percent.
    pub fn coverage_percent(&self) -> usize {
        self.coverage_percent
    }

    /// Root mean square of what the field does not explain, in micrometres.
    pub fn rms_um(&self) -> u32 {
        (self.field.rms * 1000.0 / FINE).round() as u32
    }
}

/// Finds the design, its orientation and its place on the page.
///
/// # Errors
/// [`Refusal`], if no design is there with certainty.
pub fn register(page: &GrayPage, designs: &[PreparedDesign]) -> Result<Registration, Refusal> {
    let views = View::all(page, designs);
    if views.iter().all(|view| view.features.len() < BLANK_FEATURES) {
        return Err(Refusal::Blank);
    }
    let near = best_candidate(&views, designs, Search::Near);
    let candidate = match near {
        Some(candidate) if candidate.inliers.len() >= MIN_MATCHES => Some(candidate),
        _ => best_candidate(&views, designs, Search::Anywhere),
    };
    let matches = candidate.as_ref().map_or(0, |candidate| candidate.inliers.len());
    let refusal = || Refusal::NotABallot { matches: matches as u32, needed: MIN_MATCHES as u32 };
    let candidate = candidate.filter(|_| matches >= MIN_MATCHES).ok_or_else(refusal)?;
    let design = &designs[candidate.design_index];
    let view = views.into_iter().nth(candidate.view_index).ok_or_else(refusal)?;
    candidate.refine(design, view).ok_or_else(refusal)?
}

/// The page brought to the size of some of the designs.
struct View {
    width_um: u32,
    is_turned: bool,
    frame: Frame,
    features: Vec<Feature>,
}

impl View {
    /// One view for each paper width among the designs.
    fn all(page: &GrayPage, designs: &[PreparedDesign]) -> Vec<View> {
        let mut views: Vec<View> = Vec::new();
        let mut turned = None;
        for design in designs {
            let width_um = design.design().width_um;
            let is_turned = (page.height() >= page.width()) != design.is_portrait();
            if views.iter().any(|view| view.width_um == width_um && view.is_turned == is_turned) {
                continue;
            }
            let upright =
                if is_turned { turned.get_or_insert_with(|| page.turned_90()) } else { page };
            if let Some(frame) = Frame::new(upright, paper(upright), design.width_mm()) {
                let features = features(&frame.coarse);
                views.push(View { width_um, is_turned, frame, features });
            }
        }
        views
    }
}

fn best_candidate(views: &[View], designs: &[PreparedDesign], search: Search) -> Option<Candidate> {
    let mut best: Option<Candidate> = None;
    for (view_index, view) in views.iter().enumerate() {
        for (design_index, design) in designs.iter().enumerate() {
            if design.design().width_um != view.width_um {
                continue;
            }
            for half_turn in [false, true] {
                let found =
                    matches(&design.features[usize::from(half_turn)], &view.features, search);
                let inliers = agreeing(&found);
                if inliers.len() > best.as_ref().map_or(0, |best| best.inliers.len()) {
                    best = Some(Candidate { design_index, view_index, half_turn, inliers });
                }
            }
        }
    }
    best
}

/// One design in one orientation, with the matches that agree.
struct Candidate {
    design_index: usize,
    view_index: usize,
    half_turn: bool,
    inliers: Vec<Match>,
}

impl Candidate {
    /// Goes from matches to the displacement field; `None` where they don't fix a map.
    fn refine(
        mut self,
        design: &PreparedDesign,
        view: View,
    ) -> Option<Result<Registration, Refusal>> {
        let frame = if self.half_turn {
            let of_page = (view.frame.coarse.width() as f32, view.frame.coarse.height() as f32);
            let of_design = ((design.fine.width() / 2) as f32, (design.fine.height() / 2) as f32);
            let turn =
                |p: Point, (width, height): (f32, f32)| Point { x: width - p.x, y: height - p.y };
            for pair in &mut self.inliers {
                pair.page = turn(pair.page, of_page);
                pair.design = turn(pair.design, of_design);
            }
            view.frame.turned_180()
        } else {
            view.frame
        };
        let coarse = fit(&self.inliers)?;
        let fine_from_design = Affine {
            x: [coarse.x[0], coarse.x[1], 2.0 * coarse.x[2]],
            y: [coarse.y[0], coarse.y[1], 2.0 * coarse.y[2]],
        };
        let field = Field::new(design, &frame, fine_from_design);
        let (found, expected) = (field.found(), design.anchors.len());
        let coverage_percent = found * 100 / expected.max(1);
        if coverage_percent < MIN_COVERAGE_PERCENT {
            let (found, expected) = (found as u32, expected as u32);
            return Some(Err(Refusal::CoverageTooSmall { found, expected }));
        }
        let quarter_turns = 3 * u16::from(view.is_turned) + 2 * u16::from(self.half_turn);
        let rotation_deg = quarter_turns % 4 * 90;
        let design_index = self.design_index;
        let matches = self.inliers.len();
        let registration =
            Registration { design_index, rotation_deg, matches, coverage_percent, frame, field };
        let rms_um = registration.rms_um();
        if rms_um > RMS_LIMIT_UM {
            let limit_um = RMS_LIMIT_UM;
            return Some(Err(Refusal::RegistrationResidual { rms_um, limit_um }));
        }
        Some(Ok(registration))
    }
}

/// The largest set of matches that one similarity explains, by RANSAC (Fischler and Bolles, 1981) with
/// a fixed seed: the same page is read the same way every time.
fn agreeing(matches: &[Match]) -> Vec<Match> {
    let mut random = Sequence(matches.len() as u64);
    let mut best: (usize, Option<Affine>) = (0, None);
    if matches.len() < 2 {
        return Vec::new();
    }
    for _ in 0..ROUNDS {
        let pick = |random: &mut Sequence| matches[random.below(matches.len() as u64) as usize];
        let (a, b) = (pick(&mut random), pick(&mut random));
        if a.design.distance_squared(b.design) < 40.0 * 40.0 {
            continue;
        }
        let map = Affine::similarity([a.design, b.design], [a.page, b.page]);
        let Some(map) = map.filter(is_plausible) else {
            continue;
        };
        let count = matches.iter().filter(|pair| agrees(pair, &map)).count();
        if count > best.0 {
            best = (count, Some(map));
        }
    }
    let mut best = best.1.map_or_else(Vec::new, |map| within(matches, &map));
    for _ in 0..3 {
        let Some(map) = fit(&best).filter(is_plausible) else {
            break;
        };
        let inliers = within(matches, &map);
        if inliers.len() < best.len() {
            break;
        }
        best = inliers;
    }
    best
}

fn fit(matches: &[Match]) -> Option<Affine> {
    Affine::fit(matches.iter().map(|pair| (pair.design, pair.page, 1.0)))
}

fn within(matches: &[Match], map: &Affine) -> Vec<Match> {
    matches.iter().filter(|pair| agrees(pair, map)).copied().collect()
}

fn agrees(pair: &Match, map: &Affine) -> bool {
    map.apply(pair.design).distance_squared(pair.page) <= TOLERANCE * TOLERANCE
}

/// Scale within 15 %, rotation and shear within 8°: more is not a page that went through a feeder.
fn is_plausible(map: &Affine) -> bool {
    let near_one = |v: f32| (0.85..=1.15).contains(&v);
    let near_zero = |v: f32| v.abs() <= 0.14;
    near_one(map.x[0]) && near_one(map.y[1]) && near_zero(map.x[1]) && near_zero(map.y[0])
}
