//! Removes messages of rooms for good.

use std::time::Duration;

use super::{RoomArchive, RoomMember};
use crate::model::Phrase;
use crate::model::room_log::Place;
use crate::runtime::opened_store::private;
use crate::runtime::profile::Profile;
use crate::runtime::relay::order;
use crate::store::{RemovedMessages, RoomLog, RoomLogReader, RoomRemoval};

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

/// What is to be removed, and by whom.
#[derive(Debug)]
pub struct RoomRemover {
    way: RemovalWay,
    removal: RoomRemoval,
    count: u64,
}

/// Who has the log.
#[derive(Debug)]
enum RemovalWay {
    /// We do: no relay can have it meanwhile.
    Alone(Box<RoomLog>),
    /// A relay does, which hears orders.
    Relay(RoomLogReader),
}

/// Messages that a relay is ordered to remove at once, as many as an order may name, and for how long it is looked whether all
/// are gone.
const MAX_PLACES: usize = 200;
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(100);

impl RoomRemover {
    /// An error where there is nothing to be removed.
    pub fn open(profile: &Profile, target: RemovalTarget) -> Result<Self, Phrase> {
        let nothing = || Phrase::new("history-nothing");
        let mut history = RoomArchive::open(profile)?;
        let removal = match target {
            RemovalTarget::Place(place) => RoomRemoval::Place(Place::new(place).ok_or_else(nothing)?),
            RemovalTarget::Room(room) => RoomRemoval::Room(history.room(&room)?),
            RemovalTarget::Member(member) => RoomRemoval::Member(member),
        };
        let Some(mut reader) = history.reader else { return Err(nothing()) };
        let log = RoomLog::open_offline(profile.rooms_folder(), private);
        let count = reader.count(&removal)?;
        if count == 0 {
            return Err(nothing());
        }
        let way = match log {
            Ok(log) => RemovalWay::Alone(Box::new(log)),
            Err(_) if profile.orders_path().exists() => RemovalWay::Relay(reader),
            Err(why) => return Err(why),
        };
        Ok(Self { way, removal, count })
    }

    /// How many messages these are.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// A relay that runs removes them itself, and tells those who are in the rooms.
    pub async fn remove(self, profile: &Profile) -> Result<RemovedMessages, Phrase> {
        let Self { way, removal, count } = self;
        match way {
            RemovalWay::Alone(mut log) => {
                let removing = tokio::task::spawn_blocking(move || log.remove(&removal));
                removing.await.map_err(|_panicked| Phrase::new("headless-broken"))?
            }
            RemovalWay::Relay(reader) => order_removal(profile, reader, &removal, count).await,
        }
    }
}

async fn order_removal(
    profile: &Profile,
    mut reader: RoomLogReader,
    removal: &RoomRemoval,
    count: u64,
) -> Result<RemovedMessages, Phrase> {
    for (room, places) in reader.places(removal)? {
        for places in places.chunks(MAX_PLACES) {
            let head = ["remove".to_owned(), room.clone()];
            let words = head.into_iter().chain(places.iter().map(|place| place.get().to_string()));
            order(profile, &words.collect::<Vec<_>>()).await?;
        }
    }
    let is_gone = async {
        while reader.count(removal)? > 0 {
            tokio::time::sleep(LOOK).await;
        }
        Ok(RemovedMessages { messages: count, is_scrubbed: true })
    };
    let late = |_| Err(Phrase::new("room-history-not-yet"));
    tokio::time::timeout(PATIENCE, is_gone).await.unwrap_or_else(late)
}
