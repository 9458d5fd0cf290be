//! What was read, shown: before opening, and in a training. Never of a vote.

use urna_core::definition::ElectionMode;
use urna_core::journal::PollState;
use urna_core::recognition::{Dirt, StrayMark};

use crate::disk::Disk;
use crate::reader::{Explanation, Reader};
use crate::vault::{Vault, World};

/// What the screen may show of a sheet beside where it goes.
#[derive(Default)]
pub(crate) struct Explained {
    /// The image of the side that was read, or else of the first; none or one.
    pub png: Vec<Vec<u8>>,
    pub stray: Vec<StrayMark>,
    /// Of each blank side, if the sheet has no ballot on it.
    pub dirt: Vec<Dirt>,
}

impl<D: Disk, W: World, R: Reader> Vault<D, W, R> {
    /// Explains a sheet; nothing where that would show a vote.
    pub(crate) fn explanation(&self, sides: &[Vec<u8>]) -> Explained {
        if !self.may_explain() {
            return Explained::default();
        }
        let sides = sides.iter().filter_map(|side| self.reader.explain(side));
        let (mut read, unread): (Vec<Explanation>, Vec<Explanation>) =
            sides.partition(|side| side.is_read);
        if let Some(side) = read.pop() {
            return Explained { png: vec![side.png], stray: side.stray, dirt: Vec::new() };
        }
        let dirt = unread.iter().filter_map(|side| side.dirt.clone()).collect();
        // Of a blank sheet the dirt says more; of any other the side with something on it.
        let shown = unread.iter().find(|side| side.dirt.is_none()).or(unread.first());
        Explained {
            png: shown.map(|side| side.png.clone()).into_iter().collect(),
            dirt,
            ..Explained::default()
        }
    }

    /// The secrecy of the vote (promises 2 and 3): the image shows a voter's marks, and the sheets that are
    /// fed while polls are open are votes. Only a training has none.
    pub(crate) fn may_explain(&self) -> bool {
        let mode = self.election.as_ref().map(|e| e.verified.package.definition.mode);
        let is_before_opening =
            matches!(self.day.state, PollState::Provisioned | PollState::Tested);
        is_before_opening || mode == Some(ElectionMode::Training)
    }
}
