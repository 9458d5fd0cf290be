//! Letters as dots: outlines from the fonts, fitted to the grid of the dots by the fonts' own instructions.

use std::collections::HashMap;
use std::rc::Rc;

use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, HintingInstance, HintingOptions, OutlinePen, Target};
use skrifa::{FontRef, MetadataProvider};
use tiny_skia::{FillRule, Mask, Path, PathBuilder, Transform};

/// A dot is black if the letter covers so much of it, of 255.
const COVERED: u8 = 112;
/// Most dots across one letter; no style comes near.
const MAX_LETTER: f32 = 200.0;
/// Letters that are kept as dots; a report has some 120, in five styles.
const MAX_KEPT: usize = 4_096;

/// How a text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Style {
    /// What the paper is.
    Title,
    /// Above a part.
    Heading,
    /// Most texts.
    Body,
    /// Figures and what matters.
    Bold,
    /// Explanations; the smallest letters that a printer of 203 dpi prints well.
    Small,
    /// Figures in narrow columns.
    SmallBold,
}

impl Style {
    /// Size of the letters' square, in dots.
    fn em(self) -> u8 {
        match self {
            Style::Title => 38,
            Style::Heading => 28,
            Style::Body | Style::Bold => 24,
            Style::Small | Style::SmallBold => 20,
        }
    }

    fn is_bold(self) -> bool {
        !matches!(self, Style::Body | Style::Small)
    }

    /// From one line to the next, in dots.
    pub fn line(self) -> usize {
        usize::from(self.em()) * 5 / 4
    }

    /// From the upper edge of a line to the foot of its letters.
    pub fn ascent(self) -> usize {
        usize::from(self.em())
    }
}

/// A font can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the font can't be read")]
pub struct FontError;

/// The fonts.
#[derive(Clone)]
pub struct Fonts {
    regular: FontRef<'static>,
    bold: FontRef<'static>,
}

impl Fonts {
    /// Reads two font files.
    ///
    /// # Errors
    /// [`FontError`].
    pub fn new(regular: &'static [u8], bold: &'static [u8]) -> Result<Self, FontError> {
        let read = |bytes| FontRef::new(bytes).map_err(|_| FontError);
        Ok(Fonts { regular: read(regular)?, bold: read(bold)? })
    }

    /// Whether both fonts have a letter.
    pub fn has(&self, letter: char) -> bool {
        [&self.regular, &self.bold].iter().all(|font| font.charmap().map(letter).is_some())
    }
}

/// A letter as dots.
pub struct Letter {
    /// Dots from the pen to the left edge.
    pub left: i32,
    /// Rows from the foot line up to the upper edge.
    pub top: i32,
    /// Dots across.
    pub width: usize,
    /// Black dots, row by row.
    pub black: Vec<bool>,
    /// Dots from this letter's pen to the next one's.
    pub advance: usize,
}

/// Sets letters, and keeps those that it has set.
pub struct TypeSetter {
    fonts: Fonts,
    hinting: HashMap<(bool, u8), Option<HintingInstance>>,
    kept: HashMap<(Style, char), Rc<Letter>>,
}

impl TypeSetter {
    pub fn new(fonts: &Fonts) -> Self {
        TypeSetter { fonts: fonts.clone(), hinting: HashMap::new(), kept: HashMap::new() }
    }

    /// Dots across a text in one line.
    pub fn width(&mut self, style: Style, text: &str) -> usize {
        text.chars().map(|letter| self.letter(style, letter).advance).sum()
    }

    /// A letter; one that the font lacks is the font's sign for that, so that none vanishes.
    pub fn letter(&mut self, style: Style, letter: char) -> Rc<Letter> {
        if let Some(kept) = self.kept.get(&(style, letter)) {
            return kept.clone();
        }
        let made = Rc::new(self.make(style, letter));
        if self.kept.len() < MAX_KEPT {
            self.kept.insert((style, letter), made.clone());
        }
        made
    }

    fn make(&mut self, style: Style, letter: char) -> Letter {
        let font = if style.is_bold() { &self.fonts.bold } else { &self.fonts.regular };
        let size = Size::new(f32::from(style.em()));
        let (glyph, outlines) =
            (font.charmap().map(letter).unwrap_or_default(), font.outline_glyphs());
        let hinting = self.hinting.entry((style.is_bold(), style.em())).or_insert_with(|| {
            let options = HintingOptions { target: Target::Mono, ..HintingOptions::default() };
            HintingInstance::new(&outlines, size, LocationRef::default(), options).ok()
        });
        let mut pen = Pen(PathBuilder::new());
        let drawn = outlines.get(glyph).and_then(|outline| {
            let settings = match hinting {
                Some(hinting) => DrawSettings::hinted(hinting, false),
                None => DrawSettings::unhinted(size, LocationRef::default()),
            };
            outline.draw(settings, &mut pen).ok()
        });
        let metrics = font.glyph_metrics(size, LocationRef::default());
        let advance = drawn.and_then(|drawn| drawn.advance_width);
        let advance = advance.or_else(|| metrics.advance_width(glyph)).unwrap_or_default();
        let advance = usize::try_from(dots(advance.round())).unwrap_or(0);
        match pen.0.finish() {
            Some(path) => rasterised(&path, advance),
            None => Letter { left: 0, top: 0, width: 0, black: Vec::new(), advance },
        }
    }
}

fn rasterised(path: &Path, advance: usize) -> Letter {
    let bounds = path.bounds();
    let (left, top) = (bounds.left().floor(), bounds.bottom().ceil());
    let size = |length: f32| {
        let length = dots(length.clamp(1.0, MAX_LETTER));
        u32::try_from(length).unwrap_or(1)
    };
    let (width, height) = (size(bounds.right().ceil() - left), size(top - bounds.top().floor()));
    let mut black = Vec::new();
    if let Some(mut mask) = Mask::new(width, height) {
        // Fonts count upwards, pictures downwards.
        let transform = Transform::from_row(1.0, 0.0, 0.0, -1.0, -left, top);
        mask.fill_path(path, FillRule::Winding, true, transform);
        black.extend(mask.data().iter().map(|&covered| covered >= COVERED));
    }
    let width = usize::try_from(width).unwrap_or(0);
    Letter { left: dots(left), top: dots(top), width, black, advance }
}

#[allow(clippy::cast_possible_truncation, reason = "a rounded size of a letter; it saturates")]
fn dots(length: f32) -> i32 {
    length as i32
}

/// Takes an outline.
struct Pen(PathBuilder);

impl OutlinePen for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(cx, cy, x, y);
    }

    fn curve_to(&mut self, cx: f32, cy: f32, dx: f32, dy: f32, x: f32, y: f32) {
        self.0.cubic_to(cx, cy, dx, dy, x, y);
    }

    fn close(&mut self) {
        self.0.close();
    }
}
