//! Small diagrams as SVG: plain shapes and words, told apart in grey too.
#![allow(clippy::cast_precision_loss, reason = "columns and rows of a picture are counted")]

use std::fmt::Write;

/// Room for a panel's title above and its axis below, and for figures to its left.
const ABOVE: f32 = 24.0;
const BELOW: f32 = 36.0;
const LEFT: f32 = 46.0;
const RIGHT: f32 = 16.0;

/// A picture of panels in columns.
pub struct Picture {
    text: String,
    size: (f32, f32),
    columns: usize,
    head: f32,
    count: usize,
}

/// One diagram of a picture.
#[derive(Clone, Copy)]
pub struct Panel {
    x: f32,
    y: f32,
    size: (f32, f32),
    /// Values at the left and right end of the axis.
    from: f32,
    to: f32,
}

impl Picture {
    /// An empty picture; panels of this size, in pixels, come below `head` pixels.
    pub fn new(columns: usize, size: (f32, f32), head: f32) -> Picture {
        Picture { text: String::new(), size, columns: columns.max(1), head, count: 0 }
    }

    /// The next panel, its axis running between two values, with a figure at each of `marks`.
    pub fn panel(&mut self, title: &str, axis: &str, marks: &[f32]) -> Panel {
        let (w, h) = self.size;
        let (column, row) = (self.count % self.columns, self.count / self.columns);
        self.count += 1;
        let x = column as f32 * (LEFT + w + RIGHT) + LEFT;
        let y = row as f32 * (ABOVE + h + BELOW) + ABOVE + self.head;
        let (from, to) = (marks.first(), marks.last());
        let (from, to) = (from.copied().unwrap_or(0.0), to.copied().unwrap_or(1.0));
        let panel = Panel { x, y, size: (w, h), from, to };
        self.add(&format!(
            "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"none\" stroke=\"#999\"/>"
        ));
        self.words((x, y - 7.0), "start", "font-weight=\"600\"", title);
        for &mark in marks {
            let at = panel.across(mark);
            self.line((at, y + h), (at, y + h + 4.0), "stroke=\"#555\"");
            self.words((at, y + h + 15.0), "middle", "", &format!("{mark}"));
        }
        self.words((x + w / 2.0, y + h + 28.0), "middle", "fill=\"#444\"", axis);
        panel
    }

    /// A horizontal line with its figure, at a share of the panel's height from below.
    pub fn level(&mut self, panel: Panel, share: f32, look: &str, figure: &str) {
        let y = panel.up(share);
        self.line((panel.x, y), (panel.x + panel.size.0, y), look);
        self.words((panel.x - 5.0, y + 3.5), "end", "", figure);
    }

    /// An upright line through the panel at a value of its axis.
    pub fn upright(&mut self, panel: Panel, value: f32, look: &str) {
        let x = panel.across(value);
        self.line((x, panel.y), (x, panel.y + panel.size.1), look);
    }

    /// A piece of SVG.
    pub fn add(&mut self, svg: &str) {
        self.text.push_str(svg);
        self.text.push('\n');
    }

    /// A line of text; `anchor` says which part of it is at the place.
    pub fn words(&mut self, (x, y): (f32, f32), anchor: &str, look: &str, words: &str) {
        let words = urna_core::ballot::escape(words);
        self.add(&format!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" {look}>{words}</text>"
        ));
    }

    fn line(&mut self, (x1, y1): (f32, f32), (x2, y2): (f32, f32), look: &str) {
        self.add(&format!(
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" {look}/>"
        ));
    }

    /// The whole file.
    pub fn finish(self) -> String {
        let rows = self.count.div_ceil(self.columns);
        let width = self.columns as f32 * (LEFT + self.size.0 + RIGHT);
        let height = rows as f32 * (ABOVE + self.size.1 + BELOW) + self.head;
        let mut svg = String::new();
        // Writing to a String can't fail.
        let _ = writeln!(
            svg,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"Noto Sans, Arial, sans-serif\" \
             font-size=\"11\" fill=\"#111\">\n<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>"
        );
        svg.push_str(&self.text);
        svg.push_str("</svg>\n");
        svg
    }
}

impl Panel {
    /// Where a value of the axis is.
    pub fn across(&self, value: f32) -> f32 {
        self.x + (value - self.from) / (self.to - self.from) * self.size.0
    }

    /// Where a share of the panel's height is, from below.
    pub fn up(&self, share: f32) -> f32 {
        self.y + self.size.1 * (1.0 - share)
    }

    /// A filled part of the panel, between two values and two shares of the height.
    pub fn bar(&self, (left, right): (f32, f32), (low, high): (f32, f32), look: &str) -> String {
        let (x, y) = (self.across(left), self.up(high));
        format!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" {look}/>",
            self.across(right) - x,
            self.up(low) - y
        )
    }
}
