//! What is new in rooms: the answer to a ping, which is asked once for all rooms of one program.

use crate::wire::cursor::{Cursor, Put};

/// The newest entry of a room, and how many members there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoomNews {
    pub stream: u32,
    pub seq: u64,
    pub count: u32,
}

impl RoomNews {
    /// Bytes of one.
    pub const LENGTH: usize = 16;

    fn decode(cursor: &mut Cursor<'_>) -> Option<Self> {
        Some(Self { stream: cursor.u32()?, seq: cursor.u64()?, count: cursor.u32()? })
    }

    pub fn encode(&self, out: &mut impl Put) {
        out.u32(self.stream).u64(self.seq).u32(self.count);
    }
}

/// Rooms, one after the other; at least one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewsList<'a>(&'a [u8]);

impl<'a> NewsList<'a> {
    pub fn decode(bytes: &'a [u8]) -> Option<Self> {
        let whole = !bytes.is_empty() && bytes.len().is_multiple_of(RoomNews::LENGTH);
        whole.then_some(Self(bytes))
    }

    pub const fn bytes(&self) -> &'a [u8] {
        self.0
    }

    /// What is new in the room with that life.
    pub fn of(&self, stream: u32) -> Option<RoomNews> {
        self.iter().find(|news| news.stream == stream)
    }

    pub fn iter(&self) -> impl Iterator<Item = RoomNews> + use<'a> {
        self.0.chunks(RoomNews::LENGTH).filter_map(|bytes| RoomNews::decode(&mut Cursor::new(bytes)))
    }
}
