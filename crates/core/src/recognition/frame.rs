//! The paper on its background, brought to a working size.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates, bounded by decode's limits"
)]

use std::borrow::Cow;
use std::cell::OnceCell;

use super::gray::{Area, GrayPage, percentile};
use super::transform::{Affine, Point};

/// Pixels per millimetre at which marks and surroundings are looked at (about 150 dpi).
pub(super) const FINE: f32 = 6.0;

/// A border darker than this is not paper.
pub(super) const DARK_BORDER: u8 = 110;

/// Pixels per millimetre at which places are first looked for.
pub(super) const COARSE: f32 = FINE / 2.0;
/// A scan is halved until it has fewer pixels to the millimetre: what is left of fine print at that
/// size is enough, and the grey levels that [`FINE`] needs are still there.
const MAX_DENSITY: f32 = 10.5;

/// A scan at working size.
pub(super) struct Frame<'a> {
    /// The scan as it is or halved, in the orientation of the scan.
    pub fine: Cow<'a, GrayPage>,
    /// Where the paper is in `fine`.
    pub paper: Area,
    /// The paper in the orientation of the design or upside down, [`COARSE`] pixels to the
    /// millimetre if it fills the frame.
    pub coarse: GrayPage,
    /// From the pixels of `coarse` to those of `fine`.
    pub fine_from_coarse: Affine,
    /// Whether a dark background shows where the paper ends.
    pub shows_edges: bool,
    levels: OnceCell<Levels>,
}

/// Grey levels of a scan.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Levels {
    /// The darkest hundredth: print.
    pub black: u8,
    /// What most of the page is lighter than.
    pub paper: u8,
}

/// The part of the scan that is paper: all of it, unless a dark background surrounds the sheet.
pub(super) fn paper(scan: &GrayPage) -> Area {
    let whole = Area { x0: 0.0, y0: 0.0, x1: scan.width() as f32, y1: scan.height() as f32 };
    if percentile(&border_histogram(scan), 0.5) > DARK_BORDER {
        return whole;
    }
    let bright = |levels: &mut dyn Iterator<Item = u8>| {
        let (mut bright, mut all) = (0_u32, 0_u32);
        for level in levels {
            all += 1;
            bright += u32::from(level > DARK_BORDER);
        }
        bright * 4 > all
    };
    let rows: Vec<u32> = (0..scan.height())
        .filter(|&y| bright(&mut scan.row(y).iter().step_by(8).copied()))
        .collect();
    let mut bright_in_column = vec![0_u32; scan.width() as usize];
    let needed = scan.height() / 32;
    for y in (0..scan.height()).step_by(8) {
        for (count, &level) in bright_in_column.iter_mut().zip(scan.row(y)) {
            *count += u32::from(level > DARK_BORDER);
        }
    }
    let columns = (0_u32..).zip(&bright_in_column).filter(|&(_, &count)| count > needed);
    let columns: Vec<u32> = columns.map(|(x, _)| x).collect();
    match (columns.first(), columns.last(), rows.first(), rows.last()) {
        (Some(&x0), Some(&x1), Some(&y0), Some(&y1)) if x1 > x0 + 50 && y1 > y0 + 50 => {
            Area { x0: x0 as f32, y0: y0 as f32, x1: (x1 + 1) as f32, y1: (y1 + 1) as f32 }
        }
        _ => whole,
    }
}

impl<'a> Frame<'a> {
    /// Brings the paper in `area` of the scan to size, taking it to be `width_mm` wide, or as long as
    /// that if the scan `is_turned` by a quarter; its other side follows from the pixels being square.
    pub fn new(
        scan: &'a GrayPage,
        area: Area,
        width_mm: f32,
        is_turned: bool,
    ) -> Option<Frame<'a>> {
        let sides = Point { x: area.x1 - area.x0, y: area.y1 - area.y0 };
        let across = if is_turned { sides.y } else { sides.x };
        let density = across / width_mm;
        let per_pixel = COARSE / density;
        let (width, height) = ((sides.x * per_pixel).round(), (sides.y * per_pixel).round());
        // No ballot is three times as long as it is wide; a strip can't be one.
        let (short, long) = (width.min(height), width.max(height));
        if short < 30.0 || long > 3.0 * short {
            return None;
        }
        let mut fine = Cow::Borrowed(scan);
        let mut halved = 1.0;
        while density / halved > MAX_DENSITY {
            fine = Cow::Owned(fine.halved());
            halved *= 2.0;
        }
        let [x0, y0, x1, y1] = [area.x0, area.y0, area.x1, area.y1].map(|side| side / halved);
        let paper = Area { x0, y0, x1, y1 };
        let coarse = fine.resampled(paper, width as u32, height as u32);
        let (step_x, step_y) = ((x1 - x0) / width, (y1 - y0) / height);
        let (coarse, fine_from_coarse) = if is_turned {
            // The clockwise quarter turn of the picture takes (x, y) to (height − y, x).
            let map = Affine { x: [0.0, step_x, x0], y: [-step_y, 0.0, y1] };
            (coarse.turned_90(), map)
        } else {
            (coarse, Affine { x: [step_x, 0.0, x0], y: [0.0, step_y, y0] })
        };
        let whole = (scan.width() as f32, scan.height() as f32);
        let shows_edges = (area.x1 - area.x0, area.y1 - area.y0) != whole;
        let levels = OnceCell::new();
        Some(Frame { fine, paper, coarse, fine_from_coarse, shows_edges, levels })
    }
}

impl Frame<'_> {
    /// The levels of print and paper within the paper's area.
    pub fn levels(&self) -> Levels {
        *self.levels.get_or_init(|| {
            let histogram = self.fine.histogram(self.paper, 3);
            Levels { black: percentile(&histogram, 0.01), paper: percentile(&histogram, 0.7) }
        })
    }
}

fn border_histogram(scan: &GrayPage) -> [u32; 256] {
    let mut counts = [0; 256];
    let (width, height) = (scan.width() as usize, scan.height());
    let margin = (width / 200).max(1);
    for y in 0..height {
        let row = scan.row(y);
        let near_edge = y < height / 200 + 1 || y + height / 200 + 1 >= height;
        if near_edge {
            row.iter().for_each(|&level| counts[usize::from(level)] += 1);
        } else {
            let edges = row[..margin].iter().chain(&row[width - margin..]);
            edges.for_each(|&level| counts[usize::from(level)] += 1);
        }
    }
    counts
}
