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
use super::transform::{Affine, Point};

/// Most features on one page: enough for one in every 6 × 6 mm of A4 and twice that for legal size.
const MAX_FEATURES: usize = 1_400;
/// Half the side of a descriptor's patch in pixels (5 mm): wide enough to hold part of a line of text.
const REACH: i32 = 15;
const WORDS: usize = 4;
/// Most differing bits between matching descriptors of 256.
const MAX_DISTANCE: u32 = 76;
/// A match must be better than the next one elsewhere by this factor.
const RATIO: f32 = 0.86;
/// Side of the cells of which each has one feature at most, in pixels.
const CELL: i32 = 8;
/// Side of the tiles of which each has one leading feature (8 mm).
const TILE: usize = 24;
/// How far from its expected place a feature is looked for, in pixels (22 mm).
const SEARCH: f32 = 66.0;

/// A corner and what surrounds it.
pub(super) struct Feature {
    pub at: Point,
    bits: [u64; WORDS],
}

impl Feature {
    /// How many of the descriptors' bits differ.
    fn distance(&self, other: &Feature) -> u32 {
        let words = self.bits.iter().zip(&other.bits);
        words.fold(0, |sum, (a, b)| sum.wrapping_add((a ^ b).count_ones()))
    }
}

/// A place on the design and where it seems to be on the page, in coarse pixels.
#[derive(Clone, Copy)]
pub(super) struct Match {
    pub design: Point,
    pub page: Point,
}

/// The features of a page or a design, from the top down, and which of them lies in a cell.
pub(super) struct Features {
    list: Vec<Feature>,
    /// Position in the list by cell, row by row.
    cells: Vec<Option<u16>>,
    columns: usize,
    /// The strongest of each tile: enough to find the page by, at a fraction of the comparisons.
    leading: Vec<u16>,
}

impl Features {
    /// The strongest corners, at most one in a cell.
    pub fn of(page: &GrayPage) -> Features {
        let smooth = smoothed(page);
        let pairs = test_pairs().map(|pair| offsets(pair, page.width() as usize));
        let corners = corners(&smooth);
        let columns = page.width() as usize / CELL as usize + 1;
        let mut cells = vec![None; columns * (page.height() as usize / CELL as usize + 1)];
        let mut tiles: Vec<Option<(f32, u16)>> = vec![None; cells.len()];
        for (index, &(strength, at)) in (0_u16..).zip(&corners) {
            if let Some(cell) = cells.get_mut(cell_of(at, columns)) {
                *cell = Some(index);
            }
            let (x, y) = (at.x as usize / TILE, at.y as usize / TILE);
            if let Some(tile) = tiles.get_mut(y * columns + x)
                && tile.is_none_or(|(most, _)| strength > most)
            {
                *tile = Some((strength, index));
            }
        }
        let leading: Vec<u16> = tiles.into_iter().flatten().map(|(_, index)| index).collect();
        let list: Vec<Feature> =
            corners.into_iter().map(|(_, at)| describe(&smooth, at, &pairs)).collect();
        Features { list, cells, columns, leading }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Where they are.
    pub fn places(&self) -> impl Iterator<Item = Point> {
        self.list.iter().map(|feature| feature.at)
    }

    /// The strongest of each tile.
    pub fn leading(&self) -> impl ExactSizeIterator<Item = &Feature> {
        self.leading.iter().map(|&index| &self.list[usize::from(index)])
    }
}

fn cell_of(at: Point, columns: usize) -> usize {
    at.y as usize / CELL as usize * columns + at.x as usize / CELL as usize
}

/// Pairs each leading feature of the design with the page's feature that looks like it, if there is
/// one and no second.
pub(super) fn matches(design: &Features, page: &Features, search: Search) -> Vec<Match> {
    let limit = match search {
        Search::Near => SEARCH,
        Search::Anywhere => f32::INFINITY,
    };
    design.leading().filter_map(|feature| best_match(feature, &page.list, limit)).collect()
}

/// Features of a design that are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    /// The leading ones, a quarter or so.
    Leading,
    /// All of them.
    All,
}

/// Pairs each of the design's features with the most similar of the page's within `reach` pixels of where
/// `map` takes it.
pub(super) fn matches_under(
    design: &Features,
    which: Which,
    page: &Features,
    map: &Affine,
    reach: f32,
) -> Vec<Match> {
    let in_place = |feature: &Feature| {
        let expected = map.apply(feature.at);
        let side = CELL as f32;
        let low = |v: f32| ((v - reach) / side).max(0.0) as usize;
        let high = |v: f32| ((v + reach) / side).max(0.0) as usize;
        let mut best: Option<(u32, Point)> = None;
        // A map fitted to few places can lead anywhere, also to where numbers of cells overflow.
        let last_row = (page.cells.len() / page.columns).saturating_sub(1);
        for row in low(expected.y)..=high(expected.y).min(last_row) {
            let columns = low(expected.x)..=high(expected.x).min(page.columns - 1);
            for column in columns {
                let index = page.cells.get(row * page.columns + column).copied().flatten();
                let Some(other) = index.and_then(|index| page.list.get(usize::from(index))) else {
                    continue;
                };
                if other.at.distance_squared(expected) > reach * reach {
                    continue;
                }
                let distance = feature.distance(other);
                if distance < best.map_or(MAX_DISTANCE, |(least, _)| least) {
                    best = Some((distance, other.at));
                }
            }
        }
        best.map(|(_, at)| Match { design: feature.at, page: at })
    };
    match which {
        Which::Leading => design.leading().filter_map(in_place).collect(),
        Which::All => design.list.iter().filter_map(in_place).collect(),
    }
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
        let distance = feature.distance(other);
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
fn corners(smooth: &GrayPage) -> Vec<(f32, Point)> {
    let (width, height) = (smooth.width() as i32, smooth.height() as i32);
    let margin = REACH + 1;
    let mut found: Vec<(f32, Point)> = Vec::new();
    let mut cell_y = margin;
    while cell_y + CELL < height - margin {
        let mut cell_x = margin;
        while cell_x + CELL < width - margin {
            let mut best = (0.0, Point::default());
            if is_flat(smooth, cell_x, cell_y) {
                cell_x += CELL;
                continue;
            }
            let tensor = tensor_of_cell(smooth, cell_x, cell_y);
            for y in 0..STEPS {
                for x in 0..STEPS {
                    let response = corner_response(&tensor, x, y);
                    if response > best.0 {
                        let at = |cell: i32, step: usize| (cell + 2 * step as i32) as f32 + 0.5;
                        best = (response, Point { x: at(cell_x, x), y: at(cell_y, y) });
                    }
                }
            }
            if best.0 > MIN_RESPONSE {
                found.push(best);
            }
            cell_x += CELL;
        }
        cell_y += CELL;
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MAX_FEATURES);
    found.sort_by(|a, b| a.1.y.total_cmp(&b.1.y));
    found
}

/// Whether a cell shows nothing but paper: most of a page does, and needs no closer look.
fn is_flat(smooth: &GrayPage, x: i32, y: i32) -> bool {
    let (mut least, mut most) = ([255; CELL as usize], [0; CELL as usize]);
    for row in y..y + CELL {
        let row = smooth.row(row as u32).get(x as usize..).unwrap_or_default();
        let Some(row) = row.first_chunk::<{ CELL as usize }>() else { return true };
        // Column by column, so that it becomes vector instructions.
        least = std::array::from_fn(|at| row[at].min(least[at]));
        most = std::array::from_fn(|at| row[at].max(most[at]));
    }
    let least = least.into_iter().min().unwrap_or_default();
    most.into_iter().max().unwrap_or_default() - least < 16
}

/// Places in a cell that are tried, in one direction: every second pixel.
const STEPS: usize = CELL as usize / 2;
/// Gradients of a cell in one direction: one more on each side.
const GRADIENTS: usize = STEPS + 2;
/// Least response of a corner: about two grey levels of gradient in both directions, all over.
const MIN_RESPONSE: f32 = 8_000.0;

/// Products of the gradients (xx, yy, xy) at every second pixel of a cell and around it. The page is
/// smooth, so that the pixels in between say the same.
fn tensor_of_cell(smooth: &GrayPage, left: i32, top: i32) -> [[[i32; 3]; GRADIENTS]; GRADIENTS] {
    let width = smooth.width() as usize;
    let pixels = smooth.pixels();
    let mut tensor = [[[0; 3]; GRADIENTS]; GRADIENTS];
    for (j, line) in tensor.iter_mut().enumerate() {
        let start = (top as usize + 2 * j - 2) * width + left as usize - 3;
        let row = &pixels[start..start + 2 * GRADIENTS + 1];
        let above = &pixels[start - width..start - width + 2 * GRADIENTS];
        let below = &pixels[start + width..start + width + 2 * GRADIENTS];
        for (i, products) in line.iter_mut().enumerate() {
            let at = 2 * i + 1;
            let dx = i32::from(row[at + 1]).wrapping_sub(i32::from(row[at - 1]));
            let dy = i32::from(below[at]).wrapping_sub(i32::from(above[at]));
            *products = [dx.wrapping_mul(dx), dy.wrapping_mul(dy), dx.wrapping_mul(dy)];
        }
    }
    tensor
}

/// det − 0.06 · trace² of the structure tensor over 3 × 3 gradients.
fn corner_response(tensor: &[[[i32; 3]; GRADIENTS]; GRADIENTS], x: usize, y: usize) -> f32 {
    let mut sum = [0_i32; 3];
    for row in &tensor[y..y + 3] {
        for products in &row[x..x + 3] {
            for (total, product) in sum.iter_mut().zip(products) {
                // At most 9 × 255².
                *total = total.wrapping_add(*product);
            }
        }
    }
    let [xx, yy, xy] = sum.map(|v| v as f32);
    xx * yy - xy * xy - 0.06 * (xx + yy) * (xx + yy)
}

/// Where the two places of a test are, counted from the first pixel of the patch.
fn offsets([ax, ay, bx, by]: [i32; 4], width: usize) -> [usize; 2] {
    let offset = |x: i32, y: i32| (y + REACH) as usize * width + (x + REACH) as usize;
    [offset(ax, ay), offset(bx, by)]
}

fn describe(smooth: &GrayPage, at: Point, pairs: &[[usize; 2]; 64 * WORDS]) -> Feature {
    let (x, y) = (at.x as usize, at.y as usize);
    // Corners keep their distance from the edges, so the whole patch is on the page.
    let patch =
        &smooth.pixels()[(y - REACH as usize) * smooth.width() as usize + x - REACH as usize..];
    let mut bits = [0; WORDS];
    for (word, pairs) in bits.iter_mut().zip(pairs.chunks_exact(64)) {
        for &[a, b] in pairs.iter().rev() {
            *word = (*word << 1) | u64::from(patch[a].saturating_add(4) < patch[b]);
        }
    }
    Feature { at, bits }
}

/// The 256 pairs of places that a descriptor compares: the same for everybody, from a fixed seed.
fn test_pairs() -> [[i32; 4]; 64 * WORDS] {
    let mut random = Sequence(0x005e_ed0f_ba11_0700);
    let mut offset = || {
        // The mean of two is denser around the corner, as BRIEF's authors found best.
        let span = 2 * REACH as u64 + 1;
        let sum = random.below(span) + random.below(span);
        (sum / 2) as i32 - REACH
    };
    std::array::from_fn(|_| [offset(), offset(), offset(), offset()])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_that_leads_anywhere_finds_nothing() {
        let mut page = GrayPage::filled(200, 200, 250);
        for (at, pixel) in page.pixels_mut().iter_mut().enumerate() {
            *pixel -= (at as u32 / 37).wrapping_mul(0x9e37_79b1).to_be_bytes()[0] / 2;
        }
        let features = Features::of(&page);
        assert!(features.len() > 20);
        for far in [1e7, 4e9, 1e18, 1e30, f32::INFINITY, f32::NAN] {
            for (x, y) in [(far, 1.0), (1.0, far), (-far, -far), (far, far)] {
                let map = Affine { x: [x, 0.0, 0.0], y: [0.0, y, 0.0] };
                let found = matches_under(&features, Which::All, &features, &map, 12.0);
                assert!(found.is_empty(), "{x} {y}");
            }
        }
    }
}
