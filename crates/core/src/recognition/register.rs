//! Which design a page is, which way up, and where each point of the design lies on it.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates and counts of matches, bounded by the page"
)]

use super::code::{Said, read_anywhere, read_by_frame, read_by_pose};
use super::diagnosis::{cause, cause_of_nothing};
use super::feature::{Features, Match, Search, Sequence, Which, matches, matches_under};
use super::field::Field;
use super::frame::{FINE, Frame, paper};
use super::gray::GrayPage;
use super::outline::{check_alone, check_corner};
use super::prepared::PreparedDesign;
use super::refusal::Refusal;
use super::rivals::{evidence, mean_the_same};
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
/// Most designs of which all features are looked for, and the share of the best's leading features that
/// they must have in place, in percent.
const SHORT_LIST: usize = 10;
const SHORT_LIST_PERCENT: usize = 75;
/// A design with fewer features in place than this share of the best's is not the page.
const NEAR_BEST_PERCENT: usize = 90;
/// Most designs that are compared closely.
const MAX_CANDIDATES: usize = 4;
/// A design with this much less of its places alike than the best, in percent, is not the page.
const RIVAL_PERCENT: usize = 10;
/// Largest rest that registration may leave, in micrometres: real scans leave 155 or less, and from
/// here on most pages have targets that are not where they are taken to be (docs/recognition.md).
const RMS_LIMIT_UM: u32 = 225;
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
            Refusal::CoverageTooSmall { .. }
            | Refusal::TargetUncertain { .. }
            | Refusal::NotBare { .. } => cause(refusal, design, &self.frame, &self.field),
            other => other,
        }
    }

    fn judged(self, design: &PreparedDesign, limit_um: u32) -> Result<Self, Refusal> {
        if self.coverage_percent < MIN_COVERAGE_PERCENT {
            let (found, expected) = (self.field.found() as u32, design.anchors.len() as u32);
            return Err(self.cause(Refusal::CoverageTooSmall { found, expected }, design));
        }
        let rms_um = self.rms_um();
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
    register_within(page, designs, RMS_LIMIT_UM)
}

/// Like [`register`], with another limit to what registration may leave, in micrometres: to measure
/// what the limit is good for. Ballots are read with [`register`].
///
/// # Errors
/// [`Refusal`], if no design is there with certainty.
pub fn register_within<'a>(
    page: &'a GrayPage,
    designs: &[PreparedDesign],
    limit_um: u32,
) -> Result<Registration<'a>, Refusal> {
    let views = View::all(page, designs);
    let because = |refusal| match views.first() {
        Some(view) => cause_of_nothing(refusal, &view.frame.coarse),
        None => refusal,
    };
    if views.iter().all(|view| view.features.len() < BLANK_FEATURES) {
        return Err(because(Refusal::Blank));
    }
    let another = |otherwise: Refusal| match read_anywhere(page, designs) {
        Said::Another(another) => another,
        _ => otherwise,
    };
    let mut search = PoseSearch::new(page, &views, designs);
    let found = search.run_all();
    if let Said::Another(refusal) = search.said {
        return Err(refusal);
    }
    let matches = search.best.as_ref().map_or(0, |found| found.pose.matches);
    let refusal = || Refusal::NotABallot { matches: matches as u32, needed: MIN_MATCHES as u32 };
    let found = found.or(search.best).filter(|found| found.pose.matches >= MIN_MATCHES);
    let Some(Found { pose, explained: Some(Explained { candidate, field, rival }) }) = found else {
        return Err(another(because(refusal())));
    };
    let view = views.into_iter().nth(pose.view_index).ok_or_else(refusal)?;
    let design = &designs[candidate.design_index];
    let quarter_turns = 3 * u16::from(view.is_turned) + 2 * u16::from(pose.half_turn);
    let registration = Registration {
        design_index: candidate.design_index,
        rotation_deg: quarter_turns % 4 * 90,
        matches: candidate.inliers.len(),
        coverage_percent: field.coverage_percent(),
        frame: view.frame,
        field,
    };
    let registration = registration.judged(design, limit_um).map_err(|refusal| match refusal {
        Refusal::CoverageTooSmall { .. } => another(refusal),
        refusal => refusal,
    })?;
    check_alone(design, &registration.frame, &view.features, &registration.field.coarse_map)?;
    check_corner(design, &registration.frame, &registration.field.map)?;
    match rival.map(|index| designs[index].design().id.to_string()) {
        Some(second) => Err(Refusal::Ambiguous { first: design.design().id.to_string(), second }),
        None => Ok(registration),
    }
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

/// A pose, and the design that explains the page best under it.
struct Found {
    pose: Pose,
    explained: Option<Explained>,
}

/// The design that explains a page best, and another one of which nobody can say whether it does.
struct Explained {
    candidate: Candidate,
    field: Field,
    rival: Option<usize>,
}

/// Looks for the pose with one design after the other. Of a hundred designs of one election the first
/// few tell how the paper lies, so the search ends with the first pose under which a design is there.
struct PoseSearch<'s, 'p> {
    page: &'p GrayPage,
    views: &'s [View<'p>],
    designs: &'s [PreparedDesign],
    /// What the page's code says.
    said: Said,
    /// The pose with the most matches so far.
    best: Option<Found>,
}

impl<'s, 'p> PoseSearch<'s, 'p> {
    fn new(page: &'p GrayPage, views: &'s [View<'p>], designs: &'s [PreparedDesign]) -> Self {
        let read = views.iter().map(|view| {
            let shown: Vec<_> = designs.iter().filter(|design| view.shows(design)).collect();
            read_by_frame(page, &view.frame, &shown, designs)
        });
        let said = { read }.find(|said| *said != Said::Nothing).unwrap_or(Said::Nothing);
        PoseSearch { page, views, designs, said, best: None }
    }

    /// Looks nearby first, then on the whole page. A code of somebody else's says nothing for certain:
    /// where it leads nowhere, it is forgotten.
    fn run_all(&mut self) -> Option<Found> {
        let found = self.run(Search::Near).or_else(|| self.run(Search::Anywhere));
        if found.is_none() && matches!(self.said, Said::Designs { is_own: false, .. }) {
            self.said = Said::Unhelpful;
            return self.run(Search::Near).or_else(|| self.run(Search::Anywhere));
        }
        found
    }

    /// The designs that the page may be, by their places in the list.
    fn among(&self) -> Vec<usize> {
        match &self.said {
            Said::Designs { among, .. } => among.clone(),
            _ => (0..self.designs.len()).collect(),
        }
    }

    /// Looks for the code again where the pose says that it is, if it was not read before.
    fn read_code(&mut self, pose: &Pose) {
        let view = &self.views[pose.view_index];
        if self.said == Said::Nothing {
            let shown: Vec<_> = self.designs.iter().filter(|design| view.shows(design)).collect();
            let under = (&pose.map, pose.half_turn);
            self.said = read_by_pose(self.page, &view.frame, under, &shown, self.designs);
        }
    }

    /// The first pose under which enough of a design is found.
    fn run(&mut self, search: Search) -> Option<Found> {
        let mut untried: Option<Pose> = None;
        let among = self.among();
        for (at, design) in among.iter().map(|&index| &self.designs[index]).enumerate() {
            if matches!(self.said, Said::Another(_)) {
                return None;
            }
            for pose in self.poses(design, search) {
                let most = untried.as_ref().or(self.best.as_ref().map(|found| &found.pose));
                if most.is_none_or(|most| pose.matches > most.matches) {
                    untried = Some(pose);
                }
            }
            let leading = design.features[0].leading().len();
            let is_last = at + 1 == among.len();
            let needed = if is_last { MIN_MATCHES } else { MIN_MATCHES.max(leading / 5) };
            if let Some(pose) = untried.take_if(|pose| pose.matches >= needed || is_last) {
                self.read_code(&pose);
                let explained = self.explained(&pose);
                let found = Found { pose, explained };
                let coverage = found.explained.as_ref().map_or(0, |e| e.field.coverage_percent());
                if found.pose.matches >= MIN_MATCHES && coverage >= MIN_COVERAGE_PERCENT {
                    return Some(found);
                }
                self.best = Some(found);
            }
        }
        None
    }

    /// The page as it is and upside down, by the leading features of one design.
    fn poses(&self, design: &PreparedDesign, search: Search) -> Vec<Pose> {
        let Some(view_index) = self.views.iter().position(|view| view.shows(design)) else {
            return Vec::new();
        };
        let pose = |half_turn: bool| {
            let of_design = &design.features[usize::from(half_turn)];
            let found = matches(of_design, &self.views[view_index].features, search);
            let inliers = agreeing(&found);
            let matches = inliers.len();
            fit(&inliers).map(|map| Pose { view_index, half_turn, map, matches })
        };
        [false, true].into_iter().filter_map(pose).collect()
    }

    /// The design with the most places that look alike, and of equals the one with the most features.
    fn explained(&self, pose: &Pose) -> Option<Explained> {
        let view = &self.views[pose.view_index];
        let (candidates, twins) = candidates(view, self.designs, &self.among(), pose);
        let mut fields: Vec<(Candidate, Field)> = candidates
            .into_iter()
            .filter_map(|candidate| {
                let design = &self.designs[candidate.design_index];
                candidate.field(design, view, pose).map(|field| (candidate, field))
            })
            .collect();
        let by_likeness = |(candidate, field): &(Candidate, Field)| {
            (field.alike_percent(), candidate.inliers.len())
        };
        let best = (0..fields.len()).max_by_key(|&at| by_likeness(&fields[at]))?;
        let (candidate, field) = fields.swap_remove(best);
        let own = &self.designs[candidate.design_index];
        let near = field.alike_percent().saturating_sub(RIVAL_PERCENT);
        let compared = fields.iter().filter(|(_, of_other)| of_other.alike_percent() >= near);
        let others = compared.map(|(other, _)| other.design_index).chain(twins);
        let is_rival = |&index: &usize| {
            let design = &self.designs[index];
            !mean_the_same(own, design) && !evidence(own, design, &view.frame, &field).is_clear()
        };
        let rival = { others }.find(is_rival);
        Some(Explained { candidate, field, rival })
    }
}

/// One design under the pose, with the matches that agree.
struct Candidate {
    design_index: usize,
    inliers: Vec<Match>,
}

/// The designs that explain the page best: those with nearly as many features in their places as the
/// best has; by the leading features first, so that a hundred designs cost little more than one. With
/// them the designs that are too many to be compared closely and may be the same print.
fn candidates(
    view: &View,
    designs: &[PreparedDesign],
    among: &[usize],
    pose: &Pose,
) -> (Vec<Candidate>, Vec<usize>) {
    let shown = among.iter().filter(|&&index| view.shows(&designs[index]));
    let under_pose = |design_index: usize, which: Which| {
        let features = &designs[design_index].features[usize::from(pose.half_turn)];
        let found = matches_under(features, which, &view.features, &pose.map, POSE_REACH);
        let map = fit(&within(&found, &pose.map)).unwrap_or(pose.map);
        Candidate { design_index, inliers: within(&found, &map) }
    };
    let by_leading = shown.map(|&design_index| under_pose(design_index, Which::Leading)).collect();
    let by_leading = best_of(by_leading, SHORT_LIST_PERCENT);
    let short_list = by_leading.iter().take(SHORT_LIST);
    let by_all = short_list.map(|found| under_pose(found.design_index, Which::All)).collect();
    let mut closely = best_of(by_all, NEAR_BEST_PERCENT);
    closely.truncate(MAX_CANDIDATES);
    let twins = best_of(by_leading, NEAR_BEST_PERCENT).into_iter().map(|found| found.design_index);
    let is_compared = |index: &usize| closely.iter().any(|found| found.design_index == *index);
    let twins = twins.filter(|index| !is_compared(index)).collect();
    (closely, twins)
}

/// The best first, and of the others those with this share of its matches, in percent.
fn best_of(mut all: Vec<Candidate>, percent: usize) -> Vec<Candidate> {
    all.sort_by_key(|candidate| std::cmp::Reverse(candidate.inliers.len()));
    let most = all.first().map_or(0, |best| best.inliers.len());
    all.retain(|candidate| candidate.inliers.len() * 100 >= most * percent);
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
