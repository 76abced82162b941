//! `udpqq relay history search`: a line for each message that is found.
//!
//! ```text
//! #PLACE DATE HH:MM:SS ROOM <NAME>: TEXT
//! ```
//! The place is what one message is removed by.

use jiff::tz::TimeZone;

use super::{CommandError, Console, Profile};
use crate::headless::paged::{HitPages, print_hits};
use crate::model::Phrase;
use crate::model::history::PAGE;
use crate::model::text::plain_line;
use crate::runtime::history::{LinePages, local, parse_search};
use crate::runtime::room_history::{RoomArchive, RoomMessage, RoomSearch, room_line};

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(super) struct RoomSearchArgs {
    pub(super) words: String,
    /// `None`: all rooms.
    pub(super) room: Option<String>,
    pub(super) json: bool,
    /// `None`: all.
    pub(super) limit: Option<usize>,
}

/// A search that is carried out page by page.
#[derive(Debug)]
struct RoomSearchPages {
    history: RoomArchive,
    /// The next page; `None`: there is none.
    lookup: Option<RoomSearch>,
    /// Hits that are still wanted.
    left: usize,
    /// There are more than were wanted.
    more: bool,
    json: bool,
    zone: TimeZone,
}

pub(super) async fn run(
    profile: &Profile,
    wanted: RoomSearchArgs,
    output: &Console,
) -> Result<(), CommandError> {
    print_hits(RoomSearchPages::new(profile, &wanted, output.zone().clone())?, output).await
}

impl RoomSearchPages {
    fn new(profile: &Profile, wanted: &RoomSearchArgs, zone: TimeZone) -> Result<Self, Phrase> {
        let search = parse_search(&wanted.words)?;
        let mut history = RoomArchive::open(profile)?;
        let room = wanted.room.as_deref().map(|room| history.room(room)).transpose()?;
        let left = wanted.limit.unwrap_or(usize::MAX);
        let lookup = RoomSearch { search, room, before: None, limit: left.min(PAGE) };
        Ok(Self { history, lookup: Some(lookup), left, more: false, json: wanted.json, zone })
    }

    fn line(&self, message: &RoomMessage) -> String {
        if self.json { room_line(message, &self.zone) } else { hit(message, &self.zone) }
    }
}

impl HitPages for RoomSearchPages {
    fn has_more(&self) -> bool {
        self.more
    }
}

impl LinePages for RoomSearchPages {
    fn lines(&mut self) -> Result<Option<Vec<String>>, Phrase> {
        let Some(lookup) = self.lookup.take() else { return Ok(None) };
        let found = self.history.search(&lookup)?;
        self.left = self.left.saturating_sub(found.hits.len());
        self.more = found.more;
        let before = found.hits.last().map(|oldest| oldest.placed.place);
        if found.more && self.left > 0 && before.is_some() {
            self.lookup = Some(RoomSearch { before, limit: self.left.min(PAGE), ..lookup });
        }
        Ok(Some(found.hits.iter().map(|message| self.line(message)).collect()))
    }
}

/// A message as a person reads it.
pub(super) fn hit(message: &RoomMessage, zone: &TimeZone) -> String {
    let record = &message.placed.record;
    let time = local(record.at, zone).strftime("%Y-%m-%d %H:%M:%S");
    let (room, name) = (plain_line(&message.room), plain_line(&record.name));
    let text = plain_line(&String::from_utf8_lossy(&record.body));
    format!("#{} {time} {room} <{name}>: {text}", message.placed.place.get())
}
