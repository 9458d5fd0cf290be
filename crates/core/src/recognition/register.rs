//! Which design a page is, which way up, and where each point of the design lies on it.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates and counts of matches, bounded by the page"
)]

use super::diagnosis::{cause, cause_of_nothing};
use super::feature::{Features, Match, Search, Sequence, matches, matches_under};
use super::field::Field;
use super::frame::{FINE, Frame, paper};
use super::gray::GrayPage;
use super::outline::{check_alone, check_corner};
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::transform::{Affine, Point};

/// Fewest places that must agree on one map. Real scans reach 413 or more with their own design; of the
/// others' pages half stay below this, and the anchors decide on the rest (docs/recognition.md).
const MIN_MATCHES: usize = 14;
/// Fewer corners than this on a whole page: nothing is printed on it.
const BLANK_FEATURES: usize = 24;
/// How far from the common map a match may lie, in coarse pixels (1.3 mm: paper twists).
const TOLERANCE: f32 = 4.0;
const ROUNDS: usize = 400;
/// How far from its place under the pose a feature of another design may lie, in coarse pixels (4 mm).
const POSE_REACH: f32 = 12.0;
/// A design with fewer features in place than this share of the best's is not the page.
const NEAR_BEST_PERCENT: usize = 90;
/// Most designs that are compared closely.
const MAX_CANDIDATES: usize = 4;
/// Largest rest that registration may leave, in micrometres; real scans leave 155 or less.
const RMS_LIMIT_UM: u32 = 350;
/// Share of a design's anchors that must be found, in percent: right designs reach 71 or more, wrong
/// ones 41 or less.
const MIN_COVERAGE_PERCENT: usize = 45;

/// Where each point of a design lies on a page.
pub struct Registration<'a> {
    design_index: usize,
    rotation_deg: u16,
    matches: usize,
    coverage_percent: usize,
    pub(super) frame: Frame<'a>,
    pub(super) field: Field,
}

impl Registration<'_> {
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

    /// The cause behind a refusal for want of places.
    pub(super) fn cause(&self, refusal: Refusal, design: &PreparedDesign) -> Refusal {
        match refusal {
            Refusal::CoverageTooSmall { .. } | Refusal::TargetUncertain { .. } => {
                cause(refusal, design, &self.frame, &self.field)
            }
            other => other,
        }
    }

    fn judged(self, design: &PreparedDesign) -> Result<Self, Refusal> {
        if self.coverage_percent < MIN_COVERAGE_PERCENT {
            let (found, expected) = (self.field.found() as u32, design.anchors.len() as u32);
            return Err(self.cause(Refusal::CoverageTooSmall { found, expected }, design));
        }
        let (rms_um, limit_um) = (self.rms_um(), RMS_LIMIT_UM);
        if rms_um > limit_um {
            return Err(Refusal::RegistrationResidual { rms_um, limit_um });
        }
        Ok(self)
    }
}

/// Finds the design, its orientation and its place on the page.
///
/// # Errors
/// [`Refusal`], if no design is there with certainty.
pub fn register<'a>(
    page: &'a GrayPage,
    designs: &[PreparedDesign],
) -> Result<Registration<'a>, Refusal> {
    let views = View::all(page, designs);
    let because = |refusal| match views.first() {
        Some(view) => cause_of_nothing(refusal, &view.frame.coarse),
        None => refusal,
    };
    if views.iter().all(|view| view.features.len() < BLANK_FEATURES) {
        return Err(because(Refusal::Blank));
    }
    let pose = find_pose(&views, designs);
    let matches = pose.as_ref().map_or(0, |pose| pose.matches);
    let refusal = || Refusal::NotABallot { matches: matches as u32, needed: MIN_MATCHES as u32 };
    let pose = pose.filter(|pose| pose.matches >= MIN_MATCHES).ok_or_else(|| because(refusal()))?;
    let view = views.into_iter().nth(pose.view_index).ok_or_else(refusal)?;
    let fields = candidates(&view, designs, &pose).into_iter().filter_map(|candidate| {
        let design = &designs[candidate.design_index];
        candidate.field(design, &view, &pose).map(|field| (candidate, field))
    });
    // The first of equals, and so the one with the most features in their places.
    let better = |a: &(Candidate, Field), b: &(Candidate, Field)| {
        let alike = |found: &(Candidate, Field)| found.1.alike_percent();
        alike(a).cmp(&alike(b)).then(a.0.inliers.len().cmp(&b.0.inliers.len()))
    };
    let (candidate, field) = fields.max_by(better).ok_or_else(refusal)?;
    let design = &designs[candidate.design_index];
    let quarter_turns = 3 * u16::from(view.is_turned) + 2 * u16::from(pose.half_turn);
    let registration = Registration {
        design_index: candidate.design_index,
        rotation_deg: quarter_turns % 4 * 90,
        matches: candidate.inliers.len(),
        coverage_percent: field.found() * 100 / design.anchors.len().max(1),
        frame: view.frame,
        field,
    };
    let registration = registration.judged(design)?;
    check_alone(design, &registration.frame, &view.features, &registration.field.coarse_map)?;
    check_corner(design, &registration.frame, &registration.field.map)?;
    Ok(registration)
}

/// The page brought to the size of some of the designs.
struct View<'a> {
    width_um: u32,
    is_turned: bool,
    frame: Frame<'a>,
    features: Features,
}

impl<'a> View<'a> {
    /// One view for each paper width among the designs.
    fn all(page: &'a GrayPage, designs: &[PreparedDesign]) -> Vec<View<'a>> {
        let mut views: Vec<View> = Vec::new();
        let area = paper(page);
        for design in designs {
            let width_um = design.design().width_um;
            let is_turned = (page.height() >= page.width()) != design.is_portrait();
            if views.iter().any(|view| view.width_um == width_um && view.is_turned == is_turned) {
                continue;
            }
            if let Some(frame) = Frame::new(page, area, design.width_mm(), is_turned) {
                let features = Features::of(&frame.coarse);
                views.push(View { width_um, is_turned, frame, features });
            }
        }
        views
    }

    fn shows(&self, design: &PreparedDesign) -> bool {
        let (width, height) = (self.frame.coarse.width(), self.frame.coarse.height());
        self.width_um == design.design().width_um && (height >= width) == design.is_portrait()
    }
}

/// Which way up the page lies in a view, and roughly where, as one of the designs tells.
struct Pose {
    view_index: usize,
    half_turn: bool,
    /// From the coarse pixels of a design, turned if the pose is, to those of the view.
    map: Affine,
    matches: usize,
}

/// The best pose by the leading features: first near the place where they should be, then anywhere.
fn find_pose(views: &[View], designs: &[PreparedDesign]) -> Option<Pose> {
    let near = pose_within(views, designs, Search::Near);
    match near {
        Some(pose) if pose.matches >= MIN_MATCHES => Some(pose),
        _ => pose_within(views, designs, Search::Anywhere).or(near),
    }
}

fn pose_within(views: &[View], designs: &[PreparedDesign], search: Search) -> Option<Pose> {
    let mut best: Option<Pose> = None;
    for design in designs {
        let Some(view_index) = views.iter().position(|view| view.shows(design)) else {
            continue;
        };
        for half_turn in [false, true] {
            let of_design = &design.features[usize::from(half_turn)];
            let found = matches(of_design, &views[view_index].features, search);
            let inliers = agreeing(&found);
            if inliers.len() > best.as_ref().map_or(0, |best| best.matches) {
                let matches = inliers.len();
                let pose = fit(&inliers).map(|map| Pose { view_index, half_turn, map, matches });
                best = pose.or(best);
            }
        }
        // With a hundred designs of one election the first few tell how the paper lies.
        let leading = design.features[0].leading();
        if best.as_ref().is_some_and(|best| best.matches >= MIN_MATCHES.max(leading / 2)) {
            break;
        }
    }
    best
}

/// One design under the pose, with the matches that agree.
struct Candidate {
    design_index: usize,
    inliers: Vec<Match>,
}

/// The designs that explain the page best, the best first: those with nearly as many features in their
/// places as the best has.
fn candidates(view: &View, designs: &[PreparedDesign], pose: &Pose) -> Vec<Candidate> {
    let shown = designs.iter().enumerate().filter(|(_, design)| view.shows(design));
    let of_design = shown.map(|(design_index, design)| {
        let features = &design.features[usize::from(pose.half_turn)];
        let found = matches_under(features, &view.features, &pose.map, POSE_REACH);
        let map = fit(&within(&found, &pose.map)).unwrap_or(pose.map);
        Candidate { design_index, inliers: within(&found, &map) }
    });
    let mut all: Vec<Candidate> = of_design.collect();
    all.sort_by_key(|candidate| std::cmp::Reverse(candidate.inliers.len()));
    let most = all.first().map_or(0, |best| best.inliers.len());
    let near_best = |c: &Candidate| c.inliers.len() * 100 >= most * NEAR_BEST_PERCENT;
    all.retain(near_best);
    all.truncate(MAX_CANDIDATES);
    all
}

impl Candidate {
    /// From matches to the displacement field; `None` where they don't fix a map.
    fn field(&self, design: &PreparedDesign, view: &View, pose: &Pose) -> Option<Field> {
        let (width, height) = (design.fine.width() / 2, design.fine.height() / 2);
        let turn = |p: Point| Point { x: width as f32 - p.x, y: height as f32 - p.y };
        let upright = |p: Point| if pose.half_turn { turn(p) } else { p };
        let pairs = self.inliers.iter().map(|pair| (upright(pair.design), pair.page, 1.0));
        let coarse_from_design = Affine::fit(pairs)?.of_scaled(2.0);
        Some(Field::new(design, &view.frame, coarse_from_design))
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
