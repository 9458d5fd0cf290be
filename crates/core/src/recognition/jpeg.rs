//! The frame of a JPEG: whether its compressed data can be all of the picture.
//!
//! `zune-jpeg` is strict only about codes that can't be: after any marker inside the data it goes on with
//! zeros, and what is missing becomes grey without a word. So the markers are checked here, and the data
//! are handed over without the end marker, which makes it fail where they are too short.

/// Why a file is not a whole picture in one scan.
pub(super) type Fault = &'static str;

/// A frame header: sampling factors of each component, and how many minimal units make a row and a column.
struct Frame<'a> {
    components: &'a [u8],
    width: u64,
    height: u64,
}

/// The file up to the end of its compressed data, without the end marker; zeros behind it are left out
/// too, since scanners may fill up their last block.
///
/// # Errors
/// Anything but a sequential JPEG (ITU-T T.81, SOF0 or SOF1) in a single scan, with restart markers where
/// and only where they belong. Of a progressive one the scans that refine it may be missing.
pub(super) fn without_end(bytes: &[u8]) -> Result<&[u8], Fault> {
    let used = bytes.iter().rposition(|&byte| byte != 0).map_or(0, |last| last + 1);
    let bytes = bytes[..used].strip_suffix(&[0xff, 0xd9]).ok_or("the end is missing")?;
    let (mut frame, mut interval) = (None, 0);
    let mut rest = bytes.get(2..).unwrap_or_default();
    loop {
        let (marker, segment, after) = segment(rest).ok_or("a segment is damaged")?;
        match marker {
            0xc0 | 0xc1 => frame = Frame::of(segment),
            // The other frame headers; DHT, JPG and DAC share their range.
            0xc2..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Err("progressive and other rare kinds are not read");
            }
            0xdd => interval = segment.first_chunk().map_or(0, |two| u16::from_be_bytes(*two)),
            0xda => {
                let frame: Frame = frame.ok_or("a scan without a frame")?;
                let scanned = segment.first().map_or(0, |&count| usize::from(count));
                if scanned * 3 != frame.components.len() {
                    return Err("the picture is in several scans");
                }
                check_markers(after, frame.restarts(interval))?;
                return Ok(bytes);
            }
            _ => {}
        }
        rest = after;
    }
}

/// Marker, content and what follows of the segment that begins here.
fn segment(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let fill = bytes.iter().take_while(|&&byte| byte == 0xff).count();
    let (&marker, rest) = bytes.get(fill..)?.split_first().filter(|_| fill > 0)?;
    let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
    let (segment, after) = rest.split_at_checked(length)?;
    Some((marker, segment.get(2..)?, after))
}

impl<'a> Frame<'a> {
    /// `None` where the header is too short.
    fn of(segment: &'a [u8]) -> Option<Frame<'a>> {
        let side = |at: usize| {
            let two = segment.get(at..)?.first_chunk()?;
            Some(u64::from(u16::from_be_bytes(*two)))
        };
        Some(Frame { height: side(1)?, width: side(3)?, components: segment.get(6..)? })
    }

    /// How many restart markers a scan with all components has.
    fn restarts(&self, interval: u16) -> u64 {
        let most = |shift: u32| {
            let factors =
                self.components.chunks_exact(3).map(|one| u64::from(one[1] >> shift & 15));
            factors.max().unwrap_or(1).max(1)
        };
        // The units of a single component are its blocks, whatever its factors say.
        let (across, down) = if self.components.len() == 3 { (1, 1) } else { (most(4), most(0)) };
        let units = self.width.div_ceil(8 * across) * self.height.div_ceil(8 * down);
        match interval {
            0 => 0,
            interval => units.div_ceil(u64::from(interval)).saturating_sub(1),
        }
    }
}

/// Inside compressed data FF is followed by 00, or is part of a restart marker; these count from 0 to 7.
fn check_markers(data: &[u8], restarts: u64) -> Result<(), Fault> {
    let mut seen = 0_u64;
    let mut rest = data;
    while let Some(at) = rest.iter().position(|&byte| byte == 0xff) {
        rest = &rest[at + 1..];
        match rest.first() {
            Some(0) => {}
            Some(0xff) => continue,
            Some(&marker @ 0xd0..=0xd7) if u64::from(marker - 0xd0) == seen % 8 => seen += 1,
            _ => return Err("there is a marker inside the compressed data"),
        }
    }
    if seen == restarts { Ok(()) } else { Err("restart markers are missing or too many") }
}
