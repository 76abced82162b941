//! What lists of files and directory streams share: fields with a colon behind each, and what they say of an entry.

use super::super::packet::hexadecimal;
use crate::wire::Encoding;

/// What an entry says it is, in the low byte of its attributes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum EntryKind {
    File,
    Folder,
    /// Back to the folder above.
    Up,
    /// A link, a device and whatever else is made of nobody's word.
    Other,
}

const FILE: u8 = 0x01;
const FOLDER: u8 = 0x02;
const UP: u8 = 0x03;
/// A picture from the clipboard: a file with a name that a program made up.
const CLIPBOARD: u8 = 0x20;

impl EntryKind {
    pub(super) fn read(field: &[u8]) -> Option<Self> {
        Some(match hexadecimal(field)?.to_le_bytes()[0] {
            FILE | CLIPBOARD => Self::File,
            FOLDER => Self::Folder,
            UP => Self::Up,
            _ => Self::Other,
        })
    }

    pub(super) const fn code(self) -> u8 {
        match self {
            Self::File | Self::Other => FILE,
            Self::Folder => FOLDER,
            Self::Up => UP,
        }
    }
}

/// The largest size that is believed: 1 TiB. A larger one is a lie, or should come on a disk.
pub(super) const MAX_SIZE: u64 = 1 << 40;
/// 2100-01-01: no file is of a later time, and not every file system can say so.
const MAX_TIME: u64 = 4_102_444_800;

/// A size in bytes.
pub(super) fn size(field: &[u8]) -> Option<u64> {
    hexadecimal(field).filter(|size| *size <= MAX_SIZE)
}

/// Seconds since the Unix epoch. What makes no sense is no time: programs write what they like there.
pub(super) fn time(field: &[u8]) -> Option<i64> {
    let seconds = hexadecimal(field).filter(|seconds| (1..MAX_TIME).contains(seconds))?;
    i64::try_from(seconds).ok()
}

/// What is left of an entry.
#[derive(Debug)]
pub(super) struct ColonFields<'a>(pub &'a [u8]);

impl<'a> ColonFields<'a> {
    /// The next field. A last one without a colon counts, unless it is empty.
    pub(super) fn field(&mut self) -> Option<&'a [u8]> {
        if self.0.is_empty() {
            return None;
        }
        let end = self.0.iter().position(|byte| *byte == b':').unwrap_or(self.0.len());
        let (field, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        Some(field)
    }

    /// The next field, in which a doubled colon stands for one. In none of the family's encodings a colon is part of
    /// another character.
    pub(super) fn name(&mut self) -> Option<Vec<u8>> {
        let mut name = Vec::new();
        loop {
            name.extend_from_slice(self.field()?);
            if self.0.first() != Some(&b':') {
                return (!name.is_empty()).then_some(name);
            }
            self.0 = self.0.get(1..).unwrap_or_default();
            name.push(b':');
        }
    }
}

/// A name with `_` for whatever the other side cannot have in one, or takes for its end, and this for a colon.
pub(super) fn write_name(name: &str, encoding: Encoding, colon: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len());
    for character in name.chars() {
        let foreign = character.is_control() || matches!(character, '/' | '\\');
        match encoding.encode(character.encode_utf8(&mut [0; 4])) {
            _ if character == ':' => bytes.extend_from_slice(colon),
            Ok(encoded) if !foreign => bytes.extend(encoded),
            _ => bytes.push(b'_'),
        }
    }
    bytes
}
