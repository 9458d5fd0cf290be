//! Reading a side: real recognition, behind a trait so that the rest is tested without pictures.

use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{
    DesignFault, Dirt, GlassVerdict, Legend, PageReading, PreparedDesign, Refusal, StrayMark,
    decode, dirt, explain, read_page,
};

/// Why a side was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFault {
    /// Stable code for the translations.
    pub code: String,
    /// What was found, in words for a protocol.
    pub detail: String,
}

/// What was read of a side, for people to look at. It shows the voter's marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// A colour PNG.
    pub png: Vec<u8>,
    /// Marks outside every target.
    pub stray: Vec<StrayMark>,
    /// Whether the side is a ballot that was read.
    pub is_read: bool,
    /// What a blank side says of the scanner's glass; of a side without any ballot only.
    pub dirt: Option<Dirt>,
}

/// Reads sides of sheets.
pub trait Reader {
    /// Gets ready for an election's page designs.
    ///
    /// # Errors
    /// What is wrong with them.
    fn prepare(&mut self, designs: &[PageDesign], thresholds: Thresholds) -> Result<(), String>;

    /// Reads one side.
    ///
    /// # Errors
    /// [`ReadFault`], where it is not read with certainty.
    fn read(&self, side: &[u8]) -> Result<PageReading, ReadFault>;

    /// Draws what is read of a side; `None` if it is no image.
    fn explain(&self, side: &[u8]) -> Option<Explanation>;
}

const A4_SHORT_SIDE_UM: u32 = 210_000;

/// Recognition itself.
#[derive(Default)]
pub struct PageReader {
    designs: Vec<PreparedDesign>,
    thresholds: Thresholds,
}

impl Reader for PageReader {
    fn prepare(&mut self, designs: &[PageDesign], thresholds: Thresholds) -> Result<(), String> {
        let prepared: Result<_, DesignFault> = designs.iter().map(PreparedDesign::new).collect();
        self.designs = prepared.map_err(|fault| fault.to_string())?;
        self.thresholds = thresholds;
        Ok(())
    }

    fn read(&self, side: &[u8]) -> Result<PageReading, ReadFault> {
        let reading =
            decode(side).and_then(|page| read_page(&page, &self.designs, &self.thresholds));
        reading.map_err(|refusal| ReadFault {
            code: refusal.code().to_owned(),
            detail: refusal.to_string(),
        })
    }
    fn explain(&self, side: &[u8]) -> Option<Explanation> {
        let page = decode(side).ok()?;
        let explained = explain(&page, &self.designs, &self.thresholds, Legend::Scale);
        // Specks look like print to whoever looks for a ballot, so a dirty blank sheet may be either.
        let may_be_blank = matches!(
            explained.outcome,
            Err(Refusal::Blank | Refusal::NotABallot { .. } | Refusal::TooBlurred)
        );
        let is_blank = matches!(explained.outcome, Err(Refusal::Blank));
        let found = may_be_blank.then(|| dirt(&page, self.short_side_um()));
        let says_something =
            |dirt: &Dirt| is_blank || !matches!(dirt.verdict, GlassVerdict::NotBlank { .. });
        Some(Explanation {
            png: explained.png,
            stray: explained.stray.marks,
            is_read: explained.outcome.is_ok(),
            dirt: found.filter(says_something),
        })
    }
}

impl PageReader {
    /// The shorter side of the election's paper: the scan of a blank sheet does not say how large it is.
    fn short_side_um(&self) -> u32 {
        let shortest = |d: &PreparedDesign| d.design().width_um.min(d.design().height_um);
        self.designs.first().map_or(A4_SHORT_SIDE_UM, shortest)
    }
}
