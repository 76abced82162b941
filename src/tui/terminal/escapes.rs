//! The bytes of a frame while it is made: text and control sequences (ECMA-48 5.4), one behind the other.

/// Bytes for the terminal.
#[derive(Debug, Default)]
pub(super) struct EscapeBuffer {
    bytes: Vec<u8>,
}

impl EscapeBuffer {
    pub(super) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Writes behind these bytes.
    pub(super) const fn behind(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    pub(super) fn blanks(&mut self, cells: u16) {
        self.bytes.extend(std::iter::repeat_n(b' ', usize::from(cells)));
    }

    /// Puts the cursor at a cell, counted from 0 (CUP).
    pub(super) fn go(&mut self, x: u16, y: u16) {
        self.put(b"\x1b[");
        self.number(y.saturating_add(1));
        self.put(b";");
        self.number(x.saturating_add(1));
        self.put(b"H");
    }

    /// One parameter of a sequence, and the separator behind it.
    pub(super) fn parameter(&mut self, code: u8) {
        self.number(u16::from(code));
        self.put(b";");
    }

    /// Ends a sequence whose parameters began at `start`; behind the last of them stands no separator.
    pub(super) fn finish(&mut self, start: usize, last: u8) {
        if self.bytes.get(start..).is_some_and(|parameters| parameters.ends_with(b";")) {
            self.bytes.pop();
        }
        self.bytes.push(last);
    }

    /// A number in decimal digits.
    pub(super) fn number(&mut self, number: u16) {
        let mut digits = [0_u8; 5];
        let (mut rest, mut first) = (number, digits.len());
        for (at, digit) in digits.iter_mut().enumerate().rev() {
            *digit = b'0' + u8::try_from(rest % 10).unwrap_or_default();
            (rest, first) = (rest / 10, at);
            if rest == 0 {
                break;
            }
        }
        self.put(digits.get(first..).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        let mut out = EscapeBuffer::default();
        for value in [0, 7, 10, 999, u16::MAX] {
            out.number(value);
            out.put(b" ");
        }
        assert_eq!(out.into_bytes(), b"0 7 10 999 65535 ");
    }
}
