//! The paper: pictures of pages, from files or made up.

use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageReader, Limits};

/// Longest side of a picture: an A3 sheet at 600 dpi is 9921.
const MAX_SIDE: u32 = 12_000;

/// Quality of JPEG files that are made here; losses are then under what the tests allow.
const JPEG_QUALITY: u8 = 90;

/// Grey level of paper.
const WHITE: u8 = 255;

/// One side of a sheet.
#[derive(Clone, Debug)]
pub struct Picture {
    /// Pixels to the right.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Dots per inch.
    pub dpi: u32,
    /// Rows of grey levels, 0 is black.
    pub grey: Arc<[u8]>,
    /// The file it came from, if that is a JPEG: sent as it is wherever it fits.
    jpeg: Option<Arc<[u8]>>,
}

/// A sheet of paper.
#[derive(Clone, Debug)]
pub struct Sheet {
    /// What the first sensor sees.
    pub front: Picture,
    /// The other side.
    pub back: Picture,
}

/// Why pictures could not be taken from a folder.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// The folder or a file cannot be read.
    #[error("{0}: {1}")]
    Read(PathBuf, std::io::Error),
    /// A file is no picture, or larger than a scanner's glass.
    #[error("{0}: {1}")]
    Picture(PathBuf, image::ImageError),
    /// There is no picture.
    #[error("{0}: no PNG or JPEG file in it")]
    Empty(PathBuf),
}

/// What part of a page a host asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    /// Pixels at `dpi` that are left out at the left.
    pub left: u32,
    /// Pixels at `dpi` that are left out at the top.
    pub top: u32,
    /// Pixels to the right.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Dots per inch.
    pub dpi: u32,
}

impl Picture {
    /// A picture from rows of grey levels; missing ones are white.
    pub fn new(width: u32, height: u32, dpi: u32, mut grey: Vec<u8>) -> Self {
        grey.resize(area(width, height), WHITE);
        Picture { width, height, dpi: dpi.max(1), grey: grey.into(), jpeg: None }
    }

    /// An empty page.
    pub fn blank(width: u32, height: u32, dpi: u32) -> Self {
        Picture::new(width, height, dpi, Vec::new())
    }

    /// A page that no other `number` looks like: a soft slope, a frame, and the number in black bars.
    pub fn generated(number: u32, width: u32, height: u32, dpi: u32) -> Self {
        let mut grey = Vec::with_capacity(area(width, height));
        let (cell, edge) = ((width / 20).max(1), (width / 50).max(1));
        for y in 0..height {
            for x in 0..width {
                let frame = x < edge || y < edge || x >= width - edge || y >= height - edge;
                let (column, row) = (x / cell, y / cell);
                let bar = row == 2 && (2..18).contains(&column) && number >> (column - 2) & 1 == 1;
                let slope = 140 + (x + 2 * y + 13 * number) * 100 / (width + 2 * height + 1) % 100;
                grey.push(match (frame, bar) {
                    (true, _) => 60,
                    (_, true) => 10,
                    _ => u8::try_from(slope.min(250)).unwrap_or(WHITE),
                });
            }
        }
        Picture::new(width, height, dpi, grey)
    }

    /// Decodes a PNG or JPEG file.
    ///
    /// # Errors
    /// Whatever the decoder says of the file.
    pub fn decode(bytes: &[u8], dpi: u32) -> Result<Self, image::ImageError> {
        let mut reader = ImageReader::new(Cursor::new(bytes)).with_guessed_format()?;
        let mut limits = Limits::default();
        (limits.max_image_width, limits.max_image_height) = (Some(MAX_SIDE), Some(MAX_SIDE));
        reader.limits(limits);
        let is_jpeg = reader.format() == Some(image::ImageFormat::Jpeg);
        let grey = reader.decode()?.into_luma8();
        let (width, height) = grey.dimensions();
        let mut picture = Picture::new(width, height, dpi, grey.into_raw());
        picture.jpeg = is_jpeg.then(|| bytes.into());
        Ok(picture)
    }

    /// What a scanner sees in a region: what lies outside the page is white.
    pub(crate) fn cut(&self, region: Region) -> Vec<u8> {
        let at = |pixel: u32, offset: u32| {
            // Below MAX_SIDE each, and hosts are held to 1200 dpi: no product overflows 64 bits.
            (u64::from(pixel) + u64::from(offset)) * u64::from(self.dpi) / u64::from(region.dpi)
        };
        let columns: Vec<Option<usize>> = (0..region.width)
            .map(|x| at(x, region.left))
            .map(|x| usize::try_from(x).ok().filter(|_| x < u64::from(self.width)))
            .collect();
        let mut seen = Vec::with_capacity(area(region.width, region.height));
        for y in 0..region.height {
            let y = at(y, region.top);
            let start = usize::try_from(y * u64::from(self.width)).ok();
            let inside = start.filter(|_| y < u64::from(self.height));
            seen.extend(columns.iter().map(|column| match (inside, column) {
                (Some(start), Some(x)) => self.grey.get(start + x).copied().unwrap_or(WHITE),
                _ => WHITE,
            }));
        }
        seen
    }

    /// A JPEG file of a region; the picture's own file if it is just that region.
    pub(crate) fn jpeg(&self, region: Region) -> Arc<[u8]> {
        let own = Region { left: 0, top: 0, width: self.width, height: self.height, dpi: self.dpi };
        if let Some(file) = self.jpeg.as_ref().filter(|_| own == region) {
            return Arc::clone(file);
        }
        let mut file = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut file, JPEG_QUALITY);
        let grey = self.cut(region);
        // Regions have both sides over 0 and under 65536, so the encoder has nothing to refuse.
        match encoder.write_image(&grey, region.width, region.height, ExtendedColorType::L8) {
            Ok(()) => file.into(),
            Err(_) => Arc::new([]),
        }
    }
}

/// Sheets whose sides are the PNG and JPEG files of a folder in the order of their names: front, back,
/// front, back. A missing last back is blank.
///
/// # Errors
/// [`PageError`] names the file.
pub fn sheets_from_folder(folder: &Path, dpi: u32) -> Result<Vec<Sheet>, PageError> {
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| PageError::Read(path, error)
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        files.push(entry.map_err(unreadable(folder))?.path());
    }
    files.retain(|path| {
        let ending = path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase);
        matches!(ending.as_deref(), Some("png" | "jpg" | "jpeg"))
    });
    files.sort();
    let mut sides = Vec::new();
    for path in files {
        let bytes = fs::read(&path).map_err(unreadable(&path))?;
        sides.push(Picture::decode(&bytes, dpi).map_err(|error| PageError::Picture(path, error))?);
    }
    if sides.is_empty() {
        return Err(PageError::Empty(folder.to_owned()));
    }
    Ok(sides.chunks(2).filter_map(sheet).collect())
}

fn sheet(pair: &[Picture]) -> Option<Sheet> {
    let front = pair.first()?.clone();
    let blank = || Picture::blank(front.width, front.height, front.dpi);
    let back = pair.get(1).cloned().unwrap_or_else(blank);
    Some(Sheet { front, back })
}

/// So many made-up sheets, every side different.
pub fn generated_sheets(count: u32, width: u32, height: u32, dpi: u32) -> Vec<Sheet> {
    (0..count)
        .map(|sheet| Sheet {
            front: Picture::generated(2 * sheet + 1, width, height, dpi),
            back: Picture::generated(2 * sheet + 2, width, height, dpi),
        })
        .collect()
}

fn area(width: u32, height: u32) -> usize {
    usize::try_from(u64::from(width) * u64::from(height)).unwrap_or(0)
}
