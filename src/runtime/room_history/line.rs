//! A message of a room as one line of JSON, and back.
//!
//! Written are the fields of the messenger's export where they mean the same, and what makes the very same message of it
//! again. Where it stands is written too, for whoever wants to remove it; another log gives it a place of its own.

use std::borrow::Cow;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{ID_DIGITS, member_id};
use crate::model::room_log::{LogRecord, RecordKind};
use crate::net::relay::{MAX_TEXT, is_member_name, is_room_key};
use crate::runtime::history::{
    LineError, json, local, moment, not_json, payload, payload_field, rfc3339, wrong,
};
use crate::store::RoomMessage;

/// The fields in the order they are written.
#[derive(Serialize)]
struct WrittenRoomLine<'a> {
    time: String,
    room: &'a str,
    sender: &'a str,
    text: &'a str,
    bytes: usize,
    lossy: bool,
    place: u64,
    /// Whose it is, whatever the name was.
    member: String,
    /// The member's own count; 0: it counts nothing.
    number: u32,
    /// In base64, where it is not just the text in UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
}

/// One line.
pub fn room_line(message: &RoomMessage, zone: &TimeZone) -> String {
    let record = &message.placed.record;
    let text = String::from_utf8_lossy(&record.body);
    json(&WrittenRoomLine {
        time: rfc3339(&local(record.at, zone)),
        room: &message.room,
        sender: &record.name,
        text: &text,
        bytes: record.body.len(),
        lossy: matches!(text, Cow::Owned(_)),
        place: message.placed.place.get(),
        member: format!("{:0ID_DIGITS$x}", record.id),
        number: record.number,
        payload: payload_field(&record.body, &text),
    })
}

/// A message that was read. It has no place yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoomRead {
    pub room: String,
    pub record: LogRecord<'static>,
}

#[derive(Deserialize)]
struct ReadRoomLine {
    time: String,
    room: String,
    sender: String,
    text: String,
    member: String,
    number: u32,
    payload: Option<String>,
}

/// Reads one line. What a relay would not have taken is refused: its members would be given it.
pub fn read_room_line(line: &str) -> Result<RoomRead, LineError> {
    let given: ReadRoomLine = serde_json::from_str(line).map_err(|error| not_json(&error))?;
    let at = moment("time", &given.time)?;
    if !is_room_key(&given.room) {
        return Err(wrong("room", &given.room));
    }
    if !is_member_name(&given.sender) {
        return Err(wrong("sender", &given.sender));
    }
    let id = member_id(&given.member).ok_or_else(|| wrong("member", &given.member))?;
    let body = payload(given.payload.as_deref(), &given.text)?;
    if body.len() > MAX_TEXT {
        return Err(wrong("text", &given.text));
    }
    let (name, body) = (Cow::Owned(given.sender), Cow::Owned(body));
    Ok(RoomRead {
        room: given.room,
        record: LogRecord { at, kind: RecordKind::Said, id, number: given.number, name, body },
    })
}
