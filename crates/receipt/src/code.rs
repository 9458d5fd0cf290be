//! QR codes whose modules are whole dots.

use fast_qr::ECL;
use fast_qr::qr::QRBuilder;

use crate::canvas::Canvas;

/// White modules around a code (ISO/IEC 18004 asks for four).
const QUIET: usize = 4;
/// Most dots of a module; 0.9 mm is read from an arm's length.
const MAX_MODULE: usize = 7;

/// Draws a code across the paper; its height, or `None` if the text does not fit one. Error level L, since
/// several codes carry one report and can be read again.
pub fn draw(canvas: &mut Canvas, y: usize, text: &str) -> Option<usize> {
    let code = QRBuilder::new(text).ecl(ECL::L).build().ok()?;
    let modules = code.size + 2 * QUIET;
    let module = (canvas.width() / modules).min(MAX_MODULE);
    // A module of one dot is no module.
    (module >= 2).then_some(())?;
    let left = (canvas.width() - modules * module) / 2;
    canvas.grow(y + modules * module);
    for row in 0..code.size {
        for column in (0..code.size).filter(|&column| code[row][column].value()) {
            let x = left + (column + QUIET) * module;
            canvas.fill(x, y + (row + QUIET) * module, module, module);
        }
    }
    Some(modules * module)
}
