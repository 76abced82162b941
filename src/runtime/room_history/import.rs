//! Reads messages of rooms back in: all of a file, or nothing of it.

use std::io::BufRead;

use super::line::read_room_line;
use crate::model::Phrase;
use crate::runtime::history::ImportLines;
use crate::runtime::opened_store::private;
use crate::runtime::profile::Profile;
use crate::store::{ImportedRooms, RoomLog};

/// Takes the messages of `input` into the log of a profile, which no relay may be writing. `source` names the input in what
/// is said of a bad line.
pub fn import_rooms(profile: &Profile, input: impl BufRead, source: &str) -> Result<ImportedRooms, Phrase> {
    let mut log = RoomLog::open_offline(profile.rooms_folder(), private)?;
    let messages = ImportLines::new(input, source, read_room_line);
    log.import(&mut messages.map(|item| item.map(|read| (read.room, read.record))))
}
