//! What hangs together in a picture, also where it passes under print for a short way.

/// What a pixel is to what spreads over it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pixel {
    /// Nothing: here it ends.
    Clear,
    /// A part of it.
    Mark,
    /// Print that it may run under.
    Bridge,
}

/// Calls `take` once for every mark that hangs together with the mark at `start` by sides or corners, or
/// over at most `bridge` pixels of print.
///
/// `reached` has one value for each pixel of the picture, 0 where nothing was yet: afterwards those of
/// marks that were taken are not 0. It is kept from one call to the next.
pub(super) fn flood(
    (width, height): (usize, usize),
    start: usize,
    bridge: u8,
    reached: &mut [u8],
    kind: impl Fn(usize) -> Pixel,
    mut take: impl FnMut(usize),
) {
    let on_mark = bridge.saturating_add(1);
    reached[start] = on_mark;
    take(start);
    let mut open = vec![start];
    while let Some(at) = open.pop() {
        let (x, y) = (at % width, at / width);
        for near_y in y.saturating_sub(1)..=(y + 1).min(height - 1) {
            for near_x in x.saturating_sub(1)..=(x + 1).min(width - 1) {
                let near = near_y * width + near_x;
                let kind = kind(near);
                // How far it may still go under print.
                let left = match kind {
                    Pixel::Clear => continue,
                    Pixel::Mark => on_mark,
                    Pixel::Bridge => reached[at] - 1,
                };
                if left > reached[near] {
                    if kind == Pixel::Mark {
                        take(near);
                    }
                    reached[near] = left;
                    open.push(near);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Pixel, flood};

    /// What is taken of a picture drawn in letters, from its first mark, in order.
    fn taken(picture: &[&str], bridge: u8) -> Vec<usize> {
        let width = picture[0].len();
        let letters: Vec<u8> = picture.iter().flat_map(|row| row.bytes()).collect();
        let kind = |at: usize| match letters[at] {
            b'#' => Pixel::Mark,
            b'-' => Pixel::Bridge,
            _ => Pixel::Clear,
        };
        let start = letters.iter().position(|&letter| letter == b'#').unwrap_or_default();
        let mut reached = vec![0; letters.len()];
        let mut taken = Vec::new();
        let size = (width, picture.len());
        flood(size, start, bridge, &mut reached, kind, |at| taken.push(at));
        taken.sort_unstable();
        taken
    }

    #[test]
    fn it_goes_around_corners_and_under_a_little_print() {
        assert_eq!(taken(&["#..", ".#.", "..#"], 0), [0, 4, 8]);
        assert_eq!(taken(&["##.#"], 2), [0, 1]);
        assert_eq!(taken(&["#--#"], 2), [0, 3]);
        assert_eq!(taken(&["#---#"], 2), [0]);
        // Each mark on the way lets it go as far again, and none is taken twice.
        assert_eq!(taken(&["#--#--#", "-------"], 2), [0, 3, 6]);
    }
}
