//! What becomes of writes that were not flushed when the power goes.
//!
//! A disk may write what it has in any order until it is told to flush, so any subset of the writes may
//! survive. It writes whole sectors, so of one write any subset of its sectors may. A write that the system
//! cut short, or a cheap stick, may end anywhere.

use std::sync::Arc;

use crate::memory::Write;

/// Bytes that a disk writes at once, at least.
pub const SECTOR: usize = 512;
/// Writes and sectors of which all subsets are tried; of more, those at the ends and every second.
const ALL_SUBSETS: usize = 4;

/// What became of one write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// Nothing of it reached the disk.
    Lost,
    /// All of it did.
    Whole,
    /// The first so many bytes did; a file that was to be made anew ends there.
    Prefix(usize),
    /// Some of its sectors did, by their order; a file that was to be made anew has its length.
    Sectors(Vec<bool>),
}

impl Fate {
    /// Carries out on a file's content what is left of the write.
    pub fn apply(&self, write: &Write, content: &mut Arc<Vec<u8>>) {
        if matches!(self, Fate::Lost) {
            return;
        }
        match (write.at, self) {
            (None, Fate::Whole) => *content = Arc::clone(&write.bytes),
            (None, Fate::Prefix(len)) => {
                *content = Arc::new(write.bytes.get(..*len).unwrap_or(&write.bytes).to_vec());
            }
            (None, _) => Arc::make_mut(content).resize(write.bytes.len(), 0),
            (Some(_), _) => {}
        }
        let content = Arc::make_mut(content);
        let start = write.at.unwrap_or(0);
        for (from, to) in self.landed(start, write.bytes.len()) {
            let (Some(part), Some(bytes)) =
                (content.get_mut(start + from..start + to), write.bytes.get(from..to))
            else {
                continue;
            };
            part.copy_from_slice(bytes);
        }
    }

    /// Stretches of the write that reached the disk.
    fn landed(&self, start: usize, len: usize) -> Vec<(usize, usize)> {
        match self {
            Fate::Lost => Vec::new(),
            Fate::Whole => vec![(0, len)],
            Fate::Prefix(bytes) => vec![(0, len.min(*bytes))],
            Fate::Sectors(landed) => {
                let sectors = sectors(start, len);
                let landed = sectors.into_iter().zip(landed).filter(|(_, landed)| **landed);
                landed.map(|(sector, _)| sector).collect()
            }
        }
    }
}

/// Every way in which these writes may meet a power cut: all subsets of them, lost or whole; and each torn in
/// every way of [`torn`], the others lost or whole.
pub fn survivals(pending: &[Write]) -> Vec<Vec<Fate>> {
    let whole = |is_whole: &bool| if *is_whole { Fate::Whole } else { Fate::Lost };
    let subsets = subsets(pending.len());
    let mut all: Vec<Vec<Fate>> =
        subsets.iter().map(|subset| subset.iter().map(whole).collect()).collect();
    for (at, write) in pending.iter().enumerate() {
        for fate in torn(write) {
            for others in [Fate::Lost, Fate::Whole] {
                let mut fates = vec![others; pending.len()];
                if let Some(own) = fates.get_mut(at) {
                    *own = fate.clone();
                }
                if !all.contains(&fates) {
                    all.push(fates);
                }
            }
        }
    }
    all
}

/// Every way in which a write may be torn: at each border of a sector, in the middle of the first and of the
/// last, and with any of its sectors missing.
fn torn(write: &Write) -> Vec<Fate> {
    let len = write.bytes.len();
    let sectors = sectors(write.at.unwrap_or(0), len);
    let borders = sectors.iter().map(|&(from, _)| from);
    let mut cuts: Vec<usize> = borders.collect();
    if cuts.len() > 2 * ALL_SUBSETS {
        let (middle, end) = (cuts.len() / 2, cuts.len() - 1);
        cuts = vec![cuts[1], cuts[middle], cuts[end]];
    }
    // The length of a frame, its checksum, and then some.
    cuts.extend([1, 4, 8, 9, len / 2, len.saturating_sub(1)]);
    cuts.retain(|&cut| 0 < cut && cut < len);
    cuts.sort_unstable();
    cuts.dedup();
    let torn = cuts.into_iter().map(Fate::Prefix);
    let is_part = |subset: &Vec<bool>| subset.contains(&true) && subset.contains(&false);
    torn.chain(subsets(sectors.len()).into_iter().filter(is_part).map(Fate::Sectors)).collect()
}

/// The sectors that a write touches, as stretches of its own bytes.
fn sectors(start: usize, len: usize) -> Vec<(usize, usize)> {
    let first = start / SECTOR * SECTOR;
    let borders = (first..start + len).step_by(SECTOR);
    borders
        .map(|border| {
            let to = (border + SECTOR - start).min(len);
            (border.saturating_sub(start), to)
        })
        .collect()
}

/// Subsets of so many things: all where they are few.
fn subsets(of: usize) -> Vec<Vec<bool>> {
    if of <= ALL_SUBSETS {
        return (0..1_usize << of)
            .map(|bits| (0..of).map(|at| bits >> at & 1 == 1).collect())
            .collect();
    }
    let only = |chosen: usize| (0..of).map(|at| at == chosen).collect::<Vec<bool>>();
    let but = |chosen: usize| (0..of).map(|at| at != chosen).collect::<Vec<bool>>();
    let every_second = (0..of).map(|at| at % 2 == 1).collect();
    vec![vec![false; of], vec![true; of], only(0), only(of - 1), but(0), but(of - 1), every_second]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::disk::FileName;

    fn write(at: Option<usize>, len: usize) -> Write {
        Write { file: FileName::Log, at, bytes: Arc::new(vec![1; len]) }
    }

    #[test]
    fn a_write_over_a_border_has_two_sectors() {
        assert_eq!(sectors(500, 30), [(0, 12), (12, 30)]);
        assert_eq!(sectors(0, 512), [(0, 512)]);
        let mut content = Arc::new(vec![0; 1_024]);
        Fate::Sectors(vec![false, true]).apply(&write(Some(500), 30), &mut content);
        let ones = content.iter().enumerate().filter(|(_, byte)| **byte == 1).map(|(at, _)| at);
        assert_eq!(ones.collect::<Vec<_>>(), (512..530).collect::<Vec<_>>());
    }

    #[test]
    fn every_subset_of_writes_is_there_and_each_is_torn() {
        let pending = [write(Some(0), 20), write(Some(500), 30)];
        let all = survivals(&pending);
        for fates in [
            vec![Fate::Lost, Fate::Lost],
            vec![Fate::Lost, Fate::Whole],
            vec![Fate::Whole, Fate::Lost],
            vec![Fate::Whole, Fate::Whole],
            vec![Fate::Prefix(8), Fate::Whole],
            vec![Fate::Lost, Fate::Prefix(12)],
            vec![Fate::Whole, Fate::Sectors(vec![false, true])],
        ] {
            assert!(all.contains(&fates), "{fates:?}");
        }
    }

    #[test]
    fn a_file_made_anew_may_be_short_or_have_holes() {
        let mut content = Arc::new(vec![7; 10]);
        Fate::Prefix(600).apply(&write(None, 1_024), &mut content);
        assert_eq!(*content, vec![1; 600]);
        let mut content = Arc::new(vec![7; 10]);
        Fate::Sectors(vec![false, true]).apply(&write(None, 1_024), &mut content);
        assert_eq!((content.len(), content[9], content[10], content[512]), (1_024, 7, 0, 1));
    }
}
