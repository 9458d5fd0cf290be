//! The QR code on a ballot: which page it is, for the machine.

use fast_qr::{ECL, QRBuilder, Version};

use crate::PageCode;

/// Modules along a side: version 3.
pub(super) const MODULES: u32 = 29;
/// Side of a module in micrometres: four pixels of a scan at 200 dpi.
pub(super) const MODULE: u32 = 500;
/// White around the code: four modules, as ISO/IEC 18004 asks.
pub(super) const QUIET: u32 = 4 * MODULE;

/// The dark modules of a code, row by row; `None` if the text does not fit, which
/// [`MAX_PAGE_CODE_LEN`](crate::MAX_PAGE_CODE_LEN) rules out.
pub(super) fn modules(code: &PageCode) -> Option<Vec<Vec<bool>>> {
    // Level H: a third of the code may be torn or written over.
    let made = QRBuilder::new(code.to_string()).ecl(ECL::H).version(Version::V03).build().ok()?;
    let row = |y: usize| made[y].iter().map(|module| module.value()).collect();
    Some((0..made.size).map(row).collect())
}

#[cfg(test)]
mod tests {
    use super::{MODULES, modules};
    use crate::{MAX_ID_BYTES, PageCode};

    #[test]
    fn the_longest_text_fits() {
        let longest = "z".repeat(MAX_ID_BYTES);
        let code = PageCode::new(&longest.as_str().into(), &longest.as_str().into(), u16::MAX);
        let rows = modules(&code).expect("it fits");
        assert_eq!(rows.len(), MODULES as usize);
        assert!(rows.iter().all(|row| row.len() == rows.len()));
    }
}
