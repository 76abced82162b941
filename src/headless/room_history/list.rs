//! `udpqq relay history list`: a line for each room.

use std::cmp::Reverse;

use serde::Serialize;

use super::{CommandError, Console, Profile};
use crate::headless::columns::aligned;
use crate::headless::record::json;
use crate::model::text::plain_line;
use crate::model::{Phrase, WallTime};
use crate::runtime::history::{aside, rfc3339};
use crate::runtime::room_history::{RoomArchive, RoomSummary};

/// The name, how many messages there are, the first time and the last; which of them are numbers.
const IS_NUMBER: [bool; 4] = [false, true, false, false];

#[derive(Serialize)]
struct RoomFields<'a> {
    room: &'a str,
    messages: u64,
    first: String,
    last: String,
}

pub(super) async fn run(profile: &Profile, as_json: bool, output: &Console) -> Result<(), CommandError> {
    let history = RoomArchive::open(profile)?;
    let (_, rooms) = aside(history, RoomArchive::list).await?;
    let mut rooms = rooms?;
    rooms.sort_by_key(|room| Reverse(room.last));
    let lines = if as_json {
        rooms.iter().map(|room| record(room, output)).collect()
    } else {
        aligned(&rooms.iter().map(|room| columns(room, output)).collect::<Vec<_>>(), IS_NUMBER)
    };
    for line in lines {
        output.line(line).await?;
    }
    Ok(())
}

fn record(room: &RoomSummary, output: &Console) -> String {
    let moment = |time: WallTime| rfc3339(&output.local(time));
    json(&RoomFields {
        room: &room.name,
        messages: room.messages,
        first: moment(room.first),
        last: moment(room.last),
    })
}

fn columns(room: &RoomSummary, output: &Console) -> [String; 4] {
    let moment = |time| output.local(time).strftime("%Y-%m-%d %H:%M").to_string();
    let count = Phrase::new("history-messages").number("count", room.messages);
    let until = Phrase::new("room-history-until").text("time", moment(room.last));
    [plain_line(&room.name), output.lang().phrase(&count), moment(room.first), output.lang().phrase(&until)]
}
