//! Coarse matches between a page and a design: corners with upright binary descriptors.
//!
//! Corners after Harris and Stephens (1988), descriptors after BRIEF (Calonder et al., 2010). They need
//! no invariance to rotation or scale: the frame has brought the page to size, and a sheet-fed page is
//! turned by a few degrees or by half a turn, for which the design has features of its own.
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::cast_possible_wrap,
    reason = "pixel coordinates, bounded by decode's limits"
)]

use super::gray::GrayPage;
use super::transform::Point;

/// Most features on one page: enough for one in every 6 × 6 mm of A4 and twice that for legal size.
const MAX_FEATURES: usize = 1_400;
/// Half the side of a descriptor's patch in pixels (5 mm): wide enough to hold part of a line of text.
const REACH: i32 = 15;
const WORDS: usize = 4;
/// Most differing bits between matching descriptors of 256.
const MAX_DISTANCE: u32 = 76;
/// A match must be better than the next one elsewhere by this factor.
const RATIO: f32 = 0.86;
/// How far from its expected place a feature is looked for, in pixels (22 mm).
const SEARCH: f32 = 66.0;

/// A corner and what surrounds it.
pub(super) struct Feature {
    pub at: Point,
    bits: [u64; WORDS],
}

/// A place on the design and where it seems to be on the page, in coarse pixels.
#[derive(Clone, Copy)]
pub(super) struct Match {
    pub design: Point,
    pub page: Point,
}

/// The strongest corners, spread over the page, from the top down.
pub(super) fn features(page: &GrayPage) -> Vec<Feature> {
    let smooth = smoothed(page);
    let pairs = test_pairs();
    corners(&smooth).into_iter().map(|at| describe(&smooth, at, &pairs)).collect()
}

/// Pairs each feature of the design with the page's feature that looks like it, if there is one and
/// no second.
pub(super) fn matches(design: &[Feature], page: &[Feature], search: Search) -> Vec<Match> {
    let limit = match search {
        Search::Near => SEARCH,
        Search::Anywhere => f32::INFINITY,
    };
    design.iter().filter_map(|feature| best_match(feature, page, limit)).collect()
}

/// Where to look for a feature.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Search {
    /// Within 22 mm of its place on the design.
    Near,
    /// On the whole page.
    Anywhere,
}

fn best_match(feature: &Feature, page: &[Feature], limit: f32) -> Option<Match> {
    let mut best: Option<(u32, Point)> = None;
    let mut second = u32::MAX;
    // Features are sorted from the top down: only a band of the page is looked at.
    let band = page.partition_point(|other| other.at.y < feature.at.y - limit);
    for other in page[band..].iter().take_while(|other| other.at.y <= feature.at.y + limit) {
        if (other.at.x - feature.at.x).abs() > limit {
            continue;
        }
        let words = feature.bits.iter().zip(&other.bits);
        let distance: u32 = words.map(|(a, b)| (a ^ b).count_ones()).sum();
        match best {
            Some((least, _)) if distance >= least => second = second.min(distance),
            _ => {
                second = best.map_or(second, |(least, _)| least.min(second));
                best = Some((distance, other.at));
            }
        }
    }
    let (distance, at) = best?;
    let unique = (distance as f32) < RATIO * second.min(256) as f32;
    (distance <= MAX_DISTANCE && unique).then_some(Match { design: feature.at, page: at })
}

/// Mean over 5 × 5 pixels: binary tests of single pixels would see only noise. The outermost two
/// pixels, which no feature looks at, stay as they are.
fn smoothed(page: &GrayPage) -> GrayPage {
    let width = page.width() as usize;
    let mut smooth = page.clone();
    if width < 5 || page.height() < 5 {
        return smooth;
    }
    // 25 bytes fit 16 bits; without overflow checks these loops become vector instructions.
    let add = |sums: &mut [u16], levels: &[u8]| {
        for (sum, &level) in sums.iter_mut().zip(levels) {
            *sum = sum.wrapping_add(u16::from(level));
        }
    };
    let mut columns = vec![0_u16; width];
    let rows = smooth.pixels_mut().chunks_exact_mut(width).skip(2);
    for (y, target) in (2..page.height() - 2).zip(rows) {
        columns.fill(0);
        (y - 2..=y + 2).for_each(|row| add(&mut columns, page.row(row)));
        let [a, b, c, d, e] = [0, 1, 2, 3, 4].map(|start| &columns[start..start + width - 4]);
        let sums = a.iter().zip(b).zip(c).zip(d).zip(e);
        for (pixel, ((((a, b), c), d), e)) in target[2..width - 2].iter_mut().zip(sums) {
            let sum = a.wrapping_add(*b).wrapping_add(*c).wrapping_add(*d).wrapping_add(*e);
            *pixel = (sum / 25) as u8;
        }
    }
    smooth
}

/// Harris responses in cells of 8 × 8 pixels; the best of each cell, the best cells of the page.
fn corners(smooth: &GrayPage) -> Vec<Point> {
    const CELL: i32 = 8;
    let (width, height) = (smooth.width() as i32, smooth.height() as i32);
    let margin = REACH + 1;
    let mut found: Vec<(f32, Point)> = Vec::new();
    let mut cell_y = margin;
    while cell_y + CELL < height - margin {
        let mut cell_x = margin;
        while cell_x + CELL < width - margin {
            let mut best = (0.0, Point::default());
            if is_flat(smooth, cell_x, cell_y, CELL) {
                cell_x += CELL;
                continue;
            }
            for y in (cell_y..cell_y + CELL).step_by(2) {
                for x in (cell_x..cell_x + CELL).step_by(2) {
                    let response = corner_response(smooth, x, y);
                    if response > best.0 {
                        best = (response, Point { x: x as f32 + 0.5, y: y as f32 + 0.5 });
                    }
                }
            }
            if best.0 > 60_000.0 {
                found.push(best);
            }
            cell_x += CELL;
        }
        cell_y += CELL;
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MAX_FEATURES);
    found.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
    found.into_iter().map(|(_, at)| at).collect()
}

/// Whether a cell shows nothing but paper: most of a page does, and needs no closer look.
fn is_flat(smooth: &GrayPage, x: i32, y: i32, side: i32) -> bool {
    let (mut least, mut most) = (255, 0);
    for row in y..y + side {
        for &level in &smooth.row(row as u32)[x as usize..(x + side) as usize] {
            least = level.min(least);
            most = level.max(most);
        }
    }
    most - least < 16
}

/// det − 0.06 · trace² of the structure tensor over 5 × 5 pixels.
fn corner_response(smooth: &GrayPage, x: i32, y: i32) -> f32 {
    let width = smooth.width() as usize;
    let pixels = smooth.pixels();
    let (mut xx, mut yy, mut xy) = (0_i32, 0_i32, 0_i32);
    for row in y - 2..=y + 2 {
        let start = row as usize * width + (x - 2) as usize;
        let around = |at: usize| &pixels[at..at + 5];
        let sideways = around(start + 1).iter().zip(around(start - 1));
        let down = around(start + width).iter().zip(around(start - width));
        for ((&right, &left), (&below, &above)) in sideways.zip(down) {
            let dx = i32::from(right).wrapping_sub(i32::from(left));
            let dy = i32::from(below).wrapping_sub(i32::from(above));
            // At most 25 × 255².
            xx = xx.wrapping_add(dx.wrapping_mul(dx));
            yy = yy.wrapping_add(dy.wrapping_mul(dy));
            xy = xy.wrapping_add(dx.wrapping_mul(dy));
        }
    }
    let (xx, yy, xy) = (xx as f32, yy as f32, xy as f32);
    xx * yy - xy * xy - 0.06 * (xx + yy) * (xx + yy)
}

fn describe(smooth: &GrayPage, at: Point, pairs: &[[i32; 4]]) -> Feature {
    let width = smooth.width() as i32;
    let pixels = smooth.pixels();
    let (x, y) = (at.x as i32, at.y as i32);
    let level = |dx: i32, dy: i32| pixels[((y + dy) * width + x + dx) as usize];
    let mut bits = [0; WORDS];
    for (index, &[ax, ay, bx, by]) in pairs.iter().enumerate() {
        let darker = level(ax, ay).saturating_add(4) < level(bx, by);
        bits[index / 64] |= u64::from(darker) << (index % 64);
    }
    Feature { at, bits }
}

/// The 256 pairs of places that a descriptor compares: the same for everybody, from a fixed seed.
fn test_pairs() -> Vec<[i32; 4]> {
    let mut random = Sequence(0x005e_ed0f_ba11_0700);
    let mut offset = || {
        // The mean of two is denser around the corner, as BRIEF's authors found best.
        let span = 2 * REACH as u64 + 1;
        let sum = random.below(span) + random.below(span);
        (sum / 2) as i32 - REACH
    };
    (0..64 * WORDS).map(|_| [offset(), offset(), offset(), offset()]).collect()
}

/// SplitMix64 (Steele, Lea and Flood, 2014): the same numbers on every machine.
pub(super) struct Sequence(pub u64);

impl Sequence {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % limit.max(1)
    }
}
