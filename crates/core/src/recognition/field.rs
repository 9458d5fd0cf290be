//! The displacement field: what is left after one affine map, since paper twists while it is fed.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "pixel coordinates, bounded by the page"
)]

use super::frame::Frame;
use super::prepared::{ANCHOR, Anchor, COARSE_ANCHOR, PreparedDesign};
use super::region::Region;
use super::score::ink_below;
use super::transform::{Affine, Point, least_squares};

/// How far an anchor may lie from its place under the affine map, in coarse pixels (2 mm).
const COARSE_REACH: usize = 6;
/// Anchors that are looked for from afar, at least: a cubic needs forty that agree.
const SCOUTS: usize = 60;
/// How far from where the scouts say the other anchors may lie, in fine pixels (0.5 mm).
const NEAR_REACH: usize = 3;
/// How far the fine search goes around what the coarse search found, in fine pixels.
const FINE_REACH: usize = 2;
/// Least correlation at which an anchor counts as found.
const MIN_CORRELATION: f32 = 0.55;
/// Least correlation at which the name of an option is the same name: other words of the same type
/// reach [`MIN_CORRELATION`] in half of the places (docs/recognition.md).
const LABEL_CORRELATION: f32 = 0.75;
/// Share of the print of a name that must be there where more is drawn over it.
const LABEL_PRESENCE: f32 = 0.85;
/// Share of what is paper there that may be covered: where all is dark, nothing can be read.
const LABEL_REST: f32 = 0.5;
/// How far an anchor may lie from the smooth field, in fine pixels (0.5 mm).
const OUTLIER: f32 = 3.0;
/// Reach of an anchor's own residual, in fine pixels (12 mm).
const LOCAL_SIGMA: f32 = 72.0;
/// Weight of "no local residual" against the anchors nearby.
const LOCAL_PRIOR: f32 = 0.5;

/// The smooth part is a cubic polynomial of the page: twist, stretch and bow of a fed sheet.
const TERMS: usize = 10;

/// Maps fine pixels of the design to fine pixels of the page.
pub(super) struct Field {
    /// From fine pixels of the design to coarse and fine pixels of the page.
    pub coarse_map: Affine,
    pub map: Affine,
    scale: Point,
    smooth_x: [f32; TERMS],
    smooth_y: [f32; TERMS],
    anchors: Vec<Residual>,
    /// What was found of the print beside each target, in the design's order.
    pub labels: Vec<Label>,
    /// For each of the design's anchors whether the page shows next to nothing there.
    pub bare: Vec<bool>,
    /// Share of all anchors that were found and look alike, in percent.
    alike_percent: usize,
    /// Root mean square of the anchors' residuals from the smooth field, in fine pixels.
    pub rms: f32,
}

/// Anchors on the print beside a target: the name of its option.
#[derive(Clone, Copy, Default)]
pub(super) struct Label {
    pub expected: u32,
    pub found: u32,
}

/// What is to be seen of the print of an anchor.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Print {
    There,
    /// So much was drawn over it that anything could be under it.
    Covered,
    Missing,
}

/// What the smooth field leaves at an anchor.
struct Residual {
    at: Point,
    rest: Point,
}

/// An anchor that was found, displaced from its place under the affine map.
#[derive(Clone, Copy)]
struct Sighting {
    at: Point,
    displacement: Point,
    weight: f32,
}

impl Field {
    /// Looks for every anchor of the design and fits the field to those found: some of them first,
    /// within [`COARSE_REACH`]; the others then close to where these say.
    pub fn new(design: &PreparedDesign, frame: &Frame, coarse_map: Affine) -> Field {
        let scale =
            Point { x: 2.0 / design.fine.width() as f32, y: 2.0 / design.fine.height() as f32 };
        let mut field = Field {
            coarse_map,
            map: frame.fine_from_coarse.after(&coarse_map),
            scale,
            smooth_x: [0.0; TERMS],
            smooth_y: [0.0; TERMS],
            anchors: Vec::new(),
            labels: Vec::new(),
            bare: Vec::new(),
            alike_percent: 0,
            rms: 0.0,
        };
        let stride = (design.anchors.len() / SCOUTS).max(1);
        let mut sightings: Vec<Option<Sighting>> = vec![None; design.anchors.len()];
        let each = design.anchors.iter().zip(&mut sightings).enumerate();
        for (_, (anchor, sighting)) in each.filter(|(at, _)| at % stride == 0) {
            *sighting = field.sight_from_afar(anchor, frame, Point::default());
        }
        field.fit(&sightings);
        let each = design.anchors.iter().zip(&mut sightings).enumerate();
        for (_, (anchor, sighting)) in each.filter(|(at, _)| at % stride != 0) {
            let expected = field.smooth(anchor.at);
            *sighting = field
                .sight(anchor, frame, expected, NEAR_REACH)
                .or_else(|| field.sight_from_afar(anchor, frame, expected));
        }
        field.fit(&sightings);
        let mut alike = 0;
        let mut labels = vec![Label::default(); design.targets.len()];
        for (anchor, sighting) in design.anchors.iter().zip(&sightings) {
            let is_found = sighting
                .is_some_and(|s| s.weight >= LABEL_CORRELATION && field.rest(&s).1 <= OUTLIER);
            alike += usize::from(is_found);
            if let Some(label) = anchor.label_of.and_then(|target| labels.get_mut(target)) {
                let print = match is_found {
                    true => Print::There,
                    false => field.print_at(anchor, sighting.as_ref(), frame),
                };
                label.expected += u32::from(print != Print::Covered);
                label.found += u32::from(print == Print::There);
            }
        }
        field.labels = labels;
        let missed = design.anchors.iter().zip(&sightings);
        field.bare = missed
            .map(|(anchor, sighting)| sighting.is_none() && field.is_bare(anchor, frame))
            .collect();
        field.alike_percent = alike * 100 / design.anchors.len().max(1);
        field
    }

    /// Share of all anchors that agree with the field, in percent.
    pub fn coverage_percent(&self) -> usize {
        self.anchors.len() * 100 / self.bare.len().max(1)
    }

    /// Share of all anchors that were found and look alike, in percent.
    pub fn alike_percent(&self) -> usize {
        self.alike_percent
    }

    /// Anchors that agree with the field.
    pub fn found(&self) -> usize {
        self.anchors.len()
    }

    /// The anchors that agree with the field, and how far each lies from its place under the affine
    /// map, in fine pixels.
    pub fn displaced(&self) -> impl Iterator<Item = (Point, Point)> {
        self.anchors.iter().map(|anchor| {
            let Point { x, y } = self.smooth(anchor.at);
            (anchor.at, Point { x: x + anchor.rest.x, y: y + anchor.rest.y })
        })
    }

    /// A map that is exact at `centre` and good for some millimetres around it, for sampling patches:
    /// there the paper may be turned and stretched otherwise than as a whole.
    pub fn local(&self, centre: Point) -> Affine {
        const AWAY: f32 = 24.0;
        let moved = self.displacement(centre);
        let slope = |a: Point, b: Point| {
            let (a, b) = (self.smooth(a), self.smooth(b));
            ((b.x - a.x) / (2.0 * AWAY), (b.y - a.y) / (2.0 * AWAY))
        };
        let beside = |x: f32, y: f32| Point { x: centre.x + x, y: centre.y + y };
        let (xx, yx) = slope(beside(-AWAY, 0.0), beside(AWAY, 0.0));
        let (xy, yy) = slope(beside(0.0, -AWAY), beside(0.0, AWAY));
        let row = |x: f32, y: f32, moved: f32| [x, y, moved - x * centre.x - y * centre.y];
        let mut around = Affine { x: row(xx, xy, moved.x), y: row(yx, yy, moved.y) };
        around.x[0] += 1.0;
        around.y[1] += 1.0;
        self.map.after(&around)
    }

    /// Where a place of the design lies on the page, as the smooth field says.
    pub fn place(&self, p: Point) -> Point {
        let moved = self.smooth(p);
        self.map.apply(Point { x: p.x + moved.x, y: p.y + moved.y })
    }

    fn displacement(&self, p: Point) -> Point {
        let smooth = self.smooth(p);
        let (mut total, mut x, mut y) = (LOCAL_PRIOR, 0.0, 0.0);
        for anchor in &self.anchors {
            let near = anchor.at.distance_squared(p) / (2.0 * LOCAL_SIGMA * LOCAL_SIGMA);
            if near < 8.0 {
                let weight = (-near).exp();
                total += weight;
                x += weight * anchor.rest.x;
                y += weight * anchor.rest.y;
            }
        }
        Point { x: smooth.x + x / total, y: smooth.y + y / total }
    }

    fn smooth(&self, p: Point) -> Point {
        let terms = self.terms(p);
        let sum = |factors: &[f32; TERMS]| factors.iter().zip(&terms).map(|(a, b)| a * b).sum();
        Point { x: sum(&self.smooth_x), y: sum(&self.smooth_y) }
    }

    fn terms(&self, p: Point) -> [f32; TERMS] {
        let (x, y) = (p.x * self.scale.x - 1.0, p.y * self.scale.y - 1.0);
        [1.0, x, y, x * x, x * y, y * y, x * x * x, x * x * y, x * y * y, y * y * y]
    }

    /// Looks for an anchor first coarsely, around its place under the map displaced by `expected`.
    fn sight_from_afar(&self, anchor: &Anchor, frame: &Frame, expected: Point) -> Option<Sighting> {
        let side = COARSE_ANCHOR + 2 * COARSE_REACH;
        let half = (COARSE_ANCHOR / 2 + COARSE_REACH) as f32;
        // Pixel centres of the coarse grid, as fine design coordinates.
        let at = |v: f32| 2.0 * ((v / 2.0).floor() - half + 0.5);
        let first = Point { x: at(anchor.at.x), y: at(anchor.at.y) };
        let map = self.coarse_map.shifted(expected);
        let region = map.region(&frame.coarse, first, 2.0, (side, side));
        let coarse = anchor.coarse.search(&region, COARSE_REACH);
        if coarse.correlation < MIN_CORRELATION - 0.15 {
            return None;
        }
        let found =
            Point { x: expected.x + 2.0 * coarse.offset.x, y: expected.y + 2.0 * coarse.offset.y };
        self.sight(anchor, frame, found, FINE_REACH)
    }

    /// Looks for an anchor within `reach` fine pixels of its place under the map displaced by
    /// `expected`.
    fn sight(
        &self,
        anchor: &Anchor,
        frame: &Frame,
        expected: Point,
        reach: usize,
    ) -> Option<Sighting> {
        let region = self.patch(anchor, frame, expected, reach);
        let fit = anchor.fine.climb(&region, reach, 0.0);
        (fit.correlation >= MIN_CORRELATION).then_some(Sighting {
            at: anchor.at,
            displacement: Point { x: expected.x + fit.offset.x, y: expected.y + fit.offset.y },
            weight: fit.correlation,
        })
    }

    /// What the page shows where an anchor that is displaced so lies, and `reach` fine pixels around.
    fn patch(&self, anchor: &Anchor, frame: &Frame, displaced: Point, reach: usize) -> Region {
        let side = ANCHOR + 2 * reach;
        let half = (ANCHOR / 2 + reach) as f32 - 0.5;
        let first = Point { x: anchor.at.x - half, y: anchor.at.y - half };
        self.map.shifted(displaced).region(&frame.fine, first, 1.0, (side, side))
    }

    /// Whether what the page shows in the place of an anchor has less than a quarter of its contrast.
    fn is_bare(&self, anchor: &Anchor, frame: &Frame) -> bool {
        let region = self.patch(anchor, frame, self.smooth(anchor.at), 0);
        region.deviation() * 4.0 < anchor.fine.deviation()
    }

    /// What is to be seen of the print of an anchor under what was drawn over it: a pen adds ink, and
    /// another name lacks some.
    fn print_at(&self, anchor: &Anchor, sighting: Option<&Sighting>, frame: &Frame) -> Print {
        let seen = |displacement: Point| {
            let region = self.patch(anchor, frame, displacement, 0);
            let [paper] = region.percentiles([0.8]);
            let ink = ink_below(f32::from(paper), frame.levels().black);
            let (print, rest) = anchor.fine.presence(&region, ink);
            match (print >= LABEL_PRESENCE, rest <= LABEL_REST) {
                (false, _) => Print::Missing,
                (true, false) => Print::Covered,
                (true, true) => Print::There,
            }
        };
        // What was drawn may have drawn the sighting to itself.
        let near = sighting.filter(|s| self.rest(s).1 <= OUTLIER).map(|s| s.displacement);
        let by_field = seen(self.displacement(anchor.at));
        near.map_or(by_field, |near| seen(near).min(by_field))
    }

    /// Robust fit: from the median displacement, first a plane, then the cubic, each time leaving out
    /// what does not agree.
    fn fit(&mut self, sightings: &[Option<Sighting>]) {
        let sightings: Vec<Sighting> = sightings.iter().flatten().copied().collect();
        if sightings.len() < 6 {
            return;
        }
        (self.smooth_x, self.smooth_y) = ([0.0; TERMS], [0.0; TERMS]);
        self.smooth_x[0] = median(sightings.iter().map(|s| s.displacement.x));
        self.smooth_y[0] = median(sightings.iter().map(|s| s.displacement.y));
        for (terms, limit) in [(3, 10.0), (3, 6.0), (6, 5.0), (TERMS, 4.0), (TERMS, OUTLIER)] {
            let agreeing: Vec<Sighting> =
                sightings.iter().filter(|s| self.rest(s).1 <= limit).copied().collect();
            if agreeing.len() < 4 * terms {
                continue;
            }
            let fits = match terms {
                3 => (self.refit::<3>(&agreeing, |s| s.x), self.refit::<3>(&agreeing, |s| s.y)),
                6 => (self.refit::<6>(&agreeing, |s| s.x), self.refit::<6>(&agreeing, |s| s.y)),
                _ => (
                    self.refit::<TERMS>(&agreeing, |s| s.x),
                    self.refit::<TERMS>(&agreeing, |s| s.y),
                ),
            };
            if let (Some(x), Some(y)) = fits {
                self.smooth_x = x;
                self.smooth_y = y;
            }
        }
        let rests = sightings.iter().map(|s| (s.at, self.rest(s))).filter(|(_, r)| r.1 <= OUTLIER);
        self.anchors = rests.map(|(at, (rest, _))| Residual { at, rest }).collect();
        let squares: f32 =
            self.anchors.iter().map(|a| a.rest.x * a.rest.x + a.rest.y * a.rest.y).sum();
        self.rms = (squares / self.anchors.len().max(1) as f32).sqrt();
    }

    /// What the smooth field leaves at a sighting, and its length.
    fn rest(&self, sighting: &Sighting) -> (Point, f32) {
        let smooth = self.smooth(sighting.at);
        let rest =
            Point { x: sighting.displacement.x - smooth.x, y: sighting.displacement.y - smooth.y };
        (rest, rest.x.hypot(rest.y))
    }

    fn refit<const N: usize>(
        &self,
        sightings: &[Sighting],
        axis: fn(Point) -> f32,
    ) -> Option<[f32; TERMS]> {
        let rows = sightings.iter().map(|s| {
            let mut row = [0.0; N];
            row.copy_from_slice(&self.terms(s.at)[..N]);
            (row, axis(s.displacement), s.weight)
        });
        let solution = least_squares::<N>(rows)?;
        let mut factors = [0.0; TERMS];
        factors[..N].copy_from_slice(&solution);
        Some(factors)
    }
}

fn median(values: impl Iterator<Item = f32>) -> f32 {
    let mut values: Vec<f32> = values.collect();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(0.0)
}
