//! HTTP/1.1 as far as a scanner needs it: requests with a length, answers with a length or in chunks.

/// Longest head of a request.
const MAX_HEAD: usize = 16 * 1024;
/// Longest body: scan settings have about 1 KiB.
const MAX_BODY: usize = 64 * 1024;
/// Bytes that wait on one pair; hosts send one request at a time.
const MAX_WAITING: usize = 2 * (MAX_HEAD + MAX_BODY);

/// Bytes from the host until they are a request.
#[derive(Debug, Default)]
pub struct Inbox {
    bytes: Vec<u8>,
    /// What came is no HTTP; only a reset helps.
    lost: bool,
}

/// One request.
#[derive(Debug, PartialEq, Eq)]
pub struct Request {
    /// GET, POST, DELETE …
    pub method: String,
    /// Path and query.
    pub path: String,
    /// Whatever came with it.
    pub body: Vec<u8>,
}

/// The host sends what is no HTTP request, or too much of it.
#[derive(Debug, PartialEq, Eq)]
pub struct NoRequest;

impl Request {
    /// For people.
    pub fn line(&self) -> String {
        let path: String = self.path.chars().take(80).filter(|c| !c.is_control()).collect();
        format!("{} {path}", self.method)
    }
}

impl Inbox {
    /// More bytes from the host.
    ///
    /// # Errors
    /// [`NoRequest`] once they cannot become one.
    pub fn push(&mut self, bytes: &[u8]) -> Result<(), NoRequest> {
        if self.lost || self.bytes.len() + bytes.len() > MAX_WAITING {
            self.lost = true;
            self.bytes.clear();
            return Err(NoRequest);
        }
        self.bytes.extend_from_slice(bytes);
        if self.head().is_err() {
            self.lost = true;
            self.bytes.clear();
            return Err(NoRequest);
        }
        Ok(())
    }

    /// The next whole request.
    pub fn next(&mut self) -> Option<Request> {
        let (head, len) = self.head().ok()??;
        let end = head.checked_add(len)?;
        let body = self.bytes.get(head..end)?.to_vec();
        let text = std::str::from_utf8(&self.bytes[..head]).ok()?;
        let mut words = text.lines().next()?.split(' ');
        let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
        self.bytes.drain(..end);
        Some(Request { method, path, body })
    }

    /// Length of head and body, once the head is there.
    fn head(&self) -> Result<Option<(usize, usize)>, NoRequest> {
        let Some(at) = self.bytes.windows(4).position(|four| four == b"\r\n\r\n") else {
            return if self.bytes.len() > MAX_HEAD { Err(NoRequest) } else { Ok(None) };
        };
        let text = std::str::from_utf8(&self.bytes[..at]).map_err(|_| NoRequest)?;
        let mut lines = text.lines();
        let first: Vec<&str> = lines.next().unwrap_or_default().split(' ').collect();
        let [_, path, version] = first.as_slice() else { return Err(NoRequest) };
        if !path.starts_with('/') || !version.starts_with("HTTP/1.") {
            return Err(NoRequest);
        }
        let mut len = 0;
        for line in lines {
            let (name, value) = line.split_once(':').ok_or(NoRequest)?;
            match name.trim().to_ascii_lowercase().as_str() {
                "content-length" => len = value.trim().parse().map_err(|_| NoRequest)?,
                // Nothing that is sent to a scanner is long enough for that.
                "transfer-encoding" => return Err(NoRequest),
                _ => {}
            }
        }
        if len > MAX_BODY { Err(NoRequest) } else { Ok(Some((at + 4, len))) }
    }
}

/// How an answer's body is framed.
#[derive(Clone, Copy, Debug)]
pub enum Framing {
    /// So many bytes.
    Length(usize),
    /// In chunks.
    Chunked,
}

/// How header names are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// As in the standard.
    Usual,
    /// Small letters, and headers that nobody asked for.
    Odd,
}

/// The head of an answer.
pub fn head(status: u16, headers: &[(&str, &str)], framing: Framing, style: Style) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status} {}\r\n", reason(status));
    let mut line = |name: &str, value: &str| {
        let name = if style == Style::Odd { name.to_ascii_lowercase() } else { name.to_owned() };
        let colon = if style == Style::Odd { ":" } else { ": " };
        text.push_str(&[&name, colon, value, "\r\n"].concat());
    };
    if style == Style::Odd {
        line("Server", "Embedded/1.0 (odd; \"quoted: colon\")");
        line("X-Frame-Options", "SAMEORIGIN");
    }
    headers.iter().for_each(|(name, value)| line(name, value));
    match framing {
        Framing::Length(len) => line("Content-Length", &len.to_string()),
        Framing::Chunked => line("Transfer-Encoding", "chunked"),
    }
    text.push_str("\r\n");
    text.into_bytes()
}

/// A chunk of a body; the empty one ends it.
pub fn chunk(bytes: &[u8]) -> Vec<u8> {
    [format!("{:x}\r\n", bytes.len()).as_bytes(), bytes, b"\r\n"].concat()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        201 => "Created",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        409 => "Conflict",
        503 => "Service Unavailable",
        _ => "Unknown",
    }
}
