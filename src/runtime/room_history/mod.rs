//! What a relay has kept of its rooms, for its operator: read beside a relay that runs, written out, read back in, and
//! removed.
//!
//! Only importing and removing change anything, and want the log for themselves.

mod export;
mod import;
mod line;
mod removal;

#[cfg(test)]
mod tests;

use super::profile::Profile;
use crate::model::Phrase;
use crate::store::RoomLogReader;

pub use crate::store::{RoomHits, RoomMember, RoomMessage, RoomSearch, RoomSummary};
pub use export::{RoomExport, RoomExportFormat};
pub use import::import_rooms;
pub use line::{RoomRead, read_room_line, room_line};
pub use removal::{RemovalTarget, RoomRemover};

/// Digits of a member's id.
const ID_DIGITS: usize = 16;

/// What is kept, for reading.
#[derive(Debug)]
pub struct RoomArchive {
    /// `None`: nothing has been kept yet.
    reader: Option<RoomLogReader>,
}

impl RoomArchive {
    pub fn open(profile: &Profile) -> Result<Self, Phrase> {
        Ok(Self { reader: RoomLogReader::open(profile.rooms_folder())? })
    }

    /// The rooms in which there is something, by name.
    pub fn list(&mut self) -> Result<Vec<RoomSummary>, Phrase> {
        self.reader.as_mut().map_or_else(|| Ok(Vec::new()), RoomLogReader::list)
    }

    /// The newest hits.
    pub fn search(&mut self, lookup: &RoomSearch) -> Result<RoomHits, Phrase> {
        self.reader.as_mut().map_or_else(|| Ok(RoomHits::default()), |reader| reader.search(lookup))
    }

    /// The name by which the log knows the room that a person means.
    pub fn room(&mut self, typed: &str) -> Result<String, Phrase> {
        let name = typed.to_lowercase();
        let is_there = self.list()?.iter().any(|room| room.name == name);
        if is_there { Ok(name) } else { Err(Phrase::new("room-history-no-room").text("name", typed)) }
    }
}

/// Whose messages a person means: an id, which is theirs alone, or a name.
pub fn parse_member(typed: &str) -> RoomMember {
    member_id(typed).map_or_else(|| RoomMember::Named(typed.to_owned()), RoomMember::Id)
}

fn member_id(digits: &str) -> Option<u64> {
    let is_one = digits.len() == ID_DIGITS && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    u64::from_str_radix(digits, 16).ok().filter(|_| is_one)
}
