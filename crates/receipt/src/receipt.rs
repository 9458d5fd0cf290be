//! A report from top to bottom: facts, registers, tables, codes, lines to sign on.

use crate::canvas::Canvas;
use crate::type_setter::{Fonts, Style};
use crate::{Bitmap, Width, code};

/// Between a name and its figure, in dots.
const GAP: usize = 12;
/// A thin line, in dots.
const THIN: usize = 1;
/// A thick one.
const THICK: usize = 3;
/// Room to sign.
const SIGN: usize = 72;
/// Below all, so that the knife cuts white paper.
const FOOT: usize = 24;

/// A report does not fit the longest paper.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the report is too long for a receipt printer")]
pub struct TooLong;

/// Paper that is written from top to bottom.
pub struct Receipt {
    canvas: Canvas,
    y: usize,
    is_over: bool,
}

impl Receipt {
    /// White paper.
    pub fn new(fonts: &Fonts, width: Width) -> Self {
        Receipt { canvas: Canvas::new(fonts, width), y: 0, is_over: false }
    }

    /// The dots.
    ///
    /// # Errors
    /// [`TooLong`].
    pub fn finish(mut self) -> Result<Bitmap, TooLong> {
        self.canvas.grow(self.y + FOOT);
        self.canvas.finish().filter(|_| !self.is_over).ok_or(TooLong)
    }

    /// A text, in as many lines as it needs.
    pub fn text(&mut self, style: Style, text: &str) {
        let width = self.canvas.width();
        for line in self.canvas.lines(style, text, width) {
            self.canvas.draw(style, 0, self.y, &line);
            self.y += style.line();
        }
    }

    /// A text that nobody overlooks, in a frame.
    pub fn frame(&mut self, text: &str) {
        let (top, width, inner) = (self.y, self.canvas.width(), 4 * THICK);
        self.y += inner;
        for line in self.canvas.lines(Style::Title, text, width - 2 * inner) {
            let left = width.saturating_sub(self.canvas.text_width(Style::Title, &line)) / 2;
            self.canvas.draw(Style::Title, left, self.y, &line);
            self.y += Style::Title.line();
        }
        self.y += inner;
        let height = self.y - top;
        for y in [top, self.y - THICK] {
            self.canvas.fill(0, y, width, THICK);
        }
        for x in [0, width - THICK] {
            self.canvas.fill(x, top, THICK, height);
        }
        self.gap(GAP);
    }

    /// White rows.
    pub fn gap(&mut self, dots: usize) {
        self.y += dots;
    }

    /// A thick line across.
    pub fn rule(&mut self) {
        self.line(THICK);
        self.gap(GAP / 2);
    }

    /// What something is called, and what it is: beside each other, or below where they don't fit.
    pub fn fact(&mut self, name: &str, value: &str) {
        self.pair((Style::Small, name), (Style::Bold, value));
    }

    /// The same in the smallest letters, for what only technicians compare.
    pub fn technical(&mut self, name: &str, value: &str) {
        self.pair((Style::Small, name), (Style::Small, value));
    }

    fn pair(&mut self, (name_style, name): (Style, &str), (style, value): (Style, &str)) {
        let name = format!("{name}: ");
        let left = self.canvas.text_width(name_style, &name);
        let lower = style.ascent().saturating_sub(name_style.ascent());
        if left + self.canvas.text_width(style, value) <= self.canvas.width() {
            self.canvas.draw(name_style, 0, self.y + lower, &name);
            self.canvas.draw(style, left, self.y, value);
            self.y += style.line();
        } else {
            self.text(name_style, &name);
            self.text(style, value);
        }
    }

    /// A register: its name, and its figure at the right edge.
    pub fn row(&mut self, name: &str, figure: &str) {
        self.row_in(Style::Body, name, figure);
    }

    fn row_in(&mut self, style: Style, name: &str, figure: &str) {
        let width = self.canvas.width();
        let taken = self.canvas.text_width(Style::Bold, figure);
        let names = self.canvas.lines(style, name, width.saturating_sub(taken + GAP));
        let last = names.len().saturating_sub(1);
        for (at, line) in names.iter().enumerate() {
            self.canvas.draw(style, 0, self.y, line);
            if at == last {
                self.canvas.draw(Style::Bold, width.saturating_sub(taken), self.y, figure);
            }
            self.y += style.line();
        }
        self.line(THIN);
    }

    /// Figures in columns below each name. Columns that don't fit beside each other come in a further table.
    pub fn table(&mut self, head: &[String], rows: &[(String, Vec<String>)]) {
        let widths: Vec<usize> = (0..head.len())
            .map(|column| {
                let cells = rows.iter().filter_map(|(_, cells)| cells.get(column));
                let cells = cells.chain(head.get(column));
                let widest = cells.map(|cell| self.canvas.text_width(Style::SmallBold, cell)).max();
                widest.unwrap_or(0) + GAP
            })
            .collect();
        let mut from = 0;
        while from < head.len() {
            let count = fitting(&widths[from..], self.canvas.width());
            let widths = &widths[from..from + count];
            self.columns(Style::Small, &head[from..from + count], widths);
            self.line(THIN);
            for (name, cells) in rows {
                self.text(Style::Small, name);
                self.columns(
                    Style::SmallBold,
                    cells.get(from..from + count).unwrap_or_default(),
                    widths,
                );
                self.line(THIN);
            }
            from += count;
        }
    }

    /// Cells at the right edges of their columns, which share the rest of the width.
    fn columns(&mut self, style: Style, cells: &[String], widths: &[usize]) {
        let taken: usize = widths.iter().sum();
        let more = self.canvas.width().saturating_sub(taken) / widths.len().max(1);
        let mut right = 0;
        for (cell, width) in cells.iter().zip(widths) {
            right += width + more;
            let left = right.saturating_sub(self.canvas.text_width(style, cell));
            self.canvas.draw(style, left, self.y, cell);
        }
        self.y += style.line();
    }

    /// Small figures, each behind its number, in as many columns as fit.
    pub fn grid(&mut self, cells: &[(String, String)]) {
        let mut width_of = |style, text: &str| self.canvas.text_width(style, text);
        let names = cells.iter().map(|(name, _)| width_of(Style::Small, name)).max();
        let names = names.unwrap_or(0) + GAP / 2;
        let figures = cells.iter().map(|(_, figure)| width_of(Style::SmallBold, figure)).max();
        let cell = names + figures.unwrap_or(0) + GAP;
        let count = (self.canvas.width() / cell).max(1);
        let cell = self.canvas.width() / count;
        for row in cells.chunks(count) {
            for ((name, figure), left) in row.iter().zip((0..).map(|number| number * cell)) {
                self.canvas.draw(Style::Small, left, self.y, name);
                self.canvas.draw(Style::SmallBold, left + names, self.y, figure);
            }
            self.y += Style::Small.line();
        }
        self.line(THIN);
    }

    /// A QR code with what it is called. One that no code can hold counts as too long.
    pub fn code(&mut self, text: &str, label: &str) {
        match code::draw(&mut self.canvas, self.y, text) {
            Some(height) => self.y += height,
            None => self.is_over = true,
        }
        let left = self.canvas.width().saturating_sub(self.canvas.text_width(Style::Small, label));
        self.canvas.draw(Style::Small, left / 2, self.y, label);
        self.y += Style::Small.line() + GAP;
    }

    /// A line to sign on.
    pub fn signature(&mut self, who: &str) {
        let (width, foot) = (self.canvas.width(), self.y + SIGN);
        let taken = self.canvas.text_width(Style::Body, who) + GAP;
        self.canvas.draw(Style::Body, 0, foot - Style::Body.ascent(), who);
        self.canvas.fill(taken, foot, width.saturating_sub(taken), THIN + 1);
        self.y = foot + GAP / 2;
    }

    fn line(&mut self, thickness: usize) {
        self.canvas.fill(0, self.y, self.canvas.width(), thickness);
        self.y += thickness + 2;
    }
}

/// How many of these columns fit beside each other; one at least.
fn fitting(widths: &[usize], most: usize) -> usize {
    let mut taken = 0;
    let fit = widths.iter().take_while(|width| {
        taken += *width;
        taken <= most
    });
    fit.count().max(1)
}
