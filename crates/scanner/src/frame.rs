//! One scanned side, as bytes.

/// Most sides of a sheet.
pub const MAX_SIDES: usize = 2;
/// Longest file of one side: A3 at 300 dpi, grey and uncompressed, is 17 MB.
pub const MAX_SIDE_BYTES: usize = 32 << 20;

/// One side of a sheet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// The side that the device scans first.
    Front,
    /// The other one.
    Back,
}

/// How the picture of a side is written. Drivers of devices that send raw pixels wrap them as PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameFormat {
    /// JPEG.
    Jpeg,
    /// PNG.
    Png,
}

impl FrameFormat {
    /// Tells the format by the first bytes of the file.
    pub fn of(bytes: &[u8]) -> Option<Self> {
        if bytes.starts_with(&[0xff, 0xd8, 0xff]) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else {
            None
        }
    }
}

/// The picture of one side and what the device said of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    /// Which side.
    pub side: Side,
    /// How `bytes` are written.
    pub format: FrameFormat,
    /// The file.
    pub bytes: Vec<u8>,
    /// Resolution, if the device said it. Recognition does not rely on it.
    pub dpi: Option<u32>,
}

/// Says how long the picture is instead of printing it: a ballot does not belong into a log.
impl std::fmt::Debug for Frame {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Frame")
            .field("side", &self.side)
            .field("format", &self.format)
            .field("bytes", &self.bytes.len())
            .field("dpi", &self.dpi)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_is_not_in_the_debug_text() {
        let bytes = b"\x89PNG\r\n\x1a\nsecret".to_vec();
        let frame = Frame { side: Side::Front, format: FrameFormat::Png, bytes, dpi: None };
        assert_eq!(
            format!("{frame:?}"),
            "Frame { side: Front, format: Png, bytes: 14, dpi: None }"
        );
    }

    #[test]
    fn formats_are_told_by_their_first_bytes() {
        assert_eq!(FrameFormat::of(&[0xff, 0xd8, 0xff, 0xe0]), Some(FrameFormat::Jpeg));
        assert_eq!(FrameFormat::of(b"\x89PNG\r\n\x1a\n"), Some(FrameFormat::Png));
        assert_eq!(FrameFormat::of(b"%PDF-1.7"), None);
        assert_eq!(FrameFormat::of(&[]), None);
    }
}
