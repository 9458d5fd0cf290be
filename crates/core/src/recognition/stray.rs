//! Marks outside every target: reported, never counted.
//!
//! The scan is laid over the blank page, and ink that the blank page does not have is gathered into
//! blobs. What reaches into a target is the target's affair (see `stroke`); lines across the whole page
//! are folds or dirt on the glass; what hangs on the edge of the page is background.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates of a page, bounded by the design's size"
)]

mod blob;

use serde::{Deserialize, Serialize};

use self::blob::{Blob, Course};
use super::flood::{Pixel, flood};
use super::frame::FINE;
use super::gray::{Area, percentile};
use super::prepared::PreparedDesign;
use super::register::Registration;
use super::score::ink_below;
use super::transform::Point;
use crate::design::RectUm;

/// Most marks that are reported: the largest.
const MAX_MARKS: usize = 50;
/// Smaller blobs are dust, in fine pixels (1 mm²).
const MIN_PIXELS: u32 = 36;
/// Print of the blank page and this much around it is not looked at, in fine pixels (0.5 mm): what
/// registration may leave (350 µm at most), and what printer and scanner blur.
const PRINT_MARGIN: usize = 3;
/// Print that a stroke may run under, in fine pixels (2 mm): a line of type with its margins.
const BRIDGE: u8 = 12;
/// The blank page is print where it is darker than its paper by this share of its contrast. Less than
/// what counts as ink, so that pale print is not taken for a mark where it comes out darker.
const PRINT_SHARE: f32 = 0.15;
/// Side of the parts that are sampled under one map and have one paper level, in fine pixels (8 mm).
const TILE: usize = 48;
/// Paper is at most this much darker in one part than it is on the page as a whole: a part that is
/// filled with ink altogether has no paper to compare with.
const SHADE: u8 = 60;
/// The edge of the page is not looked at, in fine pixels (2 mm).
const EDGE: usize = 12;
/// A blob with more pixels than this on the edge is background, not a mark (5 mm).
const EDGE_PIXELS: u32 = 30;
/// A line across the page: at least this long where print leaves it visible, this thin on average, and
/// where it goes on to be found this near, all in fine pixels (10, 1.3 and 1 mm).
const LINE_LENGTH: f32 = 60.0;
const LINE_WIDTH: f32 = 8.0;
const LINE_REACH: i32 = 6;
/// Places without print where a line must be seen, at least, and the share of them, in percent.
const LINE_PLACES: u32 = 100;
const LINE_PERCENT: u32 = 75;

/// A blob of ink that the blank page does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StrayMark {
    /// The box around it, in micrometres of the design.
    pub area: RectUm,
    /// Its ink that is not on or beside print, in thousandths of a square millimetre.
    pub ink_milli_mm2: u32,
}

/// What is on a page outside every target, the largest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stray {
    /// Marks of a pen, stamps, stains: 50 at most, none smaller than 1 mm².
    pub marks: Vec<StrayMark>,
    /// Parts of lines across the whole page, folds and dirt on the glass: 50 at most.
    pub lines: Vec<StrayMark>,
}

/// Finds the marks outside every target of a registered page.
pub fn stray_marks(design: &PreparedDesign, registration: &Registration<'_>) -> Stray {
    let sheet = Sheet::new(design, registration);
    let mut blobs = Vec::new();
    let mut courses = Vec::new();
    let mut reached = vec![0_u8; sheet.pixels.len()];
    for start in 0..sheet.pixels.len() {
        if sheet.pixels[start] & MARK == 0 || reached[start] != 0 {
            continue;
        }
        let blob = sheet.blob(start, &mut reached);
        if blob.mass < MIN_PIXELS || blob.edge > EDGE_PIXELS {
            continue;
        }
        let course = sheet.line(&blob);
        if course.is_some() || !blob.is_of_target() {
            blobs.push((blob, course.is_some()));
        }
        courses.extend(course);
    }
    let mut stray = Stray::default();
    for (blob, is_line) in &blobs {
        // Print cuts a line into pieces, some of them too short to have a course of their own.
        let is_of_line = || courses.iter().any(|course| course.holds(blob));
        let list = if *is_line || is_of_line() { &mut stray.lines } else { &mut stray.marks };
        list.push(blob.mark());
    }
    for list in [&mut stray.marks, &mut stray.lines] {
        list.sort_by_key(|mark| std::cmp::Reverse(mark.ink_milli_mm2));
        list.truncate(MAX_MARKS);
    }
    stray
}

/// Ink where the blank page has none.
const MARK: u8 = 1;
/// Print of the blank page, with its margin.
const PRINT: u8 = 2;
/// Dark, whatever the blank page has there.
const DARK: u8 = 4;
/// Inside a target; within its printed outline.
const INNER: u8 = 8;
const BOXED: u8 = 16;

/// The page in the fine pixels of its design.
struct Sheet {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Sheet {
    fn new(design: &PreparedDesign, registration: &Registration<'_>) -> Sheet {
        let (width, height) = (design.fine.width() as usize, design.fine.height() as usize);
        let mut sheet = Sheet { width, height, pixels: print_of(design) };
        sheet.label(design);
        sheet.ink(registration);
        sheet
    }

    /// Marks what is inside targets.
    fn label(&mut self, design: &PreparedDesign) {
        for plan in &design.targets {
            for (y, row) in (plan.top.max(0) as usize..).zip(plan.inner_rows()) {
                for (x, _) in (plan.left.max(0) as usize..).zip(row).filter(|(_, inner)| **inner) {
                    self.add(x, y, INNER);
                }
            }
        }
        for target in &design.design().targets {
            let px = |um: u32| (um as f32 / 1000.0 * FINE) as usize;
            let area = target.area;
            for y in px(area.y)..=px(area.y.saturating_add(area.h)).min(self.height) {
                for x in px(area.x)..=px(area.x.saturating_add(area.w)).min(self.width) {
                    self.add(x, y, BOXED);
                }
            }
        }
    }

    fn add(&mut self, x: usize, y: usize, flag: u8) {
        if x < self.width && y < self.height {
            self.pixels[y * self.width + x] |= flag;
        }
    }

    /// Marks what is dark on the scan, part by part.
    fn ink(&mut self, registration: &Registration<'_>) {
        for top in (EDGE..self.height.saturating_sub(EDGE)).step_by(TILE) {
            for left in (EDGE..self.width.saturating_sub(EDGE)).step_by(TILE) {
                self.ink_of_tile(registration, (left, top));
            }
        }
    }

    fn ink_of_tile(&mut self, registration: &Registration<'_>, (left, top): (usize, usize)) {
        let page = registration.frame.levels();
        let fine = &registration.frame.fine;
        let size = (TILE.min(self.width - EDGE - left), TILE.min(self.height - EDGE - top));
        let first = Point { x: left as f32 + 0.5, y: top as f32 + 0.5 };
        let half = TILE as f32 / 2.0;
        let map = registration.field.local(Point { x: first.x + half, y: first.y + half });
        let region = map.region(fine, first, 1.0, size);
        let [paper] = region.percentiles([0.8]);
        let paper = paper.max(page.paper.saturating_sub(SHADE));
        let ink = ink_below(f32::from(paper), page.black);
        let is_on_scan = |at: Point| {
            let inside = |at: f32, side: u32| (0.0..side as f32).contains(&at);
            inside(at.x, fine.width()) && inside(at.y, fine.height())
        };
        for (y, row) in (top..).zip(region.levels().chunks_exact(region.width)) {
            for (x, _) in (left..).zip(row).filter(|&(_, &level)| f32::from(level) < ink) {
                if is_on_scan(map.apply(Point { x: x as f32 + 0.5, y: y as f32 + 0.5 })) {
                    let pixel = &mut self.pixels[y * self.width + x];
                    *pixel |= if *pixel & PRINT == 0 { DARK | MARK } else { DARK };
                }
            }
        }
    }

    /// Everything that hangs together with `start`, passing under print for a short way.
    fn blob(&self, start: usize, reached: &mut [u8]) -> Blob {
        let mut blob = Blob::default();
        let kind = |at: usize| match self.pixels[at] {
            pixel if pixel & MARK != 0 => Pixel::Mark,
            pixel if pixel & DARK != 0 => Pixel::Bridge,
            _ => Pixel::Clear,
        };
        flood((self.width, self.height), start, BRIDGE, reached, kind, |at| {
            self.take(&mut blob, at);
        });
        blob
    }

    fn take(&self, blob: &mut Blob, at: usize) {
        let (x, y, pixel) = (at % self.width, at / self.width, self.pixels[at]);
        let near = |v: usize, side: usize| v < EDGE + 2 || v + EDGE + 2 >= side;
        blob.add(x as u32, y as u32);
        blob.inner += u32::from(pixel & INNER != 0);
        blob.boxed += u32::from(pixel & BOXED != 0);
        blob.edge += u32::from(near(x, self.width) || near(y, self.height));
    }

    /// The line that a thin blob is a part of, if one goes on across the page wherever the blank page
    /// leaves it visible.
    fn line(&self, blob: &Blob) -> Option<Course> {
        let (dx, dy) = ((blob.x1 - blob.x0 + 1) as f32, (blob.y1 - blob.y0 + 1) as f32);
        let is_thin = (blob.mass as f32) < LINE_WIDTH * dx.max(dy);
        if dx.max(dy) < LINE_LENGTH || dx.min(dy) * 6.0 > dx.max(dy) || !is_thin {
            return None;
        }
        let is_across = dx > dy;
        let (length, breadth) =
            if is_across { (self.width, self.height) } else { (self.height, self.width) };
        let course = blob.course(is_across)?;
        let (mut seen, mut dark) = (0_u32, 0_u32);
        for along in EDGE..length.saturating_sub(EDGE) {
            let middle = course.at(along as f64).round() as i32;
            let Ok(first) = usize::try_from(middle.saturating_sub(LINE_REACH)) else { continue };
            let beside = first..first + 2 * LINE_REACH as usize + 1;
            if beside.end > breadth {
                continue;
            }
            let pixel = |across: usize| {
                let (x, y) = if is_across { (along, across) } else { (across, along) };
                self.pixels[y * self.width + x]
            };
            if beside.clone().all(|across| pixel(across) & PRINT == 0) {
                seen += 1;
                dark += u32::from(beside.into_iter().any(|across| pixel(across) & MARK != 0));
            }
        }
        (seen >= LINE_PLACES && dark * 100 >= seen * LINE_PERCENT).then_some(course)
    }
}

/// The blank page's print, widened by the margin.
fn print_of(design: &PreparedDesign) -> Vec<u8> {
    let fine = &design.fine;
    let (width, height) = (fine.width() as usize, fine.height() as usize);
    let whole = Area { x0: 0.0, y0: 0.0, x1: width as f32, y1: height as f32 };
    let histogram = fine.histogram(whole, 3);
    let (black, paper) = (percentile(&histogram, 0.01), percentile(&histogram, 0.7));
    let print = f32::from(paper) - PRINT_SHARE * f32::from(paper.saturating_sub(black));
    let mut pixels = vec![0_u8; width * height];
    for y in 0..height {
        let row = fine.row(y as u32);
        for x in (0..width).filter(|&x| f32::from(row[x]) < print) {
            let columns = x.saturating_sub(PRINT_MARGIN)..(x + PRINT_MARGIN + 1).min(width);
            pixels[y * width..][columns].fill(PRINT);
        }
    }
    // Down and up again: each row takes the print of those within the margin.
    let widened = pixels.clone();
    for y in 0..height {
        for near in y.saturating_sub(PRINT_MARGIN)..(y + PRINT_MARGIN + 1).min(height) {
            let rows = pixels[y * width..(y + 1) * width].iter_mut();
            rows.zip(&widened[near * width..]).for_each(|(pixel, &print)| *pixel |= print);
        }
    }
    pixels
}
