//! Every sentence plain members read. They begin with `*`, which no name does, so that nobody speaks as the relay.
//!
//! In English, whatever the language of the relay's owner: members may be anybody. Short, because they are datagrams.

use jiff::Timestamp;

use super::api::{RelayLimit, RoomView};
use super::moderation::RoomRules;
use super::proof::Code;
use super::room::RelayRoom;
use crate::dialects::relay::frame::{MAX_BUNDLE, MAX_NAME_CHARS, MAX_TEXT};
use crate::model::room_log::LogRecord;

/// Bytes of one answer to an address that has proved nothing: never a fragment anywhere.
pub(super) const MAX_ANSWER: usize = 512;
/// Room for the line that says how many more there are.
const MAX_LIST: usize = MAX_BUNDLE - 64;

pub(super) const HELP: &str = "\
* /nick NAME  another name
* /join ROOM  another room
* /rooms      which rooms there are
* /who        who is in this room
* /ping       is the relay there?
* /leave      goodbye
* Anything else is a message to everybody in your room.
";
/// What help says besides where messages are kept.
pub(super) const HELP_HISTORY: &str = "* /history N  the last N messages of this room\n";
pub(super) const NO_HISTORY: &str = "* This relay keeps no messages.\n";
pub(super) const EMPTY_HISTORY: &str = "* Nothing was said in this room yet.\n";
pub(super) const PONG: &str = "* pong\n";
pub(super) const GOODBYE: &str = "* You have left. Write anything to return.\n";
pub(super) const CLOSING: &str = "* The relay closes. Goodbye.\n";
pub(super) const FULL: &str = "* The relay is full.\n";
pub(super) const ECHO: &str = "* The relay has just sent that itself, so it was not passed on.\n";
const MODERATED: &str = "* Only those in charge write in this room.\n";
pub(super) const NAME_TAKEN: &str = "* Somebody has that name.\n";

/// To whoever has said too little to be told how to prove its address: a `hello` draws no more than itself.
pub(super) const MORE: &str = "more?";

/// The longest text with a line `/prove CODE` that is no longer than `budget`.
///
/// The line never comes first, so that what sends it back sends back no proof, not even behind some other text.
pub(super) fn challenge(code: Code, budget: usize) -> Option<String> {
    let code = str::from_utf8(&code).ok()?;
    [
        "* This is a relay: what you write goes to everybody in a room.\n\
         * First send back the next line, alone, within 15 seconds:\n",
        "* Send this line back:\n",
        "?\n",
    ]
    .into_iter()
    .map(|before| format!("{before}/prove {code}\n"))
    .chain([format!("?\n/prove {code}")])
    .find(|text| text.len() <= budget.min(MAX_ANSWER))
}

pub(super) fn silent(seconds: u64, code: Option<Code>) -> String {
    let gone = format!("* Nothing came from you for {seconds} seconds, so you have left the room.\n");
    match code.as_ref().and_then(|code| str::from_utf8(code).ok()) {
        Some(code) => {
            format!("{gone}* To return, write anything, or send back the next line:\n/prove {code}\n")
        }
        None => format!("{gone}* To return, write anything.\n"),
    }
}

pub(super) fn welcome(name: &str, room: &RelayRoom) -> String {
    let others = room.len().saturating_sub(1);
    format!("* You are {name}, in {} with {}. /help tells more.\n", room.name, people(others))
}

pub(super) fn renamed(name: &str) -> String {
    format!("* You are {name} now.\n")
}

pub(super) fn bad_name() -> String {
    format!(
        "* A name has 1 to {MAX_NAME_CHARS} characters that can be seen, no colon, and does not begin with / or *; that of a room has no blank and none of /?#&=% in it.\n"
    )
}

pub(super) fn rooms(views: &[RoomView]) -> String {
    let lines = views.iter().map(|room| format!("* {} ({})\n", room.name, people(room.members)));
    list(lines, views.len())
}

pub(super) fn who(room: &RelayRoom) -> String {
    let here = room.roster.from(0).filter(|listed| listed.here);
    list(here.map(|listed| format!("* {}\n", listed.name)), room.len())
}

pub(super) fn refused(limit: RelayLimit) -> String {
    match limit {
        RelayLimit::Members => FULL.to_owned(),
        RelayLimit::Rooms => "* There are too many rooms already.\n".to_owned(),
        RelayLimit::Rate => "* Too fast: your message was not sent.\n".to_owned(),
        RelayLimit::Bytes => "* Too much at once: your message was not sent.\n".to_owned(),
        RelayLimit::Bandwidth => "* The relay has too much to do: your message was not sent.\n".to_owned(),
        RelayLimit::Log => {
            "* This relay cannot keep messages at the moment: what you write is not sent.\n".to_owned()
        }
        RelayLimit::Kicked => "* You were put out. Come back in a minute.\n".to_owned(),
        RelayLimit::Banned => "* You may not come in.\n".to_owned(),
        RelayLimit::Closed => "* This room is closed.\n".to_owned(),
        RelayLimit::Muted => {
            "* You may not write here at the moment: your message was not sent.\n".to_owned()
        }
        RelayLimit::Moderated => {
            "* Only those in charge write in this room: your message was not sent.\n".to_owned()
        }
        RelayLimit::Slow(seconds) => {
            format!("* One message in {seconds} seconds here: your message was not sent.\n")
        }
        RelayLimit::TooLong => format!("* Longer than {MAX_TEXT} bytes: your message was not sent.\n"),
    }
}

/// What has changed in how a room is run; empty: nothing that plain members see.
pub(super) fn rules_changed(before: &RoomRules, now: &RoomRules) -> String {
    let mut told = String::new();
    if before.topic != now.topic {
        told.push_str(&topic(&now.topic));
    }
    if before.slow != now.slow {
        told.push_str(&slow(now.slow));
    }
    if before.moderated != now.moderated {
        told.push_str(if now.moderated { MODERATED } else { "* Everybody writes in this room again.\n" });
    }
    told
}

/// How a room is run, for whoever comes in.
pub(super) fn rules(rules: &RoomRules) -> String {
    rules_changed(&RoomRules::default(), rules)
}

fn topic(topic: &str) -> String {
    if topic.is_empty() {
        "* This room has no topic any more.\n".to_owned()
    } else {
        format!("* Topic: {topic}\n")
    }
}

fn slow(seconds: u16) -> String {
    match seconds {
        0 => "* This room is not slow any more.\n".to_owned(),
        seconds => format!("* One message in {seconds} seconds of each in this room.\n"),
    }
}

/// Whether some relay says this to those who come, go or are none of its members. Where no proof is asked for, two
/// relays would else make each other members for ever.
pub(super) fn is_of_a_relay(bytes: &[u8]) -> bool {
    ["* You are ", "* You have left", "* Nothing came from you ", "* The relay "]
        .iter()
        .any(|start| bytes.starts_with(start.as_bytes()))
}

/// A message of the log, in UTC. Each of its lines begins as the relay's own words do, so that nobody can write history.
pub(super) fn history_line(record: &LogRecord<'_>) -> Vec<u8> {
    let time = Timestamp::from_microsecond(record.at.0).unwrap_or_default();
    let mut line = format!("* {} {}: ", time.strftime("%Y-%m-%d %H:%M"), record.name).into_bytes();
    for (number, part) in record.body.split(|byte| matches!(byte, b'\n' | b'\r')).enumerate() {
        if number > 0 {
            line.extend_from_slice(b"\n*   ");
        }
        line.extend_from_slice(part);
    }
    line.push(b'\n');
    line
}

fn people(count: usize) -> String {
    match count {
        0 => "nobody else".to_owned(),
        1 => "1 member".to_owned(),
        _ => format!("{count} members"),
    }
}

/// As many lines as fit into one datagram.
fn list(lines: impl Iterator<Item = String>, total: usize) -> String {
    let mut text = String::new();
    let mut shown: usize = 0;
    for line in lines {
        if text.len().saturating_add(line.len()) > MAX_LIST {
            break;
        }
        text.push_str(&line);
        shown = shown.saturating_add(1);
    }
    let more = total.saturating_sub(shown);
    if more > 0 {
        text.extend(["* and ", &more.to_string(), " more\n"]);
    }
    text
}
