//! A drawn page that looks like a form, for tests that need a design and no font.

use fast_qr::{ECL, QRBuilder, Version};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use urna_core::ballot::{Mark, Stroke};
use urna_core::design::{PageDesign, RectUm, Target, TargetShape};
use urna_core::recognition::decode;

const WIDTH: u32 = 1_654;
const HEIGHT: u32 = 2_339;

/// A4 with ten options, each with a line of word-like bars and a square of 7.6 mm.
pub fn form() -> PageDesign {
    form_of(Lines { count: 40, pitch: 54, side: 60, with_square: 4, own_words: None, own_lines: 0 })
}

/// A4 with thirty options below each other, with squares of 5.8 mm and 2.5 mm between them.
#[allow(dead_code, reason = "not every test needs it")]
pub fn dense_form() -> PageDesign {
    form_of(Lines { count: 30, pitch: 66, side: 46, with_square: 1, own_words: None, own_lines: 0 })
}

/// Like [`form`], for one district of many: the lines with a square, like names, are its own.
#[allow(dead_code, reason = "not every test needs it")]
pub fn district_form(district: u32) -> PageDesign {
    form_with_own_rows(district, u32::MAX)
}

/// Like [`district_form`], with names of its own in the first few lines with a square only.
#[allow(dead_code, reason = "not every test needs it")]
pub fn form_with_own_rows(district: u32, own_lines: u32) -> PageDesign {
    let own_words = Some(district);
    let lines = Lines { count: 40, pitch: 54, side: 60, with_square: 4, own_words, own_lines };
    let id = format!("district-{district}");
    PageDesign { id: id.as_str().into(), style: id.as_str().into(), ..form_of(lines) }
}

/// Where [`with_code`] draws, in pixels of 200 dpi: left, top and side.
pub const CODE: (u32, u32, u32) = (1_500, 40, 29 * 4);

/// The design with a QR code of version 3 in its upper right corner, as large as on own ballots.
#[allow(dead_code, reason = "not every test needs it")]
pub fn with_code(design: PageDesign, text: &str) -> PageDesign {
    let mut blank = decode(&design.blank_png).expect("a picture");
    let code = QRBuilder::new(text).ecl(ECL::H).version(Version::V03).build();
    let code = code.expect("a text that fits");
    let (left, top, side) = CODE;
    for y in 0..side {
        for x in 0..side {
            let is_dark = code[(y / 4) as usize][(x / 4) as usize].value();
            let pixel = ((top + y) * WIDTH + left + x) as usize;
            blank.pixels_mut()[pixel] = if is_dark { 20 } else { 255 };
        }
    }
    PageDesign { blank_png: png(WIDTH, HEIGHT, blank.pixels()), ..design }
}

/// Lines of a form, in pixels of 200 dpi.
struct Lines {
    count: u32,
    pitch: u32,
    side: u32,
    /// Every how many lines there is a square.
    with_square: u32,
    /// Whose words stand beside the squares; without it the same ones on every form.
    own_words: Option<u32>,
    /// How many of the lines with a square have words of their own.
    own_lines: u32,
}

fn form_of(lines: Lines) -> PageDesign {
    let mut pixels = vec![255_u8; (WIDTH * HEIGHT) as usize];
    let mut fill = |x: u32, y: u32, w: u32, h: u32| {
        for row in y..y + h {
            let start = (row * WIDTH + x) as usize;
            pixels[start..start + w as usize].fill(20);
        }
    };
    let mut common = 7_u32;
    let mut own = lines.own_words.map(|district| district.wrapping_mul(2_654_435_761));
    let mut targets = Vec::new();
    for line in 0..lines.count {
        let y = 120 + line * lines.pitch;
        let mut x = 120;
        let has_square = line % lines.with_square == lines.with_square / 4;
        let is_own = has_square && line / lines.with_square < lines.own_lines;
        let state = own.as_mut().filter(|_| is_own).unwrap_or(&mut common);
        let mut random = |limit: u32| {
            *state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (*state >> 16) % limit
        };
        while x < 1_250 {
            let (w, h) = (6 + random(22), 8 + random(22));
            fill(x, y + random(8), w, h);
            x += w + 5 + random(14);
        }
        if has_square {
            let (x, y, side, thick) = (1_420, y - 16, lines.side, 3);
            fill(x, y, side, thick);
            fill(x, y + side - thick, side, thick);
            fill(x, y, thick, side);
            fill(x + side - thick, y, thick, side);
            let um = |px: u32| px * 25_400 / 200;
            targets.push(Target {
                contest: "contest".into(),
                option: format!("o{}", targets.len()).as_str().into(),
                area: RectUm { x: um(x), y: um(y), w: um(side), h: um(side) },
                shape: TargetShape::Square,
            });
        }
    }
    PageDesign {
        id: "form-p1".into(),
        style: "form".into(),
        page: 1,
        width_um: 210_000,
        height_um: 297_000,
        targets,
        blank_png: png(WIDTH, HEIGHT, &pixels),
        exact: true,
    }
}

/// A mark on each of `options`.
pub fn marks(design: &PageDesign, options: &[usize], stroke: Stroke) -> Vec<Mark> {
    let marked = options.iter().map(|&at| &design.targets[at]);
    let mark = |t: &Target| Mark { contest: t.contest.clone(), option: t.option.clone(), stroke };
    marked.map(mark).collect()
}

pub fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(pixels, width, height, ExtendedColorType::L8).expect("a picture");
    bytes
}
