//! Lines of a text: broken at ordinary spaces, and within a word only where it is longer than a line.

/// The lines of a text that is wider than one; `width_of` measures. There is always at least one.
pub fn lines(text: &str, most: usize, mut width_of: impl FnMut(&str) -> usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split_ascii_whitespace() {
        let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
        if width_of(&longer) <= most {
            line = longer;
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        line = pieces(word, most, &mut width_of, &mut lines);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Breaks a word that may be longer than a line; the last piece is not pushed, since more may follow it.
fn pieces(
    word: &str,
    most: usize,
    width_of: &mut impl FnMut(&str) -> usize,
    lines: &mut Vec<String>,
) -> String {
    let mut piece = String::new();
    for letter in word.chars() {
        piece.push(letter);
        // A line has one letter at least, however wide it is.
        if width_of(&piece) > most && piece.chars().count() > 1 {
            piece.pop();
            lines.push(std::mem::replace(&mut piece, letter.to_string()));
        }
    }
    piece
}

#[cfg(test)]
mod tests {
    use super::lines;

    fn wrapped(text: &str, most: usize) -> Vec<String> {
        lines(text, most, |part| part.chars().count())
    }

    #[test]
    fn a_text_is_broken_at_spaces_and_long_words_where_they_end() {
        assert_eq!(wrapped("баарына каршы", 20), ["баарына каршы"]);
        assert_eq!(wrapped("баарына каршы", 12), ["баарына", "каршы"]);
        assert_eq!(wrapped("a 0123456789 b", 4), ["a", "0123", "4567", "89 b"]);
        assert_eq!(wrapped(" \t\n", 4), [""]);
        assert_eq!(wrapped("von 50\u{a0}‰ an", 7), ["von", "50\u{a0}‰ an"], "a hard space holds");
        // Nothing is lost, even where a line is narrower than a letter.
        assert_eq!(wrapped("ab c", 0), ["a", "b", "c"]);
    }
}
