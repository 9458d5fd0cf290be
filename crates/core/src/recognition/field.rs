//! The displacement field: what is left after one affine map, since paper twists while it is fed.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "pixel coordinates, bounded by the page"
)]

use super::frame::Frame;
use super::patch::Region;
use super::prepared::{ANCHOR, Anchor, COARSE_ANCHOR, PreparedDesign};
use super::transform::{Affine, Point, least_squares};

/// How far an anchor may lie from its place under the affine map, in coarse pixels (2 mm).
const COARSE_REACH: usize = 6;
/// How far the fine search goes around what the coarse search found, in fine pixels.
const FINE_REACH: usize = 2;
/// Least correlation at which an anchor counts as found.
const MIN_CORRELATION: f32 = 0.55;
/// Least correlation at which the name of an option is the same name: other words of the same type
/// reach [`MIN_CORRELATION`] in half of the places (docs/recognition.md).
const LABEL_CORRELATION: f32 = 0.75;
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
    affine: Affine,
    scale: Point,
    smooth_x: [f32; TERMS],
    smooth_y: [f32; TERMS],
    anchors: Vec<Residual>,
    /// What was found of the print beside each target, in the design's order.
    pub labels: Vec<Label>,
    /// Root mean square of the anchors' residuals from the smooth field, in fine pixels.
    pub rms: f32,
}

/// Anchors on the print beside a target: the name of its option.
#[derive(Clone, Copy, Default)]
pub(super) struct Label {
    pub expected: u32,
    pub found: u32,
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
    /// Looks for every anchor of the design and fits the field to those found.
    pub fn new(design: &PreparedDesign, frame: &Frame, affine: Affine) -> Field {
        let scale =
            Point { x: 2.0 / design.fine.width() as f32, y: 2.0 / design.fine.height() as f32 };
        let mut field = Field {
            affine,
            scale,
            smooth_x: [0.0; TERMS],
            smooth_y: [0.0; TERMS],
            anchors: Vec::new(),
            labels: vec![Label::default(); design.targets.len()],
            rms: 0.0,
        };
        let sightings: Vec<_> =
            design.anchors.iter().map(|anchor| field.sight(anchor, frame)).collect();
        field.fit(&sightings.iter().flatten().copied().collect::<Vec<_>>());
        for (anchor, sighting) in design.anchors.iter().zip(&sightings) {
            let is_found = sighting
                .is_some_and(|s| s.weight >= LABEL_CORRELATION && field.rest(&s).1 <= OUTLIER);
            if let Some(label) = anchor.label_of.and_then(|target| field.labels.get_mut(target)) {
                label.expected += 1;
                label.found += u32::from(is_found);
            }
        }
        field
    }

    /// Anchors that agree with the field.
    pub fn found(&self) -> usize {
        self.anchors.len()
    }

    /// A map that is exact at `centre` and good for some millimetres around it, for sampling patches.
    pub fn local(&self, centre: Point) -> impl Fn(Point) -> Point + '_ {
        let d = self.displacement(centre);
        move |p| self.affine.apply(Point { x: p.x + d.x, y: p.y + d.y })
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

    fn sight(&self, anchor: &Anchor, frame: &Frame) -> Option<Sighting> {
        let side = COARSE_ANCHOR + 2 * COARSE_REACH;
        let half = (COARSE_ANCHOR / 2 + COARSE_REACH) as f32;
        // Pixel centres of the coarse grid, as fine design coordinates, then as coarse page pixels.
        let middle = Point { x: (anchor.at.x / 2.0).floor(), y: (anchor.at.y / 2.0).floor() };
        let region = Region::sampled(&frame.coarse, (side, side), |i, j| {
            let (x, y) = (middle.x - half + i + 0.5, middle.y - half + j + 0.5);
            let page = self.affine.apply(Point { x: 2.0 * x, y: 2.0 * y });
            Point { x: page.x / 2.0, y: page.y / 2.0 }
        });
        let coarse = anchor.coarse.search(&region, COARSE_REACH, 0.0);
        if coarse.correlation < MIN_CORRELATION - 0.15 {
            return None;
        }
        let shift = Point { x: 2.0 * coarse.offset.x, y: 2.0 * coarse.offset.y };
        let side = ANCHOR + 2 * FINE_REACH;
        let half = (ANCHOR / 2 + FINE_REACH) as f32;
        let region = Region::sampled(&frame.fine, (side, side), |i, j| {
            self.affine.apply(Point {
                x: anchor.at.x - half + i + 0.5 + shift.x,
                y: anchor.at.y - half + j + 0.5 + shift.y,
            })
        });
        let fine = anchor.fine.search(&region, FINE_REACH, 0.0);
        (fine.correlation >= MIN_CORRELATION).then_some(Sighting {
            at: anchor.at,
            displacement: Point { x: shift.x + fine.offset.x, y: shift.y + fine.offset.y },
            weight: fine.correlation,
        })
    }

    /// Robust fit: from the median displacement, first a plane, then the cubic, each time leaving out
    /// what does not agree.
    fn fit(&mut self, sightings: &[Sighting]) {
        if sightings.len() < 6 {
            return;
        }
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
