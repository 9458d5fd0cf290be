//! The receive buffer, and the commands that are heard while they go in.

use std::collections::VecDeque;

const DLE: u8 = 0x10;

/// A command that is carried out when it arrives, wherever it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AtOnce {
    /// DLE EOT n.
    Status(u8),
    /// DLE ENQ n or DLE DC4 …: recover, clear, open the drawer.
    Other,
}

/// Bytes that wait, and the last ones that went in.
#[derive(Debug)]
pub struct Buffer {
    waiting: VecDeque<u8>,
    size: usize,
    before: [u8; 2],
}

impl Buffer {
    pub fn new(size: usize) -> Self {
        Buffer { waiting: VecDeque::new(), size, before: [0; 2] }
    }

    /// Takes a byte, unless there is no room; and what it was the end of.
    pub fn push(&mut self, byte: u8) -> Option<Option<AtOnce>> {
        if self.waiting.len() >= self.size {
            return None;
        }
        self.waiting.push_back(byte);
        let heard = match self.before {
            [DLE, 0x04] => Some(AtOnce::Status(byte)),
            [DLE, 0x05 | 0x14] => Some(AtOnce::Other),
            _ => None,
        };
        self.before = [self.before[1], byte];
        Some(heard)
    }

    pub fn len(&self) -> usize {
        self.waiting.len()
    }

    /// The byte at a place from the front.
    pub fn at(&self, at: usize) -> Option<u8> {
        self.waiting.get(at).copied()
    }

    /// Takes bytes from the front.
    pub fn take(&mut self, count: usize) -> Vec<u8> {
        self.waiting.drain(..count.min(self.waiting.len())).collect()
    }

    pub fn clear(&mut self) {
        self.waiting.clear();
        self.before = [0; 2];
    }
}
