//! What reading can't be faster than on this machine.

use image::ImageFormat;

/// Pixels whose levels add up within 32 bits, so that the loop becomes vector instructions.
const PIECE: usize = 1 << 16;

/// The sum of all levels: each pixel is fetched once, and next to nothing is done with it.
pub fn sum(pixels: &[u8]) -> u64 {
    let pieces = pixels.chunks(PIECE).map(|piece| {
        let sum = piece.iter().fold(0_u32, |sum, &level| sum.wrapping_add(u32::from(level)));
        u64::from(sum)
    });
    pieces.fold(0, u64::wrapping_add)
}

/// How many pixels each level has: the plain pass that any threshold begins with. Four tables, since one
/// waits for itself wherever neighbours are alike, as paper is.
pub fn histogram(pixels: &[u8]) -> [u32; 256] {
    let mut tables = [[0_u32; 256]; 4];
    let fours = pixels.chunks_exact(4);
    for &level in fours.remainder() {
        tables[0][usize::from(level)] = tables[0][usize::from(level)].wrapping_add(1);
    }
    for four in fours {
        for (table, &level) in tables.iter_mut().zip(four) {
            table[usize::from(level)] = table[usize::from(level)].wrapping_add(1);
        }
    }
    let [a, b, c, d] = tables;
    std::array::from_fn(|at| [b[at], c[at], d[at]].into_iter().fold(a[at], u32::wrapping_add))
}

/// The image library alone: a file to grey pixels, of which it gives the number.
pub fn decode(file: &[u8], is_jpeg: bool) -> usize {
    let format = if is_jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
    let picture = image::load_from_memory_with_format(file, format);
    picture.map_or(0, |picture| picture.into_luma8().len())
}

/// Short for the passes' results (FNV-1a): equal where the pixels are.
pub fn digest(sum: u64, counts: &[u32; 256]) -> String {
    let numbers = counts.iter().map(|&count| u64::from(count)).chain([sum]);
    let digest = numbers.fold(0xcbf2_9ce4_8422_2325_u64, |digest, number| {
        (digest ^ number).wrapping_mul(0x0100_0000_01b3)
    });
    format!("{digest:016x}")
}
