//! Small drawn forms (A6 and less), on which one reading takes a few milliseconds.

use fast_qr::{ECL, QRBuilder};
use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use urna_core::design::{PageDesign, RectUm, Target, TargetShape};

/// Pixels per millimetre of a drawn form.
const DENSITY: u32 = 6;

/// What a small form looks like.
pub struct Form {
    pub id: &'static str,
    /// Size in pixels, six to the millimetre.
    pub width: u32,
    pub height: u32,
    pub shape: TargetShape,
    pub words: u32,
    /// Whether a QR code is printed at its lower edge, as on ballots of our own.
    pub has_code: bool,
}

/// Four forms that differ in words, shape of the targets, width and which way they lie.
pub const FORMS: [Form; 4] = [
    Form {
        id: "first",
        width: 630,
        height: 888,
        shape: TargetShape::Square,
        words: 7,
        has_code: false,
    },
    Form {
        id: "second",
        width: 630,
        height: 888,
        shape: TargetShape::Square,
        words: 99,
        has_code: true,
    },
    Form {
        id: "lying",
        width: 888,
        height: 630,
        shape: TargetShape::Oval,
        words: 12,
        has_code: true,
    },
    Form {
        id: "narrow",
        width: 480,
        height: 900,
        shape: TargetShape::Square,
        words: 5,
        has_code: false,
    },
];

/// Bars like words from the left, and a target at the right of every third line.
pub fn design(form: &Form) -> PageDesign {
    let (width, height) = (form.width, form.height);
    let mut pixels = vec![255_u8; (width * height) as usize];
    let mut state = form.words.wrapping_mul(2_654_435_761);
    let mut random = |limit: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) % limit
    };
    let mut targets = Vec::new();
    for (line, y) in (30..height - 80).step_by(42).enumerate() {
        let mut x = 30;
        while x < width - 150 {
            let (w, h) = (5 + random(18), 7 + random(18));
            let top = y + random(7);
            for row in top..top + h {
                let start = (row * width + x) as usize;
                pixels[start..start + w as usize].fill(20);
            }
            x += w + 4 + random(11);
        }
        if line % 3 == 1 {
            let (x, y, side) = (width - 90, y - 8, 46);
            outline(&mut pixels, width, (x, y, side), form.shape);
            let um = |px: u32| px * 1_000 / DENSITY;
            targets.push(Target {
                contest: "contest".into(),
                option: format!("o{}", targets.len()).as_str().into(),
                area: RectUm { x: um(x), y: um(y), w: um(side), h: um(side) },
                shape: form.shape,
            });
        }
    }
    if form.has_code {
        let code = code_text(&form.id.into());
        draw_code(&mut pixels, width, (30, height - 70), 2, code.as_bytes(), &[]);
    }
    PageDesign {
        id: form.id.into(),
        style: form.id.into(),
        page: 1,
        width_um: width * 1_000 / DENSITY,
        height_um: height * 1_000 / DENSITY,
        targets,
        blank_png: png(width, height, &pixels),
        exact: true,
    }
}

/// A printed outline of three pixels.
fn outline(pixels: &mut [u8], width: u32, (x, y, side): (u32, u32, u32), shape: TargetShape) {
    let half = f64::from(side) / 2.0;
    for row in 0..side {
        for column in 0..side {
            let from_middle = |at: u32| f64::from(at) + 0.5 - half;
            let (dx, dy) = (from_middle(column), from_middle(row));
            let away = match shape {
                TargetShape::Square => dx.abs().max(dy.abs()),
                TargetShape::Oval => dx.hypot(dy),
            };
            if away <= half && away > half - 3.0 {
                pixels[((y + row) * width + x + column) as usize] = 20;
            }
        }
    }
}

/// What the code on the ballot of a style says.
fn code_text(style: &urna_core::StyleId) -> String {
    urna_core::PageCode::new(&"e".into(), style, 1).to_string()
}

/// Draws a QR code with its upper left corner at a place, as far as the page reaches, and with the
/// modules at `flips` turned; nothing where the text is too long for one.
pub fn draw_code(
    pixels: &mut [u8],
    width: u32,
    (left, top): (u32, u32),
    module: u32,
    text: &[u8],
    flips: &[usize],
) {
    let Ok(code) = QRBuilder::new(text).ecl(ECL::M).build() else {
        return;
    };
    let side = u32::try_from(code.size).expect("a small code") * module;
    for y in 0..side {
        for x in (0..side).filter(|x| left + x < width) {
            let (column, row) = ((x / module) as usize, (y / module) as usize);
            let is_turned = flips.contains(&(row * code.size + column));
            if let Some(pixel) = pixels.get_mut(((top + y) * width + left + x) as usize) {
                *pixel = if code[row][column].value() == is_turned { 250 } else { 20 };
            }
        }
    }
}

/// A grey PNG.
pub fn png(width: u32, height: u32, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new(&mut bytes);
    encoder.write_image(pixels, width, height, ExtendedColorType::L8).expect("a picture");
    bytes
}
