//! Frames: length, checksum and payload, so that a torn write is recognised.
//!
//! `u32` length and `u32` CRC-32 (IEEE 802.3) of the payload, both little-endian, then the payload.

/// Bytes before the payload.
pub const HEAD: usize = 8;

/// What stands at a place.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// A sound frame.
    Sound(&'a [u8]),
    /// Nothing was ever written here.
    Empty,
    /// Neither: torn or damaged.
    Broken,
}

/// A payload in its frame.
pub fn framed(payload: &[u8]) -> Vec<u8> {
    let len = u32::try_from(payload.len()).unwrap_or(u32::MAX);
    let mut frame = Vec::with_capacity(HEAD + payload.len());
    frame.extend_from_slice(&len.to_le_bytes());
    frame.extend_from_slice(&crc32fast::hash(payload).to_le_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// Looks at the frame that starts at `at`. An empty payload is never framed.
pub fn frame_at(bytes: &[u8], at: usize, most: usize) -> Frame<'_> {
    let word = |at: usize| {
        let word = bytes.get(at..at.checked_add(4)?)?;
        Some(u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
    };
    let (Some(len), Some(sum)) = (word(at), word(at.saturating_add(4))) else {
        return if bytes.get(at..).is_none_or(is_zero) { Frame::Empty } else { Frame::Broken };
    };
    if len == 0 && sum == 0 {
        return Frame::Empty;
    }
    let len = usize::try_from(len).unwrap_or(usize::MAX);
    let payload =
        (1..=most).contains(&len).then(|| bytes.get(at + HEAD..at + HEAD + len)).flatten();
    match payload {
        Some(payload) if crc32fast::hash(payload) == sum => Frame::Sound(payload),
        _ => Frame::Broken,
    }
}

/// Most of a log is zeros: they are compared by the block.
const ZEROS: [u8; 4_096] = [0; 4_096];

/// Whether there is nothing else: it is asked of megabytes at each start.
pub fn is_zero(bytes: &[u8]) -> bool {
    bytes.chunks(ZEROS.len()).all(|block| block == &ZEROS[..block.len()])
}

/// A file without the zeros at its end; whoever takes it back fills it up again.
pub fn without_tail(bytes: &[u8]) -> &[u8] {
    let mut bytes = bytes;
    while let Some(rest) = bytes.strip_suffix(&ZEROS) {
        bytes = rest;
    }
    let end = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    bytes.get(..end).unwrap_or_default()
}
