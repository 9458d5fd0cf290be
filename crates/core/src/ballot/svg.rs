//! The ballot as SVG at true size: one unit is one micrometre of paper.

use std::fmt::Write;

use super::layout::{Ballot, Item};

impl Ballot {
    /// The ballot as an SVG document with live text in the font family "Noto Sans".
    pub fn to_svg(&self) -> String {
        let (width, height) = (self.width_um, self.height_um);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}mm\" height=\"{}mm\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"Noto Sans\" fill=\"#000\">\n\
             <rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>\n",
            f64::from(width) / 1000.0,
            f64::from(height) / 1000.0,
        );
        for item in &self.items {
            svg.push_str(&element(item));
        }
        svg.push_str("</svg>\n");
        svg
    }
}

fn element(item: &Item) -> String {
    let mut element = String::new();
    // Writing to a String can't fail.
    let _ = match item {
        Item::Box { area, line, filled } => {
            let paint = if *filled {
                String::new()
            } else {
                format!(" fill=\"none\" stroke=\"#000\" stroke-width=\"{line}\"")
            };
            let (x, y, w, h) = (area.x, area.y, area.w, area.h);
            writeln!(element, "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"{paint}/>")
        }
        Item::Text { x, y, size, bold, centred, text } => {
            let weight = if *bold { " font-weight=\"700\"" } else { "" };
            let anchor = if *centred { " text-anchor=\"middle\"" } else { "" };
            let text = escape(text);
            writeln!(
                element,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\"{weight}{anchor}>{text}</text>"
            )
        }
        Item::Code { x, y, module, rows } => {
            let path = code_path(*x, *y, *module, rows);
            writeln!(element, "<path d=\"{path}\"/>")
        }
    };
    element
}

/// One box for each run of dark modules: seams between single modules would show in print.
fn code_path(x: u32, y: u32, module: u32, rows: &[Vec<bool>]) -> String {
    let mut path = String::new();
    for (top, row) in (0_u32..).map(|at| y + at * module).zip(rows) {
        let mut left = x;
        for run in row.chunk_by(|a, b| a == b) {
            let width = module * u32::try_from(run.len()).unwrap_or(0);
            if run.first() == Some(&true) {
                let _ = write!(path, "M{left} {top}h{width}v{module}h-{width}z");
            }
            left += width;
        }
    }
    path
}

/// Makes text safe inside XML elements and attributes. Characters that XML 1.0 forbids are dropped.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            '\t' | '\n' | '\r' => escaped.push(' '),
            character if character.is_control() => {}
            '\u{fffe}' | '\u{ffff}' => {}
            character => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn hostile_names_stay_text() {
        let hostile = "</text><script>alert('\"&\")</script>\u{0}\n";
        let safe = escape(hostile);
        assert!(!safe.contains(['<', '>', '"', '\'', '\u{0}', '\n']), "{safe}");
        assert_eq!(escape("Өмүр & Ко"), "Өмүр &amp; Ко");
    }
}
