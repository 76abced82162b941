//! What stands inside a bundle and inside a list of members.

use std::borrow::Cow;

use super::{begin, millis, wall_time};
use crate::model::WallTime;
use crate::model::room_log::{LogRecord, Place, PlacedRecord, RecordKind};
use crate::wire::cursor::{Cursor, Put};

const TEXT: u8 = 1;
const JOINED: u8 = 2;
const LEFT: u8 = 3;
const RENAMED: u8 = 4;
const KEPT_TEXT: u8 = 5;
const RULES: u8 = 6;
const REMOVED: u8 = 7;
const CROWDED: u8 = 8;
const OMITTED: u8 = 9;

/// What a line of the log says.
const LINE_SAID: u8 = 1;
const LINE_REMOVED: u8 = 2;

/// A flag of the rules: only people in charge write.
const MODERATED: u8 = 1;

/// Where a text stands in the log, and when the relay took it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kept {
    pub place: Place,
    pub at: WallTime,
}

impl Kept {
    fn encode<P: Put>(self, out: &mut P) -> &mut P {
        out.varint64(self.place.get()).varint64(millis(self.at))
    }

    fn decode(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { place: Place::new(cursor.varint64()?)?, at: wall_time(cursor.varint64()?)? })
    }
}

/// How a room is run: seconds between two messages of one member (0: no such rule), and what it is about (empty: not said).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rules<'a> {
    /// Only people in charge write.
    pub moderated: bool,
    pub slow: u16,
    pub topic: &'a str,
}

impl<'a> Rules<'a> {
    /// A topic beyond 255 bytes is cut.
    pub(super) fn encode<'p, P: Put>(&self, out: &'p mut P) -> &'p mut P {
        out.u8(if self.moderated { MODERATED } else { 0 }).u16(self.slow).short_text(self.topic)
    }

    /// Flags that a later relay has are its own business.
    pub(super) fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let (flags, slow) = (cursor.u8()?, cursor.u16()?);
        Some(Self { moderated: flags & MODERATED != 0, slow, topic: cursor.short_text()? })
    }
}

/// One thing that happened in a room. `index` names the member for the life of the room; the `number` of a text is the
/// sender's own, and 0 of a plain member. `Removed`: what stood at the place `message` of the log is gone. `Crowded`: whether the
/// room is told only of those members who write, from here on. `Omitted`: what stood here was of use only before that.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BundleEntry<'a> {
    Text { index: u32, number: u32, kept: Option<Kept>, text: &'a [u8] },
    Joined { index: u32, id: u64, name: &'a str },
    Left { index: u32 },
    Renamed { index: u32, name: &'a str },
    Rules(Rules<'a>),
    Removed { kept: Kept, message: Place },
    Crowded(bool),
    Omitted,
}

impl<'a> BundleEntry<'a> {
    /// Appends the entry. A name beyond 255 bytes is cut.
    pub fn encode(&self, out: &mut impl Put) {
        match *self {
            Self::Text { index, number, kept, text } => {
                out.u8(if kept.is_some() { KEPT_TEXT } else { TEXT }).varint(index).varint(number);
                if let Some(kept) = kept {
                    kept.encode(out);
                }
                put_text(out, text)
            }
            Self::Joined { index, id, name } => out.u8(JOINED).varint(index).u64(id).short_text(name),
            Self::Left { index } => out.u8(LEFT).varint(index),
            Self::Renamed { index, name } => out.u8(RENAMED).varint(index).short_text(name),
            Self::Rules(rules) => rules.encode(out.u8(RULES)),
            Self::Removed { kept, message } => kept.encode(out.u8(REMOVED)).varint64(message.get()),
            Self::Crowded(is_crowded) => out.u8(CROWDED).u8(is_crowded.into()),
            Self::Omitted => out.u8(OMITTED),
        };
    }

    fn decode(cursor: &mut Cursor<'a>) -> Option<Self> {
        let kind = cursor.u8()?;
        if kind == RULES {
            return Some(Self::Rules(Rules::decode(cursor)?));
        }
        if kind == REMOVED {
            let kept = Kept::decode(cursor)?;
            return Some(Self::Removed { kept, message: Place::new(cursor.varint64()?)? });
        }
        if kind == CROWDED {
            return Some(Self::Crowded(flag(cursor)?));
        }
        if kind == OMITTED {
            return Some(Self::Omitted);
        }
        let index = cursor.varint()?;
        Some(match kind {
            TEXT => Self::Text { index, number: cursor.varint()?, kept: None, text: take_text(cursor)? },
            KEPT_TEXT => {
                let number = cursor.varint()?;
                let kept = Some(Kept::decode(cursor)?);
                Self::Text { index, number, kept, text: take_text(cursor)? }
            }
            JOINED => Self::Joined { index, id: cursor.u64()?, name: cursor.short_text()? },
            LEFT => Self::Left { index },
            RENAMED => Self::Renamed { index, name: cursor.short_text()? },
            _ => return None,
        })
    }
}

fn flag(cursor: &mut Cursor<'_>) -> Option<bool> {
    match cursor.u8()? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}

fn put_text<'p, P: Put>(out: &'p mut P, text: &[u8]) -> &'p mut P {
    out.varint(u32::try_from(text.len()).unwrap_or(u32::MAX)).bytes(text)
}

fn take_text<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = usize::try_from(cursor.varint()?).ok()?;
    cursor.bytes(length)
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
        Some(Self { index, id, here: flag(cursor)?, name: cursor.short_text()? })
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

/// Appends a message as a page of the log has it. A name beyond 255 bytes is cut.
pub fn put_line(out: &mut impl Put, line: &PlacedRecord<'_>) {
    let PlacedRecord { place, record: LogRecord { at, kind, id, number, name, body } } = line;
    let kept = Kept { place: *place, at: *at };
    match kind {
        RecordKind::Said => {
            put_text(kept.encode(out.u8(LINE_SAID)).u64(*id).varint(*number).short_text(name), body);
        }
        RecordKind::Removed(message) => {
            kept.encode(out.u8(LINE_REMOVED)).varint64(message.get());
        }
    }
}

/// Messages of the log, by rising place. Known to be whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLines<'a> {
    cursor: Cursor<'a>,
}

impl<'a> LogLines<'a> {
    /// From lines that were encoded one after the other.
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let mut cursor = Cursor::new(bytes);
        while !cursor.is_empty() {
            Self::line(&mut cursor)?;
        }
        Some(Self { cursor: Cursor::new(bytes) })
    }

    pub(super) const fn bytes(&self) -> &'a [u8] {
        self.cursor.rest()
    }

    fn line(cursor: &mut Cursor<'a>) -> Option<PlacedRecord<'a>> {
        let kind = cursor.u8()?;
        let Kept { place, at } = Kept::decode(cursor)?;
        let record = match kind {
            LINE_SAID => {
                let (id, number, name) = (cursor.u64()?, cursor.varint()?, cursor.short_text()?);
                let (name, body) = (Cow::Borrowed(name), Cow::Borrowed(take_text(cursor)?));
                LogRecord { at, kind: RecordKind::Said, id, number, name, body }
            }
            LINE_REMOVED => LogRecord::removal(at, Place::new(cursor.varint64()?)?),
            _ => return None,
        };
        Some(PlacedRecord { place, record })
    }
}

impl<'a> Iterator for LogLines<'a> {
    type Item = PlacedRecord<'a>;

    fn next(&mut self) -> Option<PlacedRecord<'a>> {
        Self::line(&mut self.cursor)
    }
}
