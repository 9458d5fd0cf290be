//! What the fuzz targets call: the functions that `make test` replays findings with.

#[path = "../../crates/core/tests/support/files.rs"]
pub mod files;
#[path = "../../crates/core/tests/support/hostile.rs"]
pub mod hostile;
#[path = "../../crates/printer/tests/support/hostile.rs"]
pub mod hostile_printer;
#[path = "../../worker/tests/support/hostile.rs"]
pub mod hostile_vault;
#[path = "../../crates/scanner/tests/support/hostile.rs"]
pub mod hostile_wire;
#[path = "../../crates/core/tests/support/pages.rs"]
pub mod pages;
#[path = "../../crates/verify/src/photo/mod.rs"]
pub mod photo;
#[path = "../../crates/core/tests/support/small.rs"]
pub mod small;
#[path = "../../worker/tests/support/mod.rs"]
mod vault_day;

/// As the hostile files name what they need.
mod station {
    pub use crate::vault_day::Station;
    pub use urna_vault::MemoryDisk;
}

pub use hostile_printer::printer;
pub use hostile_wire::wire;

/// A photo of QR codes: after a zero a file as it is, else modules of that many columns, each of three
/// pixels, so that codes can be changed module by module.
pub fn photographed(bytes: &[u8]) {
    let Some((&columns, bytes)) = bytes.split_first() else {
        return;
    };
    let columns = usize::from(columns);
    if columns == 0 {
        photo::qr_texts_of_photo(bytes);
        return;
    }
    let lines = bytes.chunks_exact(columns).take(200);
    let rows = lines.flat_map(|line| {
        let row: Vec<u8> = line.iter().flat_map(|&level| [level; 3]).collect();
        [row.clone(), row.clone(), row].concat()
    });
    let pixels: Vec<u8> = rows.collect();
    let (width, height) = (columns * 3, pixels.len() / (columns * 3));
    if height > 0 {
        photo::qr_texts_of_photo(&small::png(width as u32, height as u32, &pixels));
    }
}
