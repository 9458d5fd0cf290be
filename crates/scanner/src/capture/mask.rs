//! Puts asterisks in place of serial numbers, and of names that are as good as one. Lengths stay, so that
//! what frames an answer stays true.
//!
//! Where a device puts its number nobody can know for all devices. Masked are the numbers that it gave to the
//! system or to the driver, wherever they stand; what follows the word "serial" in a text; the contents of
//! elements that hold a UUID or an address; and what SCSI's READ DIAGNOSTIC brings.

use super::tape::{End, Entry, Piece};
use crate::{Request, Transfer};

const MASK: u8 = b'*';
/// Elements of eSCL whose contents name one device: a UUID holds the address of its network card.
const NAMING: [&str; 5] = ["UUID>", "JobUuid>", "AdminURI>", "IconURI>", "DeviceIdentifier>"];
/// READ DIAGNOSTIC, by which fi scanners give their number as four bytes.
const READ_DIAGNOSTIC: u8 = 0x1c;
const OPERATION_AT: usize = 0x13;
const COMMAND_BYTES: usize = 31;
const COMMAND_MARK: u8 = 0x43;
/// A status of SCSI; it holds no number.
const STATUS_BYTES: usize = 13;

/// The entries with everything masked.
pub(super) fn masked(entries: Vec<Entry>, serials: &[String]) -> Vec<Entry> {
    let mut entries = entries;
    let mut endpoints: Vec<u8> = entries.iter().filter_map(endpoint).collect();
    endpoints.sort_unstable();
    endpoints.dedup();
    for at in endpoints {
        let mine = |entry: &Entry| endpoint(entry) == Some(at);
        mask_run(entries.iter_mut().filter(|entry| mine(entry)), serials);
    }
    mask_diagnostic(&mut entries);
    entries
}

/// A text with the numbers masked that the device gave.
pub(super) fn masked_text(text: &str, serials: &[String]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    serials.iter().for_each(|serial| mask_all(&mut bytes, serial.as_bytes()));
    // Whole letters were replaced by as many bytes of ASCII.
    String::from_utf8(bytes).unwrap_or_default()
}

/// The endpoint at which an entry has bytes that are kept.
fn endpoint(entry: &Entry) -> Option<u8> {
    match entry {
        Entry::Asked(Request { transfer: Transfer::Out { endpoint, .. }, .. }) => Some(*endpoint),
        Entry::Ended { input, end: End::Done(_), .. } => Some(*input),
        _ => None,
    }
}

/// A number may be cut by the end of a transfer: what follows on one endpoint is looked at as a whole, up to
/// where something was left out.
fn mask_run<'a>(entries: impl Iterator<Item = &'a mut Entry>, serials: &[String]) {
    let mut run: Vec<&mut Vec<u8>> = Vec::new();
    for entry in entries {
        match entry {
            Entry::Asked(Request { transfer: Transfer::Out { bytes, .. }, .. }) => run.push(bytes),
            Entry::Ended { end: End::Done(pieces), .. } => {
                for piece in pieces {
                    match piece {
                        Piece::Kept(bytes) => run.push(bytes),
                        Piece::Image(_) | Piece::Unknown(_) => {
                            mask_parts(std::mem::take(&mut run), serials)
                        }
                    }
                }
            }
            _ => {}
        }
    }
    mask_parts(run, serials);
}

fn mask_parts(parts: Vec<&mut Vec<u8>>, serials: &[String]) {
    let mut whole: Vec<u8> = parts.iter().flat_map(|part| part.iter().copied()).collect();
    serials.iter().for_each(|serial| mask_all(&mut whole, serial.as_bytes()));
    mask_after_word(&mut whole);
    NAMING.iter().for_each(|element| mask_element(&mut whole, element.as_bytes()));
    let mut masked = whole.into_iter();
    for part in parts {
        part.iter_mut().zip(masked.by_ref()).for_each(|(byte, masked)| *byte = masked);
    }
}

/// Every place of `serial`, in capitals or not.
fn mask_all(bytes: &mut [u8], serial: &[u8]) {
    for at in places(bytes, serial) {
        cover(bytes, at, at + serial.len());
    }
}

/// What follows the word "serial", with "number" or without it, and the marks between.
fn mask_after_word(bytes: &mut [u8]) {
    const WORD: &[u8] = b"serial";
    for at in places(bytes, WORD) {
        if is_in_closing_tag(bytes, at) {
            continue;
        }
        let skip = |at: usize, belongs: fn(&u8) -> bool| {
            at + bytes.iter().skip(at).take_while(|byte| belongs(byte)).count()
        };
        let mut start = skip(at + WORD.len(), u8::is_ascii_alphabetic);
        let next = skip(start, |byte| *byte == b' ');
        let word = bytes.get(next..).unwrap_or_default();
        let is_named = [&b"number"[..], b"no"].iter().any(|name| starts_with(word, name));
        if is_named {
            start = skip(next, u8::is_ascii_alphabetic);
        }
        let start = skip(start, |byte| b" :=>.\"".contains(byte));
        let end = skip(start, |byte| !b"<>;,/\"\r\n".contains(byte));
        cover(bytes, start, end);
    }
}

/// Whether a place is within `</…>`: what follows that belongs to another element.
fn is_in_closing_tag(bytes: &[u8], at: usize) -> bool {
    let open = bytes.iter().take(at).rposition(|byte| b"<>".contains(byte));
    open.is_some_and(|open| bytes.get(open..open + 2) == Some(b"</"))
}

/// The content of an element, by the end of its opening tag.
fn mask_element(bytes: &mut [u8], tag_end: &[u8]) {
    for at in places(bytes, tag_end) {
        let start = at + tag_end.len();
        let content = bytes.iter().skip(start).take_while(|byte| **byte != b'<').count();
        cover(bytes, start, start + content);
    }
}

/// Numbers that are no text.
fn mask_diagnostic(entries: &mut [Entry]) {
    let mut asked = false;
    for entry in entries {
        match entry {
            Entry::Asked(Request { transfer: Transfer::Out { bytes, .. }, .. })
                if bytes.len() == COMMAND_BYTES && bytes.first() == Some(&COMMAND_MARK) =>
            {
                asked = bytes.get(OPERATION_AT) == Some(&READ_DIAGNOSTIC);
            }
            Entry::Ended { end: End::Done(pieces), .. } if asked => {
                for piece in pieces {
                    if let Piece::Kept(bytes) = piece
                        && bytes.len() != STATUS_BYTES
                    {
                        bytes.fill(0);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Where `wanted` stands, in capitals or not.
fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(wanted.len().max(1)).enumerate();
    windows.filter(|(_, window)| window.eq_ignore_ascii_case(wanted)).map(|(at, _)| at).collect()
}

fn starts_with(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.get(..wanted.len()).is_some_and(|start| start.eq_ignore_ascii_case(wanted))
}

/// Line ends and tags stay: they are what an answer is made of.
fn cover(bytes: &mut [u8], from: usize, to: usize) {
    let covered = bytes.iter_mut().take(to).skip(from);
    covered.filter(|byte| !b"\r\n<>".contains(byte)).for_each(|byte| *byte = MASK);
}

#[cfg(test)]
mod tests {
    use super::{masked, masked_text};
    use crate::capture::tape::{End, Entry, Piece};

    /// Texts that came one after another at one endpoint, masked.
    fn came(parts: &[&[u8]], serials: &[&str]) -> Vec<String> {
        let ended = |bytes: &[u8]| Entry::Ended {
            id: 1,
            input: 0x81,
            end: End::Done(vec![Piece::Kept(bytes.to_vec())]),
        };
        let serials: Vec<String> = serials.iter().map(|serial| (*serial).to_owned()).collect();
        let entries = masked(parts.iter().map(|part| ended(part)).collect(), &serials);
        let text = |entry: &Entry| match entry {
            Entry::Ended { end: End::Done(pieces), .. } => match &pieces[..] {
                [Piece::Kept(bytes)] => String::from_utf8_lossy(bytes).into_owned(),
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        };
        entries.iter().map(text).collect()
    }

    fn one(text: &str) -> String {
        came(&[text.as_bytes()], &[]).concat()
    }

    #[test]
    fn numbers_are_masked_where_devices_put_them() {
        for (text, expected) in [
            (
                "<pwg:SerialNumber>AB12-34</pwg:SerialNumber>",
                "<pwg:SerialNumber>*******</pwg:SerialNumber>",
            ),
            ("<scan:UUID>1c852a4d</scan:UUID>\r\n", "<scan:UUID>********</scan:UUID>\r\n"),
            (
                "Server: HP; Serial Number: VNB8K; Built: x\r\n",
                "Server: HP; Serial Number: *****; Built: x\r\n",
            ),
            ("serial no. = 42\r\nNext: 1", "serial no. = **\r\nNext: 1"),
            ("serialABC: X9", "serialABC: **"),
            ("<scan:SerialNumber/><scan:Adf>", "<scan:SerialNumber/><scan:Adf>"),
            (
                "<scan:AdminURI>http://h/x</scan:AdminURI>",
                "<scan:AdminURI>**********</scan:AdminURI>",
            ),
            ("no number here", "no number here"),
        ] {
            assert_eq!(one(text), expected);
            assert_eq!(one(text).len(), text.len());
        }
    }

    #[test]
    fn a_number_that_is_cut_by_a_transfer_is_masked_in_both() {
        let text = b"<a/><pwg:SerialNumber>AB12-34</pwg:SerialNumber> Location: /jobs/ab12-34/1";
        let expected = "<a/><pwg:SerialNumber>*******</pwg:SerialNumber> Location: /jobs/*******/1";
        for cut in 0..text.len() {
            let (first, second) = text.split_at(cut);
            assert_eq!(came(&[first, second], &["AB12-34"]).concat(), expected, "cut at {cut}");
        }
    }

    #[test]
    fn texts_of_the_system_are_masked_too() {
        let serials = ["AB12".to_owned()];
        assert_eq!(masked_text("Scanner ab12 Сканер", &serials), "Scanner **** Сканер");
    }
}
