//! The little of a JPEG that a driver looks at.

/// Width and height in pixels that a JPEG's frame header says (ITU-T T.81, B.2.2); `None` if the file does
/// not begin as one. Whether the picture is whole is for the vault to find out.
pub(crate) fn size(file: &[u8]) -> Option<(u32, u32)> {
    let mut rest = file.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let (&mark, after) = rest.split_first()?;
        let (&marker, after) = after.split_first()?;
        match (mark, marker) {
            // Fill bytes before a marker.
            (0xff, 0xff) => rest = rest.get(1..)?,
            (0xff, 0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf) => {
                let [_, _, _, h1, h0, w1, w0, ..] = *after else { return None };
                return Some((
                    u16::from_be_bytes([w1, w0]).into(),
                    u16::from_be_bytes([h1, h0]).into(),
                ));
            }
            (0xff, 0x01..=0xbf | 0xc4 | 0xc8 | 0xcc | 0xda..=0xfe) => {
                let [l1, l0, ..] = *after else { return None };
                let length = usize::from(u16::from_be_bytes([l1, l0]));
                if length < 2 || marker == 0xda {
                    return None;
                }
                rest = after.get(length..)?;
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::size;

    const FILE: [u8; 21] = [
        0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2, 0xff, 0xff, 0xc0, 0, 11, 8, 0x01, 0x02, 0x03, 0x04, 1,
        1, 0x11,
    ];

    #[test]
    fn the_frame_header_says_the_size() {
        assert_eq!(size(&FILE), Some((0x0304, 0x0102)));
    }

    #[test]
    fn a_cut_or_foreign_file_has_no_size() {
        for end in 0..18 {
            assert_eq!(size(&FILE[..end]), None, "{end}");
        }
        assert_eq!(size(b"\x89PNG\r\n\x1a\n"), None);
        assert_eq!(size(&[0xff, 0xd8, 0xff, 0xe0, 0, 1, 0xff, 0xc0, 0, 11, 8, 1, 2, 3, 4]), None);
    }
}
