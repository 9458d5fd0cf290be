//! One answer of HTTP/1.1, byte by byte. On a pair of endpoints nothing but its framing says where it ends,
//! so whatever leaves that open is a fault and never guessed at (RFC 9112, section 6).

use crate::MAX_SIDE_BYTES;

/// Longest head with all its lines, in bytes; interim heads and trailers count too.
pub(super) const MAX_HEAD_BYTES: usize = 16 << 10;
/// Most lines of a head.
const MAX_HEADERS: usize = 64;
/// Longest body that is no picture, in bytes: the longest known capabilities have some 20,000.
pub(super) const MAX_TEXT_BYTES: usize = 64 << 10;
/// Longest line that says how long a chunk is, extensions included, in bytes.
const MAX_CHUNK_LINE: usize = 256;

/// Why an answer can't be followed. What comes after it on the wire means nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Broken;

/// What an answer says before its body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Head {
    pub status: u16,
    pub location: Option<String>,
    /// In seconds.
    pub retry_after_s: Option<u32>,
}

/// An answer in the making.
pub(super) struct Response {
    stage: Stage,
    head: Head,
    /// Bytes of the head, of a chunk's line or of the trailer that are not understood yet.
    line: Vec<u8>,
    head_bytes: usize,
    body: Vec<u8>,
    body_bytes: usize,
    most: usize,
    keep: Keep,
}

/// Whether the body is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    Body,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Head,
    /// So many bytes are left.
    Sized(usize),
    ChunkLine,
    Chunk(usize),
    ChunkEnd,
    Trailer,
    Complete,
}

impl Response {
    /// Waits for an answer whose body has at most so many bytes if it is a success.
    pub fn new(most: usize) -> Self {
        Self {
            stage: Stage::Head,
            head: Head::default(),
            line: Vec::new(),
            head_bytes: 0,
            body: Vec::new(),
            body_bytes: 0,
            most: most.min(MAX_SIDE_BYTES),
            keep: Keep::Body,
        }
    }

    /// Lets the body go: it is read to its end all the same.
    pub fn discard(&mut self) {
        self.keep = Keep::Nothing;
        self.body = Vec::new();
    }

    /// Takes what came. `Ok(true)` once the answer is complete.
    pub fn push(&mut self, mut bytes: &[u8]) -> Result<bool, Broken> {
        while let Some(&first) = bytes.first() {
            match self.stage {
                Stage::Head => bytes = self.head(bytes)?,
                Stage::Sized(left) => {
                    let taken = self.body(bytes, left)?;
                    bytes = bytes.get(taken..).unwrap_or_default();
                    self.stage =
                        if taken == left { Stage::Complete } else { Stage::Sized(left - taken) };
                }
                Stage::Chunk(left) => {
                    let taken = self.body(bytes, left)?;
                    bytes = bytes.get(taken..).unwrap_or_default();
                    self.stage =
                        if taken == left { Stage::ChunkEnd } else { Stage::Chunk(left - taken) };
                }
                Stage::ChunkLine => bytes = self.chunk_line(bytes)?,
                Stage::ChunkEnd => {
                    bytes = self.up_to_line_end(bytes, 2)?;
                    if let Some(line) = self.take_line() {
                        if line != b"\r\n" && line != b"\n" {
                            return Err(Broken);
                        }
                        self.stage = Stage::ChunkLine;
                    }
                }
                Stage::Trailer => {
                    bytes = self.up_to_line_end(bytes, MAX_HEAD_BYTES)?;
                    self.count_head(0)?;
                    if let Some(line) = self.take_line() {
                        self.count_head(line.len())?;
                        if line == b"\r\n" || line == b"\n" {
                            self.stage = Stage::Complete;
                        }
                    }
                }
                // Empty lines between answers mean nothing; anything else would be taken for the next one.
                Stage::Complete if matches!(first, b'\r' | b'\n') => {
                    bytes = bytes.get(1..).unwrap_or_default();
                    self.count_head(1)?;
                }
                Stage::Complete => return Err(Broken),
            }
        }
        Ok(self.stage == Stage::Complete)
    }

    /// How many bytes must come at least before it is complete.
    pub fn missing(&self) -> usize {
        match self.stage {
            Stage::Sized(left) => left,
            // The chunk, its end, and the shortest last chunk.
            Stage::Chunk(left) => left.saturating_add(2 + 5),
            Stage::Complete => 0,
            _ => 1,
        }
    }

    /// Head and body of a complete answer.
    pub fn into_parts(self) -> (Head, Vec<u8>) {
        (self.head, self.body)
    }

    fn head<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Broken> {
        let rest = self.up_to_line_end(bytes, MAX_HEAD_BYTES)?;
        // What is left of something else shows at once.
        let begin =
            self.line.iter().position(|byte| !b"\r\n".contains(byte)).unwrap_or(self.line.len());
        let begun = self.line.get(begin..).unwrap_or_default();
        if !begun.iter().zip(b"HTTP/1.").all(|(is, should)| is == should) {
            return Err(Broken);
        }
        if !self.line.ends_with(b"\n") {
            return Ok(rest);
        }
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut parsed = httparse::Response::new(&mut headers);
        let done = parsed.parse(&self.line).map_err(|_| Broken)?;
        if done.is_partial() {
            return Ok(rest);
        }
        let status = parsed.code.ok_or(Broken)?;
        let read = read_headers(parsed.headers)?;
        self.count_head(self.line.len())?;
        self.line = Vec::new();
        // Interim answers say nothing that matters; switching to another protocol was not asked for.
        if (100..200).contains(&status) {
            return if status == 101 { Err(Broken) } else { Ok(rest) };
        }
        if status != 200 {
            self.most = MAX_TEXT_BYTES;
        }
        self.stage = match (status, read.framing) {
            (204 | 304, _) | (_, Framing::Length(0)) => Stage::Complete,
            (_, Framing::Length(length)) if length <= self.most => Stage::Sized(length),
            (_, Framing::Chunked) => Stage::ChunkLine,
            (_, Framing::Length(_) | Framing::Open) => return Err(Broken),
        };
        self.head = Head { status, ..read.head };
        Ok(rest)
    }

    /// Takes bytes into the line up to and with its end.
    fn up_to_line_end<'a>(&mut self, bytes: &'a [u8], most: usize) -> Result<&'a [u8], Broken> {
        let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
        if self.line.len().saturating_add(end) > most {
            return Err(Broken);
        }
        let (line, rest) = bytes.split_at(end);
        self.line.extend_from_slice(line);
        Ok(rest)
    }

    fn take_line(&mut self) -> Option<Vec<u8>> {
        self.line.ends_with(b"\n").then(|| std::mem::take(&mut self.line))
    }

    fn count_head(&mut self, bytes: usize) -> Result<(), Broken> {
        self.head_bytes = self.head_bytes.saturating_add(bytes);
        if self.head_bytes > MAX_HEAD_BYTES { Err(Broken) } else { Ok(()) }
    }

    fn chunk_line<'a>(&mut self, bytes: &'a [u8]) -> Result<&'a [u8], Broken> {
        let rest = self.up_to_line_end(bytes, MAX_CHUNK_LINE)?;
        if let Some(line) = self.take_line() {
            if !line.first().is_some_and(u8::is_ascii_hexdigit) {
                return Err(Broken);
            }
            let Ok(httparse::Status::Complete((_, size))) = httparse::parse_chunk_size(&line)
            else {
                return Err(Broken);
            };
            let size = usize::try_from(size).map_err(|_| Broken)?;
            if size > self.most.saturating_sub(self.body_bytes) {
                return Err(Broken);
            }
            self.stage = if size == 0 { Stage::Trailer } else { Stage::Chunk(size) };
        }
        Ok(rest)
    }

    /// Takes up to `left` bytes of the body; how many.
    fn body(&mut self, bytes: &[u8], left: usize) -> Result<usize, Broken> {
        let part = bytes.get(..left.min(bytes.len())).ok_or(Broken)?;
        self.body_bytes = self.body_bytes.saturating_add(part.len());
        if self.keep == Keep::Body {
            if self.body.is_empty() {
                // What a device announces is not yet worth memory: it grows with what comes.
                self.body.reserve(left.min(MAX_TEXT_BYTES));
            }
            self.body.extend_from_slice(part);
        }
        Ok(part.len())
    }
}

enum Framing {
    Length(usize),
    Chunked,
    /// Until the connection closes, which a pair of endpoints never does.
    Open,
}

struct Read {
    head: Head,
    framing: Framing,
}

fn read_headers(headers: &[httparse::Header]) -> Result<Read, Broken> {
    let mut head = Head::default();
    let (mut length, mut chunked) = (None, false);
    for header in headers {
        let Ok(value) = std::str::from_utf8(header.value) else { continue };
        let value = value.trim();
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        if is("content-length") {
            if value.is_empty() || !value.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(Broken);
            }
            let this = value.parse::<usize>().map_err(|_| Broken)?;
            if length.is_some_and(|other| other != this) {
                return Err(Broken);
            }
            length = Some(this);
        } else if is("transfer-encoding") {
            // Any other coding would have to be undone, and none was allowed.
            if chunked || !value.eq_ignore_ascii_case("chunked") {
                return Err(Broken);
            }
            chunked = true;
        } else if is("location") {
            head.location = Some(value.to_owned());
        } else if is("retry-after") {
            head.retry_after_s = value.parse().ok();
        }
    }
    let framing = match (length, chunked) {
        // Two ends for one body: one of them is a lie.
        (Some(_), true) => return Err(Broken),
        (Some(length), false) => Framing::Length(length),
        (None, true) => Framing::Chunked,
        (None, false) => Framing::Open,
    };
    Ok(Read { head, framing })
}

#[cfg(test)]
#[path = "http_tests.rs"]
mod tests;
