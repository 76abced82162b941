//! Every sentence plain members read, as data; the words stand in `assets/text`. Short, because they are datagrams.

use jiff::Timestamp;

use super::api::{RelayLimit, RoomView};
use super::moderation::RoomRules;
use super::phrasebook::{LanguageId, Phrasebooks};
use super::proof::Code;
use super::room::RelayRoom;
use super::text_keys as keys;
use crate::dialects::relay::frame::{MAX_BUNDLE, MAX_NAME_CHARS, MAX_TEXT};
use crate::model::Phrase;
use crate::model::room_log::LogRecord;

/// Bytes of one answer to an address that has proved nothing: never a fragment anywhere.
pub(super) const MAX_ANSWER: usize = 512;
/// Room for the line that says how many more there are.
const MAX_LIST: usize = MAX_BUNDLE - 64;

/// To whoever has said too little to be told how to prove its address: a `hello` draws no more than itself.
pub(super) const MORE: &str = "more?";

/// The longest text with a line `/prove CODE` that is no longer than `budget`. Who reads it has chosen no language yet.
///
/// The line never comes first, so that what sends it back sends back no proof, not even behind some other text.
pub(super) fn challenge(books: &Phrasebooks, code: Code, budget: usize) -> Option<String> {
    let code = str::from_utf8(&code).ok()?;
    let fits = |text: &String| text.len() <= budget.min(MAX_ANSWER);
    let in_words = [keys::CHALLENGE, keys::CHALLENGE_SHORT].into_iter().map(|key| {
        let before = books.say(LanguageId::default(), &Phrase::new(key));
        format!("{before}/prove {code}\n")
    });
    // Few letters draw fewer, and no words have to be looked up for them.
    let end = format!("?\n/prove {code}");
    if !fits(&end) {
        return None;
    }
    in_words.chain([format!("{end}\n"), end.clone()]).find(fits)
}

/// With a line that brings the member back, unless nothing has to be proved.
pub(super) fn silent(books: &Phrasebooks, language: LanguageId, seconds: u64, code: Option<Code>) -> String {
    let gone = books.say(language, &Phrase::new(keys::SILENT).number("seconds", seconds));
    match code.as_ref().and_then(|code| str::from_utf8(code).ok()) {
        Some(code) => {
            format!("{gone}{}/prove {code}\n", books.say(language, &Phrase::new(keys::RETURN_BY_PROOF)))
        }
        None => gone + &books.say(language, &Phrase::new(keys::RETURN)),
    }
}

pub(super) fn help(books: &Phrasebooks, language: LanguageId, has_history: bool) -> String {
    let mut help = books.say(language, &Phrase::new(keys::HELP).text("languages", books.listed()));
    if has_history {
        help.push_str(&books.say(language, &Phrase::new(keys::HELP_HISTORY)));
        help.push_str(&books.say(language, &Phrase::new(keys::HELP_SEARCH)));
    }
    help
}

pub(super) fn languages(books: &Phrasebooks) -> Phrase {
    Phrase::new(keys::LANGUAGES).text("languages", books.listed())
}

pub(super) fn no_language(books: &Phrasebooks) -> Phrase {
    Phrase::new(keys::NO_LANGUAGE).text("languages", books.listed())
}

pub(super) fn language(books: &Phrasebooks, language: LanguageId) -> Phrase {
    Phrase::new(keys::LANGUAGE).text("name", books.name(language))
}

pub(super) fn welcome(name: &str, room: &RelayRoom) -> Phrase {
    Phrase::new(keys::WELCOME)
        .text("name", name)
        .text("room", &room.name)
        .number("count", room.everybody().saturating_sub(1))
}

pub(super) fn renamed(name: &str) -> Phrase {
    Phrase::new(keys::RENAMED).text("name", name)
}

pub(super) fn bad_name() -> Phrase {
    Phrase::new(keys::BAD_NAME).text("limit", MAX_NAME_CHARS.to_string())
}

pub(super) fn rooms(books: &Phrasebooks, language: LanguageId, views: &[RoomView]) -> String {
    let line = |room: &RoomView| {
        books.say(
            language,
            &Phrase::new(keys::ROOM)
                .text("room", &room.name)
                .number("count", room.members.saturating_add(room.elsewhere)),
        )
    };
    let (mut text, shown) = list(views.iter().map(line));
    let more = views.len().saturating_sub(shown);
    if more > 0 {
        text.push_str(&books.say(language, &Phrase::new(keys::MORE_LINES).number("count", more)));
    }
    text
}

/// Who is in a room, from the member on that is number `first`: as many as fit into one datagram, and where it goes on.
pub(super) fn who(books: &Phrasebooks, language: LanguageId, room: &RelayRoom, first: usize) -> String {
    let total = room.everybody();
    let before = first.min(total).saturating_sub(1);
    let here = room.roster.from(0).filter(|listed| listed.here).skip(before);
    let (mut text, shown) = list(here.map(|listed| format!("* {}\n", listed.name)));
    let last = before.saturating_add(shown);
    let more = total.saturating_sub(last);
    if more > 0 {
        let next = last.saturating_add(1).to_string();
        let more = Phrase::new(keys::MORE_MEMBERS).number("count", more).text("next", next);
        text.push_str(&books.say(language, &more));
    }
    text
}

pub(super) fn refused(limit: RelayLimit) -> Phrase {
    Phrase::new(match limit {
        RelayLimit::Members => keys::FULL,
        RelayLimit::Rooms => "relay-says-no-room",
        RelayLimit::Rate => "relay-says-fast",
        RelayLimit::Bytes => "relay-says-much",
        RelayLimit::Bandwidth => keys::BUSY,
        RelayLimit::Log => "relay-says-no-log",
        RelayLimit::Kicked => "relay-says-kicked",
        RelayLimit::Banned => "relay-says-banned",
        RelayLimit::Closed => "relay-says-closed",
        RelayLimit::Password => "relay-says-locked",
        RelayLimit::Muted => "relay-says-muted",
        RelayLimit::Moderated => "relay-says-moderated-refused",
        RelayLimit::Slow(seconds) => return Phrase::new(keys::SLOW_REFUSED).number("seconds", seconds),
        RelayLimit::TooLong => return Phrase::new(keys::TOO_LONG).text("limit", MAX_TEXT.to_string()),
    })
}

/// What has changed in how a room is run, a sentence a line; none: nothing that plain members see.
pub(super) fn rules_changed(before: &RoomRules, now: &RoomRules) -> Vec<Phrase> {
    let topic = (before.topic != now.topic).then(|| topic(&now.topic));
    let slow = (before.slow != now.slow).then(|| slow(now.slow));
    let has_key = now.key.is_some();
    let locked = Phrase::new(if has_key { keys::PASSWORD } else { keys::NO_PASSWORD });
    let locked = (before.key.is_some() != has_key).then_some(locked);
    let moderated = Phrase::new(if now.moderated { keys::MODERATED } else { keys::UNMODERATED });
    let moderated = (before.moderated != now.moderated).then_some(moderated);
    topic.into_iter().chain(slow).chain(moderated).chain(locked).collect()
}

/// How a room is run, for whoever comes in.
pub(super) fn rules(rules: &RoomRules) -> Vec<Phrase> {
    rules_changed(&RoomRules::default(), rules)
}

fn topic(topic: &str) -> Phrase {
    if topic.is_empty() { Phrase::new(keys::NO_TOPIC) } else { Phrase::new(keys::TOPIC).text("topic", topic) }
}

fn slow(seconds: u16) -> Phrase {
    match seconds {
        0 => Phrase::new(keys::NOT_SLOW),
        seconds => Phrase::new(keys::SLOW).number("seconds", seconds),
    }
}

/// How what some relay says to those who come, go or are none of its members begins. Where no proof is asked for, two
/// relays would else make each other members for ever.
pub(super) fn starts_of_a_relay(books: &Phrasebooks) -> Vec<Vec<u8>> {
    let starts = keys::TO_STRANGERS.iter().flat_map(|key| books.starts(key));
    starts.map(|start| start.as_bytes().to_vec()).collect()
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

/// As many lines as fit into one datagram, and how many those are.
fn list(lines: impl Iterator<Item = String>) -> (String, usize) {
    let mut text = String::new();
    let mut shown: usize = 0;
    for line in lines {
        if text.len().saturating_add(line.len()) > MAX_LIST {
            break;
        }
        text.push_str(&line);
        shown = shown.saturating_add(1);
    }
    (text, shown)
}
