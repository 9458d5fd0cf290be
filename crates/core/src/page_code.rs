//! What a QR code on a ballot of our own says: which election, style and page it is, and nothing of a
//! voter: it is the same on every ballot of a style.

use std::fmt;

use crate::seal::Digest;
use crate::{ElectionId, StyleId};

const PREFIX: &str = "URNA-P1";
/// Hexadecimal digits of an identifier's digest: 40 bits tell any two styles of a nation apart, and the
/// text fits the smallest code that is worth its room on the page.
const NAME_LEN: usize = 10;
/// Longest text: `URNA-P1:`, two names, a page of five digits and two colons. It fills version 3 at
/// error level H, so that all codes have one size.
pub const MAX_PAGE_CODE_LEN: usize = PREFIX.len() + 1 + 2 * (NAME_LEN + 1) + 5;

/// Which page of which election's ballot a code is on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageCode {
    /// First digits of the digest of the election's identifier.
    pub election: String,
    /// First digits of the digest of the style's identifier.
    pub style: String,
    /// Page of the sheet, from 1.
    pub page: u16,
}

impl PageCode {
    /// The code of a page.
    pub fn new(election: &ElectionId, style: &StyleId, page: u16) -> Self {
        PageCode { election: name_of(election.as_str()), style: name_of(style.as_str()), page }
    }

    /// Reads the text of a code; `None` for any other text.
    pub fn parse(text: &str) -> Option<Self> {
        let mut fields = text.split(':');
        if fields.next() != Some(PREFIX) {
            return None;
        }
        let mut name = || {
            let is_digit = |b: u8| b.is_ascii_digit() || (b'A'..=b'F').contains(&b);
            let name = fields.next()?;
            (name.len() == NAME_LEN && name.bytes().all(is_digit)).then(|| name.to_owned())
        };
        let (election, style) = (name()?, name()?);
        let page = fields.next()?;
        let is_plain = page.bytes().all(|b| b.is_ascii_digit()) && !page.starts_with('0');
        let page = page.parse().ok().filter(|_| is_plain)?;
        fields.next().is_none().then_some(PageCode { election, style, page })
    }
}

impl fmt::Display for PageCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{PREFIX}:{}:{}:{}", self.election, self.style, self.page)
    }
}

fn name_of(id: &str) -> String {
    let digits = Digest::of(id.as_bytes()).0.map(|byte| format!("{byte:02X}")).concat();
    digits.get(..NAME_LEN).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::{MAX_PAGE_CODE_LEN, PageCode};

    #[test]
    fn a_code_says_what_it_was_made_from() {
        // printf demo-2027 | sha256sum | cut -c1-10 | tr a-f A-F
        let code = PageCode::new(&"demo-2027".into(), &"parliament".into(), 1);
        assert_eq!(PageCode::parse(&code.to_string()), Some(code.clone()));
        assert_eq!(code.to_string(), "URNA-P1:34E759ED3C:7EE162F213:1");
        let longest = PageCode { page: u16::MAX, ..code };
        assert_eq!(longest.to_string().len(), MAX_PAGE_CODE_LEN);
    }

    #[test]
    fn another_text_is_no_code() {
        for text in [
            "",
            "URNA-P1",
            "URNA-P2:0123456789:0123456789:1",
            "URNA-P1:012345678:0123456789:1",
            "URNA-P1:012345678g:0123456789:1",
            "URNA-P1:0123456789:0123456789:",
            "URNA-P1:0123456789:0123456789:0",
            "URNA-P1:0123456789:0123456789:+1",
            "URNA-P1:0123456789:0123456789:65536",
            "URNA-P1:0123456789:0123456789:1:1",
            "URNA1:0123456789:0123456789:1",
        ] {
            assert_eq!(PageCode::parse(text), None, "{text}");
        }
    }
}
