//! Pages made of bytes: where to begin, then one edit after the other.

use std::sync::LazyLock;

use urna_core::ballot::Stroke;
use urna_core::recognition::{GrayPage, decode};

use super::hostile::{DESIGNS, scanned};
use super::small::draw_code;

/// Most pixels of a page, so that one reading takes milliseconds.
const MAX_PIXELS: u32 = 1_200_000;
/// Longest side: what decode lets through.
const MAX_SIDE: u32 = 16_000;
const MAX_EDITS: usize = 24;

/// Numbers from the bytes, one after the other; zeros when they are used up.
pub struct Edits<'a>(&'a [u8]);

/// A box in pixels of the page: always inside, and never empty.
#[derive(Clone, Copy)]
struct Part {
    x: u32,
    y: u32,
    w: u32,
    h: u32,
}

impl<'a> Edits<'a> {
    /// Edits from bytes.
    pub fn of(bytes: &'a [u8]) -> Self {
        Edits(bytes)
    }

    /// The page that the bytes describe.
    pub fn page(mut self) -> GrayPage {
        let mut page = self.first_page();
        for _ in 0..MAX_EDITS {
            if self.0.is_empty() {
                break;
            }
            page = self.edited(page);
        }
        page
    }

    fn byte(&mut self) -> u8 {
        let Some((&first, rest)) = self.0.split_first() else {
            return 0;
        };
        self.0 = rest;
        first
    }

    /// A number from 0 up to and without `limit`.
    fn below(&mut self, limit: u32) -> u32 {
        let share = u32::from(self.byte()) << 8 | u32::from(self.byte());
        u32::try_from(u64::from(share) * u64::from(limit) / 65_536).expect("below the limit")
    }

    fn part(&mut self, page: &GrayPage) -> Part {
        let (x, y) = (self.below(page.width()), self.below(page.height()));
        let (w, h) = (1 + self.below(page.width() - x), 1 + self.below(page.height() - y));
        Part { x, y, w, h }
    }

    /// A size with any shape, from a single column to a single row.
    fn size(&mut self) -> (u32, u32) {
        let pixels = 1 + self.below(MAX_PIXELS);
        let width = match self.byte() % 4 {
            0 => 1 + self.below(pixels.min(MAX_SIDE)),
            1 => 1 + self.below(64),
            // Nearly the shape of a page, upright and lying.
            2 => pixels.isqrt() * 5 / 6,
            _ => pixels.isqrt() * 6 / 5,
        };
        let width = width.clamp(1, MAX_SIDE);
        (width, (pixels / width).clamp(1, MAX_SIDE))
    }

    fn first_page(&mut self) -> GrayPage {
        static PAGES: LazyLock<Vec<GrayPage>> = LazyLock::new(|| {
            let blank = DESIGNS.0.iter().map(|design| decode(&design.blank_png).expect("a page"));
            let strokes = [Stroke::Cross, Stroke::Tick, Stroke::Fill, Stroke::Dot];
            let marked = strokes.into_iter().zip([10, 21, 32, 43]).enumerate();
            let marked = marked.map(|(form, (stroke, seed))| scanned(form, stroke, seed));
            blank.chain(marked.map(|file| decode(&file).expect("a page"))).collect()
        });
        let kind = usize::from(self.byte());
        match PAGES.get(kind % (PAGES.len() + 2)) {
            Some(page) => page.clone(),
            None if kind % 2 == 0 => {
                let (width, height) = self.size();
                GrayPage::filled(width, height, self.byte())
            }
            None => {
                let (width, height) = self.size();
                let seed = u32::from(self.byte());
                let levels = (0..width * height).map(|at| noise(at, seed));
                GrayPage::new(width, height, levels.collect()).expect("as many as pixels")
            }
        }
    }

    fn edited(&mut self, page: GrayPage) -> GrayPage {
        match self.byte() % 16 {
            0 => self.with_pixels(page, |edits, part| {
                let level = edits.byte();
                (part, Box::new(move |_, _, _| level))
            }),
            1 => self.with_pixels(page, |edits, part| {
                let (gain, offset) = (i32::from(edits.byte()), i32::from(edits.byte()) * 2 - 255);
                let level = move |was: u8| (i32::from(was) * gain / 128 + offset).clamp(0, 255);
                (part, Box::new(move |was, _, _| u8::try_from(level(was)).unwrap_or(0)))
            }),
            2 => self.with_pixels(page, |edits, part| {
                let (seed, reach) = (u32::from(edits.byte()), edits.byte());
                let level = move |was: u8, x: u32, y: u32| {
                    was.wrapping_add(noise(x ^ (y << 16), seed) % reach.max(1))
                };
                (part, Box::new(level))
            }),
            // A line of a pen, a fold or a streak: thin, across the page or along it.
            3 => self.with_pixels(page, |edits, part| {
                let (thick, level) = (1 + u32::from(edits.byte()) % 12, edits.byte());
                let is_across = level & 1 == 0;
                let line = if is_across {
                    Part { h: thick.min(part.h), ..part }
                } else {
                    Part { w: thick.min(part.w), ..part }
                };
                (line, Box::new(move |_, _, _| level))
            }),
            4 => self.with_pixels(page, |_, part| (part, Box::new(|was, _, _| 255 - was))),
            // The bytes themselves, again and again.
            5 => self.with_pixels(page, |edits, part| {
                let taken = usize::from(edits.byte());
                let taken = taken.min(edits.0.len());
                let (own, rest) = edits.0.split_at(taken);
                edits.0 = rest;
                let own = if own.is_empty() { vec![0] } else { own.to_vec() };
                let level = move |_: u8, x: u32, y: u32| own[(x + 7 * y) as usize % own.len()];
                (part, Box::new(level))
            }),
            6 => self.copied(page),
            7 => {
                let part = self.part(&page);
                cut(&page, part)
            }
            8 => {
                let (width, height) = self.size();
                stretched(&page, width, height)
            }
            9 => page.turned_90(),
            10 => page.turned_180(),
            11 => self.bordered(&page),
            12 => self.slanted(&page),
            13 => self.coded(page),
            _ => repeated(&page, 1 + self.below(3), 1 + self.below(3)),
        }
    }

    fn with_pixels(
        &mut self,
        mut page: GrayPage,
        edit: impl Fn(&mut Self, Part) -> (Part, Box<dyn Fn(u8, u32, u32) -> u8>),
    ) -> GrayPage {
        let part = self.part(&page);
        let (part, level) = edit(self, part);
        let width = page.width() as usize;
        for y in part.y..part.y + part.h {
            let start = y as usize * width;
            for x in part.x..part.x + part.w {
                let pixel = &mut page.pixels_mut()[start + x as usize];
                *pixel = level(*pixel, x, y);
            }
        }
        page
    }

    fn copied(&mut self, mut page: GrayPage) -> GrayPage {
        let part = self.part(&page);
        let copy = cut(&page, part);
        let (x, y) = (self.below(page.width()), self.below(page.height()));
        let (w, h) = (part.w.min(page.width() - x), part.h.min(page.height() - y));
        let width = page.width() as usize;
        for row in 0..h {
            let start = (y + row) as usize * width + x as usize;
            let from = &copy.row(row)[..w as usize];
            page.pixels_mut()[start..start + w as usize].copy_from_slice(from);
        }
        page
    }

    /// A QR code that says anything, with some of its modules turned.
    fn coded(&mut self, mut page: GrayPage) -> GrayPage {
        let (x, y) = (self.below(page.width()), self.below(page.height()));
        let module = 1 + u32::from(self.byte()) % 5;
        let flips: Vec<usize> =
            (0..self.byte() % 32).map(|_| self.below(57 * 57) as usize).collect();
        let taken = usize::from(self.byte()).min(self.0.len());
        let (text, rest) = self.0.split_at(taken);
        self.0 = rest;
        let width = page.width();
        draw_code(page.pixels_mut(), width, (x, y), module, text, &flips);
        page
    }

    /// A background around the page, dark or bright.
    fn bordered(&mut self, page: &GrayPage) -> GrayPage {
        let sides = [self.byte(), self.byte(), self.byte(), self.byte()].map(u32::from);
        let (width, height) = bounded(
            (page.width() + sides[0] + sides[1]).min(MAX_SIDE),
            (page.height() + sides[2] + sides[3]).min(MAX_SIDE),
        );
        let mut whole = GrayPage::filled(width, height, self.byte());
        for y in 0..page.height().min(height.saturating_sub(sides[2])) {
            let w = page.width().min(width.saturating_sub(sides[0])) as usize;
            let start = (y + sides[2]) as usize * width as usize + sides[0] as usize;
            if w > 0 {
                whole.pixels_mut()[start..start + w].copy_from_slice(&page.row(y)[..w]);
            }
        }
        whole
    }

    /// Turned a little, stretched a little and bent: what a feeder does, and more.
    fn slanted(&mut self, page: &GrayPage) -> GrayPage {
        let mut share = |reach: f32| (f32::from(self.byte()) / 127.5 - 1.0) * reach;
        let (ax, bx, cx) = (1.0 + share(0.2), share(0.3), share(60.0));
        let (ay, by, cy) = (share(0.3), 1.0 + share(0.2), share(60.0));
        let (bow, twist) = (share(8.0), share(8.0));
        let mut slanted = page.clone();
        let (width, height) = (page.width() as usize, page.height() as f32);
        for (row, line) in slanted.pixels_mut().chunks_exact_mut(width).enumerate() {
            let y = row as f32 + 0.5;
            for (column, pixel) in line.iter_mut().enumerate() {
                let x = column as f32 + 0.5;
                let (u, v) = (2.0 * x / width as f32 - 1.0, 2.0 * y / height - 1.0);
                let (dx, dy) = (bow * v * v, twist * u * v);
                *pixel = page.sample(ax * x + bx * y + cx + dx, ay * x + by * y + cy + dy) as u8;
            }
        }
        slanted
    }
}

/// The size, with less height where it has too many pixels.
fn bounded(width: u32, height: u32) -> (u32, u32) {
    let width = width.clamp(1, MAX_SIDE);
    (width, height.clamp(1, MAX_PIXELS.div_ceil(width).min(MAX_SIDE)))
}

fn cut(page: &GrayPage, part: Part) -> GrayPage {
    let columns = part.x as usize..(part.x + part.w) as usize;
    let rows = (part.y..part.y + part.h).flat_map(|y| page.row(y)[columns.clone()].iter().copied());
    GrayPage::new(part.w, part.h, rows.collect()).expect("a part is never empty")
}

fn stretched(page: &GrayPage, width: u32, height: u32) -> GrayPage {
    let (width, height) = bounded(width, height);
    let at = |at: u32, to: u32, from: u32| u64::from(at) * u64::from(from) / u64::from(to);
    let rows = (0..height).map(|y| page.row(at(y, height, page.height()) as u32));
    let rows =
        rows.flat_map(|row| (0..width).map(move |x| row[at(x, width, page.width()) as usize]));
    GrayPage::new(width, height, rows.collect()).expect("as many as pixels")
}

fn repeated(page: &GrayPage, across: u32, down: u32) -> GrayPage {
    let (width, height) = bounded(page.width() * across, page.height() * down);
    let rows = (0..height).map(|y| page.row(y % page.height()));
    let rows = rows.flat_map(|row| (0..width).map(move |x| row[x as usize % row.len()]));
    GrayPage::new(width, height, rows.collect()).expect("as many as pixels")
}

fn noise(at: u32, seed: u32) -> u8 {
    let mixed = (at ^ seed.rotate_left(24)).wrapping_mul(0x9e37_79b1);
    (mixed ^ (mixed >> 15)).wrapping_mul(0x85eb_ca77).to_be_bytes()[0]
}
