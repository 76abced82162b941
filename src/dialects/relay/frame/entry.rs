//! What stands inside a bundle and inside a list of members.

use super::begin;
use crate::wire::cursor::{Cursor, Put};

const TEXT: u8 = 1;
const JOINED: u8 = 2;
const LEFT: u8 = 3;
const RENAMED: u8 = 4;

/// One thing that happened in a room. `index` names the member for the life of the room; the `number` of a text is the
/// sender's own, and 0 of a plain member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleEntry<'a> {
    Text { index: u32, number: u32, text: &'a [u8] },
    Joined { index: u32, id: u64, name: &'a str },
    Left { index: u32 },
    Renamed { index: u32, name: &'a str },
}

impl<'a> BundleEntry<'a> {
    /// Appends the entry. A name beyond 255 bytes is cut.
    pub fn encode(&self, out: &mut impl Put) {
        match *self {
            Self::Text { index, number, text } => {
                let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
                out.u8(TEXT).varint(index).varint(number).varint(length).bytes(text)
            }
            Self::Joined { index, id, name } => out.u8(JOINED).varint(index).u64(id).short_text(name),
            Self::Left { index } => out.u8(LEFT).varint(index),
            Self::Renamed { index, name } => out.u8(RENAMED).varint(index).short_text(name),
        };
    }

    fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let kind = cursor.u8()?;
        let index = cursor.varint()?;
        Some(match kind {
            TEXT => {
                let number = cursor.varint()?;
                let length = usize::try_from(cursor.varint()?).ok()?;
                Self::Text { index, number, text: cursor.bytes(length)? }
            }
            JOINED => Self::Joined { index, id: cursor.u64()?, name: cursor.short_text()? },
            LEFT => Self::Left { index },
            RENAMED => Self::Renamed { index, name: cursor.short_text()? },
            _ => return None,
        })
    }
}

/// Appends the header of a bundle; its entries follow, the first of which has the sequence number `seq`.
pub fn begin_bundle<P: Put>(out: &mut P, stream: u32, seq: u64) -> &mut P {
    begin(out, b'b').u32(stream).u64(seq)
}

/// The entries of one bundle, in order. Known to be whole: they were all looked at when the bundle was decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BundleEntries<'a> {
    cursor: Cursor<'a>,
}

impl<'a> BundleEntries<'a> {
    /// From what follows the header of a bundle.
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        // Zeros to the end are padding.
        while cursor.rest().iter().any(|byte| *byte != 0) {
            BundleEntry::decode(&mut cursor)?;
        }
        Some(Self { cursor: Cursor::new(bytes) })
    }

    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.cursor.rest()
    }
}

impl<'a> Iterator for BundleEntries<'a> {
    type Item = BundleEntry<'a>;

    fn next(&mut self) -> Option<BundleEntry<'a>> {
        BundleEntry::decode(&mut self.cursor)
    }
}

/// One line of the list of members.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listed<'a> {
    pub index: u32,
    pub id: u64,
    /// Still a member, or gone not long ago.
    pub here: bool,
    pub name: &'a str,
}

impl<'a> Listed<'a> {
    /// Appends the line. A name beyond 255 bytes is cut.
    pub fn encode(&self, out: &mut impl Put) {
        out.u32(self.index).u64(self.id).u8(u8::from(self.here)).short_text(self.name);
    }

    fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (index, id) = (cursor.u32()?, cursor.u64()?);
        let here = match cursor.u8()? {
            0 => false,
            1 => true,
            _ => return None,
        };
        Some(Self { index, id, here, name: cursor.short_text()? })
    }
}

/// A page of the list of members, by rising index. Known to be whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberPage<'a> {
    cursor: Cursor<'a>,
}

impl<'a> MemberPage<'a> {
    /// From lines that were encoded one after the other.
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        while !cursor.is_empty() {
            Listed::decode(&mut cursor)?;
        }
        Some(Self { cursor: Cursor::new(bytes) })
    }

    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.cursor.rest()
    }
}

impl<'a> Iterator for MemberPage<'a> {
    type Item = Listed<'a>;

    fn next(&mut self) -> Option<Listed<'a>> {
        Listed::decode(&mut self.cursor)
    }
}
