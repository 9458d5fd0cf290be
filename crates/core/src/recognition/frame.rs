//! The paper on its background, brought to a working size.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixel coordinates, bounded by decode's limits"
)]

use super::gray::{Area, GrayPage, percentile};

/// Pixels per millimetre at which marks and surroundings are looked at (about 150 dpi).
pub(super) const FINE: f32 = 6.0;

/// A border darker than this is not paper.
const DARK_BORDER: u8 = 110;

/// A scan at working size.
pub(super) struct Frame {
    /// [`FINE`] pixels to the millimetre, if the paper fills the frame.
    pub fine: GrayPage,
    /// Half of that.
    pub coarse: GrayPage,
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

impl Frame {
    /// Brings the paper in `area` to [`FINE`], taking it to be `width_mm` wide; its height follows
    /// from the pixels being square.
    pub fn new(scan: &GrayPage, area: Area, width_mm: f32) -> Option<Frame> {
        let scale = width_mm * FINE / (area.x1 - area.x0);
        let width = (width_mm * FINE).round() as u32;
        let height = ((area.y1 - area.y0) * scale).round() as u32;
        // No ballot is three times as long as it is wide; a strip can't be one.
        if width < 60 || height < 60 || height > 3 * width {
            return None;
        }
        let fine = scan.resampled(area, width, height);
        let coarse = fine.halved();
        Some(Frame { fine, coarse })
    }

    /// The frame turned by 180°.
    pub fn turned_180(&self) -> Frame {
        Frame { fine: self.fine.turned_180(), coarse: self.coarse.turned_180() }
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
