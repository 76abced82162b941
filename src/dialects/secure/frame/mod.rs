//! What two udpqq say to each other inside of a connection.
//!
//! Each side opens two unidirectional streams, whose first byte says which: control or messages. A stream is a row of frames:
//! ```text
//! frame    length varint (<= 65,536) ‖ kind varint ‖ fields
//! field    tag varint = number << 1 | critical ‖ length varint ‖ bytes; numbers rise, each once
//! varint   LEB128, at most 32 bits, in its shortest form
//! ```
//! A field or kind that is not known and not critical is passed over, so that versions can grow.

pub(super) mod control;
pub(super) mod entry;
mod fields;
pub(super) mod offer;
mod reader;
mod rejection;

pub(super) use fields::{FieldReader, FieldWriter, Fields, Malformed};
pub(super) use reader::FrameReader;
pub(super) use rejection::Rejection;

use crate::wire::cursor::Put as _;

/// Bytes of a frame, without its length.
pub(super) const MAX_FRAME: usize = 65_536;

/// The first byte of a unidirectional stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamKind {
    Control,
    Messages,
}

impl StreamKind {
    pub(super) const fn code(self) -> u8 {
        match self {
            Self::Control => 1,
            Self::Messages => 2,
        }
    }

    pub(super) const fn from_code(code: u8) -> Option<Self> {
        match code {
            1 => Some(Self::Control),
            2 => Some(Self::Messages),
            _ => None,
        }
    }
}

/// A frame with its length before it.
pub(super) fn framed(content: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(content.len().saturating_add(3));
    bytes.varint(u32::try_from(content.len()).unwrap_or(u32::MAX)).bytes(content);
    bytes
}
