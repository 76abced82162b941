//! Fields: numbered, so that each can be passed over by whoever does not know it.

use crate::wire::cursor::{Cursor, Put as _};

/// Bytes that are taken at once: a sentence and its fields.
const CAPACITY: usize = 160;

/// The bytes break the rules of the format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialects::secure) struct Malformed;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::dialects::secure) struct TaggedField<'a> {
    pub number: u32,
    /// Whoever does not know it does not understand the whole.
    pub critical: bool,
    pub bytes: &'a [u8],
}

/// Gives one field after the other, in rising order.
#[derive(Clone, Debug)]
pub(in crate::dialects::secure) struct FieldReader<'a> {
    rest: Cursor<'a>,
    last: Option<u32>,
}

impl<'a> FieldReader<'a> {
    pub(in crate::dialects::secure) const fn new(rest: Cursor<'a>) -> Self {
        Self { rest, last: None }
    }

    fn read(&mut self) -> Result<TaggedField<'a>, Malformed> {
        let tag = self.rest.varint().ok_or(Malformed)?;
        let length = self.rest.varint().and_then(|length| usize::try_from(length).ok()).ok_or(Malformed)?;
        let bytes = self.rest.bytes(length).ok_or(Malformed)?;
        let number = tag >> 1;
        if self.last.is_some_and(|last| last >= number) {
            return Err(Malformed);
        }
        self.last = Some(number);
        Ok(TaggedField { number, critical: tag & 1 == 1, bytes })
    }
}

impl<'a> Iterator for FieldReader<'a> {
    type Item = Result<TaggedField<'a>, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        let field = self.read();
        if field.is_err() {
            self.rest = Cursor::new(&[]);
        }
        Some(field)
    }
}

/// The fields of one frame, each by its number.
#[derive(Debug)]
pub(in crate::dialects::secure) struct Fields<'a>(Vec<TaggedField<'a>>);

impl<'a> Fields<'a> {
    pub(in crate::dialects::secure) fn read(fields: FieldReader<'a>) -> Result<Self, Malformed> {
        fields.collect::<Result<_, _>>().map(Self)
    }

    /// Whether no field is critical but those with these numbers.
    pub(in crate::dialects::secure) fn are_understood(&self, known: &[u32]) -> bool {
        self.0.iter().all(|field| !field.critical || known.contains(&field.number))
    }

    pub(in crate::dialects::secure) fn bytes(&self, number: u32) -> Option<&'a [u8]> {
        self.0.iter().find(|field| field.number == number).map(|field| field.bytes)
    }

    pub(in crate::dialects::secure) fn array<const N: usize>(&self, number: u32) -> Option<[u8; N]> {
        self.bytes(number)?.try_into().ok()
    }

    pub(in crate::dialects::secure) fn number(&self, number: u32) -> Option<u32> {
        let mut bytes = Cursor::new(self.bytes(number)?);
        bytes.varint().filter(|_| bytes.is_empty())
    }

    pub(in crate::dialects::secure) fn text(&self, number: u32) -> Result<Option<&'a str>, Malformed> {
        self.bytes(number).map(str::from_utf8).transpose().map_err(|_no_text| Malformed)
    }
}

/// Writes a kind and fields, which are given in rising order.
#[derive(Debug)]
pub(in crate::dialects::secure) struct FieldWriter {
    bytes: Vec<u8>,
}

impl FieldWriter {
    pub(in crate::dialects::secure) fn new(kind: u32) -> Self {
        let mut bytes = Vec::with_capacity(CAPACITY);
        bytes.varint(kind);
        Self { bytes }
    }

    #[must_use]
    pub(in crate::dialects::secure) fn field(self, number: u32, bytes: &[u8]) -> Self {
        self.write(number << 1, bytes)
    }

    /// Whoever does not know it must not guess what the rest means.
    #[must_use]
    pub(in crate::dialects::secure) fn critical(self, number: u32, bytes: &[u8]) -> Self {
        self.write(number << 1 | 1, bytes)
    }

    /// Nothing is written where there is nothing to say.
    #[must_use]
    pub(in crate::dialects::secure) fn optional(self, number: u32, bytes: Option<&[u8]>) -> Self {
        match bytes {
            Some(bytes) => self.field(number, bytes),
            None => self,
        }
    }

    fn write(mut self, tag: u32, bytes: &[u8]) -> Self {
        self.bytes.varint(tag).varint(u32::try_from(bytes.len()).unwrap_or(u32::MAX)).bytes(bytes);
        self
    }

    pub(in crate::dialects::secure) fn finish(self) -> Vec<u8> {
        self.bytes
    }
}
