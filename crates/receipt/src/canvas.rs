//! Where texts and shapes are drawn: dots that grow downwards up to a bound.

use crate::type_setter::{Fonts, Style, TypeSetter};
use crate::wrap::lines;
use crate::{Bitmap, Width};

/// Paper, and whatever draws on it.
pub struct Canvas {
    bitmap: Bitmap,
    type_setter: TypeSetter,
    /// Something did not fit.
    is_over: bool,
}

impl Canvas {
    pub fn new(fonts: &Fonts, width: Width) -> Self {
        Canvas { bitmap: Bitmap::new(width), type_setter: TypeSetter::new(fonts), is_over: false }
    }

    /// Dots across.
    pub fn width(&self) -> usize {
        self.bitmap.width()
    }

    /// The dots, unless there was too much.
    pub fn finish(mut self) -> Option<Bitmap> {
        self.bitmap.tame();
        (!self.is_over).then_some(self.bitmap)
    }

    /// Makes room down to this row.
    pub fn grow(&mut self, height: usize) {
        self.is_over |= !self.bitmap.grow(height);
    }

    pub fn text_width(&mut self, style: Style, text: &str) -> usize {
        self.type_setter.width(style, text)
    }

    /// The lines of a text, each at most so wide.
    pub fn lines(&mut self, style: Style, text: &str, most: usize) -> Vec<String> {
        lines(text, most, |part| self.type_setter.width(style, part))
    }

    /// A text in one line whose upper edge is at `y`.
    pub fn draw(&mut self, style: Style, x: usize, y: usize, text: &str) {
        self.grow(y + style.line());
        let foot = y + style.ascent();
        let mut pen = x;
        for letter in text.chars() {
            let letter = self.type_setter.letter(style, letter);
            let row_length = letter.width.max(1);
            for at in (0..letter.black.len()).filter(|&at| letter.black[at]) {
                let x = (pen + at % row_length).checked_add_signed(to_isize(letter.left));
                let y = (foot + at / row_length).checked_add_signed(to_isize(-letter.top));
                if let (Some(x), Some(y)) = (x, y) {
                    self.bitmap.blacken(x, y);
                }
            }
            pen += letter.advance;
        }
    }

    /// A black rectangle.
    pub fn fill(&mut self, x: usize, y: usize, width: usize, height: usize) {
        self.grow(y + height);
        for row in y..y + height {
            for column in x..x + width {
                self.bitmap.blacken(column, row);
            }
        }
    }
}

/// A letter's offset: a few dots.
fn to_isize(offset: i32) -> isize {
    isize::try_from(offset).unwrap_or(0)
}
