//! Messages of the rooms as lines, page by page.

use std::collections::VecDeque;

use jiff::tz::TimeZone;

use super::line::room_line;
use super::{RoomArchive, RoomMember, RoomMessage};
use crate::lang::Lang;
use crate::model::Phrase;
use crate::model::history::PAGE;
use crate::model::room_log::Place;
use crate::model::text::plain_line;
use crate::runtime::history::{LinePages, TranscriptLayout, local, said};
use crate::store::RoomFilter;

/// What is written.
#[derive(Debug)]
pub enum RoomExportFormat {
    /// JSON Lines, which can be imported.
    Json(TimeZone),
    /// A transcript for people, one room after the other.
    Text(Lang, TimeZone),
}

/// An export that is under way.
#[derive(Debug)]
pub struct RoomExport {
    history: RoomArchive,
    form: RoomExportFormat,
    layout: TranscriptLayout<String>,
    member: Option<RoomMember>,
    /// What is still to be walked through; `None`: all rooms in one.
    parts: VecDeque<Option<String>>,
    /// The last message of the first part that was written.
    after: Option<Place>,
    /// Whether there was any.
    found: bool,
}

impl RoomExport {
    /// Of one room or of all, and of one member or of all.
    pub fn new(
        mut history: RoomArchive,
        room: Option<&str>,
        member: Option<RoomMember>,
        form: RoomExportFormat,
    ) -> Result<Self, Phrase> {
        let parts = match (room, &form) {
            (Some(room), _) => VecDeque::from([Some(history.room(room)?)]),
            (None, RoomExportFormat::Json(_)) => VecDeque::from([None]),
            (None, RoomExportFormat::Text(..)) => {
                history.list()?.into_iter().map(|room| Some(room.name)).collect()
            }
        };
        let layout = TranscriptLayout::new();
        Ok(Self { history, form, layout, member, parts, after: None, found: false })
    }

    fn lines_of(&mut self, message: &RoomMessage) -> Vec<String> {
        let record = &message.placed.record;
        match &self.form {
            RoomExportFormat::Json(zone) => vec![room_line(message, zone)],
            RoomExportFormat::Text(lang, zone) => {
                let (time, title) = (local(record.at, zone), || plain_line(&message.room));
                let mut lines = self.layout.above(lang, message.room.clone(), title, &time);
                lines.extend(said(&time, &plain_line(&record.name), &String::from_utf8_lossy(&record.body)));
                lines
            }
        }
    }
}

impl LinePages for RoomExport {
    fn lines(&mut self) -> Result<Option<Vec<String>>, Phrase> {
        while let Some(room) = self.parts.front() {
            let filter = RoomFilter { room: room.clone(), member: self.member.clone() };
            let Some(reader) = &mut self.history.reader else { break };
            let messages = reader.walk(&filter, self.after, PAGE)?;
            let Some(last) = messages.last() else {
                self.parts.pop_front();
                self.after = None;
                continue;
            };
            self.after = Some(last.placed.place);
            self.found = true;
            return Ok(Some(messages.iter().flat_map(|message| self.lines_of(message)).collect()));
        }
        // Whoever asks for somebody's messages is to know that there are none.
        if self.member.is_some() && !self.found {
            return Err(Phrase::new("history-nothing"));
        }
        Ok(None)
    }
}
