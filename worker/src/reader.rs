//! Reading a side: real recognition, behind a trait so that the rest is tested without pictures.

use urna_core::definition::Thresholds;
use urna_core::design::PageDesign;
use urna_core::recognition::{DesignFault, PageReading, PreparedDesign, decode, read_page};

/// Why a side was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadFault {
    /// Stable code for the translations.
    pub code: String,
    /// What was found, in words for a protocol.
    pub detail: String,
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
}

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
}
