//! Image files written chunk by chunk, so that every field can be a lie.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;

/// The header of a PNG (ISO/IEC 15948, 11.2.2).
#[derive(Clone, Copy)]
pub struct Header {
    pub width: u32,
    pub height: u32,
    pub depth: u8,
    pub colour: Colour,
    pub interlaced: bool,
}

/// Colour types of PNG.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    RgbAlpha = 6,
}

impl Colour {
    fn samples(self) -> usize {
        match self {
            Colour::Grey | Colour::Palette => 1,
            Colour::GreyAlpha => 2,
            Colour::Rgb => 3,
            Colour::RgbAlpha => 4,
        }
    }
}

/// A PNG with `chunks` between header and pixels; `level` gives each pixel as the grey of 8 bits.
pub fn png(header: Header, chunks: &[Vec<u8>], level: &dyn Fn(u32, u32) -> u8) -> Vec<u8> {
    let mut file = png_start(header);
    chunks.iter().for_each(|chunk| file.extend(chunk));
    file.extend(chunk(*b"IDAT", &zlib(&rows(header, level))));
    file.extend(chunk(*b"IEND", &[]));
    file
}

/// Signature and header.
pub fn png_start(header: Header) -> Vec<u8> {
    let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut fields = header.width.to_be_bytes().to_vec();
    fields.extend(header.height.to_be_bytes());
    fields.extend([header.depth, header.colour as u8, 0, 0, u8::from(header.interlaced)]);
    file.extend(chunk(*b"IHDR", &fields));
    if header.colour == Colour::Palette {
        let greys = (0..1_u32 << header.depth).map(|at| at * 255 / ((1 << header.depth) - 1));
        let palette: Vec<u8> = greys.flat_map(|grey| [grey as u8; 3]).collect();
        file.extend(chunk(*b"PLTE", &palette));
    }
    file
}

/// A chunk with its length and checksum.
pub fn chunk(name: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut bytes = u32::try_from(data.len()).expect("a short chunk").to_be_bytes().to_vec();
    bytes.extend(name);
    bytes.extend(data);
    let mut sum = flate2::Crc::new();
    sum.update(&bytes[4..]);
    bytes.extend(sum.sum().to_be_bytes());
    bytes
}

/// Compressed as PNG wants it.
pub fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(bytes).expect("memory");
    packer.finish().expect("memory")
}

/// Filtered rows (filter 0), in the seven passes of Adam7 where the header says so.
fn rows(header: Header, level: &dyn Fn(u32, u32) -> u8) -> Vec<u8> {
    const ADAM7: [[u32; 4]; 7] = [
        [0, 0, 8, 8],
        [4, 0, 8, 8],
        [0, 4, 4, 8],
        [2, 0, 4, 4],
        [0, 2, 2, 4],
        [1, 0, 2, 2],
        [0, 1, 1, 2],
    ];
    let passes = if header.interlaced { &ADAM7[..] } else { &[[0, 0, 1, 1]][..] };
    let mut bytes = Vec::new();
    for &[x0, y0, step_x, step_y] in passes {
        let columns: Vec<u32> = (x0..header.width).step_by(step_x as usize).collect();
        if columns.is_empty() {
            continue;
        }
        for y in (y0..header.height).step_by(step_y as usize) {
            bytes.push(0);
            bytes.extend(row(header, columns.iter().map(|&x| level(x, y))));
        }
    }
    bytes
}

fn row(header: Header, levels: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (mut packed, mut bits) = (0_u8, 0);
    for level in levels {
        if header.depth < 8 {
            packed = packed << header.depth | level >> (8 - header.depth);
            bits += header.depth;
            if bits == 8 {
                bytes.push(packed);
                (packed, bits) = (0, 0);
            }
            continue;
        }
        let has_alpha = matches!(header.colour, Colour::GreyAlpha | Colour::RgbAlpha);
        for sample in 0..header.colour.samples() {
            let is_alpha = has_alpha && sample + 1 == header.colour.samples();
            let value = if is_alpha { 255 } else { level };
            bytes.extend(std::iter::repeat_n(value, usize::from(header.depth) / 8));
        }
    }
    if bits > 0 {
        bytes.push(packed << (8 - bits));
    }
    bytes
}

/// A segment of a JPEG: marker, length, content.
pub fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2).expect("a short segment");
    let mut bytes = vec![0xff, marker];
    bytes.extend(length.to_be_bytes());
    bytes.extend(data);
    bytes
}

/// A JPEG with a segment put in after its first two bytes.
pub fn with_segment(jpeg: &[u8], segment: &[u8]) -> Vec<u8> {
    [&jpeg[..2], segment, &jpeg[2..]].concat()
}
