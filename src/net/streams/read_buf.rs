//! What was read from a stream before it was asked for: small pieces are asked for one by one, and one read brings many.

use std::io;

/// The most that can be taken at once, and so what has to fit.
pub(super) const MAX_READ_AHEAD: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(super) struct ReadBuffer {
    bytes: Vec<u8>,
    /// Bytes at the front that were taken already.
    start: usize,
}

impl ReadBuffer {
    /// Exactly so many, if they are there.
    pub(super) fn take(&mut self, wanted: usize) -> Option<Vec<u8>> {
        let bytes = self.peek(wanted).to_vec();
        if bytes.len() < wanted {
            return None;
        }
        self.skip(wanted);
        Some(bytes)
    }

    /// What is there of so many.
    pub(super) fn peek(&self, wanted: usize) -> &[u8] {
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        rest.get(..wanted).unwrap_or(rest)
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.start = self.start.saturating_add(count).min(self.bytes.len());
    }

    /// Reads more, as much as there is room for.
    pub(super) fn read(&mut self, read: impl FnOnce(&mut [u8]) -> io::Result<usize>) -> io::Result<usize> {
        self.bytes.drain(..self.start);
        self.start = 0;
        let there = self.bytes.len();
        self.bytes.resize(MAX_READ_AHEAD, 0);
        let result = self.bytes.get_mut(there..).map_or(Ok(0), read);
        self.bytes.truncate(there.saturating_add(*result.as_ref().unwrap_or(&0)));
        result
    }
}
