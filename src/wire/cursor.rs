//! Reading bytes from the wire without ever reaching past their end, and writing them.
//!
//! All integers are big-endian, as RFC 1700 has it. Every method answers `None` where the bytes end too early or
//! say something that cannot be; what was read before stays read.

/// What is left of a datagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Everything not read so far.
    pub const fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Everything not read so far; nothing is left afterwards.
    pub const fn take_rest(&mut self) -> &'a [u8] {
        let rest = self.rest;
        self.rest = &[];
        rest
    }

    pub const fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    pub fn u8(&mut self) -> Option<u8> {
        self.array().map(u8::from_be_bytes)
    }

    pub fn u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    pub fn u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    pub fn u64(&mut self) -> Option<u64> {
        self.array().map(u64::from_be_bytes)
    }

    /// LEB128 of at most 32 bits, in its shortest form only: one number has one spelling.
    pub fn varint(&mut self) -> Option<u32> {
        self.varint64().and_then(|value| u32::try_from(value).ok())
    }

    /// The same of at most 63 bits.
    pub fn varint64(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0_u32..63).step_by(7) {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let padded = byte == 0 && shift > 0;
                return (!padded).then_some(value);
            }
        }
        None
    }

    /// A byte of length and so much UTF-8.
    pub fn short_text(&mut self) -> Option<&'a str> {
        let length = usize::from(self.u8()?);
        str::from_utf8(self.bytes(length)?).ok()
    }
}

/// Appends what a [`Cursor`] reads, under the same names.
pub trait Put {
    fn bytes(&mut self, bytes: &[u8]) -> &mut Self;

    fn u8(&mut self, value: u8) -> &mut Self {
        self.bytes(&[value])
    }

    fn u16(&mut self, value: u16) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    fn u64(&mut self, value: u64) -> &mut Self {
        self.bytes(&value.to_be_bytes())
    }

    fn varint(&mut self, value: u32) -> &mut Self {
        self.varint64(value.into())
    }

    /// Of at most 63 bits; what is above them is left out.
    fn varint64(&mut self, value: u64) -> &mut Self {
        let mut value = value & (u64::MAX >> 1);
        while value > 0x7f {
            let [low, ..] = value.to_le_bytes();
            self.u8(low | 0x80);
            value >>= 7;
        }
        let [low, ..] = value.to_le_bytes();
        self.u8(low)
    }

    /// What is beyond 255 bytes is left out, in whole characters.
    fn short_text(&mut self, text: &str) -> &mut Self {
        let mut end = text.len().min(usize::from(u8::MAX));
        while !text.is_char_boundary(end) {
            end = end.saturating_sub(1);
        }
        let kept = text.as_bytes().get(..end).unwrap_or_default();
        self.u8(u8::try_from(kept.len()).unwrap_or_default()).bytes(kept)
    }
}

impl Put for Vec<u8> {
    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.extend_from_slice(bytes);
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_read_past_the_end() {
        let mut cursor = Cursor::new(&[1, 2, 3]);
        assert_eq!(cursor.u32(), None);
        assert_eq!(cursor.bytes(4), None);
        assert_eq!(cursor.u16(), Some(0x0102));
        assert_eq!(cursor.u8(), Some(3));
        assert!(cursor.is_empty());
        assert_eq!(cursor.u8(), None);
    }

    #[test]
    fn a_varint_has_one_spelling_and_at_most_32_bits() {
        assert_eq!(Cursor::new(&[0x80, 0x01]).varint(), Some(128));
        assert_eq!(Cursor::new(&[0x80, 0x00]).varint(), None);
        assert_eq!(Cursor::new(&[0xff, 0xff, 0xff, 0xff, 0x0f]).varint(), Some(u32::MAX));
        assert_eq!(Cursor::new(&[0xff, 0xff, 0xff, 0xff, 0x1f]).varint(), None);
        assert_eq!(Cursor::new(&[0xff; 6]).varint(), None);
    }

    #[test]
    fn a_long_name_is_cut_between_characters() {
        let mut out = Vec::new();
        out.short_text(&"好".repeat(100));
        assert_eq!(Cursor::new(&out).short_text(), Some("好".repeat(85).as_str()));
    }

    proptest! {
        #[test]
        fn a_varint_comes_back(value: u32) {
            let mut out = Vec::new();
            out.varint(value);
            prop_assert_eq!(Cursor::new(&out).varint(), Some(value));
        }
    }
}
