//! What is the matter with a printer, and the bytes that say so.

/// Switches, sensors and faults.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Condition {
    pub no_paper: bool,
    pub near_end: bool,
    pub cover_open: bool,
    pub offline: bool,
    pub cutter: bool,
    pub hot: bool,
    pub broken: bool,
}

impl Condition {
    /// Whether the mechanism stands still.
    pub fn is_stopped(self) -> bool {
        self.no_paper || self.cover_open || self.offline || self.has_error()
    }

    fn has_error(self) -> bool {
        self.cutter || self.hot || self.broken
    }

    /// The answer to DLE EOT n; nothing for kinds that there are not.
    pub fn at_once(self, kind: u8) -> Option<u8> {
        let bit = |is_set: bool, number: u8| u8::from(is_set) << number;
        let bits = match kind {
            1 => bit(self.is_stopped(), 3),
            2 => bit(self.cover_open, 2) | bit(self.no_paper, 5) | bit(self.has_error(), 6),
            3 => bit(self.cutter, 3) | bit(self.broken, 5) | bit(self.hot, 6),
            4 => (bit(self.near_end, 2) * 3) | (bit(self.no_paper, 5) * 3),
            _ => return None,
        };
        Some(0x12 | bits)
    }

    /// The answer to GS r 1.
    pub fn in_turn(self) -> u8 {
        (u8::from(self.near_end) * 0x03) | (u8::from(self.no_paper) * 0x0c)
    }

    /// The status of the port: not error, selected, paper empty.
    pub fn port(self) -> u8 {
        let bit = |is_set: bool, number: u8| u8::from(is_set) << number;
        bit(!self.has_error(), 3) | bit(!self.is_stopped(), 4) | bit(self.no_paper, 5)
    }
}
