//! Removes messages of rooms for good.

use super::{RoomArchive, RoomMember};
use crate::model::Phrase;
use crate::model::room_log::Place;
use crate::runtime::opened_store::private;
use crate::runtime::profile::Profile;
use crate::store::{RemovedMessages, RoomLog, RoomRemoval};

/// What a person wants to have removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemovalTarget {
    /// The message that stands there. 0 is no place.
    Place(u64),
    /// A room, as it is typed.
    Room(String),
    /// Somebody, in all rooms.
    Member(RoomMember),
}

/// The log while messages are removed from it: no relay can have it.
#[derive(Debug)]
pub struct RoomRemover {
    log: RoomLog,
    removal: RoomRemoval,
    count: u64,
}

impl RoomRemover {
    /// An error where there is nothing to be removed.
    pub fn open(profile: &Profile, target: RemovalTarget) -> Result<Self, Phrase> {
        let nothing = || Phrase::new("history-nothing");
        let mut history = RoomArchive::open(profile)?;
        if history.reader.is_none() {
            return Err(nothing());
        }
        let log = RoomLog::open_offline(profile.rooms_folder(), private)?;
        let removal = match target {
            RemovalTarget::Place(place) => RoomRemoval::Place(Place::new(place).ok_or_else(nothing)?),
            RemovalTarget::Room(room) => RoomRemoval::Room(history.room(&room)?),
            RemovalTarget::Member(member) => RoomRemoval::Member(member),
        };
        let count = match &mut history.reader {
            Some(reader) => reader.count(&removal)?,
            None => 0,
        };
        if count == 0 { Err(nothing()) } else { Ok(Self { log, removal, count }) }
    }

    /// How many messages these are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    pub fn remove(&mut self) -> Result<RemovedMessages, Phrase> {
        self.log.remove(&self.removal)
    }
}
